"""A disk that takes no more, as each library words it, made the one error that a person can act on.

Belongs here: recognising it in what polars, DuckDB and SQLite raise. Does not: wording it (``orchestration/terminal``).
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: A full disk, a file above the limit of its size, a quota that is used up; SQLite tells them all as I/O errors too.
NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)
_NUMBERED = re.compile(r"\(os error (\d+)\)")
_IN_WORDS = {os.strerror(number).lower(): number for number in NO_ROOM}
_DEEPEST = 10  # errors that raised one another


def disk_error(error: BaseException | None) -> OSError | None:
    """The ``OSError`` behind ``error`` if it tells that nothing can be written, whichever library raised it."""
    for _ in range(_DEEPEST):
        if error is None:
            return None
        if isinstance(error, OSError) and error.errno is not None:
            return error if error.errno in NO_ROOM else None
        if (number := _number(error)) is not None:
            return OSError(number, os.strerror(number))
        error = getattr(error, "orig", None) or error.__cause__  # SQLAlchemy keeps the driver's own as ``orig``
    return None


@contextmanager
def room_for(path: Path) -> Iterator[None]:
    """Writing ``path``: a full disk is an ``OSError`` that names it, whatever the library raises."""
    try:
        yield
    except Exception as error:
        found = disk_error(error)
        if found is None:
            raise
        raise OSError(found.errno, os.strerror(found.errno or errno.ENOSPC), str(path)) from None


def _number(error: BaseException) -> int | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        return {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_IOERR: errno.EIO}.get(code)
    if not isinstance(error, OSError) and type(error).__module__.split(".")[0] not in ("polars", "duckdb", "_duckdb"):
        return None
    return _number_in(str(error))


def disk_error_in(message: str) -> OSError | None:
    """As ``disk_error``, of an error that somebody else has turned into words."""
    number = _number_in(message)
    return None if number is None else OSError(number, os.strerror(number))


def _number_in(said: str) -> int | None:
    if (numbered := _NUMBERED.search(said)) is not None:
        return int(numbered[1]) if int(numbered[1]) in NO_ROOM else None
    return next((number for words, number in _IN_WORDS.items() if words in said.lower()), None)
