"""Every other new file of JSON is read in a process beside this one, which meanwhile reads and writes the one before.

Belongs here: which files are worth it, handing them over, taking back what was read. Does not: reading (``sources``),
writing and claiming, which this process alone does, in the order of the files (``ingest``), starting processes (the
caller). What is read depends on bytes, name, limits and map alone, and is taken only if this process finds the same
bytes; so rows, accounts and errors are those of one process, whoever read the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from sources import catalog
from sources.company_map import CompanyMap
from sources.content import Limits
from sources.errors import WrongShape
from sources.extract import Extract
from storage.delivery import Delivery, StillChanging, read_whole

_JSON = re.compile(r"\.(json|jsonl|ndjson)$", re.IGNORECASE)
#: A process takes a second to start; so many bytes of JSON take about two to read.
WORTH_SHARING_BYTES = 24 << 20
#: An object in memory takes some fifteen times its bytes, and two processes hold one file each.
MOST_BYTES = 32 << 20


@dataclass(frozen=True)
class _Read:
    digest: str
    found: Extract | WrongShape


class Ahead:
    """What is read beside this process. ``helper`` gives that process, and is called only if there is enough to read.

    ``known``: names of files that were taken before, which mostly need no reading. Without ``helper`` none is shared.
    """

    def __init__(
        self,
        helper: Callable[[], Executor] | None,
        found: Sequence[Delivery],
        known: Collection[str],
        limits: Limits,
        company: CompanyMap,
    ) -> None:
        sizes = {d.name: _size(d) for d in found if d.name not in known and _JSON.search(d.name)} if helper else {}
        new = [d for d in found if 0 < sizes.get(d.name, 0) <= MOST_BYTES]
        is_worth = len(new) > 1 and sum(sizes[d.name] for d in new) >= WORTH_SHARING_BYTES
        self._helper = helper
        self._place = {delivery.name: place for place, delivery in enumerate(found)}
        self._left = new[1::2][::-1] if is_worth else []
        self._reading: tuple[str, Future[_Read | None]] | None = None
        self._arguments = (limits, company)
        self._hand_over(-1)

    def read(self, digest: str, name: str) -> Extract | None:
        """What the other process has read of this file; null if it has not, or found other bytes than these.

        Raises ``WrongShape`` where the reader did.
        """
        read = self._taken(name)
        if read is None or read.digest != digest:
            return None
        if isinstance(read.found, WrongShape):
            raise read.found
        return read.found

    def _taken(self, name: str) -> _Read | None:
        """Null for a file that was not handed over, or could not be read there: its error comes up here, too."""
        if self._reading is None:
            return None
        handed, future = self._reading
        place = self._place.get(name, -1)
        if handed != name:
            if place > self._place[handed]:  # it was not asked for: a copy of another file, or one still changing
                self._hand_over(place)
            return None
        failed = future.exception()
        read = future.result() if failed is None else None
        if isinstance(failed, BrokenProcessPool):  # it has died, for want of memory perhaps
            self._left = []
        self._hand_over(place)
        return read

    def _hand_over(self, place: int) -> None:
        """The next file behind ``place``, if any is left."""
        self._reading = None
        while self._left and self._helper is not None and self._reading is None:
            delivery = self._left.pop()
            if self._place[delivery.name] <= place:
                continue
            try:
                self._reading = (delivery.name, self._helper().submit(_read, delivery, *self._arguments))
            except (BrokenProcessPool, OSError, RuntimeError):  # it has died, cannot be started or is shut down
                self._left = []


def _size(delivery: Delivery) -> int:
    try:
        return delivery.path.stat().st_size if delivery.refusal is None else 0
    except OSError:
        return 0  # gone again: reading it says so


def _read(delivery: Delivery, limits: Limits, company: CompanyMap) -> _Read | None:
    """In the other process. Null for a file that is changing, gone or too large: this process finds out by itself."""
    try:
        data, digest = read_whole(delivery, limits.file_bytes)
    except (StillChanging, OSError):
        return None
    if data is None:
        return None
    try:
        return _Read(digest, catalog.read_bytes(data, delivery.name, limits, company))
    except WrongShape as refused:
        return _Read(digest, refused)
