"""How the time of some work grows with what it is given: whether a hostile text can hold a run up.

A growth is the same on every machine and under every load, a number of seconds is not (those are in ``benchmarks/``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

Given = TypeVar("Given")

FOUR_TIMES = 10  # four times the work takes four times as long, sixteen times if it grows with the square
TOO_SHORT_TO_TELL = 0.004
TRIES = 4


def grows_in_step(work: Callable[[Given], Any], quarter: Given, whole: Given) -> bool:
    """Whether ``whole``, four times ``quarter``, takes about four times its processor time in one of a few tries."""
    return any(
        _seconds(work, whole) <= FOUR_TIMES * max(_seconds(work, quarter), TOO_SHORT_TO_TELL) for _ in range(TRIES)
    )


def _seconds(work: Callable[[Given], Any], given: Given) -> float:
    started = time.process_time()
    work(given)
    return time.process_time() - started
