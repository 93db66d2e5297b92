"""Sentiment, ours beside the peers: on public yardsticks, with texts held out, after own labels, and how calibrated.

Belongs here: what is measured on which texts. Does not: models (``ours``, ``peers``), reading files (``data``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.nlp import data, peers
from benchmarks.nlp.figures import OURS, Figure
from benchmarks.nlp.ours import Ours, take, together
from models_nlp import corpus, evaluation
from models_nlp.calibration import balanced_weights, expected_calibration_error
from models_nlp.corpus import Example
from models_nlp.recalibration import propose
from models_nlp.training import ReadTexts

IN_DOMAIN = ("tweeteval", "vader_tweets", "uci_reviews")
SLOW_TRAIN, SLOW_TEST = 6_000, 2_500  # texts that MiniLM learns from and answers: it reads some forty a second


@dataclass(frozen=True)
class Plan:
    """How much is measured. ``train``: texts that are learned from at most; ``draws``: of own labels."""

    train: int | None = None
    draws: int = 10
    folds: int = data.FOLDS
    own_labels: tuple[int, ...] = (100, 200, 1000)
    test: int | None = None

    @classmethod
    def quick(cls) -> Plan:
        return cls(train=1_500, draws=2, folds=2, own_labels=(100, 200), test=400)


Say = Callable[[str], None]


def measure(datasets: Path, plan: Plan, say: Say, packaged: bool = True) -> list[Figure]:
    """All figures of sentiment. ``packaged``: ours answers as it is shipped, else refitted on the plan's texts."""
    ours = Ours(datasets)
    examples = _sampled(corpus.read(datasets, ours.recipe), plan)
    senti4sd, folds = data.senti4sd(datasets)
    if plan.test:
        senti4sd, folds = senti4sd[: 2 * plan.test], folds[: 2 * plan.test]
    figures = _ours(ours, examples, senti4sd, folds, plan, say, packaged)
    for name, make, has_probabilities, is_slow in _peers(datasets):
        say(f"{name}: yardsticks")
        figures += _peer(name, make, has_probabilities, is_slow, examples, senti4sd, folds, plan)
    return figures


def _ours(
    ours: Ours,
    examples: list[Example],
    senti4sd: list[Example],
    folds: np.ndarray,
    plan: Plan,
    say: Say,
    packaged: bool,
) -> list[Figure]:
    say(f"{OURS}: reading {len(examples)} texts")
    parts = {part: [e for e in examples if e.part == part] for part in ("train", "dev", "test")}
    read = {part: ours.read(found) for part, found in parts.items()}
    say(f"{OURS}: {'the packaged model' if packaged else 'fitting'}")
    model = ours.packaged() if packaged else ours.fit(read["train"], read["dev"])
    test, sources = read["test"], np.array(read["test"].sources)
    answers = ours.probabilities(model, test)
    figures = [*_yardsticks(OURS, answers, test.labels, sources)]
    of_folds = ours.read(senti4sd)
    held_out = np.zeros((len(of_folds), 3))
    for fold in range(plan.folds):
        say(f"{OURS}: senti4sd, fold {fold + 1} of {plan.folds}")
        refitted = _refitted(ours, parts, read, of_folds, senti4sd, folds, fold)
        rows = np.flatnonzero(folds == fold)
        held_out[rows] = ours.probabilities(refitted, take(of_folds, rows))
    figures += _folds(OURS, held_out, of_folds.labels, folds, plan.folds)
    figures.append(_in_domain(OURS, answers, test.labels, sources, held_out, of_folds.labels, folds, plan.folds))
    say(f"{OURS}: own labels")
    airline = take(test, np.flatnonzero(sources == "airline"))
    signals = ours.signals(model, airline)

    def corrected(own: np.ndarray, rest: np.ndarray) -> np.ndarray:
        recalibration, _ = propose(signals.take(own), airline.labels[own])
        return recalibration.probabilities(signals.take(rest))

    return figures + list(_own_labels(OURS, corrected, airline.labels, plan))


def _refitted(
    ours: Ours,
    parts: dict[str, list[Example]],
    read: dict[str, ReadTexts],
    of_folds: ReadTexts,
    senti4sd: list[Example],
    folds: np.ndarray,
    fold: int,
):
    """The recipe with the other folds in the place of its own senti4sd: eleven parts of twelve train, one dev."""
    tested = {data.same(senti4sd[row].text) for row in np.flatnonzero(folds == fold)}

    def kept(part: str) -> ReadTexts:
        rows = [
            row
            for row, example in enumerate(parts[part])
            if example.source != "senti4sd" and data.same(example.text) not in tested
        ]
        return take(read[part], np.array(rows))

    others = np.flatnonzero(folds != fold)
    is_dev = np.arange(len(others)) % 12 == 0
    own_weight = next(asset.get("weight", 1.0) for asset in ours.recipe["corpora"] if asset["name"] == "senti4sd")
    learned = take(of_folds, others[~is_dev])
    learned.weights[:] = own_weight
    return ours.fit(together(kept("train"), learned), together(kept("dev"), take(of_folds, others[is_dev])))


def _peers(datasets: Path) -> Iterator[tuple[str, Callable[[], peers.Peer], bool, bool]]:
    """(name, maker, whether its answers are probabilities, whether it is slow)."""
    embeddings: dict[str, np.ndarray] = {}
    yield "VADER", peers.vader, False, False
    yield "AFINN", peers.afinn, False, False
    yield "TextBlob", peers.textblob, False, False
    yield "spaCy TextCatBOW", peers.SpacyBow, True, False
    yield "TF-IDF + LR", peers.TfidfRegression, True, False
    yield "MiniLM + LR", lambda: peers.MiniLm(datasets / "static" / "vocab.txt", cache=embeddings), True, True


def _peer(
    name: str,
    make: Callable[[], peers.Peer],
    learns: bool,
    is_slow: bool,
    examples: list[Example],
    senti4sd: list[Example],
    folds: np.ndarray,
    plan: Plan,
) -> list[Figure]:
    """A peer that learns gets our training texts, with our weights; a slow one a sample of them."""
    train = [e for e in examples if e.part == "train"]
    test = [e for e in examples if e.part == "test"]
    if is_slow:
        train, test = _some(train, SLOW_TRAIN), _some(test, SLOW_TEST)
    note = f"learned from {len(train)} texts, answered {len(test)}" if is_slow else ""
    labels, sources = np.array([e.label for e in test]), np.array([e.source for e in test])
    model = make()
    if learns:
        _learn(model, train)
    answers = model.predict([e.text for e in test])
    figures = list(_yardsticks(name, answers, labels, sources, note))
    of_folds = np.array([e.label for e in senti4sd])
    held_out = np.zeros((len(senti4sd), 3))
    for fold in range(plan.folds):
        rows = np.flatnonzero(folds == fold)
        if learns:
            model = make()
            others = [senti4sd[row] for row in np.flatnonzero(folds != fold)]
            kept = [e for e in train if e.source != "senti4sd"]
            _learn(model, data.without(kept, (senti4sd[row].text for row in rows)) + others)
        held_out[rows] = model.predict([senti4sd[row].text for row in rows])
    figures += _folds(name, held_out, of_folds, folds, plan.folds, note)
    if learns:
        figures.append(_in_domain(name, answers, labels, sources, held_out, of_folds, folds, plan.folds, note))
    airline = [e for e in test if e.source == "airline"]
    texts = [e.text for e in airline]

    def taught(own: np.ndarray, rest: np.ndarray) -> np.ndarray:
        fresh = make().fit([texts[row] for row in own], np.array([airline[row].label for row in own]))
        return fresh.predict([texts[row] for row in rest])

    learned_alone = "on the own labels alone" + (f"; {note}" if note else "")
    return figures + list(_own_labels(name, taught, np.array([e.label for e in airline]), plan, learned_alone))


def _learn(model: peers.Peer, examples: list[Example]) -> None:
    labels, weights = np.array([e.label for e in examples]), np.array([e.weight for e in examples])
    model.fit([e.text for e in examples], labels, weights)


def _yardsticks(
    who: str, answers: np.ndarray, labels: np.ndarray, sources: np.ndarray, note: str = ""
) -> Iterator[Figure]:
    found = evaluation.by_source(answers, labels, sources.tolist())
    yield Figure("TweetEval macro-recall", who, found["tweeteval"]["macro_recall"], found["tweeteval"]["n"], note=note)
    airline = found["airline"]
    yield Figure("airline macro-F1", who, airline["macro_f1"], airline["n"], note=note)
    yield Figure("airline negative recall", who, airline["by_class"]["negative"]["recall"], airline["n"], note=note)
    if (answers.max(axis=1) < 1).any():  # word lists give no confidence
        yield Figure("ECE across domains", who, airline["ece"], airline["n"], note=note or "airline")


def _folds(
    who: str, answers: np.ndarray, labels: np.ndarray, folds: np.ndarray, n_folds: int, note: str = ""
) -> list[Figure]:
    """All answers together, and how far the folds are apart."""
    rows = np.flatnonzero(folds < n_folds)
    of_folds = [evaluation.figures(answers[folds == k], labels[folds == k])["macro_f1"] for k in range(n_folds)]
    value = evaluation.figures(answers[rows], labels[rows])["macro_f1"]
    return [Figure("senti4sd macro-F1, 5-fold", who, value, len(rows), float(np.std(of_folds)), note)]


def _in_domain(
    who: str,
    answers: np.ndarray,
    labels: np.ndarray,
    sources: np.ndarray,
    held_out: np.ndarray,
    fold_labels: np.ndarray,
    folds: np.ndarray,
    n_folds: int,
    note: str = "",
) -> Figure:
    """Test splits of the corpora that were learned from, every corpus counting alike; senti4sd by its folds."""
    rows = np.flatnonzero(folds < n_folds)
    is_known = np.isin(sources, IN_DOMAIN)
    every = np.vstack([answers[is_known], held_out[rows]])
    true = np.concatenate([labels[is_known], fold_labels[rows]])
    groups = sources[is_known].tolist() + ["senti4sd"] * len(rows)
    error = expected_calibration_error(every, true, weights=balanced_weights(groups))
    return Figure("ECE in domain", who, round(error, 4), len(true), note=note or "four corpora counting alike")


def _own_labels(
    who: str, learned: Callable[[np.ndarray, np.ndarray], np.ndarray], labels: np.ndarray, plan: Plan, note: str = ""
) -> Iterator[Figure]:
    """Mean and spread over draws of own labels of the airlines, tested on all the rest."""
    for n in plan.own_labels:
        found = []
        for draw in range(plan.draws):
            order = np.random.default_rng(peers.SEED + draw).permutation(len(labels))
            own, rest = order[:n], order[n:]
            found.append(evaluation.figures(learned(own, rest), labels[rest]))
        f1, ece = [f["macro_f1"] for f in found], [f["ece"] for f in found]
        recall = [f["by_class"]["negative"]["recall"] for f in found]
        size = len(labels) - n
        yield Figure(f"airline macro-F1 after {n} labels", who, float(np.mean(f1)), size, float(np.std(f1)), note)
        yield Figure(
            f"airline negative recall after {n} labels", who, float(np.mean(recall)), size, float(np.std(recall))
        )
        yield Figure(f"ECE after {n} labels", who, float(np.mean(ece)), size, float(np.std(ece)), note)


def _sampled(examples: list[Example], plan: Plan) -> list[Example]:
    """The plan's part of the texts, every source keeping its share."""
    if plan.train is None or plan.test is None:
        return examples
    train = [e for e in examples if e.part == "train"]
    kept = _some(train, plan.train) + [e for e in examples if e.part == "dev"]
    tested = [e for e in examples if e.part == "test"]
    for source in sorted({e.source for e in tested}):
        kept += _some([e for e in tested if e.source == source], plan.test)
    return kept


def _some(examples: list[Example], n: int) -> list[Example]:
    order = np.random.default_rng(peers.SEED).permutation(len(examples))[:n]
    return [examples[row] for row in np.sort(order)]
