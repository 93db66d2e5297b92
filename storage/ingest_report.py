"""What an ingest tells: what became of each file of the folder, which rows were excluded or deserve a look.

Belongs here: the report and how it is put together. Does not: counting (``accounting``), loading (``ingest``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from storage import accounting
from storage.layout import DataDir
from storage.ledger import Entry
from storage.raw import RAW_EXCLUDED_SCHEMA


@dataclass(frozen=True)
class FileOutcome:
    """What became of one delivered file. ``status``: loaded, rejected, duplicate, or ``deferred`` (still changing).

    ``rows_read`` = kept + excluded + superseded, in source rows, over all that has been delivered so far.
    """

    source: str
    source_file: str
    file_sha256: str
    tables: str
    status: str
    rows_read: int
    rows_kept: int
    rows_excluded: int
    rows_superseded: int
    message: str | None
    loaded_at: datetime
    extra_columns: str | None


@dataclass(frozen=True)
class IngestReport:
    """``files``: the files of this extracts folder. ``newest_touch_at``: the newest kept touch of all
    that is loaded, null if there is none.

    ``excluded``: its source rows that could not be taken, each message with file, row and what to do, never a value.

    ``notes``: what was done besides, in words (the sample company removed, another ingest waited for).
    """

    files: list[FileOutcome]
    warnings: pl.DataFrame
    excluded: pl.DataFrame
    newest_touch_at: datetime | None
    notes: list[str]
    is_sample_company: bool


def report_of(
    paths: DataDir,
    outcomes: list[Entry | FileOutcome],
    files: pl.DataFrame,
    warnings: pl.DataFrame,
    newest: datetime | None,
    notes: list[str],
    is_sample: bool,
) -> IngestReport:
    """The report on the files of ``outcomes``; ``files`` and ``warnings`` are those of all that is loaded."""
    by_file = {(r["file_sha256"], r["source_file"]): FileOutcome(**r) for r in files.iter_rows(named=True)}
    told = [by_file[(o.file_sha256, o.source_file)] if isinstance(o, Entry) else o for o in outcomes]
    mine = {o.source_file for o in told}
    of_mine = pl.col("source_file").is_in(mine)
    kept_aside = [p for o in told if (p := paths.excluded / f"{o.file_sha256}.parquet").exists()]
    frames = [pl.read_parquet(p) for p in dict.fromkeys(kept_aside)]
    excluded = pl.concat([pl.DataFrame(schema=RAW_EXCLUDED_SCHEMA), *frames]).filter(of_mine)
    return IngestReport(told, warnings.filter(of_mine), excluded, newest, notes, is_sample)


def together(report: IngestReport, further: IngestReport) -> IngestReport:
    """What two calls one after the other tell; the later one has counted what the first loaded."""
    return IngestReport(
        [*report.files, *further.files],
        pl.concat([report.warnings, further.warnings]),
        pl.concat([report.excluded, further.excluded]),
        report.newest_touch_at,
        [*report.notes, *(note for note in further.notes if note not in report.notes)],
        report.is_sample_company,
    )


def newest_touch(
    paths: DataDir, outcomes: list[Entry | FileOutcome], doubled: dict[str, pl.DataFrame], loaded_at: datetime
) -> datetime | None:
    """The newest touch. One dated after the load is a slip of someone's clock, unless all of them are."""
    limit = loaded_at.astimezone(UTC) + timedelta(days=1)
    newest, past = accounting.newest_touches(paths, {o.file_sha256 for o in outcomes}, limit, doubled)
    return newest if past is None else past
