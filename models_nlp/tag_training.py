"""Fitting the learned emotions and intents: independent yes-or-no regressions over one feature space.

Belongs here: the solver, thresholds, whether a head helps the phrases. Does not: features (``feature_matrix``), reading
files (``tag_corpus``). Deterministic: no sampling, a fixed number of iterations, one BLAS thread. Needs scipy, imported
inside functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models_nlp.evaluation import f1
from models_nlp.feature_matrix import FeatureMatrix, fit_heads
from models_nlp.features import WordPieces
from models_nlp.tag_corpus import TagText, targets
from models_nlp.tag_heads import EMOTION, TagHeads, union
from models_nlp.tags import TagRules, Tags
from models_nlp.words import Batch

if TYPE_CHECKING:
    import scipy.sparse as sp

Tag = tuple[str, str]

# What a head adds to the phrases must be right more often than wrong, on no fewer dev texts than these.
MIN_PRECISION = 0.5
MIN_DEV_TEXTS = 30


@dataclass(frozen=True)
class ReadTagTexts:
    """Labelled texts as the pipeline sees them: their tokens, the lexicon's features, what the phrases say."""

    texts: list[TagText]
    batch: Batch
    features: np.ndarray
    tags: list[Tags]

    @classmethod
    def of(cls, texts: list[TagText], words: list[list[str]], lexicon_features: np.ndarray, rules: TagRules):
        batch = Batch(words)
        return cls(texts, batch, lexicon_features, rules.read_all(batch))

    def of_kind(self, kind: str) -> np.ndarray:
        return np.flatnonzero([text.kind == kind for text in self.texts])

    def says(self, tag: Tag) -> np.ndarray:
        """(n,) whether the listed phrases say the tag."""
        kind, name = tag
        return np.array([name in (tags.emotions if kind == EMOTION else tags.intents) for tags in self.tags])


def fit_tags(
    train: ReadTagTexts,
    dev: ReadTagTexts,
    unions: dict[Tag, tuple[str, ...]],
    pieces: WordPieces,
    table: np.ndarray,
    settings: dict,
) -> TagHeads:
    """Heads of all outputs; a tag has a threshold only if it finds more with its head than by phrases alone on dev."""
    import scipy.optimize  # noqa: F401  (only libraries that are loaded already are held to one thread)
    from threadpoolctl import threadpool_limits

    kinds = sorted({text.kind for text in train.texts})
    outputs = {
        kind: sorted({label for text in train.texts if text.kind == kind for label in text.labels}) for kind in kinds
    }

    def solve(ridge: float, iterations: int) -> Callable:
        def solved(matrix: np.ndarray | sp.csr_array) -> tuple[np.ndarray, np.ndarray]:
            found = []
            for kind in kinds:
                rows = train.of_kind(kind)
                wanted = targets([train.texts[row] for row in rows], outputs[kind])
                found.append(sigmoid_regression(matrix[rows], wanted, ridge, iterations))
            return np.vstack([weights for weights, _ in found]), np.concatenate([bias for _, bias in found])

        return solved

    with threadpool_limits(limits=1):
        matrix = FeatureMatrix.of(train.batch, train.features, pieces, table)
        heads = fit_heads(
            matrix,
            pieces,
            table,
            solve(settings["sparse_ridge"], settings["iterations"]),
            solve(settings["dense_ridge"], 2 * settings["iterations"]),
        )
    names = tuple(name for kind in kinds for name in outputs[kind])
    model = TagHeads(heads, names, dict(unions), {}, settings["sparse_share"])
    for tag, found in judge(model, dev, thresholds=None).items():
        if found["with_head"] > found["phrases_alone"] and found["n"] >= MIN_DEV_TEXTS:
            model.thresholds[tag] = found["threshold"]
    return model


def judge(model: TagHeads, texts: ReadTagTexts, thresholds: dict[Tag, float] | None) -> dict[Tag, dict]:
    """Of each tag F1 of the phrases alone and with the head; at the thresholds given, or else at the best ones."""
    probabilities = model.probabilities(texts.batch, texts.features)
    found = {}
    for tag, outputs in model.unions.items():
        if thresholds is not None and tag not in thresholds:
            continue
        rows = texts.of_kind(tag[0])
        is_true = np.array([bool(texts.texts[row].labels.intersection(outputs)) for row in rows])
        says = texts.says(tag)[rows]
        of_tag = union(probabilities[rows], [model.outputs.index(name) for name in outputs])
        threshold = best_threshold(of_tag, is_true, says, MIN_PRECISION) if thresholds is None else thresholds[tag]
        found[tag] = {
            "n": int(is_true.sum()),
            "phrases_alone": round(f1(is_true, says), 4),
            "with_head": round(f1(is_true, says | (of_tag >= threshold)), 4),
            "threshold": threshold,
        }
    return found


def emotion_figures(model: TagHeads, parts: dict[str, ReadTagTexts], classes: dict[str, list[str]]) -> dict:
    """Macro-F1 on test, at the thresholds of dev, of all learned emotions and of some unions of them."""
    outputs = [
        name for name in model.outputs if any(name in t.labels for t in parts["train"].texts if t.kind == EMOTION)
    ]
    unions = {"macro_f1": [[name] for name in outputs], "customer_macro_f1": list(classes.values())}
    found: dict[str, dict[str, tuple[np.ndarray, np.ndarray]]] = {name: {} for name in unions}
    for part in ("dev", "test"):
        rows = parts[part].of_kind(EMOTION)
        probabilities = model.probabilities(parts[part].batch, parts[part].features)[rows]
        labels = targets([parts[part].texts[row] for row in rows], list(model.outputs))
        for name, of in unions.items():
            columns = [[model.outputs.index(output) for output in union_of] for union_of in of]
            found[name][part] = (
                np.stack([union(probabilities, at) for at in columns], axis=1) if of else np.zeros((len(rows), 0)),
                np.stack([labels[:, at].max(axis=1) for at in columns], axis=1) if of else np.zeros((len(rows), 0)),
            )
    figures = {name: round(macro_f1(of["dev"], of["test"]), 4) for name, of in found.items() if unions[name]}
    return {"labels": len(outputs), **figures}


def macro_f1(dev: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray]) -> float:
    """Mean F1 over classes on test at the thresholds that are best on dev; pairs of (probabilities, 0 and 1)."""
    scores = []
    for column in range(dev[0].shape[1]):
        threshold = best_threshold(dev[0][:, column], dev[1][:, column] > 0)
        scores.append(f1(test[1][:, column] > 0, test[0][:, column] >= threshold))
    return float(np.mean(scores))


def sigmoid_regression(
    matrix: np.ndarray | sp.csr_array, targets: np.ndarray, ridge: float, iterations: int
) -> tuple[np.ndarray, np.ndarray]:
    """(weights (outputs, features), bias (outputs,)) of one logistic regression an output, fitted together.

    ``matrix``: (n, features); ``targets``: (n, outputs) of 0 and 1. Minimises the summed log loss plus
    ``ridge``/2·Σw² by L-BFGS, stopped after ``iterations``: a regulariser, and what keeps the run's time known.
    """
    from scipy.optimize import minimize

    n, n_features = matrix.shape
    n_outputs = targets.shape[1]
    used = np.flatnonzero(np.abs(matrix).sum(axis=0)) if hasattr(matrix, "tocsr") else np.arange(n_features)
    rows = matrix[:, used].astype(np.float32)
    columns = rows.T.tocsr() if hasattr(rows, "tocsr") else np.ascontiguousarray(rows.T)
    targets = targets.astype(np.float32)

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = _unpacked(values, n_outputs)
        logits = rows @ weights.astype(np.float32) + bias.astype(np.float32)
        exponential = np.exp(-np.abs(logits))
        fit = np.maximum(logits, 0) - targets * logits + np.log1p(exponential)
        gap = np.where(logits >= 0, 1, exponential) / (1 + exponential) - targets
        slope = columns @ gap + ridge * weights
        total = float(fit.sum(dtype=np.float64)) + ridge / 2 * float((weights**2).sum())
        return total / n, np.concatenate([slope.ravel(), gap.sum(axis=0, dtype=np.float64)]) / n

    shares = np.clip(targets.mean(axis=0, dtype=np.float64), 1e-4, 1 - 1e-4)
    start = np.concatenate([np.zeros(len(used) * n_outputs), np.log(shares / (1 - shares))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations, "maxcor": 6})
    weights, bias = _unpacked(found.x, n_outputs)
    full = np.zeros((n_outputs, n_features))
    full[:, used] = weights.T
    return full, bias


def _unpacked(values: np.ndarray, n_outputs: int) -> tuple[np.ndarray, np.ndarray]:
    return values[:-n_outputs].reshape(-1, n_outputs), values[-n_outputs:]


def best_threshold(
    probabilities: np.ndarray,
    is_true: np.ndarray,
    is_found: np.ndarray | None = None,
    least_precision: float = 0.0,
) -> float:
    """The threshold with the best F1 on some texts; ``is_found``: those that count anyway.

    Infinite where nothing that the threshold adds would be right often enough (``least_precision``).
    """
    order = np.argsort(-probabilities, kind="stable")
    is_found = np.zeros(len(order), dtype=bool) if is_found is None else is_found
    added, right = ~is_found[order], is_true[order]
    n_added, n_right = np.cumsum(added), np.cumsum(added & right)
    score = 2 * ((is_found & is_true).sum() + n_right) / (is_found.sum() + n_added + is_true.sum())
    is_allowed = (n_added > 0) & (n_right >= least_precision * n_added)
    if not is_allowed.any():
        return math.inf
    last = int(np.argmax(np.where(is_allowed, score, -1.0)))
    # Half way to the next text, which must not count.
    return float(probabilities[order[last : last + 2]].mean())
