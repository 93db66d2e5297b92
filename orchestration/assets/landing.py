"""The landing folder's own asset: what the configured connections hold, pulled before the extracts are read.

Belongs here: when to pull, and that a failing connection is told and stops nothing. Does not: pulling
(``connections``). It is defined only where a ``connections.yml`` lies in the data folder.
"""

import dagster as dg

from orchestration import names
from orchestration.assets.raw import raw_extracts
from orchestration.errors import without_values
from orchestration.pull import failed, pull_connections, pulled_json
from orchestration.resources import DataFolder

PULLED = dg.AssetKey([names.LANDING, "pulled"])
CHECK = "every_connection_was_pulled"


@dg.asset(
    key=PULLED,
    group_name=names.LANDING,
    owners=names.OWNERS[names.LANDING],
    kinds={"sql", "parquet"},
    description="New and changed rows of the databases and APIs that `connections.yml` names, as files in the landing "
    "folder. A connection that fails keeps what has landed; the others go on.",
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=PULLED,
            description="Every connection answered and had the shape that was declared. One that did not is named "
            "here with what to do; its last good rows stay.",
        )
    ],
)
@without_values
def pulled(context: dg.AssetExecutionContext, folder: DataFolder) -> dg.MaterializeResult:
    try:
        outcomes = pull_connections(folder.paths)
        wrong = failed(outcomes)
    except ValueError as error:  # connections.yml itself: what landed before is still read
        outcomes, wrong = [], [str(error)]
    for said in wrong:
        context.log.warning(said)
    return dg.MaterializeResult(
        metadata={
            "rows_landed": sum(o.rows_landed for o in outcomes),
            "files_landed": sum(o.files for o in outcomes),
            "resources": dg.MetadataValue.json(pulled_json(outcomes)["resources"]),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name=CHECK,
                passed=not wrong,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"messages": dg.MetadataValue.json([{"message": said} for said in wrong])},
            )
        ],
    )


def pulled_and_read() -> list[dg.AssetsDefinition]:
    """The pull, and the extracts read after it."""
    return [pulled, raw_extracts.map_asset_specs(lambda spec: spec.merge_attributes(deps=[PULLED]))]
