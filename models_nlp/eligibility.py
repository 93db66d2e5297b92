"""Who may be scored: only what the customer wrote or said, and only with consent.

Belongs here: the rules of consent and authorship. Does not: what the text says (language, quality).
Frames are raw canonical tables: every version of every row; the winner of a key is settled here for consents.
"""

from __future__ import annotations

import polars as pl

from models_nlp.links import Links

FEEDBACK, RECORDING = "feedback_analysis", "call_recording"


def null_reasons(messages: pl.DataFrame, consents: pl.DataFrame, links: Links | None = None) -> pl.Series:
    """One entry per message, in order: ``author``, ``no_consent`` or null (may be scored).

    ``author``: not written by the customer. ``no_consent``: the person's latest state for feedback analysis is
    denied, or the message is a call and their latest state for call recording is. No recorded state, or no known
    person, is not a denial. ``links`` finds the person by ticket, invitation and merge where the row names none.
    Survey responses have neither author nor channel: the customer answered.
    """
    links = links or Links()
    denied = denied_people(consents, links)
    author = pl.col("author_kind") != "customer" if "author_kind" in messages.columns else pl.lit(False)
    is_call = pl.col("channel") == "call" if "channel" in messages.columns else pl.lit(False)
    person = links.people_of(messages)
    no_consent = pl.col("is_denied") | (is_call & pl.col("is_call_denied"))
    return messages.with_columns(
        is_denied=person.is_in(denied[FEEDBACK]), is_call_denied=person.is_in(denied[RECORDING])
    ).select(
        pl.when(author.fill_null(True))
        .then(pl.lit("author"))
        .when(no_consent.fill_null(False))
        .then(pl.lit("no_consent"))
        .otherwise(pl.lit(None, dtype=pl.String()))
        .alias("null_reason")
    )["null_reason"]


def denied_people(consents: pl.DataFrame, links: Links | None = None) -> dict[str, list[str]]:
    """Purpose → the people (after merges) whose latest recorded state is ``denied``.

    Of two states recorded at one moment the refusal counts.
    """
    rows = current_rows(consents)
    latest = (
        rows.with_columns((links or Links()).surviving_people(rows["person_id"]).alias("person_id"))
        .sort("recorded_at", "state", descending=[False, True], maintain_order=True)
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
