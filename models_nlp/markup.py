"""HTML to text: what a reader of the mail sees, without older mails that were quoted as a block.

Belongs here: which elements break a line, which hold nobody's words. Does not: plain-text quotes, signatures
(``cleaning``). The parser is selectolax (Lexbor), which repairs markup as a browser does.
"""

from __future__ import annotations

import re

# Elements whose content is not the customer's message.
_DROPPED = frozenset("script style head title blockquote template noscript svg object iframe".split())  # noqa: SIM905
_BREAKS = frozenset(
    "br p div li ul ol tr table hr h1 h2 h3 h4 h5 h6 section article header footer pre".split()  # noqa: SIM905
)
_CELLS = frozenset(("td", "th", "option"))
_ANY_TAG = re.compile(r"<[^<>]{0,4000}>")
# A tree of more elements than this is no mail; its tags are cut out without building it.
_MOST_TAGS = 5_000


def text_of_html(text: str) -> str:
    """The text of a piece of HTML, entities resolved, a line feed where an element breaks the line. Never raises."""
    from selectolax.lexbor import LexborHTMLParser

    is_document = text.count("<") <= _MOST_TAGS and not _has_open_end(text)
    body = LexborHTMLParser(text).body if is_document else None
    if body is None:
        return _ANY_TAG.sub(" ", text)
    parts: list[str] = []
    node, depth = body.child, 1
    while node is not None and depth:
        tag = node.tag
        if tag == "-text":
            parts.append(node.text_content or "")
        elif tag not in _DROPPED:
            parts.append(_mark(tag))
            if (child := node.child) is not None:
                node, depth = child, depth + 1
                continue
        # The next node in the order of the document: a sibling, else that of the nearest ancestor that has one.
        while (sibling := node.next) is None:
            node, depth = node.parent, depth - 1
            if node is None or not depth:
                return "".join(parts)
            parts.append(_mark(node.tag))
        node = sibling
    return "".join(parts)


def _has_open_end(text: str) -> bool:
    """Who writes of "the <script> in our page" never closes it; a parser would take all that follows for code."""
    lower = text.lower()
    return any(lower.count(f"<{name}") > lower.count(f"</{name}") for name in _DROPPED)


def _mark(tag: str) -> str:
    return "\n" if tag in _BREAKS else " " if tag in _CELLS else ""
