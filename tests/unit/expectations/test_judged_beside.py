"""Frames judged in a process beside this one: the same results, also without it."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import Executor
from types import ModuleType

import polars as pl
import pytest

from expectations.suites import check_raw
from orchestration.beside import Beside

FRAMES = {"labels": pl.DataFrame({"label": [3, 0]})}


@pytest.fixture(autouse=True)
def main_of_nobody(monkeypatch):
    """What each new process would run."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def killed(judge: Executor) -> Executor:
    """The process, killed: whoever gives it work is told that it is gone."""
    os.kill(judge.submit(os.getpid).result(), signal.SIGKILL)
    return judge


@pytest.mark.slow  # Great Expectations anew in another process; every refresh of the pipeline's tests judges there
def test_a_frame_judged_in_a_process_beside_gets_the_same_results_also_when_that_process_was_killed():
    here = check_raw(FRAMES)
    with Beside(1) as beside:
        beside.get_ready()
        assert check_raw(FRAMES, beside.judge) == here
        assert check_raw(FRAMES, killed(beside.judge)) == here


def test_a_frame_that_a_killed_process_was_to_judge_is_judged_here():
    here = check_raw(FRAMES)
    assert [r.name for r in here if not r.passed]
    with Beside(1) as beside:
        assert check_raw(FRAMES, killed(beside._first())) == here
