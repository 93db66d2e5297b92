"""SurveyMonkey: the CSV export's two header rows, the API's bulk pages, dates, questions that are no score."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog, surveymonkey
from sources.content import DEFAULT_LIMITS, Content
from sources.declared import Declared, reading
from sources.errors import WrongShape
from tests.examples import examples

META = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name"]
NPS = "How likely is it that you would recommend us to a friend?"
CSAT = "How satisfied are you with our support?"
AT = "09/21/2026 02:05:00 PM"
USUAL = {"Respondent ID": "118", "Collector ID": "4", "Start Date": AT, "End Date": AT}


def export(questions, *responses, meta=META):
    """``questions``: (text of row 1, label of row 2); ``responses``: dicts by column or the place of the question."""
    top = [*meta, *(text for text, _ in questions)]
    below = [*("" for _ in meta), *(label for _, label in questions)]
    rows = [
        [*((USUAL | r).get(name, "") for name in meta), *(r.get(at, "") for at in range(len(questions)))]
        for r in responses
    ]
    out = io.StringIO()
    csv.writer(out).writerows([top, below, *rows])
    return out.getvalue().encode()


def read(questions, *responses, meta=META, declared=None):
    body = export(questions, *responses, meta=meta)
    if declared is not None:
        with reading(declared):
            return surveymonkey.READER.read(Content("survey.csv", "csv", body), DEFAULT_LIMITS)
    extract = catalog.read_bytes(body, "survey.csv")
    assert extract.source == "surveymonkey"
    return extract


def rows(extract, *columns):
    return extract.tables["survey_responses"].select(columns).rows()


SURVEY = [(NPS, ""), ("Why?", "Open-Ended Response"), (CSAT, "Response"), ("", "Other (please specify)")]


def test_a_response_gives_a_row_for_each_score_with_its_own_text():
    extract = read(SURVEY, {0: "10 - Extremely likely", 1: "Kind people", 2: "Dissatisfied", 3: "Slow"})
    assert rows(extract, "response_id", "survey_type", "score", "scale_max", "verbatim", "is_derived") == [
        ("surveymonkey:118:nps", "nps", 10.0, 10.0, "Kind people", False),
        ("surveymonkey:118:csat", "csat", 2.0, 5.0, "Slow", True),
    ]
    assert str(rows(extract, "answered_at")[0][0]) == "2026-09-21 14:05:00+00:00"
    assert extract.warnings["reason"].to_list() == ["undeclared_time_zone"]


def test_a_respondent_known_by_address_becomes_a_person_without_showing_it():
    extract = read(SURVEY, {0: "9", "Email Address": "P@example.com", "First Name": "Pat"})
    people = extract.tables["people"].select("person_id", "email", "full_name", "is_derived").rows()
    assert people == [(rows(extract, "person_id")[0][0], "P@example.com", "Pat", True)]
    assert "example" not in people[0][0]


def test_custom_variables_link_to_the_crm():
    extract = read(SURVEY, {0: "9", "account_id": "001A0000006Vm9r"}, meta=[*META, "account_id"])
    assert rows(extract, "account_id", "person_id") == [("001A0000006Vm9rIAC", None)]


def test_two_questions_with_the_same_text_are_two_questions():
    extract = read([(NPS, ""), (NPS, "")], {0: "9", 1: "3"})
    assert rows(extract, "response_id", "score") == [("surveymonkey:118:nps", 9.0), ("surveymonkey:118:nps2", 3.0)]


def test_choices_in_columns_of_their_own_are_one_question():
    columns = [(CSAT, "Very satisfied"), ("", "Somewhat satisfied"), ("", "Very dissatisfied")]
    extract = read(columns, {0: "Very satisfied"}, {"Respondent ID": "119", 2: "Very dissatisfied"})
    assert rows(extract, "response_id", "score") == [("surveymonkey:118:csat", 5.0), ("surveymonkey:119:csat", 1.0)]


def test_the_rows_of_a_matrix_are_questions_of_their_own():
    matrix = [("Please rate [CSAT5]", "Speed"), ("", "Kindness")]
    extract = read(matrix, {0: "2", 1: "5"})
    assert rows(extract, "response_id", "score") == [("surveymonkey:118:csat", 2.0), ("surveymonkey:118:csat2", 5.0)]


def test_a_survey_without_a_known_question_is_excluded_row_by_row_with_what_to_declare():
    extract = read([("How happy are you?", "Response")], {0: "4"}, {0: ""})
    assert extract.excluded["reason"].to_list() == ["unmapped_question"] * 2
    assert "[NPS]" in extract.excluded["message"][0]
    assert "unmapped_question" in extract.warnings["reason"].to_list()


def test_a_declared_question_is_read_on_its_scale():
    declared = Declared({"How happy are you?": "other:1-10:high"}, time_zone="UTC")
    extract = read([("How happy are you?", "Response")], {0: "4"}, declared=declared)
    assert rows(extract, "survey_type", "score", "scale_max") == [("other", 4.0, 10.0)]
    assert extract.warnings.is_empty()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({0: ""}, "no_answer"),
        ({0: "11"}, "out_of_range"),
        ({0: "no idea"}, "wrong_type"),
        ({"End Date": "02/30/2026 01:00:00 PM"}, "wrong_type"),
        ({"End Date": "09/21/2026 15:00:00 PM"}, "wrong_type"),
        ({"End Date": ""}, "missing_value"),
        ({"Respondent ID": ""}, "missing_value"),
    ],
)
def test_a_response_that_does_not_count_is_excluded_with_its_reason(change, reason):
    extract = read([(NPS, "")], {0: "9"}, {0: "9"} | change)
    assert extract.excluded.select("source_row", "reason").rows() == [(2, reason)]


def test_the_other_dates_of_the_file_show_whether_day_or_month_comes_first():
    def on(day):
        return {0: "9", "Start Date": day, "End Date": day}

    months_first = read([(NPS, "")], on("03/04/2026 08:00:00 AM"), on("03/14/2026 08:00:00 AM"))
    assert str(rows(months_first, "answered_at")[0][0]).startswith("2026-03-04")
    days_first = read([(NPS, "")], on("03/04/2026 08:00"), on("14/03/2026 08:00"))
    assert str(rows(days_first, "answered_at")[0][0]).startswith("2026-04-03")
    unknown = read([(NPS, "")], on("03/04/2026"), on("04/04/2026"))
    assert unknown.excluded.select("source_row", "reason").rows() == [(1, "ambiguous_date")]
    declared = read([(NPS, "")], on("03/04/2026"), declared=Declared(date_order="dmy", time_zone="UTC"))
    assert str(rows(declared, "answered_at")[0][0]).startswith("2026-04-03")


def test_times_are_read_in_the_declared_zone_and_no_moment_is_made_up():
    berlin = Declared(time_zone="Europe/Berlin", date_order="mdy")
    hours = ("07/01/2026 08:00:00 AM", "03/29/2026 02:30:00 AM", "10/25/2026 02:30:00 AM")
    extract = read([(NPS, "")], *({0: "9", "End Date": h, "Start Date": ""} for h in hours), declared=berlin)
    assert [str(at) for (at,) in rows(extract, "answered_at")] == ["2026-07-01 06:00:00+00:00"]
    assert extract.excluded.select("source_row", "column_name").rows() == [(2, "answered_at"), (3, "answered_at")]


def test_the_newer_spelling_of_the_header_is_the_same_export():
    meta = ["respondent_id", "collector_id", "date_created", "date_modified"]
    body = export([(NPS, "")], {0: "8", "respondent_id": "7", "date_modified": "2026-09-21 14:05:00"}, meta=meta)
    assert rows(catalog.read_bytes(body, "x.csv"), "response_id", "score") == [("surveymonkey:7:nps", 8.0)]


def test_an_export_without_the_second_header_row_loses_no_response():
    body = f"Respondent ID,Collector ID,End Date,{NPS}\n118,4,2026-09-21,9\n119,4,2026-09-21,3\n".encode()
    assert rows(catalog.read_bytes(body, "x.csv"), "score") == [(9.0,), (3.0,)]


def test_header_rows_of_different_length_are_a_wrong_shape():
    with pytest.raises(WrongShape, match="differ in length"):
        catalog.read_bytes(f"Respondent ID,Collector ID,{NPS}\n,,,\n118,4,9\n".encode(), "x.csv")


# The API


def response(number="1", *questions, **change):
    return {
        "id": number,
        "survey_id": "105",
        "collector_id": "50",
        "response_status": "completed",
        "collection_mode": "default",
        "date_created": "2026-09-21T13:57:14+00:00",
        "date_modified": "2026-09-21T14:05:00+00:00",
        "custom_variables": {"account_id": "A1"},
        "pages": [{"id": "p", "questions": list(questions)}],
    } | change


def asked(heading=NPS, words="9", identifier="q1"):
    answer = {"choice_id": "c", "simple_text": words} if words is not None else {"choice_id": "c"}
    return {"id": identifier, "heading": heading, "answers": [answer]}


def written(text, identifier="q2", **more):
    return {"id": identifier, "heading": "Why?", "answers": [{"text": text, **more}]}


def bulk(*responses):
    page = {"data": list(responses), "per_page": 100, "page": 1, "total": len(responses), "links": {"self": "x"}}
    extract = catalog.read_bytes(json.dumps(page).encode(), "bulk.json")
    assert extract.source == "surveymonkey"
    return extract


def test_a_bulk_page_reads_as_the_export_does():
    extract = bulk(response("1", asked(), written("Kind people")), response("2", asked(words="10 - Extremely likely")))
    columns = ("response_id", "survey_type", "score", "verbatim", "account_id")
    assert rows(extract, *columns) == [
        ("surveymonkey:1:q1", "nps", 9.0, "Kind people", "A1"),
        ("surveymonkey:2:q1", "nps", 10.0, None, "A1"),
    ]
    assert str(rows(extract, "answered_at")[0][0]) == "2026-09-21 14:05:00+00:00"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"response_status": "partial"}, "unfinished"),
        ({"response_status": "overquota"}, "disqualified"),
        ({"collection_mode": "survey_preview"}, "preview"),
        ({"pages": None}, "unknown_object"),
        ({"pages": []}, "no_answer"),
        ({"date_modified": None}, "missing_value"),
    ],
)
def test_a_response_of_the_api_that_does_not_count_is_excluded_with_its_reason(change, reason):
    extract = bulk(response("1", asked()), response("2", asked(), **change))
    assert extract.excluded.select("source_row", "reason").rows() == [(2, reason)]


def test_a_contact_field_is_no_comment():
    assert rows(bulk(response("1", asked(), written("Pat Example", row_id="name"))), "verbatim") == [(None,)]


def test_bare_choice_ids_say_how_to_fetch_the_words():
    extract = bulk(response("1", asked(words=None)))
    assert extract.excluded["reason"].to_list() == ["unmapped_question"]
    assert "simple=true" in extract.warnings["message"][0]


@examples(15)
@given(
    st.lists(
        st.dictionaries(st.sampled_from([*META, 0, 1, 2, 3]), st.text("a1/9 :PM,\"'é", max_size=8), max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_damaged_every_row_of_an_export_has_one_outcome(damages):
    extract = read(SURVEY, {0: "9"}, *damages)
    kept = (~extract.tables["survey_responses"]["is_derived"]).sum()
    assert extract.rows_read == len(damages) + 1 == kept + extract.rows_excluded


@examples(15)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(sorted(response())),
            st.one_of(st.none(), st.integers(), st.text(max_size=4), st.lists(st.none(), max_size=1)),
            max_size=3,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_damaged_every_response_of_the_api_has_one_outcome(damages):
    extract = bulk(response("0", asked()), *(response("1", asked(), **damage) for damage in damages))
    kept = (~extract.tables["survey_responses"]["is_derived"]).sum()
    assert extract.rows_read == len(damages) + 1 == kept + extract.rows_excluded
