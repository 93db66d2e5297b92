"""A faulty file and what is known of its rows by construction; how good deliveries are written.

Belongs here: what all faults share. Does not: the faults (``faults_of_bytes``, ``faults_of_tables``,
``faults_of_values``), what must become of them (``verdicts``). Nothing of the product is used: rows are counted
as they are put together.
"""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from tests.faults.good_deliveries import Good, plain_json

Draw = Callable[[st.SearchStrategy], Any]


@dataclass(frozen=True)
class Cell:
    """One cell that differs: ``old`` is null for a cell that is new, ``new`` for one that is gone."""

    old: Any
    new: Any


@dataclass(frozen=True)
class Faulty:
    """A file. ``n_rows``: the source rows it holds; null where its damage leaves that open.

    ``same``: row number here → row number in the good delivery, for rows that the fault does not touch; ``changed``:
    the same for rows that differ in cells. Rows in neither are not whole. ``outcome``: loaded, refused or either.
    """

    good: Good
    name: str
    data: bytes
    n_rows: int | None = None
    same: dict[int, int] = field(default_factory=dict)
    changed: dict[int, tuple[int, Cell]] = field(default_factory=dict)
    outcome: str = "either"

    def __repr__(self) -> str:
        shown = self.data if len(self.data) < 3_000 else self.data[:3_000] + b"..."
        return f"Faulty({self.name}, {self.n_rows} rows, same={self.same}, changed={self.changed}, {shown!r})"


def record(cells: Sequence[str]) -> str:
    """One CSV record without its line end."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n")


def parts(good: Good, end: str = "\n") -> tuple[bytes, list[bytes], bytes]:
    """The file in pieces: what comes before the rows, each row, what comes after the last."""
    if good.form == "csv":
        mark = "\ufeff" if good.encoding == "utf-16" else ""
        plain = "utf-16-le" if good.encoding == "utf-16" else good.encoding
        head = mark + "".join(record(h) + end for h in good.header)
        return head.encode(plain), [(record(r) + end).encode(plain) for r in good.rows], b""
    if good.form == "lines":
        return b"", [(json_text(r) + end).encode() for r in good.rows], b""
    if good.form == "array":
        return b"[", _with_commas(good.rows), b"]"
    whole = json_text(plain_json(good)).encode()
    return whole, [], b""


def _with_commas(rows: Sequence[Any]) -> list[bytes]:
    return [(json_text(r) + ("," if n < len(rows) else "")).encode() for n, r in enumerate(rows, 1)]


def json_text(value: Any) -> str:
    """JSON with raw literals: ``Raw`` stands as it is."""
    text = json.dumps(value, ensure_ascii=False, default=lambda raw: {"<raw>": raw.text})
    return text if "<raw>" not in text else _unwrapped(text)


@dataclass(frozen=True)
class Raw:
    """A literal that JSON writers do not write: 1e400, NaN."""

    text: str


def _unwrapped(text: str) -> str:
    before, _, rest = text.partition('{"<raw>": "')
    literal, _, after = rest.partition('"}')
    return before + literal + after


def written(good: Good, end: str = "\n") -> bytes:
    head, rows, tail = parts(good, end)
    return head + b"".join(rows) + tail


def whole(good: Good) -> dict[int, int]:
    return {n: n for n in range(1, len(good.rows) + 1)}


def faulty(good: Good, data: bytes, **more: Any) -> Faulty:
    return Faulty(good, more.pop("name", good.name), data, **more)


def any_row(draw: Draw, good: Good) -> int:
    return draw(st.integers(1, len(good.rows)))


def without(good: Good, number: int) -> dict[int, int]:
    """All rows but this one, and but those that are read together with it."""
    return {n: n for n in whole(good) if n != number and n not in good.together.get(number, ())}


def with_row(good: Good, number: int, row: Any) -> Good:
    rows = list(good.rows)
    rows[number - 1] = row
    return replace(good, rows=tuple(rows))


def has_lines(good: Good) -> bool:
    return good.form in ("csv", "lines")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all plain values of an object."""
    if isinstance(value, dict | list) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    elif path:
        yield path


def paths(good: Good, row: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Those of its cells: words by which the vendor tells kinds of records apart are none."""
    return sorted((p for p in leaves(row) if at_path(row, p) not in good.words), key=str)


def at_path(value: Any, path: Sequence[Any]) -> Any:
    for key in path:
        value = value[key]
    return value


def with_value(row: dict[str, Any], path: Sequence[Any], new: Any) -> dict[str, Any]:
    changed = copy.deepcopy(row)
    at_path(changed, path[:-1])[path[-1]] = new
    return changed
