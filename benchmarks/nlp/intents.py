"""Contact reasons, one a text: Banking77 and CLINC150 within its scope.

Belongs here: what is measured. Does not: models. The product's own list of intents is another one (``project.yml``), so
ours is heads of the product's kind, fitted on the data set's own reasons; the peers learn the same texts.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.nlp import data, peers
from benchmarks.nlp.figures import OURS, Figure
from benchmarks.nlp.ours import Ours
from benchmarks.nlp.plan import Plan, Say

FILES = {"Banking77 accuracy": "banking77.csv", "CLINC in scope accuracy": "clinc150.csv"}
# Of the peers' regressions, chosen on a fifth of train: at 1 they are too cautious for so many classes.
PEERS_C = 10.0


def measure(datasets: Path, plan: Plan, say: Say) -> list[Figure]:
    """Accuracy on the test splits."""
    ours = Ours(datasets)  # texts are short: even the slow peer learns all of them
    contestants = [peer for peer in peers.roster(datasets, PEERS_C) if peer.learns]
    figures = []
    for name, file in FILES.items():
        parts = data.intents(datasets / file)
        train, test = parts["train"].sample(plan.train), parts["test"].sample(plan.test)
        say(f"intents: {name}, {OURS}")
        answered = ours.intents(ours.intent_heads(train.texts, train.labels), test.texts)
        figures.append(Figure(name, OURS, _accuracy(answered, test), len(test)))
        for peer in contestants:
            say(f"intents: {name}, {peer.name}")
            model = peer.make().fit(train.texts, train.labels)
            figures.append(Figure(name, peer.name, _accuracy(model.predict(test.texts), test), len(test)))
    return figures


def _accuracy(probabilities, tagged: data.Tagged) -> float:
    return float((probabilities.argmax(axis=1) == tagged.labels).mean())
