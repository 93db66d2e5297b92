"""Where should a gate stand? What each threshold would have cost at the exits of the past, stage by stage.

Belongs here: what the index said when an account left a stage, the cost of each threshold, a proposal and its interval.
Does not: the policy in force, signing a proposal, any I/O.

One observation is one stage that an account was in before a renewal with an outcome. It is seen on the day it left the
stage, at the latest ``EXIT_DAYS`` before the outcome was known, with the index published last by then. A gate at t
holds who lies below t. Letting somebody pass who left costs their recurring revenue; holding somebody who stayed costs
``cost_ratio`` of theirs: so it pays to hold where more than ratio / (1 + ratio) of the revenue leaves. An index is not
known to the point, so each counts as spread around its value by ``INDEX_BLUR``; the cost of a threshold is then smooth.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from insights import thresholds
from insights.ranks import associate, benjamini_hochberg, expanded_tails, resampling_weights

PROPOSED, NO_EVIDENCE, INSUFFICIENT = "proposed", "no evidence", "insufficient"
GRID = np.arange(0, 101)

SCHEMA = {
    "stage": pl.String(),
    "threshold": pl.Float64(),  # in force
    "proposed": pl.Float64(),  # the least cost; null where it could not be judged
    "proposed_low": pl.Float64(),
    "proposed_high": pl.Float64(),
    "n": pl.Int64(),  # exits with an outcome and an index that a gate would have spoken of
    "n_churned": pl.Int64(),  # of these, left
    "n_silent": pl.Int64(),  # exits left out: too little was heard for any gate to speak
    "auc": pl.Float64(),  # how well the index tells who leaves, 0.5: not at all
    "auc_low": pl.Float64(),
    "auc_high": pl.Float64(),
    "q_value": pl.Float64(),
    "cost_now_usd": pl.Float64(),  # of the threshold in force, over these exits
    "cost_proposed_usd": pl.Float64(),
    "verdict": pl.String(),  # proposed, no evidence, insufficient
    "reason": pl.String(),
}
CURVE_SCHEMA = {
    "stage": pl.String(),
    "threshold": pl.Int64(),
    "share_churned_held": pl.Float64(),  # of the accounts' exits that ended in a loss
    "share_stayed_held": pl.Float64(),
    "cost_usd": pl.Float64(),
}


def exits(contracts: pl.DataFrame, visits: pl.DataFrame, weeks: pl.DataFrame, as_of: date | None) -> pl.DataFrame:
    """What was known of each account when it left a stage, and how its next renewal ended.

    Takes ``contracts`` (contract_id, account_id, renews_on, outcome, outcome_on, arr_usd), ``visits`` (account_id,
    stage, entered_on, left_on or null), ``weeks`` as ``jsi_by_account_week`` (account_id, week_on, jsi, evidence_level,
    is_stale). Outcomes after ``as_of`` are open. Gives account_id, stage, cut_on, is_churned, arr_usd, jsi (null where
    a gate would have said "insufficient"), in a fixed order. Revenue that is unknown is taken for the median.
    """
    decided_on = pl.min_horizontal("renews_on", "outcome_on")
    known = contracts.filter(pl.col("outcome").is_not_null(), decided_on.is_not_null())
    if as_of is not None:
        known = known.filter(pl.coalesce("outcome_on", "renews_on") <= as_of)
    renewals = (
        known.with_columns(decided_on=decided_on, arr_usd=pl.col("arr_usd").fill_null(pl.col("arr_usd").median()))
        .sort("account_id", "decided_on", "contract_id")
        .unique(["account_id", "decided_on"], keep="last", maintain_order=True)
        .select(
            "account_id",
            "decided_on",
            pl.col("arr_usd").fill_null(1.0),
            is_churned=pl.col("outcome") == "churned",
            decided_before=pl.col("decided_on").shift(1).over("account_id"),
            last_on=pl.col("decided_on") - pl.duration(days=thresholds.EXIT_DAYS),
        )
    )
    is_between = (pl.col("entered_on") <= pl.col("last_on")) & (
        pl.col("left_on").is_null()
        | pl.col("decided_before").is_null()
        | (pl.col("left_on") > pl.col("decided_before"))
    )
    seen = (
        renewals.join(visits, on="account_id", how="inner")
        .filter(is_between)
        .with_columns(cut_on=pl.min_horizontal("left_on", "last_on"))
        .sort("account_id", "decided_on", "stage", "entered_on")
        .unique(["account_id", "decided_on", "stage"], keep="last", maintain_order=True)
        .with_row_index("row")
    )
    speaks = (pl.col("evidence_level") != "insufficient") & ~pl.col("is_stale")
    index = weeks.select("account_id", "week_on", jsi=pl.when(speaks).then("jsi")).sort("week_on")
    return (
        seen.sort("cut_on")
        .join_asof(index, left_on="cut_on", right_on="week_on", by="account_id", check_sortedness=False)
        .sort("row")
        .select("account_id", "stage", "cut_on", "is_churned", "arr_usd", "jsi")
    )


def revalidate(
    seen: pl.DataFrame,
    in_force: Mapping[str, float],
    cost_ratio: float = thresholds.HELD_IN_VAIN_COST,
    seed: int = 7,
    n_bootstrap: int = thresholds.BOOTSTRAP_RESAMPLES,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(a row for each stage of ``in_force``, the cost curve of each stage with exits); ``seen``: what ``exits`` gives.

    A threshold is proposed where the index tells who leaves (AUC above 0.5, q ≤ ``FALSE_DISCOVERY_RATE`` over the
    stages), the one of least cost holds some and not all, and its interval, from resampled accounts, leaves out the one
    in force. Of thresholds that cost the same the nearest to the one in force is meant. The same input and seed give
    the same tables.
    """
    found, curves = [], []
    for stage, threshold in in_force.items():
        of_stage = seen.filter(stage=stage)
        heard = of_stage.drop_nulls("jsi")
        counts = {"n": heard.height, "n_churned": int(heard["is_churned"].sum())}
        row: dict[str, Any] = {"stage": stage, "threshold": threshold, "n_silent": of_stage.height - heard.height}
        row |= counts
        if heard.height:
            curves.append(_curve(stage, heard, cost_ratio))
            row |= _judged(heard, threshold, cost_ratio, seed, n_bootstrap)
        found.append(row)
    table = pl.DataFrame(found, schema=SCHEMA)
    empty = pl.DataFrame(schema=CURVE_SCHEMA)
    return _with_verdicts(table), pl.concat([empty, *curves])


def _costs(heard: pl.DataFrame, cost_ratio: float) -> np.ndarray:
    """(n, thresholds): what each exit costs under each threshold."""
    from scipy.special import ndtr

    held = ndtr((GRID - heard["jsi"].to_numpy()[:, None]) / thresholds.INDEX_BLUR)
    arr, left = heard["arr_usd"].to_numpy()[:, None], heard["is_churned"].to_numpy()[:, None]
    return arr * np.where(left, 1 - held, cost_ratio * held)


def _curve(stage: str, heard: pl.DataFrame, cost_ratio: float) -> pl.DataFrame:
    is_held = heard["jsi"].to_numpy()[:, None] < GRID
    left = heard["is_churned"].to_numpy()
    shares = [is_held[of].mean(axis=0).round(4) if of.any() else np.full(GRID.size, np.nan) for of in (left, ~left)]
    return pl.DataFrame(
        {
            "stage": [stage] * GRID.size,
            "threshold": GRID,
            "share_churned_held": shares[0],
            "share_stayed_held": shares[1],
            "cost_usd": _costs(heard, cost_ratio).sum(axis=0).round(2),
        },
        schema=CURVE_SCHEMA,
    ).with_columns(pl.col("share_churned_held", "share_stayed_held").fill_nan(None))


def _judged(heard: pl.DataFrame, threshold: float, cost_ratio: float, seed: int, n_bootstrap: int) -> dict[str, Any]:
    """The cheapest threshold with its interval, and how well the index tells who leaves; nothing where too few."""
    cluster = heard["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
    event = heard["is_churned"].to_numpy()
    of_each = [np.unique(cluster[at]).size for at in (event, ~event)]
    if min(of_each) < thresholds.MINIMUM_OF_EACH_OUTCOME:
        return {}
    weights = resampling_weights(int(cluster.max()) + 1, n_bootstrap, seed)
    by_account = np.zeros((weights.shape[1], GRID.size))
    np.add.at(by_account, cluster, _costs(heard, cost_ratio))
    total = by_account.sum(axis=0)
    drawn = _cheapest(weights @ by_account, threshold)
    low, high = np.quantile(drawn, expanded_tails(min(of_each), thresholds.INTERVAL_LEVEL), method="nearest")
    found = associate(-heard["jsi"].to_numpy(), event, cluster, weights, thresholds.INTERVAL_LEVEL)
    cheapest = _cheapest(total[None], threshold)[0]
    return {
        "proposed": float(cheapest),
        "proposed_low": float(low),
        "proposed_high": float(high),
        "auc": found.auc,
        "auc_low": found.auc_low,
        "auc_high": found.auc_high,
        "q_value": found.p_value,  # becomes q over the stages
        "cost_now_usd": round(float(np.interp(threshold, GRID, total)), 2),
        "cost_proposed_usd": round(float(total[cheapest]), 2),
    }


def _cheapest(costs: np.ndarray, threshold: float) -> np.ndarray:
    """Of each row of costs the threshold that costs least, the nearest to the one in force of equal ones."""
    is_least = costs <= costs.min(axis=1, keepdims=True) * (1 + 1e-9)
    return np.where(is_least, np.abs(GRID - threshold), np.inf).argmin(axis=1)


def _with_verdicts(table: pl.DataFrame) -> pl.DataFrame:
    tested = table["proposed"].is_not_null().to_numpy()
    q_values = np.full(table.height, np.nan)
    q_values[tested] = benjamini_hochberg(table["q_value"].drop_nulls().to_numpy())
    least = thresholds.MINIMUM_OF_EACH_OUTCOME
    cases = [
        (pl.col("proposed").is_null(), INSUFFICIENT, f"fewer than {least} accounts that left, or that stayed"),
        (
            (pl.col("q_value") > thresholds.FALSE_DISCOVERY_RATE) | (pl.col("auc_low") <= 0.5),
            NO_EVIDENCE,
            "the index at the exit does not tell who leaves",
        ),
        (
            pl.col("proposed_low").le(pl.col("threshold")) & pl.col("proposed_high").ge(pl.col("threshold")),
            NO_EVIDENCE,
            "the interval holds the threshold in force",
        ),
        (
            pl.col("proposed").is_in([float(GRID[0]), float(GRID[-1])]),
            NO_EVIDENCE,
            "at this ratio of costs no gate pays: to hold all, or nobody, costs least",
        ),
    ]
    verdict, reason = pl.lit(PROPOSED), pl.lit("the cheapest threshold lies apart from the one in force")
    for when, said, why in reversed(cases):
        verdict = pl.when(when).then(pl.lit(said)).otherwise(verdict)
        reason = pl.when(when).then(pl.lit(why)).otherwise(reason)
    return table.with_columns(q_value=pl.Series(q_values).fill_nan(None)).with_columns(
        pl.col("auc", "auc_low", "auc_high").round(4),
        pl.col("q_value").round_sig_figs(4),
        verdict=verdict,
        reason=reason,
    )
