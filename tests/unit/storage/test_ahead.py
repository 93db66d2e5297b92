"""A process beside changes who reads a file of JSON, never what is loaded of it, nor what is said of it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from types import ModuleType

import pytest

from sources import catalog
from sources.company_map import EMPTY
from sources.content import DEFAULT_LIMITS
from storage import ahead
from storage.ahead import Ahead
from storage.delivery import deliveries
from tests.unit.storage.conftest import Intake


@pytest.fixture(autouse=True)
def worth_it(monkeypatch):
    """Small files are shared, too. What another test left behind as the main module, no process has to run."""
    monkeypatch.setattr(ahead, "WORTH_SHARING_BYTES", 0)
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.fixture
def beside():
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


class Counted:
    """Hands out the process, and remembers how often it was asked for."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self.pool = pool
        self.n_asked = 0

    def __call__(self) -> Executor:
        self.n_asked += 1
        return self.pool


def events(first: int, n: int = 5) -> str:
    made = (
        {"time": 1_700_000_000 + at, "account_id": f"A-{at % 3}", "$insert_id": str(at)}
        for at in range(first, first + n)
    )
    return "\n".join(json.dumps({"event": "export", "properties": one}) for one in made)


FILES = {
    "a.jsonl": events(0),
    "b.jsonl": events(100) + '\n{"event": "export", "prop',  # its last line is cut short
    "c.json": '[{"nobody": "knows", "this": 1}]',
    "d.json": '[{"neither": "this"}]',
    "d2.jsonl": events(0),  # a copy
    "e.csv": "account_id,account_name\nA-1,One\n",
    "f.jsonl": events(200),
    "g.jsonl": events(300) + '\n{"event": "export", "properties": {"account_id": ["A", "B"], "time": 1}}',
    "h.json": "[" + events(400).replace("\n", ",") + "]",
    "i.jsonl": events(500),
}  # fmt: skip


def test_what_is_loaded_and_said_is_that_of_one_process(tmp_path, beside):
    helper = Counted(beside)
    alone, shared = (Intake(_made(tmp_path / name)) for name in ("alone", "shared"))
    for intake in (alone, shared):
        intake.deliver_all(FILES)
    one, other = alone.ingest(), shared.ingest(helper=helper)
    assert helper.n_asked > 2
    assert other.files == one.files
    assert {f.status for f in one.files} == {"loaded", "rejected", "duplicate"}
    assert shared.everything() == alone.everything()


def test_what_was_taken_before_is_not_read_beside_again(intake, beside):
    helper = Counted(beside)
    intake.deliver_all(FILES)
    intake.ingest()
    intake.ingest(helper=helper)
    assert helper.n_asked == 0


def test_files_of_a_killed_process_are_read_here(tmp_path, beside):
    alone, shared = (Intake(_made(tmp_path / name)) for name in ("alone", "shared"))
    for intake in (alone, shared):
        intake.deliver_all(FILES)
    beside.submit(int).result()
    for process in beside._processes.values():
        process.kill()
    assert shared.ingest(helper=lambda: beside).files == alone.ingest().files
    assert shared.everything() == alone.everything()


def test_a_file_that_was_written_anew_meanwhile_is_read_as_it_is_now(intake, beside):
    intake.deliver_all({"a.jsonl": events(0), "b.jsonl": events(100)})
    found = deliveries(intake.extracts)
    shared = Ahead(lambda: beside, found, (), DEFAULT_LIMITS, EMPTY)
    path = intake.deliver("b.jsonl", events(700, 9))
    data = path.read_bytes()
    got = shared.read(hashlib.sha256(data).hexdigest(), "b.jsonl")  # null if the other process was faster
    now = catalog.read_bytes(data, "b.jsonl")
    assert got is None or got.tables["usage"].equals(now.tables["usage"])


def test_what_was_read_beside_is_taken_if_the_bytes_are_the_same_and_only_then(intake, beside):
    intake.deliver_all({"a.jsonl": events(0), "b.jsonl": events(100)})
    data = (intake.extracts / "b.jsonl").read_bytes()
    for digest, is_taken in ((hashlib.sha256(data).hexdigest(), True), ("0" * 64, False)):
        shared = Ahead(lambda: beside, deliveries(intake.extracts), (), DEFAULT_LIMITS, EMPTY)
        got = shared.read(digest, "b.jsonl")
        assert (got is not None) == is_taken
        if got is not None:
            assert got.tables["usage"].equals(catalog.read_bytes(data, "b.jsonl").tables["usage"])


def test_files_are_read_here_where_no_process_can_be_started(tmp_path):
    def helper() -> Executor:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    alone, shared = (Intake(_made(tmp_path / name)) for name in ("alone", "shared"))
    for intake in (alone, shared):
        intake.deliver_all(FILES)
    assert shared.ingest(helper=helper).files == alone.ingest().files


def _made(folder):
    folder.mkdir()
    return folder
