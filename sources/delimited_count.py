"""CSV rows and cells counted over the bytes: the second count, which knows nothing of the reader that makes the first.

Belongs here: which bytes stand outside of quotes, what makes a file irregular. Does not: reading cells (``delimited``).
The bytes are looked at piece by piece, so that what is built for counting stays small.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

_PIECE = 1 << 19
_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'


class _Seen(NamedTuple):
    """Of one piece: commas and line feeds outside of quotes, and whether a quote is open at its end."""

    commas: int
    line_feeds: int
    is_open: bool


def regular_rows(body: bytes, start: int, end: int, n_columns: int, separator: str = ",") -> int | None:
    """Rows of ``body[start:end]``, which begins behind the header and ends before the last line end.

    None if any record may be irregular. Outside of quotes line feeds count rows, and commas must be as many as all rows
    together need (a longer row polars refuses, so none is shorter); quotes must touch a comma or a line end there.
    Blank lines, NUL bytes, carriage returns without a line feed and bytes that are not UTF-8 are irregular too.
    """
    if start >= end:
        return 0
    commas, rows, is_open = 0, 1, False
    for piece in _pieces(body, start, end):
        seen = _seen(piece, is_open, ord(separator))
        if seen is None:
            return None
        commas, rows, is_open = commas + seen.commas, rows + seen.line_feeds, seen.is_open
    return rows if not is_open and commas == rows * (n_columns - 1) else None


def _pieces(body: bytes, start: int, end: int) -> Iterator[bytes]:
    """Pieces that each end behind a line feed, so that no character, quote and neighbour, or CR and LF are parted."""
    while start < end:
        cut = end
        if start + _PIECE < end:
            cut = body.rfind(b"\n", start, start + _PIECE) + 1 or body.find(b"\n", start, end) + 1 or end
        yield body[start:cut]
        start = cut


def _seen(piece: bytes, is_open: bool, separator: int) -> _Seen | None:
    import numpy as np

    if not _is_text(piece):
        return None
    at = np.frombuffer(piece, np.uint8)
    marks = (at == _QUOTE) | (at == separator) | (at == _LINE_FEED)
    has_returns = b"\r" in piece
    places = np.flatnonzero(marks | (at == _RETURN) if has_returns else marks)
    sign = at[places]
    is_quote = sign == _QUOTE
    # Behind an odd number of quotes a sign stands within them.
    is_outside = np.logical_xor.accumulate(is_quote) == is_open
    quotes = places[is_quote]
    opening, closing = (quotes[1::2], quotes[::2]) if is_open else (quotes[::2], quotes[1::2])
    before = at[opening[opening > 0] - 1]  # what precedes the piece is a line feed, or the header
    behind = at[closing[closing < len(piece) - 1] + 1]
    allowed = np.zeros(256, bool)
    allowed[[separator, _LINE_FEED, _QUOTE]] = True
    if not allowed[before].all():
        return None
    allowed[_RETURN] = True
    if not allowed[behind].all():
        return None
    feeds = places[is_outside & (sign == _LINE_FEED)]
    returns = places[is_outside & (sign == _RETURN)] if has_returns else places[:0]
    if returns.size and (returns[-1] == len(piece) - 1 or (at[returns + 1] != _LINE_FEED).any()):
        return None
    gaps = np.diff(feeds, prepend=-len(piece) - 2 if is_open else -1)
    if (gaps == 1).any() or (at[feeds[gaps == 2] - 1] == _RETURN).any():
        return None  # a blank line
    n_commas = int(np.count_nonzero(is_outside & (sign == separator)))
    return _Seen(n_commas, int(feeds.size), is_open ^ bool(quotes.size % 2))


def _is_text(piece: bytes) -> bool:
    """UTF-8 without NUL."""
    if b"\0" in piece:
        return False
    if piece.isascii():
        return True
    try:
        pl.Series([piece], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True
