"""Times as vendors' tables spell them, respelled for ``casting``.

Belongs here: spellings of a column of times that several vendors share. Does not: types, days that do not exist
(``casting``); times inside one vendor's JSON objects (the vendor's module).
"""

from __future__ import annotations

import polars as pl

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
