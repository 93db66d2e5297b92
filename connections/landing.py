"""What came, as files in the landing folder: ``landing/pulled/<connection>/<resource>/<table>/…``.

Belongs here: naming a file by what it holds, writing it so that ingest sees all of it or nothing. Does not: reading it
(``sources``), how far the source was read (``positions``).

A file is named by its content: the same rows pulled again are the same file, not a second one.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from storage.files import sync, write_bytes

#: Files of a pull that is not finished; ingest and the sensor pass hidden files by.
_WAITING = ".waiting-"


def clear(folder: Path) -> None:
    """Remove what a pull that died had not finished."""
    for file in sorted(folder.rglob(f"*{_WAITING}*")):
        file.unlink(missing_ok=True)


def parquet(frame: pl.DataFrame) -> bytes:
    """A canonical table's rows."""
    file = io.BytesIO()
    frame.write_parquet(file)
    return file.getvalue()


def csv(frame: pl.DataFrame) -> bytes:
    """A vendor's table as a database holds it."""
    return frame.write_csv().encode("utf-8")


def json_lines(records: Sequence[Mapping[str, Any]]) -> bytes:
    """A vendor's records as its API gives them."""
    lines = (json.dumps(record, ensure_ascii=False, default=str) for record in records)
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass")


class Landing:
    """The files of one resource. ``wait`` writes one that is not seen yet; ``land`` shows all that wait."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[tuple[Path, Path]] = []

    def wait(self, body: bytes, suffix: str, up_to: str) -> None:
        """Write ``body`` aside. ``up_to``: the cursor it reaches, for people who look into the folder."""
        name = f"{up_to}-{hashlib.sha256(body).hexdigest()[:16]}{suffix}"
        aside = self._folder / f"{_WAITING}{name}"
        write_bytes(body, aside)
        self._waiting.append((aside, self._folder / name))

    def land(self) -> int:
        """Rename what waits into place; returns how many files are new."""
        n_new = 0
        for aside, place in self._waiting:
            n_new += not place.exists()
            aside.replace(place)
        if self._waiting:
            sync(self._folder)
        self._waiting.clear()
        return n_new

    def forget(self) -> None:
        """Remove what waits: the pull of it did not end well."""
        for aside, _ in self._waiting:
            aside.unlink(missing_ok=True)
        self._waiting.clear()
