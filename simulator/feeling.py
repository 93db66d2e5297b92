"""The latent feeling: what each account's buyers, executives and users feel in each week, before anyone says so.

Belongs here: level, weekly AR(1), season, planted events and their fading, recovery plays' lift, roles, people.
Does not: what feeling does to the outside (``outcomes``, ``touches``, ``usage``).

    feeling[a, w, role] = level[a] + ar[a, w] + season[w] + Σ events + play lift + role offset[a, role]
    decision feeling    = ½ buyer + ¼ executive + ¼ user   (what a renewal is decided by)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator.company_shape import Shape
from simulator.world import World

DECISION_WEIGHTS = np.array([0.5, 0.25, 0.25, 0.0])
_PLAY_HALF_LIFE_WEEKS = 12.0


@dataclass(frozen=True)
class Event:
    """Something that moved feeling: ``size`` at its first week, halved every ``half_life_weeks``."""

    event_id: str
    name: str
    kind: str  # of the calendar: launch, policy_change, incident, holiday, other
    first_day: int
    n_days: int
    size: float
    half_life_weeks: float
    role_factor: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    segment: int | None = None
    region: int | None = None
    product_line: int | None = None
    is_in_calendar: bool = True
    accounts: tuple[int, ...] | None = None  # only these, when the event is one account's own

    def touches(self, shape: Shape) -> np.ndarray:
        """Which accounts it reaches (boolean, length A)."""
        if self.accounts is not None:
            return np.isin(np.arange(shape.n_accounts), self.accounts)
        reached = np.ones(shape.n_accounts, dtype=bool)
        for name in ("segment", "region", "product_line"):
            only = getattr(self, name)
            if only is not None:
                reached &= getattr(shape, name) == only
        return reached


@dataclass(frozen=True)
class Play:
    """One recovery play: when it started, and whether the account was chosen for feeling low (selection)."""

    action_id: str
    account: int
    start_day: int
    n_days: int
    chosen_for_low_feeling: bool


@dataclass(frozen=True)
class Feeling:
    """``by_role``: A × W × 4, the truth. ``person``: offsets of people around their role, length P."""

    by_role: np.ndarray
    person: np.ndarray
    level: np.ndarray
    season: np.ndarray
    events: tuple[Event, ...]
    plays: tuple[Play, ...]

    @property
    def decision(self) -> np.ndarray:
        """A × W: the feeling that renewals are decided by."""
        return self.by_role @ DECISION_WEIGHTS

    def of(self, accounts: np.ndarray, roles: np.ndarray, weeks: np.ndarray) -> np.ndarray:
        """Feeling of (account, role, week) triples."""
        return self.by_role[accounts, np.clip(weeks, 0, self.by_role.shape[1] - 1), roles]


def planted_events(world: World, shape: Shape) -> tuple[Event, ...]:
    """Calendar events, one unannounced dip of a segment, and accounts that fall or rise on their own."""
    draw = world.chance("events")
    at = lambda share: round(share * world.n_weeks) * 7  # noqa: E731
    events = [
        Event("EV-01", "Scheduling board outage", "incident", at(0.24) + 1, 2, -1.25, 2.0, product_line=0),
        Event("EV-02", "List price change", "policy_change", at(0.51), 14, -0.95, 7.0, (1.0, 0.7, 0.12, 0.5)),
        Event("EV-03", "Corvane Pay spring release", "launch", at(0.37) + 2, 3, 0.75, 6.0, product_line=1),
        Event("EV-04", "European data centre outage", "incident", at(0.74) + 3, 1, -1.1, 2.0, region=1),
        Event("EV-05", "Corvane Insight rebuild", "launch", at(0.63) + 1, 5, 0.65, 6.0, product_line=2),
        Event("EV-06", "Support hours cut on weekends", "policy_change", at(0.86), 7, -0.35, 5.0),
        Event("PL-01", "Unannounced dip of mid-market Plan accounts", "other", at(0.80), 28, -1.0, 3.0,
              segment=1, product_line=0, is_in_calendar=False),
    ]  # fmt: skip
    for year in range(world.first_day.year, world.last_day.year + 1):
        first = (date(year, 12, 22) - world.first_day).days
        if 0 <= first < world.n_days:
            events.append(Event(f"HO-{year}", f"Year-end holidays {year}", "holiday", first, 12, 0.0, 1.0))
    n_own = max(1, round(0.07 * shape.n_accounts))
    picked = draw.permutation(shape.n_accounts)[: 2 * n_own]
    for i, account in enumerate(picked.tolist()):
        falls = i < n_own
        events.append(
            Event(
                f"OWN-{i + 1:02d}",
                "One account falls" if falls else "One account rises",
                "other",
                int(draw.integers(at(0.35), at(0.9))),
                1,
                -1.9 if falls else 1.5,
                26.0,
                is_in_calendar=False,
                accounts=(account,),
            )
        )
    return tuple(events)


def simulate(world: World, shape: Shape) -> Feeling:
    """Draw the feeling of every account, week and role."""
    effects, weeks = world.effects, world.n_weeks
    draw = world.chance("feeling")
    level = draw.normal(0.15, effects.account_level, shape.n_accounts)
    memory, sd = effects.weekly_memory, effects.weekly_sd
    shocks = draw.normal(0.0, sd * np.sqrt(1 - memory**2), (shape.n_accounts, weeks))
    walk = np.empty_like(shocks)
    walk[:, 0] = draw.normal(0.0, sd, shape.n_accounts)
    for week in range(1, weeks):
        walk[:, week] = memory * walk[:, week - 1] + shocks[:, week]

    season = effects.season * np.cos(2 * np.pi * (_day_of_year(world) - 196.0) / 365.25)
    offsets = draw.normal(0.0, 0.18, (shape.n_accounts, 4))
    offsets[shape.is_hidden_risk] += np.array([-1.35, -0.7, 0.85, 0.0])
    by_role = (level[:, None] + walk + season)[:, :, None] + offsets[:, None, :]

    events = planted_events(world, shape)
    for event in events:
        fade = event.size * effects.events * _fading(weeks, event.first_day // 7, event.half_life_weeks)
        by_role[event.touches(shape)] += fade[:, None] * np.array(event.role_factor)

    plays = _choose_plays(world, shape, by_role @ DECISION_WEIGHTS)
    for play in plays:
        lift = effects.play_feeling * _fading(weeks, play.start_day // 7, _PLAY_HALF_LIFE_WEEKS)
        by_role[play.account] += lift[:, None]
    person = draw.normal(0.0, effects.person_level, shape.n_people)
    return Feeling(by_role, person, level, season, events, plays)


def _day_of_year(world: World) -> np.ndarray:
    return np.array([world.day(7 * week + 3).timetuple().tm_yday for week in range(world.n_weeks)], dtype=float)


def _fading(weeks: int, first: int, half_life: float) -> np.ndarray:
    """0 before week ``first``, then 1 halving every ``half_life`` weeks."""
    age = np.arange(weeks) - first
    return np.where(age >= 0, 0.5 ** (np.maximum(age, 0) / half_life), 0.0)


def _choose_plays(world: World, shape: Shape, decision: np.ndarray) -> tuple[Play, ...]:
    """Recovery plays: most for accounts whose last four weeks were low, some at random, some at onboarding.

    Choosing the low ones plants regression to the mean: a naive before–after comparison finds too much.
    """
    draw = world.chance("plays")
    plays: list[tuple[int, int, bool]] = []
    onboarding = np.flatnonzero(shape.is_new & (draw.random(shape.n_accounts) < 0.45))
    begins = shape.contract_day
    plays += [(a, int(begins[a]), False) for a in onboarding.tolist() if 0 <= begins[a] < world.n_days]
    taken = set(onboarding.tolist())
    weeks = draw.permutation(np.arange(8, world.n_weeks - 6))
    wanted = round(0.28 * shape.n_accounts) if len(weeks) else 0
    for i in range(wanted):
        week = int(weeks[i % len(weeks)])
        recent = decision[:, max(0, week - 4) : week].mean(axis=1)
        order = np.argsort(recent, kind="stable")
        low = draw.random() < 0.65
        pool = order[: max(1, round(0.3 * shape.n_accounts))] if low else order
        account = int(pool[draw.integers(0, len(pool))])
        if account in taken or shape.first_seen_day[account] > week * 7 - 120:
            continue
        taken.add(account)
        plays.append((account, week * 7 + int(draw.integers(0, 5)), low))
    plays.sort(key=lambda p: (p[1], p[0]))
    return tuple(
        Play(f"ACT-{i + 1:04d}", account, day, int(draw.integers(14, 43)), low)
        for i, (account, day, low) in enumerate(plays)
    )
