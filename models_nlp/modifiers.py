"""Where negators, intensifiers, wishes and contrasts stand in one text, and what they do to a word at a position.

Belongs here: scopes and factors of modifiers. Does not: the valence of words (``valence``), the lists (``lexicon/``).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from models_nlp.phrases import CLAUSE_MARKS, read_rows

NEGATION_SCOPE = 4
PERSISTENCE_SCOPE = 4
PERSISTENT_FAULT = -1.2
ABSENT_FAULT = 1.0
GONE_FAULT = 0.9
BEFORE_CONTRAST, AFTER_CONTRAST = 0.5, 1.4
CONCEDED = 0.6

FUNCTION_WORDS = "function_words.tsv"
_MODIFIERS = ("negator", "intensifier", "dampener", "contrast", "concession", "persistence", "unreal", "gone")


def read_modifiers(folder: Path) -> list[list[str]]:
    """(kind, word or phrase, strength) of each modifier. Raises ``ValueError`` for a kind that nothing here reads."""
    return _of_kinds(read_rows(folder / "modifiers.tsv", 3), _MODIFIERS, "modifiers.tsv")


def _of_kinds(rows: list[list[str]], kinds: tuple[str, ...], file: str) -> list[list[str]]:
    if unknown := sorted({kind for kind, *_ in rows} - set(kinds)):
        raise ValueError(f"{file}: {', '.join(unknown)} is no kind ({', '.join(kinds)})")
    return rows


class FunctionWords:
    """The words of one language that bound what others reach: a list of (kind, words), kinds as the list explains.

    Raises ``ValueError`` for a kind that nothing here reads.
    """

    _KINDS = ("clause", "denial", "condition", "wish_proof", "addition", "denied_contrast")

    def __init__(self, folder: Path) -> None:
        rows = _of_kinds(read_rows(folder / FUNCTION_WORDS, 2), self._KINDS, FUNCTION_WORDS)
        of = {kind: frozenset(words for of_kind, words in rows if of_kind == kind) for kind in self._KINDS}
        self.clause, self.denials, self.conditions = of["clause"], of["denial"], of["condition"]
        self.wish_proof, self.denied_contrast = of["wish_proof"], of["denied_contrast"]
        self._additions = frozenset(tuple(words.split(" ")) for words in of["addition"])

    def adds(self, words: list[str], at: int) -> bool:
        """Whether the two words from here on announce more of the same ("not only")."""
        return tuple(words[at : at + 2]) in self._additions


class Marks:
    """Where the modifiers of one text stand, and what they do to a word at a position."""

    def __init__(
        self, words: list[str], modifiers: Iterable[tuple[int, int, tuple[str, float]]], function: FunctionWords
    ) -> None:
        """``modifiers``: (start, end, (what it does, strength)) of all that stand in the text, overlapping ones too."""
        self.words = words
        self._function = function
        self.negators: dict[int, float] = {}
        self.strengths: dict[int, float] = {}
        self.unreal: dict[int, float] = {}
        self.persistence: dict[int, float] = {}
        self.gone: list[int] = []
        self.conceded: list[tuple[int, int]] = []  # from a concession to the end of its clause
        self.contrast_at: int | None = None
        self._all_caps: bool | None = None
        for start, end, (kind, strength) in modifiers:
            at = end - 1
            if kind == "negator":
                self.negators[at] = strength
            elif kind in ("intensifier", "dampener"):
                self.strengths[at] = strength
            elif kind == "unreal":
                self.unreal[at] = strength
            elif kind == "persistence":
                self.persistence[at] = strength
            elif kind == "gone":
                self.gone.append(at)
            elif kind == "concession":
                self.conceded.append((start, self._clause_end(start)))
            # "but" as the first word opens an answer, it contrasts nothing in this text.
            elif kind == "contrast" and start > 1 and not self._is_no_contrast(start):
                self.contrast_at = start
        for at in [a for a in self.strengths if a in self.negators]:
            del self.strengths[at]

    def strength(self, position: int) -> float:
        """Product of the intensifiers and dampeners in the two tokens before; 1 when there are none."""
        factor = 1.0
        for at in (position - 1, position - 2):
            if at in self.strengths:
                factor *= self.strengths[at]
            elif at == position - 1:
                break
        return factor

    def negation(self, position: int) -> float:
        """Strength of the nearest negator whose scope reaches the position; 0 when none does."""
        for at in range(position - 1, max(-1, position - 1 - NEGATION_SCOPE), -1):
            word = self.words[at]
            if at in self.negators:
                return 0.0 if self._function.adds(self.words, at) else self.negators[at]
            if word in CLAUSE_MARKS or word in self._function.clause:
                return 0.0
        return 0.0

    def negation_of(self, start: int, end: int) -> float:
        """As :meth:`negation`; a phrase that has its own negator ("can't wait") says already what it means."""
        if any(at in self.negators for at in range(start, end)):
            return 0.0
        return self.negation(start)

    def unreality(self, start: int, end: int) -> float:
        """Factor under a wish or a condition that stands up to four tokens before, in the same clause."""
        for at in range(start - 1, max(-1, start - 5), -1):
            if at in self.unreal:
                following = self.words[at + 1 : end]
                return 1.0 if self._function.wish_proof.intersection(following) else self.unreal[at]
            if self.words[at] in CLAUSE_MARKS:
                return 1.0
        return 1.0

    def clause_factor(self, position: int) -> float:
        factor = 1.0
        if self.contrast_at is not None:
            factor = BEFORE_CONTRAST if position < self.contrast_at else AFTER_CONTRAST
        return factor * CONCEDED if any(start < position < end for start, end in self.conceded) else factor

    def _clause_end(self, position: int) -> int:
        for at in range(position, len(self.words)):
            if self.words[at] in CLAUSE_MARKS:
                return at
        return len(self.words)

    def fault_weight(self, start: int, end: int) -> float:
        if (negation := self.negation(start)) and self.words[start - 1] in self._function.denials:
            return ABSENT_FAULT * negation * self.clause_factor(start)
        near = range(max(0, start - PERSISTENCE_SCOPE), min(len(self.words), end + PERSISTENCE_SCOPE))
        if any(at in near for at in self.gone) and not any(at in near for at in self.negators):
            return GONE_FAULT * self.clause_factor(start)
        strengths = [self.persistence[at] for at in near if at in self.persistence and not start <= at < end]
        return PERSISTENT_FAULT * max(strengths) * self.clause_factor(start) if strengths else 0.0

    def is_all_caps(self, words: list[str]) -> bool:
        """True when the whole text is in capitals: then a capital word says nothing."""
        if self._all_caps is None:
            letters = [w for w in words if w.isalpha() and len(w) > 1]
            self._all_caps = sum(w.isupper() for w in letters) > 0.6 * len(letters)
        return self._all_caps

    def _is_no_contrast(self, contrast_at: int) -> bool:
        """ "not only fast but also reliable" adds, "anything but good" denies."""
        if self.words[contrast_at - 1] in self._function.denied_contrast:
            return True
        return any(self._function.adds(self.words, at) for at in range(contrast_at - 1))
