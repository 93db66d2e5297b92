"""Review assets: what people need to look after the model, once a month and after a change, and what their labels make
of it.

Belongs here: calling the review and the proposal. Does not: what they hold, promoting (people do, from the terminal).
"""

from datetime import UTC, datetime

import dagster as dg
import polars as pl

from orchestration import names
from orchestration.assets.scored import TOUCH_SCORES
from orchestration.errors import without_values
from orchestration.resources import DataFolder

PACK = dg.AssetKey([names.REVIEW, "review_pack"])
OF_CHANGES = {"ops": {PACK.to_python_identifier(): {"config": {"of_changes": True}}}}
PROPOSAL = dg.AssetKey([names.REVIEW, "model_proposal"])


class ReviewConfig(dg.Config):
    """``of_changes``: the extra review after launches and changes of policy, instead of the month's."""

    of_changes: bool = False


@dg.asset(
    key=PACK,
    deps=[TOUCH_SCORES],
    group_name=names.REVIEW,
    owners=names.OWNERS[names.REVIEW],
    kinds={"csv"},
    description="`review/<month>/`: texts to label (of every kind, and those that the model is least sure of), and "
    "terms that model and taxonomy do not know; after a launch or a change of policy `review/<day>/`. Labels come back "
    "with `jsi labels take`.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def review_pack(config: ReviewConfig, folder: DataFolder) -> dg.MaterializeResult:
    from orchestration.review import forget, lay_out, lay_out_of_changes

    month = pl.read_parquet(folder.paths.refresh)["as_of"][0].date()
    forget(folder.paths, month)
    review = lay_out_of_changes(folder.paths) if config.of_changes else lay_out(folder.paths, month)
    if review is None:
        return dg.MaterializeResult(metadata={"is_new": False, "opened_by": "no change since the last review"})
    return dg.MaterializeResult(
        metadata={
            "folder": f"review/{review.folder.name}",
            "n_texts": review.n_texts,
            "n_terms": review.n_terms,
            "is_new": review.is_new,
            "opened_by": ", ".join(review.opened_by) or "the calendar month",
        }
    )


@dg.asset(
    key=PROPOSAL,
    deps=[PACK],
    group_name=names.REVIEW,
    owners=names.OWNERS[names.REVIEW],
    kinds={"python"},
    description="What all labels make of the model in force, judged on labels held out: a candidate where it holds. "
    "`jsi model shadow` tries it, `jsi model promote` lets it answer.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def model_proposal(context: dg.AssetExecutionContext, folder: DataFolder) -> dg.MaterializeResult:
    from orchestration.proposals import NothingLabelled, propose_from_labels

    try:
        found = propose_from_labels(folder.paths, datetime.now(UTC), "own labels")
    except NothingLabelled as nothing:
        context.log.info(str(nothing))
        return dg.MaterializeResult(metadata={"candidate": "none", "n_labels": 0})
    judged = {name or "all": f"{of.reason}" for name, of in found.judged.items()}
    return dg.MaterializeResult(
        metadata={
            "candidate": found.version or "none",
            "n_labels": found.n_labels,
            "judged": dg.MetadataValue.json(judged),
        }
    )
