"""What a database or an API gives becomes a column of the contract with nothing guessed; another type is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from connections.clock import Clock, NoMoment
from connections.errors import BadConfiguration, SourceChanged
from connections.values import at, plan, to_frame
from sources.contract import TABLES

BERLIN = ZoneInfo("Europe/Berlin")
NO_ZONE = Clock()
OF_KIND = {"text": "x", "number": 1, "boolean": True, "timestamp": "2026-01-01T00:00:00Z", "date": "2026-01-01"}
wall = datetime.fromisoformat  # a clock on the wall says no zone


def column(
    name: str, values: list, clock: Clock = NO_ZONE, table: str = "messages", is_typed: bool = True
) -> pl.Series:
    needed = {*TABLES[table].header, *(c for group in TABLES[table].one_of for c in group)} - {name}
    others = {c.name: OF_KIND[c.kind] for c in TABLES[table].columns if c.name in needed}
    how = plan(table, {}, others, clock, [name], is_typed)
    return to_frame([{name: v} for v in values], how)[name]


def fault(*args: object, **options: object) -> str:
    with pytest.raises(SourceChanged) as told:
        column(*args, **options)
    return str(told.value)


@pytest.mark.parametrize(
    ("name", "values", "kept"),
    [
        ("body", ["a", 1, True, Decimal("1.50"), None], ["a", "1", "true", "1.50", None]),
        ("ticket_id", [UUID(int=5)], ["00000000-0000-0000-0000-000000000005"]),
        ("body", [{"b": 1, "a": [2]}], ['{"a": [2], "b": 1}']),
        ("rating", [1, 2.5, Decimal("3.7"), None], [1.0, 2.5, 3.7, None]),
        ("is_public", [True, 0, 1, None], [True, False, True, None]),
        (
            "sent_at",
            [datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))],
            [datetime(2026, 1, 1, 10, tzinfo=UTC)],
        ),
        ("sent_at", [date(2026, 1, 1), None], [datetime(2026, 1, 1, tzinfo=UTC), None]),
    ],
)
def test_a_value_keeps_what_it_says(name, values, kept):
    assert column(name, values).to_list() == kept


@pytest.mark.parametrize("values", [[date(2026, 5, 1)], [wall("2026-05-01T00:00")]])
def test_a_midnight_is_its_day_and_another_hour_is_none(values):
    assert column("used_on", values, table="usage").to_list() == [date(2026, 5, 1)]
    assert "must be day" in fault("used_on", [wall("2026-05-01T03:00")], table="usage")


def test_a_wall_clocks_time_is_read_in_its_zone_in_summer_and_winter():
    values = [wall("2026-07-01T12:00"), "2026-01-01T12:00:00"]
    found = [column("sent_at", [v], Clock(BERLIN), is_typed=False)[0] for v in values]
    assert found == [datetime(2026, 7, 1, 10, tzinfo=UTC), datetime(2026, 1, 1, 11, tzinfo=UTC)]


@pytest.mark.parametrize("hour", [wall("2025-10-26T02:30"), wall("2026-03-29T02:30")])
def test_an_hour_that_comes_twice_or_never_is_not_moved_to_a_guess(hour):
    with pytest.raises(NoMoment):
        Clock(BERLIN).read(hour)
    found = column("sent_at", [hour, wall("2026-07-01T12:00")], Clock(BERLIN))
    assert found.to_list() == ["no single moment in Europe/Berlin", "2026-07-01T10:00:00Z"]  # ingest excludes the first


def test_where_clocks_show_a_time_twice_the_declared_one_is_meant_and_a_skipped_one_never_is():
    twice, never = wall("2025-10-26T02:30"), wall("2026-03-29T02:30")
    for fold, hour in (("first", 0), ("second", 1)):
        clock = Clock(BERLIN, fold=fold)
        moment = datetime(2025, 10, 26, hour, 30, tzinfo=UTC)
        assert clock.read(twice) == moment == column("sent_at", [twice], clock)[0]
        with pytest.raises(NoMoment):
            clock.read(never)


def test_numbers_are_times_only_in_a_declared_unit():
    assert column("sent_at", [1_767_225_600], Clock(epoch="seconds"))[0] == datetime(2026, 1, 1, tzinfo=UTC)
    assert column("sent_at", [1_767_225_600_000], Clock(epoch="milliseconds"))[0] == datetime(2026, 1, 1, tzinfo=UTC)
    assert fault("sent_at", [1_767_225_600]) == "sent_at: must be time for messages.sent_at, is number"


def test_a_time_without_zone_asks_for_one():
    assert "declare the connection's time_zone" in fault("sent_at", [wall("2026-01-01T00:00")])


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("rating", "1.5", "text"),
        ("rating", [1], "list or object"),
        ("is_public", "yes", "text"),
        ("body", b"x", "bytes"),
    ],
)
def test_where_columns_have_types_one_cell_shows_another_type(name, value, found):
    assert fault(name, [value, None]).endswith(f", is {found}")


def test_where_they_have_none_few_odd_cells_stay_for_ingest_and_many_are_another_type():
    assert column("rating", ["4", "high", None, [1]], is_typed=False).to_list() == [
        "4.0",
        "high",
        None,
        "list or object in place of number",
    ]
    assert "is text" in fault("rating", ["high"] * 10, is_typed=False)


def test_all_faults_of_a_batch_are_told_sorted():
    how = plan("tickets", {}, {}, Clock(), ["ticket_id", "created_at", "n_reopens", "is_escalated"], True)
    row = {"ticket_id": 1, "created_at": 5, "n_reopens": "many", "is_escalated": 2.5}
    with pytest.raises(SourceChanged) as told:
        to_frame([row], how)
    assert [problem.split(":")[0] for problem in told.value.problems] == ["created_at", "is_escalated", "n_reopens"]


def test_one_of_several_columns_is_enough():
    plan("labels", {}, {}, Clock(), ["response_id", "label", "labelled_by", "labelled_at"], True)
    with pytest.raises(SourceChanged, match="message_id or response_id: missing"):
        plan("labels", {}, {}, Clock(), ["label", "labelled_by", "labelled_at"], True)


def test_a_value_may_lie_deeper_or_under_a_key_with_a_dot():
    assert at({"a": {"b": {"c": 1}}}, "a.b.c") == 1
    assert at({"a.b": 2, "a": {"b": 1}}, "a.b") == 2
    assert at({"a": 3}, "a.b") is None


def test_a_constant_of_another_kind_is_a_fault_of_the_configuration():
    with pytest.raises(BadConfiguration, match=r"constants → sent_at: must be time for messages\.sent_at"):
        plan("messages", {}, {"sent_at": "noon"}, NO_ZONE, None, False)
