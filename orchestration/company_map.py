"""Looking at a sample of the extracts under the company map: what is kept, what is open, what the map should say.

Belongs here: walking the folder, gathering what single files show, turning it into questions with proposals, the list
of what is wrong. Does not: asking and printing (``init``), reading a file (``sources``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sources import inspection, proposals
from sources.company_map import EMPTY, SEPARATORS, CompanyMap
from sources.content import DEFAULT_LIMITS, open_content
from sources.delimited import read_delimited, read_header
from sources.errors import WrongShape
from sources.inspection import Inspected
from sources.map_text import read_yaml
from sources.map_writing import Answer
from storage.delivery import StillChanging, deliveries, read_whole

MOST_FILES = 200  # of one folder; a sample shows the same columns and words over and over
_FALLBACK = "cp1252"  # what Excel writes in western Europe; only ever proposed
PROPOSED = "; proposed, please check"
_MUST = ("stages", "roles", "surveys")  # an open word there costs rows or roles; a touchpoint is a refinement


@dataclass(frozen=True)
class Question:
    """Something the map does not answer. ``path``: where the answer belongs; ``proposal``: None if nothing is near.

    ``is_needed``: without an answer rows are lost or times may be wrong.
    """

    path: tuple[str, ...]
    what: str
    n_rows: int
    proposal: Any = None
    why: str = ""
    is_needed: bool = True

    @property
    def answer(self) -> Answer:
        return Answer(self.path, self.proposal, self.why)


@dataclass(frozen=True)
class Sample:
    """``files``: what each file of the sample shows; ``questions``: in the order of their paths; ``n_left_out``."""

    files: list[Inspected]
    questions: list[Question] = field(default_factory=list)
    n_left_out: int = 0


def look(
    extracts: Path,
    company: CompanyMap,
    touchpoints: Iterable[str] = (),
    survey_touchpoints: Iterable[str] = (),
    progress: Callable[[int, int, str], None] | None = None,
) -> Sample:
    """Inspect the extracts and gather what is open. ``touchpoints``: topics that the policy gives a stage;
    ``survey_touchpoints``: what surveys may be said to ask about.

    Raises ``FileNotFoundError`` if there is no such folder.
    """
    found = [d for d in deliveries(extracts) if d.refusal is None]
    files, questions, names = [], [], set(company.own_tables)
    shapes: dict[tuple[str, ...], Question] = {}
    for done, delivery in enumerate(found[:MOST_FILES]):
        if progress is not None:
            progress(done, min(len(found), MOST_FILES), delivery.name)
        try:
            data, _ = read_whole(delivery, DEFAULT_LIMITS.file_bytes)
        except (StillChanging, OSError):
            continue
        if data is None:
            files.append(Inspected(delivery.name, "unknown", fault="the file is too large to be read"))
            continue
        inspected = inspection.inspect(data, delivery.name, company)
        files.append(inspected)
        if inspected.reason in ("unclaimed", "bad_encoding") and (shape := _own_table(data, inspected, names)):
            header, question = shape
            if header not in shapes:
                names.add(question.path[-1])
                shapes[header] = question
    known = {proposals.plain(t) for t in touchpoints}
    questions = [*shapes.values(), *_questions_of_words(files, known), *_questions_of_writing(files, company)]
    questions += _questions_of_surveys(files, set(survey_touchpoints))
    return Sample(files, sorted(questions, key=lambda q: q.path), max(len(found) - MOST_FILES, 0))


def _questions_of_words(files: list[Inspected], touchpoints: set[str]) -> Iterator[Question]:
    counts: dict[tuple[str, str, str], int] = {}
    for word in (w for file in files for w in file.words):
        key = (word.source, word.section, word.word)
        counts[key] = counts.get(key, 0) + word.n_rows
    for (source, section, word), n in counts.items():
        if section == inspection.SURVEY_TOUCHPOINTS:
            continue
        if section == "touchpoints" and proposals.plain(word) in touchpoints:
            continue
        proposal = proposals.word_for(section, word)
        if section.startswith("values."):
            path, is_needed = ("own_tables", source, "values", section.removeprefix("values."), word), True
        else:
            path, is_needed = ("sources", source, section, word), section in _MUST
        why = f"{_rows(n)} of the sample" + (PROPOSED if proposal else "")
        yield Question(path, f"what is {word!r} among {section} of {source}?", n, proposal, why, is_needed)


def _questions_of_surveys(files: list[Inspected], touchpoints: set[str]) -> Iterator[Question]:
    """What a survey asks about, where its name tells: it counts there whatever the CRM says of the account."""
    counts: dict[tuple[str, str], int] = {}
    for word in (w for file in files for w in file.words if w.section == inspection.SURVEY_TOUCHPOINTS):
        counts[word.source, word.word] = counts.get((word.source, word.word), 0) + word.n_rows
    for (source, name), n in counts.items():
        proposal = proposals.touchpoint_of_survey(name)
        if proposal in touchpoints:
            path, what = (
                ("sources", source, "surveys", name, "touchpoint"),
                f"what does {name!r} of {source} ask about?",
            )
            yield Question(path, what, n, proposal, f"{_rows(n)} of the sample{PROPOSED}", is_needed=False)


def _questions_of_writing(files: list[Inspected], company: CompanyMap) -> Iterator[Question]:
    """Zones and encodings, one question a source."""
    for source in sorted({f.source for f in files if f.local_times}):
        mine = [f for f in files if f.source == source and f.local_times]
        n = sum(f.rows_read for f in mine)
        is_utc = all(any(c.lower().startswith("_fivetran_") for c in f.header) for f in mine)
        what = f"in which time zone does {source} write times without an offset ({', '.join(mine[0].local_times)})?"
        why = "this connector writes UTC" if is_utc else ""
        yield Question((*_section(source, company), "time_zone"), what, n, "UTC" if is_utc else None, why)
    for source in sorted({f.source for f in files if f.excluded.get("bad_encoding") and f.reason is None}):
        n = sum(f.excluded.get("bad_encoding", 0) for f in files if f.source == source)
        path, what = (*_section(source, company), "encoding"), f"in which encoding does {source} write its files?"
        yield Question(path, what, n, _FALLBACK, f"{_rows(n)} of the sample are not UTF-8{PROPOSED}")


def _section(source: str, company: CompanyMap) -> tuple[str, str]:
    return ("own_tables", source) if source in company.own_tables else ("sources", source)


def _own_table(data: bytes, file: Inspected, taken: set[str]) -> tuple[tuple[str, ...], Question] | None:
    """A file that no reader knows as an own table: its header, and the question with the entry that fits it."""
    for encoding in ("utf-8", _FALLBACK):
        try:
            content = open_content(data, file.name, encoding)
            content.body.decode("utf-8")
            if content.kind != "csv":
                return None
            headers = {name: read_header(content.body, 1, sign)[0][0] for name, sign in _parted(content.body)}
            separator = max(headers, key=lambda name: len(headers[name]))
            body = inspection.sampled(content).body
            rows = read_delimited(body, separator=SEPARATORS[separator]).rows.drop("source_row")
        except (WrongShape, csv.Error, ValueError):
            continue
        entry = proposals.own_table(file.name, rows)
        if entry is None:
            return None
        if separator != "comma":
            entry["separator"] = separator
        if encoding != "utf-8":
            entry["encoding"] = encoding
        name = proposals.table_name(file.name, taken)
        what = f"no reader knows {file.name}: is it a table of your own, {entry['table']}?"
        why = f"proposed from {_safe(file.name)}: please check every line"
        return tuple(rows.columns), Question(("own_tables", name), what, rows.height, entry, why)
    return None


def _parted(body: bytes) -> list[tuple[str, str]]:
    first = body.split(b"\n", 1)[0]
    return [(name, sign) for name, sign in SEPARATORS.items() if sign.encode() in first] or [("comma", ",")]


def _rows(n: int) -> str:
    return f"{n} row{'s' if n != 1 else ''}"


def _safe(name: str) -> str:
    return re.sub(r"[^\w ./()-]", "_", name)


def wrong(
    sample: Sample, text: str, where: str, company: CompanyMap = EMPTY, survey_touchpoints: Iterable[str] = ()
) -> list[str]:
    """What is wrong with the map for this sample and the policy, sorted by line: the line to edit, the fault, what to
    do. ``company``: the map that ``text`` writes; ``survey_touchpoints``: those that the policy gives a stage."""
    _, lines = read_yaml(text, where) if text.strip() else ({}, {})

    def line_of(path: tuple[str, ...]) -> int:
        return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), 1)

    told = set()
    for q in sample.questions:
        if q.is_needed:
            known = max((n for n in range(len(q.path)) if q.path[:n] in lines), default=0)
            place = ".".join(q.path[:-1]) if known < len(q.path) - 1 else ".".join(q.path[:known])
            to_do = f"add {q.path[-1]!r} under {place or 'the map'}"
            hint = f", as in {q.path[-1]}: {q.proposal}" if q.proposal and not isinstance(q.proposal, dict) else ""
            told.add((line_of(q.path), f"{q.what} {_rows(q.n_rows)} of the sample: {to_do}{hint}"))
    for file in sample.files:
        if file.fault is not None:
            told.add((line_of(("own_tables",)), f"{file.name}: {file.fault}"))
    known = sorted(survey_touchpoints)
    for path, touchpoint in _survey_touchpoints(company):
        if touchpoint not in known:
            what = "the policy gives this touchpoint no stage: write one of " + ", ".join(known)
            to_do = f"{what}, or add survey/{touchpoint} to policy_touchpoint_stages.csv"
            told.add((line_of(path), f"{'.'.join(path)}: {to_do}"))
    return [f"{where} line {line}: {what}" for line, what in sorted(told)]


def _survey_touchpoints(company: CompanyMap) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where the map says what a survey asks about, and what it says."""
    for name, source in company.sources.items():
        for survey, declared in source.surveys.items():
            if declared.touchpoint is not None:
                yield ("sources", name, "surveys", survey, "touchpoint"), declared.touchpoint
    for name, own in company.own_tables.items():
        if own.table == "survey_responses":
            if "touchpoint" in own.constants:
                yield ("own_tables", name, "constants", "touchpoint"), str(own.constants["touchpoint"])
            for word, ours in own.values.get("touchpoint", {}).items():
                yield ("own_tables", name, "values", "touchpoint", word), str(ours)
