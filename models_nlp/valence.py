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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from models_nlp.modifiers import FUNCTION_WORDS, NEGATION_SCOPE, FunctionWords, Marks, read_modifiers
from models_nlp.phrases import PhraseTable, read_rows, squeezed
from models_nlp.words import Batch, Words, extended

LEXICON_FOLDER = Path(__file__).parent / "lexicon"

#: No word is better or worse than this.
MOST = 4
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


class Hit(NamedTuple):
    """One matched word or phrase: token positions, its text and the weight that it brought in."""

    start: int
    end: int
    text: str
    weight: float


# Numbers of about unit size: those that every text has, and those that only hits give.
_ASKS, _EXCLAIMS, _LENGTH = (FEATURES.index(name) for name in ("is_question", "n_exclamations", "length"))
_OF_HITS = np.array([n for n in range(len(FEATURES)) if n not in (_ASKS, _EXCLAIMS, _LENGTH)])
# What is known of a word: its number in the phrase table, and whether it is a run of marks.
_KNOWN = ("code", "asks", "exclaims")


@dataclass(frozen=True)
class Reading:
    """What the lexicon saw in one text: ``score`` in −1 … +1, the hits, and numbers for the learned heads."""

    score: float
    hits: tuple[Hit, ...]
    features: tuple[float, ...]


class ValenceLexicon:
    """The word lists of one folder, ready to read texts."""

    FILES = ("valence.tsv", "phrases.tsv", "fault_words.txt", "modifiers.tsv", "emoji.tsv", FUNCTION_WORDS)

    def __init__(self, folder: Path) -> None:
        valence = [
            (w, float(v)) for name in self.FILES if name in _VALENCE_FILES for w, v in read_rows(folder / name, 2)
        ]
        if beyond := [word for word, value in valence if not -MOST <= value <= MOST]:
            raise ValueError(f"{beyond[0]!r} has a valence beyond ±{MOST}")
        faults = [(w, None) for (w,) in read_rows(folder / "fault_words.txt", 1)]
        self.fault_words = frozenset(word for word, _ in faults)
        # None marks a fault word: its weight depends on its neighbours. Of a modifier: what it does, how strongly.
        self.table: PhraseTable[float | tuple[str, float] | None] = PhraseTable(
            [
                *(("word", phrase, value) for phrase, value in (*faults, *valence)),
                *(("modifier", phrase, (does, float(strength))) for does, phrase, strength in read_modifiers(folder)),
            ],
            overlapping=("modifier",),
        )
        self._function = FunctionWords(folder)
        self._words = Words(self._learn)
        self._known = np.zeros((1024, len(_KNOWN)), dtype=np.int64)
        self._plain: dict[str, str] = {}  # stretched words in the form in which they are listed

    def read(self, words: list[str]) -> Reading:
        """One text given as its tokens in their original case."""
        features, hits = self.read_all(Batch([words]))
        return Reading(float(features[0, 0]), hits[0], tuple(features[0].tolist()))

    def read_all(self, batch: Batch) -> tuple[np.ndarray, list[tuple[Hit, ...]]]:
        """(n, ``FEATURES``) numbers and each text's hits. A text's do not depend on the others of its batch."""
        known = self._known_of(batch.flat)
        features = np.zeros((len(batch), len(FEATURES)))
        features[:, _ASKS] = batch.count(known[:, _KNOWN.index("asks")]) > 0
        n_exclamations = batch.count(known[:, _KNOWN.index("exclaims")])
        features[:, _EXCLAIMS] = np.log1p(n_exclamations)
        features[:, _LENGTH] = np.log1p(batch.lengths) / 3
        hits: list[tuple[Hit, ...]] = [()] * len(batch)
        rows, values = [], []
        codes = known[:, _KNOWN.index("code")]

        def plain_of(text: int) -> tuple[int, list[str]]:
            words = batch.words(text)
            is_plain = self._plain.keys().isdisjoint(words)
            return batch.starts[text], words if is_plain else [self._plain.get(word, word) for word in words]

        for text, found in self.table.find_all(codes, batch.owner, plain_of):
            if "word" in found:
                hits[text], of_text = self._weigh(
                    found["word"],
                    found.get("modifier", ()),
                    batch.cased[text],
                    batch.words(text),
                    plain_of(text)[1],
                    int(n_exclamations[text]),
                )
                rows.append(text)
                values.append(of_text)
        if rows:
            features[np.array(rows)[:, None], _OF_HITS] = values
        return features, hits

    def _known_of(self, words: list[str]) -> np.ndarray:
        numbers = self._words.numbers(words)  # before the table is read: learning may put another in its place
        return self._known[numbers]

    def _learn(self, words: list[str], first: int) -> None:
        if not first:
            self._plain = {}
        plain = [squeezed(word, self.table) for word in words]
        self._plain.update((word, form) for word, form in zip(words, plain, strict=True) if word != form)
        rows = [
            (self.table.code(form), word[0] == "?", word[0] == "!") for word, form in zip(words, plain, strict=True)
        ]
        self._known = extended(self._known, np.array(rows, dtype=np.int64), first)

    def _weigh(
        self,
        found: list[tuple[int, int, float | None]],
        modifiers: Sequence[tuple[int, int, tuple[str, float]]],
        words: list[str],
        lowered: list[str],
        plain: list[str],
        n_exclamations: int,
    ) -> tuple[tuple[Hit, ...], tuple[float, ...]]:
        """The hits of one text, and its features in the order of ``_OF_HITS``."""
        marks = Marks(plain, modifiers, self._function)
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
        weights = [hit.weight for hit in hits]
        total = sum(weights)
        total += math.copysign(0.3 * min(n_exclamations, 3), total) if total else 0.0
        positive = [w for w in weights if w > 0]
        negative = [-w for w in weights if w < 0]
        return tuple(hits), (
            total / math.sqrt(total * total + SATURATION),
            math.log1p(sum(positive)),
            math.log1p(sum(negative)),
            max(positive, default=0.0) / 3,
            max(negative, default=0.0) / 3,
            (weights[-1] if weights else 0.0) / 3,
            math.log1p(len(positive)),
            math.log1p(len(negative)),
            math.log1p(n_faults),
            math.log1p(n_persistent),
            float(marks.contrast_at is not None),
            math.log1p(len(marks.negators)),
            math.log1p(len(marks.unreal)),
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
        elif weight > 0 and plain[start] not in self._function.wish_proof:
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
