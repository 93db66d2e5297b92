"""An API over real HTTP, pulled: pages, 429, failures, cut lines; no gap, no doubled page, no secret told."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import polars as pl
import pytest
from helpdesk_server import TOKEN, running
from pulled_company import configure, landed, read_in, winners

from connections.pull import pull

CHECKOUT = Path(__file__).resolve().parents[3]
ENVIRON = {"DESK_TOKEN": TOKEN}
COLUMNS = {"ticket_id": "id", "account_id": "organization.id"}


def ticket(number: int, minute: int | None = None, **more: object) -> dict:
    minute = number if minute is None else minute
    return {
        "id": number,
        "organization": {"id": f"A{number % 5}"},
        "created_at": "2026-01-01T08:00:00+01:00",
        "updated_at": f"2026-01-02T{minute // 60:02d}:{minute % 60:02d}:00Z",
        "priority": "normal",
        **more,
    }


@pytest.fixture
def desk():
    with running([ticket(n) for n in range(45)]) as server:
        yield server


def helpdesk(server, *, ascending: bool = True, overlap: int = 0, cursor: bool = True, **more: object) -> dict:
    tickets = {
        "path": "tickets",
        "records": "tickets",
        "paginator": {"type": "json_link", "next_url_path": "next_page"},
        "target": "tickets",
        "columns": COLUMNS,
        "overlap": overlap,
        **more,
    }
    if cursor:
        tickets["cursor"] = {"field": "updated_at", "param": "since", "ascending": ascending}
    return {
        "kind": "rest",
        "base_url": server.url,
        "auth": {"type": "bearer", "token_env": "DESK_TOKEN"},
        "retries": {"attempts": 3, "backoff_seconds": 0.01, "longest_wait_seconds": 2},
        "resources": {"tickets": {k: v for k, v in tickets.items() if v is not None}},
    }


def test_pages_land_and_the_next_pull_asks_only_for_what_changed(paths, desk):
    configure(paths, desk=helpdesk(desk))
    (told,) = pull(paths, environ=ENVIRON)
    assert (told.status, told.rows_landed, told.files) == ("pulled", 45, 1), told.message
    assert len(desk.asked) == 5
    read_in(paths)
    found = winners(paths)
    assert len(found) == 45
    assert found["7"]["account_id"] == "A2"
    assert found["7"]["created_at"].isoformat() == "2026-01-01T07:00:00+00:00"
    desk.calm()
    desk.tickets = [*desk.tickets[1:], ticket(0, 100, priority="urgent"), ticket(46, 101, is_deleted=True)]
    (again,) = pull(paths, environ=ENVIRON)
    assert (again.rows_read, again.rows_landed, again.rows_repeated) == (3, 2, 1)
    assert desk.asked == ["/api/tickets?since=2026-01-02T00%3A44%3A00Z"]
    read_in(paths)
    found = winners(paths)
    assert (len(found), found["0"]["priority"]) == (45, "urgent")
    assert pull(paths, environ=ENVIRON)[0].rows_landed == 0


@pytest.mark.parametrize("fault", [429, 500, "cut"])
def test_a_page_that_fails_once_is_asked_again(paths, desk, fault):
    configure(paths, desk=helpdesk(desk))
    desk.faults = {3: fault}
    (told,) = pull(paths, environ=ENVIRON)
    assert (told.status, told.rows_landed) == ("pulled", 45), told.message
    assert len(desk.asked) == 6
    read_in(paths)
    assert len(winners(paths)) == 45


@pytest.mark.parametrize("page", [1, 3])
@pytest.mark.parametrize("ascending", [True, False])
def test_an_api_that_fails_at_a_page_leaves_no_gap_and_no_doubled_page(paths, desk, page, ascending):
    configure(paths, desk=helpdesk(desk, ascending=ascending, batch_rows=7))
    desk.faults = {page: "dead"}
    (told,) = pull(paths, environ=ENVIRON)
    assert told.status == "failed"
    assert "the API fails (503), also when tried again" in told.message
    assert told.rows_landed == (10 * (page - 1) if ascending else 0)
    desk.calm()
    (again,) = pull(paths, environ=ENVIRON)
    assert again.status == "pulled"
    assert told.rows_landed + again.rows_landed == 45
    read_in(paths)
    raw = pl.read_parquet(paths.raw_table("tickets") / "*.parquet")
    assert (raw.height, raw["row_key"].n_unique()) == (45, 45)


def test_an_order_that_was_promised_and_is_not_kept_is_told_and_read_again_from_the_beginning(paths, desk):
    desk.tickets = [ticket(n) for n in (*range(20), 3, *range(20, 30))]
    configure(paths, desk=helpdesk(desk, batch_rows=10))
    (told,) = pull(paths, environ=ENVIRON)
    assert "set ascending: false" in told.message
    configure(paths, desk=helpdesk(desk, ascending=False))
    (again,) = pull(paths, environ=ENVIRON)
    assert again.rows_read == 31


def test_a_page_without_its_records_is_no_empty_page(paths, desk):
    configure(paths, desk=helpdesk(desk))
    desk.faults = {1: "renamed"}
    (told,) = pull(paths, environ=ENVIRON)
    assert told.status == "failed"
    assert "tickets: missing (where the records of tickets are declared to be)" in told.message


def test_a_field_that_is_missing_or_of_another_type_stops_the_pull_with_the_sorted_list(paths, desk):
    desk.tickets = [{**ticket(n), "priority": {"name": "x"}, "created_at": "yesterday"} for n in range(20)]
    for found in desk.tickets:
        del found["id"]
    configure(paths, desk=helpdesk(desk))
    (told,) = pull(paths, environ=ENVIRON)
    assert [line for line in told.message.splitlines() if line.startswith("  - ")] == [
        "  - created_at: must be time for tickets.created_at, is text",
        "  - id: missing (tickets.ticket_id is read from id)",
    ]
    assert landed(paths) == {}
    desk.tickets = [{**ticket(1), "updated_at": None}]
    (told,) = pull(paths, environ=ENVIRON)
    assert "updated_at: missing (the cursor)" in told.message


def test_a_link_to_another_host_is_not_followed_with_our_token(paths, desk):
    configure(paths, desk=helpdesk(desk))
    desk.faults = {2: "elsewhere"}
    (told,) = pull(paths, environ=ENVIRON)
    assert told.status == "failed"
    assert "leads to another host" in told.message


@pytest.mark.parametrize(
    ("environ", "path", "said"),
    [
        ({}, "tickets", "the environment variable DESK_TOKEN is not set"),
        ({"DESK_TOKEN": "wrong-hunter2"}, "tickets", "refuses the credentials (401)"),
        (ENVIRON, "nothing", "answers 404"),
    ],
)
def test_what_is_told_names_what_to_do_and_no_secret(paths, desk, environ, path, said):
    configure(paths, desk=helpdesk(desk, path=path))
    (told,) = pull(paths, environ=environ)
    assert told.status == "failed"
    assert said in told.message
    assert not [s for s in (TOKEN, "hunter2", "Ann Example") if s in told.message]


@pytest.mark.parametrize(
    ("auth", "wants", "key"),
    [
        ({"type": "api_key", "name": "X-Key", "api_key_env": "DESK_TOKEN"}, {"X-Key": TOKEN}, None),
        ({"type": "api_key", "name": "key", "location": "query", "api_key_env": "DESK_TOKEN"}, {}, "key"),
        (
            {"type": "http_basic", "username_env": "DESK_USER", "password_env": "DESK_TOKEN"},
            {"Authorization": "Basic " + b64encode(f"our-client:{TOKEN}".encode()).decode()},
            None,
        ),
        (
            {"type": "oauth2_client_credentials", "client_id_env": "DESK_USER", "client_secret_env": "DESK_TOKEN"},
            {"Authorization": "Bearer of-the-day"},
            None,
        ),
    ],
    ids=lambda value: value.get("type", "") if isinstance(value, dict) else "",
)
def test_every_way_to_say_who_asks_is_understood(paths, desk, auth, wants, key):
    desk.wants, desk.key = wants, key
    if auth["type"].startswith("oauth2"):
        auth = auth | {"access_token_url": desk.url + "token"}
    configure(paths, desk=helpdesk(desk, paginator="header_link") | {"auth": auth})
    (told,) = pull(paths, environ=ENVIRON | {"DESK_USER": "our-client"})
    assert (told.status, told.rows_landed) == ("pulled", 45), told.message
    assert TOKEN not in (paths.pulled / "desk.json").read_text()


@pytest.mark.parametrize(
    "paginator",
    [
        "header_link",
        {"type": "page_number", "base_page": 1, "total_path": None},
        {"type": "offset", "limit": 10, "total_path": None},
    ],
    ids=str,
)
def test_every_way_to_turn_pages_ends_with_the_last_one(paths, desk, paginator):
    configure(paths, desk=helpdesk(desk, paginator=paginator))
    (told,) = pull(paths, environ=ENVIRON)
    assert (told.status, told.rows_landed) == ("pulled", 45), told.message


def test_a_list_below_each_record_of_another_is_followed_by_the_parents_cursor(paths, desk):
    for found in desk.tickets[:12]:
        said = {"id": f"C{found['id']}", "text": "hello", "at": 1_767_262_500 + found["id"]}
        found["comments"] = [said, {**said, "id": f"D{found['id']}"}]
    comments = {
        "path": "tickets/{resources.tickets.id}/comments",
        "parent": "tickets",
        "records": "comments",
        "target": "messages",
        "columns": {"message_id": "id", "body": "text", "sent_at": "at"},
        "constants": {"channel": "ticket", "author_kind": "customer"},
        "epoch": "seconds",
        "overlap": 0,
    }
    configured = helpdesk(desk)
    configured["resources"]["comments"] = comments
    desk.tickets = desk.tickets[:12]
    configure(paths, desk=configured)
    told = pull(paths, environ=ENVIRON)
    assert [(o.status, o.rows_landed) for o in told] == [("pulled", 12), ("pulled", 24)], told
    read_in(paths)
    found = winners(paths, "messages")
    assert found["C5"]["sent_at"].isoformat() == "2026-01-01T10:15:05+00:00"
    desk.calm()
    more = [{"id": "E3", "text": "more", "at": 1_767_262_500}]
    desk.tickets.append({**desk.tickets.pop(3), "updated_at": "2026-01-03T00:00:00Z", "comments": more})
    told = pull(paths, environ=ENVIRON)
    assert [o.rows_landed for o in told] == [1, 1]
    assert len([a for a in desk.asked if a.endswith("comments")]) == 2  # the newest ticket, and the changed one


def test_records_of_a_known_vendor_land_as_they_came_and_its_reader_knows_them(paths, desk):
    desk.tickets = [
        {
            **ticket(n),
            "requester_id": 5,
            "status": "open",
            "via": {"channel": "email"},
            "subject": "s",
            "description": "d",
        }
        for n in range(12)
    ]
    configure(paths, desk=helpdesk(desk, target=None, columns=None))
    (told,) = pull(paths, environ=ENVIRON)
    assert told.rows_landed == 12
    (name,) = landed(paths)
    assert name.endswith(".jsonl")
    report = read_in(paths)
    assert {f.source for f in report.files} == {"zendesk"}
    assert sum(f.rows_read for f in report.files) == 12


PROGRAM = """
import os, pathlib, sys
from connections.pull import pull
from storage.layout import DataDir
print(*(o.status for o in pull(DataDir(pathlib.Path(sys.argv[1])), environ=os.environ)))
"""


@pytest.mark.slow
def test_dlt_writes_nothing_outside_the_data_folder_and_a_kill_leaves_no_gap(paths, desk, tmp_path):
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    configure(paths, desk=helpdesk(desk, batch_rows=20))
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": str(CHECKOUT), **ENVIRON}
    command = [sys.executable, "-c", PROGRAM, str(paths.root)]
    killed = subprocess.run(command, cwd=here, env=environ | {"JSI_FAIL_AT": "pull_landed:2"}, check=False)
    assert killed.returncode == -signal.SIGKILL
    whole = subprocess.run(command, cwd=here, env=environ, check=True, capture_output=True, text=True)
    assert whole.stdout.split() == ["pulled"]
    assert [*home.rglob("*"), *here.rglob("*")] == []
    read_in(paths)
    raw = pl.read_parquet(paths.raw_table("tickets") / "*.parquet")
    assert raw["row_key"].n_unique() == 45
    kept = json.loads((paths.pulled / "desk.json").read_text())
    assert TOKEN not in json.dumps(kept)
