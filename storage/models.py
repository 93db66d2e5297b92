"""The registry of models: candidates, how each did in the shadow of the one in force, and which answered since when.

Belongs here: one SQLite file, appended to. Does not: models themselves (files beside it), judging them.
A release is never changed: going back is a further release of what was in force before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.layout import DataDir

_SCHEMA = """
create table if not exists candidates (
    version text primary key,
    artefact text,
    recalibration text,
    registered_at text not null,
    about text not null,
    packs text not null default '[]'
);
create table if not exists trials (
    version text not null,
    against text not null,
    at text not null,
    report text not null,
    primary key (version, against)
);
create table if not exists releases (
    number integer primary key autoincrement,
    version text not null references candidates (version),
    at text not null,
    by text not null,
    reason text not null
);
create trigger if not exists releases_are_not_changed before update on releases
begin select raise(abort, 'a release is never changed'); end;
create trigger if not exists releases_are_not_removed before delete on releases
begin select raise(abort, 'a release is never removed'); end;
"""
_COLUMNS = "version, artefact, recalibration, registered_at, about, packs"


class RegistryError(RuntimeError):
    """The registry cannot be read, or is gone while its models are there; the message says what to do."""


@dataclass(frozen=True)
class Candidate:
    """A model that may answer.

    ``artefact``: its folder below ``models/artefacts``, null for the packaged one. ``recalibration``: its file below
    ``models/recalibrations``, if any. ``about``: the data it learned from and what was measured. ``packs``: the folders
    of models for further languages, also below ``models/artefacts``.
    """

    version: str
    artefact: str | None
    recalibration: str | None
    registered_at: str
    about: Mapping[str, Any] = field(default_factory=dict)
    packs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelRelease:
    """From ``at`` on ``version`` answered, because ``by`` said so."""

    number: int
    version: str
    at: str
    by: str
    reason: str


def register(paths: DataDir, candidate: Candidate) -> None:
    """Remember a candidate; one that is known already stays as it was first registered."""
    with _opened(paths) as connection:
        connection.execute(
            f"insert or ignore into candidates ({_COLUMNS}) values (?, ?, ?, ?, ?, ?)",
            (
                candidate.version,
                candidate.artefact,
                candidate.recalibration,
                candidate.registered_at,
                json.dumps(dict(candidate.about), sort_keys=True),
                json.dumps(candidate.packs),
            ),
        )


def candidates(paths: DataDir) -> list[Candidate]:
    """All that were ever registered, oldest first."""
    with _opened(paths) as connection:
        rows = connection.execute(f"select {_COLUMNS} from candidates order by registered_at, version").fetchall()
    return [Candidate(*row[:4], json.loads(row[4]), tuple(json.loads(row[5]))) for row in rows]


def candidate(paths: DataDir, version: str) -> Candidate:
    """The one of this version. Raises ``LookupError`` naming those that there are."""
    found = candidates(paths)
    for one in found:
        if one.version == version:
            return one
    known = ", ".join(one.version for one in found) or "there is none yet"
    raise LookupError(f"no model {version} is registered; known: {known}")


def record_trial(paths: DataDir, version: str, against: str, at: datetime, report: Mapping[str, Any]) -> None:
    """Keep what a candidate's shadow showed; a later trial against the same model takes its place."""
    with _opened(paths) as connection:
        connection.execute(
            "insert or replace into trials values (?, ?, ?, ?)", (version, against, at.isoformat(), json.dumps(report))
        )


def trial(paths: DataDir, version: str, against: str) -> dict[str, Any] | None:
    """The last trial of a candidate against that model, with its time as ``at``."""
    with _opened(paths) as connection:
        row = connection.execute(
            "select at, report from trials where version = ? and against = ?", (version, against)
        ).fetchone()
    return None if row is None else {"at": row[0], **json.loads(row[1])}


def release(paths: DataDir, version: str, at: datetime, by: str, reason: str) -> None:
    """Let a registered candidate answer from now on. Raises ``LookupError`` for one that is not registered."""
    candidate(paths, version)
    with _opened(paths) as connection:
        connection.execute(
            "insert into releases (version, at, by, reason) values (?, ?, ?, ?)",
            (version, at.isoformat(), by, reason),
        )


def releases(paths: DataDir) -> list[ModelRelease]:
    """All of them, oldest first."""
    with _opened(paths) as connection:
        rows = connection.execute("select * from releases order by number").fetchall()
    return [ModelRelease(*row) for row in rows]


def learned_until(paths: DataDir) -> dict[str, datetime]:
    """Version → the time of the last label that it learned from, of those that learned from labels."""
    if not _is_begun(paths):
        return {}
    told = {one.version: one.about.get("labels_until") for one in candidates(paths)}
    return {version: datetime.fromisoformat(until) for version, until in told.items() if until}


def champion(paths: DataDir) -> Candidate | None:
    """The candidate that answers now; None while nothing was ever released: then the packaged model does."""
    if not _is_begun(paths):
        return None
    found = releases(paths)
    return candidate(paths, found[-1].version) if found else None


def _is_begun(paths: DataDir) -> bool:
    """Whether there is a registry. Raises where there must have been one: nobody shall wonder which model answers."""
    is_there = paths.model_registry.exists()
    is_begun = is_there and paths.model_registry.stat().st_size > 0
    if not is_begun and any(paths.artefacts.glob("[!.]*")):
        how = "empty" if is_there else "gone"
        raise RegistryError(f"{paths.model_registry} is {how}, the models beside it are not: {_MEND}")
    return is_begun


_MEND = (
    "restore it from a backup; without one move the folder models aside, then the packaged model answers until another "
    "one is registered, tried and promoted"
)


@contextmanager
def _opened(paths: DataDir) -> Iterator[sqlite3.Connection]:
    """One transaction, which survives a power cut or never was. Raises :class:`RegistryError`."""
    _is_begun(paths)
    paths.models.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(paths.model_registry)) as connection:
            connection.execute("pragma synchronous = full")
            connection.executescript(_SCHEMA)
            _bring_up_to_date(connection)
            with connection:
                yield connection
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # locked, or a statement that it refuses
            raise
        raise RegistryError(f"{paths.model_registry} is damaged: {_MEND}") from error


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    """A registry that was begun before there were packs gets their column, once."""
    if not _has_packs(connection):
        with connection:
            connection.execute("begin immediate")
            if not _has_packs(connection):  # nobody else was first
                connection.execute("alter table candidates add column packs text not null default '[]'")


def _has_packs(connection: sqlite3.Connection) -> bool:
    return any(row[1] == "packs" for row in connection.execute("pragma table_info(candidates)"))
