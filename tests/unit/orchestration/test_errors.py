"""What a failed step says: our own words and files by name, never a cell that a library quotes."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from orchestration.dbt_run import _is_interrupted
from orchestration.errors import HiddenError, NoRoom, without_values
from orchestration.terminal import inert, plain
from orchestration.told import without_quotes
from storage.retention import read_policy

NAME = "Ann Arbor"


@without_values
def cast_a_name() -> None:
    pl.Series([NAME]).cast(pl.Int64)


@without_values
def cast_a_name_after_one():
    yield 1
    int(NAME)


def test_a_librarys_message_that_quotes_a_cell_is_not_shown_nor_kept_as_a_cause():
    with pytest.raises(HiddenError) as caught:
        cast_a_name()
    told = caught.value
    assert NAME not in str(told)
    assert "InvalidOperationError at an unknown place" in str(told)
    assert told.__cause__ is None
    assert told.__suppress_context__


def test_ctrl_c_that_a_library_took_for_a_bad_value_is_still_ctrl_c():
    def read() -> None:
        try:
            raise KeyboardInterrupt
        except BaseException:
            raise ValueError("invalid value []")  # noqa: B904 - as libraries do

    with pytest.raises(ValueError) as caught:
        read()
    assert _is_interrupted(caught.value)
    assert not _is_interrupted(ValueError("invalid value []"))
    assert not _is_interrupted(None)


def test_a_generator_gives_what_it_had_and_then_hides_the_value():
    steps = cast_a_name_after_one()
    assert next(steps) == 1
    with pytest.raises(HiddenError) as caught:
        next(steps)
    assert NAME not in str(caught.value)


def test_the_place_in_this_project_is_told(tmp_path):
    seed = tmp_path / "policy.csv"
    seed.write_text(f"channel,keep_text_days,valid_from,valid_to\nany,{NAME},1900-01-01,\n")
    with pytest.raises(HiddenError, match=r"ValueError at storage/retention.py:\d+ \(") as caught:
        without_values(read_policy)(seed, datetime(2026, 1, 1, tzinfo=UTC))
    assert NAME not in str(caught.value)


def test_our_own_messages_and_those_about_files_are_shown(tmp_path):
    seed = tmp_path / "policy.csv"
    seed.write_text("channel,keep_text_days,valid_from,valid_to\n")
    with pytest.raises(ValueError, match="has no row 'any'"):
        without_values(read_policy)(seed, datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(FileNotFoundError):
        without_values(open)(tmp_path / "nowhere")


def test_a_databases_message_keeps_what_is_wrong_and_loses_what_it_quotes():
    said = f"""Conversion Error: Could not convert string '{NAME}' to INT32
LINE 12:     where full_name = '{NAME}' and x
             ^"""
    assert NAME not in without_quotes(said)
    assert without_quotes(said).startswith("Conversion Error: Could not convert string '…' to INT32")


def test_the_command_line_tells_a_librarys_error_by_kind_and_place_alone(monkeypatch, capsys, tmp_path):
    from orchestration import cli

    seed = tmp_path / "policy.csv"
    seed.write_text(f"channel,keep_text_days,valid_from,valid_to\nany,{NAME},1900-01-01,\n")
    monkeypatch.setattr(cli, "app", lambda: read_policy(seed, datetime(2026, 1, 1, tzinfo=UTC)))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert NAME not in said
    assert "Traceback" not in said
    assert said.startswith("jsi: ValueError at storage/retention.py:")
    assert "a defect to report" in said


def test_a_full_disk_in_a_step_is_told_as_one():
    @without_values
    def step() -> None:
        raise pl.exceptions.ComputeError("No space left on device (os error 28)")

    with pytest.raises(NoRoom, match="the disk is full; make room"):
        step()


def test_names_of_others_cannot_command_the_terminal():
    name = "\x1b]0;owned\x07Ann\x1b[2J[bold]\u202e\x9b31m"
    for said in (inert(name).plain, plain(name)):
        assert "Ann" in said
        assert all(c.isprintable() for c in said)
    assert plain("[bold]") == r"\[bold]"
