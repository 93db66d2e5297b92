"""The sentiment model: lexicon head, learned blend if it was promoted, and how both are stored.

Belongs here: which head answers, how heads are blended, files in numpy's own format (no pickle).
Does not: the arithmetic of words (``heads``), spaCy.

The blend is the weighted mean of the three heads' logits, each over its own temperature, over one temperature of the
whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from models_nlp.features import WordPieces
from models_nlp.heads import HeadReading, LexiconHead, LinearHeads, softmax
from models_nlp.signals import StaticTable
from models_nlp.valence import FEATURES
from models_nlp.words import Batch

# Before anything is trained: how the lexicon's score reads as a class, set by hand.
_UNTRAINED_SLOPE = 7.0
_UNTRAINED_NEUTRAL = 1.6
# A learned word is named as evidence from this weight on (difference of the logits of positive and negative).
_MIN_LEARNED = 0.25
_MAX_LEARNED = 3
_TABLE = "static_table.npz"

Learned = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Shares:
    """Part of each head in the blend; they sum to 1."""

    sparse: float
    dense: float
    lexicon: float


@dataclass(frozen=True)
class SentimentReading:
    """What the model says of n texts.

    ``logits``: (n, 3), their softmax is the answer. ``heads``: (n, 3 · heads) each head's logits over its temperature.
    ``heard``: what the learned heads read, where there are any.
    """

    logits: np.ndarray
    heads: np.ndarray
    heard: HeadReading | None = None


@dataclass
class Blend:
    """The learned heads of the three classes, and how they and the lexicon's are mixed."""

    heads: LinearHeads
    lexicon: LexiconHead
    shares: Shares
    sparse_temperature: float = 1.0
    dense_temperature: float = 1.0
    temperature: float = 1.0

    def read(self, batch: Batch, features: np.ndarray) -> SentimentReading:
        """What the three heads say, and their blend."""
        heard = self.heads.read(batch, features)
        of_lexicon = self.lexicon.logits(features) / self.lexicon.temperature
        logits = heard.sparse * self._sparse_factor + heard.dense * self._dense_factor
        return SentimentReading(
            logits + of_lexicon * (self.shares.lexicon / self.temperature),
            np.hstack([heard.sparse / self.sparse_temperature, heard.dense / self.dense_temperature, of_lexicon]),
            heard,
        )

    def learned(self, batch: Batch, heard: HeadReading) -> list[Learned]:
        """Of each text the learned words with the largest part in (positive − negative), heaviest first."""
        of_head = np.array([self._sparse_factor, self._sparse_factor, self._dense_factor])  # word, n-grams, pieces
        negative, positive = (
            (self.heads.rows_of(heard.numbers, output) * (heard.factors[:, :, output] * of_head)[heard.owner]).sum(
                axis=1
            )
            for output in (0, 2)
        )
        parts = positive - negative
        heavy = np.flatnonzero(np.abs(parts) >= _MIN_LEARNED)
        found: list[Learned] = [()] * len(batch)
        ordered = heavy[np.argsort(-np.abs(parts[heavy]), kind="stable")]
        texts, places, weights = heard.owner[ordered], heard.place[ordered], parts[ordered]
        for text, place, weight in zip(texts.tolist(), places.tolist(), weights.tolist(), strict=True):
            if len(found[text]) < _MAX_LEARNED:
                found[text] = (*found[text], (batch.flat[place], round(weight, 3)))
        return found

    @property
    def _sparse_factor(self) -> float:
        return self.shares.sparse / self.sparse_temperature / self.temperature

    @property
    def _dense_factor(self) -> float:
        return self.shares.dense / self.dense_temperature / self.temperature


@dataclass
class SentimentModel:
    """Probabilities of the three classes: the blend when it was promoted, else the lexicon head alone."""

    lexicon: LexiconHead
    blend: Blend | None = None
    #: What a company's own labels may go by beside the heads; only a blend has one.
    table: StaticTable | None = None
    meta: dict = field(default_factory=dict)

    @classmethod
    def lexicon_only(cls) -> SentimentModel:
        """A model that nobody trained: three numbers set by hand."""
        weights = np.zeros((3, len(FEATURES)))
        weights[:, FEATURES.index("score")] = (-_UNTRAINED_SLOPE, 0.0, _UNTRAINED_SLOPE)
        return cls(LexiconHead(weights, np.array([0.0, _UNTRAINED_NEUTRAL, 0.0])), meta={"trained": False})

    def predict(self, batch: Batch, features: np.ndarray) -> tuple[np.ndarray, list[Learned]]:
        """(n, 3) probabilities, and per text the words with the largest learned weight.

        ``features``: (n, features) of the lexicon.
        """
        reading = self.read(batch, features)
        return softmax(reading.logits), self.learned(batch, reading)

    def read(self, batch: Batch, features: np.ndarray) -> SentimentReading:
        """What the heads say; ``features``: (n, features) of the lexicon."""
        if self.blend is not None:
            return self.blend.read(batch, features)
        logits = self.lexicon.logits(features) / self.lexicon.temperature
        return SentimentReading(logits, logits)

    def learned(self, batch: Batch, reading: SentimentReading) -> list[Learned]:
        """Of each text the words with the largest learned weight."""
        return [()] * len(batch) if self.blend is None else self.blend.learned(batch, reading.heard)

    def to_disk(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        np.savez(
            path / "lexicon_head.npz",
            weights=self.lexicon.weights,
            bias=self.lexicon.bias,
            temperature=self.lexicon.temperature,
        )
        meta = {**self.meta, "features": list(FEATURES)}
        if (blend := self.blend) is not None:
            meta["blend"] = {
                "shares": vars(blend.shares),
                "sparse_temperature": blend.sparse_temperature,
                "dense_temperature": blend.dense_temperature,
                "temperature": blend.temperature,
            }
            blend.heads.to_disk(path, "blend")
            (path / "word_pieces.txt").write_text(
                "\n".join(blend.heads.piece.pieces.vocabulary) + "\n", encoding="utf-8"
            )
            if self.table is not None:
                self.table.to_disk(path / _TABLE)
        (path / "model.json").write_text(json.dumps(meta, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    @classmethod
    def from_disk(cls, path: Path) -> SentimentModel:
        meta = json.loads((path / "model.json").read_text(encoding="utf-8"))
        if tuple(meta["features"]) != FEATURES:
            raise ValueError(f"{path} was trained on other lexicon features than this code computes: train it anew")
        with np.load(path / "lexicon_head.npz", allow_pickle=False) as arrays:
            head = LexiconHead(arrays["weights"], arrays["bias"], float(arrays["temperature"]))
        if (of_blend := meta.pop("blend", None)) is None:
            return cls(head, None, None, meta)
        pieces = WordPieces.from_file(path / "word_pieces.txt")
        heads = LinearHeads.from_disk(path, "blend", pieces)
        blend = Blend(heads, head, **{**of_blend, "shares": Shares(**of_blend["shares"])})
        return cls(head, blend, StaticTable.of(pieces, path / _TABLE) if (path / _TABLE).exists() else None, meta)
