"""Calls and transcripts in any order and any split of files end in the same messages; withheld words leave the disk."""

from __future__ import annotations

import itertools
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_nlp import eligibility
from sources.contract import TABLES
from storage import accounting
from storage.erasure import erase_rows, person_of
from storage.identity import identity_key
from storage.ingest import ingest
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.raw import delivered_files
from storage.speakers import complete_raw
from storage.suppression import suppress
from tests.examples import examples

START = datetime(2026, 1, 2, tzinfo=UTC)
WORDS = "We are rather unhappy."


def call(number, affiliation="External", **about):
    parties = [
        {"speakerId": "s1", "affiliation": "Internal", "emailAddress": "rep@us.example", "userId": "u1"},
        {"speakerId": "s2", "affiliation": affiliation, "emailAddress": f"c{number}@d.example"},
    ]
    return {
        "metaData": {"id": str(number), "started": f"2025-05-3{number}T14:00:00Z", **about},
        "parties": parties,
    }


def transcript(number):
    turns = [
        {"speakerId": speaker, "sentences": [{"start": 1000 * at, "end": 1000 * at + 900, "text": text}]}
        for at, (speaker, text) in enumerate((("s1", "How is it?"), ("s2", WORDS), ("s9", "Hello?")))
    ]
    return {"callId": str(number), "transcript": turns}


#: A call heard, one refused, one told twice and differently, one without a transcript, a transcript without a call.
RECORDS = [
    *(call(0), transcript(0)),
    *(call(1, recordingConsent=False), transcript(1)),
    *(call(2, "Internal"), call(2, "External"), transcript(2)),
    *(call(3), transcript(4)),
]


def document(records):
    lists = {"calls": [r for r in records if "metaData" in r], "callTranscripts": [r for r in records if "callId" in r]}
    return json.dumps({name: found for name, found in lists.items() if found})


def state(paths):
    """What counts of messages and speakers, without where it came from; and who may be scored."""
    rows = {}
    for table in ("messages", "speakers"):
        files = delivered_files(paths.raw_table(table))
        frame = pl.concat(pl.read_parquet(p) for p in files)
        won = accounting.versions(files).filter("is_winner")
        kept = frame.join(won, on=["file_sha256", "source_row", "row_key"], how="semi").unique("row_key")
        rows[table] = kept.select(*TABLES[table].column_names, "row_hash").sort(TABLES[table].key)
    consents = pl.DataFrame(schema={"person_id": pl.String, "purpose": pl.String, "state": pl.String}
                            | dict.fromkeys(("recorded_at", "updated_at"), pl.Datetime("us", "UTC")))  # fmt: skip
    reasons = eligibility.null_reasons(rows["messages"], consents).to_list()
    return rows["messages"].rows(), rows["speakers"].rows(), reasons


def deliver(folder, *deliveries):
    """Ingest each delivery (a list of records) as a file of its own, on a day of its own."""
    paths, extracts = DataDir(folder / "data"), folder / "extracts" / "gong"
    extracts.mkdir(parents=True, exist_ok=True)
    there = len(list(extracts.iterdir()))
    for day, records in enumerate(deliveries, start=there):
        (extracts / f"{day:02d}.json").write_text(document(records))
        ingest(extracts.parent, paths.root, START + timedelta(days=day))
        assert accounting.unbalanced(pl.read_parquet(paths.files)).is_empty()
    return paths


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    return state(deliver(tmp_path_factory.mktemp("once"), RECORDS))


def test_delivered_at_once_each_turn_is_told_withheld_or_waits(at_once):
    messages, _, reasons = at_once
    names = (*TABLES["messages"].column_names, "row_hash")
    told = {row[0]: dict(zip(names, row, strict=True)) for row in messages}
    assert {key: told[key]["author_kind"] for key in ("gong:0:1", "gong:0:2", "gong:0:3", "gong:1:2", "gong:4:2")} == {
        "gong:0:1": "agent",
        "gong:0:2": "customer",
        "gong:0:3": "unknown",
        "gong:1:2": "withheld",
        "gong:4:2": "unknown",
    }
    assert str(told["gong:0:2"]["sent_at"]) == "2025-05-30 14:00:01+00:00"
    assert (told["gong:0:2"]["person_id"], told["gong:1:2"]["body"]) == ("c0@d.example", None)
    assert told["gong:4:2"]["sent_at"] is None
    by_message = dict(zip(told, reasons, strict=True))
    assert [by_message[f"gong:{key}"] for key in ("0:1", "0:2", "0:3", "1:2", "4:2")] == [
        "author",
        None,
        "speaker_unknown",
        "no_consent",
        "speaker_unknown",
    ]


@examples(6)
@given(st.permutations(RECORDS), st.lists(st.integers(1, len(RECORDS) - 1), max_size=4, unique=True))
def test_any_order_and_any_split_of_the_deliveries_ends_in_the_same_rows(at_once, records, cuts):
    edges = [0, *sorted(cuts), len(records)]
    parts = [records[a:b] for a, b in itertools.pairwise(edges)]
    with tempfile.TemporaryDirectory() as folder:
        assert state(deliver(Path(folder), *parts)) == at_once


def test_withheld_words_are_not_written_when_the_call_came_first_and_leave_when_it_comes_later(tmp_path):
    first = deliver(tmp_path / "first", [call(1, isPrivate=True)], [transcript(1)])
    later = deliver(tmp_path / "later", [transcript(1)])
    assert any(WORDS.encode() in p.read_bytes() for p in later.raw.rglob("*.parquet"))
    deliver(tmp_path / "later", [call(1, isPrivate=True)])
    for paths in (first, later):
        assert not any(WORDS.encode() in p.read_bytes() for p in paths.raw.rglob("*.parquet"))
        assert pl.read_parquet(paths.raw_table("messages") / "*.parquet").height == 3


def test_a_file_whose_speakers_nobody_knows_is_warned_of_until_they_come(tmp_path):
    paths = deliver(tmp_path, [{**transcript(0), "transcript": transcript(0)["transcript"][:2]}])
    warning = pl.read_parquet(paths.warnings).row(0, named=True)
    assert (warning["reason"], warning["table_name"], warning["source_row"]) == ("speaker_unknown", "messages", 1)
    assert "2 messages of this file" in warning["message"]
    deliver(tmp_path, [call(0)])
    assert "speaker_unknown" not in pl.read_parquet(paths.warnings)["reason"].to_list()


def test_filling_in_again_changes_nothing(tmp_path):
    paths = deliver(tmp_path, [transcript(0), transcript(1)], [call(0), call(1)])
    before = {p: p.read_bytes() for p in paths.raw.rglob("*.parquet")}
    assert complete_raw(paths) == 0
    deliver(tmp_path)
    assert {p: p.read_bytes() for p in paths.raw.rglob("*.parquet")} == before


@pytest.mark.parametrize(
    "parts", [[[call(3), transcript(3)]], [[call(3)], [transcript(3)]], [[transcript(3)], [call(3)]]]
)
def test_words_of_an_erased_person_do_not_come_back_with_another_call(tmp_path, parts):
    paths = deliver(tmp_path, [call(0), transcript(0)])
    ledger, key = Ledger(paths.ledger), identity_key(paths)
    try:
        person = person_of(paths, ledger, "c0@d.example", key)
        suppress(paths, ledger, person, key, "2026-01-03")
        erase_rows(paths, ledger, person)
    finally:
        ledger.close()
    theirs = json.loads(json.dumps(parts).replace("c3@", "c0@"))
    deliver(tmp_path, *theirs)
    said = pl.read_parquet(paths.raw_table("messages") / "*.parquet")
    assert WORDS not in said["body"].drop_nulls().to_list()
    assert "c0@d.example" not in {
        *said["person_id"],
        *pl.read_parquet(paths.raw_table("speakers") / "*.parquet")["person_id"],
    }


def test_a_message_that_is_withheld_by_its_own_row_keeps_no_words(tmp_path):
    folder = tmp_path / "extracts"
    folder.mkdir()
    (folder / "messages.csv").write_text(
        f"message_id,channel,author_kind,body,sent_at\nM1,call,withheld,{WORDS},2025-05-01\nM2,call,customer,Fine,2025-05-01\n"
    )
    paths = DataDir(tmp_path / "data")
    ingest(folder, paths.root, START)
    rows = pl.read_parquet(paths.raw_table("messages") / "*.parquet").sort("message_id")
    assert rows["body"].to_list() == [None, "Fine"]
