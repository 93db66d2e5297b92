"""What a good delivery is: its rows, its header or its page, as plain values.

Belongs here: the type, and how one is made from text or objects. Does not: any vendor's delivery (``good_records``,
``good_signals``).
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any

QUIXEL = "quixel"
NUMBERS = range(1, 5)
TAGS = frozenset({"topic"})


@dataclass(frozen=True)
class Good:
    """``form``: csv, lines, array or page. ``rows``: lists of cells, or objects.

    ``header``: the header records of a CSV. ``page``: what a page holds beside its lists. ``lists``: for a page, the
    key of the list in which each row stands. ``joined``: reasons for which a row may be excluded because of another;
    ``together``: row → the rows that are read together with it. ``words``: values that say what kind of thing is meant;
    ``may_fall_silent``: columns drawn from words in a list of free words, such as a tag.
    """

    name: str
    source: str
    form: str
    rows: tuple[Any, ...]
    header: tuple[tuple[str, ...], ...] = ()
    encoding: str = "utf-8"
    page: dict[str, Any] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    joined: frozenset[str] = frozenset()
    together: dict[int, tuple[int, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    may_fall_silent: frozenset[str] = frozenset()

    def __repr__(self) -> str:  # what a failing example shows
        return f"<{self.name}>"


def table_of(name: str, source: str, text: str | bytes, header_rows: int = 1, **more: Any) -> Good:
    text = text.decode() if isinstance(text, bytes) else text
    records = [tuple(r) for r in csv.reader(io.StringIO(text, newline=""))]
    return Good(name, source, "csv", tuple(records[header_rows:]), tuple(records[:header_rows]), **more)


def numbered(name: str, source: str, header: str, row: str) -> Good:
    """A CSV of four rows; ``{n}`` in ``row`` is the row's number."""
    return table_of(name, source, header.strip() + "\n" + "".join(row.format(n=n, q=QUIXEL) + "\n" for n in NUMBERS))


def objects(name: str, source: str, form: str, records: list[Any], lists: str = "", **more: Any) -> Good:
    return Good(name, source, form, tuple(records), lists=(lists,) * len(records), **more)


def plain_json(good: Good) -> Any:
    """What a JSON delivery says, as one value (lists of a page in their order)."""
    if good.form == "page":
        lists: dict[str, list[Any]] = {}
        for key, row in zip(good.lists, good.rows, strict=True):
            lists.setdefault(key, []).append(row)
        return {**lists, **good.page}
    return list(good.rows)


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
