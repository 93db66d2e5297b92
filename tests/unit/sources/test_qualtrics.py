"""Qualtrics exports: three header rows, which question is which survey, which responses count."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog, qualtrics
from sources.content import DEFAULT_LIMITS, Content
from sources.declared import Declared, reading
from sources.errors import WrongShape
from sources.qualtrics import find_questions
from tests.examples import examples

META = ["StartDate", "EndDate", "Status", "Finished", "RecordedDate", "ResponseId", "ExternalReference"]
AT = "2024-05-31 14:05:00"


def export(questions, *responses, zone=None, meta=META):
    """``questions``: (tag, text, ImportId); ``responses``: dicts by column."""
    columns = [*meta, *(tag for tag, _, _ in questions), "account_id", "ticket_id"]
    labels = [*meta, *(text for _, text, _ in questions), "account_id", "ticket_id"]
    ids = [*meta, *(import_id for _, _, import_id in questions), "account_id", "ticket_id"]
    third = [json.dumps({"ImportId": i} | ({"timeZone": zone} if i.endswith("Date") and zone else {})) for i in ids]
    usual = {"StartDate": AT, "EndDate": AT, "RecordedDate": AT, "Status": "0", "Finished": "1", "account_id": "A1"}
    rows = [[(usual | {"ResponseId": f"R{n}"} | r).get(c, "") for c in columns] for n, r in enumerate(responses, 1)]
    out = io.StringIO()
    csv.writer(out).writerows([columns, labels, third, *rows])
    return out.getvalue().encode()


def read(*args, **options):
    extract = catalog.read_bytes(export(*args, **options), "qualtrics/survey.csv")
    assert extract.source == "qualtrics"
    return extract


def rows(extract, *columns):
    return extract.tables["survey_responses"].select(columns).rows()


NPS = [
    ("Q1", "How likely are you to recommend us?", "QID1"),
    ("Q1_NPS_GROUP", "Group", "QID1_NPS_GROUP"),
    ("Q2", "Why?", "QID2_TEXT"),
]
CSAT = [("CSAT", "How satisfied were you?", "QID3"), ("CSAT_COMMENT", "Anything else?", "QID4_TEXT")]


def test_an_nps_response_carries_score_scale_verbatim_and_links():
    extract = read(
        NPS, {"Q1": "9", "Q1_NPS_GROUP": "Promoter", "Q2": "Love it", "ExternalReference": "003A0000006Vm9r"}
    )
    columns = ("response_id", "survey_type", "score", "scale_min", "scale_max", "higher_is_better", "verbatim")
    assert rows(extract, *columns) == [("R1", "nps", 9.0, 0.0, 10.0, True, "Love it")]
    assert rows(extract, "account_id", "person_id") == [("A1", "003A0000006Vm9rIAC")]
    assert str(rows(extract, "answered_at")[0][0]) == "2024-05-31 14:05:00+00:00"


def test_two_scores_of_one_response_are_one_source_row():
    both = [("CSAT", "Satisfied?", "QID1"), ("CES", "We made it easy.", "QID2"), ("Q3", "Why?", "QID3_TEXT")]
    extract = read(both, {"CSAT": "2", "CES": "3", "Q3": "Slow"}, {"CES": "7"})
    found = rows(extract, "response_id", "is_derived", "score", "verbatim")
    assert sorted(found) == [
        ("R1", False, 2.0, "Slow"),
        ("R1:ces", True, 3.0, None),
        ("R2:ces", False, 7.0, None),
    ]
    assert extract.rows_read == 2


def test_a_bad_first_score_does_not_lose_the_second():
    extract = read([*CSAT, ("CES", "We made it easy.", "QID9")], {"CSAT": "9", "CES": "3"})
    assert rows(extract, "response_id", "is_derived") == [("R1:ces", True)]
    assert extract.excluded.select("source_row", "reason", "is_derived").rows() == [(1, "out_of_range", False)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Status": "1"}, "preview"),
        ({"Status": "Survey Preview"}, "preview"),
        ({"Status": "8"}, "spam"),
        ({"Finished": "0"}, "unfinished"),
        ({"Finished": "False"}, "unfinished"),
        ({"CSAT": ""}, "no_answer"),
        ({"CSAT": "6"}, "out_of_range"),
        ({"CSAT": "Very satisfied"}, "wrong_type"),
        ({"RecordedDate": "2024-02-30 10:00:00"}, "wrong_type"),
    ],
)
def test_a_response_that_does_not_count_is_excluded_with_its_reason(change, reason):
    extract = read(CSAT, {"CSAT": "4"} | change, {"CSAT": "4"})
    assert extract.excluded.select("source_row", "reason").rows() == [(1, reason)]
    assert rows(extract, "response_id") == [("R2",)]


def test_an_export_without_status_columns_counts_every_response():
    meta = [name for name in META if name not in ("Status", "Finished")]
    assert rows(read(CSAT, {"CSAT": "4"}, {"CSAT": "5"}, {"CSAT": "1"}, meta=meta), "score") == [(4.0,), (5.0,), (1.0,)]


def test_the_direction_of_a_scale_comes_from_the_mapping():
    extract = read([("Q1_EFFORT", "How much effort did it take?", "QID1")], {"Q1_EFFORT": "5"})
    assert rows(extract, "survey_type", "scale_max", "higher_is_better") == [("ces", 5.0, False)]


def test_a_question_that_is_not_mapped_is_reported_and_not_guessed():
    extract = read([*CSAT, ("Q7", "How happy are you?", "QID7")], {"CSAT": "4", "Q7": "1"})
    assert extract.tables["survey_responses"].height == 1
    assert extract.warnings.select("column_name", "reason").rows() == [("Q7", "unmapped_question")]


def test_a_question_whose_text_states_another_scale_is_not_mapped():
    found = find_questions(["CSAT", "NPS"], ["How satisfied (1-7)?", "On a scale of 0 to 10?"], ["QID1", "QID2"])
    assert list(found.scores) == ["NPS"]
    assert "1 to 7" in found.unmapped["CSAT"]


def test_a_tag_in_the_question_text_maps_it_too():
    assert list(find_questions(["Q5"], ["[NPS] Would you recommend us?"], ["QID5"]).scores) == ["Q5"]


def test_a_survey_without_any_mapped_question_is_excluded_row_by_row_with_what_to_do():
    extract = read([("Q7", "How happy are you?", "QID7")], {"Q7": "1"}, {"Finished": "0"})
    assert extract.excluded.select("source_row", "reason").rows() == [(1, "unmapped_question"), (2, "unfinished")]
    assert "Q7" in extract.excluded["message"][0]
    assert "put one of NPS" in extract.excluded["message"][0]


def test_a_declared_question_is_read_on_its_scale():
    body = export([("Q7", "How happy are you?", "QID7")], {"Q7": "9"})
    with reading(Declared({"Q7": "other:1-10:high"})):
        extract = qualtrics.READER.read(Content("x.csv", "csv", body), DEFAULT_LIMITS)
    assert rows(extract, "survey_type", "score", "scale_max") == [("other", 9.0, 10.0)]


def test_times_are_read_in_the_zone_that_row_three_names():
    winter = {"CSAT": "4", "RecordedDate": "2024-01-31 08:00:00"}
    skipped, twice = (
        {"CSAT": "4", "RecordedDate": "2024-03-31 02:30:00"},
        {"CSAT": "4", "RecordedDate": "2024-10-27 02:30:00"},
    )
    extract = read(CSAT, winter, skipped, twice, zone="Europe/Berlin")
    assert [str(at) for (at,) in rows(extract, "answered_at")] == ["2024-01-31 07:00:00+00:00"]
    assert dict(extract.excluded.select("source_row", "column_name").rows()) == {2: "answered_at", 3: "answered_at"}


def test_an_unknown_zone_is_a_wrong_shape():
    with pytest.raises(WrongShape, match="time zone"):
        read(CSAT, {"CSAT": "4"}, zone="Mars/Olympus")


def test_one_header_row_is_a_wrong_shape():
    with pytest.raises(WrongShape, match="ImportIds"):
        catalog.read_bytes(b"ResponseId,RecordedDate,NPS\nR1,2024,9\nR2,2024,9\nR3,2024,9\n", "nps.csv")


LEGACY = (
    "\ufeffV1,V2,V3,V4,V7,V8,V9,V10,NPS,NPS_TEXT,Q3,account_id,LocationLatitude,\n"
    "ResponseID,ResponseSet,Name,ExternalDataReference,Status,StartDate,EndDate,Finished,Recommend us?,Why?,Which?,"
    "account_id,LocationLatitude,\n"
    "R_1,Default,Anonymous,003A0000006Vm9r,0,2024-05-31 14:00:00,2024-05-31 14:05:00,1,9,Quick,2,A1,47.1,\n"
    "R_2,Default,Anonymous,,1,2024-05-31 14:00:00,2024-05-31 14:05:00,1,9,,,,,\n"
    "R_3,Default,Anonymous,,0,2024-05-31 14:00:00,2024-05-31 14:05:00,0,9,,,,,\n"
)


def test_the_legacy_format_has_two_header_rows_and_a_byte_order_mark():
    extract = catalog.read_bytes(LEGACY.encode(), "legacy.csv")
    columns = ("response_id", "survey_type", "score", "verbatim", "account_id", "person_id")
    assert rows(extract, *columns) == [("R_1", "nps", 9.0, "Quick", "A1", "003A0000006Vm9rIAC")]
    assert str(rows(extract, "answered_at")[0][0]) == "2024-05-31 14:05:00+00:00"
    assert extract.excluded.select("source_row", "reason").rows() == [(2, "preview"), (3, "unfinished")]
    assert extract.warnings.select("column_name", "reason").rows() == [("Q3", "unmapped_question")]


def test_a_legacy_header_that_does_not_say_what_its_columns_are_is_a_wrong_shape():
    with pytest.raises(WrongShape, match="ResponseID and EndDate"):
        catalog.read_bytes(b"V1,V2,V8,V10,Q1\nResponseID,ResponseSet,x,Finished,x\nR1,a,b,1,2\n", "nps.csv")


def test_a_verbatim_may_hold_line_ends_and_quotes():
    extract = read(CSAT, {"CSAT": "1", "CSAT_COMMENT": 'He said "no"\nand left, twice'})
    assert rows(extract, "verbatim") == [('He said "no"\nand left, twice',)]


@examples(15)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from([*META, "CSAT", "CSAT_COMMENT"]), st.text("0159:- é\"',", max_size=8), max_size=4
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_damaged_every_row_has_one_outcome(damages):
    extract = read(CSAT, {"CSAT": "4"}, *damages)
    assert extract.rows_read == len(damages) + 1 == extract.tables["survey_responses"].height + extract.rows_excluded
