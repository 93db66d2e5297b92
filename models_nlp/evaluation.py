"""How good the model is, by data set and class, and how fast.

Belongs here: figures from probabilities and labels. Does not: fitting, deciding (``promotion``), wording (the card).
"""

from __future__ import annotations

import numpy as np

from models_nlp.calibration import expected_calibration_error
from models_nlp.vocabulary import CLASSES


def figures(probabilities: np.ndarray, labels: np.ndarray) -> dict:
    """n, macro-F1, macro-recall, accuracy, calibration error and the figures of each class that occurs in the labels.

    In a set without neutral texts a neutral answer counts as wrong: the class is in no mean, but its answers are
    misses of the others.
    """
    chosen = probabilities.argmax(axis=1)
    by_class = {}
    for number, name in enumerate(CLASSES):
        is_class, is_chosen = labels == number, chosen == number
        if not is_class.any():
            continue
        right = int((is_class & is_chosen).sum())
        recall = right / int(is_class.sum())
        precision = right / int(is_chosen.sum()) if is_chosen.any() else 0.0
        found = _rounded(precision=precision, recall=recall, f1=f1(is_class, is_chosen))
        by_class[name] = {"n": int(is_class.sum()), **found}
    return {
        "n": len(labels),
        **_rounded(
            macro_f1=float(np.mean([c["f1"] for c in by_class.values()])),
            macro_recall=float(np.mean([c["recall"] for c in by_class.values()])),
            accuracy=float((chosen == labels).mean()),
            ece=expected_calibration_error(probabilities, labels),
        ),
        "by_class": by_class,
    }


def f1(is_true: np.ndarray, is_chosen: np.ndarray) -> float:
    """Harmonic mean of precision and recall of one class; 0 where nothing is right."""
    return float(2 * (is_true & is_chosen).sum() / max(is_true.sum() + is_chosen.sum(), 1))


def by_source(probabilities: np.ndarray, labels: np.ndarray, sources: list[str]) -> dict[str, dict]:
    """:func:`figures` of each source."""
    names = np.array(sources)
    return {name: figures(probabilities[names == name], labels[names == name]) for name in sorted(set(sources))}


def _rounded(**values: float) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}
