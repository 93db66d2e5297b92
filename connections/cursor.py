"""How far a source was read: the cursor, what to ask for next, and which rows came already.

Belongs here: values that only grow, going back a little, remembering rows by a digest. Does not: where this is kept
between two pulls (``positions``), asking (``database``, ``api``).

The next pull begins a little before the last cursor, because a transaction that began earlier may commit later. Rows of
that stretch that came already, unchanged, are known by their digests and not landed again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connections.configuration import OVERLAP_SECONDS, OVERLAP_STEPS
from connections.errors import SourceChanged

#: A cursor in the source's own terms: a database compares a wall clock's time or a text as it stands there.
Value = int | datetime | date | str

DIGEST_BYTES = 16
#: Beyond this, rows of the stretch that is read again land once more (and are superseded): 8 MB, not a gigabyte.
MOST_DIGESTS = 500_000
#: A wall clock goes back by an hour once a year: what is written in that hour has a cursor that was passed already.
CLOCK_CHANGE = 3600


@dataclass
class Position:
    """``cursor``: the greatest value that has landed; null: nothing has. ``digests``: rows at or shortly before it."""

    cursor: Value | None = None
    digests: dict[bytes, Value] = field(default_factory=dict)

    def take(self, rows: Sequence[tuple[Value | None, Any]], overlap: int | None, is_wall_clock: bool) -> list[Any]:
        """The rows (cursor, row) that did not come before; moves the position to the greatest cursor among them.

        Rows without a cursor come every time. Raises ``SourceChanged`` if the cursors are of more than one type.
        """
        cursors = [value for value, _ in rows if value is not None]
        kinds = {type(value).__name__ for value in (*cursors, *filter(None, [self.cursor]))}
        if len(kinds) > 1:
            raise SourceChanged([f"the cursor is of more than one type: {' and '.join(sorted(kinds))}"])
        if not cursors:
            return [row for _, row in rows]
        reached = self.cursor
        self.cursor = max(cursors) if reached is None else max(reached, *cursors)
        start = before(self.cursor, overlap, is_wall_clock)
        new, seen = [], self.digests
        self.digests = {mark: value for mark, value in seen.items() if value >= start}
        for value, row in rows:
            # Only what may have come before, or may come again, needs to be known by its digest.
            if value is not None and (value >= start or (reached is not None and value <= reached)):
                mark = digest(row)
                if mark in seen or mark in self.digests:
                    continue
                if value >= start:
                    self.digests[mark] = value
            new.append(row)
        if len(self.digests) > MOST_DIGESTS:
            newest = sorted(self.digests.items(), key=lambda k: (k[1], k[0]))[-MOST_DIGESTS:]
            self.digests = dict(newest)
        return new

    def copy(self) -> Position:
        return Position(self.cursor, dict(self.digests))


def digest(row: Any) -> bytes:
    """The same row, the same digest, today and tomorrow."""
    spelled = json.dumps(row, sort_keys=True, default=_spelled, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(spelled.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def _spelled(value: Any) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return f"{type(value).__name__} {value}"


def before(value: Value, overlap: int | None, is_wall_clock: bool) -> Value:
    """Where the next pull begins: ``overlap`` seconds, or steps of a counter, before ``value`` (null: the usual)."""
    if isinstance(value, int):
        return value - (OVERLAP_STEPS if overlap is None else overlap)
    seconds = (OVERLAP_SECONDS if overlap is None else overlap) + (CLOCK_CHANGE if is_wall_clock else 0)
    if isinstance(value, datetime):
        return value - timedelta(seconds=seconds)
    if isinstance(value, date):
        return value - timedelta(days=math.ceil(seconds / 86_400))
    # Texts are compared letter by letter: the same spelling, cut after the seconds, stands before all that follow.
    moment = datetime.fromisoformat(value).replace(tzinfo=None) - timedelta(seconds=seconds)
    return moment.isoformat(sep=value[10] if len(value) > 10 else "T", timespec="seconds")[: max(len(value), 10)]


def in_terms_of(since: datetime | int, found: Value, zone: ZoneInfo | None, name: str) -> Value:
    """A declared beginning as the source itself would write it. ``found``: any cursor of the source.

    Raises ``SourceChanged`` if one is a time and the other a number.
    """
    if isinstance(since, int) != isinstance(found, int):
        raise SourceChanged([f"{name}: since is {type(since).__name__}, the cursor {type(found).__name__}"])
    if isinstance(since, int) or isinstance(found, int):
        return since
    if isinstance(found, datetime) and found.tzinfo is not None:
        return since.astimezone(UTC)
    wall = since.astimezone(zone or UTC).replace(tzinfo=None)
    if isinstance(found, datetime):
        return wall
    if isinstance(found, date):
        return wall.date()
    return wall.isoformat(sep=found[10] if len(found) > 10 else " ", timespec="seconds")[: max(len(found), 10)]


def read(value: Any, name: str) -> Value | None:
    """A database's value as a cursor. Raises ``SourceChanged`` if it is none (a float rounds, a word has no order)."""
    if isinstance(value, bool):
        raise SourceChanged([f"{name}: a cursor must be a time, a day or a whole number, is boolean"])
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo is not None else value
    if value is None or isinstance(value, int | date):
        return value
    if isinstance(value, str):
        try:
            offset = datetime.fromisoformat(value).utcoffset()
        except ValueError:
            raise SourceChanged([f"{name}: a cursor must be a time, a day or a whole number, is text"]) from None
        if offset:
            raise SourceChanged([f"{name}: a text cursor must be in UTC or without an offset to have an order"])
        return value
    raise SourceChanged([f"{name}: a cursor must be a time, a day or a whole number"])
