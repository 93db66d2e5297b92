"""Row accounting: after every ingest, each delivered row is kept, excluded or superseded, and the three add up.

Belongs here: which version of a key wins, the figures per file, accounts that nobody knows, which source is stale.
Does not: reading extracts, the same sums in SQL (``row_accounting`` in dbt counts again, from the other end).

The winner of a key is the row with the greatest ``updated_at`` (none is least), then the greatest row hash; of equal
rows the one that came first (load time, file, row). So the order of deliveries never matters to what wins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from sources.contract import TABLES
from storage.layout import DataDir
from storage.ledger import Entry
from storage.raw import RAW_WARNINGS_SCHEMA, delivered_files
from storage.shared_ids import same_id_two_sources
from storage.speakers import unknown_speakers

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
    return pl.concat([sole, _decided(rows.filter(is_contested))])


def contested(paths: DataDir) -> dict[str, pl.DataFrame]:
    """Of each table with delivered rows: the versions of keys that came more than once, as ``versions`` gives them.

    Most keys come once, and of those nothing but the key has to be read: where no two numbers made of keys are the
    same, no two keys are.
    """
    found = {}
    for name in TABLES:
        files = delivered_files(paths.raw_table(name))
        if not files:
            continue
        rows = pl.scan_parquet(files)
        numbers = rows.select(pl.col("row_key").hash()).collect().to_series()
        if numbers.n_unique() < numbers.len():
            keys = rows.select("row_key").collect().to_series()
            doubled = keys.filter(keys.is_duplicated()).unique()
            found[name] = _decided(rows.select(_VERSION).filter(pl.col("row_key").is_in(doubled.implode())).collect())
        else:
            found[name] = _decided(rows.select(_VERSION).head(0).collect())
    return found


def _decided(rows: pl.DataFrame) -> pl.DataFrame:
    """Who wins each key."""
    ordered = rows.sort(
        ["row_key", "updated_at", "row_hash", "loaded_at", "file_sha256", "source_row", "is_derived"],
        descending=[False, True, True, False, False, False, False],
        nulls_last=True,
    )
    return ordered.with_columns(pl.col("row_key").is_first_distinct().alias("is_winner"))


def newest_versions(paths: DataDir, table: str, columns: Collection[str]) -> pl.DataFrame:
    """These columns of the version that counts of each row of ``table``, deleted ones too."""
    rows = pl.scan_parquet(paths.raw_table(table) / "*.parquet")
    version = [c for c in _VERSION if c not in columns]
    every = rows.select(*columns, *version).collect()
    is_contested = every["row_key"].is_duplicated()
    winners = _decided(every.filter(is_contested)).filter("is_winner").drop("is_winner")
    return pl.concat([every.filter(~is_contested), winners]).select(list(columns))


def count_rows(
    paths: DataDir, entries: Sequence[Entry], doubled: Mapping[str, pl.DataFrame] | None = None
) -> pl.DataFrame:
    """``FILES_SCHEMA``, one row a ledger entry. Kept and superseded are counted over all raw rows as they are now.

    ``doubled``: what ``contested`` gives, where the caller has it already.
    """
    counted = [pl.DataFrame(schema={"file_sha256": pl.String, "loaded": pl.Int64, "lost": pl.Int64})]
    for name, rivals in (contested(paths) if doubled is None else doubled).items():
        own = ~pl.col("is_derived")
        loaded = (
            pl.scan_parquet(delivered_files(paths.raw_table(name)))
            .filter(own)
            .group_by("file_sha256")
            .agg(pl.len().cast(pl.Int64).alias("loaded"))
            .collect()
        )
        lost = (
            rivals.filter(own, ~pl.col("is_winner")).group_by("file_sha256").agg(pl.len().cast(pl.Int64).alias("lost"))
        )
        counted.append(loaded.join(lost, on="file_sha256", how="left").with_columns(pl.col("lost").fill_null(0)))
    figures = {row[0]: row[1:] for row in pl.concat(counted).group_by("file_sha256").sum().rows()}
    rows = []
    for entry in entries:
        loaded, lost = figures.get(entry.file_sha256, (0, 0)) if entry.status == "loaded" else (0, 0)
        superseded = entry.rows_read if entry.status == "duplicate" else lost
        excluded = 0 if entry.status == "duplicate" else entry.rows_excluded
        about = (entry.source, entry.source_file, entry.file_sha256, entry.tables, entry.status)
        counts = (entry.rows_read, loaded - lost, excluded, superseded)
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


def all_warnings(paths: DataDir, doubled: Mapping[str, pl.DataFrame] | None = None) -> pl.DataFrame:
    """What the readers noticed in each file, accounts and speakers that nobody knows, ids of two; in a fixed order.

    ``doubled``: what ``contested`` gives, where the caller has it already.
    """
    noticed = [pl.read_parquet(p) for p in delivered_files(paths.warned)]
    shared = same_id_two_sources(paths, contested(paths) if doubled is None else doubled)
    computed = [unknown_accounts(paths), unknown_speakers(paths), shared]
    everything = pl.concat([pl.DataFrame(schema=RAW_WARNINGS_SCHEMA), *noticed, *computed])
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


def newest_touches(
    paths: DataDir, file_sha256s: Collection[str], until: datetime, doubled: Mapping[str, pl.DataFrame]
) -> tuple[datetime | None, datetime | None]:
    """Of the kept touches of these files: when the newest happened, and the newest until ``until`` (UTC; null: none).

    A day of use counts at its end. ``doubled``: what ``contested`` gives.
    """
    newest: list[datetime | None] = []
    newest_until: list[datetime | None] = []
    for name, column in _TOUCHED_AT.items():
        mine = [p for p in delivered_files(paths.raw_table(name)) if p.stem in file_sha256s]
        if not mine:
            continue
        at = pl.col(column)
        if TABLES[name].column(column).kind == "date":
            at = (at.cast(pl.Datetime("us")) + timedelta(days=1)).dt.replace_time_zone("UTC")
        rows = pl.scan_parquet(mine).filter(~pl.col("is_deleted").fill_null(False))
        rivals = doubled[name].lazy()
        if not doubled[name].is_empty():
            identity = ["file_sha256", "source_row", "row_key"]
            lost = rivals.join(rivals.filter("is_winner"), on=identity, how="anti")
            rows = rows.join(lost, on=identity, how="anti")
        at = at.cast(pl.Datetime("us", "UTC"))
        found = rows.select(at.max().alias("newest"), at.filter(at <= until).max().alias("until")).collect().row(0)
        newest.append(found[0])
        newest_until.append(found[1])
    return _latest(newest), _latest(newest_until)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
