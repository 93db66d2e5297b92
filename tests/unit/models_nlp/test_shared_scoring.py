"""Helpers change who reads a text, never what is read in it; they leave with the process that asked for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from models_nlp import shared_scoring
from models_nlp.shared_scoring import SharedScorer, load_with_helpers

TEXTS = [f"The {thing} is {how} since Tuesday, case {n}" for n in range(40) for thing, how in
         (("export", "broken"), ("new report", "great"), ("invoice", "on my desk"))]  # fmt: skip


@pytest.fixture
def short_lists_are_shared(monkeypatch):
    monkeypatch.setattr(shared_scoring, "WORTH_SHARING", 10)
    monkeypatch.setattr(shared_scoring, "BATCH", 16)


def test_shared_texts_get_the_rows_of_one_process_and_progress_reaches_the_end(scorer, short_lists_are_shared):
    seen: list[tuple[int, int]] = []
    channels = ["email"] * len(TEXTS)
    with load_with_helpers(helpers=1) as shared:
        rows = shared.score([*TEXTS, None, ""], [*channels, "chat", "chat"], lambda *told: seen.append(told))
        assert isinstance(shared, SharedScorer)
    assert rows.equals(scorer.score([*TEXTS, None, ""], [*channels, "chat", "chat"]))
    assert seen[-1][0] == seen[-1][1] == len(TEXTS) + 1  # nothing and an empty text are one
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_batches_of_a_killed_helper_are_read_here(scorer, short_lists_are_shared):
    with load_with_helpers(helpers=1) as shared:
        pool = shared._helpers_pool()
        helper = pool.submit(os.getpid).result()
        os.kill(helper, signal.SIGKILL)
        with pytest.raises(BrokenProcessPool):
            pool.submit(os.getpid).result()
        rows = shared.score(TEXTS, ["email"] * len(TEXTS))
    assert rows.equals(scorer.score(TEXTS, ["email"] * len(TEXTS)))


def test_a_short_list_starts_no_helper(scorer):
    with load_with_helpers(helpers=1) as shared:
        shared.score(TEXTS, ["email"] * len(TEXTS))
        assert shared._pool is None


def test_on_one_core_there_are_no_helpers():
    with load_with_helpers(helpers=0) as alone:
        assert not isinstance(alone, SharedScorer)


def test_helpers_end_with_a_killed_process():
    program = (
        "import os, sys, time\n"
        "from models_nlp.shared_scoring import load_with_helpers\n"
        "if __name__ == '__main__':\n"
        "    with load_with_helpers(helpers=1) as shared:\n"
        "        print(shared._helpers_pool().submit(os.getpid).result(), flush=True)\n"
        "        time.sleep(60)\n"
    )
    asking = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    helper = int(asking.stdout.readline())
    asking.kill()
    asking.wait()
    deadline = time.monotonic() + 10
    while _is_running(helper) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(helper)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state != "Z"
    except FileNotFoundError:
        return False
