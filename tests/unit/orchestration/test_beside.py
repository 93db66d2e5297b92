"""Processes beside this one get ready, do what they are given, and are gone with the one that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from models_nlp.shared_scoring import SharedScorer
from orchestration.beside import Beside, FailedBeside, _Telling
from orchestration.told import is_ours
from storage.layout import DataDir


@pytest.fixture(autouse=True)
def main_of_nobody(monkeypatch):
    """A page drawn before by Streamlit's test tool is left behind as the main module, which every process would run."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def test_on_one_core_everything_is_done_in_this_process():
    with Beside(0) as alone:
        alone.get_ready()
        assert alone.judge is None
        assert not isinstance(alone.scorer(), SharedScorer)


def _count(upto: int, tell) -> None:
    for n in range(upto):
        tell({"n": n, "pid": os.getpid()})


def _count_and_fail(upto: int, tell) -> None:
    _count(upto, tell)
    raise ValueError(f"failed after {upto}")


def _count_and_die(upto: int, tell) -> None:
    _count(upto, tell)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("n_beside", [0, 1])
def test_what_is_told_comes_in_order_and_before_the_end(n_beside):
    with Beside(n_beside) as beside:
        told = list(beside.told_by(_count, 1_000))
    assert [event["n"] for event in told] == list(range(1_000))
    assert len({event["pid"] for event in told}) == 1
    assert (told[0]["pid"] == os.getpid()) == (n_beside == 0)


@pytest.mark.parametrize(("n_beside", "error"), [(0, ValueError), (1, FailedBeside)])
def test_an_error_of_the_work_is_raised_after_what_it_told(n_beside, error):
    told = []
    with Beside(n_beside) as beside, pytest.raises(error):
        told.extend(event["n"] for event in beside.told_by(_count_and_fail, 3))
    assert told == [0, 1, 2]


def test_who_stops_listening_ends_the_process_that_works():
    beside = Beside(1)
    pid = beside._first().submit(os.getpid).result()
    told = beside.told_by(_count, 100_000)  # more than a pipe holds
    assert next(told)["pid"] == pid
    told.close()
    assert not _is_running(pid)
    assert [event["n"] for event in beside.told_by(_count, 2)] == [0, 1]
    beside.__exit__()


def _raise_two_arguments(tell) -> None:
    raise UnicodeDecodeError("utf-8", b"Ann", 0, 1, "said by Ann")


def _begin_to_tell_and_die(tell) -> None:
    os.write(_Telling.way.fileno(), (10_000).to_bytes(4, "big") + b"half")
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_librarys_error_tells_its_place_in_the_other_process_and_not_its_message():
    with Beside(1) as beside, pytest.raises(FailedBeside) as raised:
        list(beside.told_by(_raise_two_arguments))
    assert str(raised.value).startswith("UnicodeDecodeError at ")
    assert "Ann" not in str(raised.value)
    assert is_ours(raised.value), "so that it is shown"


def test_a_process_killed_in_the_middle_of_a_message_is_told():
    with Beside(1) as beside, pytest.raises(FailedBeside, match="was ended from outside"):
        list(beside.told_by(_begin_to_tell_and_die))


def test_getting_dbt_ready_in_a_process_that_has_died_is_done_without(tmp_path):
    with Beside(1) as beside:
        beside.judge = beside._first()
        dying = beside.judge.submit(os.kill, beside.judge.submit(os.getpid).result(), signal.SIGKILL)
        assert dying.exception() is not None
        beside.get_dbt_ready(DataDir(tmp_path))
        assert [event["pid"] for event in beside.told_by(_count, 1)] == [os.getpid()]


def test_a_process_killed_at_work_is_told_and_one_killed_before_is_done_without():
    with Beside(1) as beside:
        with pytest.raises(FailedBeside, match="was ended from outside"):
            list(beside.told_by(_count_and_die, 3))
        assert [event["pid"] for event in beside.told_by(_count, 2)] == [os.getpid()] * 2


def test_processes_beside_end_with_a_killed_process():
    program = (
        "import os, time\n"
        "from orchestration.beside import Beside\n"
        "if __name__ == '__main__':\n"
        "    beside = Beside(1)\n"
        "    print(beside._first().submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    starting = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    beside = int(starting.stdout.readline())
    starting.kill()
    starting.wait()
    deadline = time.monotonic() + 10
    while _is_running(beside) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(beside)


def _hold_a_lock(tell) -> None:
    lock = multiprocessing.get_context("spawn").Lock()  # as dbt's adapter does
    tell("held")
    time.sleep(60)
    lock.release()


def test_ctrl_c_ends_the_work_beside_in_silence():
    program = (
        "from orchestration.beside import Beside\n"
        "from tests.unit.orchestration.test_beside import _hold_a_lock\n"
        "if __name__ == '__main__':\n"
        "    with Beside(1) as beside:\n"
        "        for told in beside.told_by(_hold_a_lock):\n"
        "            print(told, flush=True)\n"
    )
    working = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).resolve().parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert working.stdout.readline() == "held\n"
    os.killpg(working.pid, signal.SIGINT)  # as a terminal does: to all of them
    said = working.communicate(timeout=60)[1].splitlines()
    assert said[-1] == "KeyboardInterrupt"
    assert [line for line in said if line.startswith(("Traceback", "/"))] == said[:1], "its own stack, and nothing else"


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
