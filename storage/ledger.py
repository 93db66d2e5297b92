"""The ledger: which files were delivered, and what became of each. SQLite, one row a delivered file.

Belongs here: claiming a file by its sha256 together with its figures, in one transaction; the one lock of ingest;
who must not come back, and the audit trail.
Does not: rows (Parquet), what a file means.

A file's rows are in the warehouse exactly if the ledger holds it as ``loaded``: Parquet is written before the claim,
and what no claim names is removed when the next run starts. So a process may die anywhere, and running again gives
what one run would have given.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from storage import failpoints

_SCHEMA = """
create table if not exists files (
    file_sha256 text not null,
    source_file text not null,
    source text not null,
    tables text not null,
    status text not null check (status in ('loaded', 'rejected', 'duplicate')),
    rows_read integer not null,
    rows_excluded integer not null,
    message text,
    loaded_at text not null,
    extra_columns text,
    is_sample integer not null,
    map_sha256 text not null default '',
    primary key (file_sha256, source_file)
);
create table if not exists suppressed (person_key text primary key, since text not null);
create table if not exists acts (act_id text primary key, at text not null, act text not null, outcome text not null);
create unique index if not exists one_claim_a_content on files (file_sha256) where status = 'loaded';
"""


#: In place of ``map_sha256`` while a file's rows are being replaced: dying then leaves rows that no run believes.
BEING_READ = "being read"


@dataclass(frozen=True)
class Entry:
    """One delivered file. ``rows_excluded`` counts source rows; kept and superseded change with every delivery.

    ``map_sha256``: what of the company map it was read under (``CompanyMap.fingerprint``); empty: nothing of it.
    """

    file_sha256: str
    source_file: str
    source: str
    tables: str
    status: str
    rows_read: int
    rows_excluded: int
    message: str | None
    loaded_at: datetime
    extra_columns: str | None
    is_sample: bool
    map_sha256: str = ""


class LedgerLost(ValueError):
    """The ledger is gone or damaged while rows lie in raw: going on would sweep them away as half-written."""


class Ledger:
    """The open ledger. Every change is one transaction that survives a power cut.

    ``raw``: the folder of the rows it accounts for. Raises ``LedgerLost`` where rows lie there and the ledger that
    claims them is missing, empty or damaged.
    """

    def __init__(self, path: Path, raw: Path | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if raw is not None:
            _refuse_if_lost(path, raw)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("pragma synchronous = full")
        self._connection.execute("pragma secure_delete = on")
        self._connection.executescript(_SCHEMA)
        columns = {row[1] for row in self._connection.execute("pragma table_info(files)")}
        if "map_sha256" not in columns:  # a ledger from before there was a company map
            self._connection.execute("alter table files add column map_sha256 text not null default ''")

    def close(self) -> None:
        self._connection.close()

    def entries(self, file_sha256: str | None = None) -> list[Entry]:
        """All delivered files, or those of one content, in the order of time and name."""
        names = ", ".join(f.name for f in fields(Entry))
        rows = self._connection.execute(
            f"select {names} from files where file_sha256 = coalesce(?, file_sha256) "
            "order by loaded_at, source_file, file_sha256",
            [file_sha256],
        )
        return [
            Entry(*row[:8], datetime.fromisoformat(row[8]).astimezone(UTC), row[9], bool(row[10]), row[11])
            for row in rows.fetchall()
        ]

    def record(self, *entries: Entry) -> None:
        """Write claims and figures, all or none. An entry of the same content and name is replaced.

        Raises ``sqlite3.IntegrityError`` if a content would be loaded under two names.
        """
        names = [f.name for f in fields(Entry)]
        upsert = (
            f"insert into files ({', '.join(names)}) values ({', '.join('?' for _ in names)}) "
            f"on conflict (file_sha256, source_file) do update set {', '.join(f'{n} = excluded.{n}' for n in names)}"
        )
        self._connection.execute("begin immediate")
        try:
            for entry in entries:
                values = list(astuple(entry))
                values[8] = entry.loaded_at.astimezone(UTC).isoformat(timespec="microseconds")
                self._connection.execute(upsert, values)
            failpoints.reach("before_commit")
            self._connection.execute("commit")
        except BaseException:
            self._connection.execute("rollback")
            raise
        failpoints.reach("after_commit")

    def rename(self, entry: Entry, renamed: Entry) -> None:
        """Replace an entry by the same one under another name and message."""
        self._connection.execute(
            "update files set source_file = ?, message = ? where file_sha256 = ? and source_file = ?",
            (renamed.source_file, renamed.message, entry.file_sha256, entry.source_file),
        )

    def suppress(self, person_keys: Iterable[str], since: str) -> None:
        """Remember keyed hashes whose rows are never loaded again."""
        rows = [(key, since) for key in person_keys]
        self._connection.execute("begin immediate")
        self._connection.executemany("insert or ignore into suppressed values (?, ?)", rows)
        self._connection.execute("commit")

    def suppressed(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._connection.execute("select person_key from suppressed"))

    def record_act(self, act_id: str, at: str, act: str, outcome: str) -> None:
        """Write into the audit trail what was done and how it ended, never to whom."""
        self._connection.execute("insert into acts values (?, ?, ?, ?)", (act_id, at, act, outcome))

    def acts(self) -> list[tuple[str, str, str, str]]:
        """(act_id, at, act, outcome), oldest first."""
        return self._connection.execute("select act_id, at, act, outcome from acts order by at, act_id").fetchall()

    def forget_sample(self) -> None:
        """Remove the sample company's files."""
        self._connection.execute("delete from files where is_sample = 1")


@contextmanager
def sole_ingest(path: Path, when_waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the data folder's ingest lock; a second ingest waits. The system lets go of it if the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            when_waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _refuse_if_lost(path: Path, raw: Path) -> None:
    what_to_do = (
        f"put {path} back from a backup, or remove {raw} as well: then all that is still delivered is read anew"
    )
    if not path.exists() or not path.stat().st_size:
        if any(not file.name.startswith("_") for file in raw.glob("*/*.parquet")):
            raise LedgerLost(f"rows lie in {raw}, but the ledger that says whose they are is gone: {what_to_do}")
        return
    try:
        with closing(sqlite3.connect(path)) as connection:
            is_whole = connection.execute("pragma quick_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        is_whole = False
    if not is_whole:
        raise LedgerLost(f"the ledger is damaged, so nothing was changed: {what_to_do}")
