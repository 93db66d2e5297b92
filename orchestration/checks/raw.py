"""Checks of what came in: every row accounted for, every table in its agreed shape. Both block.

Belongs here: calling the judges of ``expectations`` and ``storage``, naming what is true when green.
"""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from orchestration.assets.raw import FILES, raw_key
from orchestration.beside import Beside
from orchestration.errors import without_values
from orchestration.progress import report
from orchestration.resources import DataFolder
from sources.contract import TABLES
from storage.accounting import set_aside, unbalanced
from storage.consents import unread_consents


@dg.asset_check(
    asset=FILES,
    name="every_row_is_accounted_for",
    blocking=True,
    description="In each delivered file: rows read = kept + excluded + superseded.",
)
def every_row_is_accounted_for(folder: DataFolder) -> dg.AssetCheckResult:
    files = pl.read_parquet(folder.paths.files)
    off = unbalanced(files)
    return dg.AssetCheckResult(
        passed=off.is_empty(),
        metadata={
            "files": files.height,
            "files_off": _told(off.select("source_file", "rows_read")),
        },
    )


@dg.asset_check(
    asset=FILES,
    name="no_file_was_set_aside",
    description="Every delivered file had the shape of a known extract. A file set aside keeps its source's last "
    "good data and is named here with what to do.",
)
def no_file_was_set_aside(folder: DataFolder) -> dg.AssetCheckResult:
    rejected = set_aside(pl.read_parquet(folder.paths.files))
    return dg.AssetCheckResult(
        passed=rejected.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"messages": _told(rejected.select("source_file", "message"))},
    )


@dg.asset_check(
    asset=FILES,
    name="every_consent_was_read",
    blocking=True,
    description="No row and no file of consents was left out, and no refusal reaches nobody for want of the vendor's "
    "name before an id: somebody would be scored who forbade it. Named here with what to do.",
)
@without_values
def every_consent_was_read(folder: DataFolder) -> dg.AssetCheckResult:
    unread = unread_consents(folder.paths)
    return dg.AssetCheckResult(
        passed=unread.is_empty(),
        metadata={"left_out": unread.height, "messages": _told(unread)},
    )


def _told(rows: pl.DataFrame) -> dg.MetadataValue:
    """The first rows as they may be kept: a file may be named after a person's address."""
    from models_nlp.redaction import redact

    return dg.MetadataValue.json(
        [{k: v if isinstance(v, int) else redact(v or "") for k, v in r.items()} for r in rows.head(20).to_dicts()]
    )


AGREED_SHAPE = "has_the_agreed_shape"


@dg.multi_asset_check(
    name="raw_tables_have_the_agreed_shape",
    specs=[
        dg.AssetCheckSpec(
            AGREED_SHAPE,
            asset=raw_key(table),
            blocking=True,
            description="The table's Great Expectations suite: columns, keys, allowed values, ranges.",
        )
        for table in TABLES
    ],
)
@without_values
def raw_tables_have_the_agreed_shape(
    folder: DataFolder, beside: dg.ResourceParam[Beside]
) -> Iterator[dg.AssetCheckResult]:
    """All suites in one step: importing Great Expectations costs more than running them."""
    from expectations.suites import check_raw

    report("Checking the extracts")
    frames = {table: pl.read_parquet(folder.paths.raw_table(table) / "*.parquet") for table in TABLES}
    beside.load_meanwhile()
    results = check_raw(frames, beside.judge)
    for table in TABLES:
        of_table = [r for r in results if r.table == table]
        yield suite_result(AGREED_SHAPE, raw_key(table), of_table)


def suite_result(check: str, asset: dg.AssetKey, results: list) -> dg.AssetCheckResult:
    """Many expectations, one tile: red if one that counts as an error failed, its metadata says which."""
    failed = [r for r in results if not r.passed]
    errors = [r for r in failed if r.severity == "error"]
    return dg.AssetCheckResult(
        check_name=check,
        asset_key=asset,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if errors or not failed else dg.AssetCheckSeverity.WARN,
        metadata={
            "expectations": len(results),
            "failed": dg.MetadataValue.json(
                [{"expectation": r.name, "means": r.description, "found": r.metadata} for r in failed]
            ),
        },
    )
