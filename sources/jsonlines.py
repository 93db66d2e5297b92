"""JSON → objects, strictly: a line or element that is no JSON object is excluded with its number.

Belongs here: lines, arrays, pages of an API, encodings, what JSON allows. Does not: what a key means.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import polars as pl

from sources.content import DECODER, DEFAULT_LIMITS, Content, Limits, parsed
from sources.delimited import TextTable, column_name
from sources.errors import WrongShape
from sources.extract import EXCLUDED_SCHEMA, excluded_rows, stacked

_ADVICE = {
    "bad_json": "the line is not one whole JSON object (cut short, or a key stands twice in it?): export the file "
    "again, one object a line",
    "bad_encoding": "the line holds bytes that are not UTF-8 text, or text that cannot be written as UTF-8: export "
    "the file as UTF-8",
    "too_long": "the line or one of its values is longer than allowed: shorten it in the export",
}


@dataclass(frozen=True)
class JsonLines:
    """``records``: (source_row, object); ``excluded``: lines that are none. Blank lines are no rows.

    ``list_of``: for a page of an API, source_row → the key of the list that the record stood in;
    ``lists``: all those keys, of empty lists too.
    """

    records: list[tuple[int, dict[str, Any]]]
    excluded: pl.DataFrame
    rows_read: int
    list_of: dict[int, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ()


def read_json(content: Content, limits: Limits = DEFAULT_LIMITS, first: int | None = None) -> JsonLines:
    """The objects of JSON lines, of an array or of a page, all of them or the ``first`` few.

    Raises ``WrongShape`` for an array or page that is cut short or nested beyond reason.
    """
    if content.kind == "jsonl":
        return read_json_lines(content.body, limits, first)
    return _read_document(content, limits, first)


def _read_document(content: Content, limits: Limits, first: int | None) -> JsonLines:
    """Rows are the array's elements, or those of all the page's lists, one list after the other."""
    body = content.body
    document = parsed(body) if content.document is None else content.document
    if document is None:
        _refuse(body)
    lists = {"": document} if isinstance(document, list) else {k: v for k, v in document.items() if isinstance(v, list)}
    elements = [(name, element) for name, found in lists.items() for element in found]
    has_escapes = b"\\u" in body or b"\0" in body
    records: list[tuple[int, dict[str, Any]]] = []
    list_of: dict[int, str] = {}
    faults: dict[str, list[int]] = {}
    for number, (name, element) in enumerate(elements[:first], start=1):
        fault = _fault_of(element, limits, has_escapes)
        if fault:
            faults.setdefault(fault, []).append(number)
        else:
            records.append((number, element))
            list_of[number] = name
    excluded = [excluded_rows(rows, reason, _ADVICE[reason]) for reason, rows in faults.items()]
    counted = stacked(excluded, EXCLUDED_SCHEMA).sort("source_row")
    return JsonLines(records, counted, len(elements[:first]), list_of, tuple(lists))


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


def _fault_of(element: Any, limits: Limits, has_escapes: bool) -> str | None:
    if not isinstance(element, dict):
        return "bad_json"
    if has_escapes and not _can_be_written(element):
        return "bad_encoding"
    if any(isinstance(v, str) and len(v) > limits.cell_chars for v in element.values()):
        return "too_long"
    return None


def read_json_lines(body: bytes, limits: Limits = DEFAULT_LIMITS, first: int | None = None) -> JsonLines:
    """Read all lines, or the ``first`` few (to see what the file is)."""
    records: list[tuple[int, dict[str, Any]]] = []
    faults: dict[str, list[int]] = {}
    number = 0
    for line in _lines(body):
        if first is not None and number >= first:
            break
        number += 1
        found = _object(line, limits)
        if isinstance(found, str):
            faults.setdefault(found, []).append(number)
        else:
            records.append((number, found))
    excluded = [excluded_rows(rows, reason, _ADVICE[reason]) for reason, rows in faults.items()]
    return JsonLines(records, stacked(excluded, EXCLUDED_SCHEMA).sort("source_row"), number)


def as_text_table(
    lines: JsonLines, plain: Collection[str] = (), without: Collection[str] = (), limits: Limits = DEFAULT_LIMITS
) -> TextTable:
    """The objects as a table of text, one column a key but those of ``without``.

    A list or object under a key of ``plain`` excludes its line.
    """
    columns = [k for k in dict.fromkeys(k for _, record in lines.records for k in record) if k not in without]
    if len(columns) > limits.columns:
        raise WrongShape(f"the lines have {len(columns)} keys, more than {limits.columns}", reason="too_large")
    nested = {
        number: key
        for key in columns
        if key in plain
        for number, record in lines.records
        if type(record.get(key)) in (list, dict)
    }
    taken = [(number, record) for number, record in lines.records if number not in nested]
    rows = pl.DataFrame(
        [
            pl.Series("source_row", [number for number, _ in taken], dtype=pl.Int64),
            *(pl.Series(column_name(key), [as_text(r.get(key)) for _, r in taken], dtype=pl.String) for key in columns),
        ]
    )
    excluded = [
        excluded_rows([n], "wrong_type", f"{key} holds a list or an object: write one plain value", None, key)
        for n, key in nested.items()
    ]
    names = [column_name(key) for key in columns]
    return TextTable(names, rows, stacked([lines.excluded, *excluded], EXCLUDED_SCHEMA), lines.rows_read, [names])


def as_text(value: Any) -> str | None:
    """A JSON value as the text a CSV cell would hold; an empty text is null, as an empty cell is."""
    if type(value) is str:
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return repr(value)


def _lines(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        line = body[start:end].strip(b" \t\r")
        if line:
            yield line
        start = end + 1


def _object(line: bytes, limits: Limits) -> dict[str, Any] | str:
    """The object of one line, or the reason why there is none."""
    if len(line) > limits.line_bytes:
        return "too_long"
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return "bad_encoding"
    if "\0" in text:
        return "bad_encoding"
    try:
        found = DECODER.decode(text)
    except (ValueError, RecursionError):
        return "bad_json"
    if not isinstance(found, dict):
        return "bad_json"
    if "\\u" in text and not _can_be_written(found):
        return "bad_encoding"
    if len(line) > limits.cell_chars and any(isinstance(v, str) and len(v) > limits.cell_chars for v in found.values()):
        return "too_long"
    return found


def _can_be_written(record: dict[str, Any]) -> bool:
    """False if an escape made a lone surrogate or a NUL."""
    try:
        return b"\0" not in json.dumps(record, ensure_ascii=False).replace("\\u0000", "\0").encode("utf-8")
    except UnicodeEncodeError:
        return False
