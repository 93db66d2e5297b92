"""Consents: who was asked, who said no, who changed their mind.

Belongs here: drawing the records and the state that holds at the window's end. Does not: file shapes (``vendors``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.company_shape import Shape
from simulator.world import World

PURPOSES = ("feedback_analysis", "call_recording")
_ASKED = 0.6  # share of people of whom there is a record
_DENIES = {"feedback_analysis": 0.03, "call_recording": 0.06}  # of all people
_CHANGES = 0.02


@dataclass(frozen=True)
class Consents:
    """``records``: (person, purpose, second, state) as drawn, each person's in order of time; ``denied``: purpose →
    people who deny it now."""

    records: tuple[tuple[int, str, int, str], ...]
    denied: dict[str, frozenset[int]]

    @cached_property
    def _words(self) -> dict[tuple[int, str], list[tuple[int, str]]]:
        words: dict[tuple[int, str], list[tuple[int, str]]] = {}
        for person, purpose, second, state in self.records:
            words.setdefault((person, purpose), []).append((second, state))
        return words

    def may_be_heard(self, person: int, purpose: str, second: int) -> bool:
        """Whether what ``person`` said at ``second`` may be read now: no refusal held then, and none holds now."""
        said = "granted"
        for at, state in self._words.get((person, purpose), []):
            said = state if at <= second else said
        return said == "granted" and person not in self.denied[purpose]


def draw_consents(world: World, shape: Shape) -> Consents:
    """Records of both purposes; those after the window's end are not there yet."""
    draw = world.chance("consents")
    records: list[tuple[int, str, int, str]] = []
    denied: dict[str, frozenset[int]] = {}
    for purpose in PURPOSES:
        asked, says_no, changes = (draw.random(shape.n_people) for _ in range(3))
        first = draw.integers(-300, max(1, world.n_days - 200), shape.n_people)
        later = first + draw.integers(30, 190, shape.n_people)
        latest: dict[int, str] = {}
        for person in np.flatnonzero(asked < _ASKED).tolist():
            state = "denied" if says_no[person] < _DENIES[purpose] / _ASKED else "granted"
            states = [(int(first[person]), state)]
            if changes[person] < _CHANGES:
                states.append((int(later[person]), "granted" if state == "denied" else "denied"))
            for day, said in states:
                records.append((person, purpose, day * 86_400 + 36_000 + person % 3_600, said))
                latest[person] = said
        denied[purpose] = frozenset(p for p, said in latest.items() if said == "denied")
    return Consents(tuple(records), denied)
