"""The page of the canonical extract says what the contract says: tables, keys, columns, kinds, needs, values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources.contract import PROVENANCE, TABLES, VERSION_COLUMNS, Column

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "extracts.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \|(.*)\|$", re.MULTILINE)


def section(heading: str, level: str) -> str:
    """The page's text below one heading, up to the next heading."""
    found = re.search(rf"^{level} {re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/extracts.md has no heading '{level} {heading}'"
    return found[1]


def rows(text: str) -> dict[str, list[str]]:
    """Column name → the other cells of its row."""
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in ROW.findall(text)}


def need(column: Column) -> str:
    return "filled" if column.filled else "column" if column.in_header else "optional"


def own_columns(table: str) -> list[Column]:
    return [c for c in TABLES[table].columns if c not in VERSION_COLUMNS]


def test_the_page_has_one_section_for_each_table_and_no_other():
    tables = PAGE.split("## The tables")[1]
    assert re.findall(r"^### (\w+)$", tables, re.MULTILINE) == list(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_the_columns_of_the_contract_in_their_order(table):
    assert list(rows(section(table, "###"))) == [c.name for c in own_columns(table)]


@pytest.mark.parametrize("table", TABLES)
def test_each_column_says_its_kind_its_need_and_its_allowed_values(table):
    described = rows(section(table, "###"))
    for column in own_columns(table):
        kind, needed, meaning = described[column.name]
        assert (kind, needed) == (column.kind, need(column)), f"{table}.{column.name}"
        if column.allowed:
            values = (*column.allowed, column.otherwise) if column.otherwise else column.allowed
            assert tuple(re.findall(r"`(\w+)`", meaning)) == values, f"{table}.{column.name}"
        assert column.minimum != 0 or "not negative" in meaning, f"{table}.{column.name} has a least value of 0"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_names_the_key_of_the_contract(table):
    key = re.search(r"^Key: (.*?)\.", section(table, "###"), re.MULTILINE)
    assert key
    assert tuple(re.findall(r"`(\w+)`", key[1])) == TABLES[table].key


def test_the_columns_that_every_table_may_carry_are_described_once():
    described = rows(section("The file", "##"))
    assert {name: cells[:2] for name, cells in described.items()} == {
        c.name: [c.kind, need(c)] for c in VERSION_COLUMNS
    }


def test_the_page_lists_what_raw_keeps_beside_the_columns():
    assert list(rows(section("What raw keeps beside the columns", "##"))) == list(PROVENANCE)
