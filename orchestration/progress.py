"""Progress of long work, told once: the command line draws a bar, the Dagster UI gets none.

Belongs here: the one listener that long steps report to. Does not: drawing (``cli``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int], None]  # (what is being done, units done, units in all; 0 = unknown)

_listeners: list[Listener] = []


def report(step: str, done: int = 0, total: int = 0) -> None:
    """Tell whoever listens that ``done`` of ``total`` units of ``step`` are finished."""
    for listener in _listeners:
        listener(step, done, total)


def for_step(step: str) -> Callable[..., None]:
    """A callback ``(done, total, …)`` for a function that does not know what its step is called."""
    return lambda done, total, *_: report(step, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send reports to ``listener`` while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
