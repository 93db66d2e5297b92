"""A small company in a database of its own, and what a data folder holds after it was pulled and read.

Belongs here: what the tests of this folder share. Does not: tests.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import yaml

from sources.contract import TABLES
from storage import accounting
from storage.ingest import ingest
from storage.ingest_report import IngestReport
from storage.layout import DataDir

LOADED_AT = datetime(2026, 3, 1, tzinfo=UTC)
TICKETS = "create table cases (nr text, customer text, opened text, prio text, changed text, gone integer)"
TICKET_COLUMNS = {
    "ticket_id": "nr",
    "account_id": "customer",
    "created_at": "opened",
    "priority": "prio",
    "is_deleted": "gone",
}


def configure(paths: DataDir, **connections: dict) -> None:
    """Write ``connections.yml``."""
    paths.root.mkdir(parents=True, exist_ok=True)
    paths.connections.write_text(yaml.safe_dump({"connections": connections}, sort_keys=False), encoding="utf-8")


def cases(**changes: object) -> dict:
    """A connection of kind sql with one resource: the tickets of ``TICKETS``."""
    resource = {"table": "cases", "target": "tickets", "columns": TICKET_COLUMNS, "cursor": "changed", "overlap": 60}
    return {"kind": "sql", "url_env": "DESK_URL", "time_zone": "UTC", "resources": {"cases": {**resource, **changes}}}


def case(number: int, minute: int, prio: str = "normal", gone: int = 0) -> tuple:
    return (f"T{number}", f"A{number % 7}", "2026-01-01 08:00:00", prio, at_minute(minute), gone)


def at_minute(minute: int) -> str:
    return f"2026-01-{2 + minute // 1440:02d} {minute // 60 % 24:02d}:{minute % 60:02d}:00"


def sqlite_with(path: Path, rows: list[tuple]) -> dict[str, str]:
    """A database file with these tickets; returns the environment that names it."""
    database = sqlite3.connect(path)
    database.execute(TICKETS)
    database.executemany("insert into cases values (?, ?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    return {"DESK_URL": f"sqlite:///{path}"}


def change(path: Path, statement: str, rows: list[tuple] | None = None) -> None:
    database = sqlite3.connect(path)
    database.executemany(statement, [()] if rows is None else rows)
    database.commit()
    database.close()


def read_in(paths: DataDir) -> IngestReport:
    """Ingest the landing folder; the accounts must add up to zero and nothing may be excluded or set aside."""
    report = ingest(paths.landing, paths.root, loaded_at=LOADED_AT)
    assert accounting.unbalanced(pl.read_parquet(paths.files)).is_empty()
    assert [f.message for f in report.files if f.status not in ("loaded", "duplicate")] == []
    return report


def winners(paths: DataDir, table: str = "tickets") -> dict[str, dict]:
    """Key → the row that counts, deleted ones left out: what staging passes on."""
    raw = pl.read_parquet(paths.raw_table(table) / "*.parquet")
    newest = raw.sort("updated_at", "row_hash", nulls_last=False).unique("row_key", keep="last", maintain_order=True)
    kept = newest.filter(pl.col("is_deleted").fill_null(False).not_())
    return {row["row_key"]: {c: row[c] for c in TABLES[table].column_names} for row in kept.iter_rows(named=True)}


def landed(paths: DataDir) -> dict[str, bytes]:
    """Every file that ingest would see."""
    files = sorted(p for p in paths.landing.rglob("*") if p.is_file() and not p.name.startswith("."))
    return {p.relative_to(paths.landing).as_posix(): p.read_bytes() for p in files}
