"""Emotions, several a text: the 28 labels of GoEmotions and the eight classes of customers made of them.

Belongs here: what is measured. Does not: models, which label belongs to which class (``models_nlp/project.yml``).
Every reader answers with probabilities; thresholds are those that are best on dev, the figures those of test.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.nlp import data, peers
from benchmarks.nlp.figures import OURS, Figure
from benchmarks.nlp.ours import Ours
from benchmarks.nlp.plan import Plan, Say
from models_nlp.tag_heads import union
from models_nlp.tag_training import macro_f1

CUSTOMER, ALL = "emotions, 8 classes macro-F1", "GoEmotions-28 macro-F1"


def measure(datasets: Path, plan: Plan, say: Say) -> list[Figure]:
    """Macro-F1 of ours as it is packaged, and of the peers that can learn several labels a text."""
    ours = Ours(datasets)
    classes = ours.recipe["tags"]["customer_classes"]
    parts = data.emotions(datasets / "goemotions.csv")
    train, dev, test = (
        parts["train"].sample(plan.train),
        parts["dev"].sample(plan.test),
        parts["test"].sample(plan.test),
    )
    say(f"emotions: {OURS} reads {len(dev) + len(test)} texts")
    answers = []
    for part in (dev, test):
        probabilities, outputs = ours.emotions(part.texts)
        answers.append(probabilities[:, [outputs.index(name) for name in part.names]])
    figures = figures_of(OURS, *answers, dev, test, classes)
    for peer in peers.roster(datasets):
        if not peer.learns:
            continue
        say(f"emotions: {peer.name} learns and answers")
        n_train, n_test = (plan.slow_train, plan.slow_test) if peer.is_slow else (None, None)
        learned, chosen, tested = train.sample(n_train), dev.sample(n_test), test.sample(n_test)
        model = peer.make().fit(learned.texts, learned.labels)
        found = (model.predict(part.texts) for part in (chosen, tested))
        note = f"emotions: learned from {len(learned):,} texts, answered {len(tested):,}" if peer.is_slow else ""
        figures += figures_of(peer.name, *found, chosen, tested, classes, note)
    return figures


def figures_of(
    who: str,
    on_dev: np.ndarray,
    on_test: np.ndarray,
    dev: data.Tagged,
    test: data.Tagged,
    classes: dict[str, list[str]],
    note: str = "",
) -> list[Figure]:
    """Both figures from (n, labels) probabilities; a class is as probable as that one of its labels holds."""
    of_classes = [[dev.names.index(name) for name in names if name in dev.names] for names in classes.values()]
    of_labels = [[column] for column in range(len(dev.names))]
    return [
        Figure(
            name, who, macro_f1(_united(on_dev, dev, columns), _united(on_test, test, columns)), len(test), note=note
        )
        for name, columns in ((CUSTOMER, [found for found in of_classes if found]), (ALL, of_labels))
    ]


def _united(probabilities: np.ndarray, part: data.Tagged, columns: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.stack([union(probabilities, found) for found in columns], axis=1),
        np.stack([part.labels[:, found].max(axis=1) for found in columns], axis=1),
    )
