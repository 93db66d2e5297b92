"""Versions of one record: when a row was written, since when it holds, whether its record is gone.

Belongs here: the columns that connectors (Fivetran and its like) add to a vendor's tables, history tables, spellings of
times that ``casting`` does not know. Does not: any vendor's own columns, headers of warehouses.
``_fivetran_synced`` is when the row was last written, ``_fivetran_deleted`` that the vendor has the record no more;
a history table has one row per version, from ``_fivetran_start`` until ``_fivetran_end`` (9999-12-31: to this day).
Documentation: https://fivetran.com/docs/core-concepts/system-columns-and-tables
"""

from __future__ import annotations

import polars as pl

from sources.reader import text_column

SYNCED, DELETED, START = "_fivetran_synced", "_fivetran_deleted", "_fivetran_start"


def bare_name(name: str) -> str:
    """A column's name without case, spaces and punctuation: ``Last Modified Date`` and ``last_modified_date`` agree."""
    return "".join(c for c in name.lower() if c.isalnum())


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
    """The UTC day of a date or time."""
    return utc(time).str.slice(0, 10)


def newest_start(identifier: str) -> pl.Expr:
    """History tables: when the newest version of the row's record began."""
    return utc(pl.col(START)).max().over(identifier)


def of_newest(value: pl.Expr, identifier: str) -> pl.Expr:
    """History tables: ``value`` of the newest version of the row's record, for all of its versions."""
    return value.sort_by(utc(pl.col(START)), nulls_last=False).last().over(identifier)


def is_deleted(columns: list[str], own: tuple[str, ...]) -> pl.Expr:
    """True where the vendor's ``own`` mark or the connector's says that the record is gone."""
    marks = [pl.col(c).str.strip_chars().str.to_lowercase() for c in (*own, DELETED) if c in columns]
    gone = pl.any_horizontal(pl.lit(False), *(mark.is_in(["true", "1", "yes"]) for mark in marks))
    known = text_column(columns, (*own, DELETED))
    return pl.when(gone).then(pl.lit("true")).otherwise(known)
