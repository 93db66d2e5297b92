"""A table or query of a database, read batch by batch; each batch is a step forward.

Belongs here: which rows are new, and their file. Does not: the statement (``database``), files and positions
(``reading``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from connections import cursor, landing
from connections.clock import Clock, NoZone, Unreadable
from connections.configuration import SqlConnection
from connections.cursor import Position
from connections.database import Database
from connections.errors import SourceChanged
from connections.reading import Progress, Reading, patiently
from connections.values import Plan, as_text, to_frame
from storage.layout import DataDir


class TableReading(Reading):
    """``names``: the columns to ask for. ``how``: how rows become canonical ones; null: they stay as they are."""

    def __init__(
        self,
        paths: DataDir,
        progress: Progress,
        name: str,
        connection: SqlConnection,
        resource: str,
        database: Database,
        names: Sequence[str],
        how: Plan | None,
    ) -> None:
        super().__init__(paths, progress, name, connection, resource)
        self._database, self._names, self._how = database, names, how
        self._clock = Clock(connection.time_zone, self.settings.epoch, connection.fold)

    def read(self) -> None:
        if self.settings.cursor is None:
            patiently(self.connection.retries, self._read_whole, lambda: 0)
            self.land(Position())
            return
        n = patiently(self.connection.retries, lambda: self._database.count_without_cursor(self.settings), lambda: 0)
        if n:
            self.note(f"{n} rows have no {self.settings.cursor} and are not read: fill it in the source")
        patiently(self.connection.retries, self._read_on, lambda: self._told.rows_read)

    def _read_on(self) -> None:
        """From the position on; each batch is a step forward."""
        by = self.settings.cursor
        for rows in self._database.batches(self.settings, self._names, self._start()):
            position = self.position.copy()
            values = [cursor.read(row[by], by) for row in rows]
            is_wall = self._clock.is_wall(values[-1])
            new = position.take(list(zip(values, rows, strict=True)), self.settings.overlap, is_wall)
            self.write(new, len(rows), position.cursor, *self._body(new, values[-1]))
            self.land(position)

    def _read_whole(self) -> None:
        """All of it, or after a break nothing."""
        self.forget()
        for rows in self._database.batches(self.settings, self._names, None):
            self.write(rows, len(rows), None, *self._body(rows, None))

    def _start(self) -> cursor.Value | None:
        reached = self.position.cursor
        if reached is not None:
            return cursor.before(reached, self.settings.overlap, self._clock.is_wall(reached))
        if self.settings.since is None:
            return None
        found = cursor.read(self._database.one_cursor(self.settings), self.settings.cursor)
        if found is None:
            return None
        return cursor.in_terms_of(self.settings.since, found, self._clock.zone, self.settings.cursor)

    def _body(self, rows: list[dict[str, Any]], value: cursor.Value | None) -> tuple[str, bytes]:
        if self._how is None:
            return ".csv", landing.csv(_texts(rows, self._names, self._clock))
        how = self._how
        if value is not None and not isinstance(value, int) and "updated_at" not in {*how.named, *how.constants}:
            # Which version of a row is the newer one is what the cursor says.
            how = replace(how, named={**how.named, "updated_at": self.settings.cursor})
        return ".parquet", landing.parquet(to_frame(rows, how))


def _texts(rows: list[dict[str, Any]], names: Sequence[str], clock: Clock) -> pl.DataFrame:
    """A vendor's table as text. Raises ``SourceChanged`` with the columns that have no text."""
    problems, made = [], []
    for name in names:
        try:
            made.append(pl.Series(name, [as_text(row[name], clock) for row in rows], dtype=pl.String))
        except NoZone:
            problems.append(f"{name}: holds times without an offset: declare the connection's time_zone")
        except Unreadable:
            problems.append(f"{name}: holds bytes, or times that are no single moment: leave it out by a query")
    if problems:
        raise SourceChanged(problems)
    return pl.DataFrame(made)
