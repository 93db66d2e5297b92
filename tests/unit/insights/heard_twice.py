"""Made-up touches of customers who are heard in several ways: a planted offset, or none.

Belongs here: drawing them in the columns of ``fct_touches``. Does not: what the insights make of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday, the first day of a fortnight
SCHEMA = {
    "episode_id": pl.String,
    "account_id": pl.String,
    "person_id": pl.String,
    "channel": pl.String,
    "sentiment_source": pl.String,
    "rule_id": pl.String,
    "occurred_at": pl.Datetime("us", "UTC"),
    "sentiment": pl.Int32,
}


def touch(
    episode: str,
    account: str | None,
    channel: str,
    sentiment: int | None,
    source: str = "model",
    day: float = 0,
    person: str | None = None,
    rule: str | None = None,
) -> dict:
    """One touch, ``day`` days after START."""
    at = START + timedelta(days=day)
    return dict(zip(SCHEMA, (episode, account, person, channel, source, rule, at, sentiment), strict=True))


def frame(touches: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(touches, schema=SCHEMA)


def feelings(rng: np.random.Generator, accounts: int, episodes: int, spread: float = 0.8) -> np.ndarray:
    """(accounts, episodes) chances of being happy: each account has its own mood, each episode moves it."""
    mood = rng.normal(0, spread, accounts)[:, None] + rng.normal(0, spread, (accounts, episodes))
    return 1 / (1 + np.exp(-mood))


def felt(rng: np.random.Generator, happy: float, shift: float = 0.0) -> int:
    """−1, 0 or +1 of one moment; ``shift`` moves the chance of being heard as unhappy."""
    unhappy = min(1.0, max(0.0, 0.8 * (1 - happy) + shift))
    return int(rng.choice([-1, 0, 1], p=[unhappy, (1 - unhappy) * 0.2, (1 - unhappy) * 0.8]))
