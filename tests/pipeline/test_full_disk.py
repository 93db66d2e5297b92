"""A disk that takes no more: one line that says so, nothing that was published harmed, and work again with room."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.publication import current

CHECKOUT = Path(__file__).resolve().parents[2]


def ingest(extracts: Path, data: Path, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """``jsi ingest`` in a process that may write no file beyond ``most_bytes``. (Python ignores SIGXFSZ.)"""

    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "ingest", str(extracts), "--quiet-seconds", "0", "--json"],
        cwd=CHECKOUT,
        env={**os.environ, "JSI_DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        preexec_fn=limit,
    )


@pytest.mark.parametrize("most_bytes", [1_000, 60_000], ids=["no room for the ledger", "no room for the rows"])
def test_a_full_disk_is_one_line_and_with_room_everything_is_taken(sample_extracts, tmp_path, most_bytes):
    extracts = tmp_path / "extracts"
    shutil.copytree(sample_extracts / "zendesk", extracts / "zendesk")
    data = tmp_path / "data"
    stopped = ingest(extracts, data, most_bytes)
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr
    told = [line for line in stopped.stderr.splitlines() if line.startswith("jsi:")]
    assert len(told) == 1, stopped.stderr
    assert told[0].startswith("jsi: the disk "), told
    assert "make room and start again" in told[0]
    again = ingest(extracts, data)
    assert again.returncode == 0, again.stderr
    files = json.loads(again.stdout)["files"]
    assert {f["status"] for f in files} <= {"loaded", "duplicate"}
    assert all(f["read"] == f["kept"] + f["excluded"] + f["superseded"] for f in files)


def test_what_was_published_stays_readable_when_the_disk_is_full(own_copy, tmp_path):
    before = current(own_copy)
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    rows = "".join(f"t{i},A{i},2026-01-01T00:00:00Z,word{i * 7919}\n" for i in range(20_000))
    (extracts / "tickets.csv").write_text("ticket_id,account_id,created_at,topic\n" + rows)
    stopped = ingest(extracts, own_copy.root, 50_000)
    assert (stopped.returncode, "Traceback" in stopped.stderr) == (1, False), stopped.stderr
    assert "jsi: the disk " in stopped.stderr
    assert current(own_copy) == before
    assert ingest(extracts, own_copy.root).returncode == 0


REFRESH = """
import json, sys
from pathlib import Path
from orchestration.beside import Beside
from orchestration.refresh import refresh
from storage.layout import DataDir
if __name__ == "__main__":
    with Beside() as beside:
        outcome = refresh(DataDir(Path(sys.argv[1])), Path(sys.argv[2]), None, beside, quiet_seconds=0)
    print(json.dumps({"failures": outcome.failures, "generation": outcome.generation.name}))
"""


@pytest.mark.slow
def test_a_disk_that_fills_while_the_marts_are_built_fails_that_step_in_one_line(own_copy, sample_extracts, tmp_path):
    before = current(own_copy)
    most_bytes = 8_000_000  # more than any file of raw and scored has, less than the warehouse
    (tmp_path / "refresh.py").write_text(REFRESH)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "refresh.py"), str(own_copy.root), str(sample_extracts)],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes)),
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    (failure,) = told["failures"]
    assert failure.startswith("dbt_build: the disk "), failure
    assert "make room and start again" in failure
    assert told["generation"] == before.name
    assert current(own_copy) == before
