"""The body of ``jsi init``: look at a sample, ask, write the company map, show what it keeps.

Belongs here: the order of steps, questions on a terminal, what is printed. Does not: what is open and what is proposed
(``company_map``), arguments and exit codes (``cli``).
"""

from __future__ import annotations

import csv
import sys
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration import company_map
from orchestration.company_map import Question, Sample
from orchestration.dbt_run import PROJECT
from orchestration.terminal import inert
from sources import catalog
from sources.company_map import NONE, CompanyMap, words_of_our_own
from sources.map_writing import with_answers
from sources.survey_questions import declared_scale
from storage.company import read_company_map
from storage.files import write_text
from storage.layout import DataDir

_TOUCHPOINTS = PROJECT / "seeds" / "policy_touchpoint_stages.csv"
_SHOWN_WORDS = 40  # a source; the rest is counted

Progress = Callable[[int, int, str], None]


class NoTerminal(ValueError):
    """Questions would have to be asked and nobody is there to answer."""


@dataclass(frozen=True)
class Outcome:
    """``sample``: the extracts under the map as it stands now. ``n_written``: answers added to it."""

    sample: Sample
    wrong: list[str]
    n_written: int
    path: Path


def topics() -> list[str]:
    """Topics of tickets that the policy gives a stage of their own."""
    return _touchpoints_of("ticket/")


def survey_touchpoints() -> list[str]:
    """What surveys may ask about: touchpoints of theirs that the policy gives a stage."""
    return _touchpoints_of("survey/")


def _touchpoints_of(kind: str) -> list[str]:
    with _TOUCHPOINTS.open(encoding="utf-8", newline="") as file:
        named = dict.fromkeys(row["touchpoint"] for row in csv.DictReader(file))
    return [name.removeprefix(kind) for name in named if name.startswith(kind)]


def check(paths: DataDir, extracts: Path, progress: Progress | None = None) -> Outcome:
    """Look whether the present map fits the extracts. Raises ``MapError`` if it cannot be used at all."""
    company = read_company_map(paths)
    sample = company_map.look(extracts, company, topics(), survey_touchpoints(), progress)
    return Outcome(sample, _wrong(paths, sample, company), 0, paths.company_map)


def init(
    paths: DataDir,
    extracts: Path,
    ask: Callable[[Question], Any] | None,
    progress: Progress | None = None,
) -> Outcome:
    """Propose and write what the map does not answer. ``ask`` gives the answer to a question, or None to leave it open;
    without it every proposal is taken.

    Own tables come first: their words are seen only once they are read. Nothing that stands in the map is changed.
    Raises ``MapError`` if the present map cannot be used.
    """
    company, written = read_company_map(paths), 0
    asked: set[tuple[str, ...]] = set()
    while True:
        sample = company_map.look(extracts, company, topics(), survey_touchpoints(), progress)
        open_questions = [q for q in sample.questions if q.path not in asked]
        tables = [q for q in open_questions if q.path[0] == "own_tables" and len(q.path) == 2]
        now = tables or open_questions
        asked |= {q.path for q in now}
        answers = [_answered(q, ask) for q in now]
        answers = [a.answer for a in answers if a is not None]
        if answers:
            before = _text(paths)
            text = with_answers(before, answers)
            company = catalog.company_map(text, paths.company_map.name)
            paths.create()
            write_text(text, paths.company_map)
            written += len(answers)
        if not now:
            return Outcome(sample, _wrong(paths, sample, company), written, paths.company_map)


def _wrong(paths: DataDir, sample: Sample, company: CompanyMap) -> list[str]:
    return company_map.wrong(sample, _text(paths), paths.company_map.name, company, survey_touchpoints())


def _answered(question: Question, ask: Callable[[Question], Any] | None) -> Question | None:
    if ask is None:
        return question if question.proposal is not None else None
    said = ask(question)
    return (
        None if said is None else replace(question, proposal=said, why=question.why.replace(company_map.PROPOSED, ""))
    )


def _text(paths: DataDir) -> str:
    return paths.company_map.read_text(encoding="utf-8") if paths.company_map.exists() else ""


def ask_on_terminal(console: Console) -> Callable[[Question], Any]:
    """Asks one question at a time; an empty answer takes the proposal, ``?`` leaves it open."""
    if not sys.stdin.isatty():
        raise NoTerminal("there is no terminal to ask on: call with --yes to take the proposals, or with --check")
    from rich.prompt import Prompt

    zone = ""  # most sources of a company keep the same one

    def ask(question: Question) -> Any:
        if isinstance(question.proposal, dict):
            console.print(inert(question.what))
            for key, value in question.proposal.items():
                console.print(inert(f"    {key}: {value}"))
            said = Prompt.ask("  take it?", choices=["yes", "no"], default="yes", console=console)
            return question.proposal if said == "yes" else None
        nonlocal zone
        is_zone = question.path[-1] == "time_zone"
        default = question.proposal or (zone if is_zone else "") or "?"
        console.print(inert(f"{question.what} ({question.n_rows} rows of the sample)"))
        while True:
            said = Prompt.ask(f"  {_allowed(question)}", default=default, console=console).strip()
            if said == "?":
                return None
            if fault := _fault(question, said):
                console.print(inert(f"  {fault}"))
                continue
            zone = said if is_zone else zone
            return said

    return ask


def _words(question: Question) -> tuple[str, ...]:
    return words_of_our_own().get(question.path[2], ()) if len(question.path) == 4 else ()


def _allowed(question: Question) -> str:
    if question.path[-1] == "time_zone":
        return "a name such as Europe/Berlin; ? to leave it open"
    if question.path[-1] == "touchpoint":
        return f"{', '.join(survey_touchpoints())}; ? to leave it open"
    if question.path[2] == "surveys":
        return "CSAT7 and its like, or csat:1-10:high; none: no score; ? to leave it open"
    words = ", ".join(_words(question)) or "our word"
    return f"{words}; none: none of them; ? to leave it open"


def _fault(question: Question, said: str) -> str | None:
    """What is wrong with an answer, told at once and not by a map that cannot be read."""
    if question.path[-1] == "time_zone":
        return None if said in zoneinfo.available_timezones() else "there is no such time zone"
    if question.path[-1] == "touchpoint":
        return None if said in survey_touchpoints() else f"one of {', '.join(survey_touchpoints())}"
    if question.path[2] == "surveys" and said != NONE:
        try:
            declared_scale(said)
        except ValueError as error:
            return str(error)
        return None
    words = _words(question)
    return f"one of {', '.join((*words, NONE))}" if words and said not in (*words, NONE) else None


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """The whole look as one document."""
    return {
        "map": str(outcome.path),
        "answers_written": outcome.n_written,
        "files": [
            {
                "file": f.name,
                "reader": f.source if f.fault is None else None,
                "tables": list(f.tables),
                "rows_read": f.rows_read,
                "rows_kept": f.rows_kept,
                "excluded": f.excluded,
                "unknown_columns": list(f.extra_columns),
                "fault": f.fault,
                "is_whole": f.is_whole,
            }
            for f in outcome.sample.files
        ],
        "open": [
            {"where": list(q.path), "what": q.what, "rows": q.n_rows, "proposal": q.proposal, "is_needed": q.is_needed}
            for q in outcome.sample.questions
        ],
        "wrong": outcome.wrong,
        "files_left_out": outcome.sample.n_left_out,
    }


def outcome_tables(outcome: Outcome) -> Iterable[Any]:
    """Files with their reader and rates, then what is open."""
    table = Table(title="The sample", title_justify="left")
    for name in ("file", "reader", "becomes"):
        table.add_column(name, overflow="fold")
    for name in ("rows", "kept"):
        table.add_column(name, justify="right")
    for name in ("excluded by reason", "columns that nothing reads"):
        table.add_column(name, overflow="fold")
    for f in outcome.sample.files:
        share = f"{f.rows_kept / f.rows_read:.0%}" if f.rows_read else "–"
        reasons = ", ".join(f"{n} {reason}" for reason, n in f.excluded.items())
        reader = f.source if f.fault is None else Text("none", style="red")
        rows = f"{f.rows_read}{'' if f.is_whole else ' (first)'}"
        table.add_row(
            inert(f.name), reader, ", ".join(f.tables), rows, share, reasons, inert(", ".join(f.extra_columns))
        )
    yield table
    if outcome.sample.n_left_out:
        yield Text(f"{outcome.sample.n_left_out} more files of the folder were not looked at.")
    refinements = [q for q in outcome.sample.questions if not q.is_needed]
    if refinements:
        yield Text("Topics and surveys without a touchpoint of their own (they count under the account's stage):")
        for q in refinements[:_SHOWN_WORDS]:
            yield inert(f"  {'.'.join(q.path[:3])}: {q.path[3]} ({q.n_rows} rows)")
    if outcome.wrong:
        yield Text("Open or wrong:")
        yield from (inert(f"  {line}") for line in outcome.wrong)
    else:
        yield Text("The map answers everything that the sample asks.")
