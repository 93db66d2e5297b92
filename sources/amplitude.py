"""Amplitude: events, as a connector's CSV (JSON in its cells), or as the JSON lines of the Export API and its archive.

Belongs here: Amplitude's fields, which of its times is right. Does not: counting (``event_counts``).
Fields: https://amplitude.com/docs/apis/analytics/export (all times are UTC).

Each event is one use of its ``event_type`` on its day. ``event_time`` is Amplitude's own correction of the device's
clock (``client_event_time``); where it lies after ``server_received_time``, which cannot be, the device's time counts,
and where that does too, the time of receipt. An ``insert_id`` (or ``uuid``) that comes twice counts once. The account
is the group of the event (``groups``), else a property of the user or the group such as ``account_id``.
"""

from __future__ import annotations

import re

import polars as pl

from sources.archived_json import read_archived_json
from sources.casting import cast
from sources.content import Content, Limits
from sources.delimited import TextTable, read_delimited
from sources.event_counts import NO_ACCOUNT, account_of, daily_use
from sources.extract import Extract, excluded_rows, warning_rows
from sources.jsonlines import as_text_table, read_json
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, make_extract, not_needed, text_column

_INSERT_ID = ("insert_id", "$insert_id", "_insert_id")
_NESTED = ("groups", "group_properties", "user_properties", "event_properties")
_USED = (*_INSERT_ID, *_NESTED, "user_id", "event_type", "event_time", "client_event_time", "uuid")
_ARCHIVED = re.compile(r"\d+_\d{4}-\d{2}-\d{2}_\d+#\d+\.json\.gz$")  # one file an hour


def _moments(text: TextTable) -> pl.DataFrame:
    """``time``: the first of the event's times, as text, that is not after its receipt; ``is_late``: it was another."""
    names = ("event_time", "client_event_time", "server_received_time")
    said = text.rows.select(text_column(text.columns, (name,)).alias(name) for name in names)
    at = pl.DataFrame([cast(said[name], "timestamp") for name in names])
    received = pl.col("server_received_time")
    late = at.select(*((pl.col(name) > received).fill_null(False).alias(name) for name in names))
    return said.select(
        pl.when(~late["event_time"] & pl.col("event_time").is_not_null())
        .then(pl.col("event_time"))
        .when(~late["client_event_time"] & pl.col("client_event_time").is_not_null())
        .then(pl.col("client_event_time"))
        .otherwise(pl.coalesce("server_received_time", "event_time"))
        .alias("time"),
        late["event_time"].alias("is_late"),
    )


def _accounts(text: TextTable) -> tuple[pl.Series, pl.Series]:
    """The account of each row, and whether something stands in its place that cannot be one."""
    places = text.rows.select(
        text_column(text.columns, (name,)).alias(name) for name in ("groups", "group_properties", "user_properties")
    ).rows()
    found = [account_of(*row) for row in places]
    accounts = pl.Series("account_id", [account for account, _ in found], dtype=pl.String)
    return accounts, pl.Series([is_unreadable for _, is_unreadable in found], dtype=pl.Boolean)


def _read(content: Content, limits: Limits) -> Extract:
    if content.kind == "zip":
        text = as_text_table(read_archived_json(content, limits)[0], limits=limits)
    elif content.kind in ("json", "jsonl"):
        text = as_text_table(read_json(content, limits), limits=limits)
    else:
        text = read_delimited(content.body, limits=limits)
    if "event_type" not in text.columns and content.kind == "csv":
        return not_needed("amplitude", text)
    moments = _moments(text)
    # Two devices may draw the same insert id: Amplitude tells copies by both.
    device = text_column(text.columns, ("device_id",)).fill_null("")
    inserted = pl.format("{} {}", device, text_column(text.columns, _INSERT_ID))
    accounts, is_unreadable = _accounts(text)
    events = text.rows.select(
        "source_row",
        accounts,
        text_column(text.columns, ("user_id",)).alias("person_id"),
        text_column(text.columns, ("event_type",)).alias("metric"),
        moments["time"],
        pl.coalesce(inserted, text_column(text.columns, ("uuid",))).alias("event_id"),
    )
    late = text.rows.filter(moments["is_late"])["source_row"]
    message = "event_time lies after the event was received: the device's own time counts; check the export's times"
    warnings = [warning_rows(late, "event_time_after_receipt", message, "usage", "used_on")]
    unread = text.excluded.with_columns(pl.lit("usage").alias("table_name"))
    extra = text.rows.drop([c for c in text.columns if c in _USED])
    nobody = excluded_rows(events.filter(is_unreadable)["source_row"], "wrong_type", NO_ACCOUNT, "usage", "account_id")
    frames = [("usage", daily_use(events.filter(~is_unreadable)))]
    return make_extract("amplitude", frames, text.rows_read, [unread, nobody], warnings, extra)


def _claims(head: Head) -> int:
    if head.kind == "zip":
        return BY_CONTENT if head.members and all(_ARCHIVED.search(name) for name in head.members) else NOT_MINE
    is_event = head.has("event_type", "event_time") and (
        head.has("client_event_time") or head.has("amplitude_id") or head.has("event_properties")
    )
    is_type = head.has("totals_delta", "timeline_hidden", "in_waitroom")
    return BY_CONTENT if head.kind != "parquet" and (is_event or is_type) else NOT_MINE


READER = Reader(
    name="amplitude",
    claims=_claims,
    read=_read,
    expects="events as CSV or JSON lines (event_type, event_time, client_event_time, user_id, groups …), or the "
    "archive of the Export API",
)
