"""No cell that someone sent becomes a formula where a person opens it."""

from __future__ import annotations

import polars as pl
import pytest

from storage.spreadsheet import FORMULA_SIGNS, for_spreadsheet


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_a_cell_that_begins_as_a_formula_is_text(sign):
    frame = pl.DataFrame(
        {"source_file": [f"{sign}cmd|' /C calc'!A0.csv", "a=b.csv", None, ""], "source_row": [-1, 2, 3, 4]}
    )
    safe = for_spreadsheet(frame)
    assert safe["source_file"].to_list() == [f"'{sign}cmd|' /C calc'!A0.csv", "a=b.csv", None, ""]
    assert safe["source_row"].to_list() == [-1, 2, 3, 4]


def test_a_columns_name_is_text_too():
    assert for_spreadsheet(pl.DataFrame({"=1+1": ["a"]})).columns == ["'=1+1"]
