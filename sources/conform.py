"""Text columns → the typed columns of the contract; each row that does not fit is excluded with column and reason.

Belongs here: what holds of one column (type, filled, allowed, limits) and of a header. Does not: what holds between
columns (``rules``), how a vendor names things (its module), what a value may look like (``casting``).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from sources import rules
from sources.casting import WRITTEN_AS, cast
from sources.contract import POLARS_TYPE, Column, Table
from sources.errors import WrongShape
from sources.extract import EXCLUDED_SCHEMA, WARNING_SCHEMA, stacked, warning_rows
from sources.rules import Finding


@dataclass(frozen=True)
class Conformed:
    """``rows``: the table's columns in the contract's order + ``source_row`` + ``is_derived``."""

    rows: pl.DataFrame
    excluded: pl.DataFrame
    warnings: pl.DataFrame


def check_header(table: Table, columns: Sequence[str]) -> None:
    """Raise ``WrongShape`` if a column is missing that the file must have, naming what to add."""
    missing = sorted(set(table.header) - set(columns))
    for group in table.one_of:
        if not set(group) & set(columns):
            missing.append(" or ".join(group))
    if not missing:
        return
    hints = []
    for name in missing:
        near = difflib.get_close_matches(name, columns, n=1, cutoff=0.6)
        hints += [f"is {near[0]} meant to be {name}?"] if near else []
    raise WrongShape(
        f"the {table.name} file has no column {', '.join(missing)}: add {'them' if len(missing) > 1 else 'it'} to the "
        f"export under {'these names' if len(missing) > 1 else 'this name'}"
        + (f" ({'; '.join(hints)})" if hints else "")
        + f". A {table.name} file must have: {', '.join(table.header)}",
        reason="missing_column",
        column=missing[0],
    )


def conform(table: Table, frame: pl.DataFrame) -> Conformed:
    """Type and judge the rows of ``frame`` (``source_row``, ``is_derived``, any of the table's columns).

    Columns that are absent become null. A row with several faults is excluded once, for its first column at fault;
    the message names the others.
    """
    typed: dict[str, pl.Series] = {}
    findings: list[Finding] = []
    for column in table.columns:
        if column.name not in frame.columns:
            typed[column.name] = pl.Series(column.name, [None] * frame.height, dtype=POLARS_TYPE[column.kind])
            continue
        values, found = _column(column, frame[column.name])
        typed[column.name] = values
        findings += found
    rows = pl.DataFrame([*typed.values(), frame["source_row"], frame["is_derived"]])
    findings += rules.between_columns(table, rows)
    faults = [f for f in findings if not f.is_warning]
    is_good = pl.repeat(True, rows.height, eager=True)
    for fault in faults:
        is_good &= ~fault.at
    return Conformed(
        rows.filter(is_good) if faults else rows,
        _excluded(table, rows, faults),
        _warnings(table, rows, [f for f in findings if f.is_warning], is_good),
    )


def _column(column: Column, raw: pl.Series) -> tuple[pl.Series, list[Finding]]:
    """The typed column and what is wrong with single cells of it."""
    if raw.dtype == pl.String:
        blank = raw.str.strip_chars().str.len_bytes() == 0
        raw = raw.set(blank.fill_null(False), None) if blank.any() else raw
    values = cast(raw, column.kind).alias(column.name)
    found = []
    unreadable = values.is_null() & raw.is_not_null()
    if unreadable.any():
        what = f"{column.name} must be {WRITTEN_AS[column.kind]}"
        found.append(Finding(column.name, "wrong_type", f"{what}: correct it in the export", unreadable))
    if column.filled and raw.null_count():
        found.append(
            Finding(column.name, "missing_value", f"{column.name} is empty: fill it in the export", raw.is_null())
        )
    if column.allowed:
        values = values.str.strip_chars().str.to_lowercase()
        other = (~values.is_in(column.allowed)).fill_null(False)
        if other.any() and column.otherwise is not None:
            what = f"{column.name} is none of {', '.join(column.allowed)}: kept as {column.otherwise}; map it"
            found.append(Finding(column.name, f"unknown_{column.name}", what, other, is_warning=True))
            values = values.set(other, column.otherwise)
        elif other.any():
            what = f"{column.name} must be one of {', '.join(column.allowed)}: correct or map it in the export"
            found.append(Finding(column.name, "not_allowed", what, other))
    for limit, beyond, word in (
        (column.minimum, values.__lt__, "least"),
        (column.maximum, values.__gt__, "most"),
    ):
        if limit is not None:
            out = beyond(limit).fill_null(False)
            if out.any():
                what = f"{column.name} must be at {word} {limit:g}: correct it in the export"
                found.append(Finding(column.name, "out_of_range", what, out))
    return values, found


def _excluded(table: Table, rows: pl.DataFrame, findings: Sequence[Finding]) -> pl.DataFrame:
    """One row per excluded row: its first finding in the contract's order of columns, the others named."""
    if not findings:
        return pl.DataFrame(schema=EXCLUDED_SCHEMA)
    order = {name: at for at, name in enumerate(table.column_names)}
    found = pl.concat(
        rows.with_row_index("at")
        .filter(f.at)
        .select(
            "at",
            "source_row",
            "is_derived",
            pl.lit(order[f.column]).alias("order"),
            pl.lit(f.column).alias("column_name"),
            pl.lit(f.reason).alias("reason"),
            pl.lit(f.message).alias("message"),
        )
        for f in findings
    )
    first = (
        found.sort("at", "order", maintain_order=True)
        .group_by("at", maintain_order=True)
        .agg(
            pl.col("source_row", "is_derived", "column_name", "reason", "message").first(),
            pl.col("column_name").unique(maintain_order=True).slice(1).alias("others"),
        )
    )
    return first.select(
        "source_row",
        pl.lit(table.name).alias("table_name"),
        "column_name",
        "reason",
        pl.when(pl.col("others").list.len() > 0)
        .then(pl.format("{} (also at fault: {})", "message", pl.col("others").list.join(", ")))
        .otherwise("message")
        .alias("message"),
        "is_derived",
    )


def _warnings(table: Table, rows: pl.DataFrame, findings: Iterable[Finding], is_good: pl.Series) -> pl.DataFrame:
    frames = [
        warning_rows(rows.filter(f.at & is_good)["source_row"], f.reason, f.message, table.name, f.column)
        for f in findings
    ]
    return stacked(frames, WARNING_SCHEMA)


def text_frame(rows: Sequence[dict[str, str | None]], columns: Iterable[str]) -> pl.DataFrame:
    """Rows made one by one (from JSON) as a frame that ``conform`` takes."""
    names = list(columns)
    return pl.DataFrame(
        [
            pl.Series("source_row", [r["source_row"] for r in rows], dtype=pl.Int64),
            pl.Series("is_derived", [bool(r.get("is_derived")) for r in rows], dtype=pl.Boolean),
            *(pl.Series(name, [r.get(name) for r in rows], dtype=pl.String) for name in names),
        ]
    )
