"""Emotion, intents, root causes, effort and resolution read from listed phrases: simple, and each with its words.

Belongs here: the rules that turn matched phrases into these tags. Does not: sentiment (``valence``), learned heads.
A tag that nothing in the text speaks for is absent: no emotion, no intent, no effort, resolution ``unknown``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models_nlp.modifiers import FUNCTION_WORDS, FunctionWords, read_modifiers
from models_nlp.phrases import CLAUSE_MARKS, PhraseTable, read_rows
from models_nlp.tag_heads import TagHeads
from models_nlp.taxonomy import OwnTaxonomy
from models_nlp.vocabulary import EMOTIONS, RESOLUTIONS, ROOT_CAUSES
from models_nlp.words import Batch, Words, extended

NEGATION_SCOPE = 3
# What a denied emotion turns into; the others just vanish ("not angry" is no joy).
_DENIED_EMOTION = {"joy": "disappointment", "trust": "disappointment"}
_GLAD = frozenset(("joy", "gratitude", "trust"))
_UNHAPPY = frozenset(("disappointment", "frustration", "anger", "fear", "sadness"))
# How fast several words add up: one full word gives 0.55, two 0.80, three 0.91.
_INTENSITY_RATE = 0.8
_INTENSIFIED = 1.5


@dataclass(frozen=True)
class Tags:
    """What the phrases say; ``emotions`` maps an emotion to its intensity 0–1, ``evidence`` a tag to its words."""

    emotions: dict[str, float]
    intents: tuple[str, ...]
    root_causes: tuple[str, ...]
    effort: float | None
    resolution: str
    evidence: dict[str, str]
    denied: frozenset[str] = frozenset()  # emotions that the text says are not felt

    @property
    def emotion(self) -> str:
        """The strongest emotion (the list's order decides ties), or ``none``."""
        return max(self.emotions, key=lambda e: (self.emotions[e], -EMOTIONS.index(e)), default="none")

    @property
    def emotion_intensity(self) -> float:
        return max(self.emotions.values(), default=0.0)


def with_learned(tags: Tags, learned: dict[tuple[str, str], float]) -> Tags:
    """What the phrases say and what the learned heads add, with their probabilities: (kind, tag) → probability.

    An emotion that both hear has the greater intensity; ≈ stands for the words of one that only the heads hear. Heads
    do not hear a "not": what the text denies stays denied, and no head finds joy where the phrases find its opposite.
    """
    if not learned:
        return tags
    is_unhappy = not _UNHAPPY.isdisjoint(tags.emotions) and _GLAD.isdisjoint(tags.emotions)
    emotions, intents, evidence = dict(tags.emotions), set(tags.intents), dict(tags.evidence)
    for (kind, tag), probability in learned.items():
        if kind == "emotion" and (tag in tags.denied or (tag in _GLAD and is_unhappy)):
            continue
        if kind == "emotion":
            emotions[tag] = max(probability, emotions.get(tag, 0.0))
            evidence.setdefault(tag, "≈")
        else:
            intents.add(tag)
            evidence.setdefault(f"{kind}:{tag}", "≈")
    return replace(tags, emotions=dict(sorted(emotions.items())), intents=tuple(sorted(intents)), evidence=evidence)


# One phrase may speak for several tags: (kind, value, strength).
_Tag = tuple[str, str, float]
# Matches of one kind: (start, end, tags).
_Found = Sequence[tuple[int, int, tuple[_Tag, ...]]]


class TagRules:
    """The tag lists of one folder in one phrase table, with what a company adds to them."""

    FILES = ("emotions.tsv", "taxonomy.yml", "effort.tsv", "resolution.tsv", "modifiers.tsv", FUNCTION_WORDS)

    def __init__(self, folder: Path, own: OwnTaxonomy | None = None) -> None:
        tags: dict[str, list[_Tag]] = {}
        for phrase, tag in _read_tags(folder):
            tags.setdefault(phrase, []).append(tag)
        for kind, name, phrase in own.phrases if own else ():
            tags.setdefault(phrase, []).append((kind, name, 1.0))
        self._table: PhraseTable[tuple[_Tag, ...]] = PhraseTable(
            (kind, phrase, tuple(tag for tag in phrase_tags if tag[0] == kind))
            for phrase, phrase_tags in tags.items()
            for kind in sorted({tag[0] for tag in phrase_tags})
        )
        self.intents = frozenset(value for of in tags.values() for kind, value, _ in of if kind == "intent")
        self.emotions = frozenset(value for of in tags.values() for kind, value, _ in of if kind == "emotion")
        self._words = Words(self._learn)
        self._codes = np.zeros(1024, dtype=np.int64)
        modifiers = read_modifiers(folder)
        self._negators = frozenset(phrase for kind, phrase, _ in modifiers if kind == "negator" and " " not in phrase)
        self._conditions = FunctionWords(folder).conditions
        self._intensifiers = frozenset(phrase for kind, phrase, _ in modifiers if kind == "intensifier")

    def read(self, words: list[str]) -> Tags:
        """The tags of a text given as its tokens."""
        return self.read_all(Batch([words]))[0]

    def read_all(self, batch: Batch) -> list[Tags]:
        """The tags of each text. They do not depend on the others of its batch."""
        tags = [_NOTHING] * len(batch)
        numbers = self._words.numbers(batch.flat)
        for text, found in self._table.find_all(
            self._codes[numbers], batch.owner, lambda text: (batch.starts[text], batch.words(text))
        ):
            tags[text] = self._tags(batch.words(text), found)
        return tags

    def _learn(self, words: list[str], first: int) -> None:
        codes = np.array([self._table.code(word) for word in words], dtype=np.int64)
        self._codes = extended(self._codes, codes, first)

    def _tags(self, words: list[str], found: dict[str, _Found]) -> Tags:
        evidence: dict[str, str] = {}
        emotions, denied = self._emotions(words, found.get("emotion", ()), evidence)
        return Tags(
            emotions,
            _labels("intent", words, found.get("intent", ()), evidence),
            _labels("root_cause", words, found.get("root_cause", ()), evidence),
            self._effort(words, found.get("effort", ()), evidence),
            self._resolution(words, found.get("resolution", ()), evidence),
            evidence,
            denied,
        )

    def _emotions(
        self, words: list[str], found: _Found, evidence: dict[str, str]
    ) -> tuple[dict[str, float], frozenset[str]]:
        """Intensities of what is said, and what is denied and not said elsewhere in the text."""
        sums: dict[str, float] = {}
        denied = set()
        for start, end, tags in found:
            for _, emotion, strength in tags:
                if self._is_denied(words, start) and end - start == 1:
                    denied.add(emotion)
                    if emotion not in _DENIED_EMOTION:
                        continue
                    emotion = _DENIED_EMOTION[emotion]
                if start and words[start - 1] in self._intensifiers:
                    strength *= _INTENSIFIED
                sums[emotion] = sums.get(emotion, 0.0) + strength
                evidence.setdefault(emotion, " ".join(words[start:end]))
        said = {e: round(1 - math.exp(-_INTENSITY_RATE * s), 4) for e, s in sorted(sums.items())}
        return said, frozenset(denied - said.keys())

    def _effort(self, words: list[str], found: _Found, evidence: dict[str, str]) -> float | None:
        """The mean of what the phrases say; a denied phrase says the opposite ("not easy" → 6)."""
        said = []
        for start, end, tags in found:
            value = tags[0][2]
            said.append(8.0 - value if self._is_denied(words, start) else value)
            evidence.setdefault("effort", " ".join(words[start:end]))
        return round(sum(said) / len(said), 2) if said else None

    def _resolution(self, words: list[str], found: _Found, evidence: dict[str, str]) -> str:
        """What the last phrase says: people tell the story in order. Conditions ("if it is not fixed") say nothing."""
        resolution = "unknown"
        for start, end, tags in found:
            said = tags[0][1]
            if said == "resolved" and self._is_denied(words, start):
                said = "unresolved"
            elif said == "resolved" and (_is_asked(words, end) or self._is_conditional(words, start)):
                continue
            resolution = said
            evidence["resolution"] = " ".join(words[start:end])
        return resolution

    def _is_denied(self, words: list[str], start: int) -> bool:
        for at in range(start - 1, max(-1, start - 1 - NEGATION_SCOPE), -1):
            if words[at] in self._negators:
                return True
            if words[at] in CLAUSE_MARKS:
                return False
        return False

    def _is_conditional(self, words: list[str], start: int) -> bool:
        for at in range(start - 1, max(-1, start - 6), -1):
            if words[at] in CLAUSE_MARKS:
                return False
            if words[at] in self._conditions:
                return True
        return False


class TagReader:
    """The phrases, and the learned heads where a model has them."""

    def __init__(self, rules: TagRules, heads: TagHeads | None = None) -> None:
        self.rules = rules
        self.heads = heads

    def read(self, batch: Batch, features: np.ndarray) -> list[Tags]:
        """The tags of each text; ``features``: (n, features) of the lexicon."""
        return self.tags(batch, self.logits(batch, features))

    def logits(self, batch: Batch, features: np.ndarray) -> np.ndarray | None:
        """(n, outputs) of the learned heads, where there are any."""
        return None if self.heads is None else self.heads.logits(batch, features)

    def tags(self, batch: Batch, logits: np.ndarray | None) -> list[Tags]:
        """The tags of each text; ``logits``: what :meth:`logits` gave."""
        tags = self.rules.read_all(batch)
        if logits is None:
            return tags
        return [with_learned(*both) for both in zip(tags, self.heads.tags(logits), strict=True)]


def _labels(kind: str, words: list[str], found: _Found, evidence: dict[str, str]) -> tuple[str, ...]:
    labels: dict[str, None] = {}
    for start, end, tags in found:
        for _, label, _ in tags:
            labels[label] = None
            evidence.setdefault(f"{kind}:{label}", " ".join(words[start:end]))
    return tuple(sorted(labels))


_NOTHING = Tags({}, (), (), None, "unknown", {})


def _is_asked(words: list[str], end: int) -> bool:
    """True when the clause of the phrase ends in a question mark: "is it fixed?"."""
    for at in range(end, min(len(words), end + 8)):
        if words[at] in CLAUSE_MARKS:
            return "?" in words[at]
    return False


def _read_tags(folder: Path) -> Iterator[tuple[str, _Tag]]:
    import yaml

    for emotion, phrase, strength in read_rows(folder / "emotions.tsv", 3):
        yield phrase, ("emotion", _known(emotion, EMOTIONS, "emotions.tsv"), float(strength))
    for effort, phrase in read_rows(folder / "effort.tsv", 2):
        yield phrase, ("effort", effort, float(effort))
    for resolution, phrase in read_rows(folder / "resolution.tsv", 2):
        yield phrase, ("resolution", _known(resolution, RESOLUTIONS, "resolution.tsv"), 1.0)
    taxonomy = yaml.safe_load((folder / "taxonomy.yml").read_text(encoding="utf-8"))
    for intent, phrases in taxonomy["intents"].items():
        for phrase in phrases:
            yield str(phrase), ("intent", intent, 1.0)
    for cause, phrases in taxonomy["root_causes"].items():
        for phrase in phrases:
            yield str(phrase), ("root_cause", _known(cause, ROOT_CAUSES, "taxonomy.yml"), 1.0)


def _known(value: str, allowed: tuple[str, ...], file: str) -> str:
    if value not in allowed:
        raise ValueError(f"{file}: {value!r} is not in the fixed list ({', '.join(allowed)})")
    return value
