"""The ledger: a content is claimed once, all of a record or nothing of it."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage.ledger import Entry, Ledger, sole_ingest

LOADED = Entry(
    "s1", "a.csv", "canonical", "accounts", "loaded", 3, 1, None, datetime(2026, 1, 2, tzinfo=UTC), None, False
)


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def test_an_entry_comes_back_as_it_was_recorded(ledger):
    ledger.record(LOADED)
    assert ledger.entries() == [LOADED] == ledger.entries("s1")
    assert ledger.entries("s2") == []


def test_one_content_is_never_loaded_under_two_names_and_nothing_of_the_record_stays(ledger):
    ledger.record(LOADED)
    with pytest.raises(sqlite3.IntegrityError):
        ledger.record(replace(LOADED, file_sha256="s2"), replace(LOADED, source_file="b.csv"))
    assert ledger.entries() == [LOADED]


def test_a_rejected_file_may_be_recorded_again_as_loaded(ledger):
    ledger.record(replace(LOADED, status="rejected"))
    ledger.record(LOADED)
    assert ledger.entries() == [LOADED]


def test_only_the_samples_files_are_forgotten(ledger):
    ledger.record(LOADED, replace(LOADED, file_sha256="s2", is_sample=True))
    ledger.forget_sample()
    assert ledger.entries() == [LOADED]


def test_a_second_ingest_waits_for_the_first(tmp_path):
    order, waits, held = [], threading.Event(), threading.Event()

    def second():
        held.wait(5)
        with sole_ingest(tmp_path / "lock", waits.set):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with sole_ingest(tmp_path / "lock", lambda: order.append("first waited")):
        held.set()
        assert waits.wait(5)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
