"""The verdict on a faulty file: what was read of it, held against what is known of it by construction.

Belongs here: the properties that must hold whatever the fault. Does not: how files are broken (``faulty_files``).
Readings of a new value are worked out here anew (``Decimal``, ``fromisoformat``), not asked of the product.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sources import catalog
from sources.errors import WrongShape
from sources.extract import Extract
from tests.faults.faulty import Cell, Faulty, at_path, leaves, written
from tests.faults.good_deliveries import QUIXEL, Good, good_deliveries

Rows = dict[str, list[dict[str, Any]]]

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")

# What is true of a file as a whole stands in no row.
_OF_THE_ROW_ALONE = ("source_row", "is_derived")


def verdict(faulty: Faulty) -> str | None:
    """What is wrong with how ``faulty`` is taken; null if nothing is."""
    try:
        extract = catalog.read_bytes(faulty.data, faulty.name)
    except WrongShape as refusal:
        if faulty.outcome == "loaded":
            return f"refused: {refusal.message}"
        return _message(refusal.message, faulty)
    if faulty.outcome == "refused" and not _all_excluded(extract):
        return f"loaded {extract.rows_read} rows of a file that cannot be read"
    return next(_faults(extract, faulty), None)


def _all_excluded(extract: Extract) -> bool:
    return extract.rows_excluded == extract.rows_read and not any(f.height for f in extract.tables.values())


def _faults(extract: Extract, faulty: Faulty) -> Iterator[str]:
    extract.check_sums()
    numbers = {n for f in extract.tables.values() for n in f["source_row"]} | set(extract.excluded["source_row"])
    if numbers - set(range(1, extract.rows_read + 1)):
        yield f"rows {numbers} of {extract.rows_read}"
    nothing_taken = faulty.outcome == "either" and _all_excluded(extract)
    if faulty.n_rows is not None and extract.rows_read != faulty.n_rows and not nothing_taken:
        yield f"{extract.rows_read} rows read of {faulty.n_rows}"
    for frame in (extract.excluded, extract.warnings):
        if frame["message"].null_count() or frame["reason"].null_count():
            yield "a message or reason is missing"
        for message in frame["message"].unique():
            if said := _message(message, faulty):
                yield said
    base = _good_rows(faulty.good)
    excluded, warned = _by_row(extract.excluded), _by_row(extract.warnings)
    rows = _rows(extract)
    for number in range(1, extract.rows_read + 1) if not nothing_taken else ():
        found, reasons = rows.get(number, {}), excluded.get(number, set())
        if number in faulty.same:
            expected, was_excluded = base[faulty.same[number]]
            if (found, reasons) != (expected, was_excluded) and not reasons & faulty.good.joined:
                yield f"row {number} is not touched by the fault, and {_difference(expected, found)} {reasons}"
        elif number in faulty.changed:
            of, cell = faulty.changed[number]
            expected, _ = base[of]
            is_told = bool(reasons) or number in warned or bool(warned.get(None))
            for said in _altered(faulty.good, of, cell, expected, found, is_told):
                yield f"row {number}, {cell}: {said}"
        elif faulty.n_rows is not None and found and not reasons and number not in warned:
            is_copy = any(expected == found for expected, _ in base.values())
            is_joined = any(number in faulty.good.together.get(other, ()) for other in faulty.changed)
            if number in base and not is_copy and not is_joined and None not in warned:
                yield f"row {number} is not whole and was kept: {_difference(base[number][0], found)}"


def _by_row(frame) -> dict[int | None, set[str]]:
    found: dict[int | None, set[str]] = {}
    for number, reason in frame.select("source_row", "reason").rows():
        found.setdefault(number, set()).add(reason)
    return found


def _rows(extract: Extract) -> dict[int, Rows]:
    """Source row → table → its rows, without their place in the file."""
    found: dict[int, Rows] = {}
    for table, frame in extract.tables.items():
        for row in frame.iter_rows(named=True):
            kept = {k: v for k, v in row.items() if k not in _OF_THE_ROW_ALONE}
            found.setdefault(row["source_row"], {}).setdefault(table, []).append(kept)
    for tables in found.values():
        for rows in tables.values():
            rows.sort(key=str)
    return found


@cache
def _good_by_name() -> dict[str, dict[int, tuple[Rows, set[str]]]]:
    found = {}
    for good in good_deliveries():
        extract = catalog.read_bytes(written(good), good.name)
        assert extract.source == good.source
        assert extract.rows_read == len(good.rows)
        rows, excluded = _rows(extract), _by_row(extract.excluded)
        found[good.name] = {n: (rows.get(n, {}), excluded.get(n, set())) for n in range(1, len(good.rows) + 1)}
    return found


def _good_rows(good: Good) -> dict[int, tuple[Rows, set[str]]]:
    return _good_by_name()[good.name]


def _difference(expected: Rows, found: Rows) -> str:
    for table in sorted({*expected, *found}):
        ours, theirs = expected.get(table, []), found.get(table, [])
        if len(ours) != len(theirs):
            return f"{table} has {len(theirs)} rows in place of {len(ours)}"
        for our, their in zip(ours, theirs, strict=True):
            for column in our:
                if our[column] != their[column]:
                    return f"{table}.{column} is {their[column]!r} in place of {our[column]!r}"
    return "its exclusion differs"


# Messages ------------------------------------------------------------------------------------------------------------


def _message(message: str, faulty: Faulty) -> str | None:
    """A message says something, and never what a cell holds."""
    if len(message) < 10:
        return f"the message {message!r} says nothing"
    if QUIXEL in message.lower():
        return f"the message repeats a cell: {message}"
    for _, cell in faulty.changed.values():
        shown = str(cell.new)
        if len(shown) >= 5 and re.search(rf"(?<!\w){re.escape(shown)}(?!\w)", message):
            return f"the message repeats the cell {shown!r}: {message}"
    return None


# Values --------------------------------------------------------------------------------------------------------------


def _altered(good: Good, of: int, cell: Cell, expected: Rows, found: Rows, is_told: bool) -> Iterator[str]:
    """Each value of a row with one other cell: as before, or exactly what the new cell says, or told to be lost."""
    cells = _cells(good, of)
    for table, rows in found.items():
        before = Counter()
        for row in expected.get(table, []):
            before.update((column, _plain(value)) for column, value in row.items())
        for row in rows:
            for column, value in row.items():
                if (column, _plain(value)) in before or _is_told_by(column, value, row):
                    continue
                if value is None:
                    if not is_told and _says_something(cell) and column not in good.may_fall_silent:
                        yield f"{table}.{column} is lost without a word"
                    continue
                if column == "outcome" and {_is_money(cell.old), _is_money(cell.new)} <= {True, None}:
                    continue  # what a renewal came to follows from two sums of money
                olds = [v for (c, v) in before if c == column]
                if not any(_says(text, value, cell, olds) for text in [cell.new, *cells]):
                    yield f"{table}.{column} is {value!r} (before: {olds})"
    for table, rows in expected.items():
        lost = len(rows) - len(found.get(table, []))
        if lost > 0 and not is_told and _says_something(cell):
            yield f"{lost} rows of {table} are lost without a word"


def _says_something(cell: Cell) -> bool:
    return cell.new not in (None, "", [], {}) and bool(str(cell.new).strip())


def _is_money(value: Any) -> bool | None:
    """Null for a cell that is gone."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value)).is_finite()
    except ArithmeticError:
        return False


def _is_told_by(column: str, value: Any, row: dict[str, Any]) -> bool:
    """Words of our own: an unknown channel is kept as such, with a warning."""
    return column == "channel" and value == "unknown"


def _cells(good: Good, of: int) -> list[Any]:
    row = good.rows[of - 1]
    return list(row) if good.form == "csv" else [at_path(row, path) for path in leaves(row)]


def _plain(value: Any) -> Any:
    return value if not isinstance(value, float) else repr(value)


def _says(text: Any, value: Any, cell: Cell, olds: list[Any]) -> bool:
    """Whether ``text``, read by itself, says ``value``."""
    if text is None:
        return False
    if isinstance(text, list) and len(text) == 1:
        return _says(text[0], value, cell, olds) or isinstance(text[0], list)
    said = "true" if text is True else "false" if text is False else str(text)
    if isinstance(value, bool):
        return True  # a flag is drawn from a cell by each vendor's own rule, and there is no third value
    if isinstance(value, datetime):
        # A count of events tells its versions apart by microseconds.
        return any(abs(value - moment) < timedelta(milliseconds=1) for moment in _moments(said))
    if isinstance(value, date):
        return value in {m.date() for m in _moments(said)}
    if isinstance(value, float):
        return _is_number(said, value, cell.old, olds)
    said = json.dumps(text, ensure_ascii=False, sort_keys=True) if isinstance(text, list | dict) else said.strip(" \t")
    if said and (said in value or said.replace("\r\n", "\n") in value or said.strip() in value):
        return True
    if any(_is_number(said, float(part), cell.old, []) for part in _NUMBER.findall(value)):
        return True  # a number of JSON stands in a text as it is written there or as its shortest spelling
    is_part = any(isinstance(old, str) and old != str(cell.old).strip() and old in str(cell.old) for old in olds)
    return (is_part or not olds) and value in said


def _is_number(said: str, value: float, old: Any, olds: list[Any]) -> bool:
    try:
        number = Decimal(said.strip())
        if not number.is_finite():
            return False
        if float(number) == value:
            return True
        # In another unit: cents, a month's price as a year's.
        factors = [Decimal(str(before)) / Decimal(str(old)) for before in olds if before is not None]
        return any(abs(float(number * factor) - value) < 1e-9 for factor in factors)
    except (ArithmeticError, ValueError):
        return False


def _moments(said: str) -> Iterator[datetime]:
    said = said.strip()
    if said.endswith(":60Z"):  # a leap second is the first moment after it, as clocks that count seconds have it
        yield from (m + timedelta(minutes=1) for m in _moments(said.replace(":60Z", ":00Z")))
    if parted := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", said):  # an export whose other dates show the order
        said = f"{parted[3]}-{parted[1]}-{parted[2]}"
    try:
        moment = datetime.fromisoformat(said)
        yield moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    try:
        seconds = float(said)
    except ValueError:
        return
    for unit in (1, 1_000, 1_000_000):
        try:
            yield datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds / unit)
        except (OverflowError, ValueError):
            continue
