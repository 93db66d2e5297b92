"""Texts whose time is over: the words go, the row and what was learnt from it stay.

Belongs here: which texts are past their date, taking their words out of raw and of landed files. Does not: how long a
text may be kept (the policy), what happens to its score (``orchestration/assets/scored.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from storage.delivery import deliveries, read_whole
from storage.files import write_parquet
from storage.layout import DataDir
from storage.raw import delivered_files

#: What stands where the words were: a row without a text would look like a fault of its reader.
EXPIRED = "[expired]"
ANY = "any"

TEXT_COLUMNS = {"messages": "body", "survey_responses": "verbatim"}
_TEXTS = {"messages": ("body", "sent_at"), "survey_responses": ("verbatim", "answered_at")}
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
    """Take the words of every text older than its channel's limit out of raw, and remove landed files that hold one.

    The same call again changes nothing. A landed file goes as a whole: its rows are in raw.
    """
    n_texts = 0
    for table, (text, at) in _TEXTS.items():
        channel = pl.col("channel") if table == "messages" else pl.lit("survey")
        limit = channel.replace_strict(
            list(keep_days), [as_of - timedelta(days=n) for n in keep_days.values()],
            default=as_of - timedelta(days=keep_days[ANY]), return_dtype=pl.Datetime("us", "UTC"),
        )  # fmt: skip
        # A turn whose call nobody has delivered has no time yet; it must not wait for ever.
        is_over = (pl.coalesce(at, "loaded_at") < limit) & pl.col(text).is_not_null() & (pl.col(text) != EXPIRED)
        for path in delivered_files(paths.raw_table(table)):
            over = pl.scan_parquet(path).filter(is_over).select("source_row").collect()["source_row"]
            if over.is_empty():
                continue
            _expire_extra(paths.extra / path.name, over)
            frame = pl.read_parquet(path)
            expired = pl.when(is_over).then(pl.lit(EXPIRED)).otherwise(pl.col(text)).alias(text)
            write_parquet(frame.with_columns(expired), path)
            n_texts += over.len()
    return Expired(n_texts, _remove_landed(paths))


def n_expired(paths: DataDir) -> int:
    """How many texts of raw have lost their words so far."""
    return sum(
        pl.scan_parquet(paths.raw_table(table) / "*.parquet")
        .filter(pl.col(text) == EXPIRED)
        .select(pl.len())
        .collect()
        .item()
        for table, (text, _) in _TEXTS.items()
    )


def _expire_extra(path: Path, rows: pl.Series) -> None:
    """Cells that no canonical column takes may quote the text."""
    if not path.exists():
        return
    extra = pl.read_parquet(path)
    left = extra.filter(~pl.col("source_row").is_in(rows.implode()))
    if left.height < extra.height:
        write_parquet(left, path)


def _remove_landed(paths: DataDir) -> list[str]:
    """Landed files of which raw holds an expired text."""
    if not paths.landing.is_dir():
        return []
    expired = {
        sha256
        for table, (text, _) in _TEXTS.items()
        for sha256 in pl.scan_parquet(paths.raw_table(table) / "*.parquet")
        .filter(pl.col(text) == EXPIRED)
        .select("file_sha256")
        .unique()
        .collect()["file_sha256"]
    }
    removed: list[str] = []
    if not expired:
        return removed
    for delivery in deliveries(paths.landing):
        if delivery.refusal is None and read_whole(delivery, _MOST_BYTES)[1] in expired:
            delivery.path.unlink()
            removed.append(delivery.name)
    return removed
