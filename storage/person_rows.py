"""Who a person is in raw, and which rows of it are theirs.

Belongs here: all ids of one person, what would tell them in a text, the rows that name them or were said to them.
Does not: taking rows out (``erasure``), keeping them out of later deliveries (``suppression``), who is the same person
across sources (``resolution``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from sources.contract import TABLES
from storage.identity import person_columns
from storage.layout import DataDir
from storage.markers import TEXT_COLUMNS

#: Where others may write of them. An account may be named after its owner.
MENTIONS = {table: [column] for table, column in TEXT_COLUMNS.items()}
MENTIONS["survey_responses"].append("touchpoint")
MENTIONS |= {
    "accounts": ["account_name", "segment", "region", "product_line"],
    "tickets": ["topic", "product_line"],
    "events_calendar": ["name"],
}
_LONG_ENOUGH = 6  # a shorter id would be found inside of other words


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


def find_person(paths: DataDir, person_id: str) -> Person:
    """The person whom ``person_id`` names in the extracts. Raises ``LookupError`` if no raw row does."""
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


def scan_raw(paths: DataDir, table: str) -> pl.LazyFrame:
    """All loaded rows of one table."""
    return pl.scan_parquet(paths.raw_table(table) / "*.parquet")


def rows_naming(paths: DataDir, table: str, ids: Collection[str]) -> pl.DataFrame:
    """Rows that name the person."""
    named = pl.any_horizontal(pl.col(c).is_in(list(ids)) for c in person_columns(table))
    return scan_raw(paths, table).filter(named).collect()


def rows_of(paths: DataDir, ids: Collection[str]) -> dict[str, pl.DataFrame]:
    """Per table the person's rows, and what was said to or of them: on their tickets, in their conversations."""
    rows = {table: rows_naming(paths, table, ids) for table in TABLES if person_columns(table)}
    tickets = rows["tickets"]["ticket_id"].drop_nulls().unique().to_list()
    invitations = rows["invitations"]["invitation_id"].drop_nulls().unique().to_list()
    talks = rows["messages"]["conversation_id"].drop_nulls().unique().to_list()
    nobody = pl.col("person_id").is_null()
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
