"""JSON → objects, strictly: a line or element that is no JSON object is excluded with its number.

Belongs here: lines, arrays, pages of an API, encodings, what JSON allows. Does not: what a key means.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any, NoReturn

import orjson
import polars as pl

from sources import json_values
from sources.content import DEFAULT_LIMITS, Content, Limits, parsed
from sources.delimited import TextTable, column_name
from sources.errors import WrongShape
from sources.extract import EXCLUDED_SCHEMA, excluded_rows, stacked
from sources.json_values import as_text

_ADVICE = {
    "bad_json": "the line is not one whole JSON object (cut short, a key that stands twice, a number beyond all "
    "counting?): export the file again, one object a line",
    "bad_encoding": "the line holds bytes that are not UTF-8 text, a NUL (a byte of zero), or text that cannot be "
    "written as UTF-8: export the file again, as UTF-8",
    "too_long": "the line or one of its values is longer than allowed: shorten it in the export",
}


_TOGETHER = 50  # values that are measured together: a few hundred kB


@dataclass(frozen=True)
class JsonLines:
    """``records``: (source_row, object); ``excluded``: lines that are none. Blank lines are no rows.

    ``list_of``: for a page of an API, source_row → the key of the list that the record stood in;
    ``lists``: all those keys, of empty lists too. ``has_long``: a number may be a ``LongNumber``; true
    where nobody looked.
    """

    records: list[tuple[int, dict[str, Any]]]
    excluded: pl.DataFrame
    rows_read: int
    list_of: dict[int, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    has_long: bool = True


def read_json(content: Content, limits: Limits = DEFAULT_LIMITS, first: int | None = None) -> JsonLines:
    """The objects of JSON lines, of an array or of a page, all of them or the ``first`` few.

    Raises ``WrongShape`` for an array or page that is cut short or nested beyond reason.
    """
    if content.kind == "jsonl":
        return read_json_lines(content.body, limits, first, content.has_long)
    return _read_document(content, limits, first)


def _read_document(content: Content, limits: Limits, first: int | None) -> JsonLines:
    """Rows are the array's elements, or those of all the page's lists, one list after the other."""
    body = content.body
    document = parsed(body, content.has_long) if content.document is None else content.document
    if document is None:
        _refuse(body)
    lists = {"": document} if isinstance(document, list) else {k: v for k, v in document.items() if isinstance(v, list)}
    elements = list(islice(((name, element) for name, found in lists.items() for element in found), first))
    records: list[tuple[int, dict[str, Any]]] = []
    list_of: dict[int, str] = {}
    faults: dict[str, list[int]] = {}
    found_faults = _faults([element for _, element in elements], body if first is None else b"", limits)
    for number, ((name, element), fault) in enumerate(zip(elements, found_faults, strict=True), start=1):
        if fault is not None:
            faults.setdefault(fault, []).append(number)
        else:
            records.append((number, element))
            list_of[number] = name
    excluded = [excluded_rows(rows, reason, _ADVICE[reason]) for reason, rows in faults.items()]
    counted = stacked(excluded, EXCLUDED_SCHEMA).sort("source_row")
    return JsonLines(records, counted, len(elements), list_of, tuple(lists), content.has_long)


def _refuse(body: bytes) -> NoReturn:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongShape(
            "the file holds bytes that are not UTF-8 text: export it as UTF-8", reason="bad_encoding"
        ) from error
    raise WrongShape(
        "the JSON document is cut short or damaged, or a key stands twice in an object: export it again, or write one "
        "object a line",
        reason="bad_json",
    )


def _faults(values: list[Any], text: bytes, limits: Limits) -> list[str | None]:
    """The reason why each of the ``values`` that stand in ``text`` cannot be a row; None if it can.

    Each is looked at only for what may be wrong with it. Without ``text``, for the first few of a file, it is for its
    characters.
    """
    has_escapes = not text or b"\\u" in text or b"\0" in text
    is_large = len(text) > min(limits.cell_chars, limits.line_bytes)
    found: list[str | None] = []
    for at in range(0, len(values), _TOGETHER):
        some = values[at : at + _TOGETHER]
        # Where all together take less than one may, none is too long.
        has_long = is_large and json_values.size(some) > min(limits.cell_chars, limits.line_bytes)
        found += [_fault_of(value, has_escapes, has_long, limits) for value in some]
    return found


def _fault_of(value: Any, has_escapes: bool, is_large: bool, limits: Limits) -> str | None:
    if type(value) is not dict:
        return "bad_json"
    if has_escapes and not _can_be_written(value):
        return "bad_encoding"
    if not is_large:
        return None
    size, most = json_values.size(value), limits.cell_chars
    is_long = size > limits.line_bytes or (size > most and json_values.longest_text(value) > most)
    return "too_long" if is_long else None


def read_json_lines(
    body: bytes, limits: Limits = DEFAULT_LIMITS, first: int | None = None, has_long: bool = True
) -> JsonLines:
    """Read all lines, or the ``first`` few (to see what the file is). ``has_long``: as ``Content`` says."""
    records: list[tuple[int, dict[str, Any]]] = []
    faults: dict[str, list[int]] = {}
    number = 0
    for line in _lines(body):
        if first is not None and number >= first:
            break
        number += 1
        found = _object(line, limits, has_long)
        if isinstance(found, str):
            faults.setdefault(found, []).append(number)
        else:
            records.append((number, found))
    excluded = [excluded_rows(rows, reason, _ADVICE[reason]) for reason, rows in faults.items()]
    counted = stacked(excluded, EXCLUDED_SCHEMA).sort("source_row")
    return JsonLines(records, counted, number, has_long=has_long)


def as_text_table(
    lines: JsonLines, plain: Collection[str] = (), without: Collection[str] = (), limits: Limits = DEFAULT_LIMITS
) -> TextTable:
    """The objects as a table of text, one column a key but those of ``without``.

    A list or object under a key of ``plain`` excludes its line.
    """
    keys, in_all = _keys(lines.records)
    columns = [k for k in keys if k not in without]
    if len(columns) > limits.columns:
        raise WrongShape(f"the lines have {len(columns)} keys, more than {limits.columns}", reason="too_large")
    nested = {
        number: key
        for key in columns
        if key in plain
        for number, record in lines.records
        if type(record.get(key)) in (list, dict)
    }
    numbers = [number for number, _ in lines.records if number not in nested]
    taken = [record for number, record in lines.records if number not in nested]
    rows = pl.DataFrame(
        [
            pl.Series("source_row", numbers, dtype=pl.Int64),
            *(as_column(column_name(key), _under(key, taken, key in in_all), lines.has_long) for key in columns),
        ]
    )
    excluded = [
        excluded_rows([n], "wrong_type", f"{key} holds a list or an object: write one plain value", None, key)
        for n, key in nested.items()
    ]
    names = [column_name(key) for key in columns]
    return TextTable(names, rows, stacked([lines.excluded, *excluded], EXCLUDED_SCHEMA), lines.rows_read, [names])


def _keys(records: list[tuple[int, dict[str, Any]]]) -> tuple[list[str], set[str]]:
    """All keys in the order in which they first come; and those that every record has."""
    shapes = dict.fromkeys(tuple(record) for _, record in records)  # few: most records have the keys of another one
    found = list(dict.fromkeys(key for shape in shapes for key in shape))
    return found, set(found).intersection(*shapes)


def _under(key: str, records: list[dict[str, Any]], is_in_all: bool) -> list[Any]:
    return list(map(itemgetter(key), records)) if is_in_all else [record.get(key) for record in records]


def as_column(name: str, values: list[Any], has_long: bool = True) -> pl.Series:
    """``as_text`` of each value, as a column of text."""
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return pl.repeat(None, len(values), dtype=pl.String, eager=True).alias(name)
    if kinds == {str}:
        return pl.Series(name, [value or None for value in values], dtype=pl.String)
    if kinds == {bool}:
        return pl.Series(name, values, dtype=pl.Boolean).cast(pl.String)
    if kinds <= {list, dict} and not has_long:
        return pl.Series(name, _nested_texts(values), dtype=pl.String)
    return pl.Series(name, [as_text(value, has_long) for value in values], dtype=pl.String)


def _nested_texts(values: list[Any]) -> list[str | None]:
    """``as_text`` of lists and objects. Many are the same in all records, and are written once."""
    try:
        spelled = [None if value is None else orjson.dumps(value) for value in values]
    except orjson.JSONEncodeError:  # deeper than it goes
        return [as_text(value, has_long=False) for value in values]
    known = {same: as_text(value, has_long=False) for same, value in dict(zip(spelled, values, strict=True)).items()}
    return [known[same] for same in spelled]


def _lines(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        line = body[start:end].strip(b" \t\r")
        if line:
            yield line
        start = end + 1


def _object(line: bytes, limits: Limits, has_long: bool) -> dict[str, Any] | str:
    """The object of one line, or the reason why there is none."""
    if len(line) > limits.line_bytes:
        return "too_long"
    if b"\0" in line:
        return "bad_encoding"
    try:
        found = json_values.parse_line(line, has_long)
    except UnicodeDecodeError:
        return "bad_encoding"
    except json_values.NotJson:
        return "bad_json"
    if type(found) is not dict:
        return "bad_json"
    if b"\\u" in line and not _can_be_written(found):
        return "bad_encoding"
    if len(line) > limits.cell_chars and json_values.longest_text(found) > limits.cell_chars:
        return "too_long"
    return found


def _can_be_written(record: dict[str, Any]) -> bool:
    """False if an escape made a lone surrogate or a NUL."""
    try:
        return b"\0" not in json.dumps(record, ensure_ascii=False).replace("\\u0000", "\0").encode("utf-8")
    except UnicodeEncodeError:
        return False
