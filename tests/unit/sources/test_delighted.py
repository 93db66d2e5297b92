"""Delighted: survey responses of the API and of the CSV export, scales by kind of survey."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog, delighted
from sources.content import DEFAULT_LIMITS, Content
from sources.declared import Declared, reading
from tests.examples import examples

USUAL = {
    "id": "1",
    "person": "10",
    "survey_type": "nps",
    "score": 9,
    "comment": "Quick help",
    "permalink": "https://app.delighted.com/r/abc",
    "created_at": 1756720800,
    "updated_at": None,
    "person_properties": {"Account ID": "001A0000006Vm9r", "Country": "DE"},
    "notes": [],
    "tags": ["eu"],
    "additional_answers": [],
}


def read(*changes, as_lines=False):
    records = [USUAL | {"id": str(n)} | change for n, change in enumerate(changes, 1)]
    body = "\n".join(map(json.dumps, records)) if as_lines else json.dumps(records)
    extract = catalog.read_bytes(body.encode(), "delighted/responses.json")
    assert extract.source == "delighted"
    return extract


def rows(extract, *columns):
    return extract.tables["survey_responses"].select(columns).rows()


@pytest.mark.parametrize("as_lines", [False, True])
def test_a_response_carries_score_scale_comment_and_links(as_lines):
    extract = read({}, as_lines=as_lines)
    columns = ("response_id", "survey_type", "score", "scale_min", "scale_max", "higher_is_better", "verbatim")
    assert rows(extract, *columns) == [("delighted:1", "nps", 9.0, 0.0, 10.0, True, "Quick help")]
    assert rows(extract, "account_id", "person_id") == [("001A0000006Vm9rIAC", "delighted:10")]
    assert str(rows(extract, "answered_at")[0][0]) == "2025-09-01 10:00:00+00:00"
    assert extract.extra_columns == ["permalink", "notes", "tags", "additional_answers"]


def test_an_update_is_a_newer_version():
    assert str(rows(read({"updated_at": 1756724400}), "updated_at")[0][0]) == "2025-09-01 11:00:00+00:00"


@pytest.mark.parametrize(
    ("kind", "score", "expected"),
    [("csat", 4, ("csat", 1.0, 5.0)), ("ces", 2, ("ces", 1.0, 5.0)), ("pmf", 3, ("other", 1.0, 3.0))],
)
def test_each_kind_of_survey_has_its_scale(kind, score, expected):
    extract = read({"survey_type": kind, "score": score})
    assert rows(extract, "survey_type", "scale_min", "scale_max") == [expected]


def test_a_score_beyond_the_usual_scale_puts_the_whole_kind_in_question():
    extract = read({"survey_type": "ces", "score": 4}, {"survey_type": "ces", "score": 7}, {})
    assert extract.excluded.select("source_row", "reason").rows() == [(1, "unknown_scale"), (2, "unknown_scale")]
    assert extract.warnings["reason"].to_list() == ["unknown_scale"]


def test_a_declared_scale_is_taken():
    records = [USUAL | {"survey_type": "ces", "score": 7}, USUAL | {"id": "2", "survey_type": "smileys", "score": 1}]
    with reading(Declared({"ces": "CES7", "smileys": "other:1-3:high"})):
        extract = delighted.READER.read(Content("x.json", "json", json.dumps(records).encode()), DEFAULT_LIMITS)
    assert rows(extract, "survey_type", "scale_max") == [("ces", 7.0), ("other", 3.0)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"survey_type": "smileys", "score": 3}, "unknown_scale"),
        ({"survey_type": "enps"}, "not_a_customer"),
        ({"score": None}, "no_score"),
        ({"score": 11}, "out_of_range"),
        ({"score": "high"}, "wrong_type"),
        ({"created_at": None}, "missing_value"),
        ({"created_at": 12}, "wrong_type"),
        ({"id": None, "permalink": None}, "missing_value"),
    ],
)
def test_a_response_that_does_not_count_is_excluded_with_its_reason(change, reason):
    extract = read(change, {})
    assert extract.excluded.select("source_row", "reason").rows() == [(1, reason)]


def test_free_answers_to_further_questions_join_the_comment():
    answers = [{"id": "4", "value": {"free_response": "Also cheaper", "select_one": None}, "question": {"text": "?"}}]
    assert rows(read({"additional_answers": answers}), "verbatim") == [("Quick help\nAlso cheaper",)]


def test_an_expanded_person_becomes_a_person():
    extract = read({"person": {"id": "10", "name": "Example Person", "email": "person@example.com"}})
    people = extract.tables["people"].select("person_id", "account_id", "email", "is_derived").rows()
    assert people == [("delighted:10", "001A0000006Vm9rIAC", "person@example.com", True)]
    assert extract.rows_read == 1


def test_the_csv_export_reads_as_the_api_does():
    table = (
        "Response ID,Survey Type,Score,Comment,Response Date,Permalink,Email,Account ID,Delighted Source\n"
        '7,CSAT,2,"Slow, and late",2025-09-01 10:00:00 UTC,https://app.delighted.com/r/x,p@example.com,A1,Email\n'
    )
    extract = catalog.read_bytes(table.encode(), "export.csv")
    assert extract.source == "delighted"
    assert rows(extract, "response_id", "survey_type", "score", "account_id", "verbatim") == [
        ("delighted:7", "csat", 2.0, "A1", "Slow, and late")
    ]
    assert str(rows(extract, "answered_at")[0][0]) == "2025-09-01 10:00:00+00:00"
    assert extract.extra_columns == ["Delighted Source"]


def test_a_csv_without_ids_is_told_by_the_responses_address():
    table = "Survey Type,Score,Comment,Created At,Permalink\nnps,9,,1756720800,https://app.delighted.com/r/xyz\n"
    assert rows(catalog.read_bytes(table.encode(), "export.csv"), "response_id") == [("delighted:xyz",)]


@examples(15)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(sorted(USUAL)),
            st.one_of(st.none(), st.integers(-3, 12), st.text(max_size=5), st.lists(st.integers(), max_size=1)),
            max_size=3,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_damaged_every_row_has_one_outcome(damages):
    extract = read({}, *damages)
    kept = extract.tables["survey_responses"].height
    assert extract.rows_read == len(damages) + 1 == kept + extract.rows_excluded
