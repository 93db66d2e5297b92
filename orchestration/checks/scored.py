"""Checks of the scores: complete and sane (blocking), and whether their mix has moved more than chance (warning)."""

import dagster as dg
import polars as pl

from orchestration.assets.scored import TOUCH_SCORES
from orchestration.beside import Beside
from orchestration.checks.raw import suite_result
from orchestration.errors import without_values
from orchestration.progress import report
from orchestration.resources import DataFolder
from storage.labels import scored_texts


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
    reference, current = windows(scored_texts(folder.paths), as_of)
    results = check_drift(drift(reference, current, unit="conversation"))
    judged = suite_result("label_mix_is_as_before", TOUCH_SCORES, results)
    return judged._replace(severity=dg.AssetCheckSeverity.WARN)
