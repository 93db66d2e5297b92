"""How much is measured: everything, or a little of it to see that the benchmark runs.

Belongs here: sizes. Does not: measuring.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FOLDS = 5

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """``None`` is all there is. Slow peers (MiniLM reads about a hundred texts a second) get samples."""

    train: int | None = None  # texts of sentiment that are learned from
    test: int | None = None  # texts of each yardstick that are answered
    folds: int = FOLDS  # of senti4sd that are answered; each asks for a fit without it
    draws: int = 10  # of own labels
    own_labels: tuple[int, ...] = (100, 200, 1000)
    slow_train: int = 6_000
    slow_test: int = 2_500
    speed_texts: int = 20_000
    slow_speed_texts: int = 500
    speed_runs: int = 3
    memory_texts: int = 1_000_000
    is_packaged: bool = True  # ours answers as it is shipped; else fitted by the recipe on what the plan leaves

    @classmethod
    def quick(cls) -> Plan:
        """Some minutes: figures of samples, no measure of anything."""
        return cls(
            train=1_500,
            test=400,
            folds=2,
            draws=2,
            slow_train=300,
            slow_test=200,
            speed_texts=1_000,
            slow_speed_texts=50,
            speed_runs=1,
            memory_texts=5_000,
        )
