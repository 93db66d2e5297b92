"""The words in which a suite is written: statements about a table, and the expectations that test them.

Belongs here: plain descriptions that cost nothing to import. Does not: Great Expectations itself (``judge``),
which table must look like what (``suites``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from expectations.results import Severity


@dataclass(frozen=True)
class Expect:
    """One expectation: its Great Expectations class and arguments, and in words what it counts when broken."""

    kind: str
    about: str
    columns: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """A sentence that is true when green, the expectations behind it, and what to do when it is red."""

    name: str
    description: str
    expects: tuple[Expect, ...]
    what_to_do: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Suite:
    """All statements about one table.

    ``columns``: those that must be there. ``derived``: helper columns that some expectations need, as polars
    expressions over the table's own columns.
    """

    table: str
    columns: tuple[str, ...]
    statements: tuple[Statement, ...]
    derived: Mapping[str, pl.Expr] = field(default_factory=dict)


def filled(column: str, where: str | None = None, about: str | None = None) -> Expect:
    """No empty cell; ``where`` is a pandas query that limits the rows."""
    return Expect(
        "ExpectColumnValuesToNotBeNull", about or f"{column} is filled", (column,), {"column": column, **_where(where)}
    )


def empty(column: str, where: str | None = None, about: str | None = None) -> Expect:
    """Only empty cells; ``where`` is a pandas query that limits the rows."""
    return Expect(
        "ExpectColumnValuesToBeNull", about or f"{column} is empty", (column,), {"column": column, **_where(where)}
    )


def listed(column: str, values: tuple[Any, ...], about: str | None = None) -> Expect:
    """Each filled cell is one of ``values``."""
    return Expect(
        "ExpectColumnValuesToBeInSet",
        about or f"{column} is a listed value",
        (column,),
        {"column": column, "value_set": list(values)},
    )


def between(column: str, low: Any = None, high: Any = None, about: str | None = None) -> Expect:
    """Each filled cell lies between ``low`` and ``high``, both included; None leaves a side open."""
    return Expect(
        "ExpectColumnValuesToBeBetween",
        about or f"{column} is in its range",
        (column,),
        {"column": column, "min_value": low, "max_value": high},
    )


def not_below(column: str, other: str, about: str | None = None, strictly: bool = False) -> Expect:
    """``column`` ≥ ``other`` (> if ``strictly``) in each row where both are filled."""
    return Expect(
        "ExpectColumnPairValuesAToBeGreaterThanB",
        about or f"{column} is {'above' if strictly else 'not below'} {other}",
        (column, other),
        {
            "column_A": column,
            "column_B": other,
            "or_equal": not strictly,
            "ignore_row_if": "either_value_is_missing",
        },
    )


def unique(*columns: str, about: str) -> Expect:
    """No two rows share the values of ``columns``; rows where a single one is null are left out."""
    if len(columns) == 1:
        return Expect("ExpectColumnValuesToBeUnique", about, columns, {"column": columns[0]})
    return Expect(
        "ExpectCompoundColumnsToBeUnique",
        about,
        columns,
        {"column_list": list(columns), "ignore_row_if": "never"},
    )


def at_most_distinct(column: str, n: int) -> Expect:
    """At most ``n`` different filled values."""
    return Expect(
        "ExpectColumnUniqueValueCountToBeBetween",
        f"{column} has at most {n} different value{'s' if n > 1 else ''}",
        (column,),
        {"column": column, "max_value": n},
    )


def _where(query: str | None) -> dict[str, str]:
    return {} if query is None else {"row_condition": query, "condition_parser": "pandas"}
