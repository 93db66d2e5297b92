"""Frames judged in a process beside this one: the same results, also without it."""

from __future__ import annotations

import os
import signal
import sys
from types import ModuleType

import polars as pl

from expectations.suites import check_raw
from orchestration.beside import Beside


def test_a_frame_judged_in_a_process_beside_gets_the_same_results_also_when_that_process_was_killed(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # what each new process would run
    frames = {"labels": pl.DataFrame({"label": [3, 0]})}
    here = check_raw(frames)
    assert [r.name for r in here if not r.passed]
    with Beside(1) as beside:
        beside.judge = beside._first()  # what ``get_ready`` does, less the scorer
        assert check_raw(frames, beside.judge) == here
        os.kill(beside.judge.submit(os.getpid).result(), signal.SIGKILL)
        assert check_raw(frames, beside.judge) == here
