"""Rebuilt weeks: any past week, built again from the Dagster UI, in a place of its own.

Belongs here: one partition a week, each a dbt build as of that week's end. Does not: touching what is published.
A week rebuilt from the same extracts equals the published one; where rows came late, the check says how many differ.
"""

import shutil
from datetime import UTC, date, datetime, time, timedelta

import dagster as dg
import polars as pl

from orchestration import names
from orchestration.assets.raw import FILES
from orchestration.assets.scored import TOUCH_SCORES
from orchestration.borrowed import borrow
from orchestration.dbt_run import DbtFailed, invoke
from orchestration.errors import without_values
from orchestration.resources import DataFolder
from storage.files import write_parquet
from storage.layout import DataDir
from storage.publication import current, export_marts

WEEKS = dg.WeeklyPartitionsDefinition(start_date="2015-01-05", day_offset=1, timezone="UTC")  # weeks start on Monday
MARTS = ("jsi_by_account_week", "jsi_by_stage_role_week", "jsi_by_segment_week")
KEY = dg.AssetKey([names.REBUILT, "index_week"])


@dg.asset(
    key=KEY,
    deps=[FILES, TOUCH_SCORES],
    partitions_def=WEEKS,
    group_name=names.REBUILT,
    owners=names.OWNERS[names.PUBLISHED],
    kinds={"dbt", "duckdb"},
    description="The index marts of one past week, rebuilt as of its end into `rebuilt/<week_on>/`.",
    pool=names.WAREHOUSE_POOL,
    op_tags=names.MAX_RUNTIME_TAG,
)
@without_values
def index_week(context: dg.AssetExecutionContext, folder: DataFolder) -> dg.MaterializeResult:
    week_on = date.fromisoformat(context.partition_key) + timedelta(weeks=1)
    rows = rebuild(folder.paths, week_on)
    return dg.MaterializeResult(metadata={"week_on": str(week_on), **{f"rows/{m}": n for m, n in rows.items()}})


@dg.asset_check(
    asset=KEY,
    name="equals_what_is_published",
    description="Every rebuilt row equals the published row of that week; a difference means rows or labels changed "
    "since it was published.",
)
def equals_what_is_published(context: dg.AssetCheckExecutionContext, folder: DataFolder) -> dg.AssetCheckResult:
    weeks = sorted(p.name for p in folder.paths.rebuilt.iterdir())
    differing = {week: n for week in weeks if (n := rows_that_differ(folder.paths, date.fromisoformat(week)))}
    return dg.AssetCheckResult(
        passed=not differing,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"weeks_rebuilt": len(weeks), "rows_that_differ": dg.MetadataValue.json(differing)},
    )


def rebuild(paths: DataDir, week_on: date) -> dict[str, int]:
    """Build the index marts as of ``week_on`` (00:00 UTC) and keep that week's rows; rows written per mart.

    Works in a data folder of its own that borrows ``raw`` and ``scored``, so nothing that is published moves.
    """
    own = borrow(paths, paths.rebuilding, paths.refresh)
    as_of = datetime.combine(week_on, time.min, tzinfo=UTC)
    refresh = pl.read_parquet(paths.refresh).with_columns(as_of=pl.lit(as_of).cast(pl.Datetime("us", "UTC")))
    write_parquet(refresh, own.refresh)
    selection = ["--select", *(f"+{mart}" for mart in MARTS)]
    result = invoke(own, ["build", *selection, "--exclude-resource-type", "test", "unit_test"])
    if not result.success:
        raise DbtFailed(f"week {week_on} could not be rebuilt; the log is {own.dbt_logs / 'dbt.log'}")
    export_marts(own.building, MARTS, own.root)
    rows = {}
    for mart in MARTS:
        week = pl.read_parquet(own.root / f"{mart}.parquet").filter(pl.col("week_on") == week_on)
        week = week.sort([c for c, t in week.schema.items() if t == pl.String])
        write_parquet(week, paths.rebuilt / str(week_on) / f"{mart}.parquet")
        rows[mart] = week.height
    shutil.rmtree(own.root)
    return rows


def rows_that_differ(paths: DataDir, week_on: date) -> int:
    """How many rows of the rebuilt week have no equal row among the published ones, or the other way round."""
    generation = current(paths)
    if generation is None:
        return 0
    n = 0
    for mart in MARTS:
        rebuilt = pl.read_parquet(paths.rebuilt / str(week_on) / f"{mart}.parquet")
        published = pl.read_parquet(generation.folder / f"{mart}.parquet").filter(pl.col("week_on") == week_on)
        if published.is_empty():
            continue
        columns = rebuilt.columns
        n += rebuilt.join(published, on=columns, how="anti", nulls_equal=True).height
        n += published.join(rebuilt, on=columns, how="anti", nulls_equal=True).height
    return n
