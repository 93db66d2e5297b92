"""Rank statistics of a risk score against a yes/no outcome, with intervals by resampling whole accounts.

Belongs here: AUC, Spearman, their bootstrap, the rank-sum test, Benjamini–Hochberg. Does not: where the score comes
from (``revenue``). Everything treats ties by average ranks and is vectorised over the resamples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Association:
    """How a risk score ranks events above non-events: estimates with their interval, and the test of no link."""

    auc: float
    auc_low: float
    auc_high: float
    spearman: float
    spearman_low: float
    spearman_high: float
    p_value: float


def resampling_weights(n_clusters: int, n_bootstrap: int, seed: int) -> np.ndarray:
    """How often each cluster is drawn in each resample, shape (n_bootstrap, n_clusters); rows sum to n_clusters."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, n_clusters, size=(n_bootstrap, n_clusters), dtype=np.int64)
    drawn += np.arange(n_bootstrap, dtype=np.int64)[:, None] * n_clusters
    flat = np.bincount(drawn.ravel(), minlength=n_bootstrap * n_clusters)
    return flat.reshape(n_bootstrap, n_clusters).astype(np.float64)


def associate(
    risk: np.ndarray, event: np.ndarray, cluster: np.ndarray, weights: np.ndarray, level: float
) -> Association:
    """Association of ``risk`` (n floats, high = event expected) with ``event`` (n booleans).

    ``cluster`` (n integers) is the account of each row, ``weights`` as from ``resampling_weights``. Both outcomes
    must occur. Resamples in which one of them is missing are left out of the intervals.
    """
    auc, spearman = _weighted(risk, event, np.ones((1, risk.size)))
    auc_drawn, spearman_drawn = _weighted(risk, event, weights[:, cluster])
    rarer = min(np.unique(cluster[event]).size, np.unique(cluster[~event]).size)
    tails = expanded_tails(rarer, level)
    auc_low, auc_high = np.nanquantile(auc_drawn, tails)
    spearman_low, spearman_high = np.nanquantile(spearman_drawn, tails)
    return Association(
        auc=float(auc[0]),
        auc_low=float(auc_low),
        auc_high=float(auc_high),
        spearman=float(spearman[0]),
        spearman_low=float(spearman_low),
        spearman_high=float(spearman_high),
        p_value=rank_sum_p_value(risk, event, cluster),
    )


def expanded_tails(n: int, level: float) -> tuple[float, float]:
    """Quantiles of the resamples between which an interval of ``level`` lies, for ``n`` units of the rarer outcome.

    Plain percentiles are too narrow for few units: at 5 events a 95 % interval of the AUC held the truth in 82–91 %
    of samples, with these tails in 94–98 % (Hesterberg 2015: the normal quantile becomes Student's, times √(n/(n−1))).
    """
    from scipy.special import ndtr, stdtrit

    if n < 2:
        return 0.0, 1.0
    reach = stdtrit(n - 1, (1 + level) / 2) * math.sqrt(n / (n - 1))
    return float(ndtr(-reach)), float(ndtr(reach))


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties at their average."""
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(size) - (size - 1) / 2)[group.reshape(-1)]


def rank_sum_p_value(risk: np.ndarray, event: np.ndarray, cluster: np.ndarray) -> float:
    """Two-sided p-value of the rank-sum test (normal, tie-corrected, continuity-corrected).

    Several rows of one account do not count as that many independent ones: the variance is then the larger of the
    test's own and the one that sums each account first. All risks equal: 1.
    """
    n, n_events = risk.size, int(event.sum())
    deviation = average_ranks(risk) - (n + 1) / 2
    variance = n_events * (n - n_events) / (n * (n - 1)) * float(deviation @ deviation)
    if np.unique(cluster).size < n:
        per_account = np.bincount(cluster, weights=(event - n_events / n) * deviation)
        variance = max(variance, float(per_account @ per_account))
    if variance == 0:
        return 1.0
    distance = max(abs(float(deviation[event].sum())) - 0.5, 0.0)
    return min(1.0, math.erfc(distance / math.sqrt(2 * variance)))


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """q-values: the smallest false discovery rate at which each p-value would be called a discovery."""
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * p_values.size / np.arange(1, p_values.size + 1)
    q_values = np.empty_like(scaled)
    q_values[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q_values


def _weighted(risk: np.ndarray, event: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """AUC and Spearman per row of ``weights`` (resamples × rows); NaN where they are undefined.

    A row drawn w times counts as w tied rows. With two outcomes both statistics follow from the sum of the events'
    ranks: the outcome's own ranks are a linear function of it.
    """
    order = np.argsort(risk, kind="stable")
    starts = np.flatnonzero(np.diff(risk[order], prepend=-np.inf))
    sorted_weights = weights[:, order]
    in_group = np.add.reduceat(sorted_weights, starts, axis=1)
    events_in_group = np.add.reduceat(sorted_weights * event[order], starts, axis=1)
    n, n_events = in_group.sum(axis=1), events_in_group.sum(axis=1)
    rank = np.cumsum(in_group, axis=1) - (in_group - 1) / 2
    rank_sum = (events_in_group * rank).sum(axis=1)
    rank_square = (in_group * rank**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        auc = (rank_sum - n_events * (n_events + 1) / 2) / (n_events * (n - n_events))
        covariance = rank_sum / n - n_events / n * (n + 1) / 2
        variance = (rank_square / n - ((n + 1) / 2) ** 2) * (n_events / n) * (1 - n_events / n)
        spearman = np.where(variance > 1e-12, covariance / np.sqrt(variance), 0.0)
    is_undefined = (n_events == 0) | (n_events == n)
    return np.where(is_undefined, np.nan, auc), np.where(is_undefined, np.nan, spearman)
