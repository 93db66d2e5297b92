"""Product usage: what each account does in the product, week by week.

Belongs here: levels drifting to where feeling points, incidents' errors, failed payments. Does not: file shapes.

    log active_users[w] = base + usage·feeling smoothed over 4 weeks + holiday + noise (8 %)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.company_shape import Shape
from simulator.feeling import Feeling
from simulator.outcomes import Outcomes
from simulator.timing import Timing
from simulator.world import World

METRICS = ("active_users", "core_actions", "errors", "failed_payments")


@dataclass(frozen=True)
class Usage:
    """One row per account, week and metric in use: arrays of equal length. ``day`` is the week's Monday."""

    account: np.ndarray
    day: np.ndarray
    metric: np.ndarray  # index into METRICS
    value: np.ndarray


def simulate(world: World, shape: Shape, feeling: Feeling, outcomes: Outcomes, timing: Timing) -> Usage:
    """Draw the weekly usage of every account from its first contract day until it falls silent."""
    draw = world.chance("usage")
    n, weeks = shape.n_accounts, world.n_weeks
    users = feeling.by_role[:, :, 2]
    smooth = np.cumsum(np.pad(users, ((0, 0), (4, 0)), mode="edge"), axis=1)
    smooth = (smooth[:, 4:] - smooth[:, :-4]) / 4
    base = np.log(6.0 + 18.0 * shape.size)[:, None]
    holiday = np.log(np.where(timing.holiday_factor() < 1, 0.84, 1.0))[None, :]
    level = base + world.effects.usage * smooth + holiday
    contract_week = np.maximum(shape.contract_day, 0) // 7
    in_use = (np.arange(weeks)[None, :] >= contract_week[:, None]) & (
        np.arange(weeks)[None, :] * 7 + 6 < outcomes.silent_from[:, None]
    )
    ramp = np.clip((np.arange(weeks)[None, :] * 7 - shape.contract_day[:, None]) / 70.0, 0.15, 1.0)
    active = np.maximum(1, np.rint(np.exp(level + np.log(ramp) + draw.normal(0, 0.08, (n, weeks)))))
    actions = np.rint(np.exp(level + np.log(ramp) + 3.4 + draw.normal(0, 0.09, (n, weeks))))
    broken = np.zeros((n, weeks))
    for event in feeling.events:
        if event.kind == "incident" and world.effects.events:
            broken[event.touches(shape), event.first_day // 7] = 1.3
    errors = np.rint(np.exp(4.6 - 0.8 * world.effects.usage * smooth + broken + draw.normal(0, 0.10, (n, weeks))))
    failed = (draw.random((n, weeks)) < 0.004 * np.exp(-2 * world.effects.usage * smooth)).astype(float)

    account, day, metric, value = [], [], [], []
    for index, table in enumerate((active, actions, errors, failed)):
        a, w = np.nonzero(in_use & (table > 0 if index == 3 else True))
        account.append(a)
        day.append(w * 7)
        metric.append(np.full(len(a), index))
        value.append(table[a, w])
    return Usage(*(np.concatenate(part) for part in (account, day, metric, value)))
