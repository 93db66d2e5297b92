"""What must hold between the columns of one row: scores within their scale, money in a currency we can read.

Belongs here: rules over several columns of one canonical row. Does not: single columns (``conform``), rows of other
tables (an unknown account is found in ``storage``, when all files are in).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from sources.contract import Table

CURRENCY = "USD"  # amounts are US dollars; another currency needs a rate, and there are none yet


@dataclass(frozen=True)
class Finding:
    """Rows (``at``: one boolean each) where ``column`` is at fault. A warning keeps the row."""

    column: str
    reason: str
    message: str
    at: pl.Series
    is_warning: bool = False


def between_columns(table: Table, rows: pl.DataFrame) -> list[Finding]:
    """What is wrong between the columns of typed ``rows``."""
    found = [finding for rule in _RULES.get(table.name, ()) for finding in rule(rows)]
    for group in table.one_of:
        none = pl.all_horizontal(pl.col(c).is_null() for c in group)
        found.append(
            _finding(rows, none, group[0], "missing_value", f"one of {', '.join(group)} must be filled: fill one")
        )
    return [f for f in found if f.at.any()]


def _finding(
    rows: pl.DataFrame, condition: pl.Expr, column: str, reason: str, message: str, is_warning: bool = False
) -> Finding:
    at = rows.select(condition.fill_null(False).alias("at")).to_series()
    return Finding(column, reason, message, at, is_warning)


def _survey_scale(rows: pl.DataFrame) -> list[Finding]:
    low, high, score = pl.col("scale_min"), pl.col("scale_max"), pl.col("score")
    return [
        _finding(
            rows,
            low >= high,
            "scale_min",
            "out_of_range",
            "scale_min must be below scale_max: correct the scale (a scale whose low end is best has "
            "higher_is_better = false)",
        ),
        _finding(
            rows,
            (low < high) & ((score < low) | (score > high)),
            "score",
            "out_of_range",
            "score lies outside scale_min to scale_max: correct the score or the scale in the export",
        ),
    ]


def _rating_scale(rows: pl.DataFrame) -> list[Finding]:
    low, high, rating = pl.col("rating_min"), pl.col("rating_max"), pl.col("rating")
    return [
        _finding(
            rows,
            low >= high,
            "rating_min",
            "out_of_range",
            "rating_min must be below rating_max: correct the scale in the export",
        ),
        _finding(
            rows,
            (low < high) & ((rating < low) | (rating > high)),
            "rating",
            "out_of_range",
            "rating lies outside rating_min to rating_max: correct the rating or the scale in the export",
        ),
        _finding(
            rows,
            rating.is_not_null() & (low.is_null() | high.is_null()),
            "rating",
            "rating_without_scale",
            "rating has no rating_min and rating_max, so only the text counts: add the scale to the export",
            is_warning=True,
        ),
    ]


def _label(rows: pl.DataFrame) -> list[Finding]:
    between = pl.col("label").is_between(-1, 1) & ~pl.col("label").is_in([-1.0, 0.0, 1.0])
    return [_finding(rows, between, "label", "not_allowed", "label must be -1, 0 or 1: correct it")]


def _money_in(*amounts: str) -> Callable[[pl.DataFrame], list[Finding]]:
    def rule(rows: pl.DataFrame) -> list[Finding]:
        other = pl.col("currency").str.strip_chars().str.to_uppercase() != CURRENCY
        has_money = pl.any_horizontal(pl.col(a).is_not_null() for a in amounts)
        what = (
            f"money is in another currency than {CURRENCY} and there is no rate for it: deliver amounts in {CURRENCY}"
        )
        return [_finding(rows, other & has_money, "currency", "unknown_currency", what)]

    return rule


_RULES: dict[str, tuple[Callable[[pl.DataFrame], list[Finding]], ...]] = {
    "accounts": (_money_in("arr_usd"),),
    "contracts": (_money_in("arr_usd", "outcome_arr_usd"),),
    "survey_responses": (_survey_scale,),
    "messages": (_rating_scale,),
    "labels": (_label,),
}
