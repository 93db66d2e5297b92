"""Times without an offset: read in the declared zone, and never moved where the clocks skip or repeat an hour."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import local_times
from sources.catalog import company_map, read_bytes
from sources.declared import Declared, reading
from tests.examples import examples

# Zone → a time that its clocks skip, one that they show twice, both moments of the latter, an hour that is neither.
CLOCKS = {
    "Europe/Berlin": ("2024-03-31 02:30:00", "2024-10-27 02:30:00", "00:30", "01:30", ("2024-07-01 08:00:00", "06:00")),
    "America/New_York": (
        "2024-03-10 02:30:00",
        "2024-11-03 01:30:00",
        "05:30",
        "06:30",
        ("2024-07-01 08:00:00", "12:00"),
    ),
    # its clocks move by half an hour only
    "Australia/Lord_Howe": (
        "2024-10-06 02:15:00",
        "2024-04-07 01:45:00",
        "14:45",
        "15:15",
        ("2024-07-01 08:00:00", "21:30"),
    ),
}


def qualtrics(time: str) -> bytes:
    ids = [json.dumps({"ImportId": i}).replace('"', '""') for i in ("startDate", "endDate", "_recordId", "QID1")]
    header = 'StartDate,EndDate,ResponseId,Q_CSAT7\nStart,End,Id,How?\n"' + '","'.join(ids) + '"\n'
    return (header + f"2024-01-01 00:00:00,{time},R1,5\n").encode()


def hubspot_view(time: str) -> bytes:
    return f"Record ID,Ticket name,Ticket status,Create date,Company ID\n7,Help,New,{time[:16]},C1\n".encode()


def zendesk_warehouse(time: str) -> bytes:
    header = "id,body,public,ticket_id,user_id,created,author_role\n"
    return (header + f"1,hello,true,T1,U1,{time},end-user\n").encode()


def own_table(time: str) -> bytes:
    return f"Fallnummer,Eingang\nF1,{time}\n".encode()


COLUMNS = "{Fallnummer: ticket_id, Eingang: created_at}"
OWN = f"own_tables: {{faelle: {{table: tickets, recognised_by: [Fallnummer], columns: {COLUMNS}"
FILES = {
    "qualtrics": (qualtrics, "survey_responses", "answered_at"),
    "hubspot": (hubspot_view, "tickets", "created_at"),
    "zendesk": (zendesk_warehouse, "messages", "sent_at"),
    "own table": (own_table, "tickets", "created_at"),
}


def read(source: str, zone: str | None, time: str, fold: str | None = None):
    """(moment, reason of exclusion) of the one row of such a file."""
    said = {key: value for key, value in (("time_zone", zone), ("fold", fold)) if value}
    if source == "own table":
        text = OWN + "".join(f", {key}: {value}" for key, value in said.items()) + "}}"
    else:
        text = json.dumps({"sources": {source: said}})
    make, table, column = FILES[source]
    extract = read_bytes(make(time), "export.csv", company=company_map(text))
    moments = extract.tables[table][column].to_list()
    reasons = extract.excluded["reason"].to_list()
    assert len(moments) + len(reasons) == extract.rows_read == 1
    return moments[0] if moments else None, reasons[0] if reasons else None


@pytest.mark.parametrize("zone", CLOCKS)
@pytest.mark.parametrize("source", FILES)
def test_an_hour_that_the_clocks_skip_or_repeat_is_excluded_or_declared_and_never_moved(source, zone):
    skipped, twice, first, second, (usual, its_hour) = CLOCKS[zone]
    moment, reason = read(source, zone, usual)
    assert reason is None
    assert moment == datetime.fromisoformat(usual).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert f"{moment:%H:%M}" == its_hour
    for fold in (None, "first", "second"):
        assert read(source, zone, skipped, fold) == (None, "skipped_time")
    assert read(source, zone, twice) == (None, "repeated_time")
    assert f"{read(source, zone, twice, 'first')[0]:%H:%M}" == first
    assert f"{read(source, zone, twice, 'second')[0]:%H:%M}" == second


@pytest.mark.parametrize("source", FILES)
def test_a_zone_of_half_hours_and_no_zone_at_all(source):
    usual = "2024-07-01 08:00:00"
    assert read(source, "Asia/Kolkata", usual)[0] == datetime(2024, 7, 1, 2, 30, tzinfo=UTC)
    assert read(source, None, usual)[0] == datetime(2024, 7, 1, 8, tzinfo=UTC)
    assert read(source, "UTC", usual)[0] == datetime(2024, 7, 1, 8, tzinfo=UTC)


def test_a_time_with_an_offset_means_itself_whatever_the_zone():
    for time in ("2024-10-27T02:30:00+01:00", "2024-10-27T01:30:00Z", "2024-10-27 01:30:00 UTC"):
        assert read("own table", "Europe/Berlin", time)[0] == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)


def test_the_message_names_the_zone_and_both_ways_out_and_not_the_cell():
    company = company_map(OWN + ", time_zone: Europe/Berlin}}")
    extract = read_bytes(own_table("2024-10-27 02:30:00"), "export.csv", company=company)
    (message,) = extract.excluded["message"].to_list()
    assert "Europe/Berlin show twice" in message
    assert "fold: first or second" in message
    assert "02:30" not in message


def test_typed_times_without_a_zone_are_local_times_too():
    import io

    file = io.BytesIO()
    times = [datetime(2024, 7, 1, 8), datetime(2024, 3, 31, 2, 30), datetime(2024, 10, 27, 2, 30)]  # noqa: DTZ001
    pl.DataFrame({"Fallnummer": ["1", "2", "3"], "Eingang": times}).write_parquet(file)
    extract = read_bytes(file.getvalue(), "x.parquet", company=company_map(OWN + ", time_zone: Europe/Berlin}}"))
    assert extract.tables["tickets"]["created_at"].to_list() == [datetime(2024, 7, 1, 6, tzinfo=UTC)]
    assert extract.excluded.select("source_row", "reason").rows() == [(2, "skipped_time"), (3, "repeated_time")]


@examples(60)
@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2037, 1, 1)),  # noqa: DTZ001
    st.sampled_from([*CLOCKS, "Asia/Kolkata", "Africa/Casablanca", "America/St_Johns"]),
    st.sampled_from([None, "first", "second"]),
)
def test_a_moment_shows_the_local_time_it_was_read_from(local, zone, fold):
    local = local.replace(microsecond=0, fold=0)
    with reading(Declared(time_zone=zone, fold=fold)):
        at = pl.Series([local], dtype=pl.Datetime("us"))
        (moment,), (fault,) = local_times.utc(at), local_times.faults(at)
    early, late = (local.replace(tzinfo=ZoneInfo(zone), fold=n).astimezone(UTC) for n in (0, 1))
    if early.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        assert (moment, fault) == (None, "skipped_time")
    elif early == late:
        assert (moment, fault) == (early, None)
    else:
        expected = {"first": early, "second": late}.get(fold)
        assert (moment, fault) == (expected, None if fold else "repeated_time")
