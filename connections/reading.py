"""One resource, read from where it stood: what reading a table and reading a list of an API have in common.

Belongs here: figures, files written aside and shown, the position moved only after that, patience. Does not: asking and
typing (``table_reading``, ``list_reading``), which connections there are and what stops them (``pull``).

For one batch: read → leave out what came before → write aside, sync → rename into the landing folder → move the
position. A process that dies anywhere leaves the old position: the next pull reads a stretch twice, never none.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from connections import cursor
from connections.configuration import ApiConnection, Retries, SqlConnection
from connections.cursor import Position
from connections.errors import FAULTS, Interrupted, in_words
from connections.landing import Landing
from connections.positions import Positions
from storage import failpoints
from storage.layout import DataDir

T = TypeVar("T")

#: ``progress(rows so far, 0, "connection resource")`` is called after each batch; how many there will be is not known.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Pulled:
    """What became of one resource. ``status``: pulled, failed, or ``held`` (another resource of its connection failed).

    ``rows_read`` = ``rows_landed`` + ``rows_repeated`` (read again on purpose, unchanged since they landed); those of a
    batch that did not land are not counted. ``up_to``: the cursor that was reached. ``message``: what is wrong and what
    to do, or what is worth knowing.
    """

    connection: str
    resource: str
    status: Literal["pulled", "failed", "held"] = "pulled"
    rows_read: int = 0
    rows_landed: int = 0
    rows_repeated: int = 0
    files: int = 0
    up_to: str | None = None
    message: str | None = None


class Reading:
    """What reading a table and reading a list have in common: figures, files, the position."""

    def __init__(
        self, paths: DataDir, progress: Progress, name: str, connection: SqlConnection | ApiConnection, resource: str
    ) -> None:
        self.name, self.resource = name, resource
        self.connection, self.settings = connection, connection.resources[resource]
        self._paths, self._progress = paths, progress
        self._asked = _fingerprint(connection, resource)
        self._positions = Positions(paths.pulled / f"{name}.json")
        self.position = self._positions.of(resource, self._asked)
        folders = dict.fromkeys((resource, self.settings.target or resource))
        self._files = Landing(paths.landing_pulled.joinpath(name, *folders))
        self._told = Pulled(name, resource)
        self._waiting = Pulled(name, resource)  # figures of what is written aside
        if self._positions.is_asked_anew(resource, self._asked):
            self.note("it is asked in another way than before: read from the beginning")

    def run(self) -> Pulled:
        """Read to the end, or to where it breaks; then say which."""
        try:
            self.read()
        except FAULTS as error:
            self.forget()
            self.note(in_words(error, self._paths.connections))
            self._told = replace(self._told, status="failed")
        reached = self.position.cursor
        spelled = reached.isoformat() if hasattr(reached, "isoformat") else reached
        return replace(self._told, up_to=None if spelled is None else str(spelled))

    def read(self) -> None:
        """All that is new."""
        raise NotImplementedError

    def note(self, said: str) -> None:
        """Add to what is told."""
        self._told = replace(self._told, message="\n".join(filter(None, (self._told.message, said))))

    def write(self, rows: Sequence[Any], n_read: int, up_to: cursor.Value | None, suffix: str, body: bytes) -> None:
        """Write a batch aside and count it."""
        if rows:
            self._files.wait(body, suffix, _file_name(up_to))
        self._waiting = _added(self._waiting, n_read, len(rows), n_read - len(rows))
        self._progress(self._told.rows_read + self._waiting.rows_read, 0, f"{self.name} {self.resource}")

    def land(self, position: Position) -> None:
        """Show what waits; then, and only then, move the position."""
        n_files = self._files.land()
        waiting, self._waiting = self._waiting, Pulled(self.name, self.resource)
        told = _added(self._told, waiting.rows_read, waiting.rows_landed, waiting.rows_repeated)
        self._told = replace(told, files=told.files + n_files)
        failpoints.reach("pull_landed")
        if position.cursor is not None:
            self._positions.keep(self.resource, self._asked, position)
        self.position = position
        failpoints.reach("pull_kept")

    def forget(self) -> None:
        """Drop what waits."""
        self._files.forget()
        self._waiting = Pulled(self.name, self.resource)


def patiently(retries: Retries, ask: Callable[[], T], progress: Callable[[], int]) -> T:
    """Ask again after a restart or a cut line, waiting longer each time. ``progress`` grows when something was reached:
    then the count of tries begins anew. Raises ``Interrupted`` after the last try.
    """
    n_tries, reached = 0, progress()
    while True:
        try:
            return ask()
        except Interrupted:
            if progress() > reached:
                n_tries, reached = 0, progress()
            n_tries += 1
            if n_tries >= retries.attempts:
                raise
            time.sleep(min(retries.backoff_seconds * 2 ** (n_tries - 1), retries.longest_wait_seconds))


def _added(to: Pulled, n_read: int, n_landed: int, n_repeated: int) -> Pulled:
    return replace(
        to,
        rows_read=to.rows_read + n_read,
        rows_landed=to.rows_landed + n_landed,
        rows_repeated=to.rows_repeated + n_repeated,
    )


def _file_name(up_to: cursor.Value | None) -> str:
    """The reached cursor in letters that every file system takes."""
    if up_to is None:
        return "all"
    if isinstance(up_to, int):
        return f"{up_to:015d}"
    spelled = (
        up_to
        if isinstance(up_to, str)
        else up_to.strftime("%Y%m%dT%H%M%S" if isinstance(up_to, datetime) else "%Y%m%d")
    )
    return "".join(c for c in spelled if c.isdigit() or c == "T")[:15]


def _fingerprint(connection: SqlConnection | ApiConnection, resource: str) -> str:
    """How the resource is asked, and its parent; what only says how much at a time is left out."""
    settings: Any = connection.resources[resource]
    parent = connection.resources.get(getattr(settings, "parent", None) or "")
    asked = [s.model_dump(mode="json", exclude={"batch_rows", "overlap"}) for s in (settings, parent) if s is not None]
    where = [str(connection.time_zone), connection.fold, getattr(connection, "base_url", None)]
    return hashlib.sha256(json.dumps([asked, where], sort_keys=True).encode()).hexdigest()[:16]
