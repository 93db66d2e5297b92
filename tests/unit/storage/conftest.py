"""A data folder and an extracts folder of a test's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from storage import accounting
from storage.ingest import ingest
from storage.ingest_report import FileOutcome, IngestReport
from storage.layout import DataDir

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


class Intake:
    """Delivers files and ingests them; after every ingest each file's rows must add up."""

    def __init__(self, folder: Path) -> None:
        self.extracts = folder / "extracts"
        self.extracts.mkdir()
        self.paths = DataDir(folder / "data")

    def deliver(self, name: str, content: str | bytes) -> Path:
        path = self.extracts / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def deliver_all(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            self.deliver(name, content)

    def ingest(self, extracts: Path | None = None, loaded_at: datetime = NOON, **options) -> IngestReport:
        report = ingest(extracts or self.extracts, self.paths.root, loaded_at, **options)
        assert accounting.unbalanced(self.files()).is_empty()
        excluded = self.excluded().filter(~pl.col("is_derived")).group_by("file_sha256", "source_file").len()
        counted = {(r["file_sha256"], r["source_file"]): r["len"] for r in excluded.iter_rows(named=True)}
        for row in self.files().iter_rows(named=True):
            assert row["rows_excluded"] == counted.get((row["file_sha256"], row["source_file"]), 0)
        return report

    def files(self) -> pl.DataFrame:
        return pl.read_parquet(self.paths.files)

    def excluded(self) -> pl.DataFrame:
        return pl.read_parquet(self.paths.excluded / "*.parquet")

    def raw(self, table: str) -> pl.DataFrame:
        return pl.read_parquet(self.paths.raw_table(table) / "*.parquet")

    def everything(self) -> dict[str, bytes]:
        """Every Parquet file below raw/, byte for byte."""
        return {str(p.relative_to(self.paths.raw)): p.read_bytes() for p in sorted(self.paths.raw.rglob("*.parquet"))}


def counts(outcome: FileOutcome) -> tuple[str, int, int, int, int]:
    """(status, read, kept, excluded, superseded)."""
    return (
        outcome.status,
        outcome.rows_read,
        outcome.rows_kept,
        outcome.rows_excluded,
        outcome.rows_superseded,
    )


def by_name(report: IngestReport) -> dict[str, tuple[str, int, int, int, int]]:
    return {outcome.source_file: counts(outcome) for outcome in report.files}


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


@pytest.fixture(name="by_name")
def by_name_fixture():
    return by_name
