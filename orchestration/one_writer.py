"""The lock that lets one process at a time write to a data folder. It knows no Dagster: most commands need none.

Belongs here: taking the lock, saying that it is taken. Does not: what is written under it.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

from storage.layout import DataDir


class AnotherRefreshRuns(RuntimeError):
    """Another process holds the data folder."""


@contextmanager
def one_writer(paths: DataDir, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the data folder for writing; the lock ends with the process, also after kill -9.

    Raises ``AnotherRefreshRuns`` when it is still held after ``wait_seconds``: the caller decides what then.
    """
    paths.create()
    deadline = time.monotonic() + wait_seconds
    with (paths.root / "refresh.lock").open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise AnotherRefreshRuns(
                        f"another refresh is writing to {paths.root}; wait until it has ended and start this one again"
                    ) from None
                time.sleep(0.5)
        yield
