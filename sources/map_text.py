"""The text of the company map: YAML → plain values, each with the line it stands on.

Belongs here: what YAML lets through that a map must not hold (a key twice, an alias, a tag). Does not: what a key means
(``company_map``).

Keys are taken as they are written, so a stage called ``No`` or ``2`` is a word and never a truth value or number.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

Path = tuple[str | int, ...]


class MapError(ValueError):
    """The map cannot be used; the message names the file, every fault with its line, and what to do."""


_SCALARS = ("str", "int", "float", "bool", "null", "timestamp")


def read_yaml(text: str, where: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """The values and the line of each path. Raises ``MapError`` for what is no YAML, or a key that stands twice."""
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        lines: dict[Path, int] = {}
        if root is None:
            return {}, lines
        if not isinstance(root, yaml.MappingNode):
            raise MapError(f"{where} line 1: it is no list of sections: begin with sources: or own_tables:")
        return _plain(root, (), lines, where, set()), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        what = getattr(error, "problem", None) or "it cannot be read"
        raise MapError(f"{where} line {line}: this is no YAML ({what}): mend the line") from None
    finally:
        loader.dispose()


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], where: str, seen: set[int]) -> Any:
    if id(node) in seen:
        raise MapError(f"{where} line {node.start_mark.line + 1}: named once and meant twice (&, *): write it out")
    seen.add(id(node))
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise MapError(f"{where} line {line}: a key must be a word: write it in quotes")
            if key.value in found:
                before = lines[(*path, key.value)]
                raise MapError(f"{where} line {line}: {key.value} stands twice (line {before} too): keep one of them")
            lines[(*path, key.value)] = line
            found[key.value] = _plain(value, (*path, key.value), lines, where, seen)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value, (*path, at), lines, where, seen) for at, value in enumerate(node.value)]
    return _scalar(node, where)


def _scalar(node: yaml.Node, where: str) -> Any:
    """Unquoted: numbers, true and false, null; all else is text as it is written, also No, 12:30 and 2025-01-31."""
    if node.tag.removeprefix("tag:yaml.org,2002:") not in _SCALARS:
        raise MapError(f"{where} line {node.start_mark.line + 1}: a map holds words and numbers only: take the ! away")
    text = node.value
    if node.style is not None:
        return text
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text.lower() in ("null", "~", ""):
        return None
    if re.fullmatch(r"-?(0|[1-9]\d*)", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text
