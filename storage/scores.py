"""The scores that one model version has given already, kept by the hash of the text.

Belongs here: reading and adding cached scores. Does not: scoring (``models_nlp``).
A score is a pure function of redacted text, channel and model version, so a cached one never goes stale.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import polars as pl

from storage.files import write_parquet
from storage.layout import DataDir
from storage.retention import EXPIRED, TEXT_COLUMNS


def cached_scores(paths: DataDir, model_version: str) -> pl.DataFrame | None:
    """All scores of this model version, one row per ``text_hash``; None where there are none yet."""
    parts = sorted(paths.score_cache(model_version).glob("*.parquet"))
    if not parts:
        return None
    return pl.concat([pl.read_parquet(p) for p in parts]).unique("text_hash", keep="first", maintain_order=True)


def add_scores(paths: DataDir, model_version: str, scores: pl.DataFrame) -> None:
    """Keep new scores; the file is named by its texts, so that a repeated chunk replaces itself."""
    if scores.is_empty():
        return
    name = hashlib.sha256("\n".join(scores["text_hash"].sort()).encode()).hexdigest()[:32]
    write_parquet(scores, paths.score_cache(model_version) / f"{name}.parquet")


def scores_of_expired(paths: DataDir, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The last scores of texts whose words retention has taken: what was learnt stays, words and hash go.

    ``schema``: the columns of ``touch_scores`` (the scorer's room says what they are).
    They keep the model version that read them. A text that expired before it was ever scored says ``empty``.
    """
    expired = [
        pl.scan_parquet(paths.raw_table(table) / "*.parquet")
        .filter(pl.col(text) == EXPIRED)
        .select("row_hash", table_name=pl.lit(table), channel="channel" if table == "messages" else pl.lit("survey"))
        for table, text in TEXT_COLUMNS.items()
    ]
    rows = pl.concat(expired).unique(["table_name", "row_hash"]).collect()
    last = pl.read_parquet(paths.touch_scores) if paths.touch_scores.exists() else pl.DataFrame(schema=schema)
    lists = [name for name, dtype in last.schema.items() if dtype == pl.List(pl.String)]
    return (
        rows.join(last.drop("channel"), on=["table_name", "row_hash"], how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("null_reason").is_in(["no_consent", "author", "speaker_unknown"]).not_().fill_null(True))
            .then(pl.lit(EXPIRED))
            .alias("text_redacted"),
            pl.lit(None, pl.String).alias("text_hash"),
            *(pl.col(name).fill_null([]) for name in lists if name != "evidence_words"),
            pl.lit([], pl.List(pl.String)).alias("evidence_words"),
            pl.when(pl.col("sentiment").is_null()).then(pl.col("null_reason").fill_null("empty")).alias("null_reason"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    )


def write_touch_scores(paths: DataDir, scores: pl.DataFrame) -> None:
    """Replace ``scored/touch_scores.parquet``."""
    write_parquet(scores, paths.touch_scores)
