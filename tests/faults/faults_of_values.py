"""What happens to single values and objects: numbers, times and texts as no one expects them, keys lost or doubled.

Belongs here: faults of cells, of JSON objects and of JSON itself. Does not: bytes, headers.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.faults.faulty import (
    Cell,
    Draw,
    Faulty,
    Raw,
    any_row,
    at_path,
    faulty,
    parts,
    paths,
    whole,
    with_row,
    with_value,
    without,
    written,
)
from tests.faults.good_deliveries import QUIXEL, Good, plain_json

NUMBERS = (
    "3.7", "11", "-1", "inf", "-Infinity", "NaN", "1e400", "3,7", "1.234,5", "1,234", "1_000", "0x10", "٣", "1e999",
    "5.", ".5", "+5", "１１", "1 000", "12%", "$5", "1e-400", "99999999999999999999",
)  # fmt: skip
TIMES = (
    "31/05/2023", "05/31/2023", "03/04/2023", "2023-13-01", "2023-02-30", "1970-01-01T00:00:00Z", "2199-01-01",
    "9999-12-31T00:00:00Z", "0000-00-00", "2023-05-31T25:00:00Z", "2023-05-31T14:05:00", "2023-05-31T14:05:00+99:00",
    "1685541900", "1685541900000", "45443.58", "23-05-31", "31 May 2023", "2023-03-26T02:30:00", "2023-W22-3",
    "2023-05-31T14:05:60Z", "0", "-1", "yesterday",
)  # fmt: skip
TEXTS = (
    f"=HYPERLINK(\"https://x.example\",\"{QUIXEL}\")", "+1+1", "-2+3", f"@SUM({QUIXEL})", f"\u202e{QUIXEL}\u202c",
    f"{QUIXEL}\u200b\u2066hidden\u2069", f"two\nlines {QUIXEL}", f"two\r\nlines {QUIXEL}", "NULL", "#REF!", "'", '"',
    f"a \"{QUIXEL}\" b", "\u0000"[:0] + "ｱｲｳ", f"{QUIXEL},{QUIXEL}", "\\", "\\N", "{}", "[]", "true", " ", "\u2028",
)  # fmt: skip
ODD_JSON = (None, True, 7, 2.5, [], {}, ["x"], [["x"]], {"id": 1}, {"x": {"y": []}}, "")


def _changed_cell(draw: Draw, good: Good, news: Sequence[Any]) -> Faulty:
    number, new = any_row(draw, good), draw(st.sampled_from(news))
    row = good.rows[number - 1]
    if good.form == "csv":
        at = draw(st.integers(0, len(row) - 1))
        old, row = row[at], (*row[:at], new, *row[at + 1 :])
    else:
        path = draw(st.sampled_from(paths(good, row)))
        old, row = at_path(row, path), with_value(row, path, new)
    new = new.text if isinstance(new, Raw) else new
    data = written(with_row(good, number, row))
    same = without(good, number)
    return faulty(good, data, n_rows=len(good.rows), same=same, changed={number: (number, Cell(old, new))})


def odd_number(draw: Draw, good: Good) -> Faulty:
    literals = [Raw(t) for t in ("3.7", "-1", "1e-400", "99999999999999999999", "0.1e1")]
    return _changed_cell(draw, good, [*NUMBERS, *literals] if good.form != "csv" else NUMBERS)


def odd_time(draw: Draw, good: Good) -> Faulty:
    literals = [Raw(t) for t in ("0", "-1", "1685541900", "1685541900000", "1.5", "1e20")]
    return _changed_cell(draw, good, [*TIMES, *literals] if good.form != "csv" else TIMES)


def odd_text(draw: Draw, good: Good) -> Faulty:
    return _changed_cell(draw, good, TEXTS)


def other_type(draw: Draw, good: Good) -> Faulty:
    return _changed_cell(draw, good, ODD_JSON)


def literal_that_is_no_json(draw: Draw, good: Good) -> Faulty:
    found = _changed_cell(
        draw, good, [Raw("NaN"), Raw("Infinity"), Raw("-Infinity"), Raw("0x1"), Raw("01"), Raw("1_0")]
    )
    if good.form == "lines":
        return replace(found, changed={}, outcome="loaded")
    return replace(found, n_rows=None, same={}, changed={}, outcome="refused")


def lone_surrogate(draw: Draw, good: Good) -> Faulty:
    number = any_row(draw, good)
    path = draw(st.sampled_from(paths(good, good.rows[number - 1])))
    row = with_value(good.rows[number - 1], path, "@surrogate@")
    escape = draw(st.sampled_from([b"\\ud800", b"\\udfff x", b"\\u0000"]))
    data = written(with_row(good, number, row)).replace(b"@surrogate@", escape)
    same = without(good, number)
    return faulty(good, data, n_rows=len(good.rows), same=same, outcome="either")


def deep_nesting(draw: Draw, good: Good) -> Faulty:
    number, depth = any_row(draw, good), draw(st.sampled_from([60, 2_000, 200_000]))
    row = {**good.rows[number - 1], "deep": "@deep@"}
    opening, closing = draw(st.sampled_from([("[", "]"), ('{"a":', "}")]))
    deep = (opening * depth + "1" + closing * depth).encode()
    data = written(with_row(good, number, row)).replace(b'"@deep@"', deep)
    return faulty(good, data, n_rows=len(good.rows), same=without(good, number))


def doubled_key(draw: Draw, good: Good) -> Faulty:
    """One object names a key twice, with two values."""
    number = any_row(draw, good)
    row = good.rows[number - 1]
    path = draw(st.sampled_from(paths(good, row)))
    while path and not isinstance(path[-1], str):
        path = path[:-1]
    marked = with_value(row, path, {"@": 1})
    old = json.dumps(at_path(row, path), ensure_ascii=False)
    text = f"{json.dumps(QUIXEL + ' other')}, {json.dumps(path[-1])}: {old}"
    data = written(with_row(good, number, marked)).replace(b'{"@": 1}', text.encode())
    if good.form != "lines":
        return faulty(good, data, outcome="refused")
    return faulty(good, data, n_rows=len(good.rows), same=without(good, number), outcome="loaded")


def long_cell(draw: Draw, good: Good) -> Faulty:
    """Longer than any message."""
    number, row = 1 + draw(st.integers(0, len(good.rows) - 1)), None
    row = good.rows[number - 1]
    long = QUIXEL + "x" * 1_200_000
    if good.form == "csv":
        at = draw(st.integers(0, len(row) - 1))
        row = (*row[:at], long, *row[at + 1 :])
    else:
        row = with_value(row, draw(st.sampled_from([p for p in paths(good, row) if isinstance(p[-1], str)])), long)
    same = without(good, number)
    return faulty(good, written(with_row(good, number, row)), n_rows=len(good.rows), same=same)


def lost_key(draw: Draw, good: Good) -> Faulty:
    number = any_row(draw, good)
    row = copy.deepcopy(good.rows[number - 1])
    path = draw(st.sampled_from([p for p in paths(good, row) if isinstance(p[-1], str)]))
    old = at_path(row, path[:-1]).pop(path[-1])
    if draw(st.booleans()):
        at_path(row, path[:-1])[path[-1] + "_x"] = old
    same = without(good, number)
    changed = {number: (number, Cell(old, None))}
    return faulty(good, written(with_row(good, number, row)), n_rows=len(good.rows), same=same, changed=changed)


def new_key(draw: Draw, good: Good) -> Faulty:
    number = any_row(draw, good)
    row = {**good.rows[number - 1], "mood_of_day": draw(st.sampled_from([1, "sunny", None, {"a": [1]}]))}
    return faulty(good, written(with_row(good, number, row)), n_rows=len(good.rows), same=whole(good))


def no_object(draw: Draw, good: Good) -> Faulty:
    """A line or element that is JSON but no object."""
    number = any_row(draw, good)
    data = written(with_row(good, number, draw(st.sampled_from([None, 1, "x", [], [{}], True]))))
    return faulty(good, data, n_rows=len(good.rows), same=without(good, number))


def pretty_printed(draw: Draw, good: Good) -> Faulty:
    """One document over many lines; JSON lines become an array."""
    data = json.dumps(plain_json(good), indent=draw(st.integers(1, 4))).encode()
    return faulty(good, data, n_rows=len(good.rows), same=whole(good), outcome="loaded")


def one_object_alone(draw: Draw, good: Good) -> Faulty:
    """A single record as a whole file, over one line or many."""
    number = any_row(draw, good)
    data = json.dumps(good.rows[number - 1], indent=draw(st.sampled_from([None, 2]))).encode()
    return faulty(good, data, n_rows=1, same={1: number})


def damaged_json(draw: Draw, good: Good) -> Faulty:
    head, rows, tail = parts(good)
    bad = draw(st.sampled_from([b",,", b"}", b"]", b"// remark", b"'", b"\\"]))
    if not rows:
        return faulty(good, head[:-1] + bad + head[-1:], outcome="refused")
    number = any_row(draw, good)
    row = rows[number - 1].rstrip(b",\n")
    rows[number - 1] = row[:-1] + bad + row[-1:] + rows[number - 1][len(row) :]
    if good.form == "array":
        return faulty(good, head + b"".join(rows) + tail, outcome="refused")
    return faulty(good, b"".join(rows), n_rows=len(rows), same=without(good, number), outcome="loaded")
