"""The quarterly look at the thresholds of the gates: what the exits of the past propose, and who signed what.

Belongs here: loading what is needed, keeping proposals and signatures. Does not: the statistics
(``insights/stage_thresholds``), writing the policy (``policy_rows``). Nothing changes until somebody signs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from insights import stage_thresholds
from insights.thresholds import HELD_IN_VAIN_COST
from orchestration import policy_rows
from orchestration.policy import SEEDS
from storage.files import write_text
from storage.layout import DataDir

SEED = "policy_stage_thresholds.csv"
_OF_SURVIVOR = "left join int_accounts__merged as m on {0}.account_id = m.given_account_id"
_SURVIVOR = "coalesce(m.account_id, {0}.account_id) as account_id"
_INPUTS = {
    "contracts": f"select contract_id, {_SURVIVOR.format('c')}, renews_on, outcome, outcome_on, arr_usd "
    f"from stg_contracts as c {_OF_SURVIVOR.format('c')}",
    "visits": f"select {_SURVIVOR.format('s')}, stage, cast(valid_from as date) as entered_on, "
    f"cast(valid_to as date) as left_on from int_stage_histories__dated as s {_OF_SURVIVOR.format('s')}",
    "weeks": "select account_id, week_on, jsi, evidence_level, is_stale from jsi_by_account_week",
}


class NotSignable(ValueError):
    """There is nothing to sign, or the signature lacks something; the message says what to do."""


@dataclass(frozen=True)
class Signed:
    """What was signed: (stage, old, new) of each change, and the policy's version from ``valid_from`` on."""

    changes: tuple[tuple[str, float, float], ...]
    valid_from: date
    policy_version: str | None


def propose(paths: DataDir, at: datetime, cost_ratio: float = HELD_IN_VAIN_COST, seeds: Path = SEEDS) -> dict[str, Any]:
    """Hold the thresholds against the exits of the past; the proposal is kept under its quarter, and given back.

    Raises ``LookupError`` where nothing was published yet.
    """
    import duckdb

    if not paths.warehouse_file.exists():
        raise LookupError("nothing has been published yet: run `jsi refresh` first")
    with duckdb.connect() as connection:
        # Its views name the file as it was called while dbt built it.
        connection.execute(f"attach '{paths.warehouse_file}' as {paths.building.stem} (read_only)")
        connection.execute(f"use {paths.building.stem}; set timezone = 'UTC'")
        inputs = {name: connection.sql(query).pl() for name, query in _INPUTS.items()}
    known_until = pl.read_parquet(paths.refresh)["known_until"][0]
    in_force = policy_rows.in_force(seeds / SEED, at.date(), "stage", "threshold")
    seen = stage_thresholds.exits(**inputs, as_of=known_until.date() if known_until else None)
    found, curves = stage_thresholds.revalidate(seen, {k: float(v) for k, v in in_force.items()}, cost_ratio)
    told = {
        "quarter": f"{at.year}-Q{(at.month + 2) // 3}",
        "proposed_at": at.isoformat(timespec="seconds"),
        "cost_ratio": cost_ratio,
        "stages": found.to_dicts(),
        "curves": {
            stage: of.drop("stage").to_dict(as_series=False)
            for (stage,), of in curves.partition_by("stage", as_dict=True, maintain_order=True).items()
        },
    }
    write_text(json.dumps(told, indent=1) + "\n", paths.threshold_proposals / f"{told['quarter']}.json")
    return told


def latest(paths: DataDir) -> dict[str, Any]:
    """The last proposal. Raises :class:`NotSignable` where there is none."""
    files = sorted(paths.threshold_proposals.glob("[0-9][0-9][0-9][0-9]-Q[1-4].json"))
    if not files:
        raise NotSignable("nothing has been proposed yet: run `jsi thresholds propose` and read it first")
    return json.loads(files[-1].read_text(encoding="utf-8"))


def sign(
    paths: DataDir, stages: list[str], by: str, reason: str, at: datetime, valid_from: date | None = None,
    seeds: Path = SEEDS,
) -> Signed:  # fmt: skip
    """Let the proposed thresholds of these stages count from a day on (default: tomorrow); with no stage, all are kept.

    Writes the policy's rows and keeps who signed what, when and why. Raises :class:`NotSignable`, and nothing changes,
    for a stage without a proposal and without a name and a reason, ``PolicyNotWritten`` where the policy's files do not
    take the rows.
    """
    if not (by.strip() and reason.strip()):
        raise NotSignable("say who signs and why: --by NAME --reason TEXT stay with the policy")
    proposal, on = latest(paths), valid_from or at.date() + timedelta(days=1)
    if on <= at.date():
        raise NotSignable(
            f"{on} has begun: numbers of that day may have been given; a threshold counts from tomorrow on"
        )
    of_stage = {row["stage"]: row for row in proposal["stages"]}
    without = [s for s in stages if of_stage.get(s, {}).get("verdict") != stage_thresholds.PROPOSED]
    if without:
        known = ", ".join(s for s, row in of_stage.items() if row["verdict"] == stage_thresholds.PROPOSED) or "none"
        raise NotSignable(
            f"{proposal['quarter']} proposes no threshold for {', '.join(without)}; for these it does: {known}"
        )
    now = policy_rows.in_force(seeds / SEED, at.date(), "stage", "threshold")
    if changed := [s for s in stages if float(now[s]) != of_stage[s]["threshold"]]:
        raise NotSignable(
            f"the threshold of {', '.join(changed)} is another one by now: run `jsi thresholds propose` again"
        )
    changes = tuple((s, of_stage[s]["threshold"], of_stage[s]["proposed"]) for s in dict.fromkeys(stages))
    version = None
    if changes:
        cells = {stage: {"threshold": f"{new:g}"} for stage, _, new in changes}
        version = policy_rows.succeed(seeds, SEED, cells, "stage", on, by.strip(), f"{proposal['quarter']}: {reason}")
    told = {
        "at": at.isoformat(timespec="seconds"),
        "by": by.strip(),
        "reason": reason,
        "quarter": proposal["quarter"],
        "cost_ratio": proposal["cost_ratio"],
        "valid_from": on.isoformat() if changes else None,
        "policy_version": version,
        "changes": [{"stage": stage, "from": old, "to": new} for stage, old, new in changes],
    }
    log = paths.threshold_signatures
    before = log.read_text(encoding="utf-8") if log.exists() else ""
    write_text(before + json.dumps(told, ensure_ascii=False) + "\n", log)
    return Signed(changes, on, version)


def signatures(paths: DataDir) -> list[dict[str, Any]]:
    """Every signature, oldest first."""
    log = paths.threshold_signatures
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
