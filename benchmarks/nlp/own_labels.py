"""What a company's own labels bring: some labels of the airlines' texts are known, all the rest are answered.

Belongs here: what is measured. Does not: correcting the model (``models_nlp.recalibration``), the peers.
Ours is the packaged model corrected by them; a peer learns on them alone, as one would who has no other labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.nlp import data, peers
from benchmarks.nlp.figures import OURS, Figure
from benchmarks.nlp.ours import Ours
from benchmarks.nlp.plan import Plan, Say
from benchmarks.nlp.sentiment import some
from models_nlp import corpus, evaluation
from models_nlp.corpus import Example
from models_nlp.recalibration import propose

SOURCE = "airline"
MANY = 1_000  # labels of which a few draws tell as much as many of a hundred

# (numbers of texts whose labels are known, numbers of all the rest) -> probabilities of the rest
Learned = Callable[[np.ndarray, np.ndarray], np.ndarray]


def measure(datasets: Path, plan: Plan, say: Say) -> list[Figure]:
    """Macro-F1, recall of negatives and calibration after so many own labels."""
    ours = Ours(datasets)
    texts = [e for e in corpus.read(datasets, ours.recipe) if e.source == SOURCE]
    say(f"own labels: {OURS}")
    figures = list(of_draws(OURS, corrected(ours, texts), data.labels_of(texts), plan))
    for peer in peers.roster(datasets):
        say(f"own labels: {peer.name}")
        of_peer = some(texts, plan.slow_test if peer.is_slow else None)
        note = "after own labels: learned on those alone"
        figures += of_draws(peer.name, taught(peer, of_peer), data.labels_of(of_peer), plan, note)
    return figures


def corrected(ours: Ours, texts: list[Example]) -> Learned:
    """Ours, corrected as the product corrects itself: only where labels held out say that it helps."""
    read = ours.read(texts)
    signals = ours.signals(ours.packaged(), read)

    def answer(known: np.ndarray, rest: np.ndarray) -> np.ndarray:
        recalibration, _ = propose(signals.take(known), read.labels[known])
        return recalibration.probabilities(signals.take(rest))

    return answer


def taught(peer: peers.Contestant, texts: list[Example]) -> Learned:
    """A fresh peer that learns the known labels."""
    words, labels = np.array([e.text for e in texts], dtype=object), data.labels_of(texts)

    def answer(known: np.ndarray, rest: np.ndarray) -> np.ndarray:
        return peer.make().fit(words[known].tolist(), labels[known]).predict(words[rest].tolist())

    return answer


def of_draws(who: str, learned: Learned, labels: np.ndarray, plan: Plan, note: str = "") -> Iterator[Figure]:
    """Mean and spread over draws of own labels."""
    for n in plan.own_labels:
        if 2 * n > len(labels):
            continue  # too few would be left to answer
        found = []
        for draw in range(plan.draws if n < MANY else min(plan.draws, 3)):
            order = np.random.default_rng(peers.SEED + draw).permutation(len(labels))
            found.append(evaluation.figures(learned(order[:n], order[n:]), labels[order[n:]]))
        by_name = {
            f"airline macro-F1 after {n} labels": [f["macro_f1"] for f in found],
            f"airline negative recall after {n} labels": [f["by_class"]["negative"]["recall"] for f in found],
            f"ECE after {n} labels": [f["ece"] for f in found],
        }
        for name, values in by_name.items():
            yield Figure(name, who, float(np.mean(values)), len(labels) - n, float(np.std(values)), note)
