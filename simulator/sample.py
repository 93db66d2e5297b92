"""Everything that happened in one sample company, in memory, before any vendor writes it down.

Belongs here: drawing the parts in their order. Does not: files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator import company_shape, consents, conversations, feeling, outcomes, surveys, usage
from simulator.causes import CauseChoice
from simulator.grammar.text import Text
from simulator.scripts import Script, write_script, write_verbatims
from simulator.timing import Timing
from simulator.world import World

CHANNELS = ("ticket", "chat", "email", "call", "social", "community", "review")


@dataclass(frozen=True)
class Sample:
    """One sample company. ``scripts``: channel → lines; ``verbatims``: index of the answer → text."""

    world: World
    shape: company_shape.Shape
    feeling: feeling.Feeling
    outcomes: outcomes.Outcomes
    timing: Timing
    conversations: dict[str, conversations.Conversations]
    scripts: dict[str, Script]
    invitations: surveys.Invitations
    answers: surveys.Answers
    verbatims: dict[int, Text]
    usage: usage.Usage
    consents: consents.Consents

    @property
    def tickets(self) -> conversations.Conversations:
        """The tickets among the conversations."""
        return self.conversations["ticket"]


def simulate(world: World, step: Callable[[], None] = lambda: None, with_words: bool = True) -> Sample:
    """Draw the whole company. ``step`` is called ``N_STEPS`` times; ``with_words=False`` leaves the texts out."""
    shape = company_shape.build(world)
    felt = feeling.simulate(world, shape)
    decided = outcomes.decide(world, shape, felt)
    timing = Timing(world, shape, decided)
    causes = CauseChoice(world, shape, felt.events)
    step()
    planned = {c: conversations.plan(world, shape, felt, timing, causes, c) for c in CHANNELS}
    invitations = surveys.invite(world, shape, timing, decided, planned["ticket"])
    answers = surveys.answer(world, shape, felt, timing, causes, invitations, planned["ticket"])
    used = usage.simulate(world, shape, felt, decided, timing)
    agreed = consents.draw_consents(world, shape)
    step()
    scripts, verbatims = {}, {}
    for channel in CHANNELS if with_words else ():
        scripts[channel] = write_script(world, shape, planned[channel], planned["ticket"])
        step()
    if with_words:
        verbatims = write_verbatims(world, shape, answers)
        step()
    return Sample(world, shape, felt, decided, timing, planned, scripts, invitations, answers, verbatims, used, agreed)


N_STEPS = 3 + len(CHANNELS)
