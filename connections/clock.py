"""When a row says something happened: its clock's words → a moment in UTC.

Belongs here: zones that are declared, epochs, hours that clocks show twice or never. Does not: other kinds of values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo


class Unreadable(Exception):
    """This value is none of the column's kind."""


class NoZone(Unreadable):
    """A time without an offset, and no zone is declared."""


class NoMoment(Unreadable):
    """A wall clock's time that the zone's clocks show twice or never."""


@dataclass(frozen=True)
class Clock:
    """``zone``: of times without an offset. ``epoch``: the unit in which numbers are times; null: they are none.
    ``fold``: which of two moments is meant where the zone's clocks show a time twice; null: neither.
    """

    zone: ZoneInfo | None = None
    epoch: str | None = None
    fold: str | None = None

    def read(self, value: Any) -> datetime:
        """The moment in UTC. Raises ``Unreadable``; ``NoZone`` for a wall clock's time of an unknown place,
        ``NoMoment`` for one that this place's clocks show twice or never: it is not moved to a guess.
        """
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                raise Unreadable from None
        if isinstance(value, datetime):
            if value.tzinfo is None:
                if self.zone is None:
                    raise NoZone
                return self._moment(value)
            return value.astimezone(UTC)
        if isinstance(value, date):
            return datetime.combine(value, time.min, tzinfo=UTC)
        if self.epoch and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            unit = timedelta(seconds=1) if self.epoch == "seconds" else timedelta(milliseconds=1)
            try:
                return datetime(1970, 1, 1, tzinfo=UTC) + float(value) * unit
            except (OverflowError, ValueError):
                raise Unreadable from None
        raise Unreadable

    def is_wall(self, value: Any) -> bool:
        """True for a wall clock's time where clocks are set back once a year."""
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        is_naive = isinstance(value, datetime) and value.tzinfo is None
        return is_naive and self.zone is not None and self.zone.key not in ("UTC", "Etc/UTC")

    def _moment(self, wall: datetime) -> datetime:
        there = wall.replace(tzinfo=self.zone, fold=int(self.fold == "second"))
        moment = there.astimezone(UTC)
        is_skipped = moment.astimezone(self.zone).replace(tzinfo=None) != wall.replace(fold=0)
        is_repeated = there.utcoffset() != there.replace(fold=1 - there.fold).utcoffset()
        if is_skipped or (is_repeated and self.fold is None):
            raise NoMoment
        return moment
