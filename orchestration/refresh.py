"""A refresh from the terminal: the same Dagster job, in this process, seen in the UI afterwards.

Belongs here: starting the job and saying how it ended. Does not: what the job does, drawing (``cli``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from orchestration.beside import Beside
from orchestration.model_releases import in_force
from orchestration.one_writer import one_writer
from orchestration.resources import DataFolder
from storage.delivery import QUIET_SECONDS
from storage.layout import DataDir
from storage.publication import Generation, current

_OUR_NAME = re.compile(r"^orchestration\.\w+\.\w+: ")  # says nothing to who reads the message


@dataclass(frozen=True)
class RefreshOutcome:
    """How a refresh ended. ``generation``: what readers see now (an older one if the refresh failed)."""

    succeeded: bool
    generation: Generation | None
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def refresh(
    paths: DataDir,
    extracts: Path | None,
    as_of: str | None,
    beside: Beside | None = None,
    pulls: bool = True,
    quiet_seconds: float = QUIET_SECONDS,
) -> RefreshOutcome:
    """Run the whole refresh on ``extracts`` (default: the landing folder) as of ``as_of`` (default: its newest touch).

    ``beside``: processes that have got ready already. ``pulls``: the configured connections are pulled into the landing
    folder first, if that is what is read. ``quiet_seconds``: a file that does not keep still for so long is left for
    the next refresh. Raises ``AnotherRefreshRuns`` when another process holds the data folder.
    """
    with one_writer(paths), beside or Beside(release=in_force(paths)) as beside:
        from orchestration.build import build_definitions
        from orchestration.instance import open_instance

        instance = open_instance(paths)
        held = DataFolder(root=str(paths.root), is_held=True)
        job = build_definitions(paths, held, beside, pulls and extracts is None).resolve_job_def("refresh")
        beside.get_dbt_ready(paths)
        config = {
            "extracts": str(extracts.resolve()) if extracts else "",
            "as_of": as_of or "",
            "quiet_seconds": quiet_seconds,
        }
        result = job.execute_in_process(
            run_config={
                "ops": {"raw_extracts": {"config": config}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            instance=instance,
            raise_on_error=False,
        )
        failures = [_why(event) for event in result.all_events if event.is_step_failure]
        evaluated = [
            e.asset_check_evaluation_data for e in result.all_events if e.event_type_value == "ASSET_CHECK_EVALUATION"
        ]
        red = [_what_is_red(evaluation) for evaluation in evaluated if not evaluation.passed]
        return RefreshOutcome(result.success, current(paths), failures, red)


def _what_is_red(evaluation: dg.AssetCheckEvaluation) -> str:
    """A red check in one line: where, what should be true, and which expectation found what."""
    rows = evaluation.metadata.get("dagster/failed_row_count")
    about = f"{evaluation.asset_key.to_user_string()}: {evaluation.check_name} is not true"
    about += f" of {rows.value} rows" if rows else ""
    failed = evaluation.metadata.get("failed")
    said = evaluation.metadata.get("messages")
    about = "\n  ".join([about, *(m["message"] for m in said.data)]) if said else about
    found = [f"{f['means']} Found: {f['found']}" for f in failed.data] if failed else []
    return "\n  ".join([about, *found])


def _why(event) -> str:
    """The innermost cause of a failed step: what the reader can act on."""
    error = event.step_failure_data.error
    if error.cls_name == "DagsterExecutionInterruptedError":
        return f"{event.step_key}: stopped by Ctrl-C or a signal; start again: finished steps are not repeated in vain"
    while error.cause is not None:
        error = error.cause
    return f"{event.step_key}: {_OUR_NAME.sub('', error.message.strip())}"
