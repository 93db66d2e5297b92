"""The index by the book: every touch against every week, in numpy, with none of the warehouse's shortcuts.

Belongs here: METHOD's formulas as they are written. Does not: SQL, cells, carrying forward.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

PRIOR_MASS = 3.0
BASELINE = np.array([0.25, 0.5, 0.25])  # −1, 0, +1
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Estimate:
    """A mean on −1 to 1 with its evidence and variance; ``raw`` is nan where nothing was heard."""

    n_eff: float
    raw: float
    m: float
    variance: float


def estimate(weight: np.ndarray, sentiment: np.ndarray, cluster: np.ndarray | None = None) -> Estimate:
    """Touches of one group, weighted. ``cluster``: whose touches go together, for groups of several accounts."""
    total = weight.sum()
    if total == 0:
        m = float(BASELINE[2] - BASELINE[0])
        return Estimate(0.0, float("nan"), m, (BASELINE[0] + BASELINE[2] - m**2) / (PRIOR_MASS + 1))
    n_eff = total**2 / (weight**2).sum()
    shares = np.array([weight[sentiment == s].sum() for s in (-1, 0, 1)]) / total
    p = (PRIOR_MASS * BASELINE + n_eff * shares) / (PRIOR_MASS + n_eff)
    m = p[2] - p[0]
    variance = (p[2] + p[0] - m**2) / (PRIOR_MASS + n_eff + 1)
    raw = shares[2] - shares[0]
    if cluster is not None:
        names = np.unique(cluster)
        parts = np.array([(weight * sentiment)[cluster == c].sum() - raw * weight[cluster == c].sum() for c in names])
        if len(names) > 1:
            scatter = (parts**2).sum() / total**2 * len(names) / (len(names) - 1)
            if scatter > 1e-12:
                variance = scatter if len(names) >= 5 else max(scatter, variance)
    return Estimate(float(n_eff), float(raw), float(m), float(variance))


def heard(touches: pl.DataFrame) -> pl.DataFrame:
    """Touches with known sentiment, with ``v`` (weight as of the touch) and who they go together with."""
    return touches.filter(pl.col("sentiment").is_not_null()).with_columns(
        v=pl.col("weight_fresh") * pl.col("episode_share"),
        cluster=pl.coalesce("account_id", "person " + pl.col("person_id"), pl.lit("unlinked")),
    )


def index(touches: pl.DataFrame, keys: Sequence[str], weeks: Sequence[date], is_group: bool) -> Iterator[dict]:
    """One row per group of ``keys`` and week from the group's first touch on; touches are those of ``heard``."""
    for key, group in touches.group_by(list(keys), maintain_order=True):
        at = group["occurred_at"].to_numpy().astype("datetime64[us]")
        v, s = group["v"].to_numpy(), group["sentiment"].to_numpy().astype(float)
        half_life, cluster = group["half_life_days"].to_numpy(), group["cluster"].to_numpy()
        for week_on in weeks:
            end = np.datetime64(datetime.combine(week_on, datetime.min.time()), "us")
            past = at < end
            if not past.any():
                continue
            age = (end - at) / np.timedelta64(1, "D")
            w = np.where(past, v * 2.0 ** (-np.where(past, age, 0) / half_life), 0)[past]
            recent, before = past & (age <= 28), past & (age > 28) & (age <= 56)
            groups = [cluster[x] if is_group else None for x in (past, recent, before)]
            now = estimate(w, s[past], groups[0])
            late, early = (estimate(v[x], s[x], g) for x, g in zip((recent, before), groups[1:], strict=True))
            last = at[past].max()
            lives = half_life[past][at[past] == last].max()
            spread = np.sqrt(late.variance + early.variance)
            row = dict(zip(keys, key, strict=True)) | {
                "week_on": week_on,
                "jsi": 50 * (1 + now.m),
                "jsi_raw": 50 * (1 + now.raw),
                "jsi_low": max(50 * (1 + now.m) - 98 * np.sqrt(now.variance), 0.0),
                "jsi_high": min(50 * (1 + now.m) + 98 * np.sqrt(now.variance), 100.0),
                "evidence": now.n_eff,
                "is_stale": bool((end - last) / np.timedelta64(1, "D") > 2 * lives),
                "has_trend": min(late.n_eff, early.n_eff) >= 2 - 1e-9,
                "trend_z": (late.m - early.m) / spread,
                "trend_delta": 50 * (late.m - early.m),
                "n_touches": int(past.sum()),
                "n_touches_week": int((past & (age <= 7)).sum()),
            }
            if is_group:
                people = group["person_id"].filter(pl.Series(past)).drop_nulls().n_unique()
                accounts = group["account_id"].filter(pl.Series(past)).drop_nulls().n_unique()
                row |= {"n_people": max(people, accounts, 1), "n_accounts": accounts}
            yield row
