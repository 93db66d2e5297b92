"""Fitting the sentiment model: features of the training texts, logistic regressions, temperatures.

Belongs here: everything that needs scikit-learn or scipy, imported inside functions. Does not: reading files
(``corpus``), judging (``evaluation``, ``promotion``), scoring (``heads``).
Deterministic: no sampling, fixed iteration counts, one BLAS thread. Same texts, same machine, same bytes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from models_nlp.calibration import balanced_weights, fit_temperature
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
from models_nlp.heads import IDF_STEP, BlendedHeads, LexiconHead, Shares, SparseTable, bigram_pairs
from models_nlp.sentiment import SentimentModel

if TYPE_CHECKING:
    import scipy.sparse as sp

# A feature seen in fewer training texts than this is not learned from.
MIN_TEXTS = 2


@dataclass(frozen=True)
class ReadTexts:
    """Texts as the pipeline sees them: tokens in lower case and lexicon features, with labels and sources."""

    words: list[list[str]]
    features: np.ndarray
    labels: np.ndarray
    sources: list[str]
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True)
class Settings:
    """What the recipe may set; ``project.yml`` holds the values and why."""

    sparse_c: float = 1.0
    dense_c: float = 0.1
    iterations: int = 40
    shares: dict[str, float] = field(default_factory=lambda: {"sparse": 0.45, "dense": 0.3, "lexicon": 0.25})


def fit(
    train: ReadTexts,
    dev: ReadTexts,
    pieces: WordPieces,
    table: np.ndarray,
    settings: Settings,
    silent: frozenset[str] = frozenset(),
) -> SentimentModel:
    """A model with the lexicon head and the blend, all temperatures fitted on ``dev`` (each source counting alike).

    ``silent``: words that the learned heads leave to the lexicon.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        lexicon = _fit_lexicon(train, settings)
        blend = _fit_blend(train, lexicon, pieces, table, settings, silent)
    weights = balanced_weights(dev.sources)
    lexicon.temperature = fit_temperature(lexicon.logits(dev.features), dev.labels, weights)
    _fit_temperatures(blend, dev, weights)
    return SentimentModel(lexicon, blend, {"trained": True})


def _fit_lexicon(train: ReadTexts, settings: Settings) -> LexiconHead:
    scale = train.features.std(axis=0) + 1e-6
    weights, bias = _logistic(train.features / scale, train, 1.0, 100)
    return LexiconHead(weights / scale, bias)


def _fit_blend(
    train: ReadTexts,
    lexicon: LexiconHead,
    pieces: WordPieces,
    table: np.ndarray,
    settings: Settings,
    silent: frozenset[str],
) -> BlendedHeads:
    import scipy.sparse as sp

    lexemes = _Lexemes(train.words, silent)
    counts = (
        lexemes.counts @ lexemes.matrix(lambda w: [word_bucket(w)], WORD_BUCKETS),
        lexemes.counts @ lexemes.matrix(char_buckets, CHAR_BUCKETS),
        lexemes.bigrams(),
    )
    blocks, idfs = [], []
    for matrix in counts:
        idf = _stepped_idf(matrix)
        # Σ idf² over occurrences, as the scorer adds it up from its cached rows.
        norms = matrix @ idf**2
        blocks.append(sp.diags_array(1 / np.sqrt(norms + 1)) @ matrix @ sp.diags_array(idf))
        idfs.append(idf)
    matrix = sp.hstack(blocks, format="csr").astype(np.float32)
    sparse_weights, sparse_bias = _logistic(matrix, train, settings.sparse_c, settings.iterations)
    del matrix, counts, blocks
    parts = np.split(sparse_weights, np.cumsum([WORD_BUCKETS, CHAR_BUCKETS]), axis=1)
    tables = [SparseTable.quantise(part, idf) for part, idf in zip(parts, idfs, strict=True)]
    piece_logits, lexicon_weights, dense_bias = _fit_dense(train, lexemes, pieces, table, settings)
    word_table, char_table, bigram_table = tables
    return BlendedHeads(
        lexicon=lexicon,
        shares=Shares(**settings.shares),
        word=word_table,
        char=char_table,
        bigram=bigram_table,
        sparse_bias=sparse_bias,
        sparse_temperature=1.0,
        pieces=pieces,
        piece_logits=piece_logits,
        dense_lexicon_weights=lexicon_weights,
        dense_bias=dense_bias,
        dense_temperature=1.0,
        silent=silent,
    )


def _fit_dense(
    train: ReadTexts, lexemes: _Lexemes, pieces: WordPieces, table: np.ndarray, settings: Settings
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(logits per piece, weights of the lexicon's features, bias) of the dense head."""
    spelled = [pieces(word) for word in lexemes.words]
    vectors = np.stack([table[p].sum(axis=0) if p else np.zeros(table.shape[1]) for p in spelled])
    n_pieces = lexemes.counts @ np.array([len(p) for p in spelled], dtype=np.float64)
    means = (lexemes.counts @ vectors) / np.sqrt(n_pieces + 1)[:, None]
    matrix = np.hstack([means, train.features])
    scale = matrix.std(axis=0) + 1e-6
    weights, bias = _logistic(matrix / scale, train, settings.dense_c, 100)
    weights = weights / scale
    size = table.shape[1]
    return (table @ weights[:, :size].T).astype(np.float16), weights[:, size:], bias


def _fit_temperatures(blend: BlendedHeads, dev: ReadTexts, weights: np.ndarray) -> None:
    """One temperature per head, then one for the whole."""
    sparse, dense = blend.head_logits(dev.words, dev.features)
    blend.sparse_temperature = fit_temperature(sparse, dev.labels, weights)
    blend.dense_temperature = fit_temperature(dense, dev.labels, weights)
    blend.temperature = fit_temperature(blend.logits(dev.words, dev.features)[0], dev.labels, weights)


def _logistic(matrix: np.ndarray | sp.csr_array, train: ReadTexts, c: float, iterations: int) -> tuple:
    """Multinomial logistic regression, classes balanced, stopped after ``iterations``: (weights, bias)."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, class_weight="balanced", max_iter=iterations, tol=1e-4)
    with warnings.catch_warnings():
        # Stopping early is meant: it is a regulariser and what keeps the run's time known.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, train.labels, sample_weight=train.weights)
    return model.coef_.astype(np.float64), model.intercept_.astype(np.float64)


def _stepped_idf(counts: sp.csr_array) -> np.ndarray:
    """Smoothed inverse document frequency of each column in steps of ``IDF_STEP``; 0 where too rare to learn."""
    n_texts = np.bincount(counts.indices[counts.data > 0], minlength=counts.shape[1])
    idf = np.round((np.log((1 + counts.shape[0]) / (1 + n_texts)) + 1) / IDF_STEP) * IDF_STEP
    return np.where(n_texts >= MIN_TEXTS, np.minimum(idf, 255 * IDF_STEP), 0.0)


class _Lexemes:
    """The distinct normal forms of some texts, and which text holds which how often."""

    def __init__(self, texts: list[list[str]], silent: frozenset[str]) -> None:
        import scipy.sparse as sp

        index: dict[str, int] = {}
        forms: dict[str, int] = {}
        columns: list[int] = []
        lengths = []
        for text in texts:
            before = len(columns)
            for token in text:
                column = forms.get(token)
                if column is None:
                    column = index.setdefault(normal_form(token), len(index)) if is_learned(token, silent) else -1
                    forms[token] = column
                if column >= 0:
                    columns.append(column)
            lengths.append(len(columns) - before)
        self.words = list(index)
        self._columns = np.array(columns, dtype=np.int64)
        self._lengths = np.array(lengths, dtype=np.int64)
        pointers = np.concatenate([[0], np.cumsum(self._lengths)])
        self.counts = sp.csr_array((np.ones(len(columns)), self._columns, pointers), shape=(len(texts), len(index)))

    def matrix(self, buckets_of, width: int) -> sp.csr_array:
        """Lexeme × bucket: how often a lexeme has each bucket."""
        import scipy.sparse as sp

        buckets = [buckets_of(word) for word in self.words]
        pointers = np.concatenate([[0], np.cumsum([len(b) for b in buckets])])
        flat = np.array([bucket for of_word in buckets for bucket in of_word], dtype=np.int64)
        matrix = sp.csr_array((np.ones(len(flat)), flat, pointers), shape=(len(self.words), width))
        matrix.sum_duplicates()
        return matrix

    def bigrams(self) -> sp.csr_array:
        """Text × bucket of its bigrams."""
        import scipy.sparse as sp

        keys = np.array([bigram_key(word) for word in self.words], dtype=np.uint64)[self._columns]
        n = len(self._lengths)
        left, right, owner = bigram_pairs(keys, np.repeat(np.arange(n), self._lengths), n)
        matrix = sp.csr_array((np.ones(len(owner)), (owner, bigram_buckets(left, right))), shape=(n, BIGRAM_BUCKETS))
        matrix.sum_duplicates()
        return matrix
