"""The proof looks into files that pack their cells: in their bytes the person would not be found."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing

import duckdb
import polars as pl
import pytest

from storage.layout import DataDir
from storage.person_rows import Person
from storage.proof import where_told

ANN = Person(frozenset({"ann"}), ("ann.arbor@example.com", "Ann Arbor"))
# So many alike texts are kept as codes.
ALIKE = "select i || ' was asked by ann arbor about the invoices of last year ' || i as said from range(5000) as r(i)"
MAKE = "import duckdb, os, sys; held = duckdb.connect(sys.argv[1]); held.execute(sys.argv[2]); os.kill(os.getpid(), 9)"


@pytest.fixture
def paths(tmp_path) -> DataDir:
    return DataDir(tmp_path).create()


def warehouse_of(paths: DataDir, query: str) -> None:
    with duckdb.connect(str(paths.building)) as connection:
        connection.execute(f"create schema s; create table s.t as {query}")


def test_a_text_that_duckdb_compressed_is_found_though_its_bytes_do_not_hold_it(paths):
    warehouse_of(paths, ALIKE)
    assert b"ann arbor" not in paths.building.read_bytes()
    assert where_told(paths, ANN) == ["warehouse/building.duckdb"]


@pytest.mark.parametrize(
    "cell",
    [
        "['bob', 'ask Ann Arbor']",
        "[{'who': ['Ann Arbor']}]",
        "{'person_id': 'ann'}",
        "map {'by': 'Ann Arbor'}",
        "'Ann Arbor'::enum ('Ann Arbor')",
        "'ask Ann Arbor'::blob",
    ],
)
def test_a_cell_of_any_kind_is_looked_into(paths, cell):
    warehouse_of(paths, f"select {cell} as c from range(3)")
    assert where_told(paths, ANN) == ["warehouse/building.duckdb"]


def test_a_warehouse_without_them_is_clean(paths):
    warehouse_of(paths, "select 'joann.arbor@example.com' as c, ['joann'] as l, 7 as n, now() as t")
    assert where_told(paths, ANN) == []


def test_an_id_of_two_digits_counts_where_a_person_is_named(paths):
    short = Person(frozenset({"42"}), ())
    warehouse_of(paths, "select '42' as quantity, '43' as person_id")
    assert where_told(paths, short) == []
    with duckdb.connect(str(paths.building)) as connection:
        connection.execute("create table u as select '42' as person_id")
    assert where_told(paths, short) == ["warehouse/building.duckdb"]


def test_what_a_killed_process_left_in_the_log_is_found(paths):
    made = f"create table t as {ALIKE} limit 9"
    subprocess.run([sys.executable, "-c", MAKE, str(paths.building), made], check=False)
    assert "building.duckdb.wal" in {p.name for p in paths.warehouse.iterdir()}
    assert "warehouse/building.duckdb" in where_told(paths, ANN)


def test_a_table_or_database_that_cannot_be_opened_counts_as_one_that_tells(paths):
    warehouse_of(paths, ALIKE)
    paths.building.write_bytes(paths.building.read_bytes()[:20_000])
    pl.DataFrame({"a": ["x"] * 1000}).write_parquet(paths.insight("m"))
    paths.insight("m").write_bytes(paths.insight("m").read_bytes()[:-20])
    assert where_told(paths, ANN) == ["insights/m.parquet", "warehouse/building.duckdb"]


@pytest.mark.parametrize(
    "cell",
    [
        {"a": ["ask Ann Arbor " + "again " * 50] * 1000},
        {"a": [[{"b": ["Ann Arbor"]}]]},
        {"a": pl.Series(["Ann Arbor"], dtype=pl.Categorical)},
        {"a": [b"Ann Arbor"]},
        {"a": [{"person_id": "ann"}]},
    ],
)
def test_compressed_parquet_is_read_through_its_reader(paths, cell):
    pl.DataFrame(cell).write_parquet(paths.insight("m"), compression="zstd")
    assert where_told(paths, ANN) == ["insights/m.parquet"]


def test_a_name_that_sqlite_breaks_over_two_pages_is_found(paths):
    broken = []
    for at in range(690, 770, 8):  # the first page ends somewhere here: one of these names lies across it
        path = paths.dagster_home / f"{at}.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("pragma page_size = 4096")
            connection.execute("create table events (body)")
            connection.execute("insert into events values (?)", [("-" * at + " Ann Arbor ").ljust(13_000, "-")])
            connection.commit()
        broken += [path] if b"Ann Arbor" not in path.read_bytes() else []
    assert broken
    assert len(where_told(paths, ANN)) == 10


def test_what_a_tool_deflates_into_a_cell_is_found(paths):
    with closing(sqlite3.connect(paths.dagster_home / "runs.db")) as connection:
        connection.execute("create table snapshots (body)")
        connection.execute("insert into snapshots values (?)", [zlib.compress(b"seen: Ann Arbor")])
        connection.commit()
    assert where_told(paths, ANN) == ["dagster/runs.db"]
