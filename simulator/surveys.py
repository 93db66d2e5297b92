"""Surveys: who is asked what and when, who answers, which score, with which words.

Belongs here: invitations, answers, scores from feeling, planted gaming. Does not: Qualtrics' shape (``vendors``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import tone
from simulator.budget import budget
from simulator.causes import CauseChoice
from simulator.company_shape import BUYER, EXECUTIVE, Shape
from simulator.conversations import Conversations
from simulator.feeling import Feeling
from simulator.outcomes import Outcomes
from simulator.timing import Timing
from simulator.world import World


@dataclass(frozen=True)
class Survey:
    """One survey: ``middle`` is the score at feeling 0, ``slope`` what one unit of feeling adds, ``noise`` its sd."""

    number: int
    name: str
    survey_type: str
    question: str
    low: int
    high: int
    middle: float
    slope: float
    noise: float
    negative_to: int
    positive_from: int
    response: float  # share that answers at feeling 0
    verbatim: float  # share of answers with words


SURVEYS = (
    Survey(1, "Relationship NPS", "nps", "How likely are you to recommend Corvane to a colleague?",
           0, 10, 7.3, 1.75, 1.3, 6, 9, 0.30, 0.55),
    Survey(2, "Post-ticket CSAT", "csat", "How satisfied were you with the handling of your request?",
           1, 5, 3.7, 0.80, 0.85, 2, 4, 0.28, 0.45),
    Survey(3, "Post-ticket CES", "ces", "Corvane made it easy to handle my issue.",
           1, 7, 5.0, 1.05, 1.1, 3, 6, 0.26, 0.40),
    Survey(4, "Onboarding survey", "csat", "How satisfied are you with your first weeks on Corvane?",
           1, 5, 3.8, 0.80, 0.8, 2, 4, 0.34, 0.60),
    Survey(5, "Product PSAT", "psat", "How satisfied are you with the product?",
           1, 5, 3.6, 0.75, 0.8, 2, 4, 0.27, 0.50),
)  # fmt: skip
_ROLE_RESPONSE = np.array([0.15, -0.45, 0.0, -0.3])  # logit, by role
_WAVES = {1: 13, 5: 26}  # weeks between waves of relationship surveys


@dataclass(frozen=True)
class Invitations:
    """Who was asked: arrays of length I. ``ticket``: index of the ticket asked about, −1 without."""

    survey: np.ndarray  # index into SURVEYS
    account: np.ndarray
    person: np.ndarray
    at: np.ndarray  # seconds after the window opens
    ticket: np.ndarray


@dataclass(frozen=True)
class Answers:
    """Who answered: arrays of length R. ``invitation`` −1 for planted gaming without one."""

    invitation: np.ndarray
    survey: np.ndarray
    account: np.ndarray
    person: np.ndarray
    ticket: np.ndarray
    started: np.ndarray
    answered: np.ndarray
    score: np.ndarray
    has_words: np.ndarray
    label: np.ndarray  # of the words
    cause: np.ndarray
    second_cause: np.ndarray
    gaming: list[str]  # "" or what was gamed


def invite(world: World, shape: Shape, timing: Timing, outcomes: Outcomes, tickets: Conversations) -> Invitations:
    """Relationship waves, the onboarding survey, and surveys after solved tickets, within the touches' budget."""
    draw = world.chance("invitations")
    parts: list[tuple[int, np.ndarray, np.ndarray, np.ndarray]] = []
    active = timing.active_days() > 0.5
    for number, spacing in _WAVES.items():
        for week in range(6 if number == 1 else 10, world.n_weeks, spacing):
            asked = np.flatnonzero(active[shape.person_account, week] & (shape.activity > 0.15))
            parts.append((number - 1, asked, week * 7 + 1 + draw.integers(0, 3, len(asked)), np.full(len(asked), -1)))
    for account, (days, _) in outcomes.days_to_value.items():
        day = int(shape.contract_day[account]) + days
        if 0 <= day < world.n_days - 1:
            asked = np.arange(shape.people_start[account], shape.people_start[account + 1])
            parts.append((3, asked, np.full(len(asked), day + 1), np.full(len(asked), -1)))
    assert tickets.ticket is not None
    solved = np.flatnonzero(
        (tickets.ticket.resolved >= 0) & (tickets.ticket.resolved < (world.n_days - 2) * 86_400) & (tickets.person >= 0)
    )
    which = draw.random(len(solved))
    for number, chosen in ((2, solved[which < 0.62]), (3, solved[(which >= 0.62) & (which < 0.92)])):
        parts.append((number - 1, tickets.person[chosen], tickets.ticket.resolved[chosen] // 86_400, chosen))

    survey = np.concatenate([np.full(len(p), s) for s, p, _, _ in parts])
    person = np.concatenate([p for _, p, _, _ in parts])
    day = np.concatenate([d for _, _, d, _ in parts])
    ticket = np.concatenate([t for _, _, _, t in parts])
    # At most as many as the survey's share of the touches will bear (an answer is a rating and perhaps words).
    expected = sum(s.response * (1 + s.verbatim) * np.sum(survey == i) for i, s in enumerate(SURVEYS))
    share = min(1.0, budget(world)["survey"] / max(expected, 1.0))
    kept = draw.random(len(survey)) < share
    survey, person, day, ticket = survey[kept], person[kept], day[kept], ticket[kept]
    account = shape.person_account[person]
    at = timing.seconds(draw, account, day)
    at = np.where(ticket >= 0, tickets.ticket.resolved[ticket] + draw.integers(1_800, 20_000, len(ticket)), at)
    order = np.argsort(at, kind="stable")
    return Invitations(survey[order], account[order], person[order], at[order], ticket[order])


def answer(
    world: World, shape: Shape, feeling: Feeling, timing: Timing, causes: CauseChoice, invitations: Invitations,
    tickets: Conversations,
) -> Answers:  # fmt: skip
    """Answers to the invitations, and a few planted ones that nobody honestly gave."""
    draw = world.chance("answers")
    effects = world.effects
    middle, slope, noise, response, verbatim, low, high, negative_to, positive_from = (
        np.array([getattr(s, name) for s in SURVEYS], dtype=float)
        for name in ["middle", "slope", "noise", "response", "verbatim", "low", "high", "negative_to", "positive_from"]
    )
    survey, person, account = invitations.survey, invitations.person, invitations.account
    role, day = shape.role[person], invitations.at // 86_400
    felt = feeling.of(account, role, day // 7) + feeling.person[person]
    well = np.zeros(len(survey))
    with_ticket = invitations.ticket >= 0
    assert tickets.ticket is not None
    solved_well = tickets.ticket.is_well_solved[invitations.ticket[with_ticket]]
    well[with_ticket] = np.where(solved_well, 0.3, -0.9)
    logit = np.log(response / (1 - response))[survey] + _ROLE_RESPONSE[role] + effects.response * felt
    answers = draw.random(len(survey)) < 1.0 / (1.0 + np.exp(-logit))
    delay = (draw.lognormal(0.0, 1.1, len(survey)) * 0.8 * 86_400).astype(np.int64) + 120
    answered = invitations.at + delay
    answers &= answered < world.n_days * 86_400
    score = (
        middle[survey] + slope[survey] * effects.scores * (felt + well) + draw.normal(0, 1, len(survey)) * noise[survey]
    )
    score = np.clip(np.rint(score), low[survey], high[survey])
    chosen = np.flatnonzero(answers)
    gamed = _gaming(world, shape)
    invitation = np.concatenate([chosen, np.full(len(gamed), -1)])
    survey = np.concatenate([survey[chosen], np.zeros(len(gamed), dtype=np.int64)])
    person = np.concatenate([person[chosen], np.array([g[0] for g in gamed], dtype=np.int64)])
    answered = np.concatenate([answered[chosen], np.array([g[1] for g in gamed], dtype=np.int64)])
    score = np.concatenate([score[chosen], np.full(len(gamed), 10.0)])
    ticket = np.concatenate([invitations.ticket[chosen], np.full(len(gamed), -1)])
    account = shape.person_account[person]
    n = len(survey)
    took = draw.lognormal(4.3, 0.6, n).astype(np.int64) + 15
    is_gamed = np.arange(n) >= len(chosen)
    took = np.where(is_gamed, draw.integers(4, 11, n), took)
    has_words = (draw.random(n) < verbatim[survey]) & ~is_gamed
    label = np.where(score <= negative_to[survey], -1, np.where(score >= positive_from[survey], 1, 0))
    slip = draw.random(n)  # words now and then say a little else than the score
    label = np.where(slip < 0.05, np.clip(label - 1, -1, 1), np.where(slip > 0.95, np.clip(label + 1, -1, 1), label))
    if world.null_world:
        label = tone.labels(draw, np.full(n, tone.BIAS["survey"]))
    answered_day = answered // 86_400
    stage = timing.stage(account, answered_day)
    first, second = causes.choose(draw, "survey", account, shape.role[person], stage, answered_day // 7)
    first = np.where(
        ticket >= 0, np.where(draw.random(n) < 0.5, tickets.cause[ticket], 10), first
    )  # 10: support_quality
    second = np.where(second == first, (first + 1) % 14, second)
    return Answers(
        invitation, survey, account, person, ticket, answered - took, answered, score.astype(np.int64), has_words,
        label, first, second, [""] * len(chosen) + [g[2] for g in gamed],
    )  # fmt: skip


def _gaming(world: World, shape: Shape) -> list[tuple[int, int, str]]:
    """Bursts of top scores in the last days of a quarter at a few accounts: (person, second, kind)."""
    draw = world.chance("gaming")
    large = np.flatnonzero(np.diff(shape.people_start) >= 5)
    if not len(large):
        return []
    rows = []
    for account in draw.permutation(large)[: max(1, round(0.025 * shape.n_accounts))].tolist():
        quarter_end = 13 * 7 * int(draw.integers(2, max(3, world.n_weeks // 13))) - 2
        if not 0 <= quarter_end < world.n_days:
            continue
        begin = quarter_end * 86_400 + int(draw.integers(50_000, 60_000))
        members = np.arange(shape.people_start[account], shape.people_start[account + 1])[:12]
        members = members[(shape.role[members] != BUYER) & (shape.role[members] != EXECUTIVE)]
        for i, person in enumerate(members.tolist()):
            rows.append((person, begin + 35 * i + int(draw.integers(0, 12)), "burst_of_top_scores"))
    return rows
