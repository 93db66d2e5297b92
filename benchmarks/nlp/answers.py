"""Figures of sentiment out of answers: public yardsticks, folds, calibration.

Belongs here: answers and labels → figures. Does not: who answered (``sentiment``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.nlp.figures import Figure
from benchmarks.nlp.plan import FOLDS
from models_nlp import evaluation
from models_nlp.calibration import balanced_weights, expected_calibration_error

IN_DOMAIN = ("tweeteval", "vader_tweets", "uci_reviews")  # and senti4sd, by its folds
SATISFACTION = "uss_mwoz"


@dataclass(frozen=True)
class Answers:
    """``probabilities`` (n, 3), ``labels`` (n,), ``sources``: one a text."""

    probabilities: np.ndarray
    labels: np.ndarray
    sources: list[str]


def all_figures(
    who: str,
    answered: Answers,
    held_out: np.ndarray,
    fold_labels: np.ndarray,
    folds: np.ndarray,
    n_folds: int,
    note: str = "",
    has_confidence: bool = True,
) -> list[Figure]:
    """All figures of a reader; ``held_out``: (n, 3) answers to senti4sd, whose first ``n_folds`` folds count."""
    rows = np.flatnonzero(folds < n_folds)
    found = [*_yardsticks(who, answered, note), _of_folds(who, held_out, fold_labels, folds, n_folds, note)]
    if has_confidence:
        found += _calibration(who, answered, held_out[rows], fold_labels[rows], note)
    return found


def _yardsticks(who: str, answered: Answers, note: str) -> Iterator[Figure]:
    found = evaluation.by_source(answered.probabilities, answered.labels, answered.sources)
    tweets, airline, talks = found["tweeteval"], found["airline"], found[SATISFACTION]
    yield Figure("TweetEval macro-recall", who, tweets["macro_recall"], tweets["n"], note=note)
    yield Figure("airline macro-F1", who, airline["macro_f1"], airline["n"], note=note)
    yield Figure("airline negative recall", who, airline["by_class"]["negative"]["recall"], airline["n"], note=note)
    yield Figure("USS satisfaction, macro-F1", who, talks["macro_f1"], talks["n"], note=note)
    is_talk = np.array(answered.sources) == SATISFACTION
    feeling, labels = (answered.probabilities[:, 2] - answered.probabilities[:, 0])[is_talk], answered.labels[is_talk]
    area = area_under_curve(feeling[labels == 2], feeling[labels == 0])
    yield Figure("USS satisfied above dissatisfied, AUC", who, area, int((labels != 1).sum()), note=note)


def area_under_curve(above: np.ndarray, below: np.ndarray) -> float:
    """How often a number of ``above`` is greater than one of ``below``; ties count half."""
    ordered = np.sort(below)
    wins = np.searchsorted(ordered, above, "left") + np.searchsorted(ordered, above, "right")
    return float(wins.mean() / 2 / len(below))


def _of_folds(who: str, held_out: np.ndarray, labels: np.ndarray, folds: np.ndarray, n_folds: int, note: str) -> Figure:
    """All folds together, and how far they are apart."""
    rows = np.flatnonzero(folds < n_folds)
    single = [evaluation.figures(held_out[folds == k], labels[folds == k])["macro_f1"] for k in range(n_folds)]
    value = evaluation.figures(held_out[rows], labels[rows])["macro_f1"]
    if n_folds < FOLDS:
        note = "; ".join(filter(None, [note, f"senti4sd: {n_folds} of its {FOLDS} folds were answered"]))
    return Figure("senti4sd macro-F1, 5-fold", who, value, len(rows), float(np.std(single)), note)


def _calibration(
    who: str, answered: Answers, held_out: np.ndarray, fold_labels: np.ndarray, note: str
) -> Iterator[Figure]:
    """In domain: test splits of the kinds of text that were learned from, each counting alike."""
    sources = np.array(answered.sources)
    is_known = np.isin(sources, IN_DOMAIN)
    probabilities = np.vstack([answered.probabilities[is_known], held_out])
    labels = np.concatenate([answered.labels[is_known], fold_labels])
    weights = balanced_weights(sources[is_known].tolist() + ["senti4sd"] * len(held_out))
    error = expected_calibration_error(probabilities, labels, weights=weights)
    yield Figure("ECE in domain", who, error, len(labels), note=note)
    is_airline = sources == "airline"
    error = expected_calibration_error(answered.probabilities[is_airline], answered.labels[is_airline])
    yield Figure("ECE across domains", who, error, int(is_airline.sum()), note=note)
