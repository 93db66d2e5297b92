"""Strict reading of CSV: each row is read as it stands or excluded with its number."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.content import Limits
from sources.delimited import read_delimited
from sources.errors import WrongShape
from tests.examples import examples
from tests.growth import grows_in_step


def cells(table):
    return table.rows.drop("source_row").rows()


def faults(table):
    return dict(table.excluded.select("source_row", "reason").rows())


def test_plain_rows_are_numbered_from_one_and_empty_cells_are_null():
    table = read_delimited(b'a,b\n1,\n"",x\n')
    assert table.rows.rows() == [(1, "1", None), (2, None, "x")]
    assert table.rows_read == 2


def test_crlf_line_ends_quoted_commas_and_line_ends_inside_quotes_are_read():
    table = read_delimited(b'a,b\r\n1,"x, ""y""\r\nz"\r\n2,w\r\n')
    assert cells(table) == [("1", 'x, "y"\r\nz'), ("2", "w")]


def test_leading_zeros_and_words_such_as_na_stay_text():
    assert cells(read_delimited(b"a,b\n00123,NA\n3.70,null\n")) == [("00123", "NA"), ("3.70", "null")]


def test_a_short_row_is_excluded_with_its_line_number():
    table = read_delimited(b"a,b,c\n1,2,3\n4,5\n6,7,8\n")
    assert cells(table) == [("1", "2", "3"), ("6", "7", "8")]
    assert faults(table) == {2: "ragged_row"}
    assert "2 cells and the header 3" in table.excluded["message"][0]
    assert table.rows_read == 3


def test_a_long_row_and_a_trailer_line_are_excluded_and_the_rest_is_read():
    table = read_delimited(b"a,b\n1,2,3\n4,5\nTotal: 2 rows\n")
    assert cells(table) == [("4", "5")]
    assert faults(table) == {1: "ragged_row", 3: "ragged_row"}


def test_a_short_row_is_found_even_where_a_long_row_makes_up_for_its_cells():
    table = read_delimited(b"a,b,c\n1,2\n3,4,5,6\n")
    assert faults(table) == {1: "ragged_row", 2: "ragged_row"}


def test_an_unclosed_quote_costs_one_row_and_not_the_rest_of_the_file():
    rows = [f"{i},text {i}" for i in range(1, 1001)]
    rows[499] = '500,"never closed'
    table = read_delimited(("id,body\n" + "\n".join(rows) + "\n").encode())
    assert faults(table) == {500: "bad_quote"}
    assert table.rows.height == 999
    assert table.rows_read == 1000


def test_a_quote_inside_an_unquoted_cell_is_text():
    table = read_delimited(b'a,b\n1,a 5" screen\n2,a 6" screen\n')
    assert cells(table) == [("1", 'a 5" screen'), ("2", 'a 6" screen')]


def test_text_after_a_closed_quote_excludes_the_row():
    assert faults(read_delimited(b'a,b\n1,"x"y\n2,z\n')) == {1: "bad_quote"}


def test_invalid_utf8_excludes_its_row_only():
    table = read_delimited(b"a,b\n1,caf\xe9\n2,caf\xc3\xa9\n")
    assert cells(table) == [("2", "café")]
    assert faults(table) == {1: "bad_encoding"}


def test_a_nul_byte_excludes_its_row_only():
    table = read_delimited(b"a,b\n1,x\x00y\n2,z\n")
    assert cells(table) == [("2", "z")]
    assert faults(table) == {1: "bad_encoding"}


def test_blank_lines_are_no_rows():
    table = read_delimited(b"a,b\n\n1,2\n\r\n3,4\n\n\n")
    assert cells(table) == [("1", "2"), ("3", "4")]
    assert table.rows_read == 2


@pytest.mark.parametrize("row", ["1," + "x" * 200, '1,"' + "x" * 200 + '"', '1,"' + "x\n" * 100 + '"'])
def test_a_cell_beyond_the_limit_is_excluded(row):
    table = read_delimited(f"a,b\n{row}\n2,ok\n".encode(), limits=Limits(cell_chars=100))
    assert faults(table) == {1: "too_long"}
    assert table.rows["a"].to_list() == ["2"]


def test_a_header_alone_is_an_empty_table():
    table = read_delimited(b"a,b\n")
    assert table.rows.is_empty()
    assert table.rows_read == 0
    assert table.columns == ["a", "b"]


def test_a_column_named_twice_is_a_wrong_shape_that_names_it():
    with pytest.raises(WrongShape, match="score more than once"):
        read_delimited(b"id,score,score\n1,2,3\n")


def test_a_header_of_too_many_columns_is_refused():
    with pytest.raises(WrongShape, match="columns"):
        read_delimited((",".join(f"c{i}" for i in range(200)) + "\n").encode(), limits=Limits(columns=100))


def test_a_header_without_an_end_to_its_quote_is_a_wrong_shape():
    with pytest.raises(WrongShape, match="quote"):
        read_delimited(b'a,"b\n1,2\n')


def test_the_time_to_read_many_unclosed_quotes_grows_with_their_number_only():
    lines = [f'{i},"open\n' if i % 2 else f"{i},plain\n" for i in range(5_000)]
    few, many = ("".join(["a,b\n", *lines[:n]]).encode() for n in (1_250, 5_000))
    assert grows_in_step(read_delimited, few, many)
    table = read_delimited(many)
    assert table.rows.height + table.excluded.height == table.rows_read


def test_a_nul_is_named_also_where_it_stands_alone():
    table = read_delimited(b"a,b\n\0\n1,x\0y\n2,caf\xe9\n3,z\n")
    assert faults(table) == dict.fromkeys((1, 2, 3), "bad_encoding")
    assert ["NUL" in message for message in table.excluded["message"]] == [True, True, False]
    assert table.rows["a"].to_list() == ["3"]


cell = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@examples(80)
@given(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=12))
def test_whatever_csv_writers_write_comes_back_as_it_was(rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    table = read_delimited(out.getvalue().encode())
    assert cells(table) == [tuple(value or None for value in row) for row in rows]
    assert table.excluded.is_empty()


@examples(120)
@given(
    st.lists(
        st.sampled_from([b'"', b",", b"\n", b"\r\n", b"x", b"\xff", b"\0", b" ", b'""', "é".encode()]), max_size=40
    )
)
def test_any_bytes_below_a_header_are_accounted_for(parts):
    table = read_delimited(b"a,b\n" + b"".join(parts))
    numbers = sorted([*table.rows["source_row"], *table.excluded["source_row"]])
    assert numbers == list(range(1, table.rows_read + 1))


def test_a_header_that_stands_again_among_the_rows_is_excluded():
    table = read_delimited(b"a,,b\n1,,2\na,,b\n3,,4\na,x,b\n")
    assert cells(table) == [("1", None, "2"), ("3", None, "4"), ("a", "x", "b")]
    assert faults(table) == {2: "repeated_header"}
