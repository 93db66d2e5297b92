"""Seeded values that several vendors' objects need, for the JSON that ingest is timed on.

Belongs here: drawing texts, times, ids. Does not: a vendor's shape (``ingest_conversations``, ``ingest_events``,
``ingest_surveys``), sentences (``ingest_texts``).
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.ingest_texts import texts

Made = dict[str, Any]
_FROM = datetime(2025, 1, 1, tzinfo=UTC)
_EPOCH = int(_FROM.timestamp())


class Draw:
    """One seed's stream of values."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.pool = texts(2_000, seed)

    def text(self) -> str:
        return f"{self.random.choice(self.pool)} ({self.random.randrange(10**9)})"

    def seconds(self) -> int:
        return _EPOCH + self.random.randrange(30_000_000)

    def time(self) -> str:
        return (_FROM + timedelta(seconds=self.random.randrange(30_000_000))).isoformat().replace("+00:00", "Z")

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def below(self, n: int) -> int:
        return self.random.randrange(n)

    def uuid(self) -> str:
        return f"{self.random.getrandbits(128):032x}"
