"""Features of many texts as sparse matrices, for fitting: the same numbers that ``heads`` adds up when it reads.

Belongs here: counting and weighing features. Does not: fitting. Needs scipy, imported inside functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models_nlp.features import (
    BIGRAM_BUCKETS,
    CHAR_BUCKETS,
    WORD_BUCKETS,
    WordPieces,
    bigram_buckets,
    bigram_key,
    char_buckets,
    is_learned,
    normal_form,
    word_bucket,
)
from models_nlp.heads import IDF_STEP, LinearHeads, PieceTable, SparseTable, bigram_pairs
from models_nlp.words import Batch

if TYPE_CHECKING:
    import scipy.sparse as sp

# A feature seen in fewer texts than this is not learned from.
MIN_TEXTS = 2

# (n, features) → (weights (outputs, features), bias (outputs,))
Solver = Callable[["np.ndarray | sp.csr_array"], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class FeatureMatrix:
    """``sparse``: (n, words + n-grams + bigrams) as float32, each block divided by its norm; ``idfs``: of each block.

    ``dense``: (n, table's width + lexicon's features).
    """

    sparse: sp.csr_array
    idfs: tuple[np.ndarray, np.ndarray, np.ndarray]
    dense: np.ndarray

    @classmethod
    def of(
        cls,
        texts: Batch,
        lexicon_features: np.ndarray,
        pieces: WordPieces,
        table: np.ndarray,
        silent: frozenset[str] = frozenset(),
        idfs: tuple[np.ndarray, ...] | None = None,
    ) -> FeatureMatrix:
        """``idfs``: of another matrix, for texts that are not learned from."""
        import scipy.sparse as sp

        lexemes = _Lexemes(texts, silent)
        counts = (lexemes.words(), lexemes.chars(), lexemes.bigrams())
        idfs = idfs or tuple(_stepped_idf(matrix) for matrix in counts)
        blocks = []
        for matrix, idf in zip(counts, idfs, strict=True):
            # Σ idf² over occurrences, as the scorer adds it up from its kept rows.
            norms = matrix @ idf**2
            blocks.append(sp.diags_array(1 / np.sqrt(norms + 1)) @ matrix @ sp.diags_array(idf))
        spelled = [pieces(word) for word in lexemes.forms]
        vectors = np.stack([table[p].sum(axis=0) if p else np.zeros(table.shape[1]) for p in spelled])
        n_pieces = lexemes.counts @ np.array([len(p) for p in spelled], dtype=np.float64)
        means = (lexemes.counts @ vectors) / np.sqrt(n_pieces + 1)[:, None]
        return cls(
            sp.hstack(blocks, format="csr").astype(np.float32), tuple(idfs), np.hstack([means, lexicon_features])
        )


def fit_heads(
    matrix: FeatureMatrix,
    pieces: WordPieces,
    table: np.ndarray,
    solve_sparse: Solver,
    solve_dense: Solver,
    silent: frozenset[str] = frozenset(),
) -> LinearHeads:
    """Heads with the weights that the solvers find, in the form in which they are stored."""
    weights, sparse_bias = solve_sparse(matrix.sparse)
    parts = np.split(weights, np.cumsum([WORD_BUCKETS, CHAR_BUCKETS]), axis=1)
    word, char, bigram = (SparseTable.quantise(part, idf) for part, idf in zip(parts, matrix.idfs, strict=True))
    scale = matrix.dense.std(axis=0) + 1e-6
    dense, dense_bias = solve_dense(matrix.dense / scale)
    dense = dense / scale
    width = table.shape[1]
    piece = PieceTable.quantise(pieces, table @ dense[:, :width].T)
    return LinearHeads(word, char, bigram, sparse_bias, piece, dense[:, width:], dense_bias, silent)


def _stepped_idf(counts: sp.csr_array) -> np.ndarray:
    """Smoothed inverse document frequency of each column in steps of ``IDF_STEP``; 0 where too rare to learn."""
    n_texts = np.bincount(counts.indices[counts.data > 0], minlength=counts.shape[1])
    idf = np.round((np.log((1 + counts.shape[0]) / (1 + n_texts)) + 1) / IDF_STEP) * IDF_STEP
    return np.where(n_texts >= MIN_TEXTS, np.minimum(idf, 255 * IDF_STEP), 0.0)


class _Lexemes:
    """The distinct normal forms of some texts, and which text holds which how often."""

    def __init__(self, texts: Batch, silent: frozenset[str]) -> None:
        import scipy.sparse as sp

        index: dict[str, int] = {}
        column_of = {
            token: index.setdefault(normal_form(token), len(index)) if is_learned(token, silent) else -1
            for token in dict.fromkeys(texts.flat)
        }
        columns = np.fromiter(map(column_of.__getitem__, texts.flat), dtype=np.int64, count=len(texts.flat))
        self.forms = list(index)
        self._columns, self._owner, self._n = columns[columns >= 0], texts.owner[columns >= 0], len(texts)
        self.counts = sp.csr_array(
            (np.ones(len(self._columns)), (self._owner, self._columns)), shape=(self._n, len(index))
        )

    def words(self) -> sp.csr_array:
        """Text × bucket of its words."""
        buckets = np.array([word_bucket(word) for word in self.forms], dtype=np.int64)
        return self._spread(buckets, np.arange(len(self.forms)), WORD_BUCKETS)

    def chars(self) -> sp.csr_array:
        """Text × bucket of its words' n-grams."""
        return self._spread(*char_buckets(self.forms), CHAR_BUCKETS)

    def bigrams(self) -> sp.csr_array:
        """Text × bucket of its bigrams."""
        import scipy.sparse as sp

        keys = np.array([bigram_key(word) for word in self.forms], dtype=np.uint64)[self._columns]
        left, right, owner = bigram_pairs(keys, self._owner, self._n)
        return sp.csr_array(
            (np.ones(len(owner)), (owner, bigram_buckets(left, right))), shape=(self._n, BIGRAM_BUCKETS)
        )

    def _spread(self, buckets: np.ndarray, form: np.ndarray, width: int) -> sp.csr_array:
        import scipy.sparse as sp

        of_form = sp.csr_array((np.ones(len(buckets)), (form, buckets)), shape=(len(self.forms), width))
        return self.counts @ of_form
