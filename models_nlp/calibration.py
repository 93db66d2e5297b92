"""Confidence that means what it says: temperature scaling and how far off it is (Guo et al. 2017).

Belongs here: fitting one temperature, expected calibration error. Does not: the heads.
"""

from __future__ import annotations

import numpy as np

from models_nlp.heads import softmax

# Searched on a fixed grid: the same answer on every machine, and the loss is flat around its minimum anyway.
_GRID = np.round(np.exp(np.linspace(np.log(0.2), np.log(5.0), 161)), 4)


def fit_temperature(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """The temperature with the lowest (weighted) mean negative log-likelihood of the labels."""
    weights = np.ones(len(labels)) if weights is None else weights
    losses = [float((weights * _losses(logits / t, labels)).sum()) for t in _GRID]
    return float(_GRID[int(np.argmin(losses))])


def _losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return -np.log(np.clip(softmax(logits)[np.arange(len(labels)), labels], 1e-12, 1))


def expected_calibration_error(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = 15, weights: np.ndarray | None = None
) -> float:
    """Mean gap between confidence and accuracy over equal-width bins of confidence, weighted by their size.

    Few texts make it large by chance alone: about .05 for 250 texts of a perfect model, .01 for 8 000; several small
    sets are better judged together, with ``weights`` of their texts.
    """
    weights = np.ones(len(labels)) if weights is None else weights
    confidence = probabilities.max(axis=1)
    gaps = weights * (confidence - (probabilities.argmax(axis=1) == labels))
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(which, weights=gaps, minlength=bins)).sum() / weights.sum())


def balanced_weights(groups: list[str]) -> np.ndarray:
    """Weights with which each group counts the same, whatever its size; they sum to the number of rows."""
    names, inverse, counts = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    return (len(groups) / len(names) / counts)[inverse]
