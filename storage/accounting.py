"""Row accounting: after every ingest, each delivered row is kept, excluded or superseded, and the three add up.

Belongs here: which version of a key wins, the figures per file, accounts that nobody knows, which source is stale.
Does not: reading extracts, the same sums in SQL (``row_accounting`` in dbt counts again, from the other end).

The winner of a key is the row with the greatest ``updated_at`` (none is least), then the greatest row hash; of equal
rows the one that came first (load time, file, row). So the order of deliveries never matters to what wins.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path

import polars as pl

from sources.contract import TABLES
from storage.layout import DataDir
from storage.ledger import Entry
from storage.raw import RAW_WARNINGS_SCHEMA, delivered_files

FILES_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "source_file": pl.String(),
    "file_sha256": pl.String(),
    "tables": pl.String(),
    "status": pl.String(),
    "rows_read": pl.Int64(),
    "rows_kept": pl.Int64(),
    "rows_excluded": pl.Int64(),
    "rows_superseded": pl.Int64(),
    "message": pl.String(),
    "loaded_at": pl.Datetime("us", "UTC"),
    "extra_columns": pl.String(),
}

_VERSION = ("row_key", "updated_at", "row_hash", "loaded_at", "file_sha256", "source_row", "is_derived")


def versions(paths: Sequence[Path]) -> pl.DataFrame:
    """All row versions in these raw files: the version columns and ``is_winner``, true once for each key."""
    if not paths:
        return pl.DataFrame(schema={"file_sha256": pl.String, "is_derived": pl.Boolean, "is_winner": pl.Boolean})
    rows = pl.scan_parquet(list(paths)).select(_VERSION).collect()
    is_contested = rows["row_key"].is_duplicated()
    sole = rows.filter(~is_contested).with_columns(pl.lit(True).alias("is_winner"))
    contested = rows.filter(is_contested).sort(
        ["row_key", "updated_at", "row_hash", "loaded_at", "file_sha256", "source_row", "is_derived"],
        descending=[False, True, True, False, False, False, False],
        nulls_last=True,
    )
    return pl.concat([sole, contested.with_columns(pl.col("row_key").is_first_distinct().alias("is_winner"))])


def count_rows(paths: DataDir, entries: Sequence[Entry]) -> pl.DataFrame:
    """``FILES_SCHEMA``, one row a ledger entry. Kept and superseded are counted over all raw rows as they are now."""
    counted = [
        versions(delivered_files(paths.raw_table(name)))
        .filter(~pl.col("is_derived"))
        .group_by("file_sha256")
        .agg(pl.col("is_winner").sum().cast(pl.Int64).alias("kept"), pl.len().cast(pl.Int64).alias("loaded"))
        for name in TABLES
    ]
    figures = {row[0]: row[1:] for row in pl.concat(counted).group_by("file_sha256").sum().rows()}
    rows = []
    for entry in entries:
        kept, loaded = figures.get(entry.file_sha256, (0, 0)) if entry.status == "loaded" else (0, 0)
        superseded = entry.rows_read if entry.status == "duplicate" else loaded - kept
        excluded = 0 if entry.status == "duplicate" else entry.rows_excluded
        about = (entry.source, entry.source_file, entry.file_sha256, entry.tables, entry.status)
        counts = (entry.rows_read, kept, excluded, superseded)
        rows.append((*about, *counts, entry.message, entry.loaded_at, entry.extra_columns))
    return pl.DataFrame(rows, schema=FILES_SCHEMA, orient="row")


def unbalanced(files: pl.DataFrame) -> pl.DataFrame:
    """The files whose rows read are not rows kept + excluded + superseded: there should never be one."""
    total = pl.col("rows_kept") + pl.col("rows_excluded") + pl.col("rows_superseded")
    return files.filter(pl.col("rows_read") != total)


def unknown_accounts(paths: DataDir) -> pl.DataFrame:
    """A warning (``RAW_WARNINGS_SCHEMA``) for each file, table and account id that no accounts extract holds.

    ``source_row`` is the first such row; the id itself is not repeated.
    """
    delivered = delivered_files(paths.raw_table("accounts"))
    known = pl.concat(
        [
            pl.DataFrame(schema={"account_id": pl.String}),
            *(pl.read_parquet(p, columns=["account_id"]) for p in delivered),
        ]
    ).unique()
    found = [pl.DataFrame(schema=RAW_WARNINGS_SCHEMA)]
    for name, table in TABLES.items():
        files = delivered_files(paths.raw_table(name))
        if name == "accounts" or "account_id" not in table.column_names or not files:
            continue
        rows = (
            pl.scan_parquet(files)
            .filter(pl.col("account_id").is_not_null())
            .group_by("source", "source_file", "account_id", "loaded_at")
            .agg(pl.col("source_row").min(), pl.len().alias("n"))
            .collect()
            .join(known, on="account_id", how="anti")
            .with_columns(
                pl.lit(name).alias("table_name"),
                pl.lit("account_id").alias("column_name"),
                pl.lit("unknown_account").alias("reason"),
                pl.format(
                    "{} row {}: its account is in no accounts extract ({} rows of this file name it): the rows count "
                    "for it, but it has no name, segment or contract; deliver the account or mend the id",
                    "source_file",
                    "source_row",
                    "n",
                ).alias("message"),
            )
        )
        found.append(rows.select(list(RAW_WARNINGS_SCHEMA)))
    return pl.concat(found)


def all_warnings(paths: DataDir) -> pl.DataFrame:
    """What the readers noticed in each file, then accounts that nobody knows; in a fixed order."""
    noticed = [pl.read_parquet(p) for p in delivered_files(paths.warned)]
    everything = pl.concat([pl.DataFrame(schema=RAW_WARNINGS_SCHEMA), *noticed, unknown_accounts(paths)])
    return everything.sort("loaded_at", "source_file", "table_name", "reason", "column_name", "source_row", "message")


def set_aside(files: pl.DataFrame) -> pl.DataFrame:
    """The files that stand rejected: no good file of that name came later. Rows of ``files``, by load time and name."""
    good = (
        files.filter(pl.col("status") == "loaded")
        .group_by("source_file")
        .agg(pl.col("loaded_at").max().alias("good_at"))
    )
    return (
        files.filter(pl.col("status") == "rejected")
        .join(good, on="source_file", how="left")
        .filter(pl.col("good_at").is_null() | (pl.col("good_at") < pl.col("loaded_at")))
        .sort("loaded_at", "source_file")
        .drop("good_at")
    )


def source_health(files: pl.DataFrame) -> pl.DataFrame:
    """One row a source: ``source``, ``last_loaded_at`` (null: nothing ever), ``is_stale``, ``message``.

    A source is stale while a file of it stands rejected and no good file of that name came later; what was loaded
    before stays in use.
    """
    loaded = files.filter(pl.col("status") == "loaded")
    waiting = set_aside(files).group_by("source", maintain_order=True).agg(pl.col("message").last())
    last = loaded.group_by("source").agg(pl.col("loaded_at").max().alias("last_loaded_at"))
    return (
        files.select("source")
        .unique()
        .join(last, on="source", how="left")
        .join(waiting, on="source", how="left")
        .select("source", "last_loaded_at", pl.col("message").is_not_null().alias("is_stale"), "message")
        .sort("source")
    )


# Which column says when a touch of each table happened.
_TOUCHED_AT = {"messages": "sent_at", "survey_responses": "answered_at", "tickets": "created_at", "usage": "used_on"}


def touch_times(paths: DataDir, file_sha256s: Collection[str]) -> pl.Series:
    """When the kept touches of these files happened (UTC); a day of use counts at its end."""
    found = [pl.Series("at", [], dtype=pl.Datetime("us", "UTC"))]
    for name, column in _TOUCHED_AT.items():
        files = delivered_files(paths.raw_table(name))
        mine = [p for p in files if p.stem in file_sha256s]
        if not mine:
            continue
        winners = versions(files).filter("is_winner").select("file_sha256", "source_row", "row_key")
        times = (
            pl.scan_parquet(mine)
            .filter(~pl.col("is_deleted").fill_null(False))
            .select("file_sha256", "source_row", "row_key", pl.col(column).alias("at"))
            .collect()
            .join(winners, on=["file_sha256", "source_row", "row_key"], how="semi")["at"]
        )
        if times.dtype == pl.Date:
            times = (times.cast(pl.Datetime("us")) + timedelta(days=1)).dt.replace_time_zone("UTC")
        found.append(times.cast(pl.Datetime("us", "UTC")))
    return pl.concat(found)
