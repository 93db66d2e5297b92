"""Threshold assets: once a quarter, what the exits of the past say of the gates.

Belongs here: calling the proposal. Does not: signing it (people do, from the terminal).
"""

from datetime import UTC, datetime

import dagster as dg

from orchestration import names
from orchestration.errors import without_values
from orchestration.resources import DataFolder


@dg.asset(
    key=dg.AssetKey([names.THRESHOLDS, "threshold_proposal"]),
    deps=[dg.AssetKey([names.MARTS, "jsi_by_account_week"]), dg.AssetKey([names.STAGING, "stg_contracts"])],
    group_name=names.THRESHOLDS,
    owners=names.OWNERS[names.THRESHOLDS],
    kinds={"python"},
    description="`policy/thresholds/<quarter>.json`: what each threshold would have cost at the exits of the past, and "
    "the cheapest with its interval. `jsi thresholds sign` makes it the policy; nothing changes by itself.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def threshold_proposal(folder: DataFolder) -> dg.MaterializeResult:
    from orchestration.threshold_reviews import propose
    from orchestration.threshold_tables import markdown

    found = propose(folder.paths, datetime.now(UTC))
    proposed = {row["stage"]: row["proposed"] for row in found["stages"] if row["verdict"] == "proposed"}
    return dg.MaterializeResult(
        metadata={
            "quarter": found["quarter"],
            "cost_ratio": found["cost_ratio"],
            "proposed": dg.MetadataValue.json(proposed),
            "stages": dg.MetadataValue.md(markdown(found)),
        }
    )
