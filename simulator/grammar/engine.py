"""The template engine: ``[this|that]`` chooses, ``{slot}`` fills, both may nest; ``[maybe|]`` may be empty.

Belongs here: parsing templates and expanding them with a stream of chance. Does not: any vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeVar

import numpy as np

T = TypeVar("T")

#: What a slot may be: a template, a choice of templates, or a function of the draws.
Slots = dict[str, "str | Sequence[str] | Callable[[Draws], str]"]
Node = str | tuple  # text, ("slot", name) or ("choice", tuple of sequences of nodes)


class Draws:
    """A buffered stream of uniform numbers: many single draws at the price of few calls."""

    def __init__(self, generator: np.random.Generator, size: int = 65_536):
        self._generator, self._size = generator, size
        self._values: list[float] = []
        self._at = 0

    def uniform(self) -> float:
        """The next number in [0, 1)."""
        if self._at >= len(self._values):
            self._values, self._at = self._generator.random(self._size).tolist(), 0
        self._at += 1
        return self._values[self._at - 1]

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` − 1."""
        return int(self.uniform() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.uniform() * len(choices))]

    def happens(self, probability: float) -> bool:
        return self.uniform() < probability


@cache
def parse(template: str) -> tuple[Node, ...]:
    """The nodes of a template. Raises ValueError, naming the template, where a bracket does not close."""
    nodes, at = _sequence(template, 0, "")
    if at != len(template):
        raise ValueError(f"stray {template[at]!r} at {at} in template: {template}")
    return nodes


def _sequence(template: str, at: int, stops: str) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    text = ""
    while at < len(template) and template[at] not in stops:
        char = template[at]
        if char == "[":
            options = []
            while True:
                option, at = _sequence(template, at + 1, "|]")
                options.append(option)
                if at >= len(template):
                    raise ValueError(f"[ without ] in template: {template}")
                if template[at] == "]":
                    break
            nodes += [text, ("choice", tuple(options))]
            text, at = "", at + 1
        elif char == "{":
            end = template.find("}", at)
            if end < 0:
                raise ValueError(f"{{ without }} in template: {template}")
            nodes += [text, ("slot", template[at + 1 : end])]
            text, at = "", end + 1
        elif char in "]}":
            break
        else:
            text += char
            at += 1
    nodes.append(text)
    return tuple(n for n in nodes if n != ""), at


def expand(template: str, slots: Mapping[str, object], draws: Draws) -> str:
    """Fill a template. A slot is a text, a sequence of templates to choose from, or a function of the draws."""
    out: list[str] = []
    _expand(parse(template), slots, draws, out)
    text = "".join(out)
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace(" ,", ",").replace(" .", ".").strip()


def _expand(nodes: tuple[Node, ...], slots: Mapping[str, object], draws: Draws, out: list[str]) -> None:
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif node[0] == "choice":
            _expand(draws.pick(node[1]), slots, draws, out)
        else:
            value = slots[node[1]]
            if callable(value):
                out.append(value(draws))
            elif isinstance(value, str):
                _expand(parse(value), slots, draws, out)
            else:
                _expand(parse(draws.pick(value)), slots, draws, out)
