"""Arrays and pages of an API: every element is a row, or is set aside with its number."""

from __future__ import annotations

import json

import pytest

from sources.content import Limits, open_content
from sources.errors import WrongShape
from sources.jsonlines import read_json


def read(document: str):
    return read_json(open_content(document.encode(), "page.json"))


def test_the_elements_of_an_array_are_rows():
    found = read('[{"id": 1}, {"id": 2}]')
    assert found.records == [(1, {"id": 1}), (2, {"id": 2})]
    assert found.rows_read == 2


def test_the_lists_of_a_page_are_numbered_one_after_the_other_and_keep_their_names():
    found = read('{"tickets": [{"id": 1}, {"id": 2}], "users": [{"id": 3}], "count": 2}')
    assert [number for number, _ in found.records] == [1, 2, 3]
    assert found.list_of == {1: "tickets", 2: "tickets", 3: "users"}


def test_an_empty_page_has_no_rows():
    assert read('{"tickets": [], "count": 0}').rows_read == 0


def test_an_element_that_is_no_object_is_excluded_with_its_number():
    found = read('[{"id": 1}, 7, null, {"id": 2}]')
    assert found.excluded["source_row"].to_list() == [2, 3]
    assert found.rows_read == 4


def test_a_nul_or_a_lone_surrogate_in_a_value_excludes_its_element():
    found = read('[{"a": "\\u0000"}, {"a": "\\ud800"}, {"a": "b"}]')
    assert found.excluded["reason"].to_list() == ["bad_encoding", "bad_encoding"]


def test_a_document_that_is_cut_short_is_refused_whole():
    whole = json.dumps([{"id": n} for n in range(20)])
    with pytest.raises(WrongShape, match="cut short"):
        read(whole[:-7])


def test_a_document_nested_beyond_reason_is_refused_and_not_crashed_on():
    with pytest.raises(WrongShape):
        read("[" * 100_000 + "]" * 100_000)


def test_an_element_beyond_the_limits_is_excluded_alone():
    long, large = {"id": 2, "a": [{"b": "x" * 60}]}, {"id": 3, "a": ["x" * 40] * 10}
    document = json.dumps([{"id": 1}, long, large, {"id": 4}]).encode()
    limits = Limits(cell_chars=50, line_bytes=300)
    found = read_json(open_content(document, "page.json"), limits)
    assert [number for number, _ in found.records] == [1, 4]
    assert found.excluded.select("source_row", "reason").rows() == [(2, "too_long"), (3, "too_long")]
