"""The monthly review: what people need to look after the model, laid into one folder a month.

Belongs here: which files a review holds. Does not: drawing texts, counting terms, agreement (the rooms' own functions).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from models_nlp.scoring import load
from orchestration.label_sheets import NothingToLabel, draw_sheet, write_sheet
from orchestration.model_releases import in_force
from storage.files import write_bytes
from storage.labels import scored_texts
from storage.layout import TERMS_FILE, DataDir
from storage.retention import SHEET_SPAN, remove_sheets, reviews
from storage.spreadsheet import csv_of

SHEET = "label_sheet.csv"
N_TEXTS, UNCERTAIN_SHARE = 200, 0.25
TERM_DAYS = 365
_ANYHOW = {"infer_schema": False, "encoding": "utf8-lossy", "truncate_ragged_lines": True}


class WrongCall(ValueError):
    """The call names what is not there; the message says what is."""


@dataclass(frozen=True)
class Review:
    """What lies in ``folder`` now; no sheet where no text is left to label (``n_texts`` 0). ``is_new``: false where the
    month's sheet was drawn before, and stays."""

    folder: Path
    n_texts: int
    n_terms: int
    is_new: bool


def lay_out(paths: DataDir, month: date) -> Review:
    """The sheet of texts to label and the report of terms of a month, in ``review/<month>/``.

    A sheet that lies there already may be half filled in and is left alone. Raises ``LookupError`` where nothing was
    scored yet.
    """
    folder = paths.review / f"{month:%Y-%m}"
    sheet_file, terms_file = folder / SHEET, folder / TERMS_FILE
    is_new = not sheet_file.exists()
    if is_new:
        with suppress(NothingToLabel):  # a quiet month still has its terms
            write_sheet(draw_sheet(paths, N_TEXTS, SHEET_SPAN.days, UNCERTAIN_SHARE), sheet_file)
    # A spreadsheet may have written it anew, as it writes such files.
    n_texts = pl.read_csv(sheet_file, **_ANYHOW).height if sheet_file.exists() else 0
    return Review(folder, n_texts, _write_terms(paths, TERM_DAYS, terms_file), is_new)


def forget(paths: DataDir, month: date) -> None:
    """Remove the sheets of earlier months, and what people saved beside them: the time of their words may be over."""
    for folder in reviews(paths):
        if folder.name[:7] < f"{month:%Y-%m}":
            remove_sheets(folder)


def write_terms(paths: DataDir, days: int, out: Path) -> int:
    """Write the report of terms to a file that is not there yet; how many there are."""
    if out.exists():
        raise WrongCall(f"{out} exists: name another file")
    return _write_terms(paths, days, out)


def _write_terms(paths: DataDir, days: int, out: Path) -> int:
    texts = scored_texts(paths)
    as_of = pl.read_parquet(paths.refresh)["as_of"][0]
    is_read = (
        pl.col("sentiment").is_not_null()
        & pl.col("text_hash").is_not_null()
        & pl.col("occurred_at").is_between(as_of - timedelta(days=days), as_of)
    )
    alone = pl.coalesce("conversation", "record_id").alias("conversation")
    terms = load(in_force(paths)).unknown_terms(texts.filter(is_read).with_columns(alone))
    write_bytes(csv_of(terms, {name: name for name in terms.columns}), out)
    return terms.height
