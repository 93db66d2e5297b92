"""Text → typed values, for a whole column at once; what cannot be read becomes null and is told apart by the caller.

Belongs here: how numbers, booleans, dates and times may be written. Does not: which column needs which (``contract``).
Nothing is rounded, and no format is guessed: 3.7 stays 3.7, 03/04/2024 is no date.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sources import local_times
from sources.contract import POLARS_TYPE, Kind

WRITTEN_AS: dict[Kind, str] = {
    "text": "text",
    "number": "a plain number such as 3.7 (point as decimal sign, no thousands sign, not NaN or infinite, "
    "no integer of more digits than are kept)",
    "boolean": "true or false (also 1/0, yes/no)",
    "timestamp": "an existing time written as 2024-05-31T14:05:00Z or with an offset such as +02:00",
    "date": "an existing date written as 2024-05-31",
}

#: What may stand for true and false, in lower case.
TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

_EXACT_TO = 2.0**53  # beyond it not every integer is a float

# 2024-05-31, optionally a time, a fraction, and an offset; no offset means the zone that the source declares, else UTC.
_TIME = (
    r"^(\d{4}-\d{2}-\d{2})"
    r"(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$"
)


def cast_columns(frame: pl.DataFrame, kinds: Mapping[str, Kind]) -> pl.DataFrame:
    """The columns of ``kinds`` (text, or typed as Parquet columns are), each as the polars type of its kind.

    What cannot be read becomes null. All columns are cast in one pass; only cells whose time or truth is not spelled in
    the common way take a second.
    """
    ready = [_cast_typed(frame[name], kind) for name, kind in kinds.items() if frame.schema[name] != pl.String]
    frame = frame.with_columns(ready)
    text = {name for name in kinds if frame.schema[name] == pl.String}
    typed = frame.select(_cast_text(name, kind) if name in text else pl.col(name) for name, kind in kinds.items())
    numbers = [name for name in kinds if name in text and kinds[name] == "number"]
    if numbers:
        most = typed.select(pl.col(numbers).abs().max()).row(0)
        large = [name for name, number in zip(numbers, most, strict=True) if number is not None and number >= _EXACT_TO]
        typed = typed.with_columns(_exact_integers(frame[name], typed[name]) for name in large)
    spelled = [name for name in text if kinds[name] in _OTHER_SPELLINGS]
    if spelled:
        left = typed.select(pl.col(name).is_null() & frame[name].is_not_null() for name in spelled)
        uncommon = [name for name in spelled if left[name].any()]
        typed = typed.with_columns(
            typed[name].scatter(at := left[name].arg_true(), _OTHER_SPELLINGS[kinds[name]](frame[name].gather(at)))
            for name in uncommon
        )
    return typed


def cast(values: pl.Series, kind: Kind) -> pl.Series:
    """One column, as ``cast_columns`` does it."""
    return cast_columns(values.to_frame("x"), {"x": kind})["x"].alias(values.name)


def _cast_text(name: str, kind: Kind) -> pl.Expr:
    if kind == "text":
        return pl.col(name)
    if kind == "boolean":
        return pl.when(pl.col(name) == "true").then(True).when(pl.col(name) == "false").then(False).alias(name)
    if kind == "timestamp":
        # Nearly all times of a column differ: remembering those that were read costs more than reading them.
        common = "%Y-%m-%dT%H:%M:%SZ"
        return pl.col(name).str.to_datetime(common, time_unit="us", time_zone="UTC", strict=False, cache=False)
    text = pl.col(name).str.strip_chars()
    if kind == "number":
        number = text.cast(pl.Float64, strict=False)
        return pl.when(number.is_finite()).then(number).alias(name)
    return pl.when(text.str.len_bytes() == 10).then(text.str.to_date("%Y-%m-%d", strict=False)).alias(name)


def _cast_typed(values: pl.Series, kind: Kind) -> pl.Series:
    """Typed columns (Parquet): only conversions that lose nothing; anything else is unreadable."""
    dtype, target = values.dtype, POLARS_TYPE[kind]
    if dtype == pl.Null:
        return values.cast(target)
    if dtype == target:
        return _finite(values) if kind == "number" else values
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
        aware = local_times.utc(values) if dtype.time_zone is None else values.dt.convert_time_zone("UTC")
        return aware.dt.cast_time_unit("us")
    if kind == "timestamp" and dtype == pl.Date:
        return local_times.utc(values.cast(pl.Datetime("us")))
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return cast(values.cast(pl.String), kind)
    return nothing


def _exact_integers(text: pl.Series, numbers: pl.Series) -> pl.Series:
    """``numbers`` without the integers that a float holds only rounded."""
    written = text.str.strip_chars()
    is_integer = written.str.contains(r"^[+-]?[0-9]+$").fill_null(False)
    is_kept = (written.cast(pl.Int64, strict=False) == numbers.cast(pl.Int64, strict=False)).fill_null(False)
    return numbers.set(is_integer & (numbers.abs() >= _EXACT_TO).fill_null(False) & ~is_kept, None)


def _finite(numbers: pl.Series) -> pl.Series:
    return numbers.set(~numbers.is_finite().fill_null(True), None)


def _other_truths(text: pl.Series) -> pl.Series:
    return text.str.strip_chars().str.to_lowercase().replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)


def _other_times(text: pl.Series) -> pl.Series:
    moment, local = _spelled_times(text)
    return moment.zip_with(local.is_null(), local_times.utc(local))


_OTHER_SPELLINGS = {"timestamp": _other_times, "boolean": _other_truths}


def _spelled_times(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Times with an offset as UTC, and those without one as local times; null where they are not of the kind."""
    parts = (
        text.str.strip_chars()
        .to_frame("t")
        .select(
            pl.col("t").str.extract(_TIME, n).fill_null("").alias(name)
            for n, name in enumerate(("day", "minute", "second", "fraction", "offset"), start=1)
        )
    )
    offset = pl.col("offset").str.to_uppercase()
    local = pl.format(
        "{}T{}:{}.{}",
        pl.col("day"),
        pl.col("minute").replace("", "00:00"),
        pl.col("second").replace("", "00"),
        pl.col("fraction").str.slice(0, 6).str.pad_end(6, "0"),
    )
    numbered = (
        pl.when(offset.is_in(["Z", "UTC", "GMT"]))
        .then(pl.lit("+00:00"))
        .when(offset.str.len_bytes() == 3)
        .then(offset + ":00")
        .when(offset.str.len_bytes() == 5)
        .then(offset.str.slice(0, 3) + ":" + offset.str.slice(3))
        .otherwise(offset)
    )
    is_local = offset == ""
    return tuple(
        parts.select(
            moment=pl.when(~is_local)
            .then(local + numbered)
            .str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%:z", time_unit="us", strict=False),
            local=pl.when(is_local).then(local).str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f", time_unit="us", strict=False),
        ).get_columns()
    )


def clock_faults(values: pl.Series) -> pl.Series:
    """Why a time of the column, text or typed, is no single moment in the zone of its source; null where it is."""
    if values.dtype == pl.String:
        return local_times.faults(_spelled_times(values)[1])
    if values.dtype == pl.Date or (values.dtype == pl.Datetime and values.dtype.time_zone is None):
        return local_times.faults(values.cast(pl.Datetime("us")))
    return pl.Series(values.name, [None] * values.len(), dtype=pl.String)
