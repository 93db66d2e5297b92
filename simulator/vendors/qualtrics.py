"""Qualtrics: CSV exports of survey responses with three header rows, one file a survey and delivery.

Belongs here: header rows, ImportIds, embedded data, preview and unfinished responses. Does not: who answered what.
Quirks planted: the NPS group column, two scores in the onboarding survey, previews, unfinished responses, responses
without any score, scores outside their scale, overlapping deliveries.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from simulator.deliveries import Delivery, Extracts, csv_line
from simulator.identifiers import qualtrics_id
from simulator.sample import Sample
from simulator.surveys import SURVEYS

_META = (  # column, label, ImportId
    ("StartDate", "Start Date", "startDate"),
    ("EndDate", "End Date", "endDate"),
    ("Status", "Response Type", "status"),
    ("IPAddress", "IP Address", "ipAddress"),
    ("Progress", "Progress", "progress"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration"),
    ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"),
    ("ResponseId", "Response ID", "_recordId"),
    ("RecipientLastName", "Recipient Last Name", "recipientLastName"),
    ("RecipientFirstName", "Recipient First Name", "recipientFirstName"),
    ("RecipientEmail", "Recipient Email", "recipientEmail"),
    ("ExternalReference", "External Data Reference", "externalDataReference"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
)
_QUESTIONS = {  # survey number → (column, label, ImportId)
    1: (("Q1_NPS_GROUP", "How likely are you to recommend Corvane to a colleague? - Group", "QID1_NPS_GROUP"),
        ("Q1", "How likely are you to recommend Corvane to a colleague?", "QID1"),
        ("Q2", "What is the main reason for your score?", "QID2_TEXT")),
    2: (("CSAT", "How satisfied were you with the handling of your request?", "QID11"),
        ("CSAT_COMMENT", "Anything you would like to add?", "QID12_TEXT")),
    3: (("CES", "Corvane made it easy to handle my issue.", "QID21"), ("CES_WHY", "Why?", "QID22_TEXT")),
    4: (("Q1_CSAT", "How satisfied are you with your first weeks on Corvane?", "QID31"),
        ("Q2_CES", "Corvane made it easy to get started.", "QID32"),
        ("Q3", "What should we have done differently?", "QID33_TEXT")),
    5: (("PSAT", "How satisfied are you with the product?", "QID41"),
        ("PSAT_REASON", "What is behind your answer?", "QID42_TEXT")),
}  # fmt: skip
_EMBEDDED = ("account_id", "person_id", "invitation_id", "ticket_id")
_OVERLAP_DAYS = 7
_TIME = "{day} {clock}"


def response_id(index: int) -> str:
    """The id of answer ``index``."""
    return qualtrics_id("R", index + 1)


def invitation_id(index: int) -> str:
    """The id of invitation ``index``."""
    return f"EMD_{index + 1:07d}"


def ticket_id(index: int) -> str:
    """The Zendesk ticket number of ticket ``index``."""
    return str(10_001 + index)


def write(sample: Sample, extracts: Extracts) -> None:
    """Each survey in three deliveries that overlap by a week."""
    world = sample.world
    edges = [0, *(round(world.n_weeks * k / 3) * 7 for k in (1, 2)), world.n_days]
    order = sorted(range(len(sample.answers.answered)), key=lambda i: (int(sample.answers.answered[i]), i))
    for survey in SURVEYS:
        mine = [i for i in order if sample.answers.survey[i] == survey.number - 1]
        for begin, end in pairwise(edges):
            name = f"qualtrics/{survey.name.replace(' ', '+')}_{world.day(end - 1):%B+%d,+%Y}.csv"
            file = extracts.file(name.replace(",", ""))
            _header(file, survey.number)
            since = (begin - (_OVERLAP_DAYS if begin else 0)) * 86_400
            for i in mine:
                if since <= sample.answers.answered[i] < end * 86_400:
                    _response(sample, file, survey.number, i)
            _aside(sample, extracts, file, survey.number, end)


def _columns(survey: int) -> list[tuple[str, str, str]]:
    return [*_META, *_QUESTIONS[survey], *((name, name, name) for name in _EMBEDDED)]


def _header(file: Delivery, survey: int) -> None:
    columns = _columns(survey)
    zone = {"startDate", "endDate", "recordedDate"}
    file.lines.append(csv_line(name for name, _, _ in columns))
    file.lines.append(csv_line(label for _, label, _ in columns))
    file.lines.append(
        csv_line(
            json.dumps({"ImportId": i} | ({"timeZone": "Z"} if i in zone else {}), separators=(",", ":"))
            for _, _, i in columns
        )
    )


def _response(sample: Sample, file: Delivery, survey: int, i: int) -> None:
    answers = sample.answers
    row = _base(sample, i)
    score = int(answers.score[i])
    words = sample.verbatims[i].body if i in sample.verbatims else None
    row |= _answers(survey, score, words)
    file.lines.append(csv_line(row.get(name) for name, _, _ in _columns(survey)))
    file.kept_or_superseded("survey_responses", (response_id(i),), None)


def _answers(survey: int, score: int | str | None, words: str | None) -> dict[str, Any]:
    if survey == 1:
        group = None
        if isinstance(score, int):
            group = "Promoter" if score >= 9 else "Passive" if score >= 7 else "Detractor"
        return {"Q1_NPS_GROUP": group, "Q1": score, "Q2": words}
    if survey == 4:
        easy = min(7, max(1, round((score - 1) * 1.5 + 1))) if isinstance(score, int) else None
        return {"Q1_CSAT": score, "Q2_CES": easy, "Q3": words}
    first, second = (q[0] for q in _QUESTIONS[survey])
    return {first: score, second: words}


def _base(sample: Sample, i: int) -> dict[str, Any]:
    answers, shape, world = sample.answers, sample.shape, sample.world
    person, invitation, ticket = int(answers.person[i]), int(answers.invitation[i]), int(answers.ticket[i])
    started, answered = (world.stamp(moments[i], _TIME) for moments in (answers.started, answers.answered))
    text = sample.verbatims.get(i)
    return {
        "StartDate": started,
        "EndDate": answered,
        "Status": 0,
        "IPAddress": f"198.51.100.{1 + (person * 7) % 250}",
        "Progress": 100,
        "Duration (in seconds)": int(answers.answered[i]) - int(answers.started[i]),
        "Finished": 1,
        "RecordedDate": answered,
        "ResponseId": response_id(i),
        "RecipientLastName": shape.last_name[person],
        "RecipientFirstName": shape.first_name[person],
        "RecipientEmail": shape.email[person],
        "ExternalReference": shape.person_id[person][:15],  # the short form, as mailing lists often carry it
        "DistributionChannel": "email" if invitation >= 0 else "anonymous",
        "UserLanguage": (text.language if text else "en").upper(),
        "account_id": shape.account_id[int(answers.account[i])],
        "person_id": shape.person_id[person],
        "invitation_id": invitation_id(invitation) if invitation >= 0 else None,
        "ticket_id": ticket_id(ticket) if ticket >= 0 else None,
    }


def _aside(sample: Sample, extracts: Extracts, file: Delivery, survey: int, end: int) -> None:
    """Rows that must not count: previews, unfinished ones, answers without a score, scores outside the scale."""
    at = (end - 20 - survey) * 86_400 + 32_400
    planted: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("preview", "preview", {"Status": 1, "DistributionChannel": "preview"}, _answers(survey, 4, "Just testing")),
        ("unfinished response", "unfinished", {"Finished": 0, "Progress": 40}, _answers(survey, 3, None)),
        ("unfinished response", "unfinished", {"Finished": 0, "Progress": 60}, {}),
        ("response without a score", "no_answer", {}, {}),
    ]
    if end == sample.world.n_days:
        low, high = SURVEYS[survey - 1].low, SURVEYS[survey - 1].high
        outside = {"Q1_CSAT": high + 1} if survey == 4 else _answers(survey, high + 1, None)
        planted.append(("score outside its scale", "out_of_range", {}, outside))
        if survey == 1:
            planted.append(("score outside its scale", "out_of_range", {}, _answers(survey, low - 1, None)))
        if survey == 2:
            planted.append(("score that is no number", "wrong_type", {}, _answers(survey, "very", None)))
    for k, (kind, reason, meta, answers) in enumerate(planted):
        number = 1_000_000 + survey * 10_000 + end * 10 + k
        begin = at + 37 * 60 * k
        started, recorded = (sample.world.stamp(at, _TIME) for at in (begin, begin + 45))
        row = {
            "StartDate": started,
            "EndDate": recorded,
            "Status": 0,
            "IPAddress": "203.0.113.9",
            "Progress": 100,
            "Duration (in seconds)": 45,
            "Finished": 1,
            "RecordedDate": recorded,
            "ResponseId": qualtrics_id("R", number),
            "DistributionChannel": "anonymous",
            "UserLanguage": "EN",
            **meta,
            **answers,
        }
        file.lines.append(csv_line(row.get(name) for name, _, _ in _columns(survey)))
        file.excluded(reason)
        extracts.plant(file, kind, "excluded", reason)
