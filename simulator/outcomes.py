"""What becomes of the contracts: renewals decided by feeling 30 days before, and the journey's stages.

Belongs here: contracts, outcomes, when an account falls silent, stage history. Does not: touches.

    P(churned)  = σ(−1.85 − β·d),  P(churned or contracted) = σ(−1.45 − β·d),  P(not expanded) = σ(1.15 − β·d)
with d the decision feeling of the week 30 days before the renewal and β = effects.renewal. A recovery play begun in
the 180 days before the renewal takes 4.9 points off P(churned or contracted).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.company_shape import Shape
from simulator.feeling import Feeling
from simulator.world import World

CUTS = (-1.85, -1.45, 1.15)
OUTCOMES = ("churned", "contracted", "renewed", "expanded")
DECIDED_DAYS_BEFORE = 30
PLAY_REACH_DAYS = 180
RENEWAL_STAGE_DAYS = 90
ADVOCATES_ABOVE = 0.4  # decision feeling before the renewal
SILENT_AFTER_DAYS = 10  # a churned account is last heard of this long after its contract ends


@dataclass(frozen=True)
class Contract:
    """One year (or two) of one account. ``outcome`` null: open when the window closes."""

    contract: int
    account: int
    start_day: int
    renew_day: int
    arr_usd: float
    outcome: str | None
    outcome_day: int | None
    outcome_arr_usd: float | None
    feeling_before: float | None  # decision feeling 30 days before the renewal
    p_loss: float | None  # probability of churned or contracted, with the play
    had_play: bool


@dataclass(frozen=True)
class StageEntry:
    """An account enters a stage. Days count from the window's first day."""

    account: int
    day: int
    stage: str


@dataclass(frozen=True)
class Outcomes:
    """Contracts and stages; ``silent_from``: day from which the account says nothing (n_days + 1 when it stays)."""

    contracts: tuple[Contract, ...]
    stages: tuple[StageEntry, ...]
    silent_from: np.ndarray
    days_to_value: dict[int, tuple[int, bool]]  # account → (days from onboarding to adoption, had an onboarding play)


def decide(world: World, shape: Shape, feeling: Feeling) -> Outcomes:
    """Decide every renewal of the window and walk every account through its stages."""
    draw = world.chance("outcomes")
    journeys = _Journeys(world, draw, shape, feeling)
    for account in range(shape.n_accounts):
        journeys.walk(account)
    silent = journeys.silent_from
    kept = [s for s in journeys.stages if s.day < world.n_days and s.day <= silent[s.account]]
    kept.sort(key=lambda s: (s.account, s.day))
    return Outcomes(tuple(journeys.contracts), tuple(kept), silent, journeys.days_to_value)


class _Journeys:
    """Walks accounts from contract to contract, drawing as it goes."""

    def __init__(self, world: World, draw: np.random.Generator, shape: Shape, feeling: Feeling):
        self.world, self.draw, self.shape = world, draw, shape
        self.decision = feeling.decision
        self.play_days: dict[int, list[int]] = {}
        for play in feeling.plays:
            self.play_days.setdefault(play.account, []).append(play.start_day)
        self.contracts: list[Contract] = []
        self.stages: list[StageEntry] = []
        self.days_to_value: dict[int, tuple[int, bool]] = {}
        self.silent_from = np.full(shape.n_accounts, world.n_days + 1)

    def walk(self, account: int) -> None:
        """All contracts and stages of one account."""
        world, shape = self.world, self.shape
        starts = int(shape.contract_day[account])
        is_first_term = bool(shape.is_new[account]) or bool(self.draw.random() < 0.3)
        if is_first_term:
            seen = int(shape.first_seen_day[account]) if shape.is_new[account] else starts - 100
            self.stages += _before_contract(self.draw, account, seen, starts)
        else:
            self.stages.append(StageEntry(account, starts - RENEWAL_STAGE_DAYS, "renewal"))
        begins_with = "onboarding" if is_first_term else "value"
        term = 365 if starts + 365 >= 35 else 730
        arr = float(shape.arr_usd[account])
        while starts < world.n_days:
            renews = starts + term
            self._within_contract(account, starts, renews, begins_with)
            contract = self._renew(account, starts, renews, arr)
            self.contracts.append(contract)
            if contract.outcome is None:
                break
            if contract.outcome == "churned":
                self.silent_from[account] = renews + SILENT_AFTER_DAYS
                break
            begins_with = self._after_renewal(contract)
            arr, starts, term = float(contract.outcome_arr_usd or arr), renews, 365

    def _after_renewal(self, contract: Contract) -> str:
        """Who renews gladly speaks for us, who expands adopts what is new; else life goes on."""
        chance = self.draw.random()
        is_glad = (contract.feeling_before or 0.0) > ADVOCATES_ABOVE if self.world.effects.renewal else chance < 0.35
        if is_glad and not (contract.outcome == "expanded" and chance < 0.4):
            return "advocacy"
        return "adoption" if contract.outcome == "expanded" else "value"

    def _renew(self, account: int, starts: int, renews: int, arr: float) -> Contract:
        world, effects = self.world, self.world.effects
        chance, size, early = self.draw.random(), self.draw.random(), int(self.draw.integers(0, 15))
        days = self.play_days.get(account, ())
        had_play = any(renews - PLAY_REACH_DAYS <= day < renews for day in days)
        common = (len(self.contracts), account, starts, renews, round(arr, 2))
        if renews - early > world.n_days - 1:
            return Contract(*common, None, None, None, None, None, had_play)
        week = min(max(0, (renews - DECIDED_DAYS_BEFORE) // 7), world.n_weeks - 1)
        felt = float(self.decision[account, week])
        p = loss_probabilities(np.array([felt]), effects.renewal, np.array([had_play]), effects.play_renewal_points)[0]
        outcome = OUTCOMES[int((chance >= p).sum())]
        factor = {"churned": 0.0, "contracted": 0.55 + 0.3 * size, "renewed": 1.0, "expanded": 1.12 + 0.4 * size}
        day = min(renews, world.n_days - 1) if outcome == "churned" else renews - early
        return Contract(*common, outcome, day, round(arr * factor[outcome], 2), felt, float(p[1]), had_play)

    def _within_contract(self, account: int, starts: int, renews: int, begins_with: str) -> None:
        onboarding, adoption, advocacy = (int(self.draw.integers(*r)) for r in ((40, 85), (60, 120), (80, 150)))
        if begins_with == "onboarding":
            had_play = any(abs(day - starts) <= 3 for day in self.play_days.get(account, ()))
            onboarding = round(onboarding * (1.0 + (self.world.effects.play_time_to_value if had_play else 0.0)))
            self.days_to_value[account] = (onboarding, had_play)
        days = {"onboarding": onboarding, "adoption": adoption, "advocacy": advocacy}
        follows = {"onboarding": "adoption", "adoption": "value", "advocacy": "value"}
        stage: str | None = begins_with
        day = starts
        while stage is not None:
            self.stages.append(StageEntry(account, day, stage))
            day += days.get(stage, 0)
            stage = follows.get(stage)
        self.stages.append(StageEntry(account, renews - RENEWAL_STAGE_DAYS, "renewal"))


def _before_contract(draw: np.random.Generator, account: int, seen: int, starts: int) -> list[StageEntry]:
    """Awareness, evaluation, purchase fill the days between first being seen and the contract."""
    cuts = np.sort(draw.uniform(0.25, 0.9, 2)) * (starts - seen)
    return [
        StageEntry(account, seen, "awareness"),
        StageEntry(account, seen + int(cuts[0]), "evaluation"),
        StageEntry(account, max(seen + int(cuts[0]) + 1, seen + int(cuts[1])), "purchase"),
    ]


def loss_probabilities(feeling: np.ndarray, slope: float, play: np.ndarray, play_points: float) -> np.ndarray:
    """P(churned), P(churned or contracted), P(not expanded) for each feeling; shape (n, 3)."""
    cumulative = 1.0 / (1.0 + np.exp(slope * np.asarray(feeling)[:, None] - np.array(CUTS)))
    loss = cumulative[:, 1]
    spared = np.where(play, np.minimum(play_points, loss), 0.0)
    shrink = np.where(loss > 0, (loss - spared) / np.maximum(loss, 1e-12), 1.0)
    cumulative[:, :2] *= shrink[:, None]
    return cumulative
