"""Product usage: CSV of daily metrics or of single events.

Belongs here: the two shapes and what their columns are called. Does not: what counts as a fall in use (dbt).

Daily metrics, one row a day and metric: ``date, account_id, [user_id,] metric, value``.
Events, one row an event: ``timestamp, account_id, [user_id,] event [, event_id]``. An event row is read as the running
count of its event on its day: the last one of the day holds the day's count and wins, the ones before it are its
older versions. So each row has its place, and a day must come in one file.
"""

from __future__ import annotations

import polars as pl

from sources.casting import cast
from sources.content import Content, Limits
from sources.delimited import TextTable, read_delimited
from sources.extract import Extract
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, first_of, make_extract, text_column
from sources.record_ids import long_references

_ACCOUNT = ("account_id", "accountId", "AccountId")
_PERSON = ("user_id", "userId", "person_id", "visitor_id")
_DAY = ("date", "day", "usage_date", "activity_date")
_METRIC = ("metric", "metric_name")
_VALUE = ("value", "metric_value", "count")
_EVENT = ("event", "event_name", "event_type")
_TIME = ("timestamp", "event_time", "occurred_at")
_EVENT_ID = ("event_id", "insert_id", "message_id")


def _is_daily(head: Head) -> bool:
    return all(first_of(head.columns, names) for names in (_ACCOUNT, _DAY, _METRIC, _VALUE))


def _is_events(head: Head) -> bool:
    return all(first_of(head.columns, names) for names in (_ACCOUNT, _EVENT, _TIME))


def _daily(text: TextTable) -> dict[str, pl.Expr]:
    return {
        "metric": text_column(text.columns, _METRIC),
        "used_on": text_column(text.columns, _DAY),
        "value": text_column(text.columns, _VALUE),
        "updated_at": text_column(text.columns, ("updated_at",)),
    }


def _events(text: TextTable) -> dict[str, pl.Expr]:
    """Each event as its day's running count; ``updated_at`` rises with it, so that the last one wins.

    An event delivered twice (same ``event_id``) is counted once: its copy is the same version again.
    """
    time = cast(text.rows[first_of(text.columns, _TIME) or ""], "timestamp").alias("moment")
    told = text_column(text.columns, _EVENT_ID)
    group = [text_column(text.columns, names) for names in (_ACCOUNT, _PERSON, _EVENT)]
    numbered = (
        text.rows.with_columns(time)
        .select(
            "source_row",
            "moment",
            *(g.alias(f"group {n}") for n, g in enumerate(group)),
            pl.coalesce(told, pl.format("row {}", "source_row")).alias("event"),
            pl.col("moment").dt.date().alias("day"),
        )
        .sort("moment", "event", "source_row")
    )
    keys = [*(f"group {n}" for n in range(len(group))), "day"]
    is_new = pl.col("event").is_first_distinct().cast(pl.Int64)
    numbered = numbered.with_columns(is_new.cum_sum().over(keys).alias("nth"))
    by_row = numbered.sort("source_row")
    version = by_row["moment"] + by_row.select(pl.duration(microseconds=pl.col("nth"))).to_series()
    spelled = by_row.select(
        nth=pl.col("nth").cast(pl.String),
        day=pl.col("day").dt.strftime("%Y-%m-%d"),
        version=version.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"),
    )
    raw_time = text.rows[first_of(text.columns, _TIME) or ""]
    return {
        "metric": text_column(text.columns, _EVENT),
        # an unreadable time stays as it is, so that the row is excluded for it and not for an empty day
        "used_on": pl.lit(spelled["day"].zip_with(spelled["day"].is_not_null(), raw_time)),
        "value": pl.lit(spelled["nth"]),
        "updated_at": pl.lit(spelled["version"]),
    }


def _read(content: Content, limits: Limits) -> Extract:
    text = read_delimited(content.body, limits=limits)
    head = Head(content.relative_name, content.kind, tuple(text.columns))
    columns = {
        "account_id": text_column(text.columns, _ACCOUNT),
        "person_id": text_column(text.columns, _PERSON),
        **(_daily(text) if _is_daily(head) else _events(text)),
    }
    frame = text.rows.select("source_row", pl.lit(False).alias("is_derived"), **columns)
    frame = frame.with_columns(long_references(frame["account_id"]), long_references(frame["person_id"]))
    used = {first_of(text.columns, n) for n in (_ACCOUNT, _PERSON, _DAY, _METRIC, _VALUE, _EVENT, _TIME, _EVENT_ID)}
    extra = text.rows.drop([c for c in text.columns if c in used | {"updated_at"}])
    unread = text.excluded.with_columns(pl.lit("usage").alias("table_name"))
    return make_extract("product_usage", [("usage", frame)], text.rows_read, [unread], extra=extra)


READER = Reader(
    name="product_usage",
    claims=lambda head: BY_CONTENT if head.kind == "csv" and (_is_daily(head) or _is_events(head)) else NOT_MINE,
    read=_read,
    expects="a CSV of daily metrics (date, account_id, user_id, metric, value) or of events (timestamp, account_id, "
    "user_id, event, event_id)",
)
