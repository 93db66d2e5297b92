"""Gong's calls → speakers and people from outside; its transcripts → turns; the two together → whose words they are."""

from __future__ import annotations

import io
import json
import zipfile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from storage.speakers import completed, known_speakers
from tests.examples import examples

ACCOUNT = [{"system": "Salesforce", "objects": [{"objectType": "Account", "objectId": "001A0000006Vm9r"}]}]
CONTACT = [{"system": "Salesforce", "objects": [{"objectType": "Contact", "objectId": "003A0000006Vm9r"}]}]
OURS = {"id": "1", "speakerId": "s1", "affiliation": "Internal", "emailAddress": "rep@us.example", "userId": "u1"}
THEIRS = {"id": "2", "speakerId": "s2", "affiliation": "External", "emailAddress": "c@d.example", "name": "Cleo"}
CALL = {
    "metaData": {"id": "77", "started": "2024-05-31T16:00:00+02:00", "duration": 460, "isPrivate": False},
    "context": ACCOUNT,
    "parties": [OURS, THEIRS],
}
TURNS = [
    {"speakerId": "s1", "topic": None, "sentences": [{"start": 0, "end": 1500, "text": "How is it?"}]},
    {
        "speakerId": "s2",
        "topic": "Issues",
        "sentences": [
            {"start": 61_250, "end": 62_000, "text": "It is slow."},
            {"start": 62_100, "end": 64_500, "text": "Very."},
        ],
    },
]
TRANSCRIPT = {"callId": "77", "transcript": TURNS}


def read(content, name="gong/export.json"):
    body = (
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    extract = catalog.read_bytes(body, name)
    assert extract.source == "gong"
    return extract


def bundle(call=CALL, transcript=TRANSCRIPT):
    return read({"calls": [call], "callTranscripts": [transcript]})


def told(*extracts):
    """The turns with what the calls say of them, as ingest fills them in."""
    parts = {table: [e.tables[table] for e in extracts if table in e.tables] for table in ("messages", "speakers")}
    return completed(pl.concat(parts["messages"]), known_speakers(pl.concat(parts["speakers"])))


def test_a_turn_is_a_message_with_its_speaker_in_seconds_from_the_calls_start():
    ours, theirs = told(bundle()).to_dicts()
    assert (ours["author_kind"], theirs["author_kind"]) == ("agent", "customer")
    assert (theirs["body"], theirs["channel"]) == ("It is slow. Very.", "call")
    assert (theirs["start_s"], theirs["end_s"]) == (61.25, 64.5)
    assert str(theirs["sent_at"]) == "2024-05-31 14:01:01.250000+00:00"
    assert (theirs["message_id"], theirs["conversation_id"]) == ("gong:77:2", "gong:77")
    assert (theirs["account_id"], theirs["person_id"], ours["person_id"]) == ("001A0000006Vm9rIAC", "c@d.example", None)


def test_each_call_and_each_transcript_counts_once_however_many_rows_it_gives():
    extract = bundle()
    assert extract.rows_read == 2
    assert extract.tables["messages"]["is_derived"].to_list() == [False, True]
    assert extract.tables["people"].select("person_id", "full_name", "is_derived").rows() == [
        ("c@d.example", "Cleo", True)
    ]
    assert extract.tables["speakers"].select("speaker_id", "author_kind", "is_derived").rows() == [
        ("gong:77", "unknown", False),
        ("gong:77:s1", "agent", True),
        ("gong:77:s2", "customer", True),
    ]


def test_the_contact_of_the_crm_is_the_person():
    extract = bundle(CALL | {"parties": [OURS, THEIRS | {"context": CONTACT}]})
    assert extract.tables["people"]["person_id"].to_list() == ["003A0000006Vm9rIAC"]
    assert told(extract)["person_id"].to_list() == [None, "003A0000006Vm9rIAC"]


def test_objects_and_whole_answers_one_a_line_are_joined_in_any_order():
    answers = [{"requestId": "r", "callTranscripts": [TRANSCRIPT]}, {"requestId": "r", "records": {}, "calls": [CALL]}]
    for records in ([TRANSCRIPT, CALL], answers):
        extract = read("\n".join(json.dumps(r) for r in records), "gong/export.jsonl")
        assert told(extract)["author_kind"].to_list() == ["agent", "customer"]
        assert (extract.rows_read, extract.rows_excluded) == (2, 0)


def test_an_archive_of_calls_and_transcripts_is_joined():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("calls_1.json", json.dumps({"requestId": "r", "calls": [CALL]}))
        out.writestr("transcripts_1.json", json.dumps({"requestId": "r", "callTranscripts": [TRANSCRIPT]}))
    assert read(archive.getvalue(), "gong/may.zip").tables["messages"].height == 2


def test_a_transcript_and_its_call_tell_the_same_in_two_files_as_in_one():
    calls, transcripts = read({"calls": [CALL]}), read({"callTranscripts": [TRANSCRIPT]})
    assert transcripts.rows_excluded == calls.rows_excluded == 0
    assert told(calls, transcripts).equals(told(bundle()).with_columns(source_row=pl.lit(1, pl.Int64)))


def test_a_turn_waits_for_its_call_without_time_and_speaker():
    turns = read({"callTranscripts": [TRANSCRIPT]}).tables["messages"]
    assert (
        turns.select("author_kind", "sent_at", "person_id", "account_id").rows() == [("unknown", None, None, None)] * 2
    )
    assert turns["body"].to_list() == ["How is it?", "It is slow. Very."]


@pytest.mark.parametrize("party", [{"affiliation": "Unknown"}, {"affiliation": None}, {"speakerId": None}])
def test_a_turn_of_someone_unknown_stays_so_and_the_others_are_told(party):
    turns = told(bundle(CALL | {"parties": [OURS, THEIRS | party]}))
    assert turns["author_kind"].to_list() == ["agent", "unknown"]
    assert turns["sent_at"].null_count() == 0


def test_a_user_of_gong_is_one_of_ours_whatever_the_affiliation():
    turns = told(bundle(CALL | {"parties": [OURS | {"affiliation": "Unknown"}, THEIRS]}))
    assert turns["author_kind"].to_list() == ["agent", "customer"]


REFUSALS = [
    {"metaData": CALL["metaData"] | {"recordingConsent": False}},
    {"metaData": CALL["metaData"] | {"customData": json.dumps({"recording_consent": "denied"})}},
    {"parties": [OURS, THEIRS | {"consent": "declined"}]},
]


@pytest.mark.parametrize("call", REFUSALS)
def test_the_words_of_a_call_whose_recording_was_refused_are_withheld(call):
    extract = bundle(CALL | call)
    assert extract.warnings["reason"].to_list() == ["no_consent"]
    assert told(extract).select("author_kind", "body", "person_id").rows() == [("withheld", None, None)] * 2


def test_a_refusal_stands_whatever_another_file_says_of_the_call():
    refused, heard = (read({"calls": [CALL | call]}) for call in (REFUSALS[0], {}))
    transcripts = read({"callTranscripts": [TRANSCRIPT]})
    for calls in ((refused, heard), (heard, refused)):
        assert told(*calls, transcripts)["body"].to_list() == [None, None]


def test_the_words_of_a_private_call_are_withheld():
    extract = bundle(CALL | {"metaData": CALL["metaData"] | {"isPrivate": True}})
    assert extract.warnings["reason"].to_list() == ["private_call"]
    assert told(extract)["body"].to_list() == [None, None]


def test_a_call_among_ourselves_and_one_without_parties_name_no_customer():
    for call in (CALL | {"parties": [OURS]}, {"metaData": CALL["metaData"]}):
        extract = read({"calls": [call]})
        assert "people" not in extract.tables
        assert extract.tables["speakers"]["speaker_id"][0] == "gong:77"


def test_a_start_that_cannot_be_read_excludes_the_call_and_is_not_guessed():
    extract = bundle(CALL | {"metaData": CALL["metaData"] | {"started": "last Friday"}})
    assert extract.excluded.select("source_row", "table_name", "column_name").rows() == [(1, "speakers", "started_at")]
    assert told(extract)["sent_at"].null_count() == 2


def test_an_empty_transcript_is_accounted_for():
    assert bundle(transcript={"callId": "77", "transcript": []}).excluded["reason"].to_list() == ["no_text"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "objects", "start"]), inner, max_size=2)
    ),
    max_leaves=4,
)
PARTS = {"call": CALL, "party": THEIRS, "about": CALL["metaData"], "turn": TURNS[1], "transcript": TRANSCRIPT}


@examples(80)
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_any_value_under_any_key_is_accounted_for(part, data):
    odd = data.draw(st.dictionaries(st.sampled_from(sorted(PARTS[part])), values, min_size=1, max_size=2))
    broken = {name: whole | odd if name == part else whole for name, whole in PARTS.items()}
    call = (
        broken["call"] if part == "call" else CALL | {"metaData": broken["about"], "parties": [OURS, broken["party"]]}
    )
    transcript = broken["transcript"] if part == "transcript" else TRANSCRIPT | {"transcript": [broken["turn"]]}
    assert bundle(call, transcript).rows_read == 2
