"""The text of Jira's rich documents: what a reader of the page would read.

Belongs here: the Atlassian Document Format. Does not: which field holds one (``jira``).
Format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from __future__ import annotations

from typing import Any

from sources.jsonlines import as_text

# Blocks end a line; all else runs on.
_BLOCKS = ("paragraph", "heading", "codeBlock", "blockquote", "listItem", "tableRow", "rule", "panel", "taskItem")
_DEEPEST = 100  # a document nested deeper than this was made to do harm


def plain_text(value: Any) -> str | None:
    """The text of a document (``{"type": "doc", "content": …}``); plain text as it stands; null for nothing."""
    if not isinstance(value, dict):
        return as_text(value)
    parts: list[str] = []
    _walk(value, parts, _DEEPEST)
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line) or None


def _walk(node: Any, parts: list[str], depth: int) -> None:
    if not isinstance(node, dict) or depth == 0:
        return
    kind = node.get("type")
    attributes = node["attrs"] if isinstance(node.get("attrs"), dict) else {}
    if kind == "hardBreak":
        parts.append("\n")
    elif isinstance(node.get("text"), str):
        parts.append(node["text"])
    elif kind in ("mention", "emoji", "status", "date"):
        parts.append(str(attributes.get("text") or attributes.get("shortName") or ""))
    elif kind == "inlineCard":
        parts.append(str(attributes.get("url") or ""))
    content = node.get("content")
    for child in content if isinstance(content, list) else []:
        _walk(child, parts, depth - 1)
    if kind in _BLOCKS:
        parts.append("\n")
