"""Segment: the tables ``tracks`` and ``pages`` of its warehouses, as CSV.

Belongs here: their columns, which are events. Does not: counting (``event_counts``).
Columns: https://segment.com/docs/connections/storage/warehouses/schema/

Each track is one use of its ``event`` on its day, each page one ``page_viewed``. ``timestamp`` is Segment's own
reckoning of the moment in UTC; ``id`` is the message id, so that an event sent twice counts once. The account stands in
``context_group_id`` (the group call), or in a property such as ``account_id`` or ``company_id``; the person is the
``user_id``, never the ``anonymous_id``. The other tables (identifies, groups, users …) hold nothing that is read here.
"""

from __future__ import annotations

import polars as pl

from sources.content import Content, Limits
from sources.delimited import read_delimited
from sources.event_counts import ACCOUNT_KEYS, daily_use
from sources.extract import Extract
from sources.reader import BY_CONTENT, NOT_MINE, Reader, first_of, make_extract, not_needed, text_column

_ACCOUNT = (
    "context_group_id",
    "group_id",
    *ACCOUNT_KEYS,
    *(f"context_traits_{key}" for key in ACCOUNT_KEYS),
)
_TIME = ("timestamp", "original_timestamp", "sent_at", "received_at")
_PAGE = ("url", "path", "context_page_path", "context_page_url")


def _read(content: Content, limits: Limits) -> Extract:
    text = read_delimited(content.body, limits=limits)
    has = text.columns
    if "event" not in has and first_of(has, _PAGE) is None:
        return not_needed("segment", text)
    events = text.rows.select(
        "source_row",
        text_column(has, _ACCOUNT).alias("account_id"),
        text_column(has, ("user_id",)).alias("person_id"),
        (pl.col("event") if "event" in has else pl.lit("page_viewed")).alias("metric"),
        text_column(has, _TIME).alias("time"),
        text_column(has, ("id",)).alias("event_id"),
    )
    used = {"user_id", "event", "id", first_of(has, _ACCOUNT), first_of(has, _TIME)}
    unread = text.excluded.with_columns(pl.lit("usage").alias("table_name"))
    extra = text.rows.drop([c for c in has if c in used])
    return make_extract("segment", [("usage", daily_use(events))], text.rows_read, [unread], extra=extra)


READER = Reader(
    name="segment",
    claims=lambda head: (
        BY_CONTENT if head.kind == "csv" and head.has("id", "anonymous_id", "received_at") else NOT_MINE
    ),
    read=_read,
    expects="a CSV of a warehouse's tracks or pages (id, anonymous_id, user_id, received_at, timestamp, event or url)",
)
