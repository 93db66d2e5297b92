"""World: everything that decides what a sample company looks like, as one frozen value.

Belongs here: size, seed, calendar, the planted effects and their strengths, the streams of chance.
Does not: drawing anything from them. The same World gives the same bytes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

LAST_DAY = date(2026, 9, 27)  # a Sunday, so that every week of the window is finished
DAYS_PER_MONTH = 365.25 / 12

SENTIMENT_CUTS = (-0.95, 0.75)  # on the logit scale: below is −1, above is +1, between is 0


_LINKS = (  # what a null world cuts: all that leads from feeling, events and plays to what can be seen
    "tone",
    "scores",
    "renewal",
    "usage",
    "waits",
    "ticket_volume",
    "escalation",
    "response",
    "season",
    "events",
    "play_escalations",
    "play_time_to_value",
    "play_renewal_points",
    "play_feeling",
)


@dataclass(frozen=True)
class Effects:
    """How strongly the latent feeling and the planted events reach what can be seen. 0 = not at all.

    Slopes are per unit of latent feeling, whose standard deviation over accounts and weeks is about 1.
    """

    tone: float = 1.5  # logit of what is said and written
    scores: float = 1.0  # survey answers (times each survey's own slope)
    renewal: float = 1.3  # logit of the renewal's outcome
    usage: float = 0.22  # log of the level that usage drifts to
    waits: float = 0.30  # log of first-reply and resolution times (unhappy accounts wait longer)
    ticket_volume: float = 0.30  # log of tickets per week (unhappy accounts write more)
    escalation: float = 0.55  # logit of an escalation
    response: float = 0.25  # logit of answering a survey (the happy answer more)
    season: float = 0.40  # half the yearly swing of feeling, peak in July, trough in January
    events: float = 1.0  # multiplies what incidents, price changes and releases do to feeling
    account_level: float = 0.75  # standard deviation of accounts' own level
    weekly_sd: float = 0.45  # stationary standard deviation of the weekly AR(1)
    weekly_memory: float = 0.94  # its coefficient
    person_level: float = 0.35  # standard deviation of people around their role's feeling
    # the recovery play (METHOD §11)
    play_escalations: float = -0.21  # relative change of the probability of an escalation
    play_time_to_value: float = -0.18  # relative change of the days from onboarding to adoption
    play_renewal_points: float = 0.049  # added probability of a gross renewal
    play_feeling: float = 0.30  # lift of feeling at the start, half of it left after 12 weeks

    @classmethod
    def none(cls) -> Effects:
        """Nothing linked to anything: outcomes, texts, answers, usage and waits ignore feeling, events and plays."""
        unlinked = dict.fromkeys(_LINKS, 0.0)
        return replace(cls(), **unlinked)


@dataclass(frozen=True)
class World:
    """One sample company to be. ``touches`` counts what customers write, say and rate."""

    seed: int = 7
    accounts: int = 120
    people: int = 900
    months: int = 18
    touches: int = 25_000
    null_world: bool = False
    last_day: date = LAST_DAY
    effects: Effects = field(default_factory=Effects)

    def __post_init__(self) -> None:
        for name, least in (("accounts", 5), ("people", self.accounts), ("months", 3), ("touches", 100)):
            value = getattr(self, name)
            if value < least:
                raise ValueError(f"{name} is {value}; a sample company needs at least {least}")
        if self.last_day.weekday() != 6:
            raise ValueError("last_day must be a Sunday, so that the last week is finished")
        if self.null_world and self.effects != Effects.none():
            object.__setattr__(self, "effects", Effects.none())

    @cached_property
    def n_weeks(self) -> int:
        """Whole weeks in the window: 78 for 18 months."""
        return round(self.months * DAYS_PER_MONTH / 7)

    @cached_property
    def n_days(self) -> int:
        """Whole days in the window."""
        return self.n_weeks * 7

    @cached_property
    def first_day(self) -> date:
        """The Monday on which the window opens."""
        return self.last_day - timedelta(days=self.n_days - 1)

    def day(self, number: int) -> date:
        """The date of day ``number`` of the window (0 is the first; negative is before)."""
        return self.first_day + timedelta(days=int(number))

    def stamp(self, seconds: float, style: str = "{day}T{clock}Z") -> str:
        """The moment ``seconds`` after the window opens (UTC) as text, by default ``2026-05-31T14:05:09Z``."""
        number, rest = divmod(int(seconds), 86_400)
        text = self._day_texts.get(number)
        if text is None:
            text = self._day_texts[number] = f"{self.day(number):%Y-%m-%d}"
        clock = f"{rest // 3_600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
        return style.format(day=text, clock=clock)

    @cached_property
    def _day_texts(self) -> dict[int, str]:
        return {}

    def chance(self, subject: str) -> np.random.Generator:
        """The stream of chance of one subject: adding a subject leaves the others' draws as they are."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, zlib.crc32(subject.encode())])))
