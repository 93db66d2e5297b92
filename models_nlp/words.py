"""Distinct tokens and their numbers: what is known of a word is worked out once, at its first meeting.

Belongs here: the numbering and the batch of texts cut into tokens. Does not: what a reader knows of a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain

import numpy as np

from models_nlp.tokens import cut

# Distinct tokens kept in memory; beyond it a reader starts anew. A million real texts hold about as many.
MAX_WORDS = 200_000
# What is kept of a token: no word is longer, and keys and base64 need no place in memory.
MAX_LENGTH = 64


class Batch:
    """Some texts cut into tokens, each once for all readers.

    ``flat``: all tokens in lower case one after the other; ``owner``: the text of each, rising; ``cased``: as written.
    """

    def __init__(self, cased: Sequence[list[str]]) -> None:
        self.cased = cased
        self.lengths = np.fromiter(map(len, cased), dtype=np.int64, count=len(cased))
        self.ends = np.cumsum(self.lengths)
        self.owner = np.repeat(np.arange(len(cased)), self.lengths)
        # No token holds a line's end: one call lowers them all.
        self.flat = "\n".join(chain.from_iterable(cased)).lower().split("\n") if len(self.owner) else []
        if len(max(self.flat, key=len, default="")) > MAX_LENGTH:
            self.flat = [token[:MAX_LENGTH] for token in self.flat]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Batch:
        return cls([cut(text) for text in texts])

    def __len__(self) -> int:
        return len(self.cased)

    @cached_property
    def starts(self) -> list[int]:
        """Where each text's tokens begin in ``flat``."""
        return (self.ends - self.lengths).tolist()

    def words(self, text: int) -> list[str]:
        """The tokens of one text in lower case."""
        start = self.starts[text]
        return self.flat[start : start + len(self.cased[text])]

    def count(self, is_counted: np.ndarray) -> np.ndarray:
        """How many tokens of each text are marked in ``is_counted`` (aligned with ``flat``)."""
        return np.bincount(self.owner, weights=is_counted, minlength=len(self))


class Words:
    """A number for each distinct token.

    ``learn(tokens, first)`` is called with tokens that were never seen, before their numbers, which rise from
    ``first``, are used. At ``first`` 0 all that was learned before may be forgotten.
    """

    def __init__(self, learn: Callable[[list[str], int], None]) -> None:
        self._learn = learn
        self._numbers: dict[str, int] = {}

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_numbers": {}}

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, tokens: list[str]) -> np.ndarray:
        known = self._numbers
        if fresh := set(tokens).difference(known):
            if len(known) + len(fresh) > MAX_WORDS:
                known.clear()
                fresh = set(tokens)
            ordered, first = sorted(fresh), len(known)
            self._learn(ordered, first)
            known.update(zip(ordered, range(first, first + len(ordered)), strict=True))
        return np.fromiter(map(known.__getitem__, tokens), dtype=np.int64, count=len(tokens))


def extended(column: np.ndarray, values: np.ndarray, first: int) -> np.ndarray:
    """``column`` with ``values`` written from row ``first`` on, grown to twice its size where they do not fit."""
    needed = first + len(values)
    if needed > len(column):
        grown = np.zeros((max(needed, 2 * len(column)), *column.shape[1:]), dtype=column.dtype)
        grown[:first] = column[:first]
        column = grown
    column[first:needed] = values
    return column
