"""Who a person is in raw, and which rows of it are theirs.

Belongs here: all ids of one person, the accounts that are nobody but them, what would tell them in a text, the rows
that name them or were said to them. Does not: taking rows out (``erasure``), keeping them out of later deliveries
(``suppression``), who is the same person across sources (``resolution``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from sources.contract import TABLES, Table
from sources.record_ids import bare_id, bare_ids
from storage.identity import person_columns
from storage.layout import DataDir

_LONG_ENOUGH = 6  # a shorter id would be found inside of other words
#: What stands in raw whoever is delivered: channels, kinds, states, names of tables and columns.
_CLOSED_WORDS = frozenset(
    word
    for table in TABLES.values()
    for column in table.columns
    for word in (table.name, column.name, *column.allowed, *filter(None, (column.otherwise,)))
)


def key_columns(table: Table) -> tuple[str, ...]:
    """Text columns by which rows are told apart and found: in place of a cell that tells a person stands a hash of it,
    so that rows stay apart and together as they were."""
    return tuple(c for c in _open_texts(table) if c in table.key or c.endswith("_id") or c == "merged_into")


def free_columns(table: Table) -> tuple[str, ...]:
    """All other text columns: others may write of a person in any of them. In place of the name stands a marker."""
    return tuple(c for c in _open_texts(table) if c not in key_columns(table))


def _open_texts(table: Table) -> list[str]:
    """Not those of a closed list: no name can stand there, and a word of the list may happen to be somebody's id."""
    return [c.name for c in table.columns if c.kind == "text" and not c.allowed]


class NoSuchPerson(LookupError):
    """No row of raw names the person."""


@dataclass(frozen=True)
class Person:
    """``ids``: all ids that merges and addresses make one. ``marks``: what would tell them in a text (addresses, full
    names, ids that are long enough not to be found inside of anything else). ``accounts``: those in which is nobody
    else. ``words``: ids that are a word of the platform's own, such as ``ticket``."""

    ids: frozenset[str]
    marks: tuple[str, ...]
    accounts: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @property
    def short_ids(self) -> frozenset[str]:
        """Ids such as 42, zendesk:42 or ticket: they tell the person only where a person is named."""
        return self.words | {i for i in self.ids if len(bare_id(i)) < _LONG_ENOUGH}

    @property
    def written_ids(self) -> frozenset[str]:
        """The ids, and as the vendors' own files write them: 42 of zendesk:42. Raw rows are never looked for by these:
        another vendor may number somebody else alike."""
        return self.ids | {bare_id(i) for i in self.ids}

    @property
    def long_ids(self) -> frozenset[str]:
        """Ids that tell the person wherever they stand."""
        return self.ids - self.short_ids


def words_among(ids: Collection[str], platform_words: Collection[str] = ()) -> frozenset[str]:
    """The ids that are a word of the contract's closed lists or one of ``platform_words`` (small letters)."""
    known = {*_CLOSED_WORDS, *platform_words}
    return frozenset(i for i in ids if bare_id(i).casefold() in known)


def find_person(paths: DataDir, person_id: str, platform_words: Collection[str] = ()) -> Person:
    """The person whom ``person_id`` names in the extracts. Raises ``NoSuchPerson`` if no raw row does.

    ``platform_words``: what stands in the platform's own files and columns whoever is erased.
    """
    people = scan_raw(paths, "people").select("person_id", "merged_into", "email", "full_name").collect()
    ids = {person_id}
    while True:
        linked = people.filter(pl.col("person_id").is_in(ids) | pl.col("merged_into").is_in(ids))
        found = ids | set(linked["person_id"].drop_nulls()) | set(linked["merged_into"].drop_nulls())
        if found == ids:
            break
        ids = found
    ids = _same_person(paths, ids)
    rows = people.filter(pl.col("person_id").is_in(ids))
    if rows.is_empty() and not any(rows_naming(paths, table, ids).height for table in TABLES if person_columns(table)):
        known = people["person_id"].unique().sort()
        alike = known.filter(bare_ids(known) == person_id).to_list()
        hint = f" ({' and '.join(alike)} would be known)" if alike else ""
        raise NoSuchPerson(f"no row of any table names this person: check the id, as the extracts write it{hint}")
    emails = rows["email"].drop_nulls().str.strip_chars().unique().to_list()
    names = [n for n in rows["full_name"].drop_nulls().str.strip_chars().unique().to_list() if " " in n]
    words = words_among(ids, platform_words)
    long_ids = [i for i in ids - words if len(i) >= _LONG_ENOUGH]
    marks = {m for m in (*emails, *names, *long_ids) if len(m) >= _LONG_ENOUGH}
    spelled = tuple(sorted(marks | {m.lower() for m in emails}, key=lambda m: (-len(m), m)))
    return Person(frozenset(ids), spelled, _own_accounts(paths, frozenset(ids), spelled), words)


def _same_person(paths: DataDir, ids: set[str]) -> set[str]:
    """These ids and all that were recognised as the same person's by their addresses."""
    if not paths.person_keys.exists():
        return ids
    known = pl.read_parquet(paths.person_keys, columns=["person_id", "canonical_id"])
    canonical = known.filter(pl.col("person_id").is_in(ids))["canonical_id"]
    return ids | set(known.filter(pl.col("canonical_id").is_in(canonical.implode()))["person_id"])


def _own_accounts(paths: DataDir, ids: frozenset[str], marks: Collection[str]) -> frozenset[str]:
    """Accounts that are the person: their id is an address of theirs, or the id of the person who is in it (another
    system may count companies by the same numbers), and no row puts anybody else in them."""
    addresses = {mark.lower() for mark in marks if "@" in mark}
    tables = [t for t in TABLES.values() if "account_id" in t.column_names]
    known = pl.concat([scan_raw(paths, t.name).select("account_id") for t in tables]).drop_nulls().unique().collect()
    found = {a for a in known["account_id"] if a in ids or a.strip().lower() in addresses}
    if not found:
        return frozenset()
    named = pl.concat(
        [
            scan_raw(paths, t.name).filter(pl.col("account_id").is_in(list(found))).select("account_id", "person_id")
            for t in tables
            if "person_id" in t.column_names
        ]
    )
    who = named.drop_nulls().unique().collect()
    theirs = set(who.filter(pl.col("person_id").is_in(list(ids)))["account_id"])
    others = set(who.filter(~pl.col("person_id").is_in(list(ids)))["account_id"])
    return frozenset(a for a in found - others if a.strip().lower() in addresses or a in theirs)


def scan_raw(paths: DataDir, table: str) -> pl.LazyFrame:
    """All loaded rows of one table."""
    return pl.scan_parquet(paths.raw_table(table) / "*.parquet")


def rows_naming(paths: DataDir, table: str, ids: Collection[str]) -> pl.DataFrame:
    """Rows that name the person."""
    named = pl.any_horizontal(pl.col(c).is_in(list(ids)) for c in person_columns(table))
    return scan_raw(paths, table).filter(named).collect()


def rows_of(paths: DataDir, person: Person) -> dict[str, pl.DataFrame]:
    """Per table the person's rows and those of their accounts, and what was said to or of them: on their tickets, in
    their conversations."""
    rows = {}
    for table in TABLES.values():
        named = [pl.col(c).is_in(list(person.ids)) for c in person_columns(table.name)]
        named += [pl.col("account_id").is_in(list(person.accounts))] if "account_id" in table.column_names else []
        if named:
            rows[table.name] = scan_raw(paths, table.name).filter(pl.any_horizontal(named)).collect()
    tickets = rows["tickets"]["ticket_id"].drop_nulls().unique().to_list()
    invitations = rows["invitations"]["invitation_id"].drop_nulls().unique().to_list()
    talks = rows["messages"]["conversation_id"].drop_nulls().unique().to_list()
    nobody = pl.col("person_id").is_null() & ~pl.col("account_id").is_in(list(person.accounts)).fill_null(False)
    around = pl.col("ticket_id").is_in(tickets) | pl.col("conversation_id").is_in(talks)
    around |= pl.col("speaker_id").is_in(rows["speakers"]["speaker_id"].unique().to_list())
    asked = pl.col("ticket_id").is_in(tickets) | pl.col("invitation_id").is_in(invitations)
    for table, linked in (("messages", around), ("survey_responses", asked)):
        rows[table] = pl.concat([rows[table], scan_raw(paths, table).filter(nobody & linked).collect()])
    said = rows["messages"]["message_id"].to_list(), rows["survey_responses"]["response_id"].to_list()
    labelled = pl.col("message_id").is_in(said[0]) | pl.col("response_id").is_in(said[1])
    rows["labels"] = scan_raw(paths, "labels").filter(labelled).collect()
    return rows


def folded(text: str) -> str:
    """``text`` so that all spellings that expressions take for one, whatever the case, are one (the dotless i, too)."""
    return text.replace("\u0131", "i").replace("\u0130", "i").casefold()
