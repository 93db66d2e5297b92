"""Texts whose time is over: the words go, the row and what was learnt from it stay.

Belongs here: which texts are past their date, taking their words out of raw and of landed files. Does not: how long a
text may be kept (the policy), what stays of its score (``scores``).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from sources.contract import TABLES
from storage.delivery import deliveries, read_whole
from storage.files import remove_database, remove_half_written, write_parquet
from storage.layout import REVIEWED_FILE, TERMS_FILE, DataDir
from storage.markers import EXPIRED, TEXT_COLUMNS, WITHHELD
from storage.raw import delivered_files, row_hashes, with_words
from storage.scores import forget_words

ANY = "any"
#: A review's sheet of texts to label holds none older than this before the month, or the day, that names it.
SHEET_SPAN = timedelta(days=31)
_REVIEW = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?")

_WRITTEN_AT = {"messages": "sent_at", "survey_responses": "answered_at"}
_MOST_BYTES = 1 << 30


@dataclass(frozen=True)
class Expired:
    """What one call took out: texts, and landed files by their name."""

    n_texts: int
    files_removed: list[str]


def read_policy(seed: Path, as_of: datetime) -> dict[str, int]:
    """Channel → days that its texts may be kept, in force at ``as_of``; ``any`` for channels not named.

    Raises ``ValueError`` where the policy has no row ``any``: a channel without a limit would keep its texts for ever.
    """
    rows = pl.read_csv(seed, infer_schema=False, null_values="")
    day = as_of.date().isoformat()
    valid = rows.filter((pl.col("valid_from") <= day) & (pl.col("valid_to").fill_null("9999-12-31") > day))
    days = {channel: int(n) for channel, n in valid.select("channel", "keep_text_days").iter_rows()}
    if ANY not in days:
        raise ValueError(f"{seed.name} has no row '{ANY}' in force on {day}: add one, it limits all channels not named")
    return days


def expire_texts(paths: DataDir, keep_days: Mapping[str, int], as_of: datetime) -> Expired:
    """Take the words of every text older than its channel's limit out of raw and scored, and remove landed files that
    hold one.

    A row is hashed anew without its words, and its score goes by that hash. The same call again, also after a kill,
    changes nothing. A landed file goes as a whole: its rows are in raw. One with texts that came in longer ago than any
    text may be kept goes too, even if no row of it was taken.
    """
    limits = {channel: as_of - timedelta(days=days) for channel, days in keep_days.items()}
    for folder in (paths.scored, paths.insights):
        remove_half_written(folder)  # else words stay in what a killed refresh left
    remove_database(paths.building)
    for unfinished in (paths.rebuilding, paths.shadow):
        shutil.rmtree(unfinished, ignore_errors=True)
    _remove_sheets(paths, limits)
    over = {table: _expired_rows(paths, table, limits) for table in TEXT_COLUMNS}
    forget_words(paths, pl.concat(over.values()))
    for table, text in TEXT_COLUMNS.items():
        for digest in over[table]["file_sha256"].unique().sort():
            path = paths.raw_file(table, digest)
            mine = over[table].filter(file_sha256=digest)
            _expire_extra(paths.extra / path.name, mine["source_row"])
            frame = pl.read_parquet(path)
            is_over = frame.select(_is_over(table, limits)).to_series()
            write_parquet(with_words(TABLES[table], frame, text, is_over, EXPIRED), path)
    _expire_ticket_cells(paths, limits)
    return Expired(sum(rows.height for rows in over.values()), _remove_landed(paths, limits))


def _remove_sheets(paths: DataDir, limits: Mapping[str, datetime]) -> None:
    """Sheets of texts to label go whole as soon as one of their texts may be past its date."""
    over = f"{max(limits.values()) + SHEET_SPAN:%Y-%m-%d}"
    for folder in reviews(paths):
        if f"{folder.name}-01"[:10] <= over:
            remove_sheets(folder)


def reviews(paths: DataDir) -> list[Path]:
    """The folders of the reviews so far, in order: ``review/<month>/``, ``review/<day>/``; others are people's own."""
    return sorted(f for f in paths.review.glob("*") if f.is_dir() and _REVIEW.fullmatch(f.name))


def remove_sheets(review: Path) -> None:
    """Remove a review's sheet of texts to label, and every copy, workbook or note that people saved beside it."""
    for path in review.iterdir():
        if path.name not in (TERMS_FILE, REVIEWED_FILE) and path.is_file():
            path.unlink()


def _past(table: str, limits: Mapping[str, datetime]) -> pl.Expr:
    """Whether a text of the table is past its date, whatever stands there now."""
    channel = pl.col("channel") if table == "messages" else pl.lit("survey")
    limit = channel.replace_strict(
        list(limits), list(limits.values()), default=limits[ANY], return_dtype=pl.Datetime("us", "UTC")
    )
    # A turn whose call nobody has delivered has no time yet; it must not wait for ever.
    return (
        (pl.coalesce(_WRITTEN_AT[table], "loaded_at") < limit) & pl.col(TEXT_COLUMNS[table]).is_not_null()
    ).fill_null(False)


def _is_over(table: str, limits: Mapping[str, datetime]) -> pl.Expr:
    return _past(table, limits) & ~pl.col(TEXT_COLUMNS[table]).is_in([EXPIRED, WITHHELD])


def _expired_rows(paths: DataDir, table: str, limits: Mapping[str, datetime]) -> pl.DataFrame:
    """``table_name``, ``row_hash``, ``new_hash``, ``file_sha256``, ``source_row`` of each text to take out."""
    text = TEXT_COLUMNS[table]
    rows = pl.scan_parquet(paths.raw_table(table) / "*.parquet").filter(_is_over(table, limits)).collect()
    new = row_hashes(TABLES[table], rows.with_columns(pl.lit(EXPIRED).alias(text)))
    return rows.select(
        pl.lit(table).alias("table_name"), "row_hash", new.alias("new_hash"), "file_sha256", "source_row"
    )


def n_expired(paths: DataDir) -> int:
    """How many texts of raw have lost their words so far."""
    return sum(
        pl.scan_parquet(paths.raw_table(table) / "*.parquet")
        .filter(pl.col(text) == EXPIRED)
        .select(pl.len())
        .collect()
        .item()
        for table, text in TEXT_COLUMNS.items()
    )


def _expire_ticket_cells(paths: DataDir, limits: Mapping[str, datetime]) -> None:
    """A ticket's subject or description has no canonical column: such cells lie aside, and their time ends too."""
    is_past = (pl.col("created_at") < limits.get("ticket", limits[ANY])).fill_null(False)
    for path in delivered_files(paths.raw_table("tickets")):
        extra = paths.extra / path.name
        if extra.exists():
            _expire_extra(extra, pl.scan_parquet(path).filter(is_past).select("source_row").collect()["source_row"])


def _expire_extra(path: Path, rows: pl.Series) -> None:
    """Cells that no canonical column takes may quote the text."""
    if not path.exists():
        return
    extra = pl.read_parquet(path)
    left = extra.filter(~pl.col("source_row").is_in(rows.implode()))
    if left.height < extra.height:
        write_parquet(left, path)


def _remove_landed(paths: DataDir, limits: Mapping[str, datetime]) -> list[str]:
    """Landed files with a text past its date, and those taken in before any text of today may have been written."""
    landed = deliveries(paths.landing) if paths.landing.is_dir() and paths.files.exists() else []
    if not landed:
        return []
    files = pl.read_parquet(paths.files)
    has_texts = (pl.col("status") == "rejected") | pl.col("tables").str.contains("messages|survey_responses")
    outlived = files.filter(has_texts & (pl.col("loaded_at") < min(limits.values())))["file_sha256"]
    past = [
        pl.scan_parquet(paths.raw_table(table) / "*.parquet").filter(_past(table, limits)).select("file_sha256")
        for table in TEXT_COLUMNS
    ]
    gone = {*outlived, *pl.concat(past).unique().collect()["file_sha256"]}
    names = set(files.filter(pl.col("file_sha256").is_in(gone))["source_file"])
    removed: list[str] = []
    for delivery in landed:
        if delivery.refusal is None and delivery.name in names and read_whole(delivery, _MOST_BYTES)[1] in gone:
            delivery.path.unlink()
            removed.append(delivery.name)
    return removed
