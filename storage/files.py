"""Writing so that a crash leaves the old or the new file, never half of one.

Belongs here: write aside, sync to disk, switch the name. Does not: what is written.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import polars as pl

from storage.full_disk import room_for

_ASIDE = re.compile(r"\..+\.\d+")


def sync(path: Path) -> None:
    """Make a file's or folder's content survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write ``frame`` to ``path`` in one atomic step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    # Measured on a million messages: half the time of the default level, and small groups of rows are faster still;
    # the file is no larger.
    with room_for(path):
        frame.write_parquet(aside, compression="zstd", compression_level=1, row_group_size=1 << 17)
        sync(aside)
    aside.replace(path)
    sync(path.parent)


def remove_half_written(folder: Path) -> int:
    """Remove what a killed process left beside the files of ``folder`` and below; returns how many.

    Call it only where nobody else writes.
    """
    left = [path for path in folder.rglob(".*") if _ASIDE.fullmatch(path.name) and path.is_file()]
    for path in left:
        path.unlink()
    return len(left)


def remove_database(path: Path) -> None:
    """Remove a DuckDB file, with what a killed process left beside it: its log and the folder for what it spilled."""
    for left in path.parent.glob(f"{path.name}*"):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def write_bytes(content: bytes, path: Path) -> None:
    """Write ``content`` to ``path`` in one atomic step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with room_for(path):
        aside.write_bytes(content)
        sync(aside)
    aside.replace(path)
    sync(path.parent)


def write_text(text: str, path: Path) -> None:
    """Write ``text`` to ``path`` in one atomic step."""
    write_bytes(text.encode("utf-8"), path)
