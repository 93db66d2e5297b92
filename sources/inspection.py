"""One file of a sample, looked at under a company map: who reads it, what is kept, what the map does not answer yet.

Belongs here: cutting a sample, finding the words, columns and times that nobody mapped. Does not: proposing answers
(``proposals``), walking folders, asking people (``orchestration``).

What is found here is shown to the person who writes the map, never logged: words of stages, roles and surveys come from
cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from sources import catalog
from sources.company_map import SEPARATORS, CompanyMap
from sources.connector_tables import bare_name
from sources.content import DEFAULT_LIMITS, Content, Limits
from sources.declared import plain_word
from sources.delimited import read_delimited
from sources.errors import WrongShape
from sources.extract import Extract
from sources.hubspot_properties import flat, property_name
from sources.jsonlines import JsonLines, as_text_table, read_json
from sources.survey_questions import tag_in

SAMPLE_ROWS = 5_000
#: Names of surveys that are read already, and of which the map may say what they ask about.
SURVEY_TOUCHPOINTS = "survey_touchpoints"
_SAMPLE_BYTES = 8 << 20
_LOCAL = r"^\s*(\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})[T ,]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*$"
_LONGEST_WORD = 120  # what is longer is a text, not a word of a list
# Under which bare names the vendors keep what a company words itself; the first that a file has is looked at.
_COLUMNS = {
    "roles": ("rolec", "buyingrolec", "contactrolec", "hsbuyingrole", "buyingrole", "contactrole", "role"),
    "stages": ("stagename", "newvalue", "value", "stage"),
    "surveys": ("hssurveytype", "surveytype", "type"),
}
# A history of properties holds changes of every property, also of names and addresses: only these are stages.
_STAGE_PROPERTIES = ("lifecyclestage", "dealstage")
_NO_STAGE = ("not_a_stage_change", "not_allowed")


@dataclass(frozen=True)
class Word:
    """A word of ``source`` that the map does not answer. ``section``: where in the map its answer belongs."""

    source: str
    section: str
    word: str
    n_rows: int


@dataclass(frozen=True)
class Inspected:
    """What a sample of one file gives. ``fault``: why it cannot be taken at all; ``reason``: that in one word.

    ``header``: its columns; ``extra_columns``: those that nothing reads. ``local_times``: columns of times without an
    offset, where no zone is declared. ``rows``: of a file that no reader knows, for proposals.
    """

    name: str
    source: str
    tables: tuple[str, ...] = ()
    rows_read: int = 0
    rows_kept: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    extra_columns: tuple[str, ...] = ()
    local_times: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    fault: str | None = None
    reason: str | None = None
    is_whole: bool = True


def inspect(delivered: bytes, name: str, company: CompanyMap, limits: Limits = DEFAULT_LIMITS) -> Inspected:
    """Look at the first rows of one delivered file."""
    try:
        content, reader = catalog.opened(delivered, name, limits, company)
        sample = sampled(content)
        extract = catalog.read_content(sample, reader, limits, company)
        cells = _cells(sample, reader.name, company, limits)
    except WrongShape as error:
        rows, said = error.rows_read or 0, error.message.split("What was expected")[0].strip()
        excluded = {error.reason: rows} if rows else {}
        return Inspected(name, error.source, rows_read=rows, excluded=excluded, fault=said, reason=error.reason)
    counted = extract.excluded.filter(~pl.col("is_derived"))
    reasons = counted.unique("source_row", keep="first", maintain_order=True)["reason"].value_counts()
    header = tuple(c for c in cells.columns if c != "source_row") if cells is not None else ()
    return Inspected(
        name,
        reader.name,
        tuple(sorted(extract.tables)),
        extract.rows_read,
        extract.rows_read - extract.rows_excluded,
        dict(sorted(reasons.iter_rows())),
        header,
        tuple(extract.extra_columns),
        _local_times(sample, reader.name, cells, company),
        tuple(_words(extract, cells, reader.name, company)),
        is_whole=sample is content,
    )


def sampled(content: Content) -> Content:
    """The first ``SAMPLE_ROWS`` lines of a CSV or of JSON lines; any other file as a whole."""
    if content.kind not in ("csv", "jsonl") or content.data_lines <= SAMPLE_ROWS:
        return content
    body, end = content.body[:_SAMPLE_BYTES], 0
    for _ in range(SAMPLE_ROWS):
        if (at := body.find(b"\n", end)) < 0:
            break
        end = at + 1
    while content.kind == "csv" and body.count(b'"', 0, end) % 2:  # the line ends inside of a quoted cell
        if (at := body.find(b"\n", end)) < 0:
            return content
        end = at + 1
    return replace(content, body=body[:end]) if end else content


def _cells(content: Content, source: str, company: CompanyMap, limits: Limits) -> pl.DataFrame | None:
    """The file's own cells as text, under the names that its reader knows; None where it has none such."""
    declared, own = company.declared(source), company.own_tables.get(source)
    if content.kind == "csv":
        rows = read_delimited(content.body, limits=limits, separator=SEPARATORS[own.separator] if own else ",").rows
    elif content.kind in ("json", "jsonl"):
        lines = read_json(content, limits)
        records = [(n, flat(r) if isinstance(r.get("properties"), dict) else r) for n, r in lines.records]
        rows = as_text_table(JsonLines(records, lines.excluded.clear(), len(records)), limits=limits).rows
    else:
        return None
    known = own.columns if own else declared.fields
    return rows.rename({c: known[c] for c in rows.columns if c in known and known[c] not in rows.columns})


def _local_times(content: Content, source: str, cells: pl.DataFrame | None, company: CompanyMap) -> tuple[str, ...]:
    if cells is None or company.declared(source).time_zone or b"timeZone" in content.body[:100_000]:
        return ()
    found = []
    for column in cells.columns:
        if cells.schema[column] == pl.String:
            filled = cells[column].drop_nulls()
            if filled.len() and filled.str.contains(_LOCAL).mean() > 0.5:
                found.append(column)
    return tuple(found)


def _words(extract: Extract, cells: pl.DataFrame | None, source: str, company: CompanyMap) -> Iterable[Word]:
    if source in company.own_tables:
        own = company.own_tables[source]
        faults = extract.excluded.filter(pl.col("reason") == "not_allowed")
        for column in sorted(set(faults["column_name"].drop_nulls()) - {None}):
            section = f"values.{column}"
            answered = {plain_word(word) for word in own.values.get(column, {})}
            rows = faults.filter(pl.col("column_name") == column)["source_row"]
            yield from _counted(source, section, _in(cells, (bare_name(column),), rows), answered)
        return
    section = company.sources.get(source)
    excluded, warned = extract.excluded, extract.warnings
    roles = [
        *warned.filter(pl.col("reason") == "unknown_role")["source_row"],
        *excluded.filter((pl.col("reason") == "not_allowed") & (pl.col("column_name") == "role"))["source_row"],
    ]
    stages = excluded.filter(
        (pl.col("table_name") == "stage_history")
        & pl.col("reason").is_in(_NO_STAGE)
        & (pl.col("column_name") != "Field")
    )["source_row"]
    if cells is not None and source == "hubspot" and {"name", "value"} <= set(cells.columns):
        of_stage = pl.col("name").str.strip_chars().str.to_lowercase().is_in(_STAGE_PROPERTIES)
        stages = stages.filter(stages.is_in(cells.filter(of_stage)["source_row"].implode()))
    scales = excluded.filter(pl.col("reason") == "unknown_scale")["source_row"]
    # A survey of which only the touchpoint is declared still has no scale.
    surveys = {plain_word(word) for word, survey in getattr(section, "surveys", {}).items() if survey.kind}
    for name, rows in (("roles", roles), ("stages", stages), ("surveys", scales)):
        answered = surveys if name == "surveys" else {plain_word(word) for word in getattr(section, name, {})}
        yield from _counted(source, name, _in(cells, _COLUMNS[name], rows), answered)
    questions = warned.filter(pl.col("reason") == "unmapped_question")["column_name"].drop_nulls().to_list()
    asked = [q for q in questions for _ in range(_answers(cells, q, extract.rows_read))]
    yield from _counted(source, "surveys", asked, surveys)
    if "survey_responses" in extract.tables:
        known = {plain_word(word) for word in (*getattr(section, "surveys", {}), *questions)}
        yield from _counted(source, SURVEY_TOUCHPOINTS, _named_surveys(cells, extract), known)
    if "tickets" in extract.tables:
        topics = extract.tables["tickets"]["topic"].drop_nulls().to_list()
        ours = {plain_word(str(to)) for to in getattr(section, "touchpoints", {}).values()}
        yield from _counted(source, "touchpoints", topics, ours)


def _named_surveys(cells: pl.DataFrame | None, extract: Extract) -> Iterable[str]:
    """The name of its survey for each answer that is kept: the question's own, or the word for its kind."""
    if cells is None:
        return []
    rows = extract.tables["survey_responses"]["source_row"].unique()
    kept = cells.filter(pl.col("source_row").is_in(rows.implode()))
    tagged = [c for c in kept.columns if tag_in(c.upper()) and kept.schema[c] == pl.String]
    asked = [c for c in tagged for _ in range(kept.height - kept[c].null_count())]
    return asked or _in(cells, _COLUMNS["surveys"], rows)


def _in(cells: pl.DataFrame | None, names: Sequence[str], rows: Iterable[int]) -> list[str]:
    """The cells of the first of ``names`` that the file has, in these source rows."""
    if cells is None:
        return []
    columns = {property_name(c): c for c in reversed(cells.columns)}
    column = next((columns[n] for n in names if n in columns), None)
    if column is None:
        return []
    wanted = pl.Series("source_row", list(rows), dtype=pl.Int64)
    return cells.filter(pl.col("source_row").is_in(wanted.implode()))[column].drop_nulls().to_list()


def _answers(cells: pl.DataFrame | None, question: str, rows_read: int) -> int:
    if cells is None or question not in cells.columns:
        return rows_read
    return cells.height - cells[question].null_count()


def _counted(source: str, section: str, words: Iterable[str], answered: set[str]) -> Iterable[Word]:
    """Each word once, under its most frequent spelling, with how many rows say it."""
    spelled: dict[str, Counter[str]] = {}
    for word in words:
        plain = plain_word(word)
        if plain and plain not in answered and len(plain) <= _LONGEST_WORD and not re.search(r"[\n\r]", plain):
            spelled.setdefault(plain, Counter())[word.strip()] += 1
    for plain in sorted(spelled):
        word = min(spelled[plain], key=lambda w: (-spelled[plain][w], w))
        yield Word(source, section, word, spelled[plain].total())
