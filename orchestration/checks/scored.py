"""Checks of the scores: complete and sane (blocking), and whether their mix has moved more than chance (warning)."""

import dagster as dg
import polars as pl

from orchestration.assets.scored import TOUCH_SCORES
from orchestration.checks.raw import suite_result
from orchestration.progress import report
from orchestration.resources import DataFolder
from storage.layout import DataDir


@dg.asset_check(
    asset=TOUCH_SCORES,
    name="scores_are_complete_and_sane",
    blocking=True,
    description="Every text is −1, 0, +1 or null with a reason; probabilities sum to one; one model version.",
)
def scores_are_complete_and_sane(folder: DataFolder) -> dg.AssetCheckResult:
    from expectations.suites import check_scored

    report("Checking the scores")
    results = check_scored(pl.read_parquet(folder.paths.touch_scores))
    return suite_result("scores_are_complete_and_sane", TOUCH_SCORES, results)


def dated_scores(paths: DataDir) -> pl.DataFrame:
    """The scored texts with the time they were written: what drift compares."""
    parts = []
    for table, time_column in (("messages", "sent_at"), ("survey_responses", "answered_at")):
        raw = pl.scan_parquet(paths.raw_table(table) / "*.parquet").select(
            "row_hash", pl.col(time_column).alias("occurred_at")
        )
        parts.append(raw.unique("row_hash").with_columns(table_name=pl.lit(table)))
    scores = pl.scan_parquet(paths.touch_scores)
    return scores.join(pl.concat(parts), on=["table_name", "row_hash"], how="inner").collect()
