"""Pendo: the tables that a connector writes of it, as CSV.

Belongs here: which table is which, answers to NPS polls. Does not: counting (``event_counts``).
Tables and columns: https://fivetran.com/docs/connectors/applications/pendo/connector-schema.md (times are UTC).

======================  ==========================================================================================
table                   becomes
======================  ==========================================================================================
event, feature_event,   usage: ``num_events`` of an hour, added up per day: metric events, feature:<id>, page:<id>,
page_event, track …     track:<id>
poll_event              survey responses (nps, 0–10), if a column says what kind of poll it is
visitor_history         people; of several versions in a file the newest
account_history         accounts, for their names; of several versions in a file the newest
all others              nothing: counted as not needed
======================  ==========================================================================================

``poll_event`` does not say what was asked; that stands in ``poll`` (``attribute_type``). Join it in: answers of polls
that are not known to be NPSRating are excluded. The reason for a rating (NPSReason) is an answer of its own, of the
same visitor to the same guide: it becomes a newer version of the rating, with the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from sources.casting import cast
from sources.content import Content, Limits
from sources.delimited import TextTable, read_delimited
from sources.errors import WrongShape
from sources.event_counts import daily_use
from sources.extract import Extract, excluded_rows
from sources.reader import BY_CONTENT, NOT_MINE, Reader, first_of, make_extract, not_needed, text_column
from sources.record_ids import long_references

_POLL_TYPE = ("attribute_type", "poll_type")
_EMAIL = ("agent_email", "agent_emailaddress", "agent_email_address", "email")
_PERSON_NAME = ("agent_full_name", "agent_fullname", "agent_name", "full_name")
_ACCOUNT_NAME = ("agent_name", "salesforce_name", "agent_account_name", "name")
# Tables that hold nothing for us, by columns that only they have.
_NOT_NEEDED = (
    {"app_id", "guide_id", "guide_step_id", "visitor_id"},
    {"agent_policy_prod", "agent_version_prod"},
    {"application_flags_cname"},
    {"page_id", "root_version_id", "stable_version_id"},
    {"root_version_id", "stable_version_id", "valid_through"},
    {"app_id", "color", "length", "last_updated_by_user_id"},
    {"guide_id", "guide_last_updated_at"},
    {"launch_method", "recurrence", "root_version_id"},
    {"page_id", "page_last_updated_at", "rule"},
    {"attribute_type", "attribute_follow_up", "question"},
    {"user_type", "username", "first_name", "deleted_at"},
    {"visitor_id", "visitor_last_updated_at"},
)


def _usage(text: TextTable) -> Extract:
    has = text.columns
    feature, page, track = (text_column(has, (name,)) for name in ("feature_id", "page_id", "track_type_id"))
    metric = (
        pl.when(feature.is_not_null())
        .then(pl.format("feature:{}", feature))
        .when(track.is_not_null())
        .then(pl.format("track:{}", track))
        .when(page.is_null() | (page == "allevents"))
        .then(pl.lit("events"))
        .otherwise(pl.format("page:{}", page))
    )
    events = text.rows.select(
        "source_row",
        pl.col("account_id"),
        pl.col("visitor_id").alias("person_id"),
        metric.alias("metric"),
        pl.col("timestamp").alias("time"),
        text_column(has, ("_fivetran_id",)).alias("event_id"),
        pl.col("num_events").alias("amount"),
    )
    used = ("account_id", "visitor_id", "timestamp", "num_events", "feature_id", "page_id", "track_type_id")
    return _done(text, "usage", daily_use(events), used)


def _answers(text: TextTable) -> Extract:
    kind = text_column(text.columns, _POLL_TYPE).str.strip_chars().str.to_lowercase()
    asked = text.rows.with_columns(
        kind.alias("kind"),
        cast(text.rows["timestamp"], "timestamp").alias("moment"),
        pl.concat_str("guide_id", "visitor_id", pl.col("account_id").fill_null(""), separator=":").alias("of"),
    )
    ratings = asked.filter(pl.col("kind") == "npsrating").with_columns(
        pl.col("poll_response").alias("score"),
        pl.col("timestamp").alias("answered_at"),
        pl.lit(None, pl.String).alias("why"),
    )
    rated = ratings.filter(pl.col("moment").is_not_null(), pl.col("of").is_not_null()).sort("moment")
    reasons = (
        asked.filter(pl.col("kind") == "npsreason", pl.col("moment").is_not_null(), pl.col("of").is_not_null())
        .sort("moment")
        .join_asof(rated.select("of", "moment", "score", "answered_at"), on="moment", by="of", check_sortedness=False)
        .filter(pl.col("score").is_not_null())
        .with_columns(pl.col("poll_response").alias("why"))
    )
    answered = pl.concat([ratings, reasons.select(ratings.columns)]).sort("source_row")
    frame = answered.select(
        "source_row",
        pl.lit(False).alias("is_derived"),
        pl.format("pendo:{}:{}", "of", "answered_at").alias("response_id"),
        pl.lit("nps").alias("survey_type"),
        "score",
        pl.lit("0").alias("scale_min"),
        pl.lit("10").alias("scale_max"),
        pl.lit("true").alias("higher_is_better"),
        "answered_at",
        long_references(answered["account_id"]),
        long_references(answered["visitor_id"]).alias("person_id"),
        pl.col("why").alias("verbatim"),
        # the rating with its reason comes after the rating alone, even where both were sent in one moment
        (pl.col("moment") + pl.when(pl.col("why").is_null()).then(0).otherwise(1) * pl.duration(microseconds=1))
        .dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
        .alias("updated_at"),
    )
    left = asked.join(answered, on="source_row", how="anti")
    is_reason = (left["kind"] == "npsreason").fill_null(False)
    unknown = (
        "nothing says that this poll asks for an NPS rating: join attribute_type of the poll table into the export"
    )
    alone = "the reason has no rating of the same visitor and guide before it: deliver both in one file"
    excluded = [
        excluded_rows(left.filter(~is_reason)["source_row"], "unknown_poll", unknown, "survey_responses", "poll_id"),
        excluded_rows(left.filter(is_reason)["source_row"], "no_score", alone, "survey_responses", "poll_response"),
    ]
    used = ("guide_id", "visitor_id", "account_id", "timestamp", "poll_response", *_POLL_TYPE)
    return _done(text, "survey_responses", frame, used, excluded)


def _people(text: TextTable) -> Extract:
    has = text.columns
    columns = {
        "person_id": pl.col("id"),
        "account_id": text_column(has, ("account_id",)),
        "email": text_column(has, _EMAIL),
        "full_name": text_column(has, _PERSON_NAME),
    }
    used = ("id", "account_id", "last_updated_at", first_of(has, _EMAIL), first_of(has, _PERSON_NAME))
    return _newest(text, "people", columns, used)


def _accounts(text: TextTable) -> Extract:
    columns = {"account_id": pl.col("id"), "account_name": text_column(text.columns, _ACCOUNT_NAME)}
    return _newest(text, "accounts", columns, ("id", "last_updated_at", first_of(text.columns, _ACCOUNT_NAME)))


def _newest(text: TextTable, table: str, columns: dict[str, pl.Expr], used: Sequence[str | None]) -> Extract:
    """One row per id, the newest. ``updated_at`` stays empty: Pendo's copy of a record never outranks the CRM's."""
    at = cast(text.rows["last_updated_at"], "timestamp").alias("moment")
    # a row without an id is no version of another one: conform says what it lacks
    which = pl.coalesce("id", pl.format("row {}", "source_row"))
    newest = text.rows.with_columns(at, which.alias("which")).sort("moment", "source_row", nulls_last=False)
    kept = newest.unique("which", keep="last").sort("source_row")
    older = newest.join(kept, on="source_row", how="anti")["source_row"].sort()
    frame = kept.select("source_row", pl.lit(False).alias("is_derived"), **columns)
    frame = frame.with_columns(long_references(frame[c]) for c in ("account_id", "person_id") if c in columns)
    message = "the same file holds a newer version of this record: nothing to do"
    return _done(text, table, frame, used, [excluded_rows(older, "older_version", message, table)])


def _done(
    text: TextTable, table: str, frame: pl.DataFrame, used: Sequence[str | None], excluded: Sequence[pl.DataFrame] = ()
) -> Extract:
    unread = text.excluded.with_columns(pl.lit(table).alias("table_name"))
    extra = text.rows.drop([c for c in text.columns if c in used])
    return make_extract("pendo", [(table, frame)], text.rows_read, [unread, *excluded], extra=extra)


def _table(columns: tuple[str, ...]) -> Callable[[TextTable], Extract] | None:
    """Which table this is, by the columns that only it has."""
    has = frozenset(columns)
    if {"account_id", "visitor_id", "timestamp", "num_events"} <= has:
        return _usage
    if {"guide_id", "visitor_id", "timestamp", "poll_id", "poll_response", "account_id"} <= has:
        return _answers
    if {"id", "last_updated_at", "first_visit", "last_visit", "id_hash"} <= has:
        return _people if "account_id" in has else _accounts
    if any(marks <= has for marks in _NOT_NEEDED):
        return lambda text: not_needed("pendo", text)
    return None


def _read(content: Content, limits: Limits) -> Extract:
    text = read_delimited(content.body, limits=limits)
    build = _table(tuple(text.columns))
    if build is None:
        raise WrongShape(f"this is no table of Pendo that is known: {READER.expects}")
    return build(text)


READER = Reader(
    name="pendo",
    claims=lambda head: BY_CONTENT if head.kind == "csv" and _table(head.columns) else NOT_MINE,
    read=_read,
    expects="CSV of a connector's tables: event, feature_event, page_event (account_id, visitor_id, timestamp, "
    "num_events), poll_event with attribute_type, visitor_history, account_history",
)
