"""Conversations: who talks to the company when, on which channel, about what, in which tone, and what becomes of it.

Belongs here: planning tickets, chats, e-mails, calls, posts and reviews as arrays. Does not: words (``scripts``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import tone
from simulator.budget import budget
from simulator.causes import CauseChoice
from simulator.company_shape import Shape
from simulator.feeling import Feeling
from simulator.timing import Timing
from simulator.world import World

_TURNS = {  # (at least, mean of a Poisson on top, at most)
    "ticket": (1, 1.5, 7),
    "chat": (2, 1.7, 8),
    "email": (1, 0.6, 4),
    "call": (4, 3.2, 14),
    "social": (1, 0.0, 1),
    "community": (1, 0.25, 3),
    "review": (1, 0.0, 1),
}
PRIORITIES = ("urgent", "high", "normal", "low")
TARGET_MINUTES = {  # service levels: (all accounts, enterprise accounts)
    "first_response": (480.0, 240.0),
    "resolution": (4_320.0, 2_880.0),
}
_PRIORITY_SPEED = np.array([0.35, 0.65, 1.0, 1.5])  # urgent tickets are answered sooner


@dataclass(frozen=True)
class Conversations:
    """Conversations of one channel as arrays of length N, and their customer turns (length M, conversation by
    conversation). ``account`` and ``person`` are −1 where nobody knows who speaks."""

    channel: str
    account: np.ndarray
    person: np.ndarray
    start: np.ndarray  # seconds after the window opens
    day: np.ndarray
    stage: np.ndarray
    cause: np.ndarray
    second_cause: np.ndarray
    n_turns: np.ndarray
    turn_of: np.ndarray  # M: conversation
    turn_number: np.ndarray  # M: 0, 1, …
    label: np.ndarray  # M: −1, 0, +1
    is_small_talk: np.ndarray  # M
    ticket: Tickets | None = None

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Tickets:
    """What only tickets have, arrays of length N. Seconds after the window opens; −1 = not yet."""

    priority: np.ndarray
    first_reply: np.ndarray
    resolved: np.ndarray
    is_escalated: np.ndarray
    n_reopens: np.ndarray
    n_transfers: np.ndarray
    is_complaint: np.ndarray
    is_well_solved: np.ndarray
    had_play: np.ndarray  # opened while a recovery play worked


def plan(
    world: World, shape: Shape, feeling: Feeling, timing: Timing, causes: CauseChoice, channel: str
) -> Conversations:
    """Draw the conversations of ``channel``."""
    draw = world.chance(f"conversations {channel}")
    effects = world.effects
    account, week, n_turns = _who_and_when(world, draw, shape, feeling, timing, channel)
    person = timing.people(draw, channel, account)
    day = timing.days(draw, account, week)
    start = timing.seconds(draw, account, day)
    stage = timing.stage(account, day)
    role = shape.role[person]
    if channel in ("social", "community", "review"):
        nobody = draw.random(len(account)) < {"social": 0.35, "community": 0.15, "review": 0.2}[channel]
    else:
        nobody = np.zeros(len(account), dtype=bool)
    felt = feeling.of(account, role, day // 7) + feeling.person[person]
    first, second = causes.choose(draw, channel, account, role, stage, day // 7)

    turn_of = np.repeat(np.arange(len(account)), n_turns)
    number = np.arange(len(turn_of)) - np.repeat(np.cumsum(n_turns) - n_turns, n_turns)
    mood = draw.normal(0.0, 0.5, len(account))  # of this conversation
    ticket = None
    if channel == "ticket":
        eta_opening = effects.tone * felt + mood + tone.BIAS["ticket_opening"]
        opening = tone.labels(draw, eta_opening)
        ticket = _tickets(world, draw, shape, feeling, account, start, felt, opening)
        last = number == n_turns[turn_of] - 1
        is_closing = last & (number > 0) & (ticket.resolved[turn_of] >= 0)
        bias = np.where(ticket.is_well_solved[turn_of], tone.BIAS["ticket_solved"], tone.BIAS["ticket_unsolved"])
        bias = np.where(is_closing, bias, tone.BIAS["ticket_update"])
        label = tone.labels(draw, (effects.tone * felt + mood)[turn_of] + bias)
        label = np.where(number == 0, opening[turn_of], label)
    else:
        label = tone.labels(draw, (effects.tone * felt + mood)[turn_of] + tone.BIAS[channel])
    small_talk = np.zeros(len(turn_of), dtype=bool)
    if channel in ("chat", "call"):
        small_talk = draw.random(len(turn_of)) < np.where(number == 0, 0.30, 0.07)
        label = np.where(small_talk, 0, label)
    return Conversations(
        channel,
        np.where(nobody, -1, account),
        np.where(nobody, -1, person),
        start,
        day,
        stage,
        first,
        second,
        n_turns,
        turn_of,
        number,
        label,
        small_talk,
        ticket,
    )


def _who_and_when(
    world: World, draw: np.random.Generator, shape: Shape, feeling: Feeling, timing: Timing, channel: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Account, week and number of customer turns of each conversation; the turns add up to the channel's share."""
    texts = budget(world)[channel]
    least, more, most = _TURNS[channel]
    expected = least + more
    drawn = np.minimum(least + draw.poisson(more, int(texts / expected * 1.15) + 20), most)
    n_turns = drawn[: max(1, int(np.searchsorted(np.cumsum(drawn), texts, side="right")))]
    volume = shape.size[:, None] * timing.active_days() * timing.stage_factor() * timing.holiday_factor()[None, :]
    if channel in ("ticket", "chat", "call"):
        volume = volume * np.exp(-world.effects.ticket_volume * np.clip(feeling.decision, -3, 3))
    flat = np.cumsum(volume.ravel())
    cell = np.searchsorted(flat, draw.random(len(n_turns)) * flat[-1], side="right")
    return cell // world.n_weeks, cell % world.n_weeks, n_turns


def _tickets(
    world: World, draw: np.random.Generator, shape: Shape, feeling: Feeling, account: np.ndarray, start: np.ndarray,
    felt: np.ndarray, opening: np.ndarray,
) -> Tickets:  # fmt: skip
    effects, n = world.effects, len(account)
    slow = np.exp(-effects.waits * felt)
    worse = opening < 0
    priority = np.where(
        worse,
        draw.choice(4, n, p=(0.12, 0.33, 0.45, 0.10)),
        draw.choice(4, n, p=(0.02, 0.10, 0.58, 0.30)),
    )
    speed = _PRIORITY_SPEED[priority] * slow
    enterprise = (shape.segment[account] == 0).astype(int)
    target = {k: np.array(v)[enterprise] for k, v in TARGET_MINUTES.items()}
    first_minutes = target["first_response"] * 0.42 * speed * draw.lognormal(0.0, 0.75, n)
    resolve_minutes = first_minutes + target["resolution"] * 0.5 * speed * draw.lognormal(0.0, 0.8, n)
    first_reply = start + (first_minutes * 60).astype(np.int64)
    resolved = start + (resolve_minutes * 60).astype(np.int64)
    never = draw.random(n) < 0.03
    end = world.n_days * 86_400
    first_reply = np.where(first_reply < end, first_reply, -1)
    resolved = np.where((resolved < end) & ~never, resolved, -1)

    had_play = np.zeros(n, dtype=bool)
    for play in feeling.plays:
        had_play |= (
            (account == play.account) & (start >= play.start_day * 86_400) & (start < (play.start_day + 180) * 86_400)
        )
    p_escalated = 1.0 / (1.0 + np.exp(2.6 + effects.escalation * felt - 0.9 * worse))
    p_escalated = p_escalated * (1.0 + effects.play_escalations * had_play)
    late = resolve_minutes > target["resolution"]
    p_well = 1.0 / (1.0 + np.exp(-(1.5 - 0.9 * late + 0.35 * np.clip(effects.tone, 0, 1) * felt)))
    return Tickets(
        priority=priority,
        first_reply=first_reply,
        resolved=resolved,
        is_escalated=draw.random(n) < p_escalated,
        n_reopens=draw.poisson(0.12 * slow),
        n_transfers=draw.poisson(0.25 * slow),
        is_complaint=worse & (draw.random(n) < 0.30),
        is_well_solved=draw.random(n) < p_well,
        had_play=had_play,
    )
