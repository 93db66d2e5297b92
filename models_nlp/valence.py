"""The transparent lexicon: how listed words become a score, with every matched word and its weight kept.

Belongs here: the rules (negation and its scope, intensifiers, contrast, wishes, faults that persist).
Does not: the lists (``lexicon/``), spaCy (``pipeline``), learned weights.

Rules, in order: the longest listed phrase wins. A word's valence is multiplied by the intensifiers and dampeners
just before it; turned (× −0.6) by a negator up to four tokens before it in the same clause; weakened under a wish
("would be great"). Fault words ("error", "issue", "failed") weigh 0; −1.2 when they persist ("fails again");
+1.0 when they are denied ("no issues") or gone ("issue fixed"). What stands before the last "but" counts × 0.5,
what stands after it × 1.4. The sum s becomes s / √(s² + 12), between −1 and +1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from models_nlp.phrases import CLAUSE_MARKS, PhraseTable, read_rows, squeeze

NEGATION_SCOPE = 4
NEGATED = -0.6
PERSISTENCE_SCOPE = 4
PERSISTENT_FAULT = -1.2
ABSENT_FAULT = 1.0
GONE_FAULT = 0.9
BEFORE_CONTRAST, AFTER_CONTRAST = 0.5, 1.4
CONCEDED = 0.6
SHOUTED = 1.2
STRETCHED = 1.15
SATURATION = 12.0

# Wishes about these are no wishes: "would recommend" is said by who does.
_NEVER_UNREAL = frozenset(("recommend", "recommended"))
# Words that open a new clause for negation: "I do not know, and the support is great".
_CLAUSE_WORDS = frozenset(("but", "however", "because", "which", "although", "though", "while", "and", "so", "yet"))

FEATURES = (
    "score",
    "positive",
    "negative",
    "strongest_positive",
    "strongest_negative",
    "last",
    "n_positive",
    "n_negative",
    "n_faults",
    "n_persistent_faults",
    "has_contrast",
    "is_question",
    "n_exclamations",
    "n_negators",
    "n_unreal",
    "length",
)


@dataclass(frozen=True)
class Hit:
    """One matched word or phrase: token positions, its text and the weight that it brought in."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True)
class Reading:
    """What the lexicon saw in one text: ``score`` in −1 … +1, the hits, and numbers for the learned heads."""

    score: float
    hits: tuple[Hit, ...]
    features: tuple[float, ...]


class ValenceLexicon:
    """The word lists of one folder, ready to read texts."""

    FILES = ("valence.tsv", "phrases.tsv", "fault_words.txt", "modifiers.tsv", "emoji.tsv")

    def __init__(self, folder: Path) -> None:
        valence = [
            (w, float(v)) for name in self.FILES if name in _VALENCE_FILES for w, v in read_rows(folder / name, 2)
        ]
        faults = [(w, None) for (w,) in read_rows(folder / "fault_words.txt", 1)]
        # None marks a fault word: its weight depends on its neighbours.
        self.words: PhraseTable[float | None] = PhraseTable([*faults, *valence])
        self.modifiers: PhraseTable[tuple[str, float]] = PhraseTable(
            (phrase, (kind, float(strength))) for kind, phrase, strength in read_rows(folder / "modifiers.tsv", 3)
        )

    def read(self, words: list[str]) -> Reading:
        """Score a text given as its tokens, in their original case."""
        lowered = [word.lower() for word in words]
        plain = squeeze(lowered, self.words)
        found = list(self.words.find(plain))
        n_exclamations = sum(w[0] == "!" for w in words)
        is_question = any(w[0] == "?" for w in words)
        if not found:
            return Reading(0.0, (), _features(0.0, [], 0, 0, False, is_question, n_exclamations, 0, 0, len(words)))
        marks = _Marks(plain, self.modifiers)
        hits: list[Hit] = []
        n_faults = n_persistent = 0
        for start, end, valence in found:
            if valence is None:
                n_faults += 1
                weight = marks.fault_weight(start, end)
                n_persistent += weight < 0
            else:
                weight = self._weight(valence, start, end, words, lowered, plain, marks)
            if weight:
                hits.append(Hit(start, end, _evidence(lowered, start, end, marks), round(weight, 3)))
        total = sum(hit.weight for hit in hits)
        total += math.copysign(0.3 * min(n_exclamations, 3), total) if total else 0.0
        score = total / math.sqrt(total * total + SATURATION)
        return Reading(
            score,
            tuple(hits),
            _features(
                score,
                [hit.weight for hit in hits],
                n_faults,
                n_persistent,
                marks.contrast_at is not None,
                is_question,
                n_exclamations,
                len(marks.negators),
                len(marks.unreal),
                len(words),
            ),
        )

    def _weight(
        self,
        valence: float,
        start: int,
        end: int,
        words: list[str],
        lowered: list[str],
        plain: list[str],
        marks: _Marks,
    ) -> float:
        if not valence:
            return 0.0
        weight = valence * marks.strength(start)
        if words[start].isupper() and len(words[start]) > 2 and not marks.is_all_caps(words):
            weight *= SHOUTED
        if plain[start] != lowered[start]:
            weight *= STRETCHED
        is_phrase = end - start > 1
        if (negation := marks.negation(start)) and not is_phrase:
            weight *= NEGATED * negation
        elif weight > 0 and plain[start] not in _NEVER_UNREAL:
            weight *= marks.unreality(start, end)
        return weight * marks.clause_factor(start)


_VALENCE_FILES = ("valence.tsv", "phrases.tsv", "emoji.tsv")


class _Marks:
    """Where the modifiers of one text stand, and what they do to a word at a position."""

    def __init__(self, words: list[str], modifiers: PhraseTable[tuple[str, float]]) -> None:
        self.words = words
        self.negators: dict[int, float] = {}
        self.strengths: dict[int, float] = {}
        self.unreal: dict[int, float] = {}
        self.persistence: dict[int, float] = {}
        self.gone: list[int] = []
        self.concessions: list[int] = []
        self.contrast_at: int | None = None
        self._all_caps: bool | None = None
        for start, end, (kind, strength) in modifiers.find(words, overlapping=True):
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
                self.concessions.append(start)
            # "but" as the first word opens an answer, it contrasts nothing in this text.
            elif kind == "contrast" and start > 1 and not _is_not_only(words, start):
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
                if word == "not" and at + 1 < len(self.words) and self.words[at + 1] in ("only", "just"):
                    return 0.0
                return self.negators[at]
            if word in CLAUSE_MARKS or word in _CLAUSE_WORDS:
                return 0.0
        return 0.0

    def unreality(self, start: int, end: int) -> float:
        """Factor under a wish or a condition that stands up to four tokens before, in the same clause."""
        for at in range(start - 1, max(-1, start - 5), -1):
            if at in self.unreal:
                following = self.words[at + 1 : end]
                return 1.0 if _NEVER_UNREAL.intersection(following) else self.unreal[at]
            if self.words[at] in CLAUSE_MARKS:
                return 1.0
        return 1.0

    def clause_factor(self, position: int) -> float:
        factor = 1.0
        if self.contrast_at is not None:
            factor = BEFORE_CONTRAST if position < self.contrast_at else AFTER_CONTRAST
        for at in self.concessions:
            if at < position and not any(w in CLAUSE_MARKS for w in self.words[at:position]):
                factor *= CONCEDED
        return factor

    def fault_weight(self, start: int, end: int) -> float:
        if (negation := self.negation(start)) and self.words[start - 1] in _DENIALS:
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


def _is_not_only(words: list[str], contrast_at: int) -> bool:
    """ "not only fast but also reliable" adds, it contrasts nothing."""
    return any(words[at] == "not" and words[at + 1] in ("only", "just") for at in range(contrast_at - 1))


# A fault is denied only by these, directly before it: "no issues"; "did not fix the issue" denies the fix.
_DENIALS = frozenset(("no", "without", "zero", "any", "never", "few", "had"))


def _evidence(lowered: list[str], start: int, end: int, marks: _Marks) -> str:
    """The matched words as shown to people, with the negator that turned them."""
    text = " ".join(lowered[start:end])
    for at in range(start - 1, max(-1, start - 1 - NEGATION_SCOPE), -1):
        if at in marks.negators and marks.negation(start) and end - start == 1:
            return f"{lowered[at]} {'… ' if at < start - 1 else ''}{text}"
    return text


def _features(
    score: float,
    weights: list[float],
    n_faults: int,
    n_persistent: int,
    has_contrast: bool,
    is_question: bool,
    n_exclamations: int,
    n_negators: int,
    n_unreal: int,
    n_words: int,
) -> tuple[float, ...]:
    """Numbers of about unit size for the learned heads, in the order of ``FEATURES``."""
    positive = [w for w in weights if w > 0]
    negative = [-w for w in weights if w < 0]
    return (
        score,
        math.log1p(sum(positive)),
        math.log1p(sum(negative)),
        max(positive, default=0.0) / 3,
        max(negative, default=0.0) / 3,
        (weights[-1] if weights else 0.0) / 3,
        math.log1p(len(positive)),
        math.log1p(len(negative)),
        math.log1p(n_faults),
        math.log1p(n_persistent),
        float(has_contrast),
        float(is_question),
        math.log1p(n_exclamations),
        math.log1p(n_negators),
        math.log1p(n_unreal),
        math.log1p(n_words) / 3,
    )
