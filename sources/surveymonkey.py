"""SurveyMonkey: responses as the API's bulk pages hold them, or as the CSV export does.

Belongs here: the API's objects, recognising the files. Does not: the CSV (``surveymonkey_export``), canonical rows
(``surveymonkey_responses``), scales (``survey_questions``).

A page of ``GET /v3/surveys/{id}/responses/bulk`` holds ``data``: id, response_status (completed, partial, overquota,
disqualified), collection_mode (default, preview, data_entry, survey_preview, edit), date_created, date_modified,
custom_variables, and pages → questions (id) → answers (choice_id, row_id, other_id, text). See
https://github.com/SurveyMonkey/public_api_docs and https://api.surveymonkey.com/v3/docs. With ``simple=true`` each
question carries its heading and each answer its words (simple_text); without it a choice is a bare id, which says
nothing, so such a question stays unknown whatever is declared.
A choice's weight is whatever the survey's author made it, so weights are not read as scores.
Answers with a row and a text are contact fields or numbers, never a comment.
"""

from __future__ import annotations

from itertools import chain
from typing import Any, NamedTuple

from sources.content import Content, Limits
from sources.declared import Declared, in_force
from sources.extract import Extract
from sources.jsonlines import as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader
from sources.survey_questions import Recognised, link_names, link_value, recognise
from sources.surveymonkey_export import plain, read_export
from sources.surveymonkey_responses import SOURCE, Answered, extract_of

Row = dict[str, Any]

_STATUS = {"partial": "unfinished", "overquota": "disqualified", "disqualified": "disqualified"}
_PREVIEWS = ("preview", "survey_preview")
_NO_WORDS = "its answers are bare ids: fetch the responses with simple=true, which adds the words"
_USED = (
    "id",
    "response_status",
    "collection_mode",
    "date_created",
    "date_modified",
    "custom_variables",
    "pages",
    "metadata",
)


class _Question(NamedTuple):
    """One question as it was answered. ``choice``: the words of the one choice that was made; empty where only its id
    is told. ``texts``: what was written freely: open answers, and the text beside a choice."""

    identifier: str | None
    heading: Any
    choice: str | None
    texts: list[str]


def _dicts(value: Any) -> list[Row]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _questions(response: Row) -> list[_Question]:
    return [_question(q) for page in _dicts(response.get("pages")) for q in _dicts(page.get("questions"))]


def _question(question: Row) -> _Question:
    chosen, texts = [], []
    for answer in _dicts(question.get("answers")):
        if answer.get("choice_id") is not None:
            chosen.append(answer)
        elif answer.get("row_id") is None and (text := as_text(answer.get("text"))) and text.strip():
            texts.append(text)
    choice = as_text(chosen[0].get("simple_text")) or as_text(chosen[0].get("text")) or "" if len(chosen) == 1 else None
    return _Question(as_text(question.get("id")), question.get("heading"), choice, texts)


def _scores(asked: list[list[_Question]], declared: Declared) -> tuple[dict[str, Recognised], dict[str, str]]:
    """Question id → its scale; and the other choice questions with why they have none."""
    headings: dict[str, str] = {}
    answers: dict[str, set[str]] = {}
    for identifier, heading, choice, _ in chain.from_iterable(asked):
        if choice is not None and identifier is not None:
            answers.setdefault(identifier, set()).add(choice)
            if identifier not in headings:
                headings[identifier] = as_text(heading) or ""
    found: dict[str, Recognised] = {}
    unmapped: dict[str, str] = {}
    for identifier, given in answers.items():
        scale = _NO_WORDS if given == {""} else recognise((identifier,), headings[identifier], given, declared)
        if isinstance(scale, str):
            unmapped[identifier if identifier.isdecimal() else "without a readable id"] = scale
        else:
            found[identifier] = scale
    return found, unmapped


def _answered(number: int, response: Row, asked: list[_Question], scales: dict[str, Recognised]) -> Answered:
    scores: dict[str, tuple[Recognised, str]] = {}
    texts: list[tuple[str | None, str]] = []
    for given, _, choice, written in asked:
        identifier = given or ""
        if identifier in scales and choice is not None:
            scores.setdefault(identifier, (scales[identifier], choice))
        texts += [(identifier, text) for text in written]
    variables = response.get("custom_variables")
    variables = variables if isinstance(variables, dict) else {}
    return Answered(
        number,
        as_text(response.get("id")),
        as_text(response.get("date_modified")),
        as_text(response.get("date_created")),
        scores,
        texts,
        {link: link_value(name, as_text(variables[name])) for link, name in link_names(variables).items()},
        _contact(response, "email"),
        " ".join(filter(None, (_contact(response, "first_name"), _contact(response, "last_name")))) or None,
    )


def _contact(response: Row, what: str) -> str | None:
    """A field of the contact that was invited, as ``metadata`` holds it."""
    found: Any = response.get("metadata")
    for key in ("contact", what, "value"):
        found = found.get(key) if isinstance(found, dict) else None
    return as_text(found)


def _read(content: Content, limits: Limits) -> Extract:
    declared = in_force()
    if content.kind == "csv":
        return read_export(content, limits, declared)
    lines = read_json(content, limits)
    asked = [_questions(response) for _, response in lines.records]
    scales, unmapped = _scores(asked, declared)
    answered: list[Answered] = []
    left_out: dict[str, list[int]] = {}
    for (number, response), questions in zip(lines.records, asked, strict=True):
        status = _STATUS.get(str(response.get("response_status")).lower())
        if not isinstance(response.get("pages"), list):
            reason = "unknown_object"
        elif str(response.get("collection_mode")).lower() in _PREVIEWS:
            reason = "preview"
        else:
            reason = status or ("" if scales else "unmapped_question")
        one = _answered(number, response, questions, scales)
        if reason or not one.scores:
            left_out.setdefault(reason or "no_answer", []).append(number)
        else:
            answered.append(one)
    extra = as_text_table(lines, without=_USED, limits=limits).rows
    return extract_of(answered, left_out, unmapped, lines.rows_read, [lines.excluded], extra)


def _claims(head: Head) -> int:
    if head.kind == "csv":
        return BY_CONTENT if {"respondentid", "collectorid"} <= {plain(c) for c in head.columns} else NOT_MINE
    is_response = head.holds(lambda keys: keys >= {"id", "response_status"} and keys & {"pages", "collector_id"})
    return BY_CONTENT if is_response else NOT_MINE


READER = Reader(
    name=SOURCE,
    claims=_claims,
    read=_read,
    expects="a CSV export of all individual responses with two header rows (Respondent ID, Collector ID, "
    "Start Date …) or a page of the API's responses/bulk (data: id, response_status, pages …)",
)
