"""Times as vendors' tables and objects give them, respelled for ``casting``.

Belongs here: spellings of a column of times that several vendors share, seconds since 1970. Does not: types, days that
do not exist (``casting``); which key of an object holds a time (the vendor's module).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import polars as pl

_LAST_SECOND = 253_402_300_800  # the year 10000
_A_DAY = 86_400

_CLOCK = (
    r"^(\d{4}-\d{2}-\d{2})[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?"
    r"\s?(?:Z|z|UTC|GMT|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$"
)


def utc(time: pl.Expr) -> pl.Expr:
    """UTC times in a spelling that ``casting`` knows.

    Hours of one digit (``2020-12-30 3:15:52``) and epochs in seconds or milliseconds are respelled; all else stays.
    """
    text = time.str.strip_chars()
    padded = text.str.replace(r"^(\d{4}-\d{2}-\d{2}[T ])(\d:)", "${1}0${2}")
    epoch = text.cast(pl.Int64, strict=False)
    moment = pl.when(text.str.len_bytes() > 11).then(epoch).otherwise(epoch * 1000)
    iso = pl.from_epoch(moment, "ms").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    return pl.when(text.str.contains(r"^(\d{9,10}|\d{12,13})$")).then(iso).otherwise(padded)


def day(time: pl.Expr) -> pl.Expr:
    """The day of a date or of a time in UTC. What is neither stays as it is, so that its row is excluded."""
    return utc(time).str.replace(_CLOCK, "$1")


def is_second(value: Any) -> bool:
    """True for whole seconds since 1970 that a calendar knows; a reader's row may hold them as they are."""
    return type(value) is int and 0 < value < _LAST_SECOND


@lru_cache(maxsize=100_000)
def _day_of(days: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()


def day_of(second: int) -> str:
    """The day, in UTC, of what ``is_second``."""
    return _day_of(second // _A_DAY)


def spelled(second: int) -> str:
    """What ``is_second`` as a time in UTC, in the spelling that is read fastest."""
    return f"{_day_of(second // _A_DAY)}T{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}Z"


def text_or_times(name: str, cells: Sequence[str | int | None]) -> pl.Series:
    """A column of text; where all its cells are seconds since 1970, a column of times, which need not be read again."""
    kinds = set(map(type, cells))
    if int not in kinds:
        return pl.Series(name, cells, dtype=pl.String)
    if str not in kinds:
        return (pl.Series(name, cells, dtype=pl.Int64) * 1_000_000).cast(pl.Datetime("us", "UTC"))
    return pl.Series(name, [spelled(cell) if type(cell) is int else cell for cell in cells], dtype=pl.String)
