"""Definitions from a function, so that a test swaps a resource without patching."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from orchestration.beside import Beside
from orchestration.resources import DataFolder
from storage.layout import DataDir


@dg.resource(required_resource_keys={"folder"})
def beside_run(context: dg.InitResourceContext) -> Iterator[Beside]:
    """Processes beside a run, ended before it lets go of its data folder, however it ends."""
    from orchestration.model_releases import in_force

    with Beside(release=in_force(context.resources.folder.paths)) as beside:
        yield beside


def build_definitions(
    paths: DataDir | None = None,
    folder: DataFolder | None = None,
    beside: Beside | None = None,
    pulls: bool = True,
) -> dg.Definitions:
    """Everything Dagster knows, for one data folder (default: the one ``JSI_DATA_DIR`` names).

    Loads without a built warehouse; reads the dbt project's manifest, and makes it where it is missing or old.
    ``pulls``: the configured connections, if there are any, are pulled before the extracts are read.
    """
    from orchestration.assets.insights import (
        channel_offsets,
        channel_scales,
        label_agreement,
        label_queue,
        provider_audit,
        revenue_correlation,
        rule_agreement,
    )
    from orchestration.assets.landing import pulled_and_read
    from orchestration.assets.marts import build_marts
    from orchestration.assets.published import published
    from orchestration.assets.raw import raw_extracts
    from orchestration.assets.rebuilt import equals_what_is_published, index_week
    from orchestration.assets.review import model_proposal, review_pack
    from orchestration.assets.scored import touch_scores
    from orchestration.assets.thresholds import threshold_proposal
    from orchestration.checks.raw import (
        every_consent_was_read,
        every_row_is_accounted_for,
        no_file_was_set_aside,
        raw_tables_have_the_agreed_shape,
    )
    from orchestration.checks.scored import label_mix_is_as_before, scores_are_complete_and_sane
    from orchestration.jobs import JOBS
    from orchestration.pull import is_configured
    from orchestration.schedules import SCHEDULES
    from orchestration.sensors import SENSORS

    paths = paths or DataDir.from_env()
    extracts = pulled_and_read() if pulls and is_configured(paths) else [raw_extracts]
    return dg.Definitions(
        assets=[
            *extracts,
            touch_scores,
            build_marts(paths),
            revenue_correlation,
            label_agreement,
            channel_scales,
            channel_offsets,
            rule_agreement,
            label_queue,
            provider_audit,
            published,
            index_week,
            review_pack,
            model_proposal,
            threshold_proposal,
        ],
        asset_checks=[
            every_consent_was_read,
            every_row_is_accounted_for,
            no_file_was_set_aside,
            raw_tables_have_the_agreed_shape,
            scores_are_complete_and_sane,
            label_mix_is_as_before,
            equals_what_is_published,
        ],
        jobs=JOBS,
        schedules=SCHEDULES,
        sensors=SENSORS,
        resources={"folder": folder or DataFolder(root=str(paths.root)), "beside": beside or beside_run},
        executor=dg.in_process_executor,
    )
