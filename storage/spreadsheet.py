"""Tables for people to open in a spreadsheet, which would run a cell that begins as a formula.

Belongs here: making such cells plain text, the file that is downloaded, the sheet in which people label texts. Does
not: which texts those are (``orchestration/label_sheets``), tables that programs read (they keep each cell), where a
download is offered (``page``).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

#: Signs with which spreadsheets begin a formula, and white space that they skip before one.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")

#: Of the sheet in which people label texts.
LABEL_COLUMNS = ("message_id", "response_id", "channel", "written_on", "text", "label", "note")


def for_spreadsheet(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with an apostrophe before each text that a spreadsheet would take for a formula; column names too."""
    text = pl.selectors.string()
    begins = text.str.head(1).is_in(FORMULA_SIGNS)
    names = {name: f"'{name}" for name in frame.columns if name.startswith(FORMULA_SIGNS)}
    return frame.with_columns(pl.when(begins).then("'" + text).otherwise(text).name.keep()).rename(names)


def csv_of(frame: pl.DataFrame, labels: Mapping[str, str]) -> bytes:
    """The columns that ``labels`` name, under their labels, as a CSV file that spreadsheets read as UTF-8."""
    chosen = frame.select(pl.col(column).alias(label) for column, label in labels.items())
    return for_spreadsheet(chosen).write_csv(include_bom=True).encode()


def label_sheet(texts: pl.DataFrame) -> pl.DataFrame:
    """The sheet that ``jsi labels take`` reads once its column ``label`` is filled in, one row a text, in order.

    ``texts``: ``message_id``, ``response_id``, ``channel``, ``occurred_at``, ``text_redacted``. What the model says is
    not in it: who has seen the answer agrees more than they would.
    """
    return texts.with_columns(
        pl.col("occurred_at").dt.date().cast(pl.String).alias("written_on"),
        pl.col("text_redacted").alias("text"),
        pl.lit(None, pl.String).alias("label"),
        pl.lit(None, pl.String).alias("note"),
    ).select(LABEL_COLUMNS)
