"""What happens to tables: headers that change, rows that are torn, repeated or put in another order.

Belongs here: faults of CSV files, and of the order of any rows. Does not: bytes (``faults_of_bytes``), single values.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from tests.faults.faulty import (
    Cell,
    Draw,
    Faulty,
    any_row,
    faulty,
    parts,
    whole,
    with_row,
    without,
    written,
)
from tests.faults.good_deliveries import Good


def _columns(good: Good, at: Sequence[int]) -> Good:
    pick = lambda cells: tuple(cells[i] for i in at)  # noqa: E731
    return replace(good, header=tuple(map(pick, good.header)), rows=tuple(map(pick, good.rows)))


def reordered_columns(draw: Draw, good: Good) -> Faulty:
    # A survey export parts its questions by their place, so only whole exports of one header row are shuffled.
    order = list(range(len(good.header[0])))
    if len(good.header) == 1:
        order = draw(st.permutations(order))
    data = written(_columns(good, order))
    return faulty(good, data, n_rows=len(good.rows), same=whole(good), outcome="loaded")


def missing_column(draw: Draw, good: Good) -> Faulty:
    at = draw(st.integers(0, len(good.header[0]) - 1))
    kept = [i for i in range(len(good.header[0])) if i != at]
    changed = {n: (n, Cell(good.rows[n - 1][at], None)) for n in whole(good)}
    return faulty(good, written(_columns(good, kept)), n_rows=len(good.rows), changed=changed)


def renamed_column(draw: Draw, good: Good) -> Faulty:
    at = draw(st.integers(0, len(good.header[0]) - 1))
    name = draw(st.sampled_from(["{}_new", "x{}", "{}s", "", "名前", "{}\n", "a,b", '"']))
    first = list(good.header[0])
    first[at] = name.format(first[at])
    changed = {n: (n, Cell(good.rows[n - 1][at], None)) for n in whole(good)}
    data = written(replace(good, header=(tuple(first), *good.header[1:])))
    return faulty(good, data, n_rows=len(good.rows), changed=changed)


def doubled_column(draw: Draw, good: Good) -> Faulty:
    at = draw(st.integers(0, len(good.header[0]) - 1))
    order = [*range(len(good.header[0])), at]
    changed = {n: (n, Cell(None, good.rows[n - 1][at])) for n in whole(good)}
    # The values of both are the same, so where a vendor's own shape has columns twice, nothing may change.
    return faulty(good, written(_columns(good, order)), n_rows=len(good.rows), changed=changed)


def new_column(draw: Draw, good: Good) -> Faulty:
    at = draw(st.integers(0, len(good.header[0])))
    put = lambda cells, cell: (*cells[:at], cell, *cells[at:])  # noqa: E731
    header = tuple(put(h, "mood_of_day") for h in good.header)
    wider = replace(good, header=header, rows=tuple(put(r, "sunny") for r in good.rows))
    return faulty(good, written(wider), n_rows=len(good.rows), same=whole(good))


def too_many_columns(draw: Draw, good: Good) -> Faulty:
    extra = tuple(f"c{n}" for n in range(6_000))
    wider = replace(good, header=tuple(h + extra for h in good.header), rows=tuple(r + extra for r in good.rows))
    return faulty(good, written(wider), outcome="refused")


def retyped_column(draw: Draw, good: Good) -> Faulty:
    at = draw(st.integers(0, len(good.header[0]) - 1))
    new = draw(st.sampled_from(["many", "?", "n/a", "0", "-", "[1]", "1e999"]))
    changed = {n: (n, Cell(good.rows[n - 1][at], new)) for n in whole(good)}
    rows = tuple((*r[:at], new, *r[at + 1 :]) for r in good.rows)
    return faulty(good, written(replace(good, rows=rows)), n_rows=len(rows), changed=changed)


def header_only(draw: Draw, good: Good) -> Faulty:
    return faulty(good, written(replace(good, rows=())), n_rows=0)


def no_header(draw: Draw, good: Good) -> Faulty:
    return faulty(good, written(replace(good, header=())), outcome="refused")


def other_separator(draw: Draw, good: Good) -> Faulty:
    mark = draw(st.sampled_from([";", "\t", "|"]))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, lineterminator="\n").writerows([*good.header, *good.rows])
    return faulty(good, out.getvalue().encode(), outcome="refused")


def ragged_row(draw: Draw, good: Good) -> Faulty:
    number = any_row(draw, good)
    cells = good.rows[number - 1]
    cells = draw(st.sampled_from([cells[:-1], cells[:1], (*cells, "x"), (*cells, "")]))
    data = written(with_row(good, number, cells))
    return faulty(good, data, n_rows=len(good.rows), same=without(good, number), outcome="loaded")


def unclosed_quote(draw: Draw, good: Good) -> Faulty:
    head, rows, tail = parts(replace(good, encoding="utf-8"))
    number = any_row(draw, good)
    at = draw(st.sampled_from([0, rows[number - 1].rfind(b",") + 1]))
    rows[number - 1] = rows[number - 1][:at] + b'"' + rows[number - 1][at:]
    data = head + b"".join(rows) + tail
    if b'"' in b"".join(rows).replace(rows[number - 1], b"", 1) or rows[number - 1].count(b'"') > 1:
        return faulty(good, data, outcome="loaded")  # it ends at another one: rows are lost, and none is invented
    return faulty(good, data, n_rows=len(rows), same=without(good, number), outcome="loaded")


def trailer_line(draw: Draw, good: Good) -> Faulty:
    line = draw(st.sampled_from(["Total: 4 rows", "(4 rows)", '"Report run by me"', "END", "4", ",,"]))
    data = written(replace(good, encoding="utf-8")) + line.encode() + b"\n"
    return faulty(good, data, n_rows=len(good.rows) + 1, same=whole(good), outcome="loaded")


def repeated_header(draw: Draw, good: Good) -> Faulty:
    """Two exports put together with ``cat``: the header stands among the rows."""
    number = any_row(draw, good)
    rows = (*good.rows[:number], good.header[0], *good.rows[number:])
    same = {n if n <= number else n + 1: n for n in whole(good)}
    return faulty(good, written(replace(good, rows=rows)), n_rows=len(rows), same=same, outcome="loaded")


def shuffled_rows(draw: Draw, good: Good) -> Faulty:
    order = draw(st.permutations(range(1, len(good.rows) + 1)))
    if len(set(good.lists)) > 1:
        order = list(range(1, len(good.rows) + 1))
    rows = tuple(good.rows[n - 1] for n in order)
    same = dict(enumerate(order, 1))
    return faulty(good, written(replace(good, rows=rows)), n_rows=len(rows), same=same, outcome="loaded")


def row_twice(draw: Draw, good: Good) -> Faulty:
    """The copy stands at the end; what is counted from both is left to the tests of counting."""
    number = len(good.rows) if len(set(good.lists)) > 1 else any_row(draw, good)
    lists = (*good.lists, good.lists[number - 1]) if good.lists else ()
    twice = replace(good, rows=(*good.rows, good.rows[number - 1]), lists=lists)
    n_rows = len(twice.rows)
    return faulty(good, written(twice), n_rows=n_rows, same=without(good, number), outcome="loaded")
