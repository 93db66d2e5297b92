"""One process that takes a file or folder in, accounted for row by row; or only reads it, with polars or DuckDB.

Belongs here: one measurement, its figures. Does not: the files (``ingest_tables``, ``ingest_pages``), repeating it
(``timing``). Of a folder some files are read in a process beside, whose seconds only the whole process's figures hold.
Plain polars and DuckDB are the floor: they read the same file into memory and check, hash, count and
write nothing.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

_LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def _jsi(given: Path) -> tuple[int, int]:
    from orchestration.beside import Beside
    from storage.ingest import ingest

    files = given if given.is_dir() else given.parent
    with tempfile.TemporaryDirectory(prefix="jsi-ingest-", dir=files.parent) as data, Beside() as beside:
        started = (time.perf_counter(), time.process_time())
        report = ingest(given, Path(data), _LOADED_AT, helper=beside.reader)
        took = (time.perf_counter() - started[0], time.process_time() - started[1])
        for told in report.files:
            accounted = told.rows_kept + told.rows_excluded + told.rows_superseded
            if told.status != "loaded" or told.rows_read != accounted:
                raise SystemExit(
                    f"{told.source_file}: {told.status}, {told.rows_read} rows read, {accounted} accounted for"
                )
        _told.update(source=" ".join(sorted({t.source for t in report.files})), rows_out=_rows_in(Path(data) / "raw"))
    _told.update(seconds=round(took[0], 3), cpu_seconds=round(took[1], 3))
    return sum(told.rows_read for told in report.files), sum(told.rows_kept for told in report.files)


def _rows_in(raw: Path) -> int:
    """Canonical rows that were written: a ticket with a rating gives two."""
    import polars as pl

    from sources.contract import TABLES

    return sum(pl.scan_parquet(raw / name / "*.parquet").select(pl.len()).collect().item() for name in TABLES)


def _polars(file: Path) -> tuple[int, int]:
    import polars as pl

    if file.suffix == ".parquet":
        frame = pl.read_parquet(file)
    elif file.suffix == ".csv":
        frame = pl.read_csv(file, infer_schema=False)
    else:
        frame = pl.read_json(file) if file.suffix == ".json" else pl.read_ndjson(file)
    return frame.height, frame.height


def _duckdb(file: Path) -> tuple[int, int]:
    import duckdb

    read = {
        ".parquet": "read_parquet(?)",
        ".csv": "read_csv(?, all_varchar = true, header = true)",
        ".json": "read_json(?, maximum_object_size = 1000000000)",
        ".jsonl": "read_json(?)",
    }[file.suffix]
    connection = duckdb.connect()
    connection.execute(f"create table rows as select * from {read}", [str(file)])
    (n,) = connection.execute("select count(*) from rows").fetchone()
    return n, n


_READERS = {"jsi": _jsi, "polars": _polars, "duckdb": _duckdb}
_told: dict[str, object] = {}


def main() -> int:
    """Write the files, or take one in and print its figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__.partition("\n")[0])
    parser.add_argument("--write", type=Path, help="write all files below this folder and stop")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of each canonical file (default 10^6)")
    parser.add_argument("--json-rows", type=int, default=20_000, help="rows of each vendor's JSON (default 20 000)")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--with", dest="reader", choices=tuple(_READERS), default="jsi")
    chosen = parser.parse_args()
    if chosen.write:
        from benchmarks import ingest_pages, ingest_tables

        ingest_tables.write(chosen.write, chosen.rows)
        ingest_pages.write(chosen.write, chosen.json_rows)
        return 0
    if not chosen.file:
        parser.error("say which --file")
    importlib.import_module({"jsi": "storage.ingest"}.get(chosen.reader, chosen.reader))  # outside of the clock
    started = (time.perf_counter(), time.process_time())
    read, kept = _READERS[chosen.reader](chosen.file)
    took = {"seconds": time.perf_counter() - started[0], "cpu_seconds": time.process_time() - started[1]}
    figures = {key: round(value, 3) for key, value in took.items()} | _told
    figures |= {"rows_read": read, "rows_kept": kept, "rows_per_second": round(read / figures["seconds"])}
    figures["rows_per_cpu_second"] = round(read / figures["cpu_seconds"])
    if "rows_out" in figures:
        figures["rows_out_per_second"] = round(figures["rows_out"] / figures["seconds"])
        figures["rows_out_per_cpu_second"] = round(figures["rows_out"] / figures["cpu_seconds"])
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
