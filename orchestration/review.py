"""The review: what people need to look after the model, laid into one folder a month, and one after a change.

Belongs here: which files a review holds, when a launch or a change of policy asks for one of its own. Does not: drawing
texts, counting terms, agreement (the rooms' own functions).
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from models_nlp.scoring import READ_BY_BASE, load
from orchestration.label_sheets import NothingToLabel, draw_sheet, write_sheet
from orchestration.model_releases import in_force
from orchestration.policy import SEEDS
from storage.changes import changes
from storage.files import write_bytes, write_text
from storage.labels import scored_texts
from storage.layout import REVIEWED_FILE, TERMS_FILE, DataDir
from storage.retention import SHEET_SPAN, remove_sheets, reviews
from storage.spreadsheet import csv_of

SHEET = "label_sheet.csv"
N_TEXTS, UNCERTAIN_SHARE = 200, 0.25
TERM_DAYS = 365
LEAST_DAYS = 7  # of texts after a change: the first hours have hardly any
CALENDAR = SEEDS / "policy_event_calendar.csv"
_ANYHOW = {"infer_schema": False, "encoding": "utf8-lossy", "truncate_ragged_lines": True}


class WrongCall(ValueError):
    """The call names what is not there; the message says what is."""


@dataclass(frozen=True)
class Change:
    """A launch or a change of policy, by its first day."""

    kind: str
    starts_on: date

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on}"


@dataclass(frozen=True)
class Review:
    """What lies in ``folder`` now; no sheet where no text is left to label (``n_texts`` 0). ``is_new``: false where the
    month's sheet was drawn before, and stays. ``opened_by``: the changes that it is the first review after."""

    folder: Path
    n_texts: int
    n_terms: int
    is_new: bool
    opened_by: tuple[str, ...] = ()


def lay_out(paths: DataDir, month: date) -> Review:
    """The sheet of texts to label and the report of terms of a month, in ``review/<month>/``.

    A sheet that lies there already may be half filled in and is left alone. Raises ``LookupError`` where nothing was
    scored yet.
    """
    return _lay_out(paths, paths.review / f"{month:%Y-%m}", SHEET_SPAN.days)


def lay_out_of_changes(paths: DataDir) -> Review | None:
    """The same in ``review/<day>/`` after a launch or a change of policy: texts written since, of a week at least.

    None where the last review came after every change. A further call is one of those.
    """
    if not (found := open_changes(paths)):
        return None
    as_of = _as_of(paths)
    days = (as_of.date() - found[0].starts_on).days
    return _lay_out(paths, paths.review / f"{as_of:%Y-%m-%d}", min(max(days, LEAST_DAYS), SHEET_SPAN.days))


def open_changes(paths: DataDir) -> list[Change]:
    """Launches and changes of policy that began after the last review, and before the last refresh's date.

    Where there was no review yet, those of the last month. Raises ``LookupError`` where there was no refresh yet.
    """
    as_of = _as_of(paths)
    since = max((_reviewed_until(folder) for folder in reviews(paths)), default=as_of - SHEET_SPAN)
    begins = pl.col("starts_on").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    found = changes(paths, CALENDAR).filter(begins >= since, begins < as_of)
    return [Change(**row) for row in found.iter_rows(named=True)]


def _lay_out(paths: DataDir, folder: Path, days: int) -> Review:
    sheet_file, terms_file = folder / SHEET, folder / TERMS_FILE
    is_new, opened_by = not sheet_file.exists(), tuple(map(str, open_changes(paths)))
    if is_new:
        with suppress(NothingToLabel):  # a quiet month still has its terms
            write_sheet(draw_sheet(paths, N_TEXTS, days, UNCERTAIN_SHARE), sheet_file)
    # A spreadsheet may have written it anew, as it writes such files.
    n_texts = pl.read_csv(sheet_file, **_ANYHOW).height if sheet_file.exists() else 0
    n_terms = _write_terms(paths, TERM_DAYS, terms_file)
    if is_new:  # at the end: what was killed before is no review
        told = {"as_of": _as_of(paths).isoformat(), "opened_by": opened_by}
        write_text(json.dumps(told, indent=1) + "\n", folder / REVIEWED_FILE)
    return Review(folder, n_texts, n_terms, is_new, opened_by if is_new else ())


def _reviewed_until(folder: Path) -> datetime:
    """Until when a review looked; one that does not say so was laid out on the first day that its folder names."""
    file = folder / REVIEWED_FILE
    if file.exists():
        return datetime.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["as_of"])
    return datetime.fromisoformat(f"{folder.name}-01"[:10]).replace(tzinfo=UTC)


def _as_of(paths: DataDir) -> datetime:
    if not paths.refresh.exists():
        raise LookupError(f"nothing was read yet in {paths.root}: run `jsi refresh` first")
    return pl.read_parquet(paths.refresh)["as_of"][0]


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
    as_of = _as_of(paths)
    is_read = (
        pl.col("sentiment").is_not_null()
        & pl.col("text_hash").is_not_null()
        & READ_BY_BASE
        & pl.col("occurred_at").is_between(as_of - timedelta(days=days), as_of)
    )
    alone = pl.coalesce("conversation", "record_id").alias("conversation")
    terms = load(in_force(paths)).unknown_terms(texts.filter(is_read).with_columns(alone))
    write_bytes(csv_of(terms, {name: name for name in terms.columns}), out)
    return terms.height
