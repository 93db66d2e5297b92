"""What people talk about: root causes, and how likely each is by channel, role, stage, event and account.

Belongs here: the weights that choose a touch's cause. Does not: how a cause is worded (``grammar``).
"""

from __future__ import annotations

import numpy as np

from simulator.company_shape import Shape
from simulator.feeling import Event
from simulator.world import World

CAUSES = (
    "product_defect", "missing_feature", "usability", "performance", "reliability", "pricing", "billing", "contract",
    "policy_change", "onboarding_gap", "support_quality", "response_time", "competitor", "data_quality", "other",
)  # fmt: skip
INDEX = {name: i for i, name in enumerate(CAUSES)}

# Rows: buyer, executive, user, unknown. Columns: CAUSES.
_BY_ROLE = np.array(
    [
        [3, 4, 2, 3, 4, 10, 10, 8, 5, 4, 6, 5, 5, 2, 2],
        [2, 4, 2, 3, 6, 9, 3, 6, 5, 3, 6, 4, 7, 2, 3],
        [12, 9, 11, 9, 8, 2, 3, 1, 3, 4, 8, 7, 2, 8, 3],
        [6, 6, 6, 5, 5, 4, 5, 3, 3, 3, 6, 5, 3, 4, 5],
    ],
    dtype=float,
)
_BY_CHANNEL = {
    "ticket": {"product_defect": 2.0, "billing": 1.6, "data_quality": 1.5, "competitor": 0.1, "pricing": 0.4},
    "chat": {"usability": 1.8, "billing": 1.3, "competitor": 0.2},
    "email": {"contract": 1.8, "pricing": 1.5, "billing": 1.5},
    "call": {"pricing": 1.4, "contract": 1.4, "reliability": 1.3},
    "social": {"reliability": 2.2, "performance": 1.5, "contract": 0.2, "data_quality": 0.3, "other": 2.0},
    "community": {"missing_feature": 3.0, "usability": 2.0, "contract": 0.05, "billing": 0.3},
    "review": {"usability": 1.8, "pricing": 1.8, "support_quality": 1.8, "competitor": 2.0},
    "survey": {"support_quality": 1.4, "usability": 1.3},
}
_BY_STAGE = {
    "awareness": {"competitor": 4.0, "pricing": 3.0, "product_defect": 0.1, "billing": 0.1, "data_quality": 0.2},
    "evaluation": {"competitor": 4.0, "missing_feature": 2.5, "pricing": 3.0, "billing": 0.1, "onboarding_gap": 0.5},
    "purchase": {"contract": 5.0, "pricing": 3.0, "billing": 1.0, "product_defect": 0.3},
    "onboarding": {"onboarding_gap": 9.0, "usability": 1.6, "data_quality": 1.5},
    "adoption": {"usability": 1.6, "onboarding_gap": 2.0, "missing_feature": 1.3},
    "value": {"onboarding_gap": 0.3},
    "renewal": {"pricing": 2.4, "contract": 2.8, "competitor": 2.0, "onboarding_gap": 0.15},
    "advocacy": {"onboarding_gap": 0.3, "competitor": 0.7},
    "unknown": {},
}
STAGES = tuple(_BY_STAGE)
_BY_EVENT_KIND = {
    "incident": {"reliability": 9.0, "performance": 2.5, "response_time": 1.6},
    "policy_change": {"pricing": 4.0, "policy_change": 6.0},
    "launch": {"product_defect": 1.6, "usability": 1.8, "missing_feature": 1.2},
}
_EVENT_WEEKS = 4


class CauseChoice:
    """Chooses causes for arrays of touches by the weights above."""

    def __init__(self, world: World, shape: Shape, events: tuple[Event, ...]):
        draw = world.chance("causes")
        self._affinity = draw.gamma(2.5, 1 / 2.5, (shape.n_accounts, len(CAUSES)))
        self._channel = {name: _factors(table) for name, table in _BY_CHANNEL.items()}
        self._stage = np.array([_factors(_BY_STAGE[s]) for s in STAGES])
        self._events = [
            (e.first_day // 7, e.touches(shape), _factors(_BY_EVENT_KIND[e.kind]))
            for e in events
            if e.kind in _BY_EVENT_KIND and world.effects.events
        ]

    def weights(self, channel: str, accounts: np.ndarray, roles: np.ndarray, stages: np.ndarray, weeks: np.ndarray):
        """n × 15 positive weights; ``accounts`` may hold −1 for touches that belong to none."""
        weights = _BY_ROLE[roles] * self._affinity[np.maximum(accounts, 0)] * self._channel[channel]
        weights *= self._stage[stages]
        for week, reached, factors in self._events:
            hit = (weeks >= week) & (weeks < week + _EVENT_WEEKS) & reached[np.maximum(accounts, 0)]
            weights[hit] *= factors
        return weights

    def choose(
        self, draw: np.random.Generator, channel: str, accounts: np.ndarray, roles: np.ndarray, stages: np.ndarray,
        weeks: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """A first and a second cause for each touch (indices into CAUSES; the second differs from the first)."""
        weights = self.weights(channel, accounts, roles, stages, weeks)
        first = _pick(draw, weights)
        weights[np.arange(len(first)), first] = 0.0
        weights[:, INDEX["other"]] = 0.0
        return first, _pick(draw, weights)


def _factors(table: dict[str, float]) -> np.ndarray:
    return np.array([table.get(cause, 1.0) for cause in CAUSES])


def _pick(draw: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    cumulative = np.cumsum(weights, axis=1)
    return (draw.random(len(weights))[:, None] * cumulative[:, -1:] > cumulative).sum(axis=1)
