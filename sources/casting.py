"""Text → typed values, for a whole column at once; what cannot be read becomes null and is told apart by the caller.

Belongs here: how numbers, booleans, dates and times may be written. Does not: which column needs which (``contract``).
Nothing is rounded, and no format is guessed: 3.7 stays 3.7, 03/04/2024 is no date.
"""

from __future__ import annotations

import polars as pl

from sources.contract import POLARS_TYPE, Kind

WRITTEN_AS: dict[Kind, str] = {
    "text": "text",
    "number": "a plain number such as 3.7 (point as decimal sign, no thousands sign, not NaN or infinite)",
    "boolean": "true or false (also 1/0, yes/no)",
    "timestamp": "an existing time written as 2024-05-31T14:05:00Z or with an offset such as +02:00",
    "date": "an existing date written as 2024-05-31",
}

# 2024-05-31, optionally a time, a fraction, and an offset; no offset means UTC.
_TIME = (
    r"^(\d{4}-\d{2}-\d{2})"
    r"(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$"
)


def cast(values: pl.Series, kind: Kind) -> pl.Series:
    """``values`` (text, or typed as Parquet columns are) as the polars type of ``kind``; null where unreadable."""
    if values.dtype == POLARS_TYPE[kind]:
        return _finite(values) if kind == "number" else values
    if values.dtype == pl.Null:
        return values.cast(POLARS_TYPE[kind])
    if values.dtype != pl.String:
        return _cast_typed(values, kind)
    text = values.str.strip_chars()
    if kind == "number":
        return _finite(text.cast(pl.Float64, strict=False))
    if kind == "boolean":
        return _boolean(text)
    if kind == "date":
        return text.str.to_date("%Y-%m-%d", strict=False).set(text.str.len_bytes() != 10, None)
    return _timestamp(text) if kind == "timestamp" else values


def _cast_typed(values: pl.Series, kind: Kind) -> pl.Series:
    """Typed columns (Parquet): only conversions that lose nothing; anything else is unreadable."""
    dtype, target = values.dtype, POLARS_TYPE[kind]
    nothing = pl.Series(values.name, [None] * values.len(), dtype=target)
    if dtype.is_nested():
        return nothing
    if kind == "text":
        return values.cast(pl.String, strict=False)
    if kind == "number" and dtype.is_numeric():
        return _finite(values.cast(pl.Float64))
    if kind == "boolean" and dtype.is_integer():
        return values.set(~values.is_in([0, 1]), None).cast(pl.Boolean)
    if kind == "timestamp" and isinstance(dtype, pl.Datetime):
        aware = values.dt.replace_time_zone("UTC") if dtype.time_zone is None else values.dt.convert_time_zone("UTC")
        return aware.dt.cast_time_unit("us")
    if kind == "timestamp" and dtype == pl.Date:
        return values.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return cast(values.cast(pl.String), kind)
    return nothing


def _finite(numbers: pl.Series) -> pl.Series:
    return numbers.set(~numbers.is_finite().fill_null(True), None)


def _boolean(text: pl.Series) -> pl.Series:
    lower = text.str.to_lowercase()
    return (
        pl.select(
            pl.when(lower.is_in(["true", "1", "yes"]))
            .then(True)
            .when(lower.is_in(["false", "0", "no"]))
            .then(False)
            .otherwise(None)
        )
        .to_series()
        .rename(text.name)
    )


def _timestamp(text: pl.Series) -> pl.Series:
    """The common spelling first, in one fast pass; the pattern only for what is left."""
    times = text.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", strict=False)
    times = times.dt.replace_time_zone("UTC") if times.dtype.time_zone is None else times
    left = times.is_null() & text.is_not_null()
    if not left.any():
        return times
    at = left.arg_true()
    parts = (
        text.gather(at)
        .to_frame("t")
        .select(
            pl.col("t").str.extract(_TIME, n).fill_null("").alias(name)
            for n, name in enumerate(("day", "minute", "second", "fraction", "offset"), start=1)
        )
    )
    offset = pl.col("offset").str.to_uppercase()
    spelled = parts.select(
        pl.format(
            "{}T{}:{}.{}{}",
            pl.col("day"),
            pl.col("minute").replace("", "00:00"),
            pl.col("second").replace("", "00"),
            pl.col("fraction").str.slice(0, 6).str.pad_end(6, "0"),
            pl.when(offset.is_in(["", "Z", "UTC", "GMT"]))
            .then(pl.lit("+00:00"))
            .when(offset.str.len_bytes() == 3)
            .then(offset + ":00")
            .when(offset.str.len_bytes() == 5)
            .then(offset.str.slice(0, 3) + ":" + offset.str.slice(3))
            .otherwise(offset),
        )
    ).to_series()
    read = spelled.str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%:z", time_unit="us", strict=False)
    return times.scatter(at, read)
