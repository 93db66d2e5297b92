"""JSON text → values, and values → the text of a cell, exactly: no number is rounded, none becomes infinite unseen.

Belongs here: parsing, numbers that a float cannot hold, limits of a value's size. Does not: lines, arrays and pages
(``jsonlines``), what a key means.
orjson parses what it surely parses exactly; the standard library's decoder takes the rest and words what is wrong.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any

import orjson

# Digits and points as 0, exponents as e, signs as -, what may stand before a number as d, all else as x: long numbers
# are found without a look at each, and letters, of which there are most, are jumped over.
_BEFORE_A_NUMBER = b":,[ \t\r\n"
_SHAPE = bytes(
    ord(
        "0"
        if chr(c) in "0123456789."
        else "e"
        if chr(c) in "eE"
        else "-"
        if chr(c) in "+-"
        else "d"
        if c in _BEFORE_A_NUMBER
        else "x"
    )
    for c in range(256)
)
# So many digits that a float may not hold them; an exponent that may be below a float's. One above it is refused by the
# parser itself, and fewer digits than that are exact in between.
_LONG = (b"d" + b"0" * 16, b"d-" + b"0" * 16, b"0e-000")
_NUMBER = re.compile(rb"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_LONGEST = 1_000  # signs of a number that is looked at
_EXACT_DIGITS = 18  # integers of up to 64 bits are kept as they are


class LongNumber(float):
    """A number with more digits than a float holds: it counts as the float, and is written as it was delivered."""

    written: str

    def __repr__(self) -> str:
        return self.written


class NotJson(ValueError):
    """The text is no JSON value that can be kept: cut short, damaged, nested beyond reason, with a key twice in an
    object or a number beyond all counting."""


def has_long_numbers(text: bytes) -> bool:
    """True if a number in the list or object ``text`` may be one that a float or a 64-bit integer does not hold."""
    shape = text.translate(_SHAPE)
    return any(_has_inexact(text, shape, pattern) for pattern in _LONG)


def _has_inexact(text: bytes, shape: bytes, pattern: bytes) -> bool:
    at = shape.find(pattern)
    while at >= 0:
        start = at + 1 if pattern.startswith(b"d") else _start_before(shape, at)
        is_text = start > 0 and text[start - 1] not in _BEFORE_A_NUMBER
        found = None if is_text else _NUMBER.match(text, start)
        end = found.end() if found else at + 1
        if found and shape[end : end + 1] in (b"", b"d", b"x") and not _is_exact(found[0]):
            return True
        at = shape.find(pattern, max(at + 1, end))
    return False


def _start_before(shape: bytes, at: int) -> int:
    """Where what looks like a number begins; what goes back further than any number is none."""
    first = max(0, at - _LONGEST)
    return max(shape.rfind(b"x", first, at), shape.rfind(b"d", first, at), first - 1) + 1


def parse(text: bytes, has_long: bool) -> Any:
    """The value; ``has_long``: what ``has_long_numbers`` says of the text, or of a larger one around it.

    Raises ``NotJson``, and ``UnicodeDecodeError`` for what is not UTF-8.
    """
    found = None if has_long else _fast(text)
    if found is not None:
        return found
    try:
        return _CAREFUL.decode(text.decode("utf-8"))
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotJson from error


def _fast(text: bytes) -> Any:
    """The value; None where the careful decoder has to look: at damage, lone surrogates, great depth, doubled keys."""
    try:
        found = orjson.loads(text)
        # Of a key that stands twice orjson keeps one, so that a colon is lost.
        written = orjson.dumps(found)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return found if written.count(b":") == text.count(b":") and b"\\u003" not in text else None


def parse_line(line: bytes, has_long: bool) -> Any:
    """As ``parse``, for one of many values: ``has_long`` speaks of the text around it."""
    return parse(line, has_long and has_long_numbers(line))


def longest_text(value: Any) -> int:
    """Characters of the longest text in ``value``, at any depth; keys do not count."""
    return max((len(leaf) for leaf in _leaves(value) if isinstance(leaf, str)), default=0)


def size(value: Any) -> int:
    """Bytes that ``value`` takes when written without spaces."""
    try:
        return len(orjson.dumps(value, default=str))
    except TypeError:  # large integers, lone surrogates, great depth
        return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def as_text(value: Any, has_long: bool = True) -> str | None:
    """A JSON value as the text a CSV cell would hold; an empty text is null, as an empty cell is.

    ``has_long``: a ``LongNumber`` may stand inside of it; it is then written in quotes, with all its digits.
    """
    kind = type(value)
    if kind is str:
        return value or None
    if value is None:
        return None
    if kind is int:
        return int.__repr__(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is list or kind is dict:
        return (_WRITER.encode(_spelled(value) if has_long else value)) if value else "[]" if kind is list else "{}"
    return repr(value)


def _spelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _spelled(found) for key, found in value.items()}
    if isinstance(value, list):
        return [_spelled(found) for found in value]
    return value.written if isinstance(value, LongNumber) else value


def _leaves(value: Any) -> Any:
    """What is neither list nor object, without recursion: depth is the sender's."""
    left = [value]
    while left:
        one = left.pop()
        if type(one) is dict:
            left.extend(one.values())
        elif type(one) is list:
            left.extend(one)
        else:
            yield one


def _is_exact(written: bytes) -> bool:
    if written.removeprefix(b"-").isdigit():
        return len(written) <= _EXACT_DIGITS
    try:
        return type(_number(written.decode())) is float
    except ValueError:
        return False


def _number(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise ValueError("not a finite number")
    try:
        if Decimal(repr(number)) == Decimal(written):
            return number
    except ArithmeticError:
        pass  # an exponent beyond reason: it is kept as it was written
    long = LongNumber(number)
    long.written = written
    return long


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names a key twice says two things; which of them is meant, no reader can know."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are not JSON


_CAREFUL = json.JSONDecoder(parse_constant=_no_constant, parse_float=_number, object_pairs_hook=_distinct)
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
