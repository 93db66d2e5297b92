"""Consents that were delivered and could not be taken: a refusal may be among them.

Belongs here: which rows and files those are, until they are delivered again. Does not: words for yes and no
(``sources/consent_words.py``), whose consent holds when (``models_nlp/eligibility.py``), what a failure stops.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sources.consent_words import OTHER_PURPOSE, TABLE
from sources.contract import TABLES
from sources.record_ids import bare_ids
from storage import suppression
from storage.accounting import newest_versions, set_aside
from storage.company import read_company_map
from storage.identity import person_columns
from storage.layout import DataDir
from storage.resolution import named_ids

#: Excluded rows that can hold nobody's refusal.
_HARMLESS = (OTHER_PURPOSE, suppression.REASON, "repeated_header")
_TO_DO = "it may hold a refusal, so nothing is scored: mend it and deliver the file again under the same name"


def unread_consents(paths: DataDir) -> pl.DataFrame:
    """``source_file``, ``message``: rows of consents that were excluded though they name somebody, files of consents
    that were set aside, unless a file of that name was taken since, and refusals that reach nobody for want of the
    vendor's name before the id. In order of file and row."""
    files = pl.read_parquet(paths.files)
    own = read_company_map(paths).own_tables
    set_aside_files = _files(files, [n for n, t in own.items() if t.table == TABLE])
    return pl.concat([_rows(paths, files), set_aside_files, _reaching_nobody(paths, files)])


def _rows(paths: DataDir, files: pl.DataFrame) -> pl.DataFrame:
    nobody = (pl.col("reason") == "missing_value") & (pl.col("column_name") == "person_id")
    return (
        pl.scan_parquet(paths.excluded / "*.parquet")
        .filter((pl.col("table_name") == TABLE) & ~pl.col("reason").is_in(_HARMLESS) & ~nobody)
        .collect()
        .pipe(_of_last_delivery, files)
        .sort("source_file", "source_row")
        .select("source_file", pl.format("{}: " + _TO_DO, "message").alias("message"))
    )


def _of_last_delivery(rows: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """Rows of the last file of each name: what stood in an earlier one has been mended since."""
    last = files.filter(pl.col("status") == "loaded").group_by("source_file").agg(pl.col("loaded_at").max().alias("at"))
    return rows.join(last, on="source_file").filter(pl.col("loaded_at") >= pl.col("at"))


def _reaching_nobody(paths: DataDir, files: pl.DataFrame) -> pl.DataFrame:
    """Refusals of a plain id that nothing else names, while a vendor's own user has that number."""
    known = named_ids(
        paths, {table: columns for table in TABLES if table != TABLE and (columns := person_columns(table))}
    )
    columns = ("person_id", "state", "is_deleted", "source_file", "source_row", "loaded_at")
    rows = newest_versions(paths, TABLE, columns)
    rows = (
        rows.pipe(_of_last_delivery, files)
        .filter((pl.col("state") == "denied") & ~pl.col("is_deleted").fill_null(False))
        .join(known.to_frame("person_id"), on="person_id", how="anti")
    )
    vendors = pl.DataFrame({"person_id": bare_ids(known), "meant": known.str.split(":").list.first()}).drop_nulls()
    rows = rows.join(vendors.group_by("person_id").agg("meant"), on="person_id")
    to_do = (
        "{} row {}: refuses for an id that only stands elsewhere with a vendor's name before it ({}), so nothing is "
        "scored: write the id with that name, or the person's address, and deliver the file again under the same name; "
        "or, if it is your own number of somebody whom nothing names yet, name them in a people.csv: the id alone does"
    )
    vendor = pl.col("meant").list.unique().list.sort().list.join(", ")
    return rows.sort("source_file", "source_row").select(
        "source_file", pl.format(to_do, "source_file", "source_row", vendor).alias("message")
    )


def _files(files: pl.DataFrame, own: Collection[str]) -> pl.DataFrame:
    is_theirs = pl.col("source_file").str.to_lowercase().str.contains("consent", literal=True)
    rejected = set_aside(files).filter(is_theirs | pl.col("source").is_in(list(own)))
    return rejected.select("source_file", pl.format("{}: " + _TO_DO, "message").alias("message"))
