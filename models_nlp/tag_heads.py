"""Learned emotions and intents: heads that answer yes or no for each label, beside the listed phrases.

Belongs here: probabilities of labels, when one counts, how the model is stored. Does not: the phrases (``tags``), the
arithmetic of words (``heads``), fitting (``tag_training``).

An *output* is what was learned (a label of the training data); a *tag* is what the product shows, the union of some
outputs: p = 1 − Π(1 − p_output). A tag counts from its own threshold on, chosen on dev texts; one whose head did not
help the phrases there is not stored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models_nlp.features import WordPieces
from models_nlp.heads import LinearHeads
from models_nlp.words import Batch

EMOTION, INTENT = "emotion", "intent"


@dataclass
class TagHeads:
    """``outputs``: names in the order of the heads; ``unions``: (kind, tag) → its outputs; ``thresholds`` of tags."""

    heads: LinearHeads
    outputs: tuple[str, ...]
    unions: dict[tuple[str, str], tuple[str, ...]]
    thresholds: dict[tuple[str, str], float]
    sparse_share: float = 0.6

    def logits(self, batch: Batch, features: np.ndarray) -> np.ndarray:
        """(n, outputs): what the heads say of each output for each text."""
        heard = self.heads.read(batch, features)
        return self.sparse_share * heard.sparse + (1 - self.sparse_share) * heard.dense

    def probabilities(self, batch: Batch, features: np.ndarray) -> np.ndarray:
        """(n, outputs): how probable each output is for each text."""
        return _sigmoid(self.logits(batch, features))

    def tags(self, logits: np.ndarray) -> list[dict[tuple[str, str], float]]:
        """Of each text the tags that count, with their probabilities; ``logits``: what :meth:`logits` gave."""
        found: list[dict[tuple[str, str], float]] = [{} for _ in range(len(logits))]
        probabilities = _sigmoid(logits)
        for tag, threshold in self.thresholds.items():
            of_tag = union(probabilities, [self.outputs.index(name) for name in self.unions[tag]])
            for text in np.flatnonzero(of_tag >= threshold).tolist():
                found[text][tag] = round(float(of_tag[text]), 4)
        return found

    def to_disk(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.heads.to_disk(path, "tag_heads")
        meta = {
            "outputs": list(self.outputs),
            "sparse_share": self.sparse_share,
            "tags": [
                {"kind": kind, "tag": tag, "outputs": list(self.unions[kind, tag]), "threshold": threshold}
                for (kind, tag), threshold in self.thresholds.items()
            ],
        }
        (path / "tag_heads.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
        vocabulary = self.heads.piece.pieces.vocabulary
        (path / "word_pieces.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")

    @classmethod
    def from_disk(cls, path: Path) -> TagHeads | None:
        """The model of a folder, ``None`` where none is stored."""
        if not (path / "tag_heads.json").exists():
            return None
        meta = json.loads((path / "tag_heads.json").read_text(encoding="utf-8"))
        heads = LinearHeads.from_disk(path, "tag_heads", WordPieces.from_file(path / "word_pieces.txt"))
        tags = {(row["kind"], row["tag"]): row for row in meta["tags"]}
        return cls(
            heads,
            tuple(meta["outputs"]),
            {tag: tuple(row["outputs"]) for tag, row in tags.items()},
            {tag: row["threshold"] for tag, row in tags.items()},
            meta["sparse_share"],
        )


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def union(probabilities: np.ndarray, columns: list[int]) -> np.ndarray:
    """(n,): the probability that at least one of some columns holds, taken as independent: 1 − Π(1 − p)."""
    return 1 - np.prod(1 - probabilities[:, columns], axis=1)
