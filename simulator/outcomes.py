"""What becomes of the contracts: renewals decided by feeling 30 days before, and the journey's stages.

Belongs here: contracts, outcomes, when an account falls silent, stage history. Does not: touches.

    P(churned)  = σ(−2.5 − β·d),  P(churned or contracted) = σ(−1.85 − β·d),  P(not expanded) = σ(1.15 − β·d)
with d the decision feeling of the week 30 days before the renewal and β = effects.renewal. A recovery play begun in
the 180 days before the renewal takes 4.9 points off P(churned or contracted).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.company_shape import Shape
from simulator.feeling import Feeling
from simulator.world import World

CUTS = (-2.5, -1.85, 1.15)
OUTCOMES = ("churned", "contracted", "renewed", "expanded")
DECIDED_DAYS_BEFORE = 30
PLAY_REACH_DAYS = 180
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
    decision = feeling.decision
    play_days: dict[int, list[int]] = {}
    for play in feeling.plays:
        play_days.setdefault(play.account, []).append(play.start_day)

    contracts: list[Contract] = []
    stages: list[StageEntry] = []
    days_to_value: dict[int, tuple[int, bool]] = {}
    silent_from = np.full(shape.n_accounts, world.n_days + 1)
    for account in range(shape.n_accounts):
        starts = int(shape.contract_day[account])
        is_first_term = bool(shape.is_new[account]) or bool(draw.random() < 0.3)
        if shape.is_new[account]:
            stages += _before_contract(draw, account, int(shape.first_seen_day[account]), starts)
        term = 365 if starts + 365 >= 35 else 730
        arr = float(shape.arr_usd[account])
        after_renewal = False
        felt_well = bool(decision[account, 0] > 0.6)
        while starts < world.n_days:
            renews = starts + term
            had_play = any(renews - PLAY_REACH_DAYS <= d < renews for d in play_days.get(account, ()))
            stages += _within_contract(
                draw, world, account, starts, renews, is_first_term, after_renewal and felt_well,
                any(abs(d - starts) <= 3 for d in play_days.get(account, ())), days_to_value,
            )  # fmt: skip
            contract = _renew(world, draw, len(contracts), account, starts, renews, arr, decision[account], had_play)
            contracts.append(contract)
            if contract.outcome is None:
                break
            if contract.outcome == "churned":
                silent_from[account] = renews + SILENT_AFTER_DAYS
                break
            felt_well = contract.feeling_before is not None and contract.feeling_before > 0.6
            arr = float(contract.outcome_arr_usd or arr)
            starts, term, is_first_term, after_renewal = renews, 365, False, True
    kept = [s for s in stages if s.day < world.n_days and s.day <= silent_from[s.account]]
    kept.sort(key=lambda s: (s.account, s.day))
    return Outcomes(tuple(contracts), tuple(kept), silent_from, days_to_value)


def loss_probabilities(feeling: np.ndarray, slope: float, play: np.ndarray, play_points: float) -> np.ndarray:
    """P(churned), P(churned or contracted), P(not expanded) for each feeling; shape (n, 3)."""
    cumulative = 1.0 / (1.0 + np.exp(slope * np.asarray(feeling)[:, None] - np.array(CUTS)))
    loss = cumulative[:, 1]
    spared = np.where(play, np.minimum(play_points, loss), 0.0)
    shrink = np.where(loss > 0, (loss - spared) / np.maximum(loss, 1e-12), 1.0)
    cumulative[:, :2] *= shrink[:, None]
    return cumulative


def _renew(
    world: World, draw: np.random.Generator, number: int, account: int, starts: int, renews: int, arr: float,
    decision: np.ndarray, had_play: bool,
) -> Contract:  # fmt: skip
    chance, size, early = draw.random(), draw.random(), int(draw.integers(0, 15))
    week = max(0, (renews - DECIDED_DAYS_BEFORE) // 7)
    if renews - early > world.n_days - 1:
        return Contract(number, account, starts, renews, round(arr, 2), None, None, None, None, None, had_play)
    felt = float(decision[min(week, len(decision) - 1)])
    p = loss_probabilities(
        np.array([felt]), world.effects.renewal, np.array([had_play]), world.effects.play_renewal_points
    )[0]
    outcome = OUTCOMES[int((chance >= p).sum())]
    factor = {
        "churned": 0.0,
        "contracted": 0.55 + 0.3 * size,
        "renewed": 1.0,
        "expanded": 1.12 + 0.4 * size,
    }[outcome]
    outcome_day = min(renews, world.n_days - 1) if outcome == "churned" else renews - early
    return Contract(
        number, account, starts, renews, round(arr, 2), outcome, outcome_day, round(arr * factor, 2), felt,
        float(p[1]), had_play,
    )  # fmt: skip


def _before_contract(draw: np.random.Generator, account: int, seen: int, starts: int) -> list[StageEntry]:
    """Awareness, evaluation, purchase fill the days between first being seen and the contract."""
    cuts = np.sort(draw.uniform(0.25, 0.9, 2)) * (starts - seen)
    return [
        StageEntry(account, seen, "awareness"),
        StageEntry(account, seen + int(cuts[0]), "evaluation"),
        StageEntry(account, max(seen + int(cuts[0]) + 1, seen + int(cuts[1])), "purchase"),
    ]


def _within_contract(
    draw: np.random.Generator, world: World, account: int, starts: int, renews: int, is_first_term: bool,
    advocates: bool, has_onboarding_play: bool, days_to_value: dict[int, tuple[int, bool]],
) -> list[StageEntry]:  # fmt: skip
    entries = []
    onboarding, adoption, advocacy = draw.integers(40, 85), draw.integers(60, 120), int(draw.integers(70, 140))
    if is_first_term:
        shorter = 1.0 + (world.effects.play_time_to_value if has_onboarding_play else 0.0)
        days = round(float(onboarding) * shorter)
        days_to_value[account] = (days, has_onboarding_play)
        entries = [
            StageEntry(account, starts, "onboarding"),
            StageEntry(account, starts + days, "adoption"),
            StageEntry(account, starts + days + int(adoption), "value"),
        ]
    elif advocates:
        entries = [StageEntry(account, starts, "advocacy"), StageEntry(account, starts + advocacy, "value")]
    else:
        entries = [StageEntry(account, starts, "value")]
    return [*entries, StageEntry(account, renews - 90, "renewal")]
