"""Who may be scored: only what the customer wrote or said, and only with consent.

Belongs here: the rules of consent and authorship. Does not: what the text says (language, quality).
Frames are raw canonical tables: every version of every row; the winner of a key is settled here for consents.
"""

from __future__ import annotations

import polars as pl

FEEDBACK, RECORDING = "feedback_analysis", "call_recording"


def null_reasons(messages: pl.DataFrame, consents: pl.DataFrame) -> pl.Series:
    """One entry per message, in order: ``author``, ``no_consent`` or null (may be scored).

    ``author``: not written by the customer. ``no_consent``: the person's latest state for feedback analysis is
    denied, or the message is a call and their latest state for call recording is. No recorded state, or no known
    person, is not a denial. Survey responses have neither author nor channel: the customer answered.
    """
    denied = denied_people(consents)
    author = pl.col("author_kind") != "customer" if "author_kind" in messages.columns else pl.lit(False)
    is_call = pl.col("channel") == "call" if "channel" in messages.columns else pl.lit(False)
    person = pl.col("person_id")
    no_consent = person.is_in(denied[FEEDBACK]) | (is_call & person.is_in(denied[RECORDING]))
    return messages.select(
        pl.when(author.fill_null(True))
        .then(pl.lit("author"))
        .when(no_consent.fill_null(False))
        .then(pl.lit("no_consent"))
        .otherwise(pl.lit(None, dtype=pl.String()))
        .alias("null_reason")
    )["null_reason"]


def denied_people(consents: pl.DataFrame) -> dict[str, list[str]]:
    """Purpose → the people whose latest recorded state is ``denied``."""
    latest = (
        current_rows(consents)
        .sort("recorded_at", maintain_order=True)
        .unique(["person_id", "purpose"], keep="last", maintain_order=True)
        .filter(pl.col("state") == "denied")
    )
    return {
        purpose: latest.filter(pl.col("purpose") == purpose)["person_id"].sort().to_list()
        for purpose in (FEEDBACK, RECORDING)
    }


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
