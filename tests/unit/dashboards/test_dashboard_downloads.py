"""No cell that someone sent becomes a formula where a person opens it."""

from __future__ import annotations

import csv
import io
from datetime import date

import polars as pl
import pytest

from storage.spreadsheet import FORMULA_SIGNS, csv_of, for_spreadsheet


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


def test_a_download_holds_what_the_table_shows_numbers_as_numbers_and_formulas_as_text():
    frame = pl.DataFrame(
        {
            "text": ["=1+1", 'Grüße, "alle"', None],
            "points": [-1.5, 2.0, None],
            "on": [date(2026, 9, 1)] * 3,
            "key": ["k"] * 3,
        }
    )
    file = csv_of(frame, {"points": "Points", "text": "Text, redacted", "on": "On"})
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert file.startswith(b"\xef\xbb\xbf"), "spreadsheets read UTF-8 by its mark"
    assert rows == [
        ["Points", "Text, redacted", "On"],
        ["-1.5", "'=1+1", "2026-09-01"],
        ["2.0", 'Grüße, "alle"', "2026-09-01"],
        ["", "", "2026-09-01"],
    ]
