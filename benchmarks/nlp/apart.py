"""A measure in a process of its own, on one core: nothing that was met before helps, nobody else's memory counts.

Belongs here: starting the process. Does not: what it measures.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def in_own_process(work: Callable[..., T], *arguments: object) -> T:
    """What ``work`` gives in a fresh interpreter with one core and one thread a library."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_keep_to_one_core) as process:
        return process.submit(_one_thread, work, *arguments).result()


def peak_mib() -> float:
    """The most memory that this process has held, in MiB; its own, not that of the one that started it (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    held = next(line for line in status if line.startswith("VmHWM:"))
    return int(held.split()[1]) / 1024


def _keep_to_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _one_thread(work: Callable[..., T], *arguments: object) -> T:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return work(*arguments)
