"""The proof of an erasure: every file of the data folder is searched for what tells the person.

Belongs here: looking into each kind of file, finding nothing. Does not: removing anything (``erasure``).
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from sources.archive import members
from sources.errors import WrongShape
from storage.erasure import Person, mark_pattern
from storage.layout import DataDir

_LIMIT = 1 << 30
_SEPARATOR = r"[\s,;\"'\x1f|:{}\[\]]"
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


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
        if path == paths.erasing:  # says who is looked for, and goes when the proof holds
            continue
        if path.is_file() and not path.is_symlink() and not any(path.is_relative_to(s) for s in simulated):
            yield path


def _tells(path: Path, person: Person) -> bool:
    if person.marks and re.search(mark_pattern(person.marks), path.name):
        return True
    data = path.read_bytes()
    return any(_content_tells(content, person) for content in _unpacked(data))


def _content_tells(data: bytes, person: Person) -> bool:
    if data[:4] == b"PAR1":
        return _parquet_tells(data, person)
    declared = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = data.decode(declared, "replace")
    texts = [text, _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)] if "\\u" in text else [text]
    cells = rf"(?:^|(?<={_SEPARATOR}))(?:" + "|".join(re.escape(i) for i in person.ids) + rf")(?={_SEPARATOR}|$)"
    patterns = [re.compile(cells, re.MULTILINE)]
    patterns += [re.compile(mark_pattern(person.marks))] if person.marks else []
    return any(pattern.search(t) for t in texts for pattern in patterns)


def _parquet_tells(data: bytes, person: Person) -> bool:
    frame = pl.read_parquet(data)
    for name, dtype in frame.schema.items():
        cells = frame[name].explode().drop_nulls() if dtype == pl.List else frame[name].drop_nulls()
        if cells.dtype.is_nested() or cells.dtype == pl.Binary:
            continue
        cells = cells.cast(pl.String)
        parts = cells.str.split("\x1f").explode() if name == "row_key" else cells
        if parts.is_in(pl.Series(list(person.ids)).implode()).any():
            return True
        if person.marks and cells.str.contains(mark_pattern(person.marks)).any():
            return True
    return False


def _unpacked(data: bytes) -> Iterator[bytes]:
    """The content, or those of an archive's files; what cannot be unpacked is searched as it is."""
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                yield packed.read(_LIMIT)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            yield data
    elif data[:4] == b"PK\x03\x04":
        try:
            yield from (content for _, content in members(data))
        except WrongShape:
            yield data
    else:
        yield data
