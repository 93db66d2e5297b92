"""The arithmetic of the sentiment heads: numpy only, no training.

Belongs here: features of tokens, the sparse and the dense head, blending, temperature, what is stored.
Does not: fitting the weights (``training``), spaCy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from models_nlp.valence import FEATURES

# Before anything is trained: how the lexicon's score reads as a class, set by hand.
_UNTRAINED_SLOPE = 7.0
_UNTRAINED_NEUTRAL = 1.6


@dataclass
class SentimentModel:
    """Probabilities of the three classes from the lexicon's features and, when trained and promoted, learned heads."""

    lexicon_weights: np.ndarray  # (3, len(FEATURES))
    lexicon_bias: np.ndarray  # (3,)
    temperature: float = 1.0
    meta: dict = field(default_factory=dict)

    @classmethod
    def lexicon_only(cls) -> SentimentModel:
        weights = np.zeros((3, len(FEATURES)))
        weights[:, FEATURES.index("score")] = (-_UNTRAINED_SLOPE, 0.0, _UNTRAINED_SLOPE)
        return cls(weights, np.array([0.0, _UNTRAINED_NEUTRAL, 0.0]), meta={"trained": False})

    def predict(
        self, texts: list[list[str]], features: list[tuple[float, ...]]
    ) -> tuple[np.ndarray, list[tuple[tuple[str, float], ...]]]:
        """(n, 3) probabilities, and per text the words with the largest learned weight (none here)."""
        logits = np.asarray(features, dtype=np.float64) @ self.lexicon_weights.T + self.lexicon_bias
        return softmax(logits / self.temperature), [()] * len(texts)

    def to_disk(self, path: Path) -> None:
        np.savez(path / "lexicon_head.npz", weights=self.lexicon_weights, bias=self.lexicon_bias)
        (path / "model.json").write_text(json.dumps({"temperature": self.temperature, **self.meta}, indent=1) + "\n")

    @classmethod
    def from_disk(cls, path: Path) -> SentimentModel:
        meta = json.loads((path / "model.json").read_text())
        with np.load(path / "lexicon_head.npz", allow_pickle=False) as arrays:
            return cls(arrays["weights"], arrays["bias"], meta.pop("temperature"), meta)


def softmax(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
