"""Erasing a person from what this platform keeps: rows, texts, scores; and keeping them out of later deliveries.

Belongs here: whose rows they are, taking them out of raw and scored, the suppression list. Does not: the refresh that
follows and the order of steps (``orchestration/erase.py``), the proof (``proof``).

Every step is found from what is on disk, so a process may die anywhere and the same call again finishes the work:
people's own rows go last, because they tell which names and addresses to look for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import polars as pl

from sources.contract import TABLES, Table
from sources.extract import EXCLUDED_SCHEMA, Extract, excluded_rows, stacked
from storage import accounting, failpoints
from storage.files import write_parquet, write_text
from storage.identity import KEY_VARIABLE, BadKey, person_columns, person_key
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.markers import ERASED, TEXT_COLUMNS
from storage.raw import RAW_EXCLUDED_SCHEMA, delivered_files, row_hashes
from storage.scores import drop_cached

REASON = "erased"
MESSAGE = "the row is of a person who was erased: nothing to do"
_LONG_ENOUGH = 6  # a shorter id would be found inside of other words
# What is found through other rows goes before those, so that a run that was killed finds it again.
_ORDER = (
    "accounts",
    "events_calendar",
    "labels",
    "survey_responses",
    "messages",
    "speakers",
    "usage",
    "consents",
    "tickets",
    "invitations",
    "people",
)


#: Where others may write of them. An account may be named after its owner.
_MENTIONS = {table: [column] for table, column in TEXT_COLUMNS.items()}
_MENTIONS |= {"accounts": ["account_name"], "tickets": ["topic"], "events_calendar": ["name"]}
_OF_KEY = "key:"
_EMAIL = "email:"


@dataclass(frozen=True)
class Person:
    """``ids``: all ids that merges and addresses make one. ``marks``: what would tell them in a text (addresses, full
    names, ids that are long enough not to be found inside of anything else)."""

    ids: frozenset[str]
    marks: tuple[str, ...]

    @property
    def short_ids(self) -> frozenset[str]:
        """Ids such as 42: they tell the person only where a person is named."""
        return frozenset(i for i in self.ids if len(i) < _LONG_ENOUGH)


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
    ids = _same_person(paths, ids)
    rows = people.filter(pl.col("person_id").is_in(ids))
    if rows.is_empty() and not any(_theirs(paths, table, ids).height for table in TABLES if person_columns(table)):
        raise LookupError("no row of any table names this person: check the id, as the extracts write it")
    emails = rows["email"].drop_nulls().str.strip_chars().unique().to_list()
    names = [n for n in rows["full_name"].drop_nulls().str.strip_chars().unique().to_list() if " " in n]
    long_ids = [i for i in ids if len(i) >= _LONG_ENOUGH]
    marks = {m for m in (*emails, *names, *long_ids) if len(m) >= _LONG_ENOUGH}
    return Person(frozenset(ids), tuple(sorted(marks | {m.lower() for m in emails}, key=lambda m: (-len(m), m))))


def _same_person(paths: DataDir, ids: set[str]) -> set[str]:
    """These ids and all that the last refresh recognised as the same person's by their addresses."""
    if not paths.person_keys.exists():
        return ids
    known = pl.read_parquet(paths.person_keys, columns=["person_id", "canonical_id"])
    canonical = known.filter(pl.col("person_id").is_in(ids))["canonical_id"]
    return ids | set(known.filter(pl.col("canonical_id").is_in(canonical.implode()))["person_id"])


def person_of(paths: DataDir, ledger: Ledger, person_id: str, key: bytes) -> Person:
    """``find_person``, or the person of an erasure that was begun and not proven yet.

    Who is meant is kept aside until the proof, because people's own rows tell the names to look for. Raises
    ``LookupError`` for someone whom no row names, and for someone who was erased and proven before.
    """
    if paths.erasing.exists():
        begun = json.loads(paths.erasing.read_text(encoding="utf-8"))
        if person_id in begun["ids"]:
            return Person(frozenset(begun["ids"]), tuple(begun["marks"]))
        raise LookupError("the erasure of another person was begun and is not proven yet: finish that one first")
    try:
        person = find_person(paths, person_id)
    except LookupError:
        if person_key(key, person_id) in ledger.suppressed():
            raise LookupError("this person was erased before, and no row names them since") from None
        raise
    write_text(json.dumps({"ids": sorted(person.ids), "marks": person.marks}), paths.erasing)
    paths.erasing.chmod(0o600)
    return person


def suppress(paths: DataDir, ledger: Ledger, person: Person, key: bytes, at: str) -> None:
    """Remember, as keyed hashes, whose rows later deliveries must not bring back."""
    tickets = _theirs(paths, "tickets", person.ids)["ticket_id"].drop_nulls().to_list()
    talks = _theirs(paths, "messages", person.ids)["conversation_id"].drop_nulls().to_list()
    theirs = _their_rows(paths, person.ids)
    said = theirs["messages"]["message_id"].drop_nulls().to_list()
    answered = theirs["survey_responses"]["response_id"].drop_nulls().to_list()
    asked = theirs["invitations"]["invitation_id"].drop_nulls().to_list()
    found = {*person.ids, *(f"ticket:{t}" for t in tickets), *(f"conversation:{t}" for t in talks)}
    found |= {
        *(f"speaker:{s}" for s in theirs["speakers"]["speaker_id"]),
        *(f"message:{m}" for m in said),
        *(f"response:{r}" for r in answered),
        *(f"invitation:{i}" for i in asked),
    }
    # Another system may give them another id: it will know the address, or take it for the id.
    found |= {form for mark in person.marks if "@" in mark for form in (mark, _EMAIL + mark.lower())}
    ledger.suppress([_proof_of(key), *(person_key(key, value) for value in sorted(found))], at)


def _proof_of(key: bytes) -> str:
    """Stands in the suppression list and says which key it was made with."""
    return _OF_KEY + person_key(key, _OF_KEY)


def erase_rows(paths: DataDir, ledger: Ledger, person: Person) -> Removed:
    """Take the person's rows out of raw and scored, blank them in all others, and set the accounts right again."""
    theirs = _their_rows(paths, person.ids)
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
            left = _without_mentions_in_rows(TABLES[table], left, person)
            if not left.equals(frame):
                write_parquet(left, path)
        failpoints.reach("erase_after_table")
    _rename_deliveries(paths, ledger, person)
    account_for_erased(paths, ledger)
    return Removed({table: rows.height for table, rows in theirs.items() if rows.height}, n_scores)


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
    texts = [_scan(paths, t).select("row_hash", table_name=pl.lit(t)) for t in ("messages", "survey_responses")]
    left = scores.join(pl.concat(texts).unique().collect(), on=["table_name", "row_hash"], how="semi")
    gone = set(scores["text_hash"].drop_nulls()) - set(left["text_hash"].drop_nulls())
    drop_cached(paths, gone)
    write_parquet(_without_mentions(left, person, ["text_redacted"]), paths.touch_scores)
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
    write_parquet(accounting.all_warnings(paths), paths.warnings)


def without_erased(extract: Extract, suppressed: Collection[str], key: bytes) -> Extract:
    """The extract without rows of erased people, their tickets and conversations; each is excluded as such.

    Raises ``BadKey`` if the list was made with another key: then it would protect nobody.
    """
    if not suppressed:
        return extract
    if _proof_of(key) not in suppressed and any(entry.startswith(_OF_KEY) for entry in suppressed):
        raise BadKey(
            f"people were erased under another key than this one: give {KEY_VARIABLE} the key of that time (or restore "
            "identity.key of the data folder), or else their rows would come back"
        )
    tables, left_out = {}, [extract.excluded]
    for name, frame in extract.tables.items():
        is_erased = pl.Series([False] * frame.height, dtype=pl.Boolean)
        for column, prefix in _suppressible(name):
            values = frame[column].str.strip_chars().str.to_lowercase() if prefix == _EMAIL else frame[column]
            erased = [v for v in values.drop_nulls().unique() if person_key(key, prefix + v) in suppressed]
            # Another known person's words in the same conversation stay.
            theirs = values.is_in(pl.Series(erased, dtype=pl.String).implode()).fill_null(False)
            if name == "speakers" and not prefix:
                # Known by another id before: their words have to be told from those of speakers whom nobody knows.
                frame = _withheld(frame, theirs)
                continue
            is_shared = prefix in _SHARED
            is_erased |= theirs & frame["person_id"].is_null() if is_shared else theirs
        tables[name] = frame.filter(~is_erased)
        for derived in (False, True):
            rows = frame.filter(is_erased & (frame["is_derived"] == derived))["source_row"]
            left_out.append(excluded_rows(rows, REASON, MESSAGE, name, is_derived=derived))
    excluded = stacked(left_out, EXCLUDED_SCHEMA).sort("source_row", "is_derived", maintain_order=True)
    gone = set(excluded.filter(reason=REASON)["source_row"])
    extra = extract.extra.filter(~pl.col("source_row").is_in(gone)) if extract.extra is not None else None
    return replace(extract, tables=tables, excluded=excluded, extra=extra)


def _withheld(speakers: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """Where ``at`` is true, speakers of whom only is known that nobody may read them."""
    blank = {"author_kind": pl.lit("withheld"), "person_id": pl.lit(None), "account_id": pl.lit(None)}
    return speakers.with_columns(pl.when(at).then(v).otherwise(name).alias(name) for name, v in blank.items())


#: Places where others speak too: only what names nobody goes with them.
_SHARED = ("ticket:", "conversation:", "invitation:")


def _suppressible(table: str) -> Iterable[tuple[str, str]]:
    """(column, prefix of its suppressed values) of one table."""
    for column in person_columns(table):
        yield column, ""
    columns = TABLES[table].column_names
    if "speaker_id" in columns:
        yield "speaker_id", "speaker:"
    if table == "people":
        yield "email", _EMAIL
    if table in ("messages", "survey_responses", "labels"):
        named = (("ticket_id", "ticket:"), ("conversation_id", "conversation:"), ("invitation_id", "invitation:"))
        own = (("message_id", "message:"), ("response_id", "response:"))
        yield from ((column, prefix) for column, prefix in (*named, *own) if column in columns)


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
    around |= pl.col("speaker_id").is_in(rows["speakers"]["speaker_id"].unique().to_list())
    asked = pl.col("ticket_id").is_in(tickets) | pl.col("invitation_id").is_in(invitations)
    for table, linked in (("messages", around), ("survey_responses", asked)):
        rows[table] = pl.concat([rows[table], _scan(paths, table).filter(nobody & linked).collect()])
    said = rows["messages"]["message_id"].to_list(), rows["survey_responses"]["response_id"].to_list()
    labelled = pl.col("message_id").is_in(said[0]) | pl.col("response_id").is_in(said[1])
    rows["labels"] = _scan(paths, "labels").filter(labelled).collect()
    return rows


def mark_pattern(marks: Collection[str]) -> str:
    """Finds a mark as a whole: ``ann@x.com`` is not in ``joann@x.com``. Group 1 is what stands before it."""
    return r"(?i)(^|[^\w.+\-])(?:" + "|".join(re.escape(mark) for mark in marks) + r")\b"


def name_pattern(marks: Collection[str]) -> str:
    """Finds a mark in the name of a file or folder, where words are joined by anything. Group 1 stands before it."""
    spelled = [re.escape(mark).replace(r"\ ", r"(?:[\s_.+\-]|%20)*") for mark in marks]
    return r"(?i)(^|[^\w.+\-]|[_.\-])(?:" + "|".join(spelled) + r")(?:\b|_)"


def _without_mentions_in_rows(table: Table, rows: pl.DataFrame, person: Person) -> pl.DataFrame:
    """Raw rows, mentions blanked. A changed row is hashed anew: the old hash would tell what stood there."""
    columns = _MENTIONS.get(table.name, [])
    left = _without_mentions(rows, person, columns)
    for column in columns:
        changed = left[column].ne_missing(rows[column])
        if changed.any():
            hashes = row_hashes(table, left.filter(changed))
            left = left.with_columns(left["row_hash"].scatter(changed.arg_true(), hashes))
    return left


def _without_mentions(frame: pl.DataFrame, person: Person, columns: Iterable[str]) -> pl.DataFrame:
    """Names and addresses of the person in these free texts, blanked. Ids and keys are never touched."""
    if not person.marks:
        return frame
    pattern, blank = mark_pattern(person.marks), "${1}" + ERASED
    # Twice: of two marks side by side the first one takes the space between them.
    return frame.with_columns(
        pl.col(c).str.replace_all(pattern, blank).str.replace_all(pattern, blank)
        for c in columns
        if frame.schema[c] == pl.String
    )
