"""Raw messages and survey verbatims in, one scored row per text-bearing raw row version out.

Belongs here: which raw rows carry text, consent before text, the cache of known scores. Does not: storing anything.
A text without consent is not even cleaned: its row carries the reason and no text.
"""

from __future__ import annotations

from collections import Counter

import polars as pl

from models_nlp import eligibility
from models_nlp.links import Links
from models_nlp.scoring import Progress, Scorer
from models_nlp.vocabulary import score_schema


def touch_scores_schema() -> dict:
    """Column name → polars type of ``scored/touch_scores.parquet``."""
    return {"table_name": pl.String(), "row_hash": pl.String(), "channel": pl.String(), **score_schema()}


def cache_schema() -> dict:
    """The cache: the scores by ``text_hash``, without any text."""
    return {name: dtype for name, dtype in score_schema().items() if name != "text_redacted"}


def score_touches(
    messages: pl.DataFrame,
    survey_responses: pl.DataFrame,
    consents: pl.DataFrame,
    scorer: Scorer,
    cached: pl.DataFrame | None = None,
    progress: Progress | None = None,
    links: Links | None = None,
    tally: Counter[str] | None = None,
    withheld: str | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(touch_scores, new_cache_rows): one row per (table_name, row_hash) of messages and of responses with a verbatim.

    ``cached`` holds earlier ``new_cache_rows`` of the same model version (rows of others are passed over); only
    texts that it does not know are scored. ``links`` finds the person and the account of a text (its consent, the
    names to hide in it); without it only the row's own ids count and no directory of names is used. ``tally`` counts
    what was kept out (``count_kept_out``). ``withheld`` is what stands where words were that may not be kept. Rows are
    ordered by table and row hash.
    """
    links = links or Links()
    rows = pl.concat(
        [_message_rows(messages, consents, links, withheld), _survey_rows(survey_responses, consents, links)]
    )
    eligible = rows.filter(pl.col("null_reason").is_null())
    names = links.directories_of(eligible)
    prepared = scorer.prepare(eligible["text"].to_list(), eligible["channel"].to_list(), names)
    if tally is not None:
        tally.update(count_kept_out(messages, prepared))
    eligible = eligible.select("table_name", "row_hash").hstack(prepared)
    known = _known_scores(cached, scorer.model_version)
    new = prepared.unique("text_hash", maintain_order=True).join(
        known, on="text_hash", how="anti", maintain_order="left"
    )
    new_scores = scorer.score_prepared(new, progress).select(cache_schema().keys())
    scores = pl.concat([known, new_scores]).unique("text_hash", keep="last")
    scored = eligible.join(scores, on="text_hash", how="left")
    refused = rows.filter(pl.col("null_reason").is_not_null()).select(
        "table_name",
        "row_hash",
        "channel",
        "null_reason",
        *(pl.lit([], dtype=pl.List(pl.String())).alias(name) for name in ("intents", "root_causes", "evidence_words")),
        pl.lit(scorer.model_version).alias("model_version"),
    )
    schema = touch_scores_schema()
    touch_scores = pl.concat([scored, refused], how="diagonal").select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    )
    return touch_scores.sort("table_name", "row_hash"), new_scores.sort("text_hash")


def count_kept_out(messages: pl.DataFrame, prepared: pl.DataFrame) -> dict[str, int]:
    """Whose words were set aside, and of how many customers' texts only a part was read.

    ``messages``: raw rows; ``prepared``: what ``Scorer.prepare`` made of the texts that may be read.
    """
    told = {name: pl.col(name) for name in ("author_kind", "is_public") if name in messages.columns}
    kind, public = told.get("author_kind", pl.lit("customer")), told.get("is_public", pl.lit(True))
    counted = {
        "of bots": kind == "bot",
        "private notes": (kind != "bot") & ~public.fill_null(True),
        "of agents": (kind == "agent") & public.fill_null(True),
    }
    asides = messages.select(found.fill_null(False).sum().alias(name) for name, found in counted.items()).row(
        0, named=True
    )
    parts = {"quoted replies cut off": "has_quote", "signatures cut off": "has_signature"}
    return asides | {name: int(prepared[column].sum()) for name, column in parts.items()}


def _message_rows(
    messages: pl.DataFrame, consents: pl.DataFrame, links: Links, withheld: str | None = None
) -> pl.DataFrame:
    reasons = eligibility.null_reasons(messages, consents, links)
    is_withheld = (pl.col("body") == withheld).fill_null(False) if withheld else pl.lit(False)
    return (
        messages.select(
            pl.lit("messages").alias("table_name"),
            "row_hash",
            "channel",
            pl.col("body").alias("text"),
            links.accounts_of(messages).alias("account_id"),
            pl.coalesce(reasons, pl.when(is_withheld).then(pl.lit("no_consent"))).alias("null_reason"),
        )
        .unique("row_hash", maintain_order=True)
        .select(_ROW_COLUMNS)
    )


def _survey_rows(survey_responses: pl.DataFrame, consents: pl.DataFrame, links: Links) -> pl.DataFrame:
    spoken = survey_responses.filter(pl.col("verbatim").str.strip_chars().fill_null("") != "")
    return (
        spoken.select(
            pl.lit("survey_responses").alias("table_name"),
            "row_hash",
            pl.lit("survey").alias("channel"),
            pl.col("verbatim").alias("text"),
            links.accounts_of(spoken).alias("account_id"),
            eligibility.null_reasons(spoken, consents, links).alias("null_reason"),
        )
        .unique("row_hash", maintain_order=True)
        .select(_ROW_COLUMNS)
    )


_ROW_COLUMNS = [
    pl.col("table_name").cast(pl.String()),
    pl.col("row_hash").cast(pl.String()),
    pl.col("channel").cast(pl.String()),
    pl.col("text").cast(pl.String()),
    pl.col("account_id").cast(pl.String()),
    pl.col("null_reason").cast(pl.String()),
]


def _known_scores(cached: pl.DataFrame | None, model_version: str) -> pl.DataFrame:
    schema = cache_schema()
    if cached is None or cached.is_empty():
        return pl.DataFrame(schema=schema)
    return (
        cached.filter(pl.col("model_version") == model_version)
        .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
        .unique("text_hash", maintain_order=True)
    )
