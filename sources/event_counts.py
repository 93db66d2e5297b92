"""Single events of a product → daily use: each event is the running count of its kind on its day.

Belongs here: counting, where an event names its account. Does not: what a vendor calls its columns (its module).

The last event of an account, person, metric and day holds the day's count and wins; the ones before it are its older
versions. So each event has its place in the row accounting, and a day must come in one file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from sources.casting import cast
from sources.jsonlines import as_text
from sources.record_ids import long_references

#: What companies call the property or group that holds the account, the most telling first.
ACCOUNT_KEYS = (
    "account_id",
    "accountid",
    "account",
    "company_id",
    "companyid",
    "company",
    "organization_id",
    "organizationid",
    "organization",
    "org_id",
    "orgid",
    "org",
    "tenant_id",
    "workspace_id",
)


def daily_use(events: pl.DataFrame) -> pl.DataFrame:
    """``events``: source_row, account_id, person_id, metric, time, event_id, all text; optionally amount (text).

    Returns the columns of ``usage`` + source_row + is_derived, one row an event, in the order given; all is text but
    ``updated_at``, which is made here and need not be read again.
    ``event_id``: an event that comes twice is counted once; its copy is the same version again (null: no copies).
    ``amount``: what the event adds to its day's value; 1 without it. What cannot be read stays as it is, so that the
    row is excluded for it and not for an empty cell.
    """
    events = events.with_columns(long_references(events["account_id"]), long_references(events["person_id"]))
    counted = events.select(
        "source_row",
        "account_id",
        "person_id",
        "metric",
        cast(events["time"], "timestamp").alias("moment"),
        pl.coalesce("event_id", pl.format("row {}", "source_row")).alias("event"),
        cast(events["amount"], "number").alias("amount") if "amount" in events.columns else pl.lit(1.0).alias("amount"),
    ).with_columns(day=pl.col("moment").dt.date())
    keys = ["account_id", "person_id", "metric", "day"]
    is_new = pl.col("event").is_first_distinct()
    by_row = (
        counted.sort("moment", "event", "source_row")
        .with_columns(
            is_new.cast(pl.Int64).cum_sum().over(keys).alias("nth"),
            pl.when(is_new).then(pl.col("amount").fill_null(0.0)).otherwise(0.0).cum_sum().over(keys).alias("value"),
        )
        .sort("source_row")
    )
    version = pl.col("moment") + pl.duration(microseconds=pl.col("nth"))
    given = events.sort("source_row")
    value = pl.when(pl.col("amount").is_not_null()).then(pl.col("value").cast(pl.String))
    return by_row.select(
        "source_row",
        pl.lit(False).alias("is_derived"),
        "account_id",
        "person_id",
        "metric",
        pl.coalesce(pl.col("day").dt.strftime("%Y-%m-%d"), pl.lit(given["time"])).alias("used_on"),
        (pl.coalesce(value, pl.lit(given["amount"])) if "amount" in given.columns else value).alias("value"),
        version.alias("updated_at"),
    )


def account_of(*places: Any) -> tuple[str | None, bool]:
    """The account that the first of ``places`` (groups, properties: objects, or JSON text of one) names.

    Null if none does, or if one names several; and whether something stands there although none names an account.
    """
    is_given = False
    for place in places:
        found = place if type(place) is dict else _opened(place)
        for key in _account_keys(tuple(found)):
            value = found[key]
            if value is None or value == "":
                continue
            is_given = True
            if isinstance(value, list):
                value = value[0] if len(value) == 1 else None
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                return as_text(value), False
    return None, is_given


#: Why an event is excluded whose account's place holds what cannot be one: counted without it, it would be lost.
NO_ACCOUNT = (
    "what stands in the account's place is no name and no number: mend what sends the event, and deliver it again"
)


@lru_cache(maxsize=256)  # the objects of a file have few shapes
def _account_keys(keys: tuple[str, ...]) -> list[str]:
    """Those of ``keys`` that may hold the account, the most telling first; of two that are spelled alike the last."""
    spelled = {re.sub(r"[\s-]+", "_", key.lower()): key for key in keys}
    return [spelled[key] for key in ACCOUNT_KEYS if key in spelled]


def _opened(place: Any) -> Mapping[str, Any]:
    if isinstance(place, str):
        try:
            place = json.loads(place)
        except (ValueError, RecursionError):
            return {}
    return place if isinstance(place, dict) else {}
