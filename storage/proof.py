"""The proof of an erasure: every file of the data folder is searched for what tells the person.

Belongs here: looking into each kind of file, finding nothing. Does not: removing anything (``erasure``).
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import polars as pl

from sources.archive import members
from sources.errors import WrongShape
from storage.cells import Column, Unsearchable, duckdb_texts, frame_texts, is_duckdb, is_sqlite, sqlite_texts
from storage.erasure import mark_pattern, name_pattern
from storage.layout import DataDir
from storage.person_rows import Person, folded

_LIMIT = 1 << 30
# What else holds an id (a row's key) stands beside one of these.
_NAMES_A_PERSON = ("person_id", "merged_into", "given_person_id")
_TABULAR = (".parquet", ".duckdb")
_SEPARATOR = r"[\s,;\"'\x1f|:{}\[\]]"
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def where_told(paths: DataDir, person: Person) -> list[str]:
    """Files below the data folder, by their path in it, that still hold an id, address or name of the person.

    Parquet, DuckDB and SQLite are searched cell by cell (an id as a whole cell or a part of a key, a mark anywhere),
    every file but Parquet also byte by byte, packed ones unpacked; names of files and folders too. A Parquet or DuckDB
    file that cannot be opened counts as one that tells. A short id (42) and one that is a word of the platform's own
    (ticket) count where a person is named: in the columns of Parquet and DuckDB files, and as a cell of what was
    landed, not among the numbers and words of what the tools keep. The simulated sample company is not searched:
    nobody's data is in it.
    """
    found = []
    for path in _files(paths):
        name = path.relative_to(paths.root).as_posix()
        known = person if path.is_relative_to(paths.landing) or path.suffix in _TABULAR else known_by_marks(person)
        if _name_tells(name, person) or _tells(path, known):
            found.append(name)
    return found


def files_that_tell(folder: Path, person: Person) -> list[Path]:
    """The files below ``folder`` that hold an id, address or name of the person."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
        if _name_tells(path.relative_to(folder).as_posix(), person) or _tells(path, person)
    ]


def known_by_marks(person: Person) -> Person:
    """The same person without ids so short that they are found by chance."""
    return replace(person, ids=person.ids - person.short_ids)


def _files(paths: DataDir) -> Iterator[Path]:
    simulated = (paths.sample_company, paths.sample_company_truth)
    for path in sorted(paths.root.rglob("*")):
        if path == paths.erasing:  # says who is looked for, and goes when the proof holds
            continue
        if path.is_file() and not path.is_symlink() and not any(path.is_relative_to(s) for s in simulated):
            yield path


def _tells(path: Path, person: Person) -> bool:
    data = path.read_bytes()
    try:
        if data[:4] == b"PAR1" and ".parquet" in path.name:  # something follows while the file is written
            return _columns_tell(frame_texts(_frame(data)), person)
        if is_duckdb(data):
            # Its bytes too: what was deleted lies in them until the place is needed.
            bytes_tell = _content_tells(data, known_by_marks(person))
            return bytes_tell or _columns_tell(duckdb_texts(path), person)
    except Unsearchable:
        return True
    cells_tell = is_sqlite(data) and _sqlite_tells(path, person)
    return cells_tell or any(_content_tells(content, person) for content in _unpacked(data))


def _sqlite_tells(path: Path, person: Person) -> bool:
    try:
        return any(_text_tells(text, person) for text in sqlite_texts(path))
    except Unsearchable:  # a SQLite file is not packed: the search of its bytes stands
        return False


def _name_tells(name: str, person: Person) -> bool:
    return bool(person.marks and re.search(name_pattern(person.marks), name))


def _content_tells(data: bytes, person: Person) -> bool:
    if data[:4] == b"PAR1":
        with suppress(Unsearchable):  # its bytes are searched
            return _columns_tell(frame_texts(_frame(data)), person)
    return any(_text_tells(text, person) for text in _readings(data))


def _text_tells(text: str, person: Person) -> bool:
    """A mark anywhere as a whole, or an id between separators. The expressions read each character of what may be
    megabytes of a tool's database, so they are asked only where what they look for stands at all."""
    if person.marks:
        told = folded(text)
        if any(folded(mark) in told for mark in person.marks) and re.search(mark_pattern(person.marks), text):
            return True
    present = [re.escape(i) for i in person.written_ids if i in text]
    cells = rf"(?:^|(?<={_SEPARATOR}))(?:" + "|".join(present) + rf")(?={_SEPARATOR}|$)"
    return bool(present) and re.search(cells, text, re.MULTILINE) is not None


def _readings(data: bytes) -> Iterator[str]:
    """The text that these bytes may be: nobody says in which encoding a file was landed."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8"]
    if encodings == ["utf-8"] and data[:4096].count(0) * 3 > len(data[:4096]):
        encodings += ["utf-16-le", "utf-16-be"]
    is_whole = True
    for encoding in encodings:
        text = data.decode(encoding, "replace")
        is_whole &= "\ufffd" not in text
        yield text
        if "\\u" in text:
            yield _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
        if "%40" in text:
            yield text.replace("%40", "@")
    if not is_whole:
        yield data.decode("cp1252", "replace")


def _frame(data: bytes) -> pl.DataFrame:
    """The table of a Parquet file. Raises ``Unsearchable`` for one that is half written or damaged."""
    try:
        return pl.read_parquet(data)
    except pl.exceptions.PolarsError:
        raise Unsearchable from None


def _columns_tell(columns: Iterator[Column], person: Person) -> bool:
    for name, cells in columns:
        ids = person.ids if name in _NAMES_A_PERSON else person.ids - person.short_ids
        parts = cells.str.split("\x1f").explode() if name == "row_key" else cells
        if parts.is_in(pl.Series(list(ids), dtype=pl.String).implode()).any():
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
