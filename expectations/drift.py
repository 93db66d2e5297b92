"""Drift: has a mix moved further from its reference than chance moves it at these sample sizes?

Belongs here: the comparison of two windows of scored texts, channel by channel. Does not: whether a single frame
is sane (``suites``), the numbers (``thresholds``), what an alarm leads to (``orchestration/checks``).

The statistic is the Jensen–Shannon divergence in bits (0: same mix, 1: nothing in common). Its limit is not a rule of
thumb but the quantile of the same statistic when the texts of both windows are dealt out anew at random, so it is
right for any size of sample. Texts of one conversation resemble each other and are dealt together where ``unit`` says
which belong together. All comparisons of a call share one false alarm rate.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from expectations import thresholds
from expectations.results import CheckResult

STEADY, DRIFTED, NOT_TESTED = "steady", "drifted", "not tested"

SCHEMA = {
    "channel": pl.String(),
    "feature": pl.String(),
    "n_reference": pl.Int64(),
    "n_current": pl.Int64(),
    "statistic": pl.Float64(),  # Jensen–Shannon divergence, bits
    "limit": pl.Float64(),  # drifted above it
    "p_value": pl.Float64(),  # of this comparison alone
    "drifted": pl.Boolean(),  # null where not tested
    "verdict": pl.String(),  # steady, drifted, not tested
    "reason": pl.String(),  # why not tested
}


@dataclass(frozen=True)
class Feature:
    """One thing that can drift: rows it looks at (``among``) and the value whose mix is compared.

    ``in_bins``: the value is a number, cut at the tenths of both windows together.
    """

    name: str
    value: pl.Expr
    among: pl.Expr
    needs: tuple[str, ...]
    says: str
    in_bins: bool = False


_SCORED = pl.col("sentiment").is_not_null()
_BY_CUSTOMERS = pl.col("null_reason").is_null() | (pl.col("null_reason") != "author")

FEATURES = (
    Feature("label_mix", pl.col("sentiment").cast(pl.String), _SCORED, ("sentiment",), "the mix of −1, 0 and +1"),
    Feature("confidence", pl.col("confidence"), _SCORED, ("sentiment", "confidence"), "the scorer's confidence", True),
    Feature(
        "unknown_words",
        pl.col("unknown_share"),
        _SCORED,
        ("sentiment", "unknown_share"),
        "the share of words that the model never learned",
        True,
    ),
    Feature("emotion_mix", pl.col("emotion"), _SCORED, ("sentiment", "emotion"), "the mix of emotions"),
    Feature(
        "null_share",
        pl.col("null_reason").fill_null("scored"),
        _BY_CUSTOMERS,
        ("null_reason",),
        "the share of customers' texts without sentiment, by reason",
    ),
    Feature("language_mix", pl.col("language"), _BY_CUSTOMERS, ("null_reason", "language"), "the mix of languages"),
    Feature(
        "length",
        pl.col("text_redacted").str.len_chars().cast(pl.Float64),
        _BY_CUSTOMERS,
        ("null_reason", "text_redacted"),
        "the length of customers' texts",
        True,
    ),
)


def windows(
    scores: pl.DataFrame, as_of: datetime, weeks: int = thresholds.DRIFT_REFERENCE_WEEKS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split dated scores (``occurred_at``, UTC) into the reference and the current week.

    The current week is the last finished ISO week before ``as_of`` (UTC); the reference the ``weeks`` before it.
    """
    midnight = as_of.replace(hour=0, minute=0, second=0, microsecond=0)
    week_on = midnight - timedelta(days=midnight.weekday())
    current_from, reference_from = week_on - timedelta(weeks=1), week_on - timedelta(weeks=1 + weeks)
    at = pl.col("occurred_at")
    return (
        scores.filter((at >= reference_from) & (at < current_from)),
        scores.filter((at >= current_from) & (at < week_on)),
    )


def drift(
    reference: pl.DataFrame,
    current: pl.DataFrame,
    unit: str | None = None,
    seed: int = 7,
    draws: int = thresholds.DRIFT_DRAWS,
    false_alarm_rate: float = thresholds.DRIFT_FALSE_ALARM_RATE,
) -> pl.DataFrame:
    """Compare the current window of scores with the reference: one row per channel and feature, sorted (``SCHEMA``).

    Both frames have ``channel`` and the columns of ``touch_scores``; a feature whose columns are absent is left out.
    ``unit`` names a column (an episode, say) whose texts go together; rows where it is null stand alone. Without it
    every text stands alone, which raises too many alarms where conversations have several texts.
    ``drifted`` means: statistic above limit, where the limit lets pass all but ``false_alarm_rate`` / m of random
    deals, m = comparisons tested; so a week without drift raises any alarm at all with at most ``false_alarm_rate``.
    A sample that is too small is "not tested" and says why. The same input and seed give the same output.
    """
    features = [f for f in FEATURES if set(f.needs) <= set(reference.columns) & set(current.columns)]
    channels = sorted(set(reference["channel"].drop_nulls()) | set(current["channel"].drop_nulls()))
    pairs = [
        (channel, feature, _units(reference, current, channel, feature, unit))
        for channel in channels
        for feature in features
    ]
    n_tested = sum(_too_small(units) is None for _, _, units in pairs)
    rows = []
    for channel, feature, units in pairs:
        row = {"channel": channel, "feature": feature.name}
        row |= {"n_reference": units.texts(0), "n_current": units.texts(1)}
        reason = _too_small(units)
        if reason is None:
            rng = np.random.default_rng([seed, zlib.crc32(f"{channel}/{feature.name}".encode())])
            statistic, limit, p_value = permutation_test(units, draws, false_alarm_rate / n_tested, rng)
            row |= {"statistic": statistic, "limit": limit, "p_value": p_value, "drifted": statistic > limit}
        verdict = NOT_TESTED if reason else DRIFTED if row["drifted"] else STEADY
        rows.append(row | {"verdict": verdict, "reason": reason})
    return pl.DataFrame(rows, schema=SCHEMA)


def check_drift(results: pl.DataFrame) -> list[CheckResult]:
    """The results of ``drift`` as one check per feature, all warnings; a red one names its channels."""
    checks = []
    for feature in FEATURES:
        of_feature = results.filter(pl.col("feature") == feature.name)
        drifted = of_feature.filter(pl.col("drifted"))
        checks.append(
            CheckResult(
                name=f"{feature.name}_moved_no_more_than_chance",
                table="touch_scores",
                passed=drifted.is_empty(),
                severity="warn",
                description=f"In no channel has {feature.says} moved further from the last weeks than chance moves it.",
                metadata={
                    "channels": of_feature.height,
                    "not_tested": of_feature.filter(pl.col("verdict") == NOT_TESTED)["channel"].to_list(),
                    "drifted": drifted.select("channel", "statistic", "limit", "n_reference", "n_current").to_dicts(),
                }
                | (
                    {"what_to_do": "Look at the week's texts of these channels: new topic, new source, or the model?"}
                    if drifted.height
                    else {}
                ),
            )
        )
    return checks


@dataclass(frozen=True)
class Units:
    """What is dealt: ``kinds`` (kinds × categories) texts per category in one unit of each kind, ``counts`` (2 × kinds)
    units of each kind in the reference and in the current window. Where every text stands alone, a kind is a category.
    """

    kinds: np.ndarray
    counts: np.ndarray

    def texts(self, window: int) -> int:
        return int(self.counts[window] @ self.kinds.sum(axis=1))


def permutation_test(units: Units, draws: int, level: float, rng: np.random.Generator) -> tuple[float, float, float]:
    """Statistic, limit and p-value of the divergence between the two windows.

    Dealing all units out anew gives the current window a multivariate hypergeometric draw from both together, so
    ``draws`` permutations cost one vectorised call. The statistic exceeds the limit exactly when p ≤ ``level``.
    """
    pooled = units.counts.sum(axis=0)
    # Dealing unit by unit is faster than kind by kind where there are many kinds (measured: below 80 units each).
    method = "count" if pooled.sum() < 80 * pooled.size else "marginals"
    dealt = rng.multivariate_hypergeometric(pooled, int(units.counts[1].sum()), size=draws, method=method)
    current = np.concatenate([units.counts[1:2], dealt])  # one array: equal counts then give equal bits
    divergence = jensen_shannon((pooled - current) @ units.kinds, current @ units.kinds)
    statistic, dealt_divergence = divergence[0], divergence[1:]
    p_value = (1 + np.count_nonzero(dealt_divergence >= statistic)) / (draws + 1)
    beyond = int(np.floor(level * (draws + 1)))  # how many of draws + 1 may lie at or beyond the statistic
    limit = np.inf if beyond < 1 else np.sort(dealt_divergence)[draws - beyond]
    return float(statistic), float(limit), float(p_value)


def jensen_shannon(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Jensen–Shannon divergence in bits between the rows of two count arrays, shape (rows, categories)."""
    p, q = (x / x.sum(axis=1, keepdims=True) for x in (a, b))
    divergence = _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2
    return np.round(np.maximum(divergence, 0.0), 12)


def _entropy(p: np.ndarray) -> np.ndarray:
    return -(p * np.log2(np.where(p > 0, p, 1.0))).sum(axis=1)


def _units(reference: pl.DataFrame, current: pl.DataFrame, channel: str, feature: Feature, unit: str | None) -> Units:
    """The units of both windows; a unit that spans both is two, one in each."""
    together = pl.col(unit) if unit else pl.lit(None, pl.String)
    alone = pl.format("alone {}", pl.int_range(pl.len()))
    texts = pl.concat(
        w.filter((pl.col("channel") == channel) & feature.among)
        .select(v=feature.value, window=pl.lit(i, pl.Int8), unit=together)
        .drop_nulls("v")
        .with_columns(pl.col("unit").is_null().alias("is_alone"), pl.coalesce(pl.col("unit").cast(pl.String), alone))
        for i, w in enumerate((reference, current))
    )
    category, n = _categories(texts["v"], feature.in_bins)
    if not texts.height:
        return Units(np.zeros((0, 0), np.int64), np.zeros((2, 0), np.int64))
    if not unit:
        return Units(np.eye(n, dtype=np.int64), _cross(texts["window"].to_numpy(), category, (2, n)))
    of_unit = texts.select(pl.struct("window", "is_alone", "unit").rank("dense") - 1).to_series().to_numpy()
    per_unit = _cross(of_unit, category, (int(of_unit.max()) + 1, n))
    window = np.zeros(per_unit.shape[0], np.int64)
    window[of_unit] = texts["window"].to_numpy()
    kinds, kind = np.unique(per_unit, axis=0, return_inverse=True)
    return Units(kinds, _cross(window, kind.reshape(-1), (2, kinds.shape[0])))


def _categories(values: pl.Series, in_bins: bool) -> tuple[np.ndarray, int]:
    """The category of each value, 0 … n − 1, and n."""
    if not in_bins or values.is_empty():
        dense = values.rank("dense").to_numpy().astype(np.int64) - 1
        return dense, int(dense.max(initial=-1)) + 1
    inner = np.linspace(0, 1, thresholds.DRIFT_BINS + 1)[1:-1]
    edges = np.unique(np.quantile(values.to_numpy(), inner, method="inverted_cdf"))
    return np.searchsorted(edges, values.to_numpy(), side="left"), edges.size + 1


def _cross(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Counts of (row, column) pairs."""
    return np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)


def _too_small(units: Units) -> str | None:
    n_reference, n_current = units.texts(0), units.texts(1)
    if n_reference < thresholds.DRIFT_MINIMUM_REFERENCE:
        return f"{n_reference} texts in the reference, {thresholds.DRIFT_MINIMUM_REFERENCE} needed"
    if n_current < thresholds.DRIFT_MINIMUM_CURRENT:
        return f"{n_current} texts in the current week, {thresholds.DRIFT_MINIMUM_CURRENT} needed"
    return None
