"""Jobs: what runs together. A refresh is everything from extract to publication, in one process."""

from __future__ import annotations

import dagster as dg

from orchestration.names import MAX_RUNTIME_TAG, REBUILT, REVIEW, THRESHOLDS

# One process: a step costs 22 ms in it and seconds of imports in a process of its own.
refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups(REBUILT, REVIEW, THRESHOLDS),
    description="Extracts → raw → scores → marts → insights → published. Stops before publishing if a blocking "
    "check is red; the last good publication stays.",
    tags=MAX_RUNTIME_TAG,
    executor_def=dg.in_process_executor,
)

rebuild_week = dg.define_asset_job(
    "rebuild_week",
    selection=dg.AssetSelection.groups(REBUILT),
    description="Any past week built again, one partition a week; what is published stays as it is.",
    tags=MAX_RUNTIME_TAG,
    executor_def=dg.in_process_executor,
)

review = dg.define_asset_job(
    "review",
    selection=dg.AssetSelection.groups(REVIEW),
    description="Once a month, and after a launch or a change of policy: texts to label, terms nobody knows yet, and "
    "what the labels so far make of the model.",
    tags=MAX_RUNTIME_TAG,
    executor_def=dg.in_process_executor,
)

revalidate_thresholds = dg.define_asset_job(
    "revalidate_thresholds",
    selection=dg.AssetSelection.groups(THRESHOLDS),
    description="Once a quarter: the thresholds of the gates held against the exits of the past. It proposes; people "
    "sign.",
    tags=MAX_RUNTIME_TAG,
    executor_def=dg.in_process_executor,
)

JOBS = [refresh, rebuild_week, review, revalidate_thresholds]
