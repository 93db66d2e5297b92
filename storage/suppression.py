"""Keeping erased people out of what is delivered later: the list of whom it is, as keyed hashes, and reading by it.

Belongs here: what goes onto the list, leaving out the rows that it names. Does not: whose rows they are
(``person_rows``), taking out what is in raw already (``erasure``), where the list lies (``ledger``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import polars as pl

from sources.contract import TABLES, Table
from sources.extract import EXCLUDED_SCHEMA, Extract, excluded_rows, stacked
from storage.identity import KEY_VARIABLE, BadKey, person_columns, person_key
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.mentions import Mentions, told_by
from storage.person_rows import Person, free_columns, key_columns, rows_naming, rows_of

REASON = "erased"
MESSAGE = "the row is of a person who was erased: nothing to do"
_OF_KEY = "key:"
_EMAIL = "email:"
_ACCOUNT = "account:"


def suppress(paths: DataDir, ledger: Ledger, person: Person, key: bytes, at: str) -> None:
    """Remember, as keyed hashes, whose rows later deliveries must not bring back."""
    talks = rows_naming(paths, "messages", person.ids)["conversation_id"].drop_nulls().to_list()
    theirs = rows_of(paths, person)
    tickets = theirs["tickets"]["ticket_id"].drop_nulls().to_list()
    said = theirs["messages"]["message_id"].drop_nulls().to_list()
    answered = theirs["survey_responses"]["response_id"].drop_nulls().to_list()
    asked = theirs["invitations"]["invitation_id"].drop_nulls().to_list()
    found = {*person.ids, *(f"ticket:{t}" for t in tickets), *(f"conversation:{t}" for t in talks)}
    found |= {
        *(f"speaker:{s}" for s in theirs["speakers"]["speaker_id"]),
        *(f"message:{m}" for m in said),
        *(f"response:{r}" for r in answered),
        *(f"invitation:{i}" for i in asked),
        *(_ACCOUNT + account.strip().lower() for account in person.accounts),
    }
    # Another system may give them another id: it will know the address, or take it for the id.
    found |= {form for mark in person.marks if "@" in mark for form in (mark, _EMAIL + mark.lower())}
    found |= told_by(person.marks)
    ledger.suppress([_proof_of(key), *(person_key(key, value) for value in sorted(found))], at)


def _proof_of(key: bytes) -> str:
    """Stands in the suppression list and says which key it was made with."""
    return _OF_KEY + person_key(key, _OF_KEY)


def without_erased(extract: Extract, suppressed: Collection[str], key: bytes) -> Extract:
    """The extract without rows of erased people, their tickets and conversations; each is excluded as such. Their names
    and addresses in what others write are blanked.

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
            values = (
                frame[column].str.strip_chars().str.to_lowercase() if prefix in (_EMAIL, _ACCOUNT) else frame[column]
            )
            erased = [v for v in values.drop_nulls().unique() if person_key(key, prefix + v) in suppressed]
            # Another known person's words in the same conversation stay.
            theirs = values.is_in(pl.Series(erased, dtype=pl.String).implode()).fill_null(False)
            if name == "speakers" and not prefix:
                # Known by another id before: their words have to be told from those of speakers whom nobody knows.
                frame = _withheld(frame, theirs)
                continue
            is_shared = prefix in _SHARED and "person_id" in frame.columns
            is_erased |= theirs & frame["person_id"].is_null() if is_shared else theirs
        tables[name] = frame.filter(~is_erased)
        for derived in (False, True):
            rows = frame.filter(is_erased & (frame["is_derived"] == derived))["source_row"]
            left_out.append(excluded_rows(rows, REASON, MESSAGE, name, is_derived=derived))
    excluded = stacked(left_out, EXCLUDED_SCHEMA).sort("source_row", "is_derived", maintain_order=True)
    gone = set(excluded.filter(reason=REASON)["source_row"])
    extra = extract.extra.filter(~pl.col("source_row").is_in(gone)) if extract.extra is not None else None
    mentions = Mentions(suppressed, key)
    tables = {name: _unnamed(TABLES[name], frame, mentions) for name, frame in tables.items()}
    extra = _blanked(extra, extra.drop("source_row").columns, mentions) if extra is not None else None
    return replace(extract, tables=tables, excluded=excluded, extra=extra)


def _unnamed(table: Table, frame: pl.DataFrame, mentions: Mentions) -> pl.DataFrame:
    hashed = frame.with_columns(mentions.hashed(frame[c]) for c in key_columns(table))
    return _blanked(hashed, free_columns(table), mentions)


def _blanked(frame: pl.DataFrame, columns: Iterable[str], mentions: Mentions) -> pl.DataFrame:
    return frame.with_columns(mentions.blanked(frame[c]) for c in columns if frame.schema.get(c) == pl.String)


def _withheld(speakers: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """Where ``at`` is true, speakers of whom only is known that nobody may read them."""
    blank = {"author_kind": pl.lit("withheld"), "person_id": pl.lit(None), "account_id": pl.lit(None)}
    return speakers.with_columns(pl.when(at).then(v).otherwise(name).alias(name) for name, v in blank.items())


#: Places where others speak too: only what names nobody goes with them.
_SHARED = ("ticket:", "conversation:", "invitation:", _ACCOUNT)


def _suppressible(table: str) -> Iterable[tuple[str, str]]:
    """(column, prefix of its suppressed values) of one table."""
    for column in person_columns(table):
        yield column, ""
    columns = TABLES[table].column_names
    if "account_id" in columns:
        yield "account_id", _ACCOUNT
    if "speaker_id" in columns:
        yield "speaker_id", "speaker:"
    if table == "people":
        yield "email", _EMAIL
    if table in ("messages", "survey_responses", "labels"):
        named = (("ticket_id", "ticket:"), ("conversation_id", "conversation:"), ("invitation_id", "invitation:"))
        own = (("message_id", "message:"), ("response_id", "response:"))
        yield from ((column, prefix) for column, prefix in (*named, *own) if column in columns)
