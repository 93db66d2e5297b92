"""A candidate model in the shadow of the one in force: the same texts, the same SQL, nothing published.

Belongs here: the order of the steps. Does not: the comparison (``insights/shadow``), the registry (``storage``).
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from insights.shadow import compare
from models_nlp.scoring import Scorer, load
from orchestration.borrowed import borrow
from orchestration.dbt_run import DbtFailed, invoke
from orchestration.model_releases import files_of, version_in_force, version_that_answers
from orchestration.progress import for_step, report
from storage import models
from storage.files import write_parquet
from storage.labels import scored_texts
from storage.layout import DataDir
from storage.publication import current, export_marts

DAYS = 90
MARTS = ("gate_status", "dim_accounts", "jsi_by_stage_role_week")


class NothingToCompare(ValueError):
    """There is no published index that the candidate's could be held against; the message says what to do."""


def run(paths: DataDir, version: str, at: datetime, days: int = DAYS) -> dict[str, Any]:
    """Let a registered candidate read the texts of the last ``days`` before the published index, and build its marts.

    Older texts keep the labels of the model in force. The report is kept in the registry, and given back. Raises
    ``LookupError`` for a version that is not registered, :class:`NothingToCompare`, ``DbtFailed``.
    """
    candidate, against = models.candidate(paths, version), version_in_force(paths)
    generation = current(paths)
    if generation is None or not paths.refresh.exists():
        raise NothingToCompare("nothing has been published yet: run `jsi refresh` first")
    refresh = pl.read_parquet(paths.refresh).row(0, named=True)
    before = pl.read_parquet(paths.touch_scores)
    read_by = set(before.filter(pl.col("text_hash").is_not_null())["model_version"])
    if refresh["refresh_id"] != generation.manifest["refresh_id"] or not read_by <= {version_that_answers(paths)}:
        raise NothingToCompare(
            "what is published is not what the last refresh with the model in force gave: run `jsi refresh` first, and "
            "mend what stops it"
        )
    scorer = load(files_of(paths, candidate))
    texts = scored_texts(paths).filter(pl.col("occurred_at") > refresh["as_of"] - timedelta(days=days))
    after = rescored(before, texts.select("table_name", "row_hash"), scorer)
    report("Building the index in the shadow")
    marts = _build(paths, after)
    sides = []
    for scores, read in ((before, generation.folder), (after, marts)):
        own = scores.join(texts, on=["table_name", "row_hash"], how="semi")
        found = {mart: pl.read_parquet(read / f"{mart}.parquet") for mart in MARTS}
        weekly = found["jsi_by_stage_role_week"]
        found["jsi_by_stage_role_week"] = weekly.filter(pl.col("week_on") == weekly["week_on"].max())
        sides.append({**found, "scores": own})
    shutil.rmtree(paths.shadow)
    told = {"against": against, "days": days, "as_of": refresh["as_of"].isoformat(), **compare(*sides)}
    models.record_trial(paths, version, against, at, told)
    return told


def rescored(scores: pl.DataFrame, rows: pl.DataFrame, scorer: Scorer) -> pl.DataFrame:
    """``touch_scores`` with another scorer's answers for those of ``rows`` whose words are there to be read."""
    own = pl.struct("table_name", "row_hash").is_in(rows.to_struct("r").implode()) & pl.col("text_hash").is_not_null()
    read = scores.filter(own)
    prepared = read.select("text_hash", "text_redacted", "channel").unique("text_hash", maintain_order=True)
    new = scorer.score_prepared(prepared, for_step("Reading in the shadow"))
    kept = ["table_name", "row_hash", "channel", "text_redacted", "text_hash"]
    answered = read.select(kept).join(new, on="text_hash", how="left").select(scores.columns)
    return pl.concat([scores.filter(~own), answered]).sort("table_name", "row_hash")


def _build(paths: DataDir, scores: pl.DataFrame):
    own = borrow(paths, paths.shadow, paths.touch_scores)
    write_parquet(scores, own.touch_scores)
    selection = ["--select", *(f"+{mart}" for mart in MARTS)]
    result = invoke(own, ["build", *selection, "--exclude-resource-type", "test", "unit_test"])
    if not result.success:
        raise DbtFailed(f"the index could not be built in the shadow; the log is {own.dbt_logs / 'dbt.log'}")
    export_marts(own.building, MARTS, own.root)
    return own.root
