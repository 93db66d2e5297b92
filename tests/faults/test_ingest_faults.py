"""Killed in ingest: wherever the process dies, running again gives what one undisturbed run gives."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from storage import accounting
from storage.ingest import ingest
from storage.layout import DataDir

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, pathlib, datetime
from storage.ingest import ingest
ingest(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC))
"""
LOADED_AT = datetime(2026, 1, 2, tzinfo=UTC)
FAIL_POINTS = ("after_read", "before_commit", "after_commit", "before_archive")


def run(extracts: Path, data: Path, fail_at: str) -> int:
    """One ingest in a process of its own, which is to die at ``fail_at``; its exit code (-9: killed)."""
    command = [sys.executable, "-c", PROGRAM, str(extracts), str(data)]
    environ = {"PATH": "/usr/bin:/bin", "JSI_FAIL_AT": fail_at}
    return subprocess.run(command, cwd=CHECKOUT, env=environ, check=False).returncode


def run_again(extracts: Path, data: Path) -> None:
    """The same ingest undisturbed: what is on disk decides how it goes on, in whatever process."""
    ingest(extracts, data, LOADED_AT)


def state(data: Path) -> dict[str, list[tuple]]:
    """Everything a later step can see: all raw Parquet, row by row, in a fixed order."""
    paths = DataDir(data)
    files = sorted(paths.raw.rglob("*.parquet"))
    assert accounting.unbalanced(pl.read_parquet(paths.files)).is_empty()
    assert [p for p in paths.raw.rglob("*") if p.is_file() and p.suffix != ".parquet"] == []
    return {str(p.relative_to(paths.raw)): sorted(map(str, pl.read_parquet(p).rows())) for p in files}


@pytest.fixture(scope="module")
def extracts(tmp_path_factory) -> Path:
    """Five files: good, with bad rows, of a wrong shape, a copy, an older version."""
    folder = tmp_path_factory.mktemp("faults") / "extracts"
    messages = "message_id,channel,author_kind,body,sent_at,account_id,mood\n" + "".join(
        f"M{i},{'email' if i % 50 else 'pager'},customer,text {i},{'2025-12-01' if i % 97 else 'never'},A{i},x\n"
        for i in range(1, 2_000)
    )
    files = {
        "accounts/1.csv": "account_id,account_name,updated_at\nA1,Acme,2025-02-01\nA2,Beta,\n",
        "accounts/2.csv": "account_id,account_name,updated_at\nA1,Acme old,2025-01-01\nA3,short\n",
        "messages/1.csv": messages,
        "messages/2.csv": messages,
        "tickets.csv": "ticket_id\nT1\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def undisturbed(extracts, tmp_path_factory) -> dict[str, list[tuple]]:
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    run_again(extracts, data)
    found = state(data)
    run_again(extracts, data)
    assert state(data) == found
    return found


# A map that changes which table each file is read as, so that all their rows are replaced.
CHANGED_MAP = """\
sources: {canonical: {time_zone: Europe/Berlin}}
own_tables: {mails: {table: events_calendar, recognised_by: [mood], columns: {message_id: event_id},
  constants: {name: a, kind: other, starts_on: 2025-01-01, ends_on: 2025-01-02}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("point", ["after_withdrawal:2", "before_commit:2"])
def test_killed_while_a_changed_map_replaces_rows_and_run_again_gives_the_same(extracts, tmp_path, point):
    clean, changed = tmp_path / "clean", tmp_path / "changed"
    clean.mkdir()
    (clean / "company.yml").write_text(CHANGED_MAP)
    run_again(extracts, clean)
    run_again(extracts, changed)
    (changed / "company.yml").write_text(CHANGED_MAP)
    assert run(extracts, changed, fail_at=point) == -signal.SIGKILL
    run_again(extracts, changed)
    assert state(changed) == state(clean)


@pytest.mark.parametrize("point", [*FAIL_POINTS, "before_commit:3"])
def test_killed_at_a_named_point_and_run_again_gives_the_same(extracts, undisturbed, tmp_path, point):
    assert run(extracts, tmp_path / "data", fail_at=point) == -signal.SIGKILL
    run_again(extracts, tmp_path / "data")
    assert state(tmp_path / "data") == undisturbed


@pytest.mark.slow
def test_killed_at_every_point_in_turn_and_run_again_gives_the_same(extracts, undisturbed, tmp_path):
    for point in FAIL_POINTS:
        assert run(extracts, tmp_path / "data", fail_at=point) == -signal.SIGKILL
    run_again(extracts, tmp_path / "data")
    assert state(tmp_path / "data") == undisturbed


def test_what_was_written_but_never_claimed_does_not_stay_when_its_file_is_gone(extracts, tmp_path):
    data, only = tmp_path / "data", tmp_path / "extracts"
    only.mkdir()
    (only / "accounts.csv").write_text("account_id,account_name\nA1,Acme\n")
    assert run(only, data, fail_at="before_commit") == -signal.SIGKILL
    assert len(list(DataDir(data).raw_table("accounts").glob("*.parquet"))) == 2
    (only / "accounts.csv").unlink()
    run_again(only, data)
    assert pl.read_parquet(DataDir(data).raw_table("accounts") / "*.parquet").is_empty()


def test_a_half_written_file_is_removed_wherever_it_lies(extracts, undisturbed, tmp_path):
    data = tmp_path / "data"
    run_again(extracts, data)
    for folder in (DataDir(data).raw, DataDir(data).raw_table("accounts"), DataDir(data).excluded):
        (folder / ".some.parquet.123").write_bytes(b"PAR1")
    run_again(extracts, data)
    assert state(data) == undisturbed


def test_two_ingests_at_once_give_what_one_gives(extracts, undisturbed, tmp_path):
    command = [sys.executable, "-c", PROGRAM, str(extracts), str(tmp_path / "data")]
    both = [subprocess.Popen(command, cwd=CHECKOUT) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert state(tmp_path / "data") == undisturbed


@pytest.mark.slow
def test_killed_at_random_times_and_run_again_gives_the_same(extracts, undisturbed, tmp_path):
    chance = random.Random(7)
    whole, killed, attempts = 0.0, 0, 0
    while killed < 10 and attempts < 60:
        attempts += 1
        data, started = tmp_path / f"data{attempts}", time.monotonic()
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(extracts), str(data)], cwd=CHECKOUT)
        try:
            process.wait(whole * chance.uniform(0.4, 1.0) if whole else None)
            whole = time.monotonic() - started  # as fast as the machine is by now: its pace may change at any time
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        run_again(extracts, data)
        assert state(data) == undisturbed
    assert killed == 10
