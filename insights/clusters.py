"""Means over things of which those of one account go together, with intervals by resampling whole accounts.

Belongs here: the resampling, its interval, the test against 0, the fortnights in which two things are paired. Does not:
what is paired with what (``channels``, ``rules``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insights import thresholds
from insights.ranks import expanded_tails, resampling_weights

#: Two things of one person or account are paired where they fall into the same of these; from a Monday 00:00 UTC on.
FORTNIGHT = "2w"


def fortnight(at: str) -> pl.Expr:
    """The first day of the fortnight of a time, on one calendar for everyone: each thing is in one fortnight only."""
    return pl.col(at).dt.truncate(FORTNIGHT).dt.date()


@dataclass(frozen=True)
class Accounts:
    """The accounts of a sample and how often each is drawn in each resample, (resamples, accounts)."""

    numbers: dict[str, int]
    drawn: np.ndarray

    @classmethod
    def of(cls, ids: pl.Series, seed: int, resamples: int = thresholds.BOOTSTRAP_RESAMPLES) -> Accounts:
        """Of the accounts named in ``ids``, in whatever order and however often."""
        known = ids.drop_nulls().unique().sort().to_list()
        return cls({name: at for at, name in enumerate(known)}, resampling_weights(max(1, len(known)), resamples, seed))

    def sums(self, rows: pl.DataFrame, value: str) -> np.ndarray:
        """(accounts,) sums of a column over the rows of each ``account``."""
        if rows.is_empty():
            return np.zeros(self.drawn.shape[1])
        at = rows["account"].replace_strict(self.numbers, return_dtype=pl.Int64).to_numpy()
        return np.bincount(at, weights=rows[value].to_numpy(), minlength=self.drawn.shape[1])

    def resampled(self, sums: np.ndarray) -> np.ndarray:
        """(resamples,) what these sums of accounts come to in each resample."""
        return self.drawn @ sums


def interval(resampled: np.ndarray, n_accounts: int) -> tuple[float | None, float | None]:
    """The ends between which a figure lies, from its values in the resamples; none where it was never defined."""
    if not np.isfinite(resampled).any():
        return None, None
    low, high = np.nanquantile(resampled, expanded_tails(n_accounts, thresholds.INTERVAL_LEVEL))
    return float(low), float(high)


def p_value_of_mean(sums: np.ndarray, counts: np.ndarray) -> float:
    """Two-sided p-value of the mean Σ ``sums`` / Σ ``counts`` being 0: t with the variance between accounts.

    Both (accounts,): what the things of each account sum to, and how many they are; accounts without one are left out.
    All accounts the same: 1 where they say 0, else 0.
    """
    from scipy.special import stdtr

    sums, counts = sums[counts > 0], counts[counts > 0]
    if (n := sums.size) < 2:
        return 1.0
    mean = sums.sum() / counts.sum()
    variance = ((sums - mean * counts) ** 2).sum() / counts.sum() ** 2 * n / (n - 1)
    if variance == 0:
        return float(mean == 0)
    return float(2 * stdtr(n - 1, -abs(mean) / np.sqrt(variance)))


def rounded(value: float | None) -> float | None:
    """As published: four decimals, and nothing where a figure is not defined."""
    return None if value is None or not np.isfinite(value) else round(float(value), 4) + 0.0
