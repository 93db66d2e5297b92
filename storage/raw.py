"""Raw rows on disk: one Parquet file a delivered file and table, with where each row came from.

Belongs here: keys and hashes of rows, provenance, writing, removing what no claim names. Does not: who wins a key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

import polars as pl
import polars_hash  # noqa: F401 - gives expressions their ``chash``

from sources.contract import TABLES, Table, raw_schema
from sources.extract import EXCLUDED_SCHEMA, WARNING_SCHEMA
from storage.files import write_parquet
from storage.layout import DataDir
from storage.scores import rename_scored

_ORIGIN: dict[str, pl.DataType] = {
    "source": pl.String(),
    "source_file": pl.String(),
    "file_sha256": pl.String(),
}
LOADED_AT = {"loaded_at": pl.Datetime("us", "UTC")}

RAW_EXCLUDED_SCHEMA: dict[str, pl.DataType] = {**_ORIGIN, **EXCLUDED_SCHEMA, **LOADED_AT}
RAW_WARNINGS_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "source_file": pl.String(),
    **WARNING_SCHEMA,
    **LOADED_AT,
}

_SCHEMA_FILE = "_schema"


def row_keys(table: Table, frame: pl.DataFrame) -> pl.Series:
    """The key's values joined by U+001F, times in ISO-8601; null is the empty text."""
    parts = []
    for name in table.key:
        value = pl.col(name)
        is_time = table.column(name).kind == "timestamp"
        parts.append(value.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ") if is_time else value.cast(pl.String))
    keys = pl.concat_str([part.fill_null("") for part in parts], separator="\x1f")
    return frame.select(keys.alias("row_key")).to_series()


def row_hashes(table: Table, frame: pl.DataFrame) -> pl.Series:
    """sha256 (hex) over the canonical columns, the same on every machine.

    Texts carry their length, so no two rows spell alike by accident; times are whole microseconds since 1970.
    """
    # One text a row is put together from all parts at once: for a column its mark (a text's length, or what stands for
    # null), then its value. Fewer parts are faster, so marks that are the same in all rows are joined.
    parts: list[pl.Expr] = []
    mark = ""
    for at, column in enumerate(table.columns):
        value, n_nulls = pl.col(column.name), frame[column.name].null_count()
        mark += "|" if at else ""
        if n_nulls == frame.height:
            mark += "~"
            continue
        parts.append(pl.lit(mark))
        mark = ""
        if column.kind == "text":
            length = value.str.len_bytes().cast(pl.String)
            colon = pl.when(value.is_not_null()).then(pl.lit(":")) if n_nulls else pl.lit(":")
            parts += [length.fill_null("~"), colon, value]
        else:
            value = value.dt.epoch("us") if column.kind == "timestamp" else value
            parts.append(value.cast(pl.String).fill_null("~"))
    spelled = pl.concat_str([*parts, pl.lit(mark)], ignore_nulls=True)
    hashed = frame.lazy().with_columns(spelled.chash.sha2_256().alias("row_hash")).select("row_hash")
    return hashed.collect(engine="streaming").to_series().rechunk()


def with_words(table: Table, frame: pl.DataFrame, column: str, rows: pl.Series, words: str) -> pl.DataFrame:
    """Raw rows of which some (``rows``: true) hold ``words`` in ``column`` instead of what was written.

    Those are hashed anew: the hash of a short text would let anyone try out what it was.
    """
    places = rows.arg_true()
    changed = frame.filter(rows).with_columns(pl.lit(words).alias(column))
    texts = frame[column].scatter(places, changed[column])
    return frame.with_columns(texts, frame["row_hash"].scatter(places, row_hashes(table, changed)))


def with_provenance(
    table: Table, frame: pl.DataFrame, source: str, source_file: str, file_sha256: str, loaded_at: datetime
) -> pl.DataFrame:
    """Typed rows (+ ``source_row``, ``is_derived``) as raw rows, exactly in the columns of ``raw_schema``."""
    whole = frame.with_columns(
        pl.lit(source).alias("source"),
        pl.lit(source_file).alias("source_file"),
        pl.lit(file_sha256).alias("file_sha256"),
        row_keys(table, frame),
        row_hashes(table, frame),
        pl.lit(loaded_at).cast(pl.Datetime("us", "UTC")).alias("loaded_at"),
    )
    return whole.select(list(raw_schema(table.name))).match_to_schema(pl.Schema(raw_schema(table.name)))


def write_schemas(paths: DataDir) -> None:
    """Make every raw folder, each with an empty file of its columns, so that reading a folder never fails.

    Rows that were loaded when a table had fewer columns get those that came since, empty, and the hash that the same
    row has when it is delivered now; the score of a text goes along with its hash.
    """
    schemas = {paths.raw_schema_file(name): raw_schema(name) for name in TABLES}
    schemas[paths.excluded / f"{_SCHEMA_FILE}.parquet"] = RAW_EXCLUDED_SCHEMA
    for path, schema in schemas.items():
        if not path.exists() or pl.read_parquet_schema(path) != schema:
            for older in delivered_files(path.parent):
                _widen(paths, older, schema, TABLES.get(path.parent.name))
            write_parquet(pl.DataFrame(schema=schema), path)


def _widen(paths: DataDir, path: Path, schema: Mapping[str, pl.DataType], table: Table | None) -> None:
    present = pl.read_parquet_schema(path)
    if not present.keys() < schema.keys():
        return
    missing = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in present]
    rows = pl.read_parquet(path).with_columns(missing)
    if table is not None:
        hashes = row_hashes(table, rows)
        # The scores first: a process that dies between the two finds the rows' old hashes again.
        rename_scored(paths, table.name, rows.select("row_hash", hashes.alias("new_hash")))
        rows = rows.with_columns(hashes)
    write_parquet(rows.select(list(schema)), path)


def delivered_files(folder: Path) -> list[Path]:
    """The Parquet files of one raw folder that hold delivered rows."""
    return sorted(p for p in folder.glob("*.parquet") if p.stem != _SCHEMA_FILE)


def remove_unclaimed(paths: DataDir, loaded: Collection[str], excluded: Collection[str]) -> int:
    """Remove what a run wrote that died before its claim, and its half-written files; returns how many.

    ``loaded``: hashes with rows; ``excluded``: hashes of all files that may have excluded rows.
    """
    removed = 0
    folders = {paths.raw_table(name): loaded for name in TABLES}
    folders |= {paths.extra: loaded, paths.warned: loaded, paths.excluded: excluded}
    for folder, claimed in folders.items():
        unclaimed = [p for p in delivered_files(folder) if p.stem not in claimed]
        for path in [*unclaimed, *_half_written(folder)]:
            path.unlink()
            removed += 1
    for path in _half_written(paths.raw):  # the accounts of all files
        path.unlink()
        removed += 1
    return removed


def remove_rows(paths: DataDir, file_sha256: str, but: Collection[Path] = ()) -> None:
    """Remove what raw holds of one delivered file, except the files ``but``."""
    folders = [*(paths.raw_table(name) for name in TABLES), paths.extra, paths.warned, paths.excluded]
    for path in {folder / f"{file_sha256}.parquet" for folder in folders} - set(but):
        path.unlink(missing_ok=True)


def _half_written(folder: Path) -> list[Path]:
    """What ``files.write_parquet`` leaves when its process is killed."""
    return sorted(folder.glob(".*.parquet.*"))
