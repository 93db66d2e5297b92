"""Calls whose recording was refused: their words are in no file of ours, in whatever order things arrive."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from orchestration.consents import refused_calls
from storage import recordings
from storage.accounting import unbalanced
from storage.ingest import ingest
from storage.layout import DataDir
from storage.markers import WITHHELD
from storage.raw import delivered_files
from tests.examples import examples

AT = datetime(2026, 10, 1, tzinfo=UTC)
HEAD = "message_id,channel,author_kind,body,sent_at,person_id,conversation_id,ticket_id,note\n"
SECRET = "walrus"

FILES = {
    "a/messages.csv": HEAD
    # Den refused, and speaks in C1 only in the other file.
    + f"c1-1,call,agent,{SECRET} one,2026-06-01T10:00:00Z,,C1,,{SECRET} aside\n"
    + "c2-1,call,customer,spoken by Jo,2026-06-01T10:00:00Z,jo,C2,,kept aside\n"
    # Ann refused and agreed again: in March she refused, in June she had agreed.
    + f"c3-1,call,customer,{SECRET} three,2026-03-01T10:00:00Z,ann,C3,,\n"
    + "c4-1,call,customer,spoken by Ann,2026-06-01T10:00:00Z,ann,C4,,\n"
    # Nobody is named: it is the requester's call.
    + f"c5-1,call,customer,{SECRET} five,2026-06-01T10:00:00Z,,,T1,\n"
    + "e1,email,customer,written by Den,2026-06-01T10:00:00Z,den,C1,,\n",
    "b/messages.csv": HEAD
    + f"c1-2,call,customer,{SECRET} two,2026-06-01T10:01:00Z,den-old,C1,,\n"
    + "c6-1,call,customer,,2026-06-01T10:01:00Z,jo,C6,,\n"
    # Jo's call about Den's ticket: who opened the ticket does not speak. In the next one nobody is named.
    + "c7-1,call,customer,asked by Jo,2026-06-01T10:01:00Z,jo,C7,T1,\n"
    + "c7-2,call,agent,said to Jo,2026-06-01T10:01:00Z,,C7,T1,\n"
    + f"c8-1,call,agent,{SECRET} eight,2026-06-01T10:01:00Z,,C8,T1,\n",
    "consents.csv": "person_id,purpose,recorded_at,state\n"
    "den,call_recording,2026-01-01T00:00:00Z,granted\nden,call_recording,2026-07-01T00:00:00Z,denied\n"
    "ann,call_recording,2026-01-01T00:00:00Z,denied\njo,feedback_analysis,2026-01-01T00:00:00Z,denied\n",
    "d/consents.csv": "person_id,purpose,recorded_at,state\nann,call_recording,2026-05-01T00:00:00Z,granted\n",
    "people.csv": "person_id,account_id,merged_into,full_name\nden,A1,,Den Hart\nden-old,A1,den,\nann,A1,,\njo,A1,,\n",
    "tickets.csv": "ticket_id,person_id,created_at\nT1,den,2026-05-01\n",
}


def write(folder: Path, names) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(FILES[name])
    return folder


def load(landing: Path, data: Path) -> DataDir:
    ingest(landing, data, AT, refused=refused_calls)
    return DataDir(data)


def raw_tables(paths: DataDir) -> dict[str, pl.DataFrame]:
    """All that is kept of rows and cells, but not when and in which order."""
    tables = {}
    for folder in ("messages", "people", "consents", "tickets", "extra", "excluded"):
        frames = [pl.read_parquet(p).with_columns(file=pl.lit(p.stem)) for p in delivered_files(paths.raw / folder)]
        for frame in frames:
            tables[f"{folder}/{frame['file'][0] if frame.height else ''}"] = frame
    return tables


def bodies(paths: DataDir) -> dict[str, str | None]:
    frame = pl.read_parquet(paths.raw_table("messages") / "*.parquet")
    return dict(frame.select("message_id", "body").sort("message_id").iter_rows())


KEPT = {
    "c1-1": WITHHELD,
    "c1-2": WITHHELD,
    "c2-1": "spoken by Jo",
    "c3-1": WITHHELD,
    "c4-1": "spoken by Ann",
    "c5-1": WITHHELD,
    "c6-1": None,
    "c7-1": "asked by Jo",
    "c7-2": "said to Jo",
    "c8-1": WITHHELD,
    "e1": "written by Den",
}


@pytest.fixture(scope="module")
def at_once(tmp_path_factory) -> DataDir:
    folder = tmp_path_factory.mktemp("at_once")
    return load(write(folder / "landing", FILES), folder / "data")


def test_a_refused_call_stays_as_a_row_without_words_and_all_of_the_call_is_refused(at_once):
    assert bodies(at_once) == KEPT
    assert recordings.n_withheld(at_once) == 5
    assert unbalanced(pl.read_parquet(at_once.files)).is_empty()
    extra = pl.concat([pl.read_parquet(p) for p in at_once.extra.glob("*.parquet")])
    assert extra["note"].drop_nulls().to_list() == ["kept aside"]


def test_no_file_holds_a_refused_word_not_even_for_a_moment(tmp_path, monkeypatch):
    looked_at = []
    replace = Path.replace

    def look(self, target):
        """Every file is written aside and then renamed."""
        if ".parquet." in self.name:
            texts = pl.read_parquet(self.read_bytes()).select(pl.col(pl.String))
            assert not any(column.str.contains(SECRET).any() for column in texts), target
            looked_at.append(target)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", look)
    load(write(tmp_path / "landing", FILES), tmp_path / "data")
    assert len(looked_at) > 10


@examples(6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(sorted(FILES)), cuts=st.sets(st.integers(1, len(FILES) - 1), max_size=4))
def test_the_order_of_deliveries_does_not_change_what_raw_holds(order, cuts, at_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("orders")
    edges = [0, *sorted(cuts), len(order)]
    for start, end in pairwise(edges):
        write(folder / "landing", order[start:end])
        paths = load(folder / "landing", folder / "data")
    expected, found = raw_tables(at_once), raw_tables(paths)
    assert set(found) == set(expected)
    for name, frame in expected.items():
        assert_frame_equal(found[name], frame)
    shutil.rmtree(folder)


@pytest.mark.parametrize("order", list(permutations(["a/messages.csv", "consents.csv", "d/consents.csv"]))[:4])
def test_one_file_after_the_other_gives_the_same(order, tmp_path):
    for name in (*order, "b/messages.csv", "people.csv", "tickets.csv"):
        paths = load(write(tmp_path / "landing", [name]), tmp_path / "data")
    assert bodies(paths) == KEPT


def test_what_is_not_landed_any_more_stays_without_words(tmp_path):
    names = [n for n in FILES if n != "d/consents.csv"]
    paths = load(write(tmp_path / "landing", names), tmp_path / "data")
    assert bodies(paths)["c4-1"] == WITHHELD
    (tmp_path / "landing" / "a/messages.csv").unlink()
    load(write(tmp_path / "landing", ["d/consents.csv"]), tmp_path / "data")
    assert bodies(paths)["c4-1"] == WITHHELD
    load(write(tmp_path / "landing", ["a/messages.csv"]), tmp_path / "data")
    assert bodies(paths) == KEPT


def test_files_too_large_to_wait_in_memory_are_read_twice_and_give_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.ingest._MOST_WAITING_BYTES", 0)
    landing = write(tmp_path / "landing", FILES)
    (landing / "z").mkdir()
    (landing / "z/messages.csv").write_text(FILES["a/messages.csv"])
    paths = load(landing, tmp_path / "data")
    assert bodies(paths) == KEPT
    statuses = pl.read_parquet(paths.files).filter(pl.col("source_file").str.contains("a/|z/"))["status"].to_list()
    assert statuses == ["loaded", "duplicate"]


def test_two_copies_of_one_file_that_waited_are_one_load_and_one_copy(tmp_path):
    landing = write(tmp_path / "landing", FILES)
    (landing / "z").mkdir()
    (landing / "z/messages.csv").write_text(FILES["a/messages.csv"])
    paths = load(landing, tmp_path / "data")
    files = pl.read_parquet(paths.files)
    assert files.filter(pl.col("source_file").str.contains("a/|z/"))["status"].to_list() == ["loaded", "duplicate"]
    assert unbalanced(files).is_empty()


def test_a_row_without_words_is_hashed_without_them(at_once, tmp_path):
    """Else anyone could try out what was said."""
    other = {n: text.replace(SECRET, "otter") for n, text in FILES.items()}
    landing = write(tmp_path / "landing", FILES)
    for name, text in other.items():
        (landing / name).write_text(text)
    paths = load(landing, tmp_path / "data")
    hashes = [
        pl.read_parquet(p.raw_table("messages") / "*.parquet").sort("message_id")["row_hash"] for p in (at_once, paths)
    ]
    assert hashes[0].to_list() == hashes[1].to_list()


def test_without_a_refusal_no_other_table_is_read():
    calls = pl.DataFrame({"person_id": ["a"], "sent_at": [AT - timedelta(days=1)]})
    asked = []

    def table_of(name):
        asked.append(name)
        return pl.DataFrame({"purpose": ["call_recording"], "state": ["granted"]})

    assert refused_calls(calls, table_of).to_list() == [False]
    assert asked == ["consents"]
