"""Tables for people to open in a spreadsheet, which would run a cell that begins as a formula.

Belongs here: making such cells plain text. Does not: writing files, tables that programs read (they keep each cell).
"""

from __future__ import annotations

import polars as pl

#: Signs with which spreadsheets begin a formula, and white space that they skip before one.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def for_spreadsheet(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with an apostrophe before each text that a spreadsheet would take for a formula; column names too."""
    text = pl.selectors.string()
    begins = text.str.head(1).is_in(FORMULA_SIGNS)
    names = {name: f"'{name}" for name in frame.columns if name.startswith(FORMULA_SIGNS)}
    return frame.with_columns(pl.when(begins).then("'" + text).otherwise(text).name.keep()).rename(names)
