"""SurveyMonkey: the CSV export of all individual responses, with its two header rows.

Belongs here: columns, groups of columns, dates without offsets. Does not: scales (``survey_questions``).

Row 1 names the columns of the respondent (Respondent ID, Collector ID, Start Date, End Date, IP Address, Email Address,
First Name, Last Name, Custom Data 1) and the questions; a question's further columns have an empty name. Row 2 holds
what each column of a question is: ``Response``, a choice, a row of a matrix, ``Open-Ended Response``, ``Other (please
specify)``. Two questions may have the same text.
Dates have no offset, and 03/04/2026 may be either: the file's other dates show the order, or it is declared.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sources.content import Content, Limits
from sources.declared import Declared
from sources.delimited import TextTable, read_delimited, read_header
from sources.errors import WrongShape
from sources.extract import Extract, warning_rows
from sources.survey_questions import Recognised, link_names, link_value, recognise
from sources.surveymonkey_responses import TABLE, Answered, extract_of

_META = {
    "response_id": ("respondentid",),
    "collector": ("collectorid",),
    "started_at": ("startdate", "datecreated"),
    "answered_at": ("enddate", "datemodified"),
    "ip_address": ("ipaddress",),
    "email": ("emailaddress",),
    "first_name": ("firstname",),
    "last_name": ("lastname",),
}
_OPEN = re.compile(r"open-ended response|.*please specify.*|comments?\b.*", re.IGNORECASE | re.DOTALL)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?")


@dataclass(frozen=True)
class Question:
    """``columns``: of the choices or of the one answer; ``texts``: of what was written freely."""

    text: str
    columns: tuple[str, ...]
    texts: tuple[str, ...]


def plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def read_export(content: Content, limits: Limits, declared: Declared) -> Extract:
    """Read one export. Raises ``WrongShape`` if its header rows do not fit each other."""
    top, below, text = _headers(content, limits)
    names = text.columns
    by_plain = {plain(name): column for name, column in zip(reversed(top), reversed(names), strict=True)}
    meta = {
        key: next(by_plain[w] for w in words if w in by_plain)
        for key, words in _META.items()
        if by_plain.keys() & {*words}
    }
    links = {link: names[top.index(name)] for link, name in link_names(top).items()}
    taken = {
        *meta.values(),
        *links.values(),
        *(c for c, t in zip(names, top, strict=True) if plain(t).startswith("customdata")),
    }
    rows = text.rows.to_dicts()
    questions = list(_questions(names, top, below, taken, rows))
    scores, unmapped = _scores(questions, rows, declared)
    open_answers = {column: None for q in questions for column in q.texts}
    open_answers |= {column: key for key, (q, _) in scores.items() for column in q.texts}
    order = _order(rows, meta, declared)
    answered: list[Answered] = []
    left_out: dict[str, list[int]] = {}
    for row in rows:
        given = {key: (found, choice) for key, (q, found) in scores.items() if (choice := _answer(row, q))}
        times = {key: _moment(row.get(meta.get(key, "")), order) for key in ("started_at", "answered_at")}
        if not scores:
            left_out.setdefault("unmapped_question", []).append(row["source_row"])
        elif not given:
            left_out.setdefault("no_answer", []).append(row["source_row"])
        elif "ambiguous" in times.values():
            left_out.setdefault("ambiguous_date", []).append(row["source_row"])
        else:
            texts = [(owner, row[column]) for column, owner in open_answers.items() if row[column]]
            name = " ".join(filter(None, (row.get(meta.get(k, "")) for k in ("first_name", "last_name")))) or None
            answered.append(
                Answered(
                    row["source_row"],
                    row.get(meta.get("response_id", "")),
                    times["answered_at"],
                    times["started_at"],
                    given,
                    texts,
                    {link: link_value(top[names.index(column)], row[column]) for link, column in links.items()},
                    row.get(meta.get("email", "")),
                    name,
                )
            )
    used = {*meta.values(), *links.values(), *open_answers, *(c for q, _ in scores.values() for c in q.columns)}
    extra = text.rows.drop([c for c in names if c in used])
    extra = extra.rename({c: _told(c, names, top, below) for c in extra.columns if c != "source_row"})
    return extract_of(
        answered, left_out, unmapped, text.rows_read, [text.excluded], extra, _zone_warning(declared, rows)
    )


def _headers(content: Content, limits: Limits) -> tuple[list[str], list[str], TextTable]:
    """Both header rows, and the rows under names of our own: questions may share their text."""
    headers, rest = read_header(content.body, 1)
    top = [name.strip() for name in headers[0]]
    columns = [f"c{at}" for at in range(1, len(top) + 1)]
    second, after = read_header(rest, 1) if rest.strip() else ([[]], rest)
    at = next(i for i, name in enumerate(top) if plain(name) == "respondentid")
    below = [""] * len(top)
    if second[0] and len(second[0]) == len(top) and not second[0][at].strip():
        below, rest = [label.strip() for label in second[0]], after
    elif second[0] and not any(cell.strip() for cell in second[0][: at + 1]):
        raise WrongShape(
            "rows 1 and 2 of the header differ in length: export the responses again", reason="wrong_shape"
        )
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(columns)
    return top, below, read_delimited(header.getvalue().encode() + rest, limits=limits)


def _questions(
    names: list[str], top: list[str], below: list[str], taken: set[str], rows: list[dict]
) -> Iterable[Question]:
    """The questions: a name and the unnamed columns after it. Rows of a matrix are questions of their own."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for column, name, label in zip(names, top, below, strict=True):
        if column in taken:
            continue
        if name or not groups:
            groups.append((name, []))
        groups[-1][1].append((column, label))
    for text, members in groups:
        texts = tuple(column for column, label in members if _OPEN.fullmatch(label))
        choices = [(column, label) for column, label in members if column not in texts]
        if len(choices) < 2 or all(row[c] is None or row[c].strip() == label for row in rows for c, label in choices):
            yield Question(text, tuple(column for column, _ in choices), texts)
            continue
        for at, (column, label) in enumerate(choices):
            yield Question(f"{text} {label}".strip(), (column,), texts if at == 0 else ())


def _scores(
    questions: list[Question], rows: list[dict], declared: Declared
) -> tuple[dict[str, tuple[Question, Recognised]], dict[str, str]]:
    """Question key (``nps``, ``csat``, ``csat2`` …) → its columns and scale; and the others with why they have none."""
    scores: dict[str, tuple[Question, Recognised]] = {}
    unmapped: dict[str, str] = {}
    for question in questions:
        if not question.columns:
            continue
        answers = {answer for row in rows if (answer := _answer(row, question))}
        found = recognise((), question.text, answers, declared)
        if isinstance(found, str):
            unmapped[question.text] = found
            continue
        kind = found.scale.survey_type
        nth = 1 + sum(r.scale.survey_type == kind for _, r in scores.values())
        scores[kind if nth == 1 else f"{kind}{nth}"] = (question, found)
    return scores, unmapped


def _answer(row: dict, question: Question) -> str | None:
    """The one choice that was made; None where there is none, or where several were."""
    given = [row[column] for column in question.columns if row[column]]
    return given[0] if len(given) == 1 else None


def _order(rows: list[dict], meta: dict[str, str], declared: Declared) -> str | None:
    """Whether the month (mdy) or the day (dmy) comes first in this file's dates; None if they do not show it."""
    if declared.date_order:
        return declared.date_order
    columns = [meta[key] for key in ("started_at", "answered_at") if key in meta]
    found = [m for row in rows for c in columns if row[c] and (m := _SLASHED.fullmatch(row[c].strip()))]
    day_first, day_second = any(int(m[1]) > 12 for m in found), any(int(m[2]) > 12 for m in found)
    if day_first == day_second:
        return None
    return "dmy" if day_first else "mdy"


def _moment(text: str | None, order: str | None) -> str | None:
    """The time in ISO 8601, its offset if it has one, or ``ambiguous``; what is no time stays as it is."""
    if text is None:
        return None
    found = _SLASHED.fullmatch(text.strip())
    try:
        if found is None:
            local = datetime.fromisoformat(text.strip())
        else:
            first, second, year, hour, minute = int(found[1]), int(found[2]), int(found[3]), found[4], found[5]
            if order is None and first != second and first <= 12 and second <= 12:
                return "ambiguous"
            is_month_first = order == "mdy" or (order is None and second > 12)
            month, day = (first, second) if is_month_first else (second, first)
            local = datetime(year, month, day, _hour(hour, found[7]), int(minute or 0), int(found[6] or 0))  # noqa: DTZ001
    except ValueError:
        return text
    return local.isoformat()


def _hour(hour: str | None, half: str | None) -> int:
    if half is None:
        return int(hour or 0)
    if not 1 <= int(hour or 0) <= 12:
        raise ValueError("an hour before noon or after it is 1 to 12")
    return int(hour or 0) % 12 + (12 if half.lower() == "pm" else 0)


def _zone_warning(declared: Declared, rows: list[dict]) -> list:
    if declared.time_zone or not rows:
        return []
    what = "the export's times have no offset and are read as UTC: declare the account's time_zone if it is another"
    return [warning_rows([None], "undeclared_time_zone", what, TABLE, "answered_at")]


def _told(column: str, names: list[str], top: list[str], below: list[str]) -> str:
    """A column under the names it had, and its place: names may repeat."""
    at = names.index(column)
    told = " ".join(filter(None, (top[at], below[at]))) or "unnamed"
    return f"{told} (column {at + 1})"
