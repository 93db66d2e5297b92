"""Pulling from the terminal and before a refresh: exit codes, and one check that warns and stops nothing."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from io import StringIO

import dagster as dg
import polars as pl
import pytest
import yaml
from rich.console import Console
from typer.testing import CliRunner

from connections.reading import Pulled
from orchestration import doctor
from orchestration.assets.landing import CHECK, PULLED, pulled, pulled_and_read
from orchestration.cli import app
from orchestration.pull import pulled_tables
from orchestration.resources import DataFolder
from orchestration.sensors import landed
from storage.layout import DataDir
from storage.person_rows import Person


@pytest.fixture
def paths(tmp_path, monkeypatch) -> DataDir:
    """A data folder whose one connection holds three accounts."""
    database = sqlite3.connect(tmp_path / "crm.db")
    database.execute("create table accounts (account_id text, account_name text, updated_at text)")
    database.executemany("insert into accounts values (?, ?, '2026-01-01')", [(f"A{n}", f"Name {n}") for n in range(3)])
    database.commit()
    database.close()
    paths = DataDir(tmp_path / "data")
    monkeypatch.setenv("JSI_DATA_DIR", str(paths.root))
    monkeypatch.setenv("CRM_URL", f"sqlite:///{tmp_path / 'crm.db'}")
    configure(paths, crm="CRM_URL")
    return paths


def configure(paths: DataDir, **urls: str) -> None:
    accounts = {"table": "accounts", "target": "accounts", "cursor": "updated_at"}
    connections = {
        name: {"kind": "sql", "url_env": url, "time_zone": "UTC", "resources": {"accounts": accounts}}
        for name, url in urls.items()
    }
    paths.root.mkdir(exist_ok=True)
    paths.connections.write_text(yaml.safe_dump({"connections": connections}), encoding="utf-8")


def jsi(*words: str):
    return CliRunner().invoke(app, list(words))


def test_names_and_cursors_of_a_source_are_shown_as_they_are_and_obeyed_by_no_terminal():
    hostile = "[bold red]orders[/] \x1b[2J\u202e"
    shown = StringIO()
    told = Pulled(hostile, hostile, rows_read=1, up_to=hostile, message=hostile)
    Console(file=shown, force_terminal=True, width=300).print(*pulled_tables([told]))
    assert shown.getvalue().count("[bold red]orders[/]") == 6, "in three cells and the line below"
    assert not any(sign in shown.getvalue() for sign in ("\x1b[2J", "\u202e"))


def test_a_pull_that_went_well_ends_with_zero_and_says_what_landed(paths):
    done = jsi("pull", "--json")
    assert done.exit_code == 0, done.output
    (told,) = json.loads(done.stdout)["resources"]
    assert (told["connection"], told["status"], told["rows_landed"]) == ("crm", "pulled", 3)
    assert "crm" in jsi("pull", "crm").stdout


def test_a_connection_that_fails_ends_with_one_and_the_others_are_pulled(paths):
    configure(paths, away="NOT_SET_URL", crm="CRM_URL")
    done = jsi("pull", "--json")
    assert done.exit_code == 1
    assert [o["status"] for o in json.loads(done.stdout)["resources"]] == ["failed", "pulled"]
    assert "NOT_SET_URL is not set" in done.stderr


def test_a_wrong_name_and_a_wrong_file_end_with_two(paths):
    assert jsi("pull", "nobody").exit_code == 2
    paths.connections.write_text("connections: 5")
    done = jsi("pull")
    assert done.exit_code == 2
    assert "connections.yml" in done.stderr
    paths.connections.unlink()
    assert jsi("pull").exit_code == 2


def test_the_extracts_are_read_after_the_pull():
    _, read = pulled_and_read()
    assert all(PULLED in {d.asset_key for d in spec.deps} for spec in read.specs)


@pytest.mark.parametrize(("url", "is_good"), [("CRM_URL", True), ("NOT_SET_URL", False)])
def test_a_connection_that_fails_is_a_check_that_warns_and_stops_nothing(paths, url, is_good):
    configure(paths, crm=url)
    done = dg.materialize([pulled], resources={"folder": DataFolder(root=str(paths.root))})
    assert done.success
    (check,) = done.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.severity) == (CHECK, is_good, dg.AssetCheckSeverity.WARN)


def test_a_file_of_connections_that_cannot_be_used_stops_no_refresh(paths):
    paths.connections.write_text("connections: 5")
    done = dg.materialize([pulled], resources={"folder": DataFolder(root=str(paths.root))})
    assert done.success
    assert not done.get_asset_check_evaluations()[0].passed


def test_pulled_files_are_no_extract_that_somebody_dropped(paths):
    jsi("pull")
    (paths.landing / "dropped.csv").write_text("x")
    at_rest, is_moving = landed(paths.landing, now=2e9, but=paths.landing_pulled)
    assert [line.split("\t")[0] for line in at_rest] == ["dropped.csv"]
    assert not is_moving


def test_the_doctor_reads_the_file_of_connections(paths):
    assert doctor._connections(paths).found == "crm (sql)"
    paths.connections.write_text("connections: {crm: {kind: sql}}")
    assert "crm → url_env: must be given" in doctor._connections(paths).to_do
    paths.connections.unlink()
    assert doctor._connections(paths).is_well


def test_an_erased_person_leaves_what_was_pulled_and_the_next_pull_does_not_bring_them_back(paths, tmp_path):
    from orchestration.erase import erase
    from storage.ingest import ingest
    from storage.proof import files_that_tell

    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("create table people (person_id text, account_id text, email text, updated_at text)")
        rows = [(f"P{n}", "A1", f"person{n}@example.com", "2026-01-01") for n in range(5)]
        database.executemany("insert into people values (?, ?, ?, ?)", rows)
    people = {"table": "people", "target": "people", "cursor": "updated_at"}
    crm = {"kind": "sql", "url_env": "CRM_URL", "time_zone": "UTC", "resources": {"people": people}}
    paths.connections.write_text(yaml.safe_dump({"connections": {"crm": crm}}), encoding="utf-8")
    assert jsi("pull").exit_code == 0
    at = datetime(2026, 3, 1, tzinfo=UTC)
    ingest(paths.landing, paths.root, loaded_at=at)
    erased = erase(paths, "P3", at)
    assert erased.is_proven, erased
    assert len(erased.files_removed) == 1
    assert erased.rows == {"people": 1}
    told = json.loads(jsi("pull", "--json").stdout)["resources"][0]
    assert (told["rows_read"], told["rows_landed"]) == (5, 0)
    report = ingest(paths.landing, paths.root, loaded_at=at)
    assert report.files == []
    left = pl.read_parquet(paths.raw_table("people") / "*.parquet")["person_id"]
    assert sorted(left) == ["P0", "P1", "P2", "P4"]
    assert files_that_tell(paths.root, Person(frozenset({"P3"}), ("person3@example.com",))) == []
