"""Proposals for a company map: which of our words a company's own word, column or file most likely means.

Belongs here: nearness of words, fitting a file's columns to a canonical table. Does not: the lists of words
(``own_words``), what is unanswered (``inspection``), asking and writing.

A proposal is a suggestion to a person. Where nothing is near enough there is none, and the question stays open: an open
question excludes rows with a reason, a wrong answer would load them as something else.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from sources.contract import TABLES, Column, Table
from sources.own_words import COLUMNS, VALUES
from sources.own_words import TABLES as TABLE_WORDS
from sources.survey_questions import SCALES, tag_in

NEAR = 0.85  # two words that differ by a letter in seven; 0.8 takes "closed won" for "closed lost"
_WORDS_OF = {"roles": "role", "stages": "stage", "touchpoints": "touchpoint", "surveys": "survey_type"}
_NUMBERED_DAY = re.compile(r"\s*(\d{1,2})([./-])(\d{1,2})[./-]\d{4}(?:[ T,].*)?")
_DECIMAL_COMMA = re.compile(r"\s*[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+\s*")
_FEW_WORDS = 40  # a column of more distinct words is no list


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """Small letters without accents and signs: ``Eröffnet am`` → ``eroeffnet am``."""
    word = re.sub(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])", " ", word)
    for letter, spelled in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        word = word.lower().replace(letter, spelled)
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare).strip()


def nearness(word: str, names: Collection[str]) -> float:
    """How near ``word`` comes to the nearest of ``names``, 0 to 1; 1 is the same word."""
    own = plain(word)
    if own in names:
        return 1.0
    return max((difflib.SequenceMatcher(None, own, name).ratio() for name in names), default=0.0)


def word_for(section: str, word: str) -> str | None:
    """Our word for an own one of ``section`` (``roles``, ``stages``, ``values.channel`` …); None: nothing is near.

    A word of several parts, such as ``Phase 3: Einführung``, is also looked for by its parts.
    """
    column = _WORDS_OF.get(section, section.removeprefix("values."))
    words = VALUES.get(column, {})
    if section == "surveys":
        return tag_in(word.upper())
    for said in (word, *sorted(re.split(r"[^\w ]+|\d+", word), key=len, reverse=True)):
        if not said.strip():
            continue
        found = {ours: nearness(said, (*names, plain(ours))) for ours, names in words.items()}
        best = max(found, key=lambda ours: found[ours], default=None)
        if best is not None and found[best] >= NEAR:
            return best
    return None


def touchpoint_of_survey(name: str) -> str | None:
    """What a survey of this name most likely asks about. A name of more than four words is a sentence: it may hold any
    word by chance."""
    words = plain(re.sub(r"\d+", " ", name)).split()
    return (
        next((found for word in words if (found := word_for("touchpoints", word))), None) if len(words) <= 4 else None
    )


def own_table(name: str, rows: pl.DataFrame) -> dict[str, Any] | None:
    """An entry of ``own_tables`` for a file of this name and these text cells; None if no table's columns are there.

    ``rows``: text columns, without ``source_row``. Encoding and separator are the caller's to add.
    """
    fits = {table.name: fit for table in TABLES.values() if (fit := _fit(table, rows))}
    if not fits:
        return None
    stem = plain(PurePosixPath(name).name.split(".")[0])
    best = max(fits, key=lambda t: (2 * _is_named(stem, t) + len(fits[t][0]), -list(TABLES).index(t)))
    columns, constants = fits[best]
    table, proposed = TABLES[best], columns
    entry: dict[str, Any] = {"table": best, "recognised_by": list(proposed), "columns": proposed}
    if constants:
        entry["constants"] = constants
    values = {ours: words for own, ours in proposed.items() if (words := _values(table.column(ours), rows[own]))}
    if values:
        entry["values"] = values
    times = [rows[own] for own, ours in proposed.items() if table.column(ours).kind in ("date", "timestamp")]
    if order := date_order(times):
        entry["date_order"] = order
    numbers = [rows[own] for own, ours in proposed.items() if table.column(ours).kind == "number"]
    if any(_DECIMAL_COMMA.fullmatch(cell) for cells in numbers for cell in cells.drop_nulls()):
        entry["decimal"] = "comma"
    return entry


def table_name(name: str, taken: Collection[str]) -> str:
    """A name for an own table, made from the file's: ``Fälle_2025-07.csv`` → ``faelle``."""
    stem = plain(PurePosixPath(name).name.split(".")[0])
    base = re.sub(r"\W+", "_", re.sub(r"[\d ]+$", "", stem)).strip("_") or "own_table"
    base = base if base[0].isalpha() and base.isascii() else "own_table"
    names = (base, *(f"{base}_{n}" for n in range(2, 1_000)))
    return next(n for n in names if n not in taken and n not in TABLES)


def date_order(columns: Sequence[pl.Series]) -> str | None:
    """``dmy`` or ``mdy`` where the cells show it: by a number above 12, or by points between them."""
    found = [m for cells in columns for cell in cells.drop_nulls() if (m := _NUMBERED_DAY.fullmatch(cell))]
    first, second = any(int(m[1]) > 12 for m in found), any(int(m[3]) > 12 for m in found)
    if first != second:
        return "dmy" if first else "mdy"
    return "dmy" if found and not first and all(m[2] == "." for m in found) else None


def _is_named(stem: str, table: str) -> bool:
    return any(nearness(part, TABLE_WORDS.get(table, ())) >= NEAR for part in (stem, *stem.split()))


def _fit(table: Table, rows: pl.DataFrame) -> tuple[dict[str, str], dict[str, Any]] | None:
    """Own column → ours, and constants; None if a column that the table must have is nowhere to be found."""
    near = sorted(
        (-nearness(own, (*COLUMNS.get(column.name, ()), plain(column.name))), at, column.name, own)
        for at, column in enumerate(table.columns)
        for own in rows.columns
    )
    columns: dict[str, str] = {}
    for distance, _, ours, own in near:
        if -distance >= NEAR and own not in columns and ours not in columns.values():
            columns[own] = ours
    constants: dict[str, Any] = {}
    if table.name == "survey_responses":
        columns, constants = _scaled(columns, rows.columns)
    given = {*columns.values(), *constants}
    if not set(table.header) <= given or any(not set(group) & given for group in table.one_of):
        return None
    return {own: columns[own] for own in rows.columns if own in columns}, constants


def _scaled(columns: Mapping[str, str], header: Sequence[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Survey columns with the scale that a word such as NPS or CSAT7 in a column's name states."""
    tagged = {own: tag for own in header if (tag := tag_in(own.upper()))}
    if {"survey_type", "scale_min", "scale_max", "higher_is_better"} <= set(columns.values()) or len(tagged) != 1:
        return dict(columns), {}
    ((own, tag),) = tagged.items()
    kept = {c: ours for c, ours in columns.items() if ours not in ("score", "survey_type", "scale_min", "scale_max")}
    scale = SCALES[tag]
    ends = {"scale_min": scale.low, "scale_max": scale.high, "higher_is_better": scale.higher_is_better}
    return kept | {own: "score"}, {"survey_type": scale.survey_type, **ends}


def _values(column: Column, cells: pl.Series) -> dict[str, Any]:
    """Own word → ours for the words of a listed column that are not ours already."""
    distinct = sorted({cell.strip() for cell in cells.drop_nulls() if cell.strip()})
    if len(distinct) > _FEW_WORDS or not (column.allowed or column.kind == "boolean"):
        return {}
    ours = set(column.allowed) or {"true", "false", "yes", "no", "1", "0"}
    section = f"values.{column.name if column.allowed else 'boolean'}"
    return {word: to for word in distinct if word.lower() not in ours and (to := word_for(section, word))}
