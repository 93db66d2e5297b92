"""Text columns → the typed columns of the contract; each row that does not fit is excluded with column and reason.

Belongs here: what holds of one column (type, filled, allowed, limits) and of a header. Does not: what holds between
columns (``rules``), how a vendor names things (its module), what a value may look like (``casting``).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sources import local_times
from sources.casting import WRITTEN_AS, cast_columns, clock_faults
from sources.contract import MOST_CHARS, POLARS_TYPE, Column, Table
from sources.declared import in_force
from sources.errors import WrongShape
from sources.extract import EXCLUDED_SCHEMA, WARNING_SCHEMA, stacked, warning_rows
from sources.rules import Rule, between_columns
from sources.vendor_times import text_or_times


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
        column=missing[0].split(" or ")[0],
    )


def conform(table: Table, frame: pl.DataFrame) -> Conformed:
    """Type and judge the rows of ``frame`` (``source_row``, ``is_derived``, any of the table's columns).

    Columns that are absent become null. A row with several faults is excluded once, for its first column at fault;
    the message names the others.
    """
    # A column that may be empty and is so in every row has nothing to be typed or judged.
    present = [c for c in table.columns if c.name in frame.columns and (c.filled or _has_cells(frame[c.name]))]
    given = _without_blanks(frame.select(c.name for c in present))
    typed = cast_columns(given, {c.name: c.kind for c in present})
    listed = [c for c in present if c.allowed]
    is_settled = typed.select(~_not_allowed(c).any() for c in listed)
    unsettled = [c for c in listed if not is_settled[c.name].all()]
    rows = pl.concat([typed, frame.select("source_row", "is_derived")], how="horizontal").select(
        *(
            pl.lit(None, POLARS_TYPE[c.kind]).alias(c.name)
            if c not in present
            else _settled(c)
            if c in unsettled
            else pl.col(c.name)
            for c in table.columns
        ),
        "source_row",
        "is_derived",
    )
    judged = rows.with_columns(given[c.name].is_not_null().alias(_GIVEN.format(c.name)) for c in present)
    local = [c.name for c in present if c.kind == "timestamp"] if in_force().time_zone else []
    judged = judged.with_columns(_clock_fault(given[name], typed[name]) for name in local)
    rules = [rule for column in present for rule in _of_column(column, column.name in local)] + between_columns(table)
    rules += _of_long_texts([c.name for c in present if c.kind == "text"], rows)
    broken = judged.select(rule.broken.any().alias(str(n)) for n, rule in enumerate(rules)).row(0)
    found = [
        (rule, judged.select(rule.broken.fill_null(False).alias("at")).to_series())
        for rule, is_broken in zip(rules, broken, strict=True)
        if is_broken
    ]
    faults = [(rule, at) for rule, at in found if not rule.is_warning]
    is_good = pl.repeat(True, rows.height, eager=True)
    for _, at in faults:
        is_good &= ~at
    replaced = {c.name: c.otherwise for c in present if c.otherwise is not None}
    kept = rows.with_columns(
        pl.when(_not_allowed(table.column(name))).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in replaced.items()
    )
    return Conformed(
        kept.filter(is_good) if faults else kept,
        _excluded(table, rows, faults),
        _warnings(table, rows, [(rule, at & is_good) for rule, at in found if rule.is_warning]),
    )


_NESTED = r"^(?:[a-z_]+:)*[\[{]"  # how JSON begins, behind what readers put before a vendor's ids
_GIVEN = "{} was given"  # whether a cell held anything, before it was cast
_CLOCK = "{} by the clock"  # why a local time is no single moment


def _without_blanks(given: pl.DataFrame) -> pl.DataFrame:
    """A cell of nothing but spaces is empty."""
    texts = [name for name in given.columns if _is_text(given, name)]
    # Few cells begin with a space of any kind, and only those are looked at as a whole.
    begins = given.select((pl.col(name) < "!") | (pl.col(name) > "~") for name in texts)
    blank = [name for name in texts if begins[name].any() and _blank(given[name].filter(begins[name])).any()]
    if not blank:
        return given
    return given.with_columns(given[name].set(_blank(given[name]), None) for name in blank)


def _blank(texts: pl.Series) -> pl.Series:
    return texts.str.strip_chars().str.len_bytes() == 0


def _has_cells(values: pl.Series) -> bool:
    return values.null_count() < values.len()


def _is_text(frame: pl.DataFrame, name: str) -> bool:
    return frame.schema[name] == pl.String


def _settled(column: Column) -> pl.Expr:
    """Words of a fixed list are compared without regard to case and surrounding spaces."""
    return pl.col(column.name).str.strip_chars().str.to_lowercase()


def _not_allowed(column: Column) -> pl.Expr:
    return ~pl.col(column.name).is_in(column.allowed)


def _clock_fault(given: pl.Series, typed: pl.Series) -> pl.Series:
    """Looked for only where a time that was given could not be read."""
    lost = (typed.is_null() & given.is_not_null()).arg_true()
    found = pl.Series(_CLOCK.format(given.name), [None] * given.len(), dtype=pl.String)
    return found.scatter(lost, clock_faults(given.gather(lost))) if lost.len() else found


def _of_column(column: Column, is_local: bool) -> Iterator[Rule]:
    """What has to hold of single cells of ``column``. ``is_local``: its times may lack an offset in a declared zone."""
    name, value, was_given = column.name, pl.col(column.name), pl.col(_GIVEN.format(column.name))
    if column.kind != "text":
        what = f"{name} must be {WRITTEN_AS[column.kind]}: correct it in the export"
        by_clock = pl.col(_CLOCK.format(name)) if is_local else pl.lit(None, pl.String)
        yield Rule(name, "wrong_type", what, value.is_null() & was_given & by_clock.is_null())
        for fault in (local_times.SKIPPED, local_times.REPEATED) if is_local else ():
            yield Rule(name, fault, local_times.advice(name, fault), by_clock == fault)
    else:
        yield Rule(name, "wrong_type", f"{name} must be plain text: correct it", value.is_null() & was_given)
    if name.endswith("_id") or name == "merged_into":
        what = f"{name} holds a list or an object: write one plain value"
        yield Rule(name, "wrong_type", what, value.str.contains(_NESTED))
    if column.filled:
        yield Rule(name, "missing_value", f"{name} is empty: fill it in the export", ~was_given)
    listed = ", ".join(column.allowed)
    if column.allowed and column.otherwise is not None:
        what = f"{name} is none of {listed}: it is kept as {column.otherwise}; map it in the export"
        yield Rule(name, f"unknown_{name}", what, _not_allowed(column), is_warning=True)
    elif column.allowed:
        what = f"{name} must be one of {listed}: correct or map it in the export"
        yield Rule(name, "not_allowed", what, _not_allowed(column))
    if column.minimum is not None:
        what = f"{name} must be at least {column.minimum:g}: correct it in the export"
        yield Rule(name, "out_of_range", what, value < column.minimum)
    if column.maximum is not None:
        what = f"{name} must be at most {column.maximum:g}: correct it in the export"
        yield Rule(name, "out_of_range", what, value > column.maximum)


def _of_long_texts(texts: Sequence[str], rows: pl.DataFrame) -> list[Rule]:
    """Readers of tables measure their cells; a text deep inside a vendor's object is measured here."""
    longest = rows.select(pl.col(name).str.len_bytes().max() for name in texts).row(0) if texts else ()
    what = f"{{}} is longer than {MOST_CHARS} characters: shorten it in the export"
    return [
        Rule(name, "too_long", what.format(name), pl.col(name).str.len_chars() > MOST_CHARS)
        for name, n_bytes in zip(texts, longest, strict=True)
        if (n_bytes or 0) > MOST_CHARS
    ]


def _excluded(table: Table, rows: pl.DataFrame, faults: Sequence[tuple[Rule, pl.Series]]) -> pl.DataFrame:
    """One row per excluded row: its first fault in the contract's order of columns, the others named."""
    if not faults:
        return pl.DataFrame(schema=EXCLUDED_SCHEMA)
    order = {name: at for at, name in enumerate(table.column_names)}
    found = pl.concat(
        rows.with_row_index("at")
        .filter(at)
        .select(
            "at",
            "source_row",
            "is_derived",
            pl.lit(order[rule.column]).alias("order"),
            pl.lit(rule.column).alias("column_name"),
            pl.lit(rule.reason).alias("reason"),
            pl.lit(rule.message).alias("message"),
        )
        for rule, at in faults
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


def _warnings(table: Table, rows: pl.DataFrame, noticed: Sequence[tuple[Rule, pl.Series]]) -> pl.DataFrame:
    frames = [
        warning_rows(rows.filter(at)["source_row"], rule.reason, rule.message, table.name, rule.column)
        for rule, at in noticed
    ]
    return stacked(frames, WARNING_SCHEMA)


def text_frame(rows: Sequence[dict[str, Any]], columns: Iterable[str]) -> pl.DataFrame:
    """Rows made one by one (from JSON) as a frame that ``conform`` takes.

    Cells are texts or null; in a column of times also seconds since 1970 (``vendor_times.is_second``).
    """
    cells = _by_column(rows)
    numbers = cells.pop("source_row", ())
    derived = map(bool, cells.pop("is_derived", [None] * len(rows)))
    nothing = pl.repeat(None, len(rows), dtype=pl.String, eager=True)
    return pl.DataFrame(
        [
            pl.Series("source_row", numbers, dtype=pl.Int64),
            pl.Series("is_derived", list(derived), dtype=pl.Boolean),
            *(text_or_times(name, cells[name]) if name in cells else nothing.alias(name) for name in columns),
        ]
    )


def _by_column(rows: Sequence[dict[str, Any]]) -> dict[str, Sequence[Any]]:
    """The cells of all rows under each key; null where a row has not got it."""
    shapes = set(map(tuple, rows))
    if len(shapes) == 1:
        return dict(zip(shapes.pop(), zip(*map(dict.values, rows), strict=True), strict=True))
    return {name: [row.get(name) for row in rows] for name in set().union(*shapes)}
