"""Published assets: the marts that people and other programs read, switched in one step after every check.

Belongs here: collecting what this run proved, publishing. Does not: deciding what a failure stops (checks do).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import polars as pl

from orchestration import names
from orchestration.dbt_project import documentation
from orchestration.errors import without_values
from orchestration.formula import to_publish
from orchestration.progress import report
from orchestration.resources import DataFolder
from storage.account_keys import remove_telling_weeks, shows_telling_ids
from storage.accounting import source_health
from storage.layout import DataDir
from storage.publication import Generation, publish, remove_generations, shows_what_is_gone
from storage.record_keys import shows_telling_records
from storage.retention import n_expired
from storage.sample import holds_sample_company

PREVIEW_ROWS = 10
PREVIEW_CHARS = 60
#: Signs that make a link, a picture, a tag, a column or emphasis; a word joined by underscores stays readable.
_MEANING = frozenset("&<>|[]()!`*~\\:@#$")


def published_key(mart: str) -> dg.AssetKey:
    return dg.AssetKey([names.PUBLISHED, mart])


def _specs() -> list[dg.AssetSpec]:
    sources = {m: [dg.AssetKey([names.MARTS, m])] for m in names.DBT_MARTS}
    sources |= {m: [dg.AssetKey([names.INSIGHTS, m])] for m in names.INSIGHT_MARTS}
    return [
        dg.AssetSpec(
            published_key(mart),
            deps=deps,
            group_name=names.PUBLISHED,
            owners=names.OWNERS[names.PUBLISHED],
            kinds={"parquet"},
            description=f"`{mart}` as readers see it: `published/current/{mart}.parquet`.",
        )
        for mart, deps in sources.items()
    ]


@dg.multi_asset(specs=_specs(), name="publish", pool=names.WAREHOUSE_POOL)
@without_values
def published(context: dg.AssetExecutionContext, folder: DataFolder) -> Iterator[dg.MaterializeResult]:
    """Write a new generation aside and switch to it; the warehouse file becomes the last good one."""
    report("Publishing")
    paths = folder.paths
    refresh = pl.read_parquet(paths.refresh).row(0, named=True)
    checks = checks_of_run(context.instance, context.run_id)
    generation = publish(
        paths, names.DBT_MARTS, names.INSIGHT_MARTS, _about(paths, refresh, checks), documentation(paths)
    )
    paths.building.replace(paths.warehouse_file)
    remove_generations(paths, lambda manifest: _is_outdated(paths, manifest["generation"], generation))
    remove_telling_weeks(paths)
    for mart in names.PUBLIC_MARTS:
        file = generation.folder / f"{mart}.parquet"
        metadata: dict[str, Any] = {
            "dagster/row_count": generation.manifest["tables"][mart]["rows"],
            "generation": generation.name,
        }
        if mart in names.PREVIEWED:
            rows = pl.read_parquet(file, n_rows=PREVIEW_ROWS).drop(names.NEVER_PREVIEWED, strict=False)
            metadata["preview"] = dg.MetadataValue.md(as_markdown(rows))
        yield dg.MaterializeResult(asset_key=published_key(mart), metadata=metadata)


def _is_outdated(paths: DataDir, older: str, now: Generation) -> bool:
    """An older generation may still show words that retention has taken since, a person who refuses now, an account by
    an id or name that was not known to be a person's, or a record by an id that holds an address."""
    folder = paths.published / older
    return shows_what_is_gone(folder, now) or shows_telling_ids(folder, paths) or shows_telling_records(folder)


def checks_of_run(instance: dg.DagsterInstance, run_id: str) -> list[dict[str, Any]]:
    """Every check this run evaluated so far, for the manifest and the health page."""
    events = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    evaluations = [e.dagster_event.asset_check_evaluation_data for e in events]
    return [
        {
            "asset": e.asset_key.to_user_string(),
            "check": e.check_name,
            "passed": e.passed,
            "severity": e.severity.value.lower(),
            "description": e.description or "",
        }
        for e in evaluations
    ]


def _about(paths: DataDir, refresh: dict[str, Any], checks: list[dict[str, Any]]) -> dict[str, Any]:
    """What the manifest says of the run besides its tables."""
    from models_nlp.redaction import redact
    from orchestration.assets.insights import read_warehouse

    versions = read_warehouse(
        paths,
        "select policy_version, model_version, taxonomy_version from int_weeks__published where is_latest",
    ).row(0, named=True)
    return {
        "as_of": refresh["as_of"].isoformat(),
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "refresh_id": refresh["refresh_id"],
        **versions,
        "is_sample_company": holds_sample_company(paths),
        "n_texts_expired": n_expired(paths),
        "formula": to_publish(paths, refresh["as_of"].date()),
        "checks": checks,
        "sources": [
            row | {"message": redact(row["message"]) if row["message"] else None}  # it names files
            for row in source_health(pl.read_parquet(paths.files)).to_dicts()
        ],
    }


def as_markdown(frame: pl.DataFrame) -> str:
    """A table for Dagster's pages. Words of vendors and customers show as they are: none is a link, picture or tag."""
    whole = {"tbl_cols": -1, "tbl_rows": PREVIEW_ROWS, "tbl_width_chars": 10_000, "fmt_str_lengths": 10 * PREVIEW_CHARS}
    shown = frame.with_columns(pl.selectors.string().map_elements(inert, return_dtype=pl.String))
    with pl.Config(tbl_formatting="MARKDOWN", tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, **whole):
        return str(shown)


def inert(cell: str) -> str:
    """One line in which no sign means anything to a reader of Markdown or HTML."""
    line = " ".join("".join(c if c.isprintable() else " " for c in cell).split())[:PREVIEW_CHARS]
    return "".join(f"&#{ord(c)};" if c in _MEANING else c for c in line)
