"""Resources: the data folder, held for writing while a run uses it.

Belongs here: what an asset needs from outside, swappable in a test. Does not: the lock (``one_writer``), logic.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import dagster as dg

from orchestration.one_writer import one_writer
from storage.layout import DataDir

# A run started from the UI or by a schedule waits this long for one that is writing already; a refresh of a million
# touches is over by then.
WAIT_SECONDS = 1800


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
