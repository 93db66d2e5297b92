"""Reading the publication: one generation, resolved once per page load, read only.

Belongs here: finding ``published/current``, its manifest, its tables. Does not: what a page makes of them.
A table is read with polars from its Parquet file; a filter is a value compared with a column, never text that is
put together. Frames are kept by generation: a new publication is seen at the next page load, and what was kept of
the one before is dropped with it (after an erasure nothing of the erased person stays in memory).
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from storage.search import Found, search

DATA_DIR_VARIABLE = "JSI_DATA_DIR"
# One page asks for about fifteen frames; the rest is room for accounts that were looked at a moment ago.
FRAMES_KEPT = 96

_CHECKOUT = Path(__file__).resolve().parent.parent


class UnreadablePublication(Exception):
    """There is a publication, but it cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Publication:
    """One published generation: ``folder`` is its resolved path, ``manifest`` what its writer says of it."""

    folder: Path
    manifest: dict[str, Any] = field(hash=False)

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self.folder.name

    @property
    def as_of(self) -> datetime:
        """The moment up to which everything was known, in UTC without an offset."""
        return _utc(self.manifest["as_of"])

    def has(self, table: str) -> bool:
        """Whether this generation holds a table of that name."""
        return table in self.manifest.get("tables", {})

    def description(self, table: str, column: str | None = None) -> str | None:
        """What the mart's own documentation says of a table or of one of its columns; None where it is silent."""
        about = self.manifest.get("tables", {}).get(table, {})
        text = about.get("description") if column is None else about.get("columns", {}).get(column)
        return " ".join(text.split()) or None if isinstance(text, str) else None

    def read(self, table: str, columns: Sequence[str] | None = None, **equals: str | date) -> pl.DataFrame:
        """The rows of ``table`` in which every column named in ``equals`` has that value.

        Times come without an offset, in UTC. Raises UnreadablePublication if the table is missing or damaged.
        """
        if not self.has(table):
            raise UnreadablePublication(
                f"Generation {self.generation} holds no table {table}. Run the refresh again (make demo or make run)."
            )
        wanted = None if columns is None else tuple(columns)
        return _read(str(self.folder), table, wanted, tuple(sorted(equals.items())))

    def search(self, words: str, stage: str | None, account_id: str | None, since: date | None, limit: int) -> Found:
        """The newest published texts that hold all words; nothing of them is kept.

        Raises ValueError where the words are none, UnreadablePublication if the table cannot be read.
        """
        try:
            return search(self.folder, words, stage, account_id, since, limit)
        except (OSError, pl.exceptions.PolarsError) as problem:
            raise _unreadable("fct_touches", self.generation, problem) from problem

    def latest_week(self) -> date | None:
        """The newest published ``week_on``; None if no week is finished yet."""
        return self.read("jsi_by_segment_week", ["week_on"], dimension="company")["week_on"].max()


def data_dir() -> Path:
    """The folder that ``JSI_DATA_DIR`` names, else ``data/`` in the checkout."""
    named = os.environ.get(DATA_DIR_VARIABLE, "")
    return (Path(named) if named else _CHECKOUT / "data").expanduser().resolve()


def open_current(root: Path) -> Publication | None:
    """The generation that ``published/current`` names at this moment; None before the first publication.

    The symlink is resolved here, once: whatever is published afterwards, this page reads one generation.
    Raises UnreadablePublication if the link leaves the folder or the manifest is damaged.
    """
    published = root / "published"
    link = published / "current"
    if not link.is_symlink() and not link.exists():
        return None
    folder = link.resolve()
    if folder.parent != published.resolve():
        raise UnreadablePublication(
            "published/current points outside the published folder. Remove the link and run the refresh again."
        )
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        publication = Publication(folder, manifest)
        _ = publication.as_of
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UnreadablePublication(
            f"The manifest of generation {folder.name} cannot be read ({type(problem).__name__}). "
            "Run the refresh again (make demo or make run); it publishes a new generation."
        ) from problem
    _forget_others(str(folder))
    return publication


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


@lru_cache(maxsize=FRAMES_KEPT)
def _read(
    folder: str, table: str, columns: tuple[str, ...] | None, equals: tuple[tuple[str, str | date], ...]
) -> pl.DataFrame:
    try:
        rows = pl.scan_parquet(Path(folder) / f"{table}.parquet", glob=False)
        for column, value in equals:
            rows = rows.filter(pl.col(column) == value)
        frame = (rows if columns is None else rows.select(columns)).collect()
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise _unreadable(table, Path(folder).name, problem) from problem
    zoned = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone]
    return frame.with_columns(pl.col(zoned).dt.convert_time_zone("UTC").dt.replace_time_zone(None)) if zoned else frame


def _unreadable(table: str, generation: str, problem: Exception) -> UnreadablePublication:
    return UnreadablePublication(
        f"The table {table} of generation {generation} cannot be read ({type(problem).__name__}). "
        "Load the page again; if this stays, run the refresh again (make demo or make run)."
    )


_lock = threading.Lock()
_kept_folder: str | None = None


def _forget_others(folder: str) -> None:
    """Drop all kept frames when another generation is opened than the last time."""
    global _kept_folder
    with _lock:
        if _kept_folder != folder:
            _read.cache_clear()
            _kept_folder = folder
