"""Consents that were delivered and could not be taken: a refusal may be among them.

Belongs here: which rows and files those are, until they are delivered again. Does not: words for yes and no
(``sources/consent_words.py``), whose consent holds when (``models_nlp/eligibility.py``), what a failure stops.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sources.consent_words import OTHER_PURPOSE, TABLE
from storage import suppression
from storage.accounting import set_aside
from storage.company import read_company_map
from storage.layout import DataDir

#: Excluded rows that can hold nobody's refusal.
_HARMLESS = (OTHER_PURPOSE, suppression.REASON, "repeated_header")
_TO_DO = "it may hold a refusal, so nothing is scored: mend it and deliver the file again under the same name"


def unread_consents(paths: DataDir) -> pl.DataFrame:
    """``source_file``, ``message``: rows of consents that were excluded though they name somebody, and files of
    consents that were set aside, unless a file of that name was taken since. In order of file and row."""
    files = pl.read_parquet(paths.files)
    own = read_company_map(paths).own_tables
    return pl.concat([_rows(paths, files), _files(files, [n for n, t in own.items() if t.table == TABLE])])


def _rows(paths: DataDir, files: pl.DataFrame) -> pl.DataFrame:
    last = files.filter(pl.col("status") == "loaded").group_by("source_file").agg(pl.col("loaded_at").max().alias("at"))
    nobody = (pl.col("reason") == "missing_value") & (pl.col("column_name") == "person_id")
    return (
        pl.scan_parquet(paths.excluded / "*.parquet")
        .filter((pl.col("table_name") == TABLE) & ~pl.col("reason").is_in(_HARMLESS) & ~nobody)
        .collect()
        .join(last, on="source_file")
        .filter(pl.col("loaded_at") >= pl.col("at"))
        .sort("source_file", "source_row")
        .select("source_file", pl.format("{}: " + _TO_DO, "message").alias("message"))
    )


def _files(files: pl.DataFrame, own: Collection[str]) -> pl.DataFrame:
    is_theirs = pl.col("source_file").str.to_lowercase().str.contains("consent", literal=True)
    rejected = set_aside(files).filter(is_theirs | pl.col("source").is_in(list(own)))
    return rejected.select("source_file", pl.format("{}: " + _TO_DO, "message").alias("message"))
