"""Checks of the scores: complete and sane (blocking), and whether their mix has moved more than chance (warning)."""

import dagster as dg
import polars as pl

from orchestration.assets.scored import TOUCH_SCORES
from orchestration.beside import Beside
from orchestration.checks.raw import suite_result
from orchestration.errors import without_values
from orchestration.progress import report
from orchestration.resources import DataFolder
from storage.layout import DataDir


@dg.asset_check(
    asset=TOUCH_SCORES,
    name="scores_are_complete_and_sane",
    blocking=True,
    description="Every text is −1, 0, +1 or null with a reason; probabilities sum to one; one model version.",
)
@without_values
def scores_are_complete_and_sane(folder: DataFolder, beside: dg.ResourceParam[Beside]) -> dg.AssetCheckResult:
    from expectations.suites import check_scored

    report("Checking the scores")
    results = check_scored(pl.read_parquet(folder.paths.touch_scores), beside.judge)
    return suite_result("scores_are_complete_and_sane", TOUCH_SCORES, results)


@dg.asset_check(
    asset=TOUCH_SCORES,
    name="label_mix_is_as_before",
    description="In no channel have labels, confidence, unknown words, emotions, languages or lengths of the last "
    "finished week moved further from the weeks before than chance moves samples of this size. A warning: someone "
    "should look.",
)
@without_values
def label_mix_is_as_before(folder: DataFolder) -> dg.AssetCheckResult:
    from expectations.drift import check_drift, drift, windows

    report("Checking for drift")
    as_of = pl.read_parquet(folder.paths.refresh)["as_of"][0]
    reference, current = windows(dated_scores(folder.paths), as_of)
    results = check_drift(drift(reference, current, unit="conversation"))
    judged = suite_result("label_mix_is_as_before", TOUCH_SCORES, results)
    return judged._replace(severity=dg.AssetCheckSeverity.WARN)


def dated_scores(paths: DataDir) -> pl.DataFrame:
    """The scored texts with the time they were written and the conversation they belong to: what drift compares."""
    times = {
        "messages": (pl.col("sent_at"), pl.coalesce("ticket_id", "conversation_id")),
        "survey_responses": (pl.col("answered_at"), pl.col("ticket_id")),
    }
    written = [
        pl.scan_parquet(paths.raw_table(table) / "*.parquet")
        .select("row_hash", occurred_at=at, conversation=conversation, table_name=pl.lit(table))
        .unique("row_hash")
        for table, (at, conversation) in times.items()
    ]
    scores = pl.scan_parquet(paths.touch_scores).unique(["table_name", "row_hash"])
    return scores.join(pl.concat(written), on=["table_name", "row_hash"], how="inner").sort("row_hash").collect()
