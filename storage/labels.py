"""What people said of texts, beside what the model says of them.

Belongs here: the newest version of each text with its score, and with the label that people gave it. Does not: drawing
texts to be labelled (``models_nlp/label_sampling``), how far both agree (``insights/agreement``). Another provider's
labels are no person's: they stand apart, and nothing is learned from them or judged by them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

from storage.accounting import newest_versions
from storage.layout import DataDir
from storage.models import learned_until

#: A label is one of these; another number is no answer to what was asked.
LABELS = (-1, 0, 1)
#: What a version of scores says of the company's own taxonomy; without it, it is that of a model of the registry.
TAXONOMY_PART = r"\.tax-[0-9a-f]{8}$"
_TEXT = ("table_name", "record_id")
_TEXTS = {
    "messages": ("message_id", "sent_at", pl.coalesce("ticket_id", "conversation_id")),
    "survey_responses": ("response_id", "answered_at", pl.col("ticket_id")),
}


def scored_texts(paths: DataDir) -> pl.DataFrame:
    """The newest version of each text that has a row of scores: ``table_name``, ``record_id``, ``occurred_at``,
    ``conversation`` (the ticket or conversation, null where it stands alone) and the columns of ``touch_scores``."""
    if not paths.touch_scores.exists():
        raise LookupError(f"nothing was scored yet in {paths.root}: run `jsi refresh` first")
    parts = []
    for table, (key, at, conversation) in _TEXTS.items():
        columns = [key, at, "row_hash", "is_deleted", *sorted(conversation.meta.root_names())]
        rows = newest_versions(paths, table, columns).filter(~pl.col("is_deleted").fill_null(False))
        parts.append(
            rows.select(
                "row_hash",
                table_name=pl.lit(table),
                record_id=key,
                occurred_at=at,
                conversation=conversation,
            )
        )
    scores = pl.read_parquet(paths.touch_scores)
    return pl.concat(parts).join(scores, on=["table_name", "row_hash"], how="inner").sort("table_name", "record_id")


def labels_wait(paths: DataDir, extracts: Path) -> bool:
    """Whether labels lie in the landing folder that were never read and are no part of ``extracts``."""
    if not paths.landing_taken.is_dir() or paths.landing_taken.is_relative_to(extracts.resolve()):
        return False
    known = set(pl.read_parquet(paths.files)["file_sha256"])
    files = (f for f in paths.landing_taken.rglob("*") if f.is_file() and not f.name.startswith("."))
    return any(hashlib.sha256(f.read_bytes()).hexdigest() not in known for f in files)


def labels(paths: DataDir) -> pl.DataFrame:
    """The label in force of each text: ``table_name``, ``record_id``, ``label`` (Int8), ``labelled_by``,
    ``labelled_at``, and ``first_labelled_at``, when anybody first said anything of it. Where several people labelled a
    text, or one of them twice, the last label counts."""
    return (
        _said(paths, is_provider=False)
        .sort("labelled_at", "labelled_by", "label", descending=True)
        .unique(list(_TEXT), keep="first", maintain_order=True)
        .sort(_TEXT)
    )


def provider_labels(paths: DataDir) -> pl.DataFrame:
    """The last label that each other provider gave each text: ``table_name``, ``record_id``, ``label`` (Int8),
    ``provider``."""
    found = _said(paths, is_provider=True)
    return found.select(*_TEXT, "label", provider="labelled_by").sort("provider", *_TEXT)


def _said(paths: DataDir, is_provider: bool) -> pl.DataFrame:
    """The last label of each person, or of each provider, of each text: the columns of ``labels``."""
    rows = pl.read_parquet(paths.raw_table("labels") / "*.parquet")
    if "labelled_kind" not in rows.columns:  # read by an earlier version; the next refresh adds it
        rows = rows.with_columns(labelled_kind=pl.lit(None, pl.String))
    is_message = pl.col("message_id").is_not_null()
    key = [*_TEXT, "labelled_by"]
    told = (
        rows.with_columns(
            pl.when(is_message).then(pl.lit("messages")).otherwise(pl.lit("survey_responses")).alias("table_name"),
            pl.coalesce("message_id", "response_id").alias("record_id"),
            # Who delivers labels seldom says when a row was changed: then a person's later label is the newer version.
            pl.coalesce("updated_at", "labelled_at").alias("said_at"),
        )
        .sort("said_at", "row_hash", descending=True)
        # Whose word it is says the newest version, also of what was delivered before as a person's.
        .filter((pl.col("labelled_kind") == "provider").fill_null(False).first().over(key) == is_provider)
        .with_columns(first_labelled_at=pl.col("labelled_at").min().over(_TEXT))
        .unique(key, keep="first", maintain_order=True)
    )
    return told.filter(
        ~pl.col("is_deleted").fill_null(False), pl.col("label").is_in([float(label) for label in LABELS])
    ).select(*_TEXT, pl.col("label").cast(pl.Int8), "labelled_by", "labelled_at", "first_labelled_at")


def labelled_texts(paths: DataDir) -> pl.DataFrame:
    """``scored_texts`` that people labelled, with the columns of ``labels``; ``words_labelled_at``, when anybody first
    labelled these words, of whichever text that says them; and ``is_unseen``: the model that gave the score has learned
    from no label of these words."""
    labelled = scored_texts(paths).join(labels(paths), on=["table_name", "record_id"], how="inner")
    until = learned_until(paths)
    learned = (
        pl.col("model_version")
        .str.replace(TAXONOMY_PART, "")
        .replace_strict(list(until), list(until.values()), default=None, return_dtype=pl.Datetime("us", "UTC"))
    )
    of_these_words = pl.col("first_labelled_at").min().over(pl.coalesce("text_hash", "row_hash"))
    return labelled.with_columns(words_labelled_at=of_these_words).with_columns(
        is_unseen=(pl.col("words_labelled_at") > learned).fill_null(True)
    )
