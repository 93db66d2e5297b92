"""What the model says of a text, as numbers that a company's own labels may correct.

Belongs here: collecting these numbers for a batch. Does not: the correction (``recalibration``), the heads.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from models_nlp.features import WordPieces, is_learned, normal_form, word_bucket
from models_nlp.words import MAX_WORDS, Batch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models_nlp.sentiment import SentimentReading


@dataclass(frozen=True)
class Signals:
    """What the model says of n texts.

    ``logits``: (n, 3), their softmax is the model's answer. ``blocks``: (n, size) arrays by a name of
    ``recalibration.BLOCKS``. ``words``: the distinct buckets of each text's words, rising. ``channels``: one a text.
    """

    logits: np.ndarray
    blocks: dict[str, np.ndarray]
    words: list[np.ndarray]
    channels: list[str]

    def __len__(self) -> int:
        return len(self.logits)

    def take(self, rows: np.ndarray) -> Signals:
        """The signals of some texts, by their numbers."""
        return Signals(
            self.logits[rows],
            {name: block[rows] for name, block in self.blocks.items()},
            [self.words[row] for row in rows],
            [self.channels[row] for row in rows],
        )


def together(parts: Sequence[Signals]) -> Signals:
    """The signals of several batches, one after the other."""
    return Signals(
        np.concatenate([part.logits for part in parts]),
        {name: np.concatenate([part.blocks[name] for part in parts]) for name in parts[0].blocks},
        [words for part in parts for words in part.words],
        [channel for part in parts for channel in part.channels],
    )


@dataclass
class StaticTable:
    """A vector for each word piece: ``levels`` (pieces, width) int8, ``scale`` (pieces,) float32."""

    pieces: WordPieces
    levels: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, pieces: WordPieces, file: Path) -> StaticTable:
        """From a numpy file of ``q`` and ``scale``."""
        with np.load(file, allow_pickle=False) as arrays:
            return cls(pieces, arrays["q"], arrays["scale"].astype(np.float32))

    def to_disk(self, file: Path) -> None:
        np.savez_compressed(file, q=self.levels, scale=self.scale)

    def vectors(self) -> np.ndarray:
        """(pieces, width)."""
        return self.levels.astype(np.float64) * self.scale.astype(np.float64)[:, None]


class SignalReader:
    """Collects the signals of batches. What is known of a word is worked out once."""

    def __init__(self, table: StaticTable) -> None:
        self._pieces = table.pieces
        self._vectors = table.vectors()
        self._known: dict[str, tuple[tuple[int, ...], list[int]]] = {}

    def read(
        self,
        batch: Batch,
        features: np.ndarray,
        reading: SentimentReading,
        tag_logits: np.ndarray | None,
        channels: list[str],
    ) -> Signals:
        """``features``: (n, features) of the lexicon; ``tag_logits``: (n, outputs) of the heads of tags."""
        blocks = {"heads": reading.heads, "lexicon": features, "meaning": self._means(batch)}
        if tag_logits is not None:
            blocks["tags"] = tag_logits
        return Signals(reading.logits, blocks, self._buckets(batch), channels)

    def _means(self, batch: Batch) -> np.ndarray:
        """(n, width): Σ of the texts' pieces over √(pieces + 1); a text's sum does not depend on its batch."""
        import scipy.sparse as sp

        of_tokens = [known[1] for known in map(self._word, batch.flat)]
        lengths = np.fromiter(map(len, of_tokens), dtype=np.int64, count=len(of_tokens))
        n_pieces = np.bincount(batch.owner, weights=lengths, minlength=len(batch)).astype(np.int64)
        flat = np.fromiter(chain.from_iterable(of_tokens), dtype=np.int64, count=int(lengths.sum()))
        ends = np.concatenate([[0], np.cumsum(n_pieces)])
        sums = sp.csr_array((np.ones(len(flat)), flat, ends), shape=(len(batch), len(self._vectors))) @ self._vectors
        return sums / np.sqrt(n_pieces + 1)[:, None]

    def _buckets(self, batch: Batch) -> list[np.ndarray]:
        found = []
        for start, length in zip(batch.starts, batch.lengths.tolist(), strict=True):
            held = {bucket for token in batch.flat[start : start + length] for bucket in self._word(token)[0]}
            found.append(np.array(sorted(held), dtype=np.int64))
        return found

    def _word(self, token: str) -> tuple[tuple[int, ...], list[int]]:
        """The bucket and the pieces of a token; none where it is not learned from."""
        known = self._known.get(token)
        if known is None:
            if len(self._known) >= MAX_WORDS:
                self._known.clear()
            form = normal_form(token)
            known = ((word_bucket(form),), self._pieces(form)) if is_learned(token) else ((), [])
            self._known[token] = known
        return known
