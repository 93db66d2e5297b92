"""The quarter's job on a refreshed company: a proposal with its cost curves is kept, and nothing else changes."""

from __future__ import annotations

import json

import polars as pl

from orchestration.build import build_definitions
from orchestration.policy import SEEDS
from orchestration.resources import DataFolder


def test_the_quarterly_job_keeps_a_proposal_with_cost_curves_and_changes_nothing(own_copy):
    policy = {path.name: path.read_bytes() for path in SEEDS.glob("*.csv")}
    published = own_copy.current.resolve()
    job = build_definitions(own_copy, DataFolder(root=str(own_copy.root))).resolve_job_def("revalidate_thresholds")
    assert job.execute_in_process().success
    (file,) = own_copy.threshold_proposals.iterdir()
    told = json.loads(file.read_text())
    stages = pl.read_parquet(published / "dim_stages.parquet").drop_nulls("threshold")
    assert {row["stage"] for row in told["stages"]} == set(stages["stage"])
    renewal = next(row for row in told["stages"] if row["stage"] == "renewal")
    assert renewal["n"] >= 5
    assert renewal["verdict"] in ("proposed", "no evidence", "insufficient")
    curve = told["curves"]["renewal"]
    assert len(curve["cost_usd"]) == 101
    assert curve["share_stayed_held"] == sorted(curve["share_stayed_held"])
    assert {path.name: path.read_bytes() for path in SEEDS.glob("*.csv")} == policy
    assert own_copy.current.resolve() == published
