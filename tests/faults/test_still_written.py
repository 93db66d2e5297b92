"""A file that another process is writing, a kilobyte a second: left alone by everyone until it is quiet, then whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from orchestration.sensors import landed, landing_sensor
from storage.ingest import ingest
from storage.ingest_report import IngestReport
from storage.layout import DataDir

CHECKOUT = Path(__file__).resolve().parents[2]
HEADER = "message_id,channel,author_kind,body,sent_at,account_id\n"
ROW = "M{n},email,customer,The export fails {n} " + "x" * 60 + ",2025-12-01T10:00:00Z,A1\n"
GOOD = "account_id,account_name\nA1,Acme\n"
#: Appends rows of about 100 bytes, ten a second, until a file ``stop`` lies beside it; then ends within no row.
WRITER = """
import pathlib, sys, time
path, header, row = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with path.open("w") as file:
    file.write(header)
    n = 0
    while not pathlib.Path(sys.argv[4]).exists() or n % 10:
        n += 1
        line = row.format(n=n)
        file.write(line[:50]); file.flush(); time.sleep(0.05)
        file.write(line[50:]); file.flush(); time.sleep(0.05)
print(n)
"""


@contextmanager
def being_written(path: Path) -> Iterator[list[int]]:
    """``path`` grows in another process while the block runs; afterwards the list holds how many rows it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stop = path.parent.parent / f"{path.name}.stop"
    command = [sys.executable, "-c", WRITER, str(path), HEADER, ROW, str(stop)]
    rows: list[int] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        try:
            while not path.exists() or path.stat().st_size < 2 * len(HEADER):
                time.sleep(0.02)
            yield rows
        finally:
            stop.touch()
            rows.append(int(writer.communicate(timeout=60)[0]))


def taken(report: IngestReport) -> dict[str, tuple[str, int]]:
    return {file.source_file: (file.status, file.rows_read) for file in report.files}


def test_ingest_leaves_a_growing_file_alone_and_takes_it_whole_the_next_time(tmp_path):
    extracts, data = tmp_path / "extracts", tmp_path / "data"
    with being_written(extracts / "messages.csv") as rows:
        (extracts / "accounts.csv").write_text(GOOD)
        report = ingest(extracts, data, datetime(2026, 1, 2, tzinfo=UTC), quiet_seconds=1)
        assert taken(report) == {"accounts.csv": ("loaded", 1), "messages.csv": ("deferred", 0)}
        assert "messages.csv is still being written" in report.files[1].message
        assert pl.read_parquet(DataDir(data).raw_table("messages") / "*.parquet").is_empty()
    report = ingest(extracts, data, datetime(2026, 1, 3, tzinfo=UTC), quiet_seconds=1)
    assert taken(report)["messages.csv"] == ("loaded", rows[0])
    assert report.excluded.is_empty()


def test_what_was_loaded_before_stays_while_its_file_is_written_anew(tmp_path):
    extracts, data = tmp_path / "extracts", tmp_path / "data"
    extracts.mkdir()
    (extracts / "messages.csv").write_text(HEADER + ROW.format(n=0))
    ingest(extracts, data, datetime(2026, 1, 2, tzinfo=UTC))
    with being_written(extracts / "messages.csv"):
        ingest(extracts, data, datetime(2026, 1, 3, tzinfo=UTC), quiet_seconds=1)
        kept = pl.read_parquet(DataDir(data).raw_table("messages") / "*.parquet")["message_id"].to_list()
    assert kept == ["M0"]


def test_quiet_files_are_not_waited_for(tmp_path):
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    (extracts / "accounts.csv").write_text(GOOD)
    os.utime(extracts / "accounts.csv", (1_700_000_000, 1_700_000_000))
    started = time.monotonic()
    report = ingest(extracts, tmp_path / "data", datetime(2026, 1, 2, tzinfo=UTC), quiet_seconds=500)
    assert time.monotonic() - started < 60
    assert taken(report) == {"accounts.csv": ("loaded", 1)}


def test_the_sensor_starts_nothing_while_a_file_grows_and_one_refresh_when_it_is_quiet(tmp_path, monkeypatch):
    monkeypatch.setenv("JSI_DATA_DIR", str(tmp_path))
    path = tmp_path / "landing" / "messages.csv"
    with being_written(path):
        for _ in range(3):
            assert isinstance(landing_sensor(dg.build_sensor_context()), dg.SkipReason)
            time.sleep(0.3)
        assert landed(path.parent, time.time()) == ([], True)
    os.utime(path, (time.time() - 60, time.time() - 60))
    assert len(landing_sensor(dg.build_sensor_context()).run_requests) == 1


def jsi(*arguments: object, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "JSI_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "orchestration.cli", *map(str, arguments), "--quiet-seconds", "1", "--json"]
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.slow
def test_the_command_ingest_says_that_a_file_is_still_being_written(tmp_path):
    extracts = tmp_path / "extracts"
    with being_written(extracts / "messages.csv") as rows:
        (extracts / "accounts.csv").write_text(GOOD)
        done = jsi("ingest", extracts, data=tmp_path / "data")
        assert done.returncode == 0, done.stderr
        files = {f["file"]: f["status"] for f in json.loads(done.stdout)["files"]}
        assert files == {"accounts.csv": "loaded", "messages.csv": "deferred"}
    done = jsi("ingest", extracts, data=tmp_path / "data")
    files = {f["file"]: f["read"] for f in json.loads(done.stdout)["files"]}
    assert files == {"accounts.csv": 1, "messages.csv": rows[0]}


@pytest.mark.slow
@pytest.mark.timeout(1_300)  # two refreshes, on a machine that does other things besides
def test_the_command_refresh_publishes_without_a_growing_file_and_with_it_the_next_time(tmp_path):
    landing, published = tmp_path / "landing", tmp_path / "published" / "current"
    accounting = published / "row_accounting.parquet"
    with being_written(landing / "messages.csv") as rows:
        (landing / "accounts.csv").write_text(GOOD)
        (landing / "tickets.csv").write_text("ticket_id,created_at,account_id\nT1,2025-12-01T10:00:00Z,A1\n")
        done = jsi("refresh", data=tmp_path)
        assert done.returncode == 0, done.stderr
        assert sorted(pl.read_parquet(accounting)["source_file"]) == ["accounts.csv", "tickets.csv"]
    done = jsi("refresh", data=tmp_path)
    assert done.returncode == 0, done.stderr
    read = dict(pl.read_parquet(accounting).select("source_file", "rows_read").rows())
    assert read == {"accounts.csv": 1, "tickets.csv": 1, "messages.csv": rows[0]}
