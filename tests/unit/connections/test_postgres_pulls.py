"""A real PostgreSQL pulled: its types, its clocks, late commits, a restart and a kill in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from postgres_server import PASSWORD
from pulled_company import configure, landed, read_in, winners

from connections.pull import pull

CHECKOUT = Path(__file__).resolve().parents[3]
COLUMNS = {"message_id": "id", "account_id": "customer", "sent_at": "said_at"}
PROGRAM = """
import os, pathlib, sys
from connections.pull import pull
from storage.layout import DataDir
for told in pull(DataDir(pathlib.Path(sys.argv[1])), environ=os.environ):
    print(told.status, told.rows_landed, told.message)
"""


@pytest.fixture
def desk(postgres):
    """An empty schema of the test's own; its engine."""
    engine = sa.create_engine(postgres.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as session:
        session.execute(sa.text("drop schema if exists desk cascade"))
        session.execute(sa.text("create schema desk"))
        session.execute(
            sa.text(
                "create table desk.talk (id bigint primary key, customer uuid, channel text, author_kind varchar(10), "
                "body text, said_at timestamptz, rating numeric(4,1), is_deleted boolean not null default false, "
                "changed timestamptz not null)"
            )
        )
    return engine


def fill(engine: sa.Engine, first: int, last: int, changed: str = "timestamptz '2026-01-02' + n * interval '1 second'"):
    statement = (
        "insert into desk.talk select n, gen_random_uuid(), 'email', 'customer', 'text ' || n, "
        f"timestamptz '2026-01-01 12:00+02', n % 5 + 0.5, false, {changed} from generate_series({first}, {last}) n"
    )
    with engine.connect() as session:
        session.execute(sa.text(statement))


def talk(**changes: object) -> dict:
    resource = {"table": "desk.talk", "target": "messages", "columns": COLUMNS, "cursor": "changed", **changes}
    quick = {"attempts": 8, "backoff_seconds": 0.1}
    return {"kind": "sql", "url_env": "DESK_URL", "retries": quick, "resources": {"talk": resource}}


def test_types_times_updates_and_deletions_come_through(paths, postgres, desk):
    fill(desk, 1, 500)
    environ = {"DESK_URL": postgres.url}
    configure(paths, desk=talk(batch_rows=120))
    (told,) = pull(paths, environ=environ)
    assert (told.status, told.rows_landed, told.files) == ("pulled", 500, 5), told.message
    read_in(paths)
    found = winners(paths, "messages")
    assert len(found) == 500
    assert found["3"]["sent_at"].isoformat() == "2026-01-01T10:00:00+00:00"
    assert (found["3"]["rating"], len(found["3"]["account_id"])) == (3.5, 36)
    with desk.connect() as session:
        session.execute(sa.text("update desk.talk set body = 'new', changed = '2026-02-01' where id = 7"))
        session.execute(sa.text("update desk.talk set is_deleted = true, changed = '2026-02-02' where id = 8"))
    (again,) = pull(paths, environ=environ)
    assert again.rows_landed == 2
    read_in(paths)
    found = winners(paths, "messages")
    assert found["7"]["body"] == "new"
    assert "8" not in found
    assert pull(paths, environ=environ)[0].rows_landed == 0


def test_a_transaction_that_commits_late_is_not_lost(paths, postgres, desk):
    environ = {"DESK_URL": postgres.url}
    configure(paths, desk=talk())
    slow = sa.create_engine(postgres.url, poolclass=sa.NullPool)
    with slow.connect() as session:
        session.execute(
            sa.text("insert into desk.talk values (1, null, 'email', 'customer', 'late', now(), null, false, now())")
        )
        fill(desk, 2, 2, changed="clock_timestamp()")
        assert pull(paths, environ=environ)[0].rows_landed == 1
        session.commit()
    assert pull(paths, environ=environ)[0].rows_landed == 1
    read_in(paths)
    assert set(winners(paths, "messages")) == {"1", "2"}


def test_a_wall_clock_cursor_does_not_lose_the_hour_in_which_clocks_go_back(paths, postgres, desk):
    with desk.connect() as session:
        session.execute(sa.text("alter table desk.talk alter column changed type timestamp"))
        session.execute(
            sa.text(
                "insert into desk.talk values "
                "(1, null, 'email', 'customer', 'a', now(), null, false, '2025-10-26 02:59:00')"
            )
        )
    environ = {"DESK_URL": postgres.url}
    configure(paths, desk=talk(columns={**COLUMNS, "updated_at": "said_at"}) | {"time_zone": "Europe/Berlin"})
    assert pull(paths, environ=environ)[0].rows_landed == 1
    with desk.connect() as session:  # four minutes later by the sun, 56 minutes earlier by the clock
        session.execute(
            sa.text(
                "insert into desk.talk values "
                "(2, null, 'email', 'customer', 'b', now(), null, false, '2025-10-26 02:03:00')"
            )
        )
    assert pull(paths, environ=environ)[0].rows_landed == 1


def test_a_retyped_column_and_a_dropped_one_stop_the_connection_and_nothing_else(paths, postgres, desk):
    fill(desk, 1, 3)
    environ = {"DESK_URL": postgres.url}
    configure(paths, desk=talk())
    pull(paths, environ=environ)
    before = landed(paths)
    fill(desk, 4, 4)
    with desk.connect() as session:
        session.execute(sa.text("alter table desk.talk alter column rating type text"))
    (told,) = pull(paths, environ=environ)
    assert "rating: must be number for messages.rating, is text" in told.message
    with desk.connect() as session:
        session.execute(sa.text("alter table desk.talk drop column body"))
        session.execute(sa.text("alter table desk.talk drop column changed"))
    (told,) = pull(paths, environ=environ)
    assert [line for line in told.message.splitlines() if line.startswith("  - ")] == [
        "  - talk: body: missing (messages.body)",
        "  - talk: changed: missing (the cursor)",
    ]
    assert landed(paths) == before


def test_a_wrong_password_and_missing_rights_are_told_without_the_password(paths, postgres, desk):
    configure(paths, desk=talk())
    (told,) = pull(paths, environ={"DESK_URL": postgres.url.replace(PASSWORD, "hunter2-wrong")})
    assert "authentication failed" in told.message
    assert "DESK_URL" in told.message
    assert "hunter2" not in told.message
    with desk.connect() as session:
        session.execute(sa.text("drop role if exists reader"))
        session.execute(sa.text(f"create role reader login password '{PASSWORD}'"))
    (told,) = pull(paths, environ={"DESK_URL": postgres.url.replace("postgres:", "reader:")})
    assert "permission denied" in told.message
    assert PASSWORD not in told.message


def test_a_query_that_would_write_is_refused_by_the_database_itself(paths, postgres, desk):
    fill(desk, 1, 1)
    query = "with gone as (delete from desk.talk returning *) select * from gone"
    configure(paths, desk=talk(table=None, query=query))
    (told,) = pull(paths, environ={"DESK_URL": postgres.url})
    assert told.status == "failed"
    with desk.connect() as session:
        assert session.execute(sa.text("select count(*) from desk.talk")).scalar_one() == 1


@pytest.mark.slow
def test_a_restart_in_the_middle_leaves_no_gap_and_nothing_twice(paths, postgres, desk):
    fill(desk, 1, 60_000)
    configure(paths, desk=talk(batch_rows=500, overlap=0))
    n_batches = threading.Event()

    def progress(done: int, total: int, what: str) -> None:
        if done >= 5_000:
            n_batches.set()

    told: list = []
    puller = threading.Thread(
        target=lambda: told.extend(pull(paths, environ={"DESK_URL": postgres.url}, progress=progress))
    )
    puller.start()
    assert n_batches.wait(60)
    postgres.control("-m", "immediate", "stop")
    time.sleep(0.3)
    postgres.start()
    puller.join(120)
    assert [(o.status, o.rows_landed) for o in told] == [("pulled", 60_000)], told
    report = read_in(paths)
    raw = pl.read_parquet(paths.raw_table("messages") / "*.parquet")
    assert (raw.height, raw["row_key"].n_unique()) == (60_000, 60_000)
    assert sum(f.rows_kept for f in report.files) == 60_000


@pytest.mark.slow
@pytest.mark.parametrize("after_files", [1, 7, 30])
def test_killed_anywhere_and_pulled_again_gives_what_one_pull_gives(paths, postgres, desk, after_files):
    fill(desk, 1, 30_000)
    configure(paths, desk=talk(batch_rows=500))
    environ = {"PATH": "/usr/bin:/bin", "DESK_URL": postgres.url}
    command = [sys.executable, "-c", PROGRAM, str(paths.root)]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environ)
    deadline = time.monotonic() + 60
    while len(landed(paths) if paths.landing.exists() else ()) < after_files and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    n_landed = len(landed(paths))
    (told,) = pull(paths, environ={"DESK_URL": postgres.url})
    # The last file may lie there before its cursor is kept; all before it are not read again, but for the overlap
    # of 300 seconds (a row a second here).
    assert n_landed >= after_files
    assert told.rows_read <= 30_000 - 500 * (n_landed - 1) + 301
    read_in(paths)
    raw = pl.read_parquet(paths.raw_table("messages") / "*.parquet")
    assert raw["row_key"].n_unique() == 30_000
    assert len(winners(paths, "messages")) == 30_000


@pytest.mark.slow
def test_memory_holds_one_batch_however_long_the_table_is(paths, postgres, desk):
    with desk.connect() as session:
        session.execute(
            sa.text(
                "insert into desk.talk select n, null, 'email', 'customer', repeat('x', 2000), now(), null, false, "
                "timestamptz '2026-01-02' + n * interval '1 second' from generate_series(1, 150000) n"
            )
        )
    configure(paths, desk=talk(batch_rows=2_000))
    program = PROGRAM + (
        # Not ru_maxrss: that begins with the peak of the process which started this one.
        "status = open('/proc/self/status').read()\nprint(int(status.split('VmHWM:')[1].split()[0]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(paths.root)],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "DESK_URL": postgres.url},
        check=True,
        capture_output=True,
        text=True,
    )
    told, peak = done.stdout.splitlines()
    assert told == "pulled 150000 None"
    assert int(peak) < 300, f"{peak} MB for 300 MB of text"
