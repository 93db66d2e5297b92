"""Strict reading of JSON lines: a line that is no JSON object is excluded with its number."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.content import DEFAULT_LIMITS, Limits
from sources.json_values import has_long_numbers
from sources.jsonlines import as_column, as_text, as_text_table, read_json_lines
from tests.examples import examples


def faults(body: bytes, limits: Limits = DEFAULT_LIMITS):
    read = read_json_lines(body, limits)
    assert read.rows_read == len(read.records) + read.excluded.height
    return dict(read.excluded.select("source_row", "reason").rows())


def test_a_truncated_json_line_is_excluded_and_the_others_are_read():
    read = read_json_lines(b'{"a": 1}\n{"a": 2\n\n{"a": 3}')
    assert read.records == [(1, {"a": 1}), (3, {"a": 3})]
    assert dict(read.excluded.select("source_row", "reason").rows()) == {2: "bad_json"}
    assert "cut short" in read.excluded["message"][0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[1, 2]", "bad_json"),
        (b"7", "bad_json"),
        (b'{"a": NaN}', "bad_json"),
        (b'{"a": Infinity}', "bad_json"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "bad_json"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "bad_json"),
        (b'{"a": "caf\xe9"}', "bad_encoding"),
        (b'{"a": "\\ud800"}', "bad_encoding"),
        (b'{"a": "x\\u0000y"}', "bad_encoding"),
    ],
)
def test_what_is_no_json_object_of_text_is_excluded(line, reason):
    assert faults(b'{"a": "ok"}\n' + line + b"\n") == {2: reason}


def test_escapes_that_make_text_are_read():
    assert read_json_lines(b'{"a": "caf\\u00e9 \\ud83d\\ude00"}').records == [(1, {"a": "café 😀"})]


def test_a_line_or_value_beyond_the_limits_is_excluded():
    limits = Limits(cell_chars=50, line_bytes=200)
    long_value, long_line = b'{"a": "' + b"x" * 60 + b'"}', b'{"a": "' + b"x" * 300 + b'"}'
    assert faults(long_value + b"\n" + long_line, limits) == {1: "too_long", 2: "too_long"}


def test_numbers_and_truth_values_become_the_text_of_a_cell():
    lines = read_json_lines(b'{"a": 12, "b": 3.70, "c": true, "d": null, "e": ""}')
    table = as_text_table(lines)
    assert table.rows.row(0) == (1, "12", "3.7", "true", None, None)


def test_a_list_under_a_plain_column_excludes_its_line():
    table = as_text_table(read_json_lines(b'{"a": [1], "b": 2}\n{"a": "x", "b": {"y": 1}}'), plain=["a"])
    assert table.rows.rows() == [(2, "x", '{"y": 1}')]
    assert table.excluded.select("source_row", "column_name", "reason").rows() == [(1, "a", "wrong_type")]


@pytest.mark.parametrize("line", [b'{"a": 1e999}', b'{"a": [-1e400]}', b'{"a": 1, "a": 2}', b'{"b": {"a": 1, "a": 1}}'])
def test_a_number_beyond_any_and_a_key_that_stands_twice_are_no_json_we_take(line):
    assert faults(b'{"a": 1.5e3}\n' + line) == {2: "bad_json"}


def test_a_text_beyond_the_limit_is_found_at_any_depth():
    limits = Limits(cell_chars=50)
    nested = b'{"a": {"b": [1, {"c": "' + b"x" * 60 + b'"}]}}'
    assert faults(b'{"a": {"b": ["x"]}}\n' + nested, limits) == {2: "too_long"}


@pytest.mark.parametrize(
    "number",
    [
        "0.1234567890123456789",
        "12345678901234567890",
        "-18446744073709551617",
        "9007199254740993.0",
        "1e-400",
        "1E+017",
        "1" * 2_000,
        "0." + "7" * 2_000,
        "12e-000340",
    ],
)
def test_a_number_keeps_all_digits_that_a_float_would_lose(number):
    lines = read_json_lines(f'{{"a": {number}, "b": [{number}], "c": "{number}"}}'.encode())
    a, b, c = as_text_table(lines).rows.row(0)[1:]
    assert Decimal(a) == Decimal(json.loads(b)[0]) == Decimal(c) == Decimal(number)


@examples(60)
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**70), 2**70)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_what_is_read_is_what_the_strict_decoder_reads(record, is_ascii):
    line = json.dumps(record, ensure_ascii=is_ascii).encode()
    assert read_json_lines(line).records == [(1, json.loads(line))]


def test_digits_inside_a_text_are_no_long_number():
    assert not has_long_numbers(b'{"link": "https://a.example/r/ab12345678901234567890cd", "id": "f0e000f", "x": 1}')
    assert has_long_numbers(b'{"id":12345678901234567890}')
    assert all(has_long_numbers(b"[" + gap + b"-0.12345678901234567890]") for gap in (b"", b" ", b"\t", b"\r\n", b"1,"))


def test_lists_and_objects_are_written_alike_wherever_they_stand():
    values = [{"b": 1, "a": [True, None]}, None, [], {}, {"a": [True, None], "b": 1}, ["é"], [1.0]]
    assert as_column("x", values, has_long=False).to_list() == [as_text(value) for value in values]
    deep: list = []
    for _ in range(400):
        deep = [deep]
    assert as_column("x", [deep, *values], has_long=False).to_list() == [as_text(value) for value in [deep, *values]]
    assert as_column("x", [True, None, False], has_long=False).to_list() == ["true", None, "false"]
