"""Resources: the data folder, and the lock that lets one refresh at a time write to it.

Belongs here: what an asset needs from outside, swappable in a test. Does not: logic.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import dagster as dg

from storage.layout import DataDir

# A run started from the UI or by a schedule waits this long for one that is writing already; a refresh of a million
# touches is over by then.
WAIT_SECONDS = 1800


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


class DataFolder(dg.ConfigurableResource):
    """The folder that ``JSI_DATA_DIR`` names, or the one given; held for writing while a run uses it.

    ``is_held``: the process that starts the run holds it already (the command line).
    """

    root: str = ""
    is_held: bool = False

    @property
    def paths(self) -> DataDir:
        return DataDir(Path(self.root)) if self.root else DataDir.from_env()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        if self.is_held:
            yield self
            return
        with one_writer(self.paths, WAIT_SECONDS):
            yield self
