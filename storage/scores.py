"""The scores that one model version has given already, kept by the hash of the text.

Belongs here: reading, adding and forgetting scores. Does not: scoring (``models_nlp``).
A score is a pure function of redacted text, channel and model version, so a cached one never goes stale. It holds words
(the evidence) and the text's hash: a text that is gone may not leave them behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

import polars as pl

from storage.files import write_parquet
from storage.layout import DataDir
from storage.markers import EXPIRED, TEXT_COLUMNS


def cached_scores(paths: DataDir, model_version: str, columns: Collection[str] = ()) -> pl.DataFrame | None:
    """All scores of this model version, one row per ``text_hash``; None where there are none yet.

    A file without one of ``columns``, from an earlier version of the platform, is passed over: its texts are read anew.
    """
    parts = [pl.read_parquet(p) for p in sorted(paths.score_cache(model_version).glob("*.parquet"))]
    parts = [part for part in parts if set(columns) <= set(part.columns)]
    if not parts:
        return None
    return pl.concat(parts).unique("text_hash", keep="first", maintain_order=True)


def add_scores(paths: DataDir, model_version: str, scores: pl.DataFrame) -> None:
    """Keep new scores; the file is named by its texts, so that a repeated chunk replaces itself."""
    if scores.is_empty():
        return
    name = hashlib.sha256("\n".join(scores["text_hash"].sort()).encode()).hexdigest()[:32]
    write_parquet(scores, paths.score_cache(model_version) / f"{name}.parquet")


def keep_cached(paths: DataDir, text_hashes: pl.Series) -> None:
    """Forget the cached scores, of every model version, of texts that are not among these any more."""
    _rewrite_cache(paths, pl.col("text_hash").is_in(text_hashes.drop_nulls().unique().implode()))


def drop_cached(paths: DataDir, text_hashes: Collection[str]) -> None:
    """Forget the cached scores of these texts."""
    if text_hashes:
        gone = pl.Series(sorted(text_hashes), dtype=pl.String)
        _rewrite_cache(paths, ~pl.col("text_hash").is_in(gone.implode()))


def _rewrite_cache(paths: DataDir, stays: pl.Expr) -> None:
    for path in sorted((paths.scored / "cache").rglob("*.parquet")):
        if not pl.scan_parquet(path).select(stays.all()).collect().item():
            left = pl.read_parquet(path).filter(stays)
            if left.is_empty():
                path.unlink()
            else:
                write_parquet(left, path)


def forget_words(paths: DataDir, expired: pl.DataFrame) -> None:
    """Take the words and hashes of texts out of the scores; what was learnt stays under the row's new hash.

    ``expired``: ``table_name``, ``row_hash`` and ``new_hash``. Rows that are alike without their words share the score
    of the one that counted (the greatest hash). The same call again, also after a kill, changes nothing.
    """
    if expired.is_empty() or not paths.touch_scores.exists():
        return
    key = ["table_name", "row_hash"]
    scores = pl.read_parquet(paths.touch_scores)
    renamed = scores.join(expired.unique(key), on=key, how="inner").sort("row_hash", descending=True)
    if renamed.is_empty():
        return
    wordless = renamed.with_columns(pl.col("new_hash").alias("row_hash"), *_WORDLESS).select(scores.columns)
    others = scores.join(expired, on=key, how="anti")
    left = pl.concat([others, wordless]).unique(key, keep="first", maintain_order=True)
    # The cache first: a process that dies between the two finds the hashes to drop again.
    drop_cached(paths, set(renamed["text_hash"].drop_nulls()) - set(left["text_hash"].drop_nulls()))
    write_touch_scores(paths, left.sort(key))


def rename_scored(paths: DataDir, table: str, hashes: pl.DataFrame) -> None:
    """Keep the scores of a table's rows whose hashes changed and whose texts did not.

    ``hashes``: ``row_hash``, ``new_hash``. The same call again, also after a kill, changes nothing.
    """
    if table not in TEXT_COLUMNS or not paths.touch_scores.exists():
        return
    scores = pl.read_parquet(paths.touch_scores)
    named = hashes.unique("row_hash").with_columns(table_name=pl.lit(table))
    left = scores.join(named, on=["table_name", "row_hash"], how="left", maintain_order="left")
    left = left.with_columns(pl.coalesce("new_hash", "row_hash").alias("row_hash")).select(scores.columns)
    if not left.equals(scores):
        key = ["table_name", "row_hash"]
        write_touch_scores(paths, left.unique(key, keep="first", maintain_order=True).sort(key))


_WORDLESS = (
    pl.when(pl.col("null_reason").is_in(["no_consent", "author", "speaker_unknown"]).not_().fill_null(True))
    .then(pl.lit(EXPIRED))
    .alias("text_redacted"),
    pl.lit(None, pl.String).alias("text_hash"),
    pl.lit([], pl.List(pl.String)).alias("evidence_words"),
)


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
    none = pl.DataFrame(schema=schema)
    # What an earlier version of the platform wrote may lack a column.
    last = (
        pl.concat([none, pl.read_parquet(paths.touch_scores)], how="diagonal") if paths.touch_scores.exists() else none
    )
    lists = [name for name, dtype in last.schema.items() if dtype == pl.List(pl.String)]
    return (
        rows.join(last.drop("channel"), on=["table_name", "row_hash"], how="left", maintain_order="left")
        .with_columns(
            *_WORDLESS,
            *(pl.col(name).fill_null([]) for name in lists if name != "evidence_words"),
            pl.when(pl.col("sentiment").is_null()).then(pl.col("null_reason").fill_null("empty")).alias("null_reason"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    )


def write_touch_scores(paths: DataDir, scores: pl.DataFrame) -> None:
    """Replace ``scored/touch_scores.parquet``."""
    write_parquet(scores, paths.touch_scores)
