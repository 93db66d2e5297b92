"""A source's rows → a frame of one canonical table, typed by the declared contract and never by guess.

Belongs here: what a database's or an API's value may become in a column of a given kind; telling a column that is
missing or of another type. Does not: which columns a table has (``sources.contract``), judging single rows (ingest).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from connections.clock import Clock, NoMoment, NoZone, Unreadable
from connections.errors import BadConfiguration, SourceChanged
from sources.contract import POLARS_TYPE, TABLES, Kind, Table

_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
#: Fewer unreadable cells may be faults of single rows, which ingest excludes; as many and no other are a new type.
FEW_CELLS = 10


@dataclass(frozen=True)
class Plan:
    """How rows of one resource become rows of ``table``: canonical column → name in the source, or a constant.

    ``is_typed``: the source types its columns itself (a database): what one cell is, all are.
    """

    table: Table
    named: Mapping[str, str]
    constants: Mapping[str, Any]
    clock: Clock
    is_typed: bool


def plan(
    target: str,
    columns: Mapping[str, str],
    constants: Mapping[str, Any],
    clock: Clock,
    offered: Sequence[str] | None,
    is_typed: bool,
) -> Plan:
    """Match the table's columns with what the source offers (null: not known before the rows come).

    Raises ``SourceChanged`` with each column that is missing, ``BadConfiguration`` for a constant of another kind.
    """
    table = TABLES[target]
    for name, value in constants.items():
        kind = table.column(name).kind
        try:
            _as(value, kind, clock)
        except Unreadable:
            raise BadConfiguration(
                f"constants → {name}: must be {_word_of(kind)} for {target}.{name}"
                + (" with an offset such as Z" if kind == "timestamp" else "")
            ) from None
    named = {c: columns.get(c, c) for c in table.column_names if c not in constants}
    if offered is None:
        return Plan(table, named, constants, clock, is_typed)
    needed = {*table.header, *columns} - set(constants)
    missing = [f"{named[c]}: missing ({_use(c, named[c], table)})" for c in needed if named[c] not in offered]
    missing += [
        f"{' or '.join(group)}: missing (one of them must be there for {table.name})"
        for group in table.one_of
        if not any(c in constants or named[c] in offered for c in group)
    ]
    if missing:
        raise SourceChanged(missing)
    return Plan(table, {c: n for c, n in named.items() if n in offered}, constants, clock, is_typed)


def to_frame(rows: Sequence[Mapping[str, Any]], how: Plan) -> pl.DataFrame:
    """``rows`` as the columns of ``how.table`` (those that the source has), in the contract's types.

    A column with cells that are not of its kind stays text, so that ingest excludes those rows with their reason.
    Raises ``SourceChanged`` with each column that is of another type as a whole.
    """
    problems: list[str] = []
    made: list[pl.Series] = []
    for column in how.table.columns:
        if column.name in how.constants:
            constant = how.constants[column.name]
            made.append(pl.Series(column.name, [_as(constant, column.kind, how.clock)] * len(rows)))
        elif column.name in how.named:
            name = how.named[column.name]
            values = [at(row, name) for row in rows]
            if column.filled and rows and all(v is None for v in values) and not how.is_typed:
                problems.append(f"{name}: missing ({_use(column.name, name, how.table)})")
                continue
            found = _column(column.name, name, values, column.kind, how)
            problems += [found] if isinstance(found, str) else []
            made += [found] if isinstance(found, pl.Series) else []
    if problems:
        raise SourceChanged(problems)
    return pl.DataFrame(made)


def at(record: Mapping[str, Any], path: str) -> Any:
    """The value under a key, or below dotted keys (``requester.email``); null where there is none."""
    if path in record:
        return record[path]
    found: Any = record
    for key in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def as_text(value: Any, clock: Clock) -> str | None:
    """A value as the text that a vendor's own export would hold."""
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return clock.read(value).isoformat().replace("+00:00", "Z")
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    if isinstance(value, bytes | bytearray | memoryview):
        raise Unreadable
    return str(value)


def _column(name: str, source_name: str, values: list[Any], kind: Kind, how: Plan) -> pl.Series | str:
    """The column, or in words why the source's is of another type."""
    whole = _at_once(name, values, kind, how.clock)
    if whole is not None:
        return whole
    ready: list[Any] = []
    unread: dict[int, str | None] = {}  # number of the row → what ingest shall find there, and refuse
    n_of_other_type = 0
    for number, value in enumerate(values):
        try:
            if how.is_typed and kind != "text" and isinstance(value, str):
                raise Unreadable  # where columns have types, digits in a text column are no numbers
            ready.append(_as(value, kind, how.clock))
            continue
        except NoZone:
            return f"{source_name}: holds times without an offset: declare the connection's time_zone"
        except NoMoment:
            unread[number] = f"no single moment in {how.clock.zone}"
        except Unreadable:
            unread[number] = value if isinstance(value, str) else f"{_word(value)} in place of {_word_of(kind)}"
            n_of_other_type += 1
        ready.append(None)
    if not unread:
        return pl.Series(name, ready, dtype=POLARS_TYPE[kind])
    n_filled = sum(value is not None for value in values)
    is_all = n_of_other_type == n_filled
    if is_all and (n_filled >= FEW_CELLS or how.is_typed):
        found = sorted({_word(value) for value in values if value is not None})
        return f"{source_name}: must be {_word_of(kind)} for {how.table.name}.{name}, is {' or '.join(found)}"
    texts = [unread[n] if n in unread else as_text(value, how.clock) for n, value in enumerate(ready)]
    return pl.Series(name, texts, dtype=pl.String)


def _at_once(name: str, values: list[Any], kind: Kind, clock: Clock) -> pl.Series | None:
    """The common column, all of one fitting type, made in one step; null where a look at each value is needed."""
    types = set(map(type, values)) - {type(None)}
    fitting = {"text": str, "boolean": bool, "date": date}.get(kind)
    if types <= {fitting} and kind in ("text", "boolean", "date"):
        return pl.Series(name, values, dtype=POLARS_TYPE[kind])
    if kind == "number" and types and types <= {int, float, Decimal}:
        return pl.Series(name, [None if v is None else float(v) for v in values], dtype=pl.Float64)
    if kind == "timestamp" and types == {str}:
        try:
            values, types = [datetime.fromisoformat(v) if v else None for v in values], {datetime}
        except ValueError:
            return None
    if kind == "timestamp" and types == {datetime}:
        zones = {v.tzinfo for v in values if v}
        walls = pl.Series(name, [v.replace(tzinfo=None) if v else None for v in values], dtype=pl.Datetime("us"))
        if zones <= {UTC, ZoneInfo("UTC")}:
            return walls.dt.replace_time_zone("UTC")
        if zones == {None} and clock.zone is not None:
            ambiguous = {"first": "earliest", "second": "latest"}.get(clock.fold or "", "null")
            local = walls.dt.replace_time_zone(clock.zone.key, ambiguous=ambiguous, non_existent="null")
            if local.null_count() == walls.null_count():
                return local.dt.convert_time_zone("UTC")
    return None


def _as(value: Any, kind: Kind, clock: Clock) -> Any:
    """``value`` as the contract's kind, with nothing lost. Raises ``Unreadable``."""
    if value is None or (isinstance(value, str) and kind != "text" and not value.strip()):
        return None
    if kind == "text":
        return as_text(value, clock)
    if kind == "timestamp":
        return clock.read(value)
    if kind == "date":
        return _day(value)
    if kind == "boolean":
        if isinstance(value, str):
            value = _TRUTH.get(value.strip().lower())
        if isinstance(value, bool) or (isinstance(value, int | Decimal) and value in (0, 1)):
            return bool(value)
        raise Unreadable
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise Unreadable
    try:
        return float(value)
    except (ValueError, OverflowError):
        raise Unreadable from None


def _day(value: Any) -> date:
    """A day; a time counts as one only at midnight, so that no hour is lost."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise Unreadable from None
    if isinstance(value, datetime):
        if value.time() != time.min:
            raise Unreadable
        return value.date()
    if isinstance(value, date):
        return value
    raise Unreadable


def _use(column: str, source_name: str, table: Table) -> str:
    return f"{table.name}.{column}" + ("" if column == source_name else f" is read from {source_name}")


def _word_of(kind: Kind) -> str:
    return {"timestamp": "time", "date": "day"}.get(kind, kind)


def _word(value: Any) -> str:
    """The type of a value, in the words of the contract."""
    for types, word in (
        (bool, "boolean"),
        (int | float | Decimal, "number"),
        (str | UUID, "text"),
        (datetime, "time"),
        (date, "day"),
        (bytes | bytearray | memoryview, "bytes"),
    ):
        if isinstance(value, types):
            return word
    return "list or object"
