"""The arithmetic of the learned heads: numpy only, no training.

Belongs here: how weights and a text's words become logits. Does not: fitting the weights (``training``), storing
them (``sentiment``, ``tag_heads``), spaCy.

Two heads answer for each output: *sparse* (hashed words, character n-grams, bigrams) and *dense* (mean of a static
word-piece table, linear, plus the lexicon's features). Both are linear in their words, so a word's rows are worked out
once and kept: reading a text is a sum of kept rows. Weights are stored in small whole numbers with a scale per
output, and rows are sums of these: exact, whatever the order and the batch (``float32`` holds whole numbers to 2²⁴).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

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
from models_nlp.words import Batch, Words, extended

# Inverse document frequencies are stored in steps of 1/16, in one byte.
IDF_STEP = 1 / 16
# Levels of a stored weight: of a bucket in one byte, of a word piece in two.
_BUCKET_LEVELS, _PIECE_LEVELS = 127, 1_000


@dataclass
class LexiconHead:
    """Linear in ``valence.FEATURES``."""

    weights: np.ndarray  # (outputs, features)
    bias: np.ndarray  # (outputs,)
    temperature: float = 1.0

    def logits(self, features: np.ndarray) -> np.ndarray:
        return linear(features, self.weights) + self.bias


@dataclass
class SparseTable:
    """Weights of hashed features as they are stored: ``int8`` with a scale per output, and their idf in one byte."""

    weights: np.ndarray  # (buckets, outputs) int8: weight × idf / scale
    scale: np.ndarray  # (outputs,) float32
    idf: np.ndarray  # (buckets,) uint8, in steps of IDF_STEP; 0 = never learned

    @classmethod
    def quantise(cls, weights: np.ndarray, idf: np.ndarray) -> SparseTable:
        """``weights`` (outputs, buckets) fitted on features that were multiplied by the (already stepped) ``idf``."""
        levels, scale = _levels((weights * idf).T, _BUCKET_LEVELS)
        return cls(levels.astype(np.int8), scale, np.round(idf / IDF_STEP).astype(np.uint8))

    @cached_property
    def levels(self) -> np.ndarray:
        """The weights as numbers that sums are made of, row by row in memory."""
        return np.ascontiguousarray(self.weights, dtype=np.float32)

    @cached_property
    def squares(self) -> np.ndarray:
        """(buckets, 1) idf², in squared steps."""
        return (self.idf.astype(np.float64) ** 2)[:, None]

    def weigh(self, buckets: np.ndarray, owner: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Of each owner the sum of its buckets' weights (n, outputs), in levels, and of their squared idf (n, 1)."""
        return sum_rows(self.levels, buckets, owner, n), sum_rows(self.squares, buckets, owner, n)


@dataclass
class PieceTable:
    """The static table times the dense head's weights: a row of logits for each word piece."""

    pieces: WordPieces
    weights: np.ndarray  # (pieces, outputs) int16, in levels
    scale: np.ndarray  # (outputs,) float32

    @classmethod
    def quantise(cls, pieces: WordPieces, logits: np.ndarray) -> PieceTable:
        levels, scale = _levels(logits, _PIECE_LEVELS)
        return cls(pieces, levels.astype(np.int16), scale)

    @cached_property
    def levels(self) -> np.ndarray:
        """The weights as numbers that sums are made of, row by row in memory."""
        return np.ascontiguousarray(self.weights, dtype=np.float32)

    def weigh(self, words: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Of each word the sum of its pieces' rows (n, outputs), in levels, and how many pieces it has (n, 1)."""
        flat, owner = spelled(words, self.pieces)
        sums = sum_rows(self.levels, flat, owner, len(words))
        return sums, np.bincount(owner, minlength=len(words))[:, None]


@dataclass
class LinearHeads:
    """Both heads of some outputs, with one feature space: three sparse tables and the word pieces."""

    word: SparseTable
    char: SparseTable
    bigram: SparseTable
    sparse_bias: np.ndarray  # (outputs,)
    piece: PieceTable
    lexicon_weights: np.ndarray  # (outputs, features): the lexicon's part in the dense head
    dense_bias: np.ndarray  # (outputs,)
    # Words that name a subject, not a feeling ("error", "failed"): these heads must not hear them.
    silent: frozenset[str] = frozenset()
    _rows: np.ndarray = field(init=False, repr=False)
    _norms: np.ndarray = field(init=False, repr=False)
    _keys: np.ndarray = field(init=False, repr=False)
    _words: Words = field(init=False, repr=False)

    def __post_init__(self) -> None:
        n = len(self.sparse_bias)
        # Of each word: n columns from itself, n from its n-grams, n from its pieces; squared norms of the three.
        self._rows = np.zeros((1024, 3 * n), dtype=np.float32)
        self._norms = np.zeros((1024, 3))
        self._keys = np.zeros(1024, dtype=np.uint64)
        self._is_learned = np.zeros(1024, dtype=bool)
        self._is_unknown = np.zeros(1024, dtype=bool)
        self._words = Words(self._learn)

    def __len__(self) -> int:
        return len(self.sparse_bias)

    def read(self, batch: Batch, features: np.ndarray) -> HeadReading:
        """(n, outputs) logits of each head before any temperature; ``features``: (n, features) of the lexicon."""
        numbers = self._words.numbers(batch.flat)
        place = np.flatnonzero(self._is_learned[numbers])
        numbers, owner = numbers[place], batch.owner[place]
        n, width = len(batch), len(self)
        norms = sum_rows(self._norms, numbers, owner, n) * (IDF_STEP**2, IDF_STEP**2, 1.0)
        norms = 1 / np.sqrt(norms + 1)
        sums = sum_rows(self._rows, numbers, owner, n).astype(np.float64)
        scales = np.stack([self.word.scale, self.char.scale, self.piece.scale])
        factors = norms[:, :, None] * scales[None, :, :]  # (n, 3, outputs)
        parts = sums.reshape(n, 3, width) * factors
        sparse = self.sparse_bias + parts[:, 0] + parts[:, 1] + self._bigrams(numbers, owner, n)
        dense = self.dense_bias + parts[:, 2] + linear(features, self.lexicon_weights)
        n_words, n_unknown = (np.bincount(owner, weights=w, minlength=n) for w in (None, self._is_unknown[numbers]))
        with np.errstate(invalid="ignore"):
            unknown_share = n_unknown / n_words
        return HeadReading(sparse, dense, place, owner, numbers, factors, unknown_share)

    def _bigrams(self, numbers: np.ndarray, owner: np.ndarray, n: int) -> np.ndarray:
        left, right, of = bigram_pairs(self._keys[numbers], owner, n)
        sums, norms = self.bigram.weigh(bigram_buckets(left, right), of, n)
        return sums * self.bigram.scale / np.sqrt(norms * IDF_STEP**2 + 1)

    def _learn(self, tokens: list[str], first: int) -> None:
        words, buckets, keys = forms(tuple(tokens))
        n = len(words)
        of_word, word_norms = self.word.weigh(buckets, np.arange(n), n)
        of_chars, char_norms = self.char.weigh(*ngrams(words), n)
        of_pieces, n_pieces = self.piece.weigh(words)
        self._rows = extended(self._rows, np.hstack([of_word, of_chars, of_pieces]), first)
        self._norms = extended(self._norms, np.hstack([word_norms, char_norms, n_pieces]), first)
        self._keys = extended(self._keys, keys, first)
        is_word = np.array([word.isalpha() for word in words], dtype=bool)
        self._is_unknown = extended(self._is_unknown, is_word & (self.word.idf[buckets] == 0), first)
        learned = np.array([is_learned(token, self.silent) for token in tokens], dtype=bool)
        self._is_learned = extended(self._is_learned, learned, first)

    def rows_of(self, numbers: np.ndarray, output: int) -> np.ndarray:
        """(words, 3) what each word brings to one output, in levels: itself, its n-grams, its pieces."""
        return self._rows[numbers[:, None], np.arange(3) * len(self) + output]

    def arrays(self) -> dict[str, np.ndarray]:
        """What is stored of them beside the words: names and arrays for numpy's own format."""
        tables = {name: getattr(self, name) for name in ("word", "char", "bigram")}
        return {
            **{
                f"{name}_{part}": getattr(t, part) for name, t in tables.items() for part in ("weights", "scale", "idf")
            },
            "piece_weights": self.piece.weights,
            "piece_scale": self.piece.scale,
            "sparse_bias": self.sparse_bias,
            "lexicon_weights": self.lexicon_weights,
            "dense_bias": self.dense_bias,
        }

    def to_disk(self, path: Path, name: str) -> None:
        np.savez_compressed(path / f"{name}.npz", **self.arrays())
        (path / f"{name}_silent_words.txt").write_text(
            "".join(f"{word}\n" for word in sorted(self.silent)), encoding="utf-8"
        )

    @classmethod
    def from_disk(cls, path: Path, name: str, pieces: WordPieces) -> LinearHeads:
        with np.load(path / f"{name}.npz", allow_pickle=False) as arrays:
            word, char, bigram = (
                SparseTable(arrays[f"{table}_weights"], arrays[f"{table}_scale"], arrays[f"{table}_idf"])
                for table in ("word", "char", "bigram")
            )
            return cls(
                word,
                char,
                bigram,
                arrays["sparse_bias"],
                PieceTable(pieces, arrays["piece_weights"], arrays["piece_scale"]),
                arrays["lexicon_weights"],
                arrays["dense_bias"],
                frozenset((path / f"{name}_silent_words.txt").read_text(encoding="utf-8").split()),
            )


@dataclass(frozen=True)
class HeadReading:
    """Logits of a batch, and what is needed to tell which words made them.

    ``sparse``, ``dense``: (n, outputs). ``place``: where each learned word stands in the batch's ``flat``; ``owner``:
    its text; ``numbers``: its row; ``factors``: what a level is worth in each text (n, 3, outputs). ``unknown_share``:
    (n,) the part of each text's learned words that no training text held (at least: buckets are shared); NaN where a
    text has no word.
    """

    sparse: np.ndarray
    dense: np.ndarray
    place: np.ndarray
    owner: np.ndarray
    numbers: np.ndarray
    factors: np.ndarray
    unknown_share: np.ndarray


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


def sum_rows(table: np.ndarray, index: np.ndarray, owner: np.ndarray, n: int) -> np.ndarray:
    """Of each owner, which rises from 0 to n − 1, the sum (n, columns) of the table's rows that ``index`` names.

    Exact for whole numbers; zero for who owns none. A product with a matrix of ones gathers and adds in one pass.
    """
    import scipy.sparse as sp

    ends = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))])
    ones = np.ones(len(index), dtype=table.dtype)
    return sp.csr_array((ones, index, ends), shape=(n, len(table))) @ table


def linear(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """``features @ weights.T`` whose rows do not depend on the size of the batch, as a BLAS product's may."""
    return np.stack([(features * row).sum(axis=1) for row in weights], axis=1)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Row-wise probabilities that sum to 1."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _levels(weights: np.ndarray, n_levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (rows, outputs) as whole numbers up to ±``n_levels``, and the scale of each output."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-12) / n_levels
    return np.round(weights / scale), scale.astype(np.float32)


# Several heads learn the same words, one after the other: what is the same for all is worked out once.
@lru_cache(maxsize=2)
def forms(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """The tokens' normal forms, their buckets as words, their keys in bigrams."""
    words = tuple(map(normal_form, tokens))
    keys = np.array([bigram_key(word) for word in words], dtype=np.uint64)
    return words, np.array([word_bucket(word) for word in words], dtype=np.int64), keys


@lru_cache(maxsize=2)
def ngrams(words: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Buckets of the words' n-grams, and their words, rising."""
    buckets, owner = char_buckets(words)
    order = np.argsort(owner, kind="stable")
    return buckets[order], owner[order]


@lru_cache(maxsize=2)
def spelled(words: tuple[str, ...], pieces: WordPieces) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the words' pieces, and their words, rising."""
    of_words = [pieces(word) for word in words]
    owner = np.repeat(np.arange(len(words)), [len(of_word) for of_word in of_words])
    return np.array([piece for of_word in of_words for piece in of_word], dtype=np.int64), owner
