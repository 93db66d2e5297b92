"""Delighted: survey responses, as JSON of its API or as the CSV export of a project.

Belongs here: Delighted's keys, its kinds of survey and their scales. Does not: types (``conform``).

JSON is the array (or one object a line) of ``GET /v1/survey_responses.json``: id, person (an id, or an object where
``expand[]=person`` was asked for), survey_type, score, comment, created_at and updated_at (seconds since 1970),
person_properties, tags, notes, additional_answers. See https://delighted.com/docs/api/listing-survey-responses.
The CSV export has the same things under spelled-out names and a column for each property. Its header is not publicly
documented: names are compared without regard to case and signs, and a column that is not known is kept aside.

Scales are those of https://help.delighted.com/article/530-survey-types-overview. Smileys come with three or five faces
and thumbs have no documented numbers: these need a declaration (``Declared.questions``: survey_type → scale), and so
does a type of which the file holds a score beyond the usual scale. Employees' surveys (enps) are not customers'.
Ids are Delighted's own small numbers, so they are kept as ``delighted:<id>``; links to the CRM come from properties
called account_id, contact_id, person_id, ticket_id and their like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sources.conform import text_frame
from sources.content import Content, Limits
from sources.contract import TABLES
from sources.declared import Declared, in_force
from sources.delimited import read_delimited
from sources.extract import Extract, excluded_rows, warning_rows
from sources.jsonlines import as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, make_extract
from sources.record_ids import long_reference
from sources.survey_questions import SCALES, Scale, declared_scale, link_names, link_value
from sources.vendor_times import is_second

TABLE = "survey_responses"
_SCALES: dict[str, Scale] = {
    "nps": SCALES["NPS"],
    "csat": SCALES["CSAT5"],
    "ces": SCALES["CES5"],
    "pmf": Scale("other", 1, 3, True),  # 3: very disappointed if the product were gone
    **dict.fromkeys(("stars", "5_star", "star", "stars_five", "five_star"), Scale("other", 1, 5, True)),
}
_EMPLOYEES = ("enps",)
_SECONDS = range(10**8, 10**11)  # of 9 to 11 digits; other numbers are no seconds of a time when there were surveys
_KEYS = ("id", "person", "survey_type", "score", "comment", "created_at", "updated_at", "person_properties")
# The CSV export's names, in the API's words.
_COLUMNS = {
    "id": ("response_id", "survey_response_id", "id"),
    "person": ("person_id", "person"),
    "survey_type": ("survey_type", "type"),
    "score": ("score",),
    "comment": ("comment",),
    "created_at": ("created_at", "response_date", "responded_at", "response_time", "date", "time"),
    "updated_at": ("updated_at",),
    "permalink": ("permalink", "response_link", "response_url"),
    "name": ("name", "person_name", "full_name"),
    "email": ("email", "person_email", "email_address"),
}
_UNREAD = {
    "no_score": "the response has no score: nothing to do",
    "not_a_customer": "the survey asks employees (eNPS), not customers: nothing to do",
    "unknown_scale": "the scale of this survey_type is not known, or the file holds scores beyond its usual scale: "
    "declare the survey_type with its scale, as in smileys = other:1-5:high",
    "unknown_object": "the object is no survey response (id, person, survey_type, score): export survey responses only",
}


@lru_cache(maxsize=1024)  # names of columns and kinds of survey: few, met in every row
def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")


def _from_csv(row: dict[str, str | None], columns: dict[str, str]) -> dict[str, Any]:
    """One row of the export as the object that the API would give."""
    found = {key: row[column] for key, column in columns.items()}
    used = set(columns.values())
    properties = {name: value for name, value in row.items() if name not in used and name != "source_row"}
    return found | {"person_properties": properties}


def _columns(names: list[str]) -> dict[str, str]:
    plain = {_plain(name): name for name in reversed(names)}
    return {
        key: next(plain[w] for w in words if w in plain) for key, words in _COLUMNS.items() if plain.keys() & {*words}
    }


def _moment(value: Any) -> str | int | None:
    """Seconds since 1970, or a time as text; anything else as it is, for ``conform`` to judge."""
    if is_second(value) and value in _SECONDS:
        return value
    text = as_text(value)
    if text is None or not re.fullmatch(r"\d{9,11}(\.0+)?", text):
        return text
    return datetime.fromtimestamp(float(text), UTC).isoformat()


def _response(number: int, record: dict[str, Any], scale: Scale) -> dict[str, Any]:
    properties = record.get("person_properties")
    properties = properties if isinstance(properties, dict) else {}
    links = {link: link_value(name, as_text(properties[name])) for link, name in link_names(properties).items()}
    person, identifier = record.get("person"), as_text(record.get("id")) or _token(record.get("permalink"))
    person_id = as_text(person.get("id", person) if isinstance(person, dict) else person)
    return {
        "source_row": number,
        "response_id": f"delighted:{identifier}" if identifier else None,
        "survey_type": scale.survey_type,
        "touchpoint": in_force().touchpoint_of(str(record.get("survey_type"))),
        "score": as_text(record.get("score")),
        "scale_min": str(scale.low),
        "scale_max": str(scale.high),
        "higher_is_better": "true" if scale.higher_is_better else "false",
        "answered_at": _moment(record.get("created_at")),
        "updated_at": _moment(record.get("updated_at")),
        "account_id": long_reference(links.get("account_id")),
        "person_id": long_reference(links.get("person_id")) or (f"delighted:{person_id}" if person_id else None),
        "ticket_id": links.get("ticket_id"),
        "invitation_id": links.get("invitation_id"),
        "verbatim": "\n".join([*filter(None, [as_text(record.get("comment"))]), *_free_answers(record)]) or None,
    }


def _token(permalink: Any) -> str | None:
    """The last part of a response's own address, which names it where the export has no id."""
    return permalink.rstrip("/").rsplit("/", 1)[-1] or None if isinstance(permalink, str) else None


def _free_answers(record: dict[str, Any]) -> Iterator[str]:
    answers = record.get("additional_answers")
    for answer in answers if isinstance(answers, list) else []:
        value = answer.get("value") if isinstance(answer, dict) else None
        if isinstance(value, dict) and isinstance(value.get("free_response"), str) and value["free_response"].strip():
            yield value["free_response"]


def _person(response: dict[str, Any], record: dict[str, Any]) -> dict[str, Any] | None:
    """The person, where the response carries a name or address; never a newer version than the CRM's own."""
    person = record["person"] if isinstance(record.get("person"), dict) else record
    email, name = as_text(person.get("email")), as_text(person.get("name"))
    if response["person_id"] is None or not (email or name):
        return None
    shared = {key: response[key] for key in ("source_row", "person_id", "account_id")}
    return shared | {"is_derived": True, "email": email, "full_name": name}


def _scales(records: list[tuple[int, dict[str, Any]]], declared: Declared) -> dict[str, Scale]:
    """survey_type → scale; a type with a score beyond its usual scale was set up otherwise, and is not guessed."""
    said = {_plain(name): declared_scale(word) for name, word in declared.questions.items()}
    usual = dict(_SCALES)
    for _, record in records:
        kind = _plain(str(record.get("survey_type")))
        try:
            is_beyond = kind in usual and usual[kind].high < float(str(record.get("score"))) <= 10
        except ValueError:
            continue  # no number: the row is excluded for it
        if is_beyond:
            del usual[kind]
    return usual | said


def _extract(
    records: list[tuple[int, dict[str, Any]]], rows_read: int, excluded: list, extra: Any, declared: Declared
) -> Extract:
    scales = _scales(records, declared)
    responses: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    unread: dict[str, list[int]] = {}
    for number, record in records:
        kind = _plain(str(record.get("survey_type")))
        if "score" not in record:
            unread.setdefault("unknown_object", []).append(number)
        elif as_text(record["score"]) is None:
            unread.setdefault("no_score", []).append(number)
        elif kind in _EMPLOYEES:
            unread.setdefault("not_a_customer", []).append(number)
        elif kind not in scales:
            unread.setdefault("unknown_scale", []).append(number)
        else:
            responses.append(_response(number, record, scales[kind]))
            person = _person(responses[-1], record)
            people += [person] if person else []
    frames = [(TABLE, text_frame(responses, TABLES[TABLE].column_names))]
    frames += [("people", text_frame(people, TABLES["people"].column_names))] if people else []
    left_out = [excluded_rows(rows, reason, _UNREAD[reason], TABLE) for reason, rows in unread.items()]
    warnings = []
    if "unknown_scale" in unread:
        warnings.append(warning_rows([None], "unknown_scale", _UNREAD["unknown_scale"], TABLE, "survey_type"))
    return make_extract("delighted", frames, rows_read, [*excluded, *left_out], warnings, extra)


def _read(content: Content, limits: Limits) -> Extract:
    if content.kind == "csv":
        text = read_delimited(content.body, limits=limits)
        columns = _columns(text.columns)
        rows = text.rows.to_dicts()
        records = [(row["source_row"], _from_csv(row, columns)) for row in rows]
        links = link_names(c for c in text.columns if c not in columns.values()).values()
        extra = text.rows.drop([*columns.values(), *links])
        unread = [text.excluded]
        rows_read = text.rows_read
    else:
        lines = read_json(content, limits)
        records, rows_read, unread = lines.records, lines.rows_read, [lines.excluded]
        extra = as_text_table(lines, without=_KEYS, limits=limits).rows
    return _extract(records, rows_read, unread, extra, in_force())


def _claims(head: Head) -> int:
    if head.kind == "csv":
        plain = {_plain(name) for name in head.columns}
        told = any(name.startswith("delighted_") for name in plain) or {"survey_type", "permalink"} <= plain
        return BY_CONTENT if {"score", "comment"} <= plain and told else NOT_MINE
    return BY_CONTENT if head.holds({"id", "person", "survey_type", "score"}.issubset) else NOT_MINE


READER = Reader(
    name="delighted",
    claims=_claims,
    read=_read,
    expects="JSON of the API's survey responses (id, person, survey_type, score, comment, created_at …) or a "
    "project's CSV export (Score, Comment, Survey Type, Permalink, Delighted Source …)",
)
