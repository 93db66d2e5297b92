"""What a survey asks about: declared by its question or its kind, in every reader; what a row says itself stays."""

from __future__ import annotations

import json

import pytest

from sources.catalog import company_map, read_bytes
from sources.company_map import EMPTY
from sources.content import DEFAULT_LIMITS
from sources.map_text import MapError

META = "StartDate,EndDate,Status,Finished,RecordedDate,ResponseId"
QUALTRICS = (
    f'{META},NPS,Q2_CSAT\n{META},"Would you recommend us?",How was the trial?\n'
    + ",".join(f'"{{""ImportId"":""{name}""}}"' for name in [*META.split(","), "QID1", "QID2"])
    + "\n2026-01-01 10:00:00,2026-01-01 10:00:00,0,1,2026-01-01 10:00:00,R1,9,4\n"
)
SURVEYMONKEY = (
    "Respondent ID,Collector ID,Start Date,End Date,How was the trial? [CSAT],Would you order again? [PSAT]\n"
    ",,,,Response,Response\n1,2,09/21/2026 02:05:00 PM,09/21/2026 02:05:00 PM,4,5\n"
)
DELIGHTED = json.dumps([
    {"id": str(n), "person": "1", "survey_type": kind, "score": 4, "comment": "", "created_at": 1756720800}
    for n, kind in enumerate(("csat", "nps"))
])  # fmt: skip
HUBSPOT = "Record ID,Survey type,Rating,Submission date\n1,CSAT,2,2026-01-01 10:00\n2,NPS,9,2026-01-01 10:00\n"
RATING = {"url": "u", "id": 7, "assignee_id": 1, "group_id": 1, "requester_id": 2, "ticket_id": 3, "score": "good"}
ZENDESK = json.dumps(RATING | {"created_at": "2026-01-01T10:00:00Z", "updated_at": "2026-01-01T10:00:00Z"})
CANONICAL = (
    "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,touchpoint\n"
    "R1,csat,4,1,5,true,2026-01-01T10:00:00Z,\nR2,csat,4,1,5,true,2026-01-01T10:00:00Z, \n"
    "R3,csat,4,1,5,true,2026-01-01T10:00:00Z,renewal\nR4,nps,4,0,10,true,2026-01-01T10:00:00Z,\n"
)


def touchpoints(source: str, body: str, name: str, surveys: str | None) -> list[str | None]:
    company = company_map(f"sources: {{{source}: {{surveys: {surveys}}}}}") if surveys else EMPTY
    extract = read_bytes(body.encode(), name, DEFAULT_LIMITS, company)
    assert extract.source == source
    return extract.tables["survey_responses"].sort("response_id")["touchpoint"].to_list()


@pytest.mark.parametrize(
    ("source", "body", "name", "surveys", "expected"),
    [
        ("qualtrics", QUALTRICS, "q.csv", "{q2_csat: {touchpoint: trial}}", [None, "trial"]),
        ("qualtrics", QUALTRICS, "q.csv", '{QID1: {touchpoint: renewal}, "How was the trial?": {touchpoint: trial}}',
         ["renewal", "trial"]),
        ("qualtrics", QUALTRICS, "q.csv", "{csat: {touchpoint: onboarding}}", [None, "onboarding"]),
        ("surveymonkey", SURVEYMONKEY, "s.csv", '{"How was the trial? [CSAT]": {touchpoint: trial}}', ["trial", None]),
        ("delighted", DELIGHTED, "d.json", "{CSAT: {kind: csat, scale: [1, 5], touchpoint: trial}}", ["trial", None]),
        ("hubspot", HUBSPOT, "h.csv", "{csat: {touchpoint: trial}}", ["trial", None]),
        ("zendesk", ZENDESK, "z.json", "{csat: {touchpoint: trial}}", ["trial"]),
        ("canonical", CANONICAL, "survey_responses.csv", "{csat: {touchpoint: trial}}",
         ["trial", "trial", "renewal", None]),
    ],
)  # fmt: skip
def test_each_answer_says_what_its_survey_was_declared_to_ask_about(source, body, name, surveys, expected):
    assert touchpoints(source, body, name, surveys) == expected
    own = [t if source == "canonical" and t == "renewal" else None for t in expected]
    assert touchpoints(source, body, name, None) == own


def test_a_touchpoint_alone_leaves_the_scale_as_it_is_recognised():
    company = company_map("sources: {qualtrics: {surveys: {Q2_CSAT: {touchpoint: trial}}}}")
    assert company.declared("qualtrics").questions == {}
    rows = read_bytes(QUALTRICS.encode(), "q.csv", DEFAULT_LIMITS, company).tables["survey_responses"]
    assert rows.select("survey_type", "scale_min", "scale_max").row(1) == ("csat", 1.0, 5.0)


def test_a_changed_touchpoint_reads_the_files_of_its_source_again():
    one, other = (
        company_map(f"sources: {{qualtrics: {{surveys: {{Q1: {{touchpoint: {t}}}}}}}}}") for t in ("trial", "renewal")
    )
    assert one.fingerprint("qualtrics") != other.fingerprint("qualtrics")
    assert one.fingerprint("zendesk") == other.fingerprint("zendesk")


@pytest.mark.parametrize(
    ("survey", "said"),
    [
        ("{touchpoint: survey/trial}", "small letters, digits and _ only, as policy_touchpoint_stages writes it"),
        ("{touchpoint: trial, scale: [1, 5]}", "one of kind and scale is not here"),
        ("{touchpont: trial}", "did you mean touchpoint?"),
        ("{}", "one of kind and scale is not here"),
        ("{touchpoint: trial}\n      q1: {touchpoint: renewal}", "it is the same word as Q1"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(survey, said):
    with pytest.raises(MapError) as told:
        company_map(f"sources:\n  qualtrics:\n    surveys:\n      Q1: {survey}\n")
    assert said in str(told.value)
    assert (
        str(told.value)
        .lower()
        .startswith(f"company.yml line {4 + survey.count(chr(10))}: sources.qualtrics.surveys.q1")
    )
