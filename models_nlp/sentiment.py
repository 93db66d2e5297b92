"""The sentiment model: lexicon head, learned blend if it was promoted, and how both are stored.

Belongs here: which head answers, files in numpy's own format (no pickle). Does not: arithmetic (``heads``), spaCy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from models_nlp.features import WordPieces
from models_nlp.heads import BlendedHeads, LexiconHead, Shares, SparseTable, softmax
from models_nlp.valence import FEATURES

# Before anything is trained: how the lexicon's score reads as a class, set by hand.
_UNTRAINED_SLOPE = 7.0
_UNTRAINED_NEUTRAL = 1.6


@dataclass
class SentimentModel:
    """Probabilities of the three classes: the blend when it was promoted, else the lexicon head alone."""

    lexicon: LexiconHead
    blend: BlendedHeads | None = None
    meta: dict = field(default_factory=dict)

    @classmethod
    def lexicon_only(cls) -> SentimentModel:
        """A model that nobody trained: three numbers set by hand."""
        weights = np.zeros((3, len(FEATURES)))
        weights[:, FEATURES.index("score")] = (-_UNTRAINED_SLOPE, 0.0, _UNTRAINED_SLOPE)
        return cls(LexiconHead(weights, np.array([0.0, _UNTRAINED_NEUTRAL, 0.0])), meta={"trained": False})

    def predict(
        self, texts: list[list[str]], features: list[tuple[float, ...]]
    ) -> tuple[np.ndarray, list[tuple[tuple[str, float], ...]]]:
        """(n, 3) probabilities, and per text the words with the largest learned weight. Tokens in lower case."""
        numbers = np.asarray(features, dtype=np.float64).reshape(len(texts), len(FEATURES))
        if self.blend is None:
            return softmax(self.lexicon.logits(numbers) / self.lexicon.temperature), [()] * len(texts)
        logits, learned = self.blend.logits(texts, numbers)
        return softmax(logits), learned

    def to_disk(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        np.savez(
            path / "lexicon_head.npz",
            weights=self.lexicon.weights,
            bias=self.lexicon.bias,
            temperature=self.lexicon.temperature,
        )
        meta = json.dumps({**self.meta, "features": list(FEATURES)}, indent=1, sort_keys=True)
        (path / "model.json").write_text(meta + "\n", encoding="utf-8")
        if self.blend is not None:
            _write_blend(self.blend, path)

    @classmethod
    def from_disk(cls, path: Path) -> SentimentModel:
        meta = json.loads((path / "model.json").read_text(encoding="utf-8"))
        if tuple(meta["features"]) != FEATURES:
            raise ValueError(f"{path} was trained on other lexicon features than this code computes: train it anew")
        with np.load(path / "lexicon_head.npz", allow_pickle=False) as arrays:
            head = LexiconHead(arrays["weights"], arrays["bias"], float(arrays["temperature"]))
        return cls(head, _read_blend(path, head) if (path / "blend.npz").exists() else None, meta)


_TABLES = ("word", "char", "bigram")


def _write_blend(blend: BlendedHeads, path: Path) -> None:
    arrays = {
        f"{name}_{part}": getattr(getattr(blend, name), part)
        for name in _TABLES
        for part in ("weights", "scale", "idf")
    }
    np.savez_compressed(
        path / "blend.npz",
        sparse_bias=blend.sparse_bias,
        piece_logits=blend.piece_logits,
        dense_lexicon_weights=blend.dense_lexicon_weights,
        dense_bias=blend.dense_bias,
        temperatures=np.array([blend.sparse_temperature, blend.dense_temperature, blend.temperature]),
        shares=np.array([blend.shares.sparse, blend.shares.dense, blend.shares.lexicon]),
        **arrays,
    )
    (path / "silent_words.txt").write_text("".join(f"{word}\n" for word in sorted(blend.silent)), encoding="utf-8")
    (path / "word_pieces.txt").write_text("\n".join(blend.pieces.vocabulary) + "\n", encoding="utf-8")


def _read_blend(path: Path, lexicon: LexiconHead) -> BlendedHeads:
    with np.load(path / "blend.npz", allow_pickle=False) as arrays:
        tables = {
            name: SparseTable(arrays[f"{name}_weights"], arrays[f"{name}_scale"], arrays[f"{name}_idf"])
            for name in _TABLES
        }
        sparse_temperature, dense_temperature, temperature = (float(value) for value in arrays["temperatures"])
        return BlendedHeads(
            lexicon=lexicon,
            shares=Shares(*arrays["shares"].tolist()),
            **tables,
            sparse_bias=arrays["sparse_bias"],
            sparse_temperature=sparse_temperature,
            pieces=WordPieces.from_file(path / "word_pieces.txt"),
            piece_logits=arrays["piece_logits"],
            dense_lexicon_weights=arrays["dense_lexicon_weights"],
            dense_bias=arrays["dense_bias"],
            dense_temperature=dense_temperature,
            temperature=temperature,
            silent=frozenset((path / "silent_words.txt").read_text(encoding="utf-8").split()),
        )
