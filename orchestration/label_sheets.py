"""Sheets of texts for people to label, and back: what ``jsi labels`` does around the sample.

Belongs here: the sheet's columns, reading what people wrote into it, where it lands. Does not: drawing
(``models_nlp/label_sampling``), reading labels as an extract (``sources``).

A sheet shows no answer of the model: whoever has seen it agrees more than they would. A filled sheet becomes an extract
of labels in the landing folder, so that each of its rows is accounted for and erased with its text.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from models_nlp import label_sampling
from storage import labels as stored
from storage.files import write_bytes
from storage.layout import DataDir
from storage.record_keys import record_keys
from storage.sample import holds_sample_company
from storage.spreadsheet import FORMULA_SIGNS, LABEL_COLUMNS, csv_of, label_sheet

WORDS = {"-1": -1, "0": 0, "1": 1, "+1": 1, "negative": -1, "neutral": 0, "positive": 1}


class NothingToLabel(LookupError):
    """No text is left to ask about; the message says what to do."""


class WrongSheet(ValueError):
    """The sheet cannot be taken; the message names the row and what to do."""


@dataclass(frozen=True)
class Taken:
    """``n_labels`` of ``n_rows`` rows were filled in and lie in ``file`` now."""

    n_rows: int
    n_labels: int
    file: Path


def draw_sheet(paths: DataDir, n: int, days: int, uncertain_share: float) -> pl.DataFrame:
    """``n`` texts of the last ``days`` before the last refresh's date that nobody labelled yet, as a sheet to fill in.

    The day decides the draw: the same call on the same data gives the same sheet. Raises ``LookupError`` where nothing
    was scored yet, :class:`NothingToLabel` where every text is labelled, or one that says the same.
    """
    texts, as_of = unlabelled_texts(paths, days)
    drawn = label_sampling.draw(texts, n, uncertain_share, seed_of(as_of))
    if drawn.is_empty():
        raise NothingToLabel(f"no text of the last {days} days is left to label: take a longer time with --days")
    return label_sheet(drawn)


def unlabelled_texts(paths: DataDir, days: int) -> tuple[pl.DataFrame, datetime]:
    """``storage.labels.scored_texts`` of the last ``days`` before the last refresh's date that nobody labelled, each
    distinct text once, with ``message_id`` or ``response_id`` as they may be shown; and that date.

    Raises ``LookupError`` where nothing was scored yet.
    """
    texts = stored.scored_texts(paths)
    as_of = pl.read_parquet(paths.refresh)["as_of"][0]
    since = as_of - timedelta(days=days)
    labelled = texts.join(stored.labels(paths), on=["table_name", "record_id"], how="semi")
    is_asked_about = pl.col("occurred_at").is_between(since, as_of) & pl.col("text_hash").is_not_null()
    known = texts.filter(is_asked_about).join(labelled, on="text_hash", how="anti", maintain_order="left")
    keys = record_keys(paths)
    is_message = pl.col("table_name") == "messages"
    shown = pl.col("record_id").replace(keys["record_id"], keys["record_key"])  # an id may be somebody's address
    distinct = known.unique("text_hash", keep="first", maintain_order=True).with_columns(
        pl.when(is_message).then(shown).alias("message_id"), pl.when(~is_message).then(shown).alias("response_id")
    )
    return distinct, as_of


def seed_of(as_of: datetime) -> int:
    """What decides a draw: the day."""
    return int.from_bytes(hashlib.sha256(as_of.date().isoformat().encode()).digest()[:4])


def write_sheet(sheet: pl.DataFrame, out: Path) -> None:
    """Write a sheet that spreadsheets open as text. Raises :class:`WrongSheet` where one lies there already."""
    if out.exists():
        raise WrongSheet(f"{out} exists, perhaps filled in already: name another file")
    write_bytes(csv_of(sheet, {name: name for name in LABEL_COLUMNS}), out)


def take_sheet(paths: DataDir, file: Path, by: str, at: datetime) -> Taken:
    """Lay the labels of a filled sheet into the landing folder; the next refresh reads them.

    A cell is −1, 0 or 1, or negative, neutral or positive; an empty one is no label. Raises :class:`WrongSheet`, and
    nothing is taken, for another cell, for a row without an id of a scored text, for a text with two labels, for a
    sheet without labels, and where ``by`` names nobody.
    """
    if not by.strip():
        raise WrongSheet("say who labelled: --by NAME")
    rows = _rows(file)
    texts = stored.scored_texts(paths)
    known = {t: set(texts.filter(table_name=t)["record_id"]) for t in ("messages", "survey_responses")}
    written = dict(record_keys(paths).select("record_key", "record_id").iter_rows())
    found, said_of = [], {}
    for number, row in enumerate(rows.iter_rows(named=True), start=1):
        said = (row["label"] or "").strip().lower().replace("−", "-").removesuffix(".0").removeprefix("'")
        if not said:
            continue
        if said not in WORDS:
            raise WrongSheet(f"{file} row {number}: the label is none of −1, 0, 1 (or negative, neutral, positive)")
        message, response = (_as_written(row[name], written) for name in ("message_id", "response_id"))
        if message and response:
            raise WrongSheet(f"{file} row {number}: it has two ids; keep the columns of ids as they were written")
        if (message not in known["messages"]) if message else (response not in known["survey_responses"]):
            raise WrongSheet(
                f"{file} row {number}: its id is that of no scored text; keep the columns of ids as they were written, "
                "and leave the label of a text empty that was erased since"
            )
        before, of = said_of.setdefault((message, response), (number, WORDS[said]))
        if of != WORDS[said]:
            raise WrongSheet(f"{file} rows {before} and {number} are one text with two labels: leave one of them")
        if before != number:
            continue
        found.append({"message_id": message, "response_id": response, "label": WORDS[said]})
    if not found:
        raise WrongSheet(f"{file} holds no label: fill in the column label with −1, 0 or 1")
    schema = {"message_id": pl.String, "response_id": pl.String, "label": pl.Int8}
    extract = pl.DataFrame(found, schema=schema).with_columns(
        labelled_by=pl.lit(by.strip()),
        **dict.fromkeys(("labelled_at", "updated_at"), pl.lit(at.isoformat(timespec="seconds"))),
    )
    content = extract.write_csv().encode()
    # The sample company is read from its own folder; what lies in the landing folder would take its place.
    folder = paths.sample_company if holds_sample_company(paths) else paths.landing_taken
    target = folder / "labels" / f"labels-{hashlib.sha256(content).hexdigest()[:12]}.csv"
    write_bytes(content, target)
    return Taken(rows.height, len(found), target)


def _rows(file: Path) -> pl.DataFrame:
    """The sheet's cells as text."""
    from sources.delimited import read_delimited
    from sources.errors import WrongShape

    body, separator = _as_saved(file.read_bytes())
    try:
        found = read_delimited(body, separator=separator)
    except WrongShape as error:
        raise WrongSheet(f"{file}: not readable as CSV: {error.message}") from None
    if found.excluded.height:
        first = found.excluded.sort("source_row").row(0, named=True)
        raise WrongSheet(f"{file} row {first['source_row']}: {first['message']}")
    if missing := [name for name in ("message_id", "response_id", "label") if name not in found.columns]:
        raise WrongSheet(f"{file}: the column {', '.join(missing)} is missing; keep the sheet's columns")
    return found.rows.sort("source_row")


def _as_saved(body: bytes) -> tuple[bytes, str]:
    """(CSV in UTF-8, what parts its cells) of what a spreadsheet saved: Excel writes semicolons where the comma parts
    decimals, tabs as "Unicode text" in UTF-16, and the country's own letters; of these only words may come out wrong.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = body.decode("utf-16", "replace")
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = body.decode("cp1252", "replace")
    first, _, rest = text.partition("\n")
    if first.strip().lower() in ("sep=;", "sep=,", "sep=\t", "sep="):
        first, text = rest.partition("\n")[0], rest
    separator = max(",", ";", "\t", key=first.count)
    return text.encode(), separator


def _as_written(cell: str | None, written: dict[str, str]) -> str | None:
    """An id as its vendor wrote it, before the sheet was made safe for spreadsheets and its addresses hidden."""
    if cell and cell[0] == "'" and cell[1:].startswith(FORMULA_SIGNS):
        cell = cell[1:]
    return written.get(cell, cell) if cell else None
