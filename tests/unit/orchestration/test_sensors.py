"""The landing sensor: one refresh per new extract, once, also after a restart of the daemon."""

from __future__ import annotations

import os
import time

import dagster as dg
import pytest

from orchestration.sensors import PATIENCE_SECONDS, QUIET_SECONDS, landing_sensor


@pytest.fixture
def landing(tmp_path, monkeypatch):
    monkeypatch.setenv("JSI_DATA_DIR", str(tmp_path))
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


def drop(landing, name: str, text: str = "x", seconds_ago: float = 2 * QUIET_SECONDS) -> None:
    file = landing / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    then = time.time() - seconds_ago
    os.utime(file, (then, then))


def tick(cursor: str | None = None) -> dg.SensorResult:
    told = landing_sensor(dg.build_sensor_context(cursor=cursor))
    return dg.SensorResult(skip_reason=told) if isinstance(told, dg.SkipReason) else told


def test_an_empty_landing_folder_starts_nothing(landing):
    assert tick().skip_reason


def test_a_new_extract_starts_one_refresh_and_the_next_tick_none(landing):
    drop(landing, "zendesk/tickets.jsonl")
    first = tick()
    assert len(first.run_requests) == 1
    assert tick(first.cursor).skip_reason


def test_a_restarted_daemon_asks_for_the_same_run_which_dagster_starts_once(landing):
    drop(landing, "zendesk/tickets.jsonl")
    assert tick().run_requests[0].run_key == tick(cursor=None).run_requests[0].run_key


def test_a_second_extract_starts_a_second_refresh(landing):
    drop(landing, "a.csv")
    first = tick()
    drop(landing, "b.csv")
    second = tick(first.cursor)
    assert second.run_requests[0].run_key != first.run_requests[0].run_key


def test_a_file_still_being_written_is_waited_for(landing):
    drop(landing, "a.csv", seconds_ago=1)
    assert tick().skip_reason


def test_a_file_that_never_rests_keeps_the_others_waiting_for_half_an_hour_and_no_longer(landing, monkeypatch):
    drop(landing, "a.csv")
    drop(landing, "growing.log", seconds_ago=1)
    first = tick()
    assert first.skip_reason
    then = time.time() + PATIENCE_SECONDS
    os.utime(landing / "growing.log", (then, then))
    monkeypatch.setattr("orchestration.sensors.time.time", lambda: then + 1)
    second = tick(first.cursor)
    assert len(second.run_requests) == 1
    assert tick(second.cursor).skip_reason, "once: the same files start no second refresh while the other still grows"
    drop(landing, "growing.log")
    assert len(tick(second.cursor).run_requests) == 1
