"""A database pulled into the landing folder and read from there: nothing lost, nothing twice, no secret told."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from pulled_company import case, cases, change, configure, landed, read_in, sqlite_with, winners

from connections.pull import pull
from sources.contract import TABLES
from storage.layout import DataDir

CHECKOUT = Path(__file__).resolve().parents[3]
INSERT = "insert into cases values (?, ?, ?, ?, ?, ?)"


def test_rows_land_as_files_of_their_table_and_every_row_is_accounted_for(paths, tmp_path):
    environ = sqlite_with(tmp_path / "desk.db", [case(n, n) for n in range(250)])
    configure(paths, desk=cases(batch_rows=100))
    (told,) = pull(paths, environ=environ)
    assert (told.status, told.rows_read, told.rows_landed, told.rows_repeated, told.files) == ("pulled", 250, 250, 0, 3)
    assert {name.rpartition("/")[0] for name in landed(paths)} == {"pulled/desk/cases/tickets"}
    report = read_in(paths)
    assert sum(f.rows_kept for f in report.files) == 250
    found = winners(paths)
    assert len(found) == 250
    assert found["T9"]["updated_at"].isoformat() == "2026-01-02T00:09:00+00:00"


def test_the_same_pull_again_lands_nothing_and_raw_stays_as_it_is(paths, tmp_path):
    environ = sqlite_with(tmp_path / "desk.db", [case(n, n // 10) for n in range(120)])
    configure(paths, desk=cases(overlap=600))
    pull(paths, environ=environ)
    before = landed(paths)
    (again,) = pull(paths, environ=environ)
    assert (again.rows_landed, again.files) == (0, 0)
    assert again.rows_repeated == again.rows_read > 0
    assert landed(paths) == before


def test_updates_and_deletions_come_through(paths, tmp_path):
    desk = tmp_path / "desk.db"
    environ = sqlite_with(desk, [case(n, n) for n in range(20)])
    configure(paths, desk=cases())
    pull(paths, environ=environ)
    read_in(paths)
    change(desk, "update cases set prio = 'urgent', changed = '2026-01-05 00:00:00' where nr = 'T3'")
    change(desk, "update cases set gone = 1, changed = '2026-01-05 00:00:01' where nr = 'T4'")
    change(desk, INSERT, [case(99, 6000)])
    (told,) = pull(paths, environ=environ)
    assert told.rows_landed == 3
    read_in(paths)
    found = winners(paths)
    assert found["T3"]["priority"] == "urgent"
    assert "T4" not in found
    assert len(found) == 20


def test_a_row_that_was_committed_late_is_found_within_the_overlap(paths, tmp_path):
    desk = tmp_path / "desk.db"
    environ = sqlite_with(desk, [case(1, 0), case(2, 10)])
    configure(paths, desk=cases(overlap=300))
    pull(paths, environ=environ)
    change(desk, INSERT, [case(3, 7)])  # older than the newest row that was pulled
    (told,) = pull(paths, environ=environ)
    assert told.rows_landed == 1
    read_in(paths)
    assert set(winners(paths)) == {"T1", "T2", "T3"}


def test_many_rows_of_one_moment_across_batches_come_once_each(paths, tmp_path):
    environ = sqlite_with(tmp_path / "desk.db", [case(n, 5) for n in range(95)])
    configure(paths, desk=cases(batch_rows=10, overlap=0))
    (told,) = pull(paths, environ=environ)
    assert told.rows_landed == 95
    assert pull(paths, environ=environ)[0].rows_landed == 0
    read_in(paths)
    assert len(winners(paths)) == 95


def test_a_table_without_a_cursor_is_read_whole_and_unchanged_it_is_the_same_file(paths, tmp_path):
    environ = sqlite_with(tmp_path / "desk.db", [case(n, n) for n in range(30)])
    configure(paths, desk=cases(cursor=None))
    pull(paths, environ=environ)
    before = landed(paths)
    (again,) = pull(paths, environ=environ)
    assert again.files == 0
    assert landed(paths) == before


def test_a_counting_cursor_and_a_beginning_are_kept_to(paths, tmp_path):
    desk = tmp_path / "desk.db"
    environ = sqlite_with(desk, [])
    change(desk, "create table events (n integer, who text, what text, day text, times real)")
    rows = [(n, "A1", f"metric {n}", "2026-01-01", 1.5) for n in range(50)]
    change(desk, "insert into events values (?, ?, ?, ?, ?)", rows)
    usage = {"account_id": "who", "metric": "what", "used_on": "day", "value": "times"}
    resource = {"table": "events", "target": "usage", "columns": usage, "cursor": "n", "since": 40, "overlap": 0}
    configure(paths, desk={"kind": "sql", "url_env": "DESK_URL", "resources": {"events": resource}})
    (told,) = pull(paths, environ=environ)
    assert (told.rows_landed, told.up_to) == (10, "49")
    read_in(paths)
    assert pl.read_parquet(paths.raw_table("usage") / "*.parquet").height == 10


def test_a_query_is_read_and_its_colons_and_percent_signs_are_its_own(paths, tmp_path):
    environ = sqlite_with(tmp_path / "desk.db", [case(n, n) for n in range(5)])
    query = (
        "select nr as ticket_id, opened as created_at, changed as updated_at, ':x %s' as topic\n"
        "from cases where nr like 'T%' -- all;"
    )
    resource = {"query": query.removesuffix(";"), "target": "tickets", "cursor": "updated_at"}
    configure(paths, desk={"kind": "sql", "url_env": "DESK_URL", "time_zone": "UTC", "resources": {"all": resource}})
    (told,) = pull(paths, environ=environ)
    assert (told.rows_landed, told.message) == (5, None)
    read_in(paths)
    assert {row["topic"] for row in winners(paths).values()} == {":x %s"}


def test_a_vendors_table_lands_as_its_own_export_and_its_reader_knows_it(paths, tmp_path):
    desk = tmp_path / "copy.db"
    environ = sqlite_with(desk, [])
    change(
        desk, "create table ticket (id integer, requester_id integer, status text, created_at text, via_channel text)"
    )
    rows = [(n, 100 + n, "open", "2026-01-01T00:00:00Z", "email") for n in range(8)]
    change(desk, "insert into ticket values (?, ?, ?, ?, ?)", rows)
    configure(paths, copy={"kind": "sql", "url_env": "DESK_URL", "resources": {"ticket": {"table": "ticket"}}})
    (told,) = pull(paths, environ=environ)
    assert told.status == "pulled", told.message
    report = read_in(paths)
    assert {f.source for f in report.files} == {"zendesk"}
    assert len(winners(paths)) == 8


def test_what_is_missing_or_of_another_type_stops_its_connection_with_the_whole_sorted_list_and_no_other(
    paths, tmp_path
):
    desk, other = tmp_path / "desk.db", tmp_path / "other.db"
    environ = sqlite_with(desk, [case(1, 1)]) | {"OTHER_URL": sqlite_with(other, [case(2, 2)])["DESK_URL"]}
    broken = cases(columns={"ticket_id": "number", "created_at": "opened", "topic": "about"}, cursor="modified")
    broken["resources"]["more"] = {"table": "nowhere", "target": "tickets"}
    configure(paths, desk=broken, other=cases() | {"url_env": "OTHER_URL"})
    told = pull(paths, environ=environ)
    assert [(o.connection, o.status) for o in told] == [("desk", "failed"), ("desk", "held"), ("other", "pulled")]
    listed = [line.strip("- ") for line in told[0].message.splitlines() if line.startswith("  - ")]
    assert listed == [
        "cases: about: missing (tickets.topic is read from about)",
        "cases: modified: missing (the cursor)",
        "cases: number: missing (tickets.ticket_id is read from number)",
        "more: no such table: nowhere",
    ]
    assert "connections.yml" in told[0].message
    assert {name.split("/")[1] for name in landed(paths)} == {"other"}


def test_a_column_that_became_another_type_stops_before_anything_lands(paths, tmp_path):
    desk = tmp_path / "desk.db"
    environ = sqlite_with(desk, [case(n, n) for n in range(20)])
    configure(paths, desk=cases())
    pull(paths, environ=environ)
    before = landed(paths)
    change(desk, INSERT, [(f"T{n}", "A1", 17_000, "low", "2026-02-01 00:00:00", "private words") for n in range(30)])
    (told,) = pull(paths, environ=environ)
    assert told.status == "failed"
    assert "gone: must be boolean for tickets.is_deleted, is text" in told.message
    assert "opened: must be time for tickets.created_at, is text" in told.message
    assert "private words" not in told.message
    assert landed(paths) == before


def test_single_cells_of_another_type_are_excluded_by_ingest_with_their_row(paths, tmp_path):
    rows = [case(n, n) for n in range(20)]
    rows[7] = ("T7", "A1", "private words", "low", "2026-01-02 00:07:00", 0)
    environ = sqlite_with(tmp_path / "desk.db", rows)
    configure(paths, desk=cases())
    (told,) = pull(paths, environ=environ)
    assert told.rows_landed == 20
    report = read_in(paths)
    assert report.excluded["reason"].to_list() == ["wrong_type"]
    assert "private words" not in report.excluded["message"][0]
    assert len(winners(paths)) == 19


def test_a_declared_zone_makes_times_utc_and_without_one_the_pull_says_so(paths, tmp_path):
    environ = sqlite_with(tmp_path / "desk.db", [case(1, 1)])
    configure(paths, desk=cases() | {"time_zone": None})
    (told,) = pull(paths, environ=environ)
    assert "opened: holds times without an offset: declare the connection's time_zone" in told.message
    configure(paths, desk=cases() | {"time_zone": "America/New_York"})
    pull(paths, environ=environ)
    read_in(paths)
    assert winners(paths)["T1"]["created_at"].isoformat() == "2026-01-01T13:00:00+00:00"


def test_rows_without_a_cursor_are_counted_and_told(paths, tmp_path):
    rows = [case(1, 1), ("T2", "A1", "2026-01-01", "low", None, 0)]
    environ = sqlite_with(tmp_path / "desk.db", rows)
    configure(paths, desk=cases())
    (told,) = pull(paths, environ=environ)
    assert (told.status, told.rows_landed) == ("pulled", 1)
    assert told.message == "1 rows have no changed and are not read: fill it in the source"


def test_asked_in_another_way_it_is_read_from_the_beginning(paths, tmp_path):
    environ = sqlite_with(tmp_path / "desk.db", [case(n, n) for n in range(9)])
    configure(paths, desk=cases())
    pull(paths, environ=environ)
    configure(paths, desk=cases(constants={"topic": "billing"}))
    (told,) = pull(paths, environ=environ)
    assert told.rows_landed == 9
    assert "read from the beginning" in told.message


def test_only_what_the_contract_knows_is_asked_for(paths, tmp_path):
    desk = tmp_path / "desk.db"
    environ = sqlite_with(desk, [case(1, 1)])
    change(desk, "alter table cases add column password_hash text default 'SECRET-CELL'")
    configure(paths, desk=cases())
    pull(paths, environ=environ)
    (body,) = landed(paths).values()
    assert b"SECRET-CELL" not in body
    assert set(pl.read_parquet(body).columns) <= set(TABLES["tickets"].column_names)


def test_a_session_cannot_write(paths, tmp_path):
    from connections.configuration import load
    from connections.database import Database
    from connections.errors import Unreachable

    desk = tmp_path / "desk.db"
    environ = sqlite_with(desk, [case(1, 1)])
    configure(paths, desk=cases())
    database = Database(load(paths.connections).connections["desk"], environ)
    with pytest.raises(Unreachable), database._answering() as session:
        session.exec_driver_sql("delete from cases")
    database.close()
    assert pull(paths, environ=environ)[0].rows_landed == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "DESK_URL is not set"),
        ("postgresql://ann:hunter2@127.0.0.1:1/x", "does not answer"),
        ("nosuch://ann:hunter2@host/x", "no dialect"),
        ("ann:hunter2@host", "no SQLAlchemy URL"),
        ("sqlite:////nowhere/hunter2/x.db", "refuses: unable to open database"),
    ],
)
def test_no_message_shows_a_password(paths, url, said):
    quick = {"retries": {"attempts": 2, "backoff_seconds": 0.01}}
    configure(paths, desk=cases() | quick)
    (told,) = pull(paths, environ={"DESK_URL": url})
    assert told.status == "failed"
    assert said in told.message
    assert "hunter2" not in told.message


PROGRAM = """
import os, pathlib, sys
from connections.pull import pull
from storage.layout import DataDir
print(pull(DataDir(pathlib.Path(sys.argv[1])), environ=os.environ))
"""


def pulled_by_a_process(paths: DataDir, environ: dict[str, str], fail_at: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(paths.root)],
        cwd=CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "JSI_FAIL_AT": fail_at, **environ},
        check=False,
        capture_output=True,
    ).returncode


@pytest.mark.parametrize("point", ["pull_landed:2", "pull_kept:2"])
def test_killed_between_the_file_and_the_position_the_next_pull_leaves_no_gap_and_nothing_twice(paths, tmp_path, point):
    environ = sqlite_with(tmp_path / "desk.db", [case(n, n) for n in range(100)])
    configure(paths, desk=cases(batch_rows=30, overlap=0))
    assert pulled_by_a_process(paths, environ, point) == -signal.SIGKILL
    (paths.landing_pulled / "desk/cases/tickets/.waiting-half.parquet").write_bytes(b"PAR1")
    pull(paths, environ=environ)
    report = read_in(paths)
    assert len(winners(paths)) == 100
    raw = pl.read_parquet(paths.raw_table("tickets") / "*.parquet")
    assert raw["row_key"].n_unique() == 100
    assert sum(f.rows_kept for f in report.files) == 100
    assert not [p for p in paths.landing.rglob(".*") if p.is_file()]
