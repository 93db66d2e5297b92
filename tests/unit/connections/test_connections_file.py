"""``connections.yml``: what is wrong is told with file, place and what to do, and never with what stands there."""

from __future__ import annotations

import pytest
import yaml
from pulled_company import cases, configure

from connections.configuration import load, secret
from connections.errors import BadConfiguration


def said(paths, connections: object) -> str:
    paths.root.mkdir(parents=True, exist_ok=True)
    paths.connections.write_text(yaml.safe_dump({"connections": connections}), encoding="utf-8")
    with pytest.raises(BadConfiguration) as told:
        load(paths.connections)
    return str(told.value)


def rest(**more: object) -> dict:
    return {"kind": "rest", "base_url": "https://desk.example/api", "resources": {"t": {"path": "t"}}, **more}


def test_a_whole_file_is_read(paths):
    configure(paths, desk=cases(), api=rest(auth={"type": "bearer", "token_env": "T"}))
    found = load(paths.connections)
    assert list(found.connections) == ["desk", "api"]
    assert found.connections["desk"].resources["cases"].cursor == "changed"


@pytest.mark.parametrize(
    ("connections", "told"),
    [
        ({}, "connections: dictionary should have at least 1 item"),
        ({"Desk!": cases()}, "connections → Desk!: must be made of small letters, digits and _"),
        ({"tickets": cases()}, "a connection may not be named as a table: rename tickets"),
        ({"desk": {"kind": "ftp"}}, "connections → desk: "),
        ({"desk": cases() | {"url": "x"}}, "connections → desk → url: there is no such setting"),
        ({"desk": {"kind": "sql", "resources": {}}}, "connections → desk → url_env: must be given"),
        ({"desk": cases() | {"time_zone": "Mars"}}, "desk → time_zone: there is no such time zone"),
        ({"desk": cases(target="cases")}, "target must be a canonical table: accounts, "),
        ({"desk": cases(columns={"number": "nr"})}, "tickets has no column number; its columns are ticket_id, "),
        ({"desk": cases(query="select 1")}, "give either table or query"),
        ({"desk": cases(table=None, query="delete from x")}, "query must be one SELECT statement"),
        ({"desk": cases(table=None, query="select 1; drop table x")}, "query must be one SELECT statement"),
        ({"desk": cases(since=True)}, "must be a date (2024-01-31)"),
        ({"desk": cases(batch_rows=0)}, "batch_rows: input should be greater than or equal to 1"),
        ({"desk": rest(base_url="ftp://x")}, "base_url must begin with https://"),
        ({"desk": rest(base_url="https://ann:hunter2@x/")}, "base_url holds a user or password"),
        (
            {"desk": rest(base_url="http://desk.example", auth={"type": "bearer", "token_env": "T"})},
            "or the secret would travel in the clear",
        ),
        (
            {"desk": rest(auth={"type": "bearer", "token": "hunter2"})},
            "auth → bearer → token: there is no such setting",
        ),
        ({"desk": rest(resources={"t": {"path": "t", "parent": "u"}})}, "its parent u is not among the resources"),
    ],
)
def test_a_fault_is_told_by_its_place(paths, connections, told):
    message = said(paths, connections)
    assert message.startswith(str(paths.connections))
    assert told in message
    assert "hunter2" not in message


def test_all_faults_are_told_at_once_in_order(paths):
    message = said(paths, {"b": cases(table=None), "a": cases() | {"more": 1}})
    assert [line.split(":")[0] for line in message.splitlines()[1:]] == [
        "  - connections → a → more",
        "  - connections → b → resources → cases",
    ]


@pytest.mark.parametrize(("text", "told"), [("connections: {a", "line 1: not readable as YAML"), ("- x", "the file: ")])
def test_a_file_that_is_no_such_file_is_told(paths, text, told):
    paths.root.mkdir(parents=True)
    paths.connections.write_text(text, encoding="utf-8")
    with pytest.raises(BadConfiguration, match=told):
        load(paths.connections)


def test_a_missing_file_and_a_missing_secret_are_told(paths):
    with pytest.raises(BadConfiguration, match="there is no such file"):
        load(paths.connections)
    with pytest.raises(BadConfiguration, match="variable DESK_URL is not set"):
        secret("DESK_URL", {})
