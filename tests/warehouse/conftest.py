"""One warehouse for all tests that only read: several companies with disjoint accounts, built once by the real dbt.

Belongs here: the shared builds and their companies. Does not: expected numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import golden_company
import polars as pl
import pytest
import random_company
import worked_values
from company_on_disk import Warehouse, build, build_again, failures, land, statements

from storage.layout import DataDir


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory) -> Path:
    """dbt's parsed project, shared by every build of the session."""
    return tmp_path_factory.mktemp("dbt_target")


@pytest.fixture(scope="session")
def whole_build(tmp_path_factory, dbt_target) -> tuple[DataDir, list[str]]:
    """Golden company, worked values and a random company after a whole ``dbt build``, all tests included; and what
    DuckDB was told to create."""
    companies = [c.raw_frames() for c in (golden_company, worked_values, random_company)]
    tables = sorted({table for frames in companies for table in frames})
    raw = {table: pl.concat([frames[table] for frames in companies if table in frames]) for table in tables}
    scores = pl.concat([golden_company.scored_frame(companies[0]), random_company.scored_frame(companies[-1])])
    paths = land(tmp_path_factory.mktemp("warehouse") / "data", raw, scores, golden_company.AS_OF)
    result = build(paths, dbt_target)
    assert failures(result) == []
    return paths, statements(result)


@pytest.fixture(scope="session")
def built(whole_build) -> DataDir:
    """The data folder of that build."""
    return whole_build[0]


@pytest.fixture(scope="session")
def warehouse(built) -> Iterator[Warehouse]:
    """The warehouse of those companies, read only."""
    opened = Warehouse(built)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def build_company(tmp_path_factory, dbt_target, whole_build) -> Iterator[Callable[..., Warehouse]]:
    """Build the models of another small company; the policy's tables are copied, its tests ran before."""
    opened = []
    built, creating = whole_build

    def build_one(
        raw: dict[str, pl.DataFrame], scores: pl.DataFrame | None, as_of: datetime, rates: str = ""
    ) -> Warehouse:
        paths = land(tmp_path_factory.mktemp("company") / "data", raw, scores, as_of)
        _copy_policy(built, paths, rates)
        build_again(paths, dbt_target, creating)
        opened.append(Warehouse(paths))
        return opened[-1]

    yield build_one
    for one in opened:
        one.close()


def _copy_policy(source: DataDir, target: DataDir, rates: str) -> None:
    with duckdb.connect(str(target.building)) as connection:
        connection.execute(f"attach '{source.building}' as built (read_only)")
        names = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'built' and table_name like 'policy_%'"
        ).fetchall()
        for (name,) in names:
            connection.execute(f"create table {name} as from built.{name}")
        if rates:
            connection.execute(f"insert into policy_fx_rates values {rates}")
