"""Product usage: CSV of daily metrics or of single events.

Belongs here: the two shapes and what their columns are called. Does not: counting (``event_counts``), what
counts as a fall in use (dbt), the event vendors' own exports (their modules).

Daily metrics, one row a day and metric: ``date, account_id, [user_id,] metric, value``.
Events, one row an event: ``timestamp, account_id, [user_id,] event [, event_id]``, counted by ``event_counts``: a day
must come in one file.
"""

from __future__ import annotations

import polars as pl

from sources.content import Content, Limits
from sources.delimited import TextTable, read_delimited
from sources.event_counts import daily_use
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
# Columns by which an event vendor's own export is known: its reader takes it.
_OTHERS = ("anonymous_id", "client_event_time")


def _is_daily(head: Head) -> bool:
    return all(first_of(head.columns, names) for names in (_ACCOUNT, _DAY, _METRIC, _VALUE))


def _is_events(head: Head) -> bool:
    is_anothers = first_of(head.columns, _OTHERS) is not None
    return not is_anothers and all(first_of(head.columns, names) for names in (_ACCOUNT, _EVENT, _TIME))


def _daily(text: TextTable) -> pl.DataFrame:
    frame = text.rows.select(
        "source_row",
        pl.lit(False).alias("is_derived"),
        text_column(text.columns, _ACCOUNT).alias("account_id"),
        text_column(text.columns, _PERSON).alias("person_id"),
        text_column(text.columns, _METRIC).alias("metric"),
        text_column(text.columns, _DAY).alias("used_on"),
        text_column(text.columns, _VALUE).alias("value"),
        text_column(text.columns, ("updated_at",)).alias("updated_at"),
    )
    return frame.with_columns(long_references(frame["account_id"]), long_references(frame["person_id"]))


def _events(text: TextTable) -> pl.DataFrame:
    return daily_use(
        text.rows.select(
            "source_row",
            text_column(text.columns, _ACCOUNT).alias("account_id"),
            text_column(text.columns, _PERSON).alias("person_id"),
            text_column(text.columns, _EVENT).alias("metric"),
            text_column(text.columns, _TIME).alias("time"),
            text_column(text.columns, _EVENT_ID).alias("event_id"),
        )
    )


def _read(content: Content, limits: Limits) -> Extract:
    text = read_delimited(content.body, limits=limits)
    head = Head(content.relative_name, content.kind, tuple(text.columns))
    frame = _daily(text) if _is_daily(head) else _events(text)
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
