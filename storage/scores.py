"""The scores that one model version has given already, kept by the hash of the text.

Belongs here: reading and adding cached scores. Does not: scoring (``models_nlp``).
A score is a pure function of redacted text, channel and model version, so a cached one never goes stale.
"""

from __future__ import annotations

import hashlib

import polars as pl

from storage.files import write_parquet
from storage.layout import DataDir


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


def write_touch_scores(paths: DataDir, scores: pl.DataFrame) -> None:
    """Replace ``scored/touch_scores.parquet``."""
    write_parquet(scores, paths.touch_scores)
