"""A company's own labels correct the model: a small correction of its logits, shrunk towards the model it starts from.

Belongs here: fitting, applying, and judging on labels that were held out. Does not: files (``recalibration_files``),
collecting what the model says of a text (``signals``).

The correction is linear in what the model already knows of a text: its heads' logits, the lexicon's features, the mean
of the static table, the logits of emotions and intents, and words that the labelled texts share, which are kept as
numbers of buckets, never as words. A
ridge regression with the model's own logits as offset; it counts N / (N + 100), so no label leaves the model as it is.
A channel with labels enough gets a correction of its own on top. Ridges, spreads and balance were chosen on corpora
that the model had not been trained on, each taken for a company.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from models_nlp.calibration import expected_calibration_error
from models_nlp.evaluation import f1
from models_nlp.heads import linear, softmax
from models_nlp.signals import Signals

if TYPE_CHECKING:
    import scipy.sparse as sp

HALF_TRUST = 100  # labels at which the correction counts half
MIN_LABELS = 50  # fewer judge nothing: of 50, some fifteen are negative
MIN_OF_A_CLASS = 5
FOLDS, DEALS = 5, 3  # cross-validation, dealt anew three times: one deal of a hundred labels is a matter of luck
# Usual spread of a block's numbers and its ridge: the more numbers a block has, the less each may say.
BLOCKS = {"heads": (1.35, 30.0), "lexicon": (0.36, 10.0), "meaning": (0.065, 300.0), "tags": (1.1, 60.0)}
WORD_RIDGE = 1.0
MIN_TEXTS_OF_A_WORD = 3
BIAS_RIDGE = 0.1
BALANCE = 0.3  # classes weigh by this power of their rarity: between what is usual and what matters
# What is added to the logit of negative, the least of these with which no recall of negatives is lost.
LIFTS = tuple(step / 10 for step in range(21))
EVERYONE = ""  # the part of all channels
NEGATIVE = np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True)
class Part:
    """One correction of the logits: weights by block (size, 3), of word buckets (k, 3), a bias (3,)."""

    n_labels: int
    weights: dict[str, np.ndarray]
    buckets: tuple[int, ...]
    word_weights: np.ndarray
    bias: np.ndarray

    @property
    def share(self) -> float:
        """How much of the correction counts, 0 … 1."""
        return self.n_labels / (self.n_labels + HALF_TRUST)

    def correction(self, signals: Signals) -> np.ndarray:
        """(n, 3), to be added to the logits."""
        found = self.bias + linear(_words_matrix(signals.words, self.buckets), self.word_weights.T)
        for name, weights in self.weights.items():
            found = found + linear(signals.blocks[name], weights.T)
        return self.share * found


@dataclass(frozen=True)
class Recalibration:
    """The accepted parts: ``EVERYONE`` and channels by name. Without a part the model's answer stays."""

    parts: dict[str, Part] = field(default_factory=dict)

    def logits(self, signals: Signals) -> np.ndarray:
        """(n, 3) corrected logits."""
        corrected = signals.logits
        if (everyone := self.parts.get(EVERYONE)) is not None:
            corrected = corrected + everyone.correction(signals)
        channels = np.array(signals.channels)
        for name in sorted(set(self.parts) - {EVERYONE}):
            rows = np.flatnonzero(channels == name)
            if len(rows):
                corrected = corrected.copy()
                corrected[rows] += self.parts[name].correction(signals.take(rows))
        return corrected

    def probabilities(self, signals: Signals) -> np.ndarray:
        """(n, 3), each row sums to 1."""
        return softmax(self.logits(signals))


@dataclass(frozen=True)
class Judgement:
    """What held-out labels say of a part: before → after, and whether it may answer.

    ``base``: (macro-F1, recall of negatives, calibration error) of the model without any correction on the same labels,
    where another correction is in force, which is what was there before.
    """

    n_labels: int
    macro_f1: tuple[float, float]
    negative_recall: tuple[float, float]
    ece: tuple[float, float]
    is_accepted: bool
    reason: str
    base: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class InForce:
    """A correction that answers now: its (n, 3) logits of the labelled texts, and which of them it has not learned
    from."""

    logits: np.ndarray
    is_unseen: np.ndarray


def propose(
    signals: Signals, labels: np.ndarray, in_force: InForce | None = None
) -> tuple[Recalibration, dict[str, Judgement]]:
    """The parts that own labels earn, each judged on labels that it was not fitted on; those refused are left out.

    ``labels``: (n,) numbers of classes. A part is refused where macro-F1 or the recall of negatives would fall below
    that of what answers now: the model itself, or the correction ``in_force``, on labels that this one has not learned
    from either. Where the part of all channels is refused, one in force is not replaced at all.
    """
    if len(signals) != len(labels):
        raise ValueError(f"{len(labels)} labels for {len(signals)} texts: give one each")
    labels = np.asarray(labels)
    accepted: dict[str, Part] = {}
    judged: dict[str, Judgement] = {}
    channels = np.array(signals.channels)
    company_lift: float | None = None  # of the company's part, once it is accepted: what its channels stand upon
    named = sorted(set(signals.channels) - {EVERYONE})
    for name in (EVERYONE, *(named if len(named) > 1 else ())):  # a single channel is everyone
        rows = np.arange(len(labels)) if name == EVERYONE else np.flatnonzero(channels == name)
        unseen = rows if in_force is None else rows[in_force.is_unseen[rows]]
        if too_few := _too_few(labels[unseen]):
            since = " that the correction in force has not learned from" if in_force is not None else ""
            judged[name] = Judgement(len(unseen), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), False, too_few + since)
        else:
            part, lift, judged[name] = _propose_part(signals, labels, rows, company_lift, in_force)
            if part is not None:
                accepted[name] = part
                company_lift = lift if name == EVERYONE else company_lift
        if in_force is not None and EVERYONE not in accepted:  # its other channels would lose what they have
            break
    return Recalibration(accepted), judged


def _propose_part(
    signals: Signals, labels: np.ndarray, rows: np.ndarray, company_lift: float | None, in_force: InForce | None
) -> tuple[Part | None, float, Judgement]:
    """The part for some rows, lifted as little as holds the recall of negatives, and that lift."""
    before, after = _held_out(signals, labels, rows, company_lift)
    judged, base = rows, None
    if in_force is not None:
        unseen = in_force.is_unseen[rows]
        judged, after = rows[unseen], after[:, unseen]
        before, base = (np.tile(logits[judged], (DEALS, 1, 1)) for logits in (in_force.logits, signals.logits))
    for lift in LIFTS:
        judgement = _judge(before, after + lift * NEGATIVE, labels[judged], base)
        if judgement.negative_recall[1] >= judgement.negative_recall[0]:
            break
    if not judgement.is_accepted:
        return None, lift, judgement
    own = signals.take(rows)
    if company_lift is not None:
        own = _upon(_lifted(fit_part(signals, labels), company_lift), own)
    return _lifted(fit_part(own, labels[rows]), lift), lift, judgement


def _lifted(part: Part, lift: float) -> Part:
    return replace(part, bias=part.bias + lift / part.share * NEGATIVE)


def _held_out(
    signals: Signals, labels: np.ndarray, rows: np.ndarray, company_lift: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """(deals, n, 3) logits of ``rows`` before and after the part, from fits that had not seen the row's label."""
    before, after = np.empty((DEALS, len(rows), 3)), np.empty((DEALS, len(rows), 3))
    for deal, number in product(range(DEALS), range(FOLDS)):
        is_test = folds_of(labels[rows], deal) == number
        test, own = signals.take(rows[is_test]), signals.take(rows[~is_test])
        if company_lift is not None:  # the company's part stands below, fitted without these labels too
            seen = np.setdiff1d(np.arange(len(labels)), rows[is_test])
            company = _lifted(fit_part(signals.take(seen), labels[seen]), company_lift)
            test, own = _upon(company, test), _upon(company, own)
        before[deal, is_test] = test.logits
        after[deal, is_test] = test.logits + fit_part(own, labels[rows[~is_test]]).correction(test)
    return before, after


def _upon(part: Part, signals: Signals) -> Signals:
    return replace(signals, logits=signals.logits + part.correction(signals))


def folds_of(labels: np.ndarray, deal: int) -> np.ndarray:
    """The fold of each label: every class dealt out in turn, in an order that the number of the deal decides."""
    folds = np.empty(len(labels), dtype=np.int64)
    order = np.random.default_rng(deal).permutation(len(labels))
    for label in range(3):
        rows = order[labels[order] == label]
        folds[rows] = np.arange(len(rows)) % FOLDS
    return folds


def _judge(before: np.ndarray, after: np.ndarray, labels: np.ndarray, base: np.ndarray | None = None) -> Judgement:
    """Figures over all deals taken together."""
    every = np.tile(labels, DEALS)
    macro, recall, ece = zip(_figures(before, every), _figures(after, every), strict=True)
    falls = [
        f"{name} would fall from {old:.3f} to {new:.3f}"
        for name, (old, new) in (("macro-F1", macro), ("recall of negatives", recall))
        if new < old
    ]
    reason = "; ".join(falls) or f"macro-F1 {macro[0]:.3f} → {macro[1]:.3f} on labels held out"
    without = None if base is None else _figures(base, every)
    return Judgement(len(labels), macro, recall, ece, not falls, reason, without)


def _figures(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float, float]:
    """(macro-F1, recall of negatives, calibration error)."""
    p = softmax(logits.reshape(-1, 3))
    chosen = p.argmax(axis=1)
    recall = float((chosen[labels == 0] == 0).mean())
    return round(_macro_f1(chosen, labels), 4), round(recall, 4), round(expected_calibration_error(p, labels), 4)


def _too_few(labels: np.ndarray) -> str:
    """Why some labels are too few to fit and judge on; empty when they are not."""
    counts = np.bincount(labels, minlength=3)
    if len(labels) < MIN_LABELS:
        return f"{len(labels)} labels, {MIN_LABELS} are needed"
    if min(counts[0], np.sort(counts)[-2]) < MIN_OF_A_CLASS:
        return (
            f"{counts[0]} negative of {len(labels)} labels: {MIN_OF_A_CLASS} negatives and of another class are needed"
        )
    return ""


def fit_part(signals: Signals, labels: np.ndarray) -> Part:
    """The correction that all the given labels ask for."""
    import scipy.sparse as sp
    from threadpoolctl import threadpool_limits

    names = sorted(signals.blocks)
    buckets = _shared_words(signals.words)
    dense = np.hstack([signals.blocks[name] / BLOCKS[name][0] for name in names])
    words = sp.csr_array(_words_matrix(signals.words, buckets))
    sizes = [signals.blocks[name].shape[1] for name in names]
    ridges = [np.full(size, BLOCKS[name][1]) for name, size in zip(names, sizes, strict=True)]
    counts = np.bincount(labels, minlength=3)
    by_class = (len(labels) / 3 / np.maximum(counts, 1)) ** BALANCE
    with threadpool_limits(limits=1):
        weights, bias = _ridge_logistic(
            signals.logits,
            dense,
            words,
            labels,
            np.concatenate([*ridges, np.full(len(buckets), WORD_RIDGE)]),
            by_class[labels],
        )
    by_block = np.split(weights, np.cumsum(sizes))
    spread = {name: part / BLOCKS[name][0] for name, part in zip(names, by_block, strict=False)}
    return Part(len(labels), spread, buckets, by_block[-1], bias)


def _ridge_logistic(
    offset: np.ndarray,
    dense: np.ndarray,
    words: sp.csr_array,
    labels: np.ndarray,
    ridges: np.ndarray,
    row_weights: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """(weights (d, 3), bias (3,)) with the least Σ −log p + ridges, p = softmax(offset + matrix·weights + bias).

    The matrix is ``dense`` (n, numbers) beside ``words`` (n, k), of which a text holds a few.
    """
    from scipy.optimize import minimize

    split, d = dense.shape[1], dense.shape[1] + words.shape[1]
    words_across = words.T.tocsr()
    targets = np.eye(3)[labels]

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = values[: 3 * d].reshape(d, 3), values[3 * d :]
        found = softmax(offset + dense @ weights[:split] + words @ weights[split:] + bias)
        missed = -(row_weights * np.log(np.clip(found[np.arange(len(labels)), labels], 1e-12, 1))).sum()
        cost = (ridges[:, None] * weights**2).sum() + BIAS_RIDGE * (bias**2).sum()
        slope = row_weights[:, None] * (found - targets)
        by_weight = np.vstack([dense.T @ slope, words_across @ slope]) + ridges[:, None] * weights
        return missed + cost / 2, np.concatenate([by_weight.ravel(), slope.sum(axis=0) + BIAS_RIDGE * bias])

    options = {"maxiter": 200, "ftol": 1e-7}
    found = minimize(loss, np.zeros(3 * d + 3), jac=True, method="L-BFGS-B", options=options).x
    return found[: 3 * d].reshape(d, 3), found[3 * d :]


def _shared_words(texts: list[np.ndarray]) -> tuple[int, ...]:
    """Buckets of the words that several texts hold."""
    buckets, counts = np.unique(np.concatenate([*texts, np.empty(0, dtype=np.int64)]), return_counts=True)
    return tuple(buckets[counts >= MIN_TEXTS_OF_A_WORD].tolist())


def _words_matrix(texts: list[np.ndarray], buckets: tuple[int, ...]) -> np.ndarray:
    """(n, k): 1 / √(1 + known words of the text) for each known word that a text holds."""
    known = np.array(buckets, dtype=np.int64)  # rising
    matrix = np.zeros((len(texts), len(known)))
    flat = np.concatenate([*texts, np.empty(0, dtype=np.int64)])
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    is_held = np.isin(flat, known)
    matrix[owner[is_held], np.searchsorted(known, flat[is_held])] = 1.0
    return matrix / np.sqrt(1 + matrix.sum(axis=1))[:, None]


def _macro_f1(chosen: np.ndarray, labels: np.ndarray) -> float:
    """Mean F1 of the classes that the labels hold."""
    return float(np.mean([f1(labels == label, chosen == label) for label in np.unique(labels)]))
