"""Resources: the data folder, and the lock that lets one refresh at a time write to it.

Belongs here: what an asset needs from outside, swappable in a test. Does not: logic.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from storage.layout import DataDir


class DataFolder(dg.ConfigurableResource):
    """The folder that ``JSI_DATA_DIR`` names, or the one given (tests)."""

    root: str = ""

    @property
    def paths(self) -> DataDir:
        return DataDir(Path(self.root)) if self.root else DataDir.from_env()


class AnotherRefreshRuns(RuntimeError):
    """Another process holds the data folder."""


@contextmanager
def one_writer(paths: DataDir) -> Iterator[None]:
    """Hold the data folder for writing; the lock ends with the process, also after kill -9.

    Raises ``AnotherRefreshRuns`` at once instead of waiting: the caller decides whether to try again.
    """
    paths.create()
    with (paths.root / "refresh.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherRefreshRuns(
                f"another refresh is writing to {paths.root}; wait until it has ended and start this one again"
            ) from None
        yield
