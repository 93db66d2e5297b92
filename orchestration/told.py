"""Which errors tell their message: libraries quote cells in theirs.

Belongs here: whether this project wrote a message, where an error arose, what a message may keep, what is said of
files. Does not: Dagster (``errors``), drawing.

A message is shown if this project wrote it (its messages never hold a value), or if it is about a file. Of all others
the kind and the place are told; the message itself is not, because it may quote what a customer wrote.
"""

from __future__ import annotations

import errno
import linecache
import re
import traceback
from pathlib import Path
from types import TracebackType

from storage.full_disk import NO_ROOM
from storage.layout import DATA_DIR_VARIABLE

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


def what_of(error: OSError) -> str:
    """A full disk and a missing right are told by name."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in NO_ROOM:
        full = "the disk cannot be written" if error.errno == errno.EIO else "the disk is full"
        limit = " (or a limit to the size of files is reached)" if error.errno == errno.EFBIG else ""
        return f"{full}{limit}{where}; make room and start again: finished steps are not repeated in vain"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"no right to write{where}; check the folder's owner or set {DATA_DIR_VARIABLE} to another folder"
    return f"{error.strerror or error}{where}"


def _place(trace: TracebackType | None) -> str:
    """The last line of this project that was running."""
    frames = [f for f in traceback.extract_tb(trace) if f.filename.startswith(_ROOMS) and f.name not in _PASSING]
    if not frames:
        return "an unknown place"
    return f"{Path(frames[-1].filename).relative_to(_CHECKOUT)}:{frames[-1].lineno} ({frames[-1].name})"
