"""Erasing a person from what this platform keeps: rows, texts, scores; and keeping them out of later deliveries.

Belongs here: whose rows they are, taking them out of raw and scored, the suppression list. Does not: the refresh that
follows and the order of steps (``orchestration/erase.py``), the proof (``proof``).

Every step is found from what is on disk, so a process may die anywhere and the same call again finishes the work:
people's own rows go last, because they tell which names and addresses to look for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import polars as pl

from sources.contract import TABLES
from sources.extract import EXCLUDED_SCHEMA, Extract, excluded_rows, stacked
from storage import accounting, failpoints
from storage.files import write_parquet
from storage.identity import person_columns, person_key
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.raw import RAW_EXCLUDED_SCHEMA, delivered_files

REASON = "erased"
MESSAGE = "the row is of a person who was erased: nothing to do"
PLACEHOLDER = "[erased]"
_LONG_ENOUGH = 6  # a shorter id would be found inside of other words
_PROVENANCE = {"source", "source_file", "file_sha256", "row_hash"}


@dataclass(frozen=True)
class Person:
    """``ids``: all ids that merges make one. ``marks``: what would tell them in a text (addresses, full names)."""

    ids: frozenset[str]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Removed:
    """What was taken out: rows per table, and the scores of texts."""

    rows: dict[str, int]
    n_scores: int


def find_person(paths: DataDir, person_id: str) -> Person:
    """The person whom ``person_id`` names in the extracts. Raises ``LookupError`` if no raw row does."""
    people = _scan(paths, "people").select("person_id", "merged_into", "email", "full_name").collect()
    ids = {person_id}
    while True:
        linked = people.filter(pl.col("person_id").is_in(ids) | pl.col("merged_into").is_in(ids))
        found = ids | set(linked["person_id"].drop_nulls()) | set(linked["merged_into"].drop_nulls())
        if found == ids:
            break
        ids = found
    rows = people.filter(pl.col("person_id").is_in(ids))
    if rows.is_empty() and not any(_theirs(paths, table, ids).height for table in TABLES if person_columns(table)):
        raise LookupError("no row of any table names this person: check the id, as the extracts write it")
    emails = rows["email"].drop_nulls().str.strip_chars().unique().to_list()
    names = [n for n in rows["full_name"].drop_nulls().str.strip_chars().unique().to_list() if " " in n]
    long_ids = [i for i in ids if len(i) >= _LONG_ENOUGH]
    marks = {m for m in (*emails, *names, *long_ids) if len(m) >= _LONG_ENOUGH}
    return Person(frozenset(ids), tuple(sorted(marks | {m.lower() for m in emails}, key=lambda m: (-len(m), m))))


def person_of(paths: DataDir, ledger: Ledger, person_id: str, key: bytes) -> Person:
    """``find_person``; for someone whose erasure was begun and whose rows are gone already, the id alone."""
    try:
        return find_person(paths, person_id)
    except LookupError:
        if person_key(key, person_id) not in ledger.suppressed():
            raise
        return Person(frozenset({person_id}), (person_id,) if len(person_id) >= _LONG_ENOUGH else ())


def suppress(paths: DataDir, ledger: Ledger, person: Person, key: bytes, at: str) -> None:
    """Remember, as keyed hashes, whose rows later deliveries must not bring back."""
    tickets = _theirs(paths, "tickets", person.ids)["ticket_id"].drop_nulls().to_list()
    talks = _theirs(paths, "messages", person.ids)["conversation_id"].drop_nulls().to_list()
    found = {*person.ids, *(f"ticket:{t}" for t in tickets), *(f"conversation:{t}" for t in talks)}
    ledger.suppress([person_key(key, value) for value in sorted(found)], at)


def erase_rows(paths: DataDir, ledger: Ledger, person: Person) -> Removed:
    """Take the person's rows out of raw and scored, blank them in all others, and set the accounts right again."""
    theirs = _their_rows(paths, person.ids)
    for table in [*(t for t in TABLES if t != "people"), "people"]:
        if table == "people":
            _erase_extra(paths, theirs, person)
            n_scores = _erase_scores(paths, person)
        rows = theirs.get(table)
        for path in delivered_files(paths.raw_table(table)):
            frame = pl.read_parquet(path)
            left = frame if rows is None else frame.join(rows, on=["file_sha256", "row_hash", "source_row"], how="anti")
            left = _without_mentions(left, person.marks)
            if not left.equals(frame):
                write_parquet(left, path)
        failpoints.reach("erase_after_table")
    account_for_erased(paths, ledger)
    return Removed({table: rows.height for table, rows in theirs.items() if rows.height}, n_scores)


def _erase_extra(paths: DataDir, theirs: dict[str, pl.DataFrame], person: Person) -> None:
    for path in delivered_files(paths.extra):
        gone = {n for rows in theirs.values() for n in rows.filter(file_sha256=path.stem)["source_row"]}
        frame = pl.read_parquet(path)
        left = _without_mentions(frame.filter(~pl.col("source_row").is_in(gone)), person.marks)
        if not left.equals(frame):
            write_parquet(left, path)


def _erase_scores(paths: DataDir, person: Person) -> int:
    """Drop the scores whose raw row is gone, with their cached ones, and blank mentions; returns how many."""
    if not paths.touch_scores.exists():
        return 0
    scores = pl.read_parquet(paths.touch_scores)
    texts = [_scan(paths, t).select("row_hash", table_name=pl.lit(t)) for t in ("messages", "survey_responses")]
    left = scores.join(pl.concat(texts).unique().collect(), on=["table_name", "row_hash"], how="semi")
    gone = set(scores["text_hash"].drop_nulls()) - set(left["text_hash"].drop_nulls())
    for path in sorted((paths.scored / "cache").rglob("*.parquet")):
        cached = pl.read_parquet(path)
        kept = cached.filter(~pl.col("text_hash").is_in(gone))
        if kept.height < cached.height:
            write_parquet(kept, path)
    write_parquet(_without_mentions(left, person.marks), paths.touch_scores)
    return scores.height - left.height


def account_for_erased(paths: DataDir, ledger: Ledger) -> None:
    """Each source row that is neither loaded nor excluded was erased: write it as excluded for that reason."""
    loaded = pl.concat(
        _scan(paths, table).filter(~pl.col("is_derived")).select("file_sha256", "source_row") for table in TABLES
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


def without_erased(extract: Extract, suppressed: Collection[str], key: bytes) -> Extract:
    """The extract without rows of erased people, their tickets and conversations; each is excluded as such."""
    if not suppressed:
        return extract
    tables, left_out = {}, [extract.excluded]
    for name, frame in extract.tables.items():
        is_erased = pl.Series([False] * frame.height, dtype=pl.Boolean)
        for column, prefix in _suppressible(name):
            values = frame[column].drop_nulls().unique().to_list()
            erased = [v for v in values if person_key(key, prefix + v) in suppressed]
            # Another known person's words in the same conversation stay.
            theirs = frame[column].is_in(pl.Series(erased, dtype=pl.String).implode()).fill_null(False)
            is_erased |= theirs & frame["person_id"].is_null() if prefix else theirs
        tables[name] = frame.filter(~is_erased)
        for derived in (False, True):
            rows = frame.filter(is_erased & (frame["is_derived"] == derived))["source_row"]
            left_out.append(excluded_rows(rows, REASON, MESSAGE, name, is_derived=derived))
    excluded = stacked(left_out, EXCLUDED_SCHEMA).sort("source_row", "is_derived", maintain_order=True)
    gone = set(excluded.filter(reason=REASON)["source_row"])
    extra = extract.extra.filter(~pl.col("source_row").is_in(gone)) if extract.extra is not None else None
    return replace(extract, tables=tables, excluded=excluded, extra=extra)


def _suppressible(table: str) -> Iterable[tuple[str, str]]:
    """(column, prefix of its suppressed values) of one table."""
    for column in person_columns(table):
        yield column, ""
    if table in ("messages", "survey_responses"):
        yield "ticket_id", "ticket:"
    if table == "messages":
        yield "conversation_id", "conversation:"


def _scan(paths: DataDir, table: str) -> pl.LazyFrame:
    return pl.scan_parquet(paths.raw_table(table) / "*.parquet")


def _theirs(paths: DataDir, table: str, ids: Collection[str]) -> pl.DataFrame:
    """Rows that name the person."""
    named = pl.any_horizontal(pl.col(c).is_in(list(ids)) for c in person_columns(table))
    return _scan(paths, table).filter(named).collect()


def _their_rows(paths: DataDir, ids: Collection[str]) -> dict[str, pl.DataFrame]:
    """Per table the person's rows, and what was said to or of them: on their tickets, in their conversations."""
    rows = {table: _theirs(paths, table, ids) for table in TABLES if person_columns(table)}
    tickets = rows["tickets"]["ticket_id"].drop_nulls().unique().to_list()
    invitations = rows["invitations"]["invitation_id"].drop_nulls().unique().to_list()
    talks = rows["messages"]["conversation_id"].drop_nulls().unique().to_list()
    nobody = pl.col("person_id").is_null()
    around = pl.col("ticket_id").is_in(tickets) | pl.col("conversation_id").is_in(talks)
    asked = pl.col("ticket_id").is_in(tickets) | pl.col("invitation_id").is_in(invitations)
    for table, linked in (("messages", around), ("survey_responses", asked)):
        rows[table] = pl.concat([rows[table], _scan(paths, table).filter(nobody & linked).collect()])
    said = rows["messages"]["message_id"].to_list(), rows["survey_responses"]["response_id"].to_list()
    labelled = pl.col("message_id").is_in(said[0]) | pl.col("response_id").is_in(said[1])
    rows["labels"] = _scan(paths, "labels").filter(labelled).collect()
    return rows


def _without_mentions(frame: pl.DataFrame, marks: Collection[str]) -> pl.DataFrame:
    """Names and addresses of the person in what others wrote, blanked; hashes and file names stay."""
    texts = [c for c, t in frame.schema.items() if t == pl.String and c not in _PROVENANCE]
    lists = [c for c, t in frame.schema.items() if t == pl.List(pl.String)]
    if not marks:
        return frame
    patterns, blanks = list(marks), [PLACEHOLDER] * len(marks)
    blank = {"ascii_case_insensitive": True}
    return frame.with_columns(
        *(pl.col(c).str.replace_many(patterns, blanks, **blank) for c in texts),
        *(pl.col(c).list.eval(pl.element().str.replace_many(patterns, blanks, **blank)) for c in lists),
    )
