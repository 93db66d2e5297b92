"""The text of a company map → the map, or every fault of it with its line and what to do.

Belongs here: judging what stands in a map, the words of its faults. Does not: what may stand in it and what it declares
(``company_map``), YAML (``map_text``), what a sample of the extracts or the policy says of it (``orchestration``).
"""

from __future__ import annotations

import codecs
import difflib
import zoneinfo
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sources.company_map import NONE, CompanyMap, OwnTable, Source, Survey, Written
from sources.contract import TABLES
from sources.declared import plain_word
from sources.map_text import MapError, Path, read_yaml


def parse(text: str, known_sources: Collection[str], where: str = "company.yml") -> CompanyMap:
    """The map that ``text`` (YAML) writes. Raises ``MapError`` naming every fault, its line and what to do.

    ``known_sources``: the names of the vendors' readers.
    """
    values, lines = read_yaml(text, where)
    try:
        company = CompanyMap.model_validate(values)
    except ValidationError as error:
        faults = [_told(fault) for fault in error.errors(include_url=False)]
    else:
        faults = list(_faults(company, known_sources))
    if faults:
        told = sorted({(_line_of(path, lines), ".".join(map(str, path)) or "the map", what) for path, what in faults})
        raise MapError("\n".join(f"{where} line {line}: {name}: {what}" for line, name, what in told))
    return company


def _line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """The line of what the path names, or of the nearest section around it."""
    return next((lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines), 1)


_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): CompanyMap,
    ("sources",): Source,
    ("own_tables",): OwnTable,
    ("surveys",): Survey,
}


def _told(fault: Any) -> tuple[Path, str]:
    """One of pydantic's faults in our words; none of them shows the value that stands there."""
    path = tuple(p for p in fault["loc"] if p not in ("[key]", "str", "int", "float", "bool"))
    match fault["type"]:
        case "extra_forbidden":
            model = CompanyMap if len(path) == 1 else Survey if "surveys" in path[2:3] else _MODELS[path[:1]]
            return path, _unknown(str(path[-1]), list(model.model_fields), "key")
        case "missing":
            return path, "it is missing: add it"
        case "literal_error":
            return path, f"must be one of {fault['ctx']['expected'].replace(chr(39), '')}: correct it"
        case "value_error":
            return path, str(fault["ctx"]["error"])
        case "string_pattern_mismatch" if path[-1:] == ("touchpoint",):
            return path, "a touchpoint has small letters, digits and _ only, as policy_touchpoint_stages writes it"
        case "string_pattern_mismatch":
            return path, "a name of an own table has small letters, digits and _ only: rename it"
        case "too_short" if path[-1:] == ("scale",):
            return path, "a scale is its lowest and its highest answer, as in [1, 7]"
    return path, f"{fault['msg'][0].lower()}{fault['msg'][1:]}: correct it"


def _unknown(name: str, known: Iterable[str], what: str) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
    return f"there is no such {what}; {hint}"


def _faults(company: CompanyMap, known_sources: Collection[str]) -> Iterator[tuple[Path, str]]:
    for name, source in company.sources.items():
        at: Path = ("sources", name)
        if name not in known_sources:
            yield at, _unknown(name, known_sources, "source")
        yield from _faults_of_writing(at, source)
        for section in ("stages", "roles", "touchpoints"):
            yield from _twice((*at, section), getattr(source, section))
        yield from _twice((*at, "surveys"), [name for name, survey in source.surveys.items() if survey.touchpoint])
    for name, table in company.own_tables.items():
        at = ("own_tables", name)
        if name in known_sources or name in TABLES:
            yield at, "a reader or table has this name already: give it another one"
        yield from _faults_of_writing(at, table)
        yield from _faults_of_table(at, table)


def _twice(at: Path, words: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Words that are the same once case is left out of account."""
    seen: dict[str, str] = {}
    for word in words:
        if (first := seen.setdefault(plain_word(word), word)) != word:
            yield (*at, word), f"it is the same word as {first}: keep one of them"


def _faults_of_writing(at: Path, written: Written) -> Iterator[tuple[Path, str]]:
    zones = zoneinfo.available_timezones()
    if written.time_zone is not None and written.time_zone not in zones:
        yield (*at, "time_zone"), _unknown(written.time_zone, zones, "time zone") + " (a name such as Europe/Berlin)"
    if written.fold is not None and written.time_zone is None:
        yield (*at, "fold"), "it says nothing without a time_zone: add the zone"
    try:
        is_text = codecs.lookup(written.encoding)._is_text_encoding
    except (LookupError, ValueError):
        is_text = False
    if not is_text:
        yield (*at, "encoding"), "there is no such encoding: write one such as utf-8, cp1252 or utf-16"


def _faults_of_table(at: Path, own: OwnTable) -> Iterator[tuple[Path, str]]:
    table = TABLES[own.table]
    given = [*own.columns.values(), *own.constants]
    for section, names in (("columns", own.columns.items()), ("constants", ((c, c) for c in own.constants))):
        for key, column in names:
            if column not in table.column_names:
                yield (*at, section, key), _unknown(column, table.column_names, f"column of {own.table}")
            elif given.count(column) > 1:
                yield (*at, section, key), f"{column} is filled twice: keep one column or constant for it"
    missing = [c for c in table.header if c not in given]
    missing += [" or ".join(group) for group in table.one_of if not set(group) & set(given)]
    if missing:
        what = f"nothing fills {', '.join(missing)} of {own.table}: add a column, or a constant that holds in every row"
        yield (*at, "columns"), what
    for column, words in own.values.items():
        if column not in given:
            yield (*at, "values", column), _unknown(column, set(given), "mapped column")
            continue
        yield from _twice((*at, "values", column), words)
        allowed = table.column(column).allowed
        for word, ours in words.items():
            if allowed and str(ours) not in (*allowed, NONE):
                yield (*at, "values", column, word), f"{column} must be one of {', '.join(allowed)}: correct it"
