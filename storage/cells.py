"""The texts in files that pack their cells: Parquet, DuckDB, SQLite. Searched by bytes, most of them would be missed.

Belongs here: reading every text of such a file, column by column, nested ones too. Does not: what is looked for
(``proof``), views (they hold nothing of their own).

DuckDB keeps texts in dictionaries and FSST codes, Parquet in compressed pages; SQLite breaks a long cell over pages.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

#: A column's (or field's) name and its texts, none null.
Column = tuple[str, pl.Series]

_HOLDS_TEXT = "VARCHAR|JSON|ENUM|BLOB|MAP|UNION|VARIANT"


class Unsearchable(Exception):
    """The file is damaged, or another program holds it: nobody can say what stands in it."""


def is_duckdb(data: bytes) -> bool:
    return data[8:12] == b"DUCK"


def is_sqlite(data: bytes) -> bool:
    return data[:16] == b"SQLite format 3\0"


def frame_texts(frame: pl.DataFrame) -> Iterator[Column]:
    """The texts of a frame's columns, and of what is nested in them."""
    for name in frame.columns:
        yield from _texts(name, frame[name])


def duckdb_texts(path: Path) -> Iterator[Column]:
    """The texts of all tables of a DuckDB file, what its log holds included. Raises ``Unsearchable``."""
    import duckdb

    query = (
        "select c.schema_name, c.table_name, c.column_name, c.data_type from duckdb_columns() as c "
        "inner join duckdb_tables() as t using (database_oid, schema_oid, table_oid) "
        "where c.database_name = current_database() and not c.internal and regexp_matches(c.data_type, ?) "
        "order by 1, 2, c.column_index"
    )
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            for schema, table, column, kind in connection.execute(query, [_HOLDS_TEXT]).fetchall():
                cell = _quoted(column)
                # What Arrow has no type for is spelled out: its texts stand in that, too.
                cell = f"{cell}::varchar" if any(word in kind for word in ("MAP", "UNION", "VARIANT")) else cell
                found = connection.sql(f"select distinct {cell} as c from {_quoted(schema)}.{_quoted(table)}").pl()
                yield from _texts(column, found["c"])
    except duckdb.Error:
        raise Unsearchable from None


def sqlite_texts(path: Path) -> Iterator[str]:
    """The texts of all tables of a SQLite file, inflated where a tool has packed them. Raises ``Unsearchable``."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = lambda text: text.decode("utf-8", "replace")
            tables = connection.execute("select name from sqlite_master where type = 'table' order by 1").fetchall()
            for (table,) in tables:
                for row in connection.execute(f"select * from {_quoted(table)}"):
                    yield from (c if isinstance(c, str) else _inflated(c) for c in row if isinstance(c, str | bytes))
    except sqlite3.Error:
        raise Unsearchable from None


def _texts(name: str, values: pl.Series) -> Iterator[Column]:
    dtype = values.dtype
    if dtype == pl.String:
        yield name, values.drop_nulls()
    elif isinstance(dtype, pl.Categorical | pl.Enum):
        yield name, values.cast(pl.String).drop_nulls()
    elif dtype == pl.Binary:
        texts = [value.decode("utf-8", "replace") for value in values.drop_nulls()]
        yield name, pl.Series(texts, dtype=pl.String)
    elif isinstance(dtype, pl.List | pl.Array):
        yield from _texts(name, values.drop_nulls().explode())
    elif isinstance(dtype, pl.Struct):
        for field in dtype.fields:
            yield from _texts(field.name, values.struct.field(field.name))


def _inflated(cell: bytes) -> str:
    try:
        return zlib.decompress(cell).decode("utf-8", "replace")
    except zlib.error:
        return cell.decode("utf-8", "replace")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
