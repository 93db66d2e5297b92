"""What must hold between the columns of one row: scores within their scale, money in a currency we can read.

Belongs here: rules over several columns of one canonical row. Does not: single columns (``conform``), rows of other
tables (an unknown account is found in ``storage``, when all files are in).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from sources.contract import CURRENCY, Table
from sources.declared import in_force

# When a thing happened. Before 2000 no channel that is read here kept times with a zone: what looks older is an epoch
# of zero or a spreadsheet's; from 2100 on it is a placeholder. One such touch would add years of empty weeks.
HAPPENED_AT = {
    "stage_history": "entered_at",
    "invitations": "invited_at",
    "survey_responses": "answered_at",
    "tickets": "created_at",
    "messages": "sent_at",
    "usage": "used_on",
    "consents": "recorded_at",
}
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Rule:
    """``broken``: true where ``column`` is at fault, over the table's typed columns. A warning keeps the row."""

    column: str
    reason: str
    message: str
    broken: pl.Expr
    is_warning: bool = False


def between_columns(table: Table) -> list[Rule]:
    """What has to hold between the columns of one row of ``table``."""
    groups = [
        Rule(
            group[0],
            "missing_value",
            f"one of {', '.join(group)} must be filled: fill one in the export",
            pl.all_horizontal(pl.col(column).is_null() for column in group),
        )
        for group in table.one_of
    ]
    times = [_in_our_time(HAPPENED_AT[table.name])] if table.name in HAPPENED_AT else []
    money = [_money_in(*_MONEY[table.name])] if table.name in _MONEY else []
    return [*groups, *times, *money, *_RULES.get(table.name, ())]


def _in_our_time(column: str) -> Rule:
    at = pl.col(column).cast(pl.Datetime("us", "UTC"))
    what = f"{column} lies outside {EARLIEST.year} to {LATEST.year - 1}: correct the time in the export"
    return Rule(column, "out_of_range", what, ~at.is_between(EARLIEST, LATEST, closed="left"))


def _within(value: str, low: str, high: str, what: str) -> tuple[Rule, Rule]:
    """``value`` lies on its scale, and the scale is one."""
    return (
        Rule(
            low,
            "out_of_range",
            f"{low} must be below {high}: correct the scale in the export (which end is best is not said by the "
            "order of the two)",
            pl.col(low) >= pl.col(high),
        ),
        Rule(
            value,
            "out_of_range",
            f"{value} lies outside {low} to {high}: correct the {what} or the scale in the export",
            (pl.col(low) < pl.col(high)) & ~pl.col(value).is_between(pl.col(low), pl.col(high)),
        ),
    )


def _money_in(*amounts: str) -> Rule:
    known = sorted(in_force().currencies)
    other = ~pl.col("currency").str.strip_chars().str.to_uppercase().is_in(known)
    has_money = pl.any_horizontal(pl.col(amount).is_not_null() for amount in amounts)
    what = (
        f"money is in a currency for which there is no rate (there are {', '.join(known)}): deliver {CURRENCY} or add "
        "its rate to policy_fx_rates.csv"
    )
    return Rule("currency", "unknown_currency", what, other & has_money)


_RATING_WITHOUT_SCALE = Rule(
    "rating",
    "rating_without_scale",
    "rating has no rating_min and rating_max, so only the text counts: add the scale to the export",
    pl.col("rating").is_not_null() & (pl.col("rating_min").is_null() | pl.col("rating_max").is_null()),
    is_warning=True,
)
_LABEL = Rule(
    "label",
    "not_allowed",
    "label must be -1, 0 or 1: correct it",
    pl.col("label").is_between(-1, 1) & (pl.col("label") != pl.col("label").round()),
)

_MONEY = {"accounts": ("arr_usd",), "contracts": ("arr_usd", "outcome_arr_usd")}
_RULES: dict[str, tuple[Rule, ...]] = {
    "survey_responses": _within("score", "scale_min", "scale_max", "score"),
    "messages": (*_within("rating", "rating_min", "rating_max", "rating"), _RATING_WITHOUT_SCALE),
    "labels": (_LABEL,),
}
