"""Extracts that already have our shape: CSV, JSON lines or Parquet, one file or a folder of files a table.

Belongs here: telling the table from the file's name, columns by name. Does not: what columns may hold (``contract``).
The table is named by the file (``messages.csv``, ``messages.jsonl.gz``) or by its folder (``messages/2024-05.csv``).
"""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath

import polars as pl

from sources.conform import check_header
from sources.content import Content, Limits
from sources.contract import TABLES, Table
from sources.delimited import column_name, read_delimited
from sources.errors import WrongShape
from sources.extract import Extract, warning_rows
from sources.jsonlines import as_text_table, read_json
from sources.reader import BY_CONTENT, BY_NAME, NOT_MINE, Head, Reader, make_extract

_SUFFIX = re.compile(r"\.(csv|jsonl|ndjson|json|parquet)(\.gz)?$", re.IGNORECASE)


def table_of(relative_name: str) -> Table | None:
    """The table that the file's name or the nearest of its folders names."""
    path = PurePosixPath(relative_name)
    for name in (_SUFFIX.sub("", path.name), *reversed(path.parent.parts)):
        if name in TABLES:
            return TABLES[name]
    return None


def _claims(head: Head) -> int:
    """By content if the file has all columns it must have; else by name only, so that a vendor's ``accounts.csv``
    goes to the vendor's reader and a file that lacks a column is told so."""
    table = table_of(head.relative_name)
    if table is None or head.kind == "zip" or any(head.lists):
        return NOT_MINE
    has_one_of_each = all(set(group) & set(head.columns) for group in table.one_of)
    return BY_CONTENT if head.has(*table.header) and has_one_of_each else BY_NAME


def _read(content: Content, limits: Limits) -> Extract:
    table = table_of(content.relative_name)
    if table is None:
        raise WrongShape(f"no table is named by this file or its folder: name it one of {', '.join(sorted(TABLES))}")
    if content.kind == "parquet":
        rows = read_parquet(content, limits)
        check_header(table, [c for c in rows.columns if c != "source_row"])
        return plain_extract("canonical", table, rows, rows.height)
    if content.kind in ("jsonl", "json"):
        lines = read_json(content, limits)
        text = as_text_table(lines, plain=table.column_names, limits=limits)
        if lines.records:
            check_header(table, text.columns)
    else:
        text = read_delimited(content.body, limits=limits)
        _check_separator(text.columns)
        check_header(table, text.columns)
    excluded = text.excluded.with_columns(pl.lit(table.name).alias("table_name"))
    return plain_extract("canonical", table, text.rows, text.rows_read, excluded)


def read_parquet(content: Content, limits: Limits) -> pl.DataFrame:
    """The file's columns as they are typed, and ``source_row``. Raises ``WrongShape`` for a damaged or huge one."""
    file = io.BytesIO(content.body)
    try:
        n_rows = pl.scan_parquet(file).select(pl.len()).collect().item()
        n_columns = len(pl.read_parquet_schema(file))
        if n_rows * n_columns * 8 > limits.file_bytes:  # a few bytes can stand for billions of equal values
            raise WrongShape("the Parquet file holds too many values: deliver it in several files", reason="too_large")
        frame = pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise WrongShape("the Parquet file is damaged or cut short: deliver it again", reason="bad_parquet") from error
    numbered = frame.rename(column_name).with_row_index("source_row", offset=1)
    return numbered.with_columns(pl.col("source_row").cast(pl.Int64))


def plain_extract(
    source: str, table: Table, rows: pl.DataFrame, rows_read: int, excluded: pl.DataFrame | None = None
) -> Extract:
    """Rows under the table's own column names; columns that it does not know are kept aside and told once."""
    known = [c for c in rows.columns if c in table.column_names]
    unknown = [c for c in rows.columns if c not in table.column_names and c != "source_row"]
    warnings = [
        warning_rows(
            [None],
            "extra_columns",
            f"the {table.name} table has no column {name}: it is kept aside in raw/extra and not used",
            table.name,
            name,
        )
        for name in unknown
    ]
    return make_extract(
        source,
        [(table.name, rows.select("source_row", *known, pl.lit(False).alias("is_derived")))],
        rows_read,
        [excluded] if excluded is not None else [],
        warnings,
        rows.select("source_row", *(_as_text(rows, name) for name in unknown)) if unknown else None,
    )


def _as_text(rows: pl.DataFrame, name: str) -> pl.Series:
    """Any column as text, nested ones as polars writes them: they are kept to be looked at, not used."""
    values = rows[name]
    if values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object):
        return pl.Series(name, [None if v is None else str(v) for v in values.to_list()], dtype=pl.String)
    return values.cast(pl.String)


def _check_separator(columns: list[str]) -> None:
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(columns) == 1 and mark in columns[0]:
            raise WrongShape(f"the columns are parted by {word}: export them parted by commas", reason="wrong_shape")


READER = Reader(
    name="canonical",
    claims=_claims,
    read=_read,
    expects=f"a file or folder named as a table ({', '.join(sorted(TABLES))}) with that table's columns",
)
