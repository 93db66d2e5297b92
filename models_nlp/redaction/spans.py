"""Where something was found in a text, and how the found is hidden from the detectors that follow.

Belongs here: the span, the filler, replacing. Does not: what is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of characters and the kind that replaces it, without brackets: ``email``."""

    start: int
    end: int
    kind: str


# What hides a found value from later detectors: neither a letter, a digit nor a space.
FILLER = "\x00"


def blank(text: str, spans: Iterable[Span]) -> str:
    """``text`` of the same length with the (sorted, disjoint) spans filled."""
    parts, position = [], 0
    for start, end, _ in spans:
        parts += [text[position:start], FILLER * (end - start)]
        position = end
    return "".join([*parts, text[position:]])


def replace(text: str, spans: Iterable[Span]) -> str:
    """``text`` with each span as ``[kind]``; spans that overlap become one, named by the earlier start."""
    parts, position = [], 0
    for start, end, kind in sorted(spans):
        if end <= position:
            continue
        if start >= position or not parts:
            parts += [text[position:start], f"[{kind}]"]
        position = end
    return "".join([*parts, text[position:]])


def disjoint(spans: Iterable[Span]) -> list[Span]:
    """Sorted; those that overlap become one, so that no piece of a value stays, named by the longest of them."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
            continue
        last = kept[-1]
        kind = span.kind if span.end - span.start > last.end - last.start else last.kind
        kept[-1] = Span(last.start, max(last.end, span.end), kind)
    return kept
