"""Erasing a person from what this platform keeps: rows, texts, scores.

Belongs here: taking their rows out of raw and scored, blanking them in all others, an erasure that was begun. Does not:
whose rows they are (``person_rows``), keeping them out of later deliveries (``suppression``), the refresh that follows
and the order of steps (``orchestration/erase.py``), the proof (``proof``).

Every step is found from what is on disk, so a process may die anywhere and the same call again finishes the work:
people's own rows go last, because they tell which names and addresses to look for.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import polars as pl

from sources.contract import TABLES, Table
from sources.extract import excluded_rows
from storage import accounting, failpoints
from storage.files import write_parquet, write_text
from storage.identity import identity_key, person_key
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.markers import ERASED
from storage.mentions import hashed_mention
from storage.person_rows import (
    NoSuchPerson,
    Person,
    find_person,
    free_columns,
    key_columns,
    rows_of,
    scan_raw,
    words_among,
)
from storage.raw import RAW_EXCLUDED_SCHEMA, delivered_files, row_hashes, row_keys
from storage.scores import drop_cached
from storage.suppression import MESSAGE, REASON

# What is found through other rows goes before those, so that a run that was killed finds it again.
_LAST = ("labels", "survey_responses", "messages", "speakers", "tickets", "invitations", "people")
_ORDER = (*(name for name in TABLES if name not in _LAST), *_LAST)


class AnotherErasure(LookupError):
    """The erasure of somebody else was begun and has to be finished first."""


@dataclass(frozen=True)
class Removed:
    """What was taken out: rows per table, the scores of texts, and how many of the rows came from which source."""

    rows: dict[str, int]
    n_scores: int
    sources: dict[str, int]


def person_of(
    paths: DataDir, ledger: Ledger, person_id: str, key: bytes, platform_words: Collection[str] = ()
) -> Person:
    """``find_person``, or the person of an erasure that was begun and not proven yet.

    Who is meant is kept aside until the proof, because people's own rows tell the names to look for. Raises
    ``NoSuchPerson`` for someone whom no row names, and for someone who was erased and proven before, and
    ``AnotherErasure``.
    """
    if paths.erasing.exists():
        begun = json.loads(paths.erasing.read_text(encoding="utf-8"))
        if person_id in begun["ids"]:
            ids, words = frozenset(begun["ids"]), words_among(begun["ids"], platform_words)
            marks = tuple(mark for mark in begun["marks"] if mark not in words)
            return Person(ids, marks, frozenset(begun.get("accounts", ())), words)
        raise AnotherErasure("the erasure of another person was begun and is not proven yet: finish that one first")
    try:
        person = find_person(paths, person_id, platform_words)
    except NoSuchPerson:
        if person_key(key, person_id) in ledger.suppressed():
            raise NoSuchPerson("this person was erased before, and no row names them since") from None
        raise
    kept = {"ids": sorted(person.ids), "marks": person.marks, "accounts": sorted(person.accounts)}
    write_text(json.dumps(kept), paths.erasing)
    paths.erasing.chmod(0o600)
    return person


def erase_rows(paths: DataDir, ledger: Ledger, person: Person) -> Removed:
    """Take the person's rows out of raw and scored, blank them in all others, and set the accounts right again."""
    theirs, key = rows_of(paths, person), identity_key(paths)
    _erase_extra(paths, theirs, person)
    for table in _ORDER:
        if table == "people":
            n_scores = _erase_scores(paths, person)
        for path in delivered_files(paths.raw_table(table)):
            frame = pl.read_parquet(path)
            left = (
                frame.join(theirs[table], on=["file_sha256", "row_hash", "source_row"], how="anti")
                if table in theirs
                else frame
            )
            left = _without_mentions_in_rows(TABLES[table], left, person, key)
            if not left.equals(frame):
                write_parquet(left, path)
        failpoints.reach("erase_after_table")
    _rename_deliveries(paths, ledger, person)
    account_for_erased(paths, ledger)
    by_source = Counter(source for rows in theirs.values() for source in rows["source"])
    return Removed({table: rows.height for table, rows in theirs.items() if rows.height}, n_scores, dict(by_source))


def _rename_deliveries(paths: DataDir, ledger: Ledger, person: Person) -> None:
    """A file may be named after the person: the name stands in the ledger, with each row, and in messages."""
    if not person.marks:
        return
    pattern, blank = name_pattern(person.marks), r"\1" + ERASED
    told = [entry for entry in ledger.entries() if re.search(pattern, entry.source_file)]
    folders = [*(paths.raw_table(table) for table in TABLES), paths.excluded, paths.warned]
    for entry in told:
        for path in (folder / f"{entry.file_sha256}.parquet" for folder in folders):
            if path.exists():
                frame = pl.read_parquet(path)
                named = [c for c in ("source_file", "message") if c in frame.columns]
                write_parquet(frame.with_columns(pl.col(named).str.replace_all(pattern, "${1}" + ERASED)), path)
        message = re.sub(pattern, blank, entry.message) if entry.message else None
        ledger.rename(entry, replace(entry, source_file=re.sub(pattern, blank, entry.source_file), message=message))


def _erase_extra(paths: DataDir, theirs: dict[str, pl.DataFrame], person: Person) -> None:
    for path in delivered_files(paths.extra):
        gone = {n for rows in theirs.values() for n in rows.filter(file_sha256=path.stem)["source_row"]}
        frame = pl.read_parquet(path)
        left = frame.filter(~pl.col("source_row").is_in(gone))
        left = _without_mentions(left, person, [c for c in left.columns if c != "source_row"])
        if not left.equals(frame):
            write_parquet(left, path)


def _erase_scores(paths: DataDir, person: Person) -> int:
    """Drop the scores whose raw row is gone, with their cached ones, and blank mentions; returns how many."""
    if not paths.touch_scores.exists():
        return 0
    scores = pl.read_parquet(paths.touch_scores)
    texts = [scan_raw(paths, t).select("row_hash", table_name=pl.lit(t)) for t in ("messages", "survey_responses")]
    left = scores.join(pl.concat(texts).unique().collect(), on=["table_name", "row_hash"], how="semi")
    gone = set(scores["text_hash"].drop_nulls()) - set(left["text_hash"].drop_nulls())
    drop_cached(paths, gone)
    write_parquet(_without_mentions(left, person, ["text_redacted"]), paths.touch_scores)
    return scores.height - left.height


def account_for_erased(paths: DataDir, ledger: Ledger) -> None:
    """Each source row that is neither loaded nor excluded was erased: write it as excluded for that reason."""
    loaded = pl.concat(
        scan_raw(paths, table).filter(~pl.col("is_derived")).select("file_sha256", "source_row") for table in TABLES
    ).collect()
    for entry in ledger.entries():
        if entry.status != "loaded":
            continue
        path = paths.excluded / f"{entry.file_sha256}.parquet"
        excluded = pl.read_parquet(path)
        others = excluded.filter(~pl.col("is_derived"))["source_row"]
        present = set(loaded.filter(file_sha256=entry.file_sha256)["source_row"]) | set(others)
        missing = sorted(set(range(1, entry.rows_read + 1)) - present)
        if missing:
            origin = {"source": entry.source, "source_file": entry.source_file, "file_sha256": entry.file_sha256}
            erased = excluded_rows(missing, REASON, [f"{entry.source_file} row {n}: {MESSAGE}" for n in missing])
            erased = erased.with_columns(
                *(pl.lit(v).alias(k) for k, v in origin.items()),
                pl.lit(entry.loaded_at).cast(pl.Datetime("us", "UTC")).alias("loaded_at"),
            )
            write_parquet(pl.concat([excluded, erased.select(list(RAW_EXCLUDED_SCHEMA))]), path)
            others = pl.concat([others, pl.Series(missing, dtype=pl.Int64)])
        if others.n_unique() != entry.rows_excluded:
            ledger.record(replace(entry, rows_excluded=others.n_unique()))
    write_parquet(accounting.count_rows(paths, ledger.entries()), paths.files)
    write_parquet(accounting.all_warnings(paths), paths.warnings)


def mark_pattern(marks: Collection[str]) -> str:
    """Finds a mark as a whole: ``ann@x.com`` is not in ``joann@x.com``. Group 1 is what stands before it."""
    return r"(?i)(^|[^\w.+\-])(?:" + "|".join(re.escape(mark) for mark in marks) + r")\b"


def name_pattern(marks: Collection[str]) -> str:
    """Finds a mark in the name of a file or folder, where words are joined by anything. Group 1 stands before it."""
    spelled = [re.escape(mark).replace(r"\ ", r"(?:[\s_.+\-]|%20)*") for mark in marks]
    return r"(?i)(^|[^\w.+\-]|[_.\-])(?:" + "|".join(spelled) + r")(?:\b|_)"


def _without_mentions_in_rows(table: Table, rows: pl.DataFrame, person: Person, key: bytes) -> pl.DataFrame:
    """Raw rows, mentions blanked wherever they stand. A changed row gets its key and hash anew: the old ones would
    tell what stood there."""
    left = _without_mentions(rows, person, free_columns(table))
    left = left.with_columns(_hashed_mentions(left[c], person, key) for c in key_columns(table))
    columns = [*free_columns(table), *key_columns(table)]
    changed = left.select(pl.any_horizontal(pl.col(c).ne_missing(rows[c]) for c in columns)).to_series()
    if not changed.any():
        return left
    anew, places = left.filter(changed), changed.arg_true()
    return left.with_columns(
        left["row_key"].scatter(places, row_keys(table, anew)),
        left["row_hash"].scatter(places, row_hashes(table, anew)),
    )


def _hashed_mentions(cells: pl.Series, person: Person, key: bytes) -> pl.Series:
    """Cells that tell the person, as a hash: rows that were told apart or found by them still are."""
    tells = cells.is_in(list(person.long_ids))
    if person.marks:
        tells |= cells.str.contains(mark_pattern(person.marks))
    told = cells.filter(tells).unique().to_list()
    return cells.replace(told, [hashed_mention(key, cell) for cell in told]) if told else cells


def _without_mentions(frame: pl.DataFrame, person: Person, columns: Iterable[str]) -> pl.DataFrame:
    """Names and addresses of the person in these free texts, blanked; an id where it is all that stands there."""
    ids = dict.fromkeys(person.long_ids, ERASED)
    columns = [c for c in columns if frame.schema[c] == pl.String]
    frame = frame.with_columns(pl.col(c).replace(ids) for c in columns) if ids else frame
    if not person.marks:
        return frame
    pattern, blank = mark_pattern(person.marks), "${1}" + ERASED
    # Twice: of two marks side by side the first one takes the space between them.
    return frame.with_columns(
        pl.col(c).str.replace_all(pattern, blank).str.replace_all(pattern, blank) for c in columns
    )
