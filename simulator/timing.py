"""When things happen: working days and hours by region, the stage of an account on a day, who of an account acts.

Belongs here: turning (account, week) into a moment and a person. Does not: what is said.
"""

from __future__ import annotations

import numpy as np

from simulator import words
from simulator.causes import STAGES
from simulator.company_shape import Shape
from simulator.outcomes import Outcomes
from simulator.world import World

_WEEKDAY = np.array([0.21, 0.21, 0.20, 0.19, 0.14, 0.03, 0.02])
_OFFSET = np.array([words.REGION_UTC_OFFSET[r] for r in words.REGIONS])

ROLE_FACTOR = {  # relative volume by buyer, executive, user, unknown
    "ticket": (0.30, 0.06, 1.0, 0.6),
    "chat": (0.30, 0.05, 1.0, 0.6),
    "email": (1.6, 0.9, 0.45, 0.5),
    "call": (1.6, 0.8, 0.5, 0.4),
    "social": (0.4, 0.3, 1.0, 0.8),
    "community": (0.15, 0.03, 1.0, 0.6),
    "review": (0.8, 0.3, 1.0, 0.5),
}


class Timing:
    """Answers "when" and "who" for arrays of touches."""

    def __init__(self, world: World, shape: Shape, outcomes: Outcomes):
        self.world, self.shape = world, shape
        self._active_from = np.maximum(shape.first_seen_day, 0)
        self._active_to = np.minimum(outcomes.silent_from, world.n_days)
        index = {s: i for i, s in enumerate(STAGES)}
        self._stage = np.full((shape.n_accounts, world.n_days), index["unknown"], dtype=np.int8)
        for entry in outcomes.stages:
            self._stage[entry.account, max(0, entry.day) :] = index[entry.stage]
        self._cumulative = {
            channel: np.concatenate([[0.0], np.cumsum(shape.activity * np.array(factor)[shape.role])])
            for channel, factor in ROLE_FACTOR.items()
        }

    def active_days(self) -> np.ndarray:
        """A × W: the share of each week in which the account is heard of."""
        week_start = np.arange(self.world.n_weeks)[None, :] * 7
        overlap = np.minimum(self._active_to[:, None], week_start + 7) - np.maximum(
            self._active_from[:, None], week_start
        )
        return np.clip(overlap, 0, 7) / 7

    def stage(self, accounts: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Index into causes.STAGES of each account on each day."""
        return self._stage[accounts, np.clip(days, 0, self.world.n_days - 1)].astype(np.int64)

    def stage_factor(self) -> np.ndarray:
        """A × W: prospects write less than customers."""
        factor = np.array([{"awareness": 0.6, "evaluation": 0.9, "purchase": 0.9}.get(s, 1.0) for s in STAGES])
        return factor[self._stage[:, ::7]]

    def holiday_factor(self) -> np.ndarray:
        """Length W: less is written around the turn of the year."""
        days = [self.world.day(7 * w + 3) for w in range(self.world.n_weeks)]
        return np.array([0.45 if (d.month, d.day) >= (12, 20) or (d.month, d.day) <= (1, 4) else 1.0 for d in days])

    def days(self, draw: np.random.Generator, accounts: np.ndarray, weeks: np.ndarray) -> np.ndarray:
        """A day in each week, mostly a working day, within the account's active days."""
        day = weeks * 7 + (draw.random(len(weeks))[:, None] > np.cumsum(_WEEKDAY)[None, :-1]).sum(axis=1)
        return np.clip(day, self._active_from[accounts], self._active_to[accounts] - 1)

    def seconds(self, draw: np.random.Generator, accounts: np.ndarray, days: np.ndarray) -> np.ndarray:
        """A moment of each day in office hours of the account's region, in seconds after the window opens."""
        local = np.clip(draw.normal(13.0, 2.9, len(days)), 5.5, 22.5)
        hour = np.mod(local - _OFFSET[self.shape.region[accounts]], 24.0)
        return (days * 86_400 + hour * 3_600).astype(np.int64) + draw.integers(0, 60, len(days))

    def people(self, draw: np.random.Generator, channel: str, accounts: np.ndarray) -> np.ndarray:
        """A person of each account, by activity and by what the role uses the channel for."""
        cumulative = self._cumulative[channel]
        low, high = cumulative[self.shape.people_start[accounts]], cumulative[self.shape.people_start[accounts + 1]]
        target = low + draw.random(len(accounts)) * (high - low)
        person = np.searchsorted(cumulative, target, side="right") - 1
        return np.clip(person, self.shape.people_start[accounts], self.shape.people_start[accounts + 1] - 1)
