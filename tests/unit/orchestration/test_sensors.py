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


@pytest.mark.parametrize("gone", ["a.csv", "b/c.csv"])
def test_a_file_that_goes_starts_nothing_and_the_next_new_one_does(landing, gone):
    for name in ("a.csv", "b/c.csv", "d.csv"):
        drop(landing, name)
    first = tick()
    (landing / gone).unlink()
    second = tick(first.cursor)
    assert second.skip_reason
    assert not second.run_requests
    assert len(second.cursor) < len(first.cursor), "what is gone leaves the cursor"
    drop(landing, gone, text="anew")
    assert len(tick(second.cursor).run_requests) == 1


def test_when_the_last_file_goes_and_comes_back_changed_a_refresh_starts(landing):
    drop(landing, "a.csv")
    first = tick()
    (landing / "a.csv").unlink()
    assert tick(first.cursor).skip_reason
    drop(landing, "a.csv", text="anew")
    assert len(tick(first.cursor).run_requests) == 1


def test_a_company_map_that_comes_or_changes_starts_a_refresh(landing):
    drop(landing, "a.csv")
    told = tick()
    keys = [told.run_requests[0].run_key]
    for text in ("sources: {}", "own_tables: {}"):
        (landing.parent / "company.yml").write_text(text)
        told = tick(told.cursor)
        keys += [request.run_key for request in told.run_requests]
        assert tick(told.cursor).skip_reason
    assert len(set(keys)) == 3


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
