"""Sentiment, ours beside the peers: on public yardsticks, with texts held out, and how calibrated.

Belongs here: what is measured on which texts. Does not: models (``ours``, ``peers``), reading files (``data``), how a
figure is worked out of answers (``answers``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks.nlp import answers, data, peers
from benchmarks.nlp.answers import Answers
from benchmarks.nlp.figures import OURS, Figure
from benchmarks.nlp.ours import Ours, take, together
from benchmarks.nlp.peers import Contestant
from benchmarks.nlp.plan import Plan, Say
from models_nlp import corpus
from models_nlp.corpus import Example
from models_nlp.sentiment import SentimentModel
from models_nlp.training import ReadTexts

# Of senti4sd's texts that are learned from, one in this many is for the temperatures, as in the recipe.
DEV_SHARE = corpus.DEV_SHARE


@dataclass(frozen=True)
class Texts:
    """What is learned from and what is answered; ``folds``: of each text of senti4sd, which is answered held out."""

    train: list[Example]
    calibration: list[Example]
    test: list[Example]
    senti4sd: list[Example]
    folds: np.ndarray

    @classmethod
    def of(cls, datasets: Path, recipe: dict, plan: Plan) -> Texts:
        examples = [*corpus.read(datasets, recipe), *data.satisfaction(datasets)]
        test = [e for e in examples if e.part == "test" and e.source != "senti4sd"]
        # What is answered is learned by nobody, whatever the recipe says; senti4sd is answered by folds.
        train = data.without([e for e in examples if e.part == "train"], (e.text for e in test))
        senti4sd = data.without(data.senti4sd(datasets), (e.text for e in test))
        senti4sd = senti4sd[: None if plan.test is None else 2 * plan.test]
        return cls(
            some(train, plan.train),
            corpus.calibration(examples),
            some_of_each(test, plan.test),
            senti4sd,
            np.array([data.fold_of(e.text) for e in senti4sd]),
        )

    def learned_without(self, fold: int, n: int | None = None) -> list[Example]:
        """What is learned while a fold of senti4sd is answered: its other folds in the place of its own split.

        ``n``: how many of the other training texts.
        """
        own, answered = (self.of_folds(np.flatnonzero(found)) for found in (self.folds != fold, self.folds == fold))
        others = [e for e in some(self.train, n) if e.source != "senti4sd"]
        return data.without(others + own, (e.text for e in answered))

    def of_folds(self, rows: np.ndarray) -> list[Example]:
        return [self.senti4sd[row] for row in rows]

    @cached_property
    def fold_labels(self) -> np.ndarray:
        return np.array([e.label for e in self.senti4sd])


def measure(datasets: Path, plan: Plan, say: Say) -> list[Figure]:
    """All figures of sentiment."""
    ours = Ours(datasets)
    texts = Texts.of(datasets, ours.recipe, plan)
    figures = of_ours(ours, texts, plan, say)
    for contestant in peers.roster(datasets):
        say(f"sentiment: {contestant.name}")
        figures += of_peer(contestant, texts, plan)
    return figures


def of_ours(ours: Ours, texts: Texts, plan: Plan, say: Say) -> list[Figure]:
    say(f"sentiment: {OURS} reads {len(texts.train) + len(texts.test)} texts")
    train, calibration, test = (ours.read(part) for part in (texts.train, texts.calibration, texts.test))
    model = ours.packaged() if plan.is_packaged else ours.fit(train, calibration)
    answered = Answers(ours.probabilities(model, test), test.labels, test.sources)
    of_folds = ours.read(texts.senti4sd)
    held_out = np.zeros((len(of_folds), 3))
    for fold in range(plan.folds):
        say(f"sentiment: {OURS}, senti4sd, fold {fold + 1} of {plan.folds}")
        rows = np.flatnonzero(texts.folds == fold)
        refitted = _refitted(ours, texts, train, calibration, of_folds, fold)
        held_out[rows] = ours.probabilities(refitted, take(of_folds, rows))
    return answers.all_figures(OURS, answered, held_out, texts.fold_labels, texts.folds, plan.folds)


def _refitted(
    ours: Ours, texts: Texts, train: ReadTexts, calibration: ReadTexts, of_folds: ReadTexts, fold: int
) -> SentimentModel:
    """The recipe with the other folds in the place of its own senti4sd, texts of the fold taken out everywhere."""
    tested = {data.same(e.text) for e in texts.of_folds(np.flatnonzero(texts.folds == fold))}

    def kept(read: ReadTexts, examples: list[Example]) -> ReadTexts:
        rows = [row for row, e in enumerate(examples) if e.source != "senti4sd" and data.same(e.text) not in tested]
        return take(read, np.array(rows))

    others = np.flatnonzero(texts.folds != fold)
    is_dev = np.arange(len(others)) % DEV_SHARE == 0
    learned = take(of_folds, others[~is_dev])
    learned.weights[:] = ours.weight_of("senti4sd")
    return ours.fit(
        together(kept(train, texts.train), learned),
        together(kept(calibration, texts.calibration), take(of_folds, others[is_dev])),
    )


def of_peer(contestant: Contestant, texts: Texts, plan: Plan) -> list[Figure]:
    """A peer that learns gets our training texts with our weights; a slow one a sample of them."""
    name, learns = contestant.name, contestant.learns
    n_train, n_test = (plan.slow_train, plan.slow_test) if contestant.is_slow else (None, None)
    test = some_of_each(texts.test, n_test)
    note = f"learned from {n_train:,} texts, answered {n_test:,} of each set" if contestant.is_slow else ""
    model = _taught(contestant, some(texts.train, n_train)) if learns else contestant.make()
    answered = Answers(
        model.predict([e.text for e in test]), np.array([e.label for e in test]), [e.source for e in test]
    )
    held_out = np.zeros((len(texts.senti4sd), 3))
    for fold in range(plan.folds):
        rows = np.flatnonzero(texts.folds == fold)
        if learns:
            model = _taught(contestant, texts.learned_without(fold, n_train))
        held_out[rows] = model.predict([e.text for e in texts.of_folds(rows)])
    return answers.all_figures(name, answered, held_out, texts.fold_labels, texts.folds, plan.folds, note, learns)


def _taught(contestant: Contestant, examples: list[Example]) -> peers.Peer:
    labels, weights = np.array([e.label for e in examples]), np.array([e.weight for e in examples])
    return contestant.make().fit([e.text for e in examples], labels, weights)


def some(examples: list[Example], n: int | None) -> list[Example]:
    """``n`` of them, drawn once."""
    if n is None or n >= len(examples):
        return examples
    order = np.random.default_rng(peers.SEED).permutation(len(examples))[:n]
    return [examples[row] for row in np.sort(order)]


def some_of_each(examples: list[Example], n: int | None) -> list[Example]:
    """``n`` of each source."""
    return list(_of_each(examples, n))


def _of_each(examples: list[Example], n: int | None) -> Iterator[Example]:
    for source in dict.fromkeys(e.source for e in examples):
        yield from some([e for e in examples if e.source == source], n)
