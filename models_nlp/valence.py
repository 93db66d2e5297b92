"""The transparent lexicon: how listed words become a score, with every matched word and its weight kept.

Belongs here: the rules (negation and its scope, intensifiers, contrast, wishes, faults that persist).
Does not: the lists (``lexicon/``), spaCy (``pipeline``), learned weights.

Rules, in order: the longest listed phrase wins. A word's valence is multiplied by the intensifiers and dampeners
just before it; turned (× −0.6) by a negator up to four tokens before it in the same clause, unless the phrase has
its own; weakened under a wish ("would be great"). Fault words ("error", "issue", "failed") weigh 0; −1.2 when they
persist ("fails again"); +1.0 when they are denied ("no issues"), +0.9 when gone ("issue fixed"). What stands before
the last "but" counts × 0.5, what stands after it × 1.4. The sum s becomes s / √(s² + 12), between −1 and +1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from models_nlp.modifiers import NEGATION_SCOPE, NEVER_UNREAL, Marks
from models_nlp.phrases import PhraseTable, read_rows, squeeze

LEXICON_FOLDER = Path(__file__).parent / "lexicon"

NEGATED = -0.6
SHOUTED = 1.2
STRETCHED = 1.15
SATURATION = 12.0

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
        self.fault_words = frozenset(word for word, _ in faults)
        # None marks a fault word: its weight depends on its neighbours.
        self.words: PhraseTable[float | None] = PhraseTable([*faults, *valence])
        self.modifiers: PhraseTable[tuple[str, float]] = PhraseTable(
            (phrase, (kind, float(strength))) for kind, phrase, strength in read_rows(folder / "modifiers.tsv", 3)
        )

    def read(self, words: list[str], lowered: list[str] | None = None) -> Reading:
        """Score a text given as its tokens in their original case (and in lower case, if the caller has them)."""
        lowered = [word.lower() for word in words] if lowered is None else lowered
        plain = squeeze(lowered, self.words)
        found = list(self.words.find(plain))
        n_exclamations = sum(w[0] == "!" for w in words)
        is_question = any(w[0] == "?" for w in words)
        if not found:
            return Reading(0.0, (), _features(0.0, [], 0, 0, False, is_question, n_exclamations, 0, 0, len(words)))
        marks = Marks(plain, self.modifiers)
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
        marks: Marks,
    ) -> float:
        if not valence:
            return 0.0
        weight = valence * marks.strength(start)
        if words[start].isupper() and len(words[start]) > 2 and not marks.is_all_caps(words):
            weight *= SHOUTED
        if plain[start] != lowered[start]:
            weight *= STRETCHED
        if negation := marks.negation_of(start, end):
            weight *= NEGATED * negation
        elif weight > 0 and plain[start] not in NEVER_UNREAL:
            weight *= marks.unreality(start, end)
        return weight * marks.clause_factor(start)


_VALENCE_FILES = ("valence.tsv", "phrases.tsv", "emoji.tsv")


def _evidence(lowered: list[str], start: int, end: int, marks: Marks) -> str:
    """The matched words as shown to people, with the negator that turned them."""
    text = " ".join(lowered[start:end])
    for at in range(start - 1, max(-1, start - 1 - NEGATION_SCOPE), -1):
        if at in marks.negators and marks.negation_of(start, end):
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
