"""The arithmetic of the sentiment heads: numpy only, no training.

Belongs here: how weights and a text's words become logits. Does not: fitting the weights (``training``), storing
them (``sentiment``), spaCy.

Three heads: *lexicon* (linear in the lexicon's features), *sparse* (hashed words, character n-grams, bigrams),
*dense* (mean of a static word-piece table, linear, plus the lexicon's features). The blend is the weighted mean of
their logits, each over its own temperature, over one temperature of the whole. All heads are linear in their words,
so a word's rows are computed once and kept: scoring a text is a sum of cached rows, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models_nlp.features import (
    EDGE_KEY,
    WordPieces,
    bigram_buckets,
    bigram_key,
    char_buckets,
    is_learned,
    normal_form,
    word_bucket,
)

# Inverse document frequencies are stored in steps of 1/16, in one byte.
IDF_STEP = 1 / 16
# Rows of words kept in memory: 400 000 × 13 numbers are 40 MB; beyond it the cache starts anew.
_MAX_CACHED_WORDS = 400_000
# A learned word is named as evidence from this weight on (difference of the logits of positive and negative).
_MIN_LEARNED = 0.25
_MAX_LEARNED = 3

# Columns of a cached row: three logits of the word, of its n-grams, of its word pieces; squared norms; piece count.
_W, _C, _D = slice(0, 3), slice(3, 6), slice(6, 9)
_W_NORM, _C_NORM, _N_PIECES = 9, 10, 11
_ROW_SIZE = 12


@dataclass
class LexiconHead:
    """Linear in ``valence.FEATURES``."""

    weights: np.ndarray  # (3, features)
    bias: np.ndarray  # (3,)
    temperature: float = 1.0

    def logits(self, features: np.ndarray) -> np.ndarray:
        return linear(features, self.weights) + self.bias


@dataclass
class SparseTable:
    """Weights of hashed features as they are stored: ``int8`` with a scale per class, and their idf in one byte."""

    weights: np.ndarray  # (buckets, 3) int8: class weight × idf / scale
    scale: np.ndarray  # (3,) float32
    idf: np.ndarray  # (buckets,) uint8, in steps of IDF_STEP; 0 = never learned

    @classmethod
    def quantise(cls, class_weights: np.ndarray, idf: np.ndarray) -> SparseTable:
        """``class_weights`` (3, buckets) fitted on features that were multiplied by the (already stepped) ``idf``."""
        folded = (class_weights * idf).T
        scale = np.maximum(np.abs(folded).max(axis=0), 1e-12) / 127
        return cls(
            np.round(folded / scale).astype(np.int8),
            scale.astype(np.float32),
            np.round(idf / IDF_STEP).astype(np.uint8),
        )

    def rows(self, buckets: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """For each list of buckets the sum of their weights (n, 3) and the sum of their squared idf (n,)."""
        flat, owner = flatten(buckets)
        return self.weigh(flat, owner, len(buckets))

    def weigh(self, flat: np.ndarray, owner: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
        """:meth:`rows` of flattened buckets; a bucket counts as often as it occurs."""
        sums = sum_by_text(self.weights[flat].astype(np.float64), owner, n) * self.scale
        return sums, np.bincount(owner, weights=(self.idf[flat] * IDF_STEP) ** 2, minlength=n)


@dataclass(frozen=True)
class Shares:
    """Part of each head in the blend; they sum to 1."""

    sparse: float
    dense: float
    lexicon: float


@dataclass
class BlendedHeads:
    """The learned part: three sparse tables with a bias, the dense head projected to three logits a piece, shares."""

    lexicon: LexiconHead
    shares: Shares
    word: SparseTable
    char: SparseTable
    bigram: SparseTable
    sparse_bias: np.ndarray  # (3,)
    sparse_temperature: float
    pieces: WordPieces
    piece_logits: np.ndarray  # (pieces, 3) float16: the static table times the dense head's weights
    dense_lexicon_weights: np.ndarray  # (3, features)
    dense_bias: np.ndarray  # (3,)
    dense_temperature: float
    temperature: float = 1.0
    # Words that name a subject, not a feeling ("error", "failed"): the learned heads must not hear a feeling in them.
    silent: frozenset[str] = frozenset()
    _rows: np.ndarray = field(default_factory=lambda: np.zeros((1024, _ROW_SIZE)), repr=False)
    _keys: np.ndarray = field(default_factory=lambda: np.zeros(1024, dtype=np.uint64), repr=False)
    _index: dict[str, int] = field(default_factory=dict, repr=False)

    def logits(self, texts: list[list[str]], features: np.ndarray) -> tuple[np.ndarray, list]:
        """(n, 3) blended logits, and per text its words with their part in (positive − negative), heaviest first.

        ``texts``: tokens in lower case; ``features``: (n, features) of the lexicon.
        """
        sparse, dense, parts, owner, words = self._forward(texts, features)
        learned = _heaviest(parts[:, 2] - parts[:, 0], owner, words, len(texts))
        lexicon_factor = self.shares.lexicon / self.lexicon.temperature / self.temperature
        logits = sparse * self._sparse_factor + dense * self._dense_factor
        return logits + self.lexicon.logits(features) * lexicon_factor, learned

    def head_logits(self, texts: list[list[str]], features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(sparse, dense) logits of each text before any temperature."""
        sparse, dense, *_ = self._forward(texts, features)
        return sparse, dense

    @property
    def _sparse_factor(self) -> float:
        return self.shares.sparse / self.sparse_temperature / self.temperature

    @property
    def _dense_factor(self) -> float:
        return self.shares.dense / self.dense_temperature / self.temperature

    def _forward(self, texts: list[list[str]], features: np.ndarray) -> tuple:
        """Sparse and dense logits, each word's part in the blend, the text of each word, the words."""
        index, owner, words = self._look_up(texts)
        rows = self._rows[index]
        n = len(texts)
        sums = sum_by_text(rows, owner, n)
        norms = 1 / np.sqrt(sums[:, [_W_NORM, _C_NORM, _N_PIECES]] + 1)
        sparse = self.sparse_bias + sums[:, _W] * norms[:, [0]] + sums[:, _C] * norms[:, [1]]
        sparse += self._bigrams(index, owner, n)
        dense = self.dense_bias + sums[:, _D] * norms[:, [2]] + linear(features, self.dense_lexicon_weights)
        of_word = norms[owner]
        parts = self._sparse_factor * (rows[:, _W] * of_word[:, [0]] + rows[:, _C] * of_word[:, [1]])
        parts += self._dense_factor * rows[:, _D] * of_word[:, [2]]
        return sparse, dense, parts, owner, words

    def _look_up(self, texts: list[list[str]]) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Row numbers of all learned words, the text that each belongs to, and the words."""
        if len(self._index) > _MAX_CACHED_WORDS:
            self._index.clear()
        known = self._index
        words = [token for text in texts for token in text]
        if unseen := [token for token in dict.fromkeys(words) if token not in known]:
            self._add(unseen)
        index = np.array([known[token] for token in words], dtype=np.int64)
        owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        is_learned_from = index >= 0
        if not is_learned_from.all():
            words = [word for word, keep in zip(words, is_learned_from.tolist(), strict=True) if keep]
        return index[is_learned_from], owner[is_learned_from], words

    def _add(self, tokens: list[str]) -> None:
        """Compute and keep the rows of new tokens; −1 for those that are not learned from."""
        self._index.update((token, -1) for token in tokens if not is_learned(token, self.silent))
        tokens = [token for token in tokens if is_learned(token, self.silent)]
        if not tokens:
            return
        first = len(self._index)
        while first + len(tokens) > len(self._rows):
            self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
            self._keys = np.concatenate([self._keys, np.zeros_like(self._keys)])
        words = [normal_form(token) for token in tokens]
        values = self._rows[first : first + len(tokens)]
        values[:, _W], values[:, _W_NORM] = self.word.rows([[word_bucket(word)] for word in words])
        values[:, _C], values[:, _C_NORM] = self.char.rows([char_buckets(word) for word in words])
        pieces = [self.pieces(word) for word in words]
        flat, owner = flatten(pieces)
        values[:, _D] = sum_by_text(self.piece_logits[flat].astype(np.float64), owner, len(words))
        values[:, _N_PIECES] = [len(p) for p in pieces]
        self._keys[first : first + len(tokens)] = [bigram_key(word) for word in words]
        self._index.update(zip(tokens, range(first, first + len(tokens)), strict=True))

    def _bigrams(self, index: np.ndarray, owner: np.ndarray, n: int) -> np.ndarray:
        left, right, of = bigram_pairs(self._keys[index], owner, n)
        sums, norms = self.bigram.weigh(bigram_buckets(left, right), of, n)
        return sums / np.sqrt(norms + 1)[:, None]


def flatten(lists: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """All numbers one after the other, and the number of the list that each comes from."""
    owner = np.repeat(np.arange(len(lists)), [len(numbers) for numbers in lists])
    return np.array([number for numbers in lists for number in numbers], dtype=np.int64), owner


def bigram_pairs(keys: np.ndarray, owner: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(left keys, right keys, text) of all bigrams of a batch, the text's edges included.

    ``keys`` and ``owner`` are aligned over the words of the batch; owner rises from 0 to n − 1, texts may be empty.
    """
    lengths = np.bincount(owner, minlength=n)
    # Each text gets one edge in front; the edge in front of the next text closes this one.
    total = len(keys) + n
    edges = np.cumsum(lengths + 1) - (lengths + 1)
    sequence = np.full(total + 1, EDGE_KEY, dtype=np.uint64)
    is_word = np.ones(total, dtype=bool)
    is_word[edges] = False
    sequence[:total][is_word] = keys
    return sequence[:-1], sequence[1:], np.repeat(np.arange(n), lengths + 1)


def sum_by_text(rows: np.ndarray, owner: np.ndarray, n: int) -> np.ndarray:
    """Sums of rows by text; each text's sum depends on its own rows only, to the last bit, whatever the batch."""
    sums = np.zeros((n, rows.shape[1]))
    if len(owner):
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        sums[owner[starts]] = np.add.reduceat(rows, starts, axis=0)
    return sums


def linear(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """``features @ weights.T`` whose rows do not depend on the size of the batch, as a BLAS product's may."""
    return (features[:, None, :] * weights[None, :, :]).sum(axis=2)


def _heaviest(parts: np.ndarray, owner: np.ndarray, words: list[str], n: int) -> list[tuple[tuple[str, float], ...]]:
    heavy = np.flatnonzero(np.abs(parts) >= _MIN_LEARNED)
    found: list[list[tuple[str, float]]] = [[] for _ in range(n)]
    for at in heavy[np.argsort(-np.abs(parts[heavy]), kind="stable")].tolist():
        if len(found[owner[at]]) < _MAX_LEARNED:
            found[owner[at]].append((words[at], round(float(parts[at]), 3)))
    return [tuple(words_of) for words_of in found]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Row-wise probabilities that sum to 1."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
