"""A company that lies in a database only: pulled, read, accounted for to zero, published; a fault stops nothing."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import polars as pl
import pytest
import yaml

from orchestration.refresh import refresh
from storage.layout import DataDir

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]  # two whole refreshes, also on a busy machine

TABLES = {
    "accounts": ("account_id text, account_name text, created_on text, updated_at text", "updated_at"),
    "people": ("person_id text, account_id text, role text, updated_at text", "updated_at"),
    "messages": (
        "message_id text, channel text, author_kind text, body text, sent_at text, account_id text, person_id text, "
        "conversation_id text, updated_at text",
        "updated_at",
    ),
}
WORDS = ("This is great, thank you!", "It is broken again and nobody answers.", "We got the invoice for May.")


@pytest.fixture
def company(tmp_path, monkeypatch) -> DataDir:
    database = sqlite3.connect(tmp_path / "company.db")
    for name, (columns, _) in TABLES.items():
        database.execute(f"create table {name} ({columns})")
    start = date(2026, 1, 5)
    for n in range(6):
        database.execute("insert into accounts values (?, ?, '2025-01-01', '2026-01-01')", (f"A{n}", f"Company {n}"))
        database.execute("insert into people values (?, ?, 'user', '2026-01-01')", (f"P{n}", f"A{n}"))
    for n in range(300):
        day = f"{start + timedelta(days=n // 6)} 10:00:00"
        row = (f"M{n}", "email", "customer", WORDS[n % 3], day, f"A{n % 6}", f"P{n % 6}", f"C{n}", day)
        database.execute("insert into messages values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    database.commit()
    database.close()
    paths = DataDir(tmp_path / "data")
    paths.root.mkdir()
    resources = {name: {"table": name, "target": name, "cursor": cursor} for name, (_, cursor) in TABLES.items()}
    connection = {"kind": "sql", "url_env": "COMPANY_URL", "time_zone": "UTC", "resources": resources}
    away = {"kind": "sql", "url_env": "NOT_SET_URL", "resources": {"x": {"table": "x"}}}
    paths.connections.write_text(yaml.safe_dump({"connections": {"away": away, "company": connection}}))
    monkeypatch.setenv("JSI_DATA_DIR", str(paths.root))
    monkeypatch.setenv("COMPANY_URL", f"sqlite:///{tmp_path / 'company.db'}")
    return paths


def test_a_refresh_pulls_first_and_accounts_for_every_row(company, tmp_path):
    outcome = refresh(company, None, None)
    assert outcome.succeeded, outcome.failures
    assert any("NOT_SET_URL is not set" in said for said in outcome.warnings)
    accounts = pl.read_parquet(outcome.generation.folder / "row_accounting.parquet")
    assert accounts["is_balanced"].all()
    assert accounts["rows_read"].sum() == accounts["rows_kept"].sum() == 312
    touches = pl.read_parquet(outcome.generation.folder / "fct_touches.parquet")
    assert touches.height == 300
    index = pl.read_parquet(outcome.generation.folder / "jsi_by_account_week.parquet")

    with sqlite3.connect(tmp_path / "company.db") as database:
        database.execute("delete from messages where message_id = 'M0'")  # a row that is gone leaves no word of it
        database.execute("insert into accounts values ('A9', 'New', '2026-02-01', '2026-02-01')")
    again = refresh(company, None, None)
    assert again.succeeded, again.failures
    accounts = pl.read_parquet(again.generation.folder / "row_accounting.parquet")
    assert accounts["is_balanced"].all()
    assert accounts["rows_kept"].sum() == 313
    now = pl.read_parquet(again.generation.folder / "jsi_by_account_week.parquet")
    assert set(now["account_id"]) == {*index["account_id"], "A9"}
    assert pl.read_parquet(again.generation.folder / "fct_touches.parquet").height == 300
