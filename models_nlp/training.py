"""Fitting the sentiment model: logistic regressions, temperatures.

Belongs here: everything that needs scikit-learn, imported inside functions. Does not: features (``feature_matrix``),
reading files (``corpus``), judging (``evaluation``, ``promotion``), scoring (``heads``).
Deterministic: no sampling, fixed iteration counts, one BLAS thread. Same texts, same machine, same bytes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from models_nlp.calibration import balanced_weights, fit_temperature
from models_nlp.feature_matrix import FeatureMatrix, fit_heads
from models_nlp.features import WordPieces
from models_nlp.heads import LexiconHead
from models_nlp.sentiment import Blend, SentimentModel, Shares
from models_nlp.words import Batch

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass(frozen=True)
class ReadTexts:
    """Texts as the pipeline sees them: tokens as written and lexicon features, with labels and sources."""

    words: list[list[str]]
    features: np.ndarray
    labels: np.ndarray
    sources: list[str]
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def batch(self) -> Batch:
        return Batch(self.words)


@dataclass(frozen=True)
class Settings:
    """What the recipe may set; ``project.yml`` holds the values and why."""

    sparse_c: float = 1.0
    dense_c: float = 0.1
    iterations: int = 40
    shares: dict[str, float] = field(default_factory=lambda: {"sparse": 0.45, "dense": 0.3, "lexicon": 0.25})


def fit(
    train: ReadTexts,
    calibration: ReadTexts,
    pieces: WordPieces,
    table: np.ndarray,
    settings: Settings,
    silent: frozenset[str] = frozenset(),
) -> SentimentModel:
    """A model with the lexicon head and the blend, all temperatures fitted on ``calibration``.

    There each source counts alike, times the weight of its texts.

    ``silent``: words that the learned heads leave to the lexicon.
    """
    import sklearn.linear_model  # noqa: F401  (only libraries that are loaded already are held to one thread)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        lexicon = _fit_lexicon(train)
        matrix = FeatureMatrix.of(train.batch, train.features, pieces, table, silent)
        heads = fit_heads(
            matrix,
            pieces,
            table,
            lambda features: _logistic(features, train, settings.sparse_c, settings.iterations),
            lambda features: _logistic(features, train, settings.dense_c, 100),
            silent,
        )
    blend = Blend(heads, lexicon, Shares(**settings.shares))
    weights = balanced_weights(calibration.sources) * calibration.weights
    lexicon.temperature = fit_temperature(lexicon.logits(calibration.features), calibration.labels, weights)
    _fit_temperatures(blend, calibration, weights)
    return SentimentModel(lexicon, blend, meta={"trained": True})


def _fit_lexicon(train: ReadTexts) -> LexiconHead:
    scale = train.features.std(axis=0) + 1e-6
    weights, bias = _logistic(train.features / scale, train, 1.0, 100)
    return LexiconHead(weights / scale, bias)


def _fit_temperatures(blend: Blend, texts: ReadTexts, weights: np.ndarray) -> None:
    """One temperature per head, then one for the whole."""
    heard = blend.heads.read(texts.batch, texts.features)
    blend.sparse_temperature = fit_temperature(heard.sparse, texts.labels, weights)
    blend.dense_temperature = fit_temperature(heard.dense, texts.labels, weights)
    blend.temperature = fit_temperature(blend.read(texts.batch, texts.features).logits, texts.labels, weights)


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
