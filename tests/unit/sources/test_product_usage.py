"""Product usage: daily metrics, and events counted up per day."""

from __future__ import annotations

import pytest

from sources import catalog


def read(text):
    extract = catalog.read_bytes(text.encode(), "product_usage/export.csv")
    assert extract.source == "product_usage"
    return extract


def test_daily_metrics_are_read_as_they_are():
    extract = read("date,account_id,user_id,metric,value\n2024-05-31,A1,,logins,7\n2024-05-31,A1,P1,logins,2.5\n")
    found = extract.tables["usage"].select("account_id", "person_id", "metric", "value").rows()
    assert found == [("A1", None, "logins", 7.0), ("A1", "P1", "logins", 2.5)]
    assert str(extract.tables["usage"]["used_on"][0]) == "2024-05-31"


def test_a_daily_value_that_is_no_number_excludes_its_row():
    extract = read("date,account_id,metric,value\n2024-05-31,A1,logins,many\n2024-05-32,A1,logins,1\n")
    assert dict(extract.excluded.select("source_row", "column_name").rows()) == {1: "value", 2: "used_on"}


def events(extract):
    """The winning value of each key, as the warehouse picks it."""
    rows = extract.tables["usage"].sort("updated_at").group_by("account_id", "metric", "used_on").last()
    return {(r["account_id"], r["metric"], str(r["used_on"])): r["value"] for r in rows.iter_rows(named=True)}


def test_events_are_counted_per_day_whatever_their_order():
    extract = read(
        "timestamp,account_id,user_id,event\n"
        "2024-05-31T23:59:59Z,A1,P1,export\n"
        "2024-05-31T10:00:00Z,A1,P1,export\n"
        "2024-06-01T00:00:00Z,A1,P1,export\n"
        "2024-05-31T10:00:00Z,A1,P1,export\n"
        "2024-05-31T10:00:00Z,A2,P2,export\n"
    )
    assert events(extract) == {
        ("A1", "export", "2024-05-31"): 3,
        ("A1", "export", "2024-06-01"): 1,
        ("A2", "export", "2024-05-31"): 1,
    }
    assert extract.rows_read == 5 == extract.tables["usage"].height


def test_an_event_sent_twice_is_counted_once():
    line = "2024-05-31T10:00:00Z,A1,export,E1\n"
    extract = read("timestamp,account_id,event,event_id\n" + line * 2 + "2024-05-31T11:00:00Z,A1,export,E2\n")
    assert events(extract) == {("A1", "export", "2024-05-31"): 2}


@pytest.mark.parametrize("time", ["", "yesterday", "2024-02-30T10:00:00Z"])
def test_an_event_without_a_readable_time_is_excluded(time):
    extract = read(f"timestamp,account_id,event\n{time},A1,export\n2024-05-31T10:00:00Z,A1,export\n")
    assert extract.excluded.select("source_row", "column_name").rows() == [(1, "used_on")]
    assert extract.tables["usage"].height == 1
