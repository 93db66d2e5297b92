"""Gong's calls and transcripts → turns of customers and agents, and the people from outside."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources import catalog

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


def test_a_turn_is_a_message_with_its_speaker_in_seconds_from_the_calls_start():
    ours, theirs = bundle().tables["messages"].to_dicts()
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
        ("c@d.example", "Cleo", False)
    ]


def test_the_contact_of_the_crm_is_the_person():
    extract = bundle(CALL | {"parties": [OURS, THEIRS | {"context": CONTACT}]})
    assert extract.tables["people"]["person_id"].to_list() == ["003A0000006Vm9rIAC"]
    assert extract.tables["messages"]["person_id"].to_list() == [None, "003A0000006Vm9rIAC"]


def test_objects_and_whole_answers_one_a_line_are_joined_in_any_order():
    answers = [{"requestId": "r", "callTranscripts": [TRANSCRIPT]}, {"requestId": "r", "records": {}, "calls": [CALL]}]
    for records in ([TRANSCRIPT, CALL], answers):
        extract = read("\n".join(json.dumps(r) for r in records), "gong/export.jsonl")
        assert extract.tables["messages"]["author_kind"].to_list() == ["agent", "customer"]
        assert (extract.rows_read, extract.rows_excluded) == (2, 0)


def test_an_archive_of_calls_and_transcripts_is_joined():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("calls_1.json", json.dumps({"requestId": "r", "calls": [CALL]}))
        out.writestr("transcripts_1.json", json.dumps({"requestId": "r", "callTranscripts": [TRANSCRIPT]}))
    assert read(archive.getvalue(), "gong/may.zip").tables["messages"].height == 2


def test_a_transcript_without_its_call_is_excluded_and_says_how_to_deliver_both():
    extract = read({"callTranscripts": [TRANSCRIPT]})
    assert "messages" not in extract.tables
    assert extract.excluded.select("reason", "is_derived").rows() == [
        ("unknown_speaker", False),
        ("unknown_speaker", True),
    ]
    assert "in one file" in extract.excluded["message"][0]
    assert extract.rows_excluded == extract.rows_read == 1


@pytest.mark.parametrize("party", [{"affiliation": "Unknown"}, {"affiliation": None}, {"speakerId": None}])
def test_a_turn_of_someone_unknown_is_excluded_and_the_others_are_read(party):
    extract = bundle(CALL | {"parties": [OURS, THEIRS | party]})
    assert extract.tables["messages"]["author_kind"].to_list() == ["agent"]
    assert ("unknown_speaker", True) in extract.excluded.select("reason", "is_derived").rows()


def test_a_user_of_gong_is_one_of_ours_whatever_the_affiliation():
    extract = bundle(CALL | {"parties": [OURS | {"affiliation": "Unknown"}, THEIRS]})
    assert extract.tables["messages"]["author_kind"].to_list() == ["agent", "customer"]


@pytest.mark.parametrize(
    "call",
    [
        {"metaData": CALL["metaData"] | {"recordingConsent": False}},
        {"metaData": CALL["metaData"] | {"customData": json.dumps({"recording_consent": "denied"})}},
        {"parties": [OURS, THEIRS | {"consent": "declined"}]},
    ],
)
def test_the_words_of_a_call_whose_recording_was_refused_are_not_read(call):
    extract = bundle(CALL | call)
    assert "messages" not in extract.tables
    assert set(extract.excluded["reason"]) == {"no_consent"}
    assert extract.extra is None


def test_the_words_of_a_private_call_are_not_read():
    assert set(bundle(CALL | {"metaData": CALL["metaData"] | {"isPrivate": True}}).excluded["reason"]) == {
        "private_call"
    }


def test_a_call_among_ourselves_and_one_without_parties_name_no_customer():
    for call in (CALL | {"parties": [OURS]}, {"metaData": CALL["metaData"]}):
        assert read({"calls": [call]}).excluded["reason"].to_list() == ["no_customer"]


def test_a_start_that_cannot_be_read_excludes_the_turn_and_is_not_guessed():
    extract = bundle(CALL | {"metaData": CALL["metaData"] | {"started": "last Friday"}})
    assert set(extract.excluded["column_name"].drop_nulls()) == {"sent_at"}


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


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_any_value_under_any_key_is_accounted_for(part, data):
    odd = data.draw(st.dictionaries(st.sampled_from(sorted(PARTS[part])), values, min_size=1, max_size=2))
    broken = {name: whole | odd if name == part else whole for name, whole in PARTS.items()}
    call = (
        broken["call"] if part == "call" else CALL | {"metaData": broken["about"], "parties": [OURS, broken["party"]]}
    )
    transcript = broken["transcript"] if part == "transcript" else TRANSCRIPT | {"transcript": [broken["turn"]]}
    assert bundle(call, transcript).rows_read == 2
