"""The moment a refresh speaks of, as people write it.

Belongs here: reading that moment. Does not: choosing one where none is given (``assets.raw``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta


def parse_as_of(text: str) -> datetime:
    """``2026-09-27`` means the end of that day in UTC; a timestamp itself (no zone: UTC). Raises ``ValueError``."""
    if len(text) == len("2026-09-27"):
        return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time.min, tzinfo=UTC)
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
