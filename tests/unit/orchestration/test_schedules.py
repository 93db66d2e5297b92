"""Schedules pass the calendar's date, so that a late tick still speaks of its own week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import dagster as dg
import pytest

from orchestration.as_of import parse_as_of
from orchestration.schedules import monthly_refresh, weekly_refresh


@pytest.mark.parametrize("schedule", [weekly_refresh, monthly_refresh])
def test_a_tick_passes_its_own_date_as_the_as_of(schedule):
    tick = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 9, 28, 5, tzinfo=UTC))
    request = schedule(tick)
    assert request.run_config["ops"]["raw_extracts"]["config"]["as_of"] == "2026-09-28T00:00:00+00:00"
    assert request.run_key == "2026-09-28"


def test_far_to_the_east_a_tick_does_not_claim_a_week_that_is_not_over_in_utc():
    monday_in_tokyo = datetime(2026, 9, 28, 5, tzinfo=timezone(timedelta(hours=9)))
    request = weekly_refresh(dg.build_schedule_context(scheduled_execution_time=monday_in_tokyo))
    assert request.run_config["ops"]["raw_extracts"]["config"]["as_of"] == "2026-09-27T00:00:00+00:00"


def test_a_plain_date_means_the_end_of_that_day_in_utc():
    assert parse_as_of("2026-09-27") == datetime(2026, 9, 28, tzinfo=UTC)


def test_a_timestamp_without_a_zone_is_utc_and_one_with_a_zone_is_converted():
    assert parse_as_of("2026-09-27T05:00:00") == datetime(2026, 9, 27, 5, tzinfo=UTC)
    assert parse_as_of("2026-09-27T05:00:00+02:00") == datetime(2026, 9, 27, 3, tzinfo=UTC)
