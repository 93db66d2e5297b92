"""Who may be scored: the author must be the customer, and the person must not have refused. Decided before any text.

Belongs here: author and consent rules, and whose consent holds when. Does not: what the text says (language, quality).
Frames are raw canonical tables: every version of every row; the winner of a key is settled here for consents.
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from models_nlp.links import Links

FEEDBACK, RECORDING = "feedback_analysis", "call_recording"
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
_SOME_DAY = datetime(9999, 1, 1, tzinfo=UTC)
_WRITTEN_AT = ("sent_at", "answered_at")


def null_reasons(messages: pl.DataFrame, consents: pl.DataFrame, links: Links | None = None) -> pl.Series:
    """One entry per message, in order: ``author``, ``speaker_unknown``, ``no_consent`` or null (may be scored).

    ``author``: not written by the customer, or a private note. ``speaker_unknown``: no file has told yet who spoke.
    ``no_consent``: the words are withheld, the person had refused feedback analysis when they wrote, or their last word
    refuses it; for a call the same of call recording. No recorded state, or no known person, is not a refusal.
    ``links`` finds the person by ticket, invitation and merge where the row names none.
    Survey responses have neither author nor channel: the customer answered.
    """
    links = links or Links()
    refused = refusals(consents, links)
    author = pl.col("author_kind") != "customer" if "author_kind" in messages.columns else pl.lit(False)
    if "is_public" in messages.columns:
        author = author | ~pl.col("is_public").fill_null(True)
    is_call = pl.col("channel") == "call" if "channel" in messages.columns else pl.lit(False)
    person = links.people_of(messages)
    at = messages[next(name for name in _WRITTEN_AT if name in messages.columns)]
    no_consent = pl.col("is_refused") | (is_call & pl.col("is_call_refused"))
    return messages.with_columns(
        is_refused=_holds(refused, FEEDBACK, person, at), is_call_refused=_holds(refused, RECORDING, person, at)
    ).select(
        pl.when(_is_kind(messages, "unknown"))
        .then(pl.lit("speaker_unknown"))
        .when(_is_kind(messages, "withheld"))
        .then(pl.lit("no_consent"))
        .when(author.fill_null(True))
        .then(pl.lit("author"))
        .when(no_consent.fill_null(False))
        .then(pl.lit("no_consent"))
        .otherwise(pl.lit(None, dtype=pl.String()))
        .alias("null_reason")
    )["null_reason"]


def _is_kind(messages: pl.DataFrame, kind: str) -> pl.Expr:
    return pl.col("author_kind") == kind if "author_kind" in messages.columns else pl.lit(False)


def refused_calls(calls: pl.DataFrame, consents: pl.DataFrame, links: Links | None = None) -> pl.Series:
    """One entry a row of calls, in order: true where nothing of that call may be kept.

    A call is a conversation (else the calls of a ticket, else one message). Where anyone who speaks in it had refused
    the recording, or whose last word refuses it, all of the call is refused, an agent's turns too: a recording cannot
    be kept in part. A customer whom no row names is the ticket's requester; so is the other side of a call in which
    nobody is named.
    """
    links = links or Links()
    refused = refusals(consents.filter(pl.col("purpose") == RECORDING), links)
    call = pl.coalesce(
        pl.format("conversation {}", "conversation_id"), pl.format("ticket {}", "ticket_id"), "message_id"
    )
    rows = calls.with_columns(own=links.surviving_people(calls["person_id"]), known=links.people_of(calls))
    is_meant = (pl.col("author_kind") == "customer") | pl.col("own").is_null().all().over(call)
    person = rows.select(pl.coalesce("own", pl.when(is_meant).then("known")))["own"]
    holds = rows.with_columns(is_refused=_holds(refused, RECORDING, person, calls["sent_at"]))
    return holds.select(pl.col("is_refused").any().over(call))["is_refused"]


def refusals(consents: pl.DataFrame, links: Links | None = None) -> pl.DataFrame:
    """``person_id`` (after merges), ``purpose``, ``valid_from``, ``valid_to`` (exclusive; null: open): when nobody may
    hear them. Spans of one person and purpose do not overlap.

    A refusal holds from its record to the next one; whose last word refuses is not heard at all, not even in what they
    said before: reading it now would be processing after the withdrawal. Of two states recorded at one moment the
    refusal counts.
    """
    rows = current_rows(consents)
    words = (
        rows.with_columns((links or Links()).surviving_people(rows["person_id"]).alias("person_id"))
        .group_by("person_id", "purpose", "recorded_at")
        .agg(pl.col("state").min())  # of "denied" and "granted" the first
        .sort("person_id", "purpose", "recorded_at")
    )
    key = ["person_id", "purpose"]
    dated = words.with_columns(
        pl.col("recorded_at").shift(-1).over(key).alias("valid_to"), pl.col("state").last().over(key).alias("last")
    ).filter(pl.col("state") == "denied")
    passed = dated.filter(pl.col("last") != "denied").select(
        *key, pl.col("recorded_at").alias("valid_from"), "valid_to"
    )
    lasting = dated.filter(pl.col("last") == "denied").select(key).unique()
    dates = passed.schema["valid_from"]
    lasting = lasting.with_columns(
        pl.lit(_ALWAYS).cast(dates).alias("valid_from"), pl.lit(None, dates).alias("valid_to")
    )
    return pl.concat([passed, lasting]).sort(*key, "valid_from")


def current_rows(consents: pl.DataFrame) -> pl.DataFrame:
    """The winning version of each consent (newest ``updated_at``, then greatest ``row_hash``), deleted ones out."""
    order = [name for name in ("updated_at", "row_hash") if name in consents.columns]
    rows = consents
    if order:
        rows = rows.sort(order, descending=[True] * len(order), nulls_last=True, maintain_order=True)
    rows = rows.unique(["person_id", "purpose", "recorded_at"], keep="first", maintain_order=True)
    if "is_deleted" in rows.columns:
        rows = rows.filter(~pl.col("is_deleted").fill_null(False))
    return rows


def _holds(refused: pl.DataFrame, purpose: str, person: pl.Series, at: pl.Series) -> pl.Series:
    """Whether a refusal of ``purpose`` holds for each person at each moment, in order."""
    spans = (
        refused.filter(pl.col("purpose") == purpose).select("person_id", "valid_from", "valid_to").sort("valid_from")
    )
    if spans.is_empty():
        return pl.Series("holds", [False] * len(at), dtype=pl.Boolean())
    # Nobody knows yet when a call was whose transcript came first: then the last word decides.
    at = at.cast(spans.schema["valid_from"]).fill_null(_SOME_DAY)
    rows = pl.DataFrame({"person_id": person, "at": at}).with_row_index("nth")
    found = rows.sort("at", nulls_last=True).join_asof(
        spans, left_on="at", right_on="valid_from", by="person_id", strategy="backward", check_sortedness=False
    )
    holds = pl.col("valid_from").is_not_null() & (pl.col("valid_to").is_null() | (pl.col("at") < pl.col("valid_to")))
    return found.sort("nth").select(holds.fill_null(False).alias("holds"))["holds"]
