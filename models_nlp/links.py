"""Whose text it is, where its own row does not say: by ticket, by invitation, by merge, by address.

Belongs here: following raw ids to a person and an account. Does not: consent (``eligibility``), scoring.
Frames are raw canonical tables with every version of every row; the winner of a key is settled here. The same links
are made in SQL for the marts; here they decide before any text is read.
"""

from __future__ import annotations

import polars as pl

from models_nlp.redaction import Directories, Directory, directory

# A merge into a merged id is followed on; a chain longer than this is a circle.
_MOST_STEPS = 50


class Links:
    """The links of one company, resolved once. Any frame may be missing: then nothing is linked that way.

    ``people``: person_id, account_id, and optionally valid_from, full_name, email, merged_into. ``tickets``: ticket_id,
    person_id, account_id. ``invitations``: invitation_id, person_id, account_id. ``accounts``: account_id, merged_into.
    ``person_matches``: person_id, canonical_id, account_id and ``account_matches``: account_id, canonical_id, whom and
    what an address gives away beside ids and merges.
    """

    def __init__(
        self,
        people: pl.DataFrame | None = None,
        tickets: pl.DataFrame | None = None,
        invitations: pl.DataFrame | None = None,
        accounts: pl.DataFrame | None = None,
        person_matches: pl.DataFrame | None = None,
        account_matches: pl.DataFrame | None = None,
    ) -> None:
        self._of_ticket = _owners(tickets, "ticket_id")
        self._of_invitation = _owners(invitations, "invitation_id")
        self._people_survivors = _survivors(people, "person_id") | _matches(person_matches, "person_id")
        self._account_survivors = _survivors(accounts, "account_id") | _matches(account_matches, "account_id")
        self._account_of_person: dict[str, str] = {}
        self._directories = Directories({})
        if people is not None and "account_id" in people.columns:
            placed = people.with_columns(self.surviving_accounts(people["account_id"]))
            self._directories = directory(placed)
            newest = _winners(placed, ["person_id", "valid_from"])
            if "valid_from" in newest.columns:
                newest = newest.sort("valid_from", nulls_last=False, maintain_order=True)
            named = newest.drop_nulls("account_id").unique("person_id", keep="last", maintain_order=True)
            self._account_of_person = dict(named.select("person_id", "account_id").iter_rows())
        if person_matches is not None:
            found = dict(person_matches.select("person_id", "account_id").drop_nulls().iter_rows())
            self._account_of_person = found | self._account_of_person  # the history as it is given wins

    def surviving_people(self, person_ids: pl.Series) -> pl.Series:
        """Each person's id after all merges, in order; null stays null."""
        return _replaced(person_ids, self._people_survivors)

    def surviving_accounts(self, account_ids: pl.Series) -> pl.Series:
        """Each account's id after all merges, in order; null stays null."""
        return _replaced(account_ids, self._account_survivors)

    def people_of(self, rows: pl.DataFrame) -> pl.Series:
        """The person of each row of messages or survey responses, in order: its own, its invitation's, its ticket's."""
        return self.surviving_people(self._first_known(rows, "person_id"))

    def accounts_of(self, rows: pl.DataFrame) -> pl.Series:
        """The account of each row, in order: its own, its invitation's, its ticket's, else its person's."""
        known = self._first_known(rows, "account_id")
        of_person = _looked_up(self._first_known(rows, "person_id"), self._account_of_person)
        return self.surviving_accounts(_coalesced([known, of_person]))

    def directories_of(self, rows: pl.DataFrame) -> list[Directory | None]:
        """For each row the names of its account's people; ``None`` where the account is unknown."""
        return [self._directories.of(account) for account in self.accounts_of(rows)]

    def _first_known(self, rows: pl.DataFrame, column: str) -> pl.Series:
        found = [rows[column]] if column in rows.columns else []
        for key, owners in (("invitation_id", self._of_invitation), ("ticket_id", self._of_ticket)):
            if key in rows.columns:
                found.append(_looked_up(rows[key], owners[column]))
        return _coalesced(found) if found else pl.Series(column, [None] * rows.height, dtype=pl.String())


def _owners(frame: pl.DataFrame | None, key: str) -> dict[str, dict[str, str]]:
    """Column → key → person or account of the winning version; a deleted ticket still says who wrote on it."""
    owners: dict[str, dict[str, str]] = {"person_id": {}, "account_id": {}}
    if frame is None:
        return owners
    winners = _winners(frame, [key])
    for column, found in owners.items():
        if column in winners.columns:
            found.update(winners.select(key, column).drop_nulls().iter_rows())
    return owners


def _winners(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The newest version of each key: greatest ``updated_at``, then greatest ``row_hash``."""
    order = [name for name in ("updated_at", "row_hash") if name in frame.columns]
    if order:
        frame = frame.sort(order, descending=True, nulls_last=True, maintain_order=True)
    return frame.unique([name for name in key if name in frame.columns], keep="first", maintain_order=True)


def _survivors(frame: pl.DataFrame | None, key: str) -> dict[str, str]:
    """Id → id of the survivor, chains followed to their end; ids in a circle keep their own."""
    if frame is None or "merged_into" not in frame.columns:
        return {}
    winners = _winners(frame, [key, "valid_from"])
    if "is_deleted" in winners.columns:
        # A deleted row of a living history says nothing; where all rows are deleted the merge stands on them.
        deleted = pl.col("is_deleted").fill_null(False)
        winners = winners.filter(~deleted | deleted.all().over(key))
    order = [name for name in ("valid_from", "merged_into") if name in winners.columns]
    named = winners.filter(pl.col("merged_into").is_not_null() & (pl.col("merged_into") != pl.col(key)))
    named = named.sort(order, descending=True, nulls_last=True).unique(key, keep="first", maintain_order=True)
    steps = dict(named.select(key, "merged_into").iter_rows())
    return {start: end for start in steps if (end := _end_of_chain(start, steps)) is not None}


def _matches(frame: pl.DataFrame | None, key: str) -> dict[str, str]:
    """Id → canonical id, of those that are not canonical themselves."""
    if frame is None:
        return {}
    return dict(frame.filter(pl.col(key) != pl.col("canonical_id")).select(key, "canonical_id").iter_rows())


def _end_of_chain(start: str, steps: dict[str, str]) -> str | None:
    at = start
    for _ in range(_MOST_STEPS):
        if at not in steps:
            return at
        at = steps[at]
    return None


def _replaced(ids: pl.Series, survivors: dict[str, str]) -> pl.Series:
    return _coalesced([_looked_up(ids, survivors), ids]) if survivors else ids.cast(pl.String())


def _looked_up(ids: pl.Series, known: dict[str, str]) -> pl.Series:
    values = [known.get(id_) if id_ is not None else None for id_ in ids]
    return pl.Series(ids.name, values, dtype=pl.String())


def _coalesced(columns: list[pl.Series]) -> pl.Series:
    frame = pl.DataFrame({str(number): column.cast(pl.String()) for number, column in enumerate(columns)})
    return frame.select(pl.coalesce(frame.columns).alias(columns[0].name)).to_series()
