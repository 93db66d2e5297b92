"""Which errors tell their message: libraries quote cells in theirs.

Belongs here: whether this project wrote a message, where an error arose, what a message may keep. Does not: Dagster
(``errors``), drawing.

A message is shown if this project wrote it (its messages never hold a value), or if it is about a file. Of all others
the kind and the place are told; the message itself is not, because it may quote what a customer wrote.
"""

from __future__ import annotations

import linecache
import re
import traceback
from pathlib import Path
from types import TracebackType

_CHECKOUT = Path(__file__).resolve().parent.parent
_NAMES = ("sources", "connections", "storage", "models_nlp", "expectations", "insights", "orchestration", "simulator")
_ROOMS = tuple(f"{_CHECKOUT / room}/" for room in _NAMES)
#: Functions that only pass an error on.
_PASSING = ("generate", "call", "_raise_without_values", "main")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|LINE \d+:[^\n]*(?:\n\s*\^)?")


def is_ours(error: BaseException) -> bool:
    """Whether the message was written in this project: raised by a ``raise`` of its own."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or not frames[-1].filename.startswith(_ROOMS):
        return False
    return linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip().startswith("raise")


def hidden(error: BaseException) -> str:
    """What is said in place of a library's message."""
    return (
        f"{type(error).__name__} at {_place(error.__traceback__)}; its message is not shown because it may quote a "
        "customer's words: a defect to report with this place"
    )


def without_quotes(message: str) -> str:
    """A database's message without what it quotes: cells, and the line of SQL around them."""
    return _QUOTED.sub("'…'", message)


def _place(trace: TracebackType | None) -> str:
    """The last line of this project that was running."""
    frames = [f for f in traceback.extract_tb(trace) if f.filename.startswith(_ROOMS) and f.name not in _PASSING]
    if not frames:
        return "an unknown place"
    return f"{Path(frames[-1].filename).relative_to(_CHECKOUT)}:{frames[-1].lineno} ({frames[-1].name})"
