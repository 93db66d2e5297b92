"""Mart assets: the dbt project, built into a warehouse file of this refresh's own.

Belongs here: starting with a fresh file, refusing a formula that kept its name, handing dbt's events to Dagster.
Does not: SQL.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl
from dagster_dbt import dbt_assets

from orchestration import names
from orchestration.beside import Beside
from orchestration.dbt_project import Translator, build, manifest
from orchestration.errors import without_values
from orchestration.formula import refuse_unnamed_changes
from orchestration.resources import DataFolder
from storage.files import remove_database
from storage.layout import DataDir


def build_marts(paths: DataDir) -> dg.AssetsDefinition:
    """The dbt models, seeds and tests as assets and checks, read from the manifest of ``paths``."""

    @dbt_assets(
        manifest=manifest(paths),
        dagster_dbt_translator=Translator(),
        name="dbt_build",
        pool=names.WAREHOUSE_POOL,
    )
    @without_values
    def dbt_build(
        context: dg.AssetExecutionContext, folder: DataFolder, beside: dg.ResourceParam[Beside]
    ) -> Iterator[Any]:
        target = folder.paths
        refuse_unnamed_changes(target, pl.read_parquet(target.refresh)["as_of"][0].date())
        target.building.parent.mkdir(parents=True, exist_ok=True)
        remove_database(target.building)  # a killed run's
        yield from build(target, context, beside)

    return dbt_build
