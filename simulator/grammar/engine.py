"""The template engine: ``[this|that]`` chooses, ``{slot}`` fills, both may nest; ``[maybe|]`` may be empty.

Belongs here: parsing templates and expanding them with a stream of chance. Does not: any vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

#: Slot → a template, a tuple of templates to choose from, or a function ``Draws -> str``.
Slots = dict[str, Any]
Node = str | tuple  # text, ("slot", name) or ("choice", tuple of sequences of nodes)


class Draws:
    """A buffered stream of uniform numbers: many single draws at the price of few calls."""

    def __init__(self, generator: np.random.Generator, size: int = 65_536):
        self._generator, self._size = generator, size
        self._next = iter(()).__next__

    def uniform(self) -> float:
        """The next number in [0, 1)."""
        try:
            return self._next()
        except StopIteration:
            self._next = iter(self._generator.random(self._size).tolist()).__next__
            return self._next()

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` − 1."""
        return int(self.uniform() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of ``choices``, each as likely as the others."""
        return choices[int(self.uniform() * len(choices))]

    def happens(self, probability: float) -> bool:
        """True with this probability."""
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


def expand(template: str, slots: Mapping[str, Any], draws: Draws) -> str:
    """Fill a template. A slot is a template, a tuple of templates to choose from, or a function of the draws."""
    out: list[str] = []
    _expand(parse(template), slots, draws, out)
    text = "".join(out)
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace(" ,", ",").replace(" .", ".").strip()


def _expand(nodes: tuple[Node, ...], slots: Mapping[str, Any], draws: Draws, out: list[str]) -> None:
    for node in nodes:
        if type(node) is str:
            out.append(node)
            continue
        kind, content = node
        if kind == "choice":
            _expand(content[int(draws.uniform() * len(content))], slots, draws, out)
            continue
        value = slots[content]
        if type(value) is tuple:
            value = value[int(draws.uniform() * len(value))]
        if type(value) is str:
            _expand(parse(value), slots, draws, out)
        else:
            out.append(value(draws))
