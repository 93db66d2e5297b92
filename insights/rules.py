"""How far the rules that read behaviour agree with what the same accounts say when they are asked.

Belongs here: the agreement of each rule with surveys, and what its confidence would be by that. Does not: the rules
themselves (``policy_behaviour_rules``), changing them: a proposal becomes a dated row only when a person adds one.

A pair is an account's fortnight in which the rule spoke and a survey was answered. How far it agrees is how likely a
touch of the rule and an answer, one drawn of each, say the same; so a busy fortnight counts once. Chance is what the
rule's own mix of words would agree with the answers of all fortnights: a rule that can only say −1 agrees with every
unhappy answer, whatever it saw. κ then says how much of the way from chance to always it goes.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insights import thresholds
from insights.clusters import Accounts, fortnight, interval, rounded

TOO_FEW, NO_BETTER, BETTER = "too few pairs", "no better than chance", "better than chance"
_FEELINGS = {"negative": -1, "neutral": 0, "positive": 1}

SCHEMA = {
    "rule_id": pl.String(),
    "n_touches": pl.Int64(),  # touches of the rule
    "n_pairs": pl.Int64(),  # fortnights of an account with the rule and a survey
    "n_accounts": pl.Int64(),  # accounts with such a fortnight
    "agreement": pl.Float64(),
    "agreement_low": pl.Float64(),
    "agreement_high": pl.Float64(),
    "chance": pl.Float64(),
    "kappa": pl.Float64(),
    "kappa_low": pl.Float64(),
    "kappa_high": pl.Float64(),
    "confidence": pl.Float64(),  # in the policy now
    "proposed_confidence": pl.Float64(),  # null: nothing to change, or too few pairs
    "verdict": pl.String(),
}


def rule_agreement(touches: pl.DataFrame, rules: pl.DataFrame, seed: int = 17) -> pl.DataFrame:
    """One row for each rule of the policy, heard or not (``SCHEMA``), by its id.

    ``touches`` as ``fct_touches``: account_id, channel, occurred_at (UTC), sentiment, sentiment_source, rule_id;
    ``rules``: rule_id and confidence, as in force. Fewer than ``MINIMUM_PAIRS`` pairs or ``MINIMUM_PAIRED_ACCOUNTS``
    accounts: nothing is estimated.
    """
    known = touches.drop_nulls(["account_id", "sentiment"]).select(
        "rule_id", "sentiment_source", "channel", "sentiment", account="account_id", fortnight=fortnight("occurred_at")
    )
    is_asked = (pl.col("sentiment_source") == "rating") & (pl.col("channel") == "survey")
    answers = _by_fortnight(known.filter(is_asked))
    accounts = Accounts.of(answers["account"], seed)
    said = [accounts.sums(answers, name) for name in ("n", *_FEELINGS)]
    rows = []
    for rule, confidence in rules.select("rule_id", "confidence").sort("rule_id").iter_rows():
        own = known.filter(pl.col("rule_id") == rule)
        pairs = _by_fortnight(own).join(answers, on=["account", "fortnight"], suffix="_asked")
        row = {"rule_id": rule, "n_touches": own.height, "n_pairs": pairs.height, "confidence": confidence}
        row["n_accounts"] = pairs["account"].n_unique()
        rows.append(dict.fromkeys(SCHEMA) | row | _judged(pairs, said, accounts, confidence))
    return pl.DataFrame(rows, schema=SCHEMA)


def _by_fortnight(rows: pl.DataFrame) -> pl.DataFrame:
    """account, fortnight, which share of its touches says what, and ``n``: 1, to be counted by."""
    shares = {name: (pl.col("sentiment") == value).mean() for name, value in _FEELINGS.items()}
    return rows.group_by("account", "fortnight").agg(**shares, n=pl.lit(1.0)).sort("account", "fortnight")


def _judged(
    pairs: pl.DataFrame, said: list[np.ndarray], accounts: Accounts, confidence: float
) -> dict[str, float | str | None]:
    n_accounts = pairs["account"].n_unique()
    if pairs.height < thresholds.MINIMUM_PAIRS or n_accounts < thresholds.MINIMUM_PAIRED_ACCOUNTS:
        return {"verdict": TOO_FEW}
    same = pl.sum_horizontal(pl.col(name) * pl.col(f"{name}_asked") for name in _FEELINGS)
    counted = pairs.with_columns(same=same)
    parts = [accounts.sums(counted, name) for name in ("same", "n", *_FEELINGS)]
    (agreement, chance, kappa), drawn = _figures(parts, said), _figures(parts, said, accounts)
    low, high = interval(drawn[0], n_accounts)
    kappa_low, kappa_high = interval(drawn[2], n_accounts)
    is_in_force = low <= confidence <= high
    return {
        "agreement": rounded(agreement),
        "agreement_low": rounded(low),
        "agreement_high": rounded(high),
        "chance": rounded(chance),
        "kappa": rounded(kappa),
        "kappa_low": rounded(kappa_low),
        "kappa_high": rounded(kappa_high),
        # A policy's confidence is above zero: a rule of none is taken out of the policy instead.
        "proposed_confidence": None if is_in_force else max(0.01, round(float(agreement), 2)),
        "verdict": BETTER if kappa_low > 0 else NO_BETTER,
    }


def _figures(
    parts: list[np.ndarray], said: list[np.ndarray], accounts: Accounts | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Agreement, chance and κ of the sample, or of each resample of ``accounts``."""

    def total(sums: np.ndarray) -> np.ndarray:
        return sums.sum() if accounts is None else accounts.resampled(sums)

    same, n, *ruled = (total(sums) for sums in parts)
    n_said, *asked = (total(sums) for sums in said)
    with np.errstate(invalid="ignore", divide="ignore"):
        agreement = same / n
        chance = sum(own / n * of / n_said for own, of in zip(ruled, asked, strict=True))
        return agreement, chance, (agreement - chance) / (1 - chance)
