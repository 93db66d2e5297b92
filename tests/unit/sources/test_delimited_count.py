"""The second count of CSV rows: over the bytes, piece by piece."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import delimited_count
from sources.delimited_count import regular_rows
from tests.examples import examples

CELLS = st.sampled_from(["", "a", "b,c", 'say ""', "line\nend", "line\r\nend", "é", '"', ",", "\n\n"])


@examples(60)
@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from(["\n", "\r\n"]), st.sampled_from([4, 16, 1 << 20])
)
def test_regular_rows_are_counted_wherever_the_pieces_end(rows, line_end, piece):
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end).writerows(rows)
    body = ("a,b" + line_end + out.getvalue()).encode()
    start, end = len("a,b" + line_end), len(body) - (len(line_end) if rows else 0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delimited_count, "_PIECE", piece)
        assert regular_rows(body, start, end, 2) == len(rows)


@pytest.mark.parametrize(
    "rows",
    [
        b"1,2\n3",
        b"1,2\n3,4,5",
        b"1,2\n\n3,4",
        b"1,2\r3,4",
        b'1,2\n3,"4',
        b'1,2\n3,x"4"',
        b'1,2\n3,"4"x',
        b"1,2\n3,\xe9",
        b"1,2\n3,\0",
    ],
)
def test_what_may_be_irregular_is_not_counted_but_left_to_the_strict_reader(rows):
    assert regular_rows(rows, 0, len(rows), 2) is None


def test_another_separator_parts_cells_and_a_comma_is_text():
    body = b'1;"2;3"\n4;5,6'
    assert (regular_rows(body, 0, len(body), 2, ";"), regular_rows(body, 0, len(body), 2)) == (2, None)
