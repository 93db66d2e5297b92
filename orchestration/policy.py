"""The policy's seeds as far as they are read before dbt runs.

Belongs here: where a seed lies, reading what the ingest needs of it. Does not: what the policy says (the seeds).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

SEEDS = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds"


def rated_currencies(seed: Path = SEEDS / "policy_fx_rates.csv") -> frozenset[str]:
    """The currencies that have a rate at some time; which one counts on which day is for SQL to say."""
    return frozenset(pl.read_csv(seed, columns=["currency"], infer_schema=False)["currency"])
