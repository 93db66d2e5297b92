"""The proof of an erasure: every file of the data folder is searched for what tells the person.

Belongs here: looking into each kind of file, finding nothing. Does not: removing anything (``erasure``).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from storage.erasure import Person
from storage.layout import DataDir

_LIMIT = 1 << 30
_SEPARATORS = b',;\t\n\r"\x1f|'


def where_told(paths: DataDir, person: Person) -> list[str]:
    """Files below the data folder, by their path in it, that still hold an id, address or name of the person.

    Parquet is searched cell by cell (an id as a whole cell or a part of a key, a mark anywhere), every other file byte
    by byte, packed ones unpacked. The simulated sample company is not searched: nobody's data is in it.
    """
    return [path.relative_to(paths.root).as_posix() for path in _files(paths) if _tells(path, person)]


def files_that_tell(folder: Path, person: Person) -> list[Path]:
    """The files below ``folder`` that hold an id, address or name of the person."""
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.is_symlink() and _tells(p, person)]


def _files(paths: DataDir) -> Iterator[Path]:
    simulated = (paths.sample_company, paths.sample_company_truth)
    for path in sorted(paths.root.rglob("*")):
        if path.is_file() and not path.is_symlink() and not any(path.is_relative_to(s) for s in simulated):
            yield path


def _tells(path: Path, person: Person) -> bool:
    if any(mark.lower() in path.name.lower() for mark in person.marks):
        return True
    if path.suffix == ".parquet":
        return _parquet_tells(path, person)
    return _bytes_tell(_unpacked(path), person)


def _parquet_tells(path: Path, person: Person) -> bool:
    frame = pl.read_parquet(path)
    for name, dtype in frame.schema.items():
        if dtype == pl.List(pl.String):
            cells = frame[name].explode().drop_nulls()
        elif dtype == pl.String:
            cells = frame[name].drop_nulls()
        else:
            continue
        parts = cells.str.split("\x1f").explode() if name == "row_key" else cells
        if parts.is_in(pl.Series(list(person.ids)).implode()).any():
            return True
        if person.marks and cells.str.contains_any(list(person.marks), ascii_case_insensitive=True).any():
            return True
    return False


def _unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.open(path) as packed:
            return packed.read(_LIMIT)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return data  # cut short: what can be read of it is what is there


def _bytes_tell(data: bytes, person: Person) -> bool:
    lower = data.lower()
    if any(mark.lower().encode() in lower for mark in person.marks):
        return True
    return any(_is_cell(data, value.encode()) for value in person.ids)


def _is_cell(data: bytes, value: bytes) -> bool:
    """True if ``value`` stands between separators, as a cell or a JSON string does."""
    at = data.find(value)
    while at >= 0:
        before, after = data[at - 1 : at] if at else b"\n", data[at + len(value) : at + len(value) + 1] or b"\n"
        if before in _SEPARATORS and after in _SEPARATORS:
            return True
        at = data.find(value, at + 1)
    return False
