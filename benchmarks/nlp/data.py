"""The labelled texts of the benchmark, as the files give them: sentiment, emotions, intents; distinct texts to time.

Belongs here: which rows are train, dev and test. Does not: reading them as a model does (``ours``, ``peers``).
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.nlp.plan import FOLDS
from models_nlp.corpus import LABELS, Example

_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Tagged:
    """Texts with one class each (labels (n,)) or several (labels (n, classes) of 0 and 1)."""

    texts: list[str]
    labels: np.ndarray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)

    def sample(self, n: int | None, seed: int = 0) -> Tagged:
        """At most ``n`` of them, drawn once."""
        if n is None or n >= len(self):
            return self
        rows = np.sort(np.random.default_rng(seed).permutation(len(self))[:n])
        return Tagged([self.texts[row] for row in rows], self.labels[rows], self.names)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def senti4sd(datasets: Path) -> list[Example]:
    """All its texts, its own splits put together."""
    return [Example(row["text"], LABELS[row["label"]], "senti4sd", "test") for row in rows(datasets / "senti4sd.csv")]


def satisfaction(datasets: Path) -> list[Example]:
    """Turns of customers of a booking service, rated by others from 1 to 5; 3 is neither. Measured on, never learned.

    Ratings of whole talks are left out; a text that is rated several times counts once, with the mean.
    """
    ratings: dict[str, list[float]] = {}
    for row in rows(datasets / "uss_mwoz_satisfaction_EVALONLY.csv"):
        if row["is_overall"] == "0" and row["text"].strip():
            ratings.setdefault(row["text"], []).append(float(row["satisfaction"]))
    means = {text: sum(of_text) / len(of_text) for text, of_text in ratings.items()}
    return [Example(text, 1 + (mean > 3) - (mean < 3), "uss_mwoz", "test") for text, mean in means.items()]


def labels_of(examples: list[Example]) -> np.ndarray:
    """(n,)."""
    return np.array([example.label for example in examples])


def fold_of(text: str) -> int:
    """The fold of a text; equal texts share one."""
    return int.from_bytes(hashlib.sha256(f"fold {same(text)}".encode()).digest()[:4]) % FOLDS


def same(text: str) -> str:
    """Two texts that give the same answer here are one text."""
    return re.sub(r"\W+", " ", text.lower()).strip()


def without(examples: Iterable[Example], texts: Iterable[str]) -> list[Example]:
    """The examples whose text is none of ``texts``."""
    kept_out = {same(text) for text in texts}
    return [example for example in examples if same(example.text) not in kept_out]


def intents(path: Path) -> dict[str, Tagged]:
    """``train`` and ``test`` of a file with one contact reason a text; what is out of scope is left out.

    A text of the test is not in train.
    """
    found = _apart([row for row in rows(path) if row["label"] != "oos"])
    names = tuple(sorted({row["label"] for row in found}))
    number = {name: at for at, name in enumerate(names)}
    return {
        part: Tagged(
            [row["text"] for row in found if row["split"] == part],
            np.array([number[row["label"]] for row in found if row["split"] == part]),
            names,
        )
        for part in ("train", "test")
    }


def emotions(path: Path) -> dict[str, Tagged]:
    """``train``, ``dev`` and ``test`` of GoEmotions: 28 labels, several a text; no text of dev or test is in train."""
    found = _apart(rows(path))
    labels = [row["label"].split("|") for row in found]
    names = tuple(sorted({name for of_row in labels for name in of_row}))
    number = {name: at for at, name in enumerate(names)}
    matrix = np.zeros((len(found), len(names)))
    for row, of_row in enumerate(labels):
        matrix[row, [number[name] for name in of_row]] = 1
    split = np.array([row["split"] for row in found])
    return {
        part: Tagged([found[row]["text"] for row in np.flatnonzero(split == part)], matrix[split == part], names)
        for part in ("train", "dev", "test")
    }


def _apart(found: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows but those of train whose text is in dev or test too."""
    held_out = {same(row["text"]) for row in found if row["split"] != "train"}
    return [row for row in found if row["split"] != "train" or same(row["text"]) not in held_out]


def distinct_texts(datasets: Path, n: int, seed: int = 1) -> list[str]:
    """Distinct texts of every kind in the folder, shuffled; one kind after the other would flatter a cache."""
    files = (
        "tweeteval_sentiment_devtest",
        "airline_dev60_EVALONLY_NC",
        "senti4sd",
        "vader_ground_truth",
        "uci_sentence_sentiment",
        "goemotions",
        "multidogo_intents",
        "semeval_sentiment_train",
    )
    texts = list(dict.fromkeys(row["text"] for name in files for row in rows(datasets / f"{name}.csv")))
    order = np.random.default_rng(seed).permutation(len(texts))[:n]
    return [texts[at] for at in order]


def varied(texts: list[str], n: int, seed: int = 2) -> Iterable[str]:
    """``n`` distinct texts: the given ones again and again, a third of their words put in from other texts."""
    random = np.random.default_rng(seed)
    words = sorted({word for text in texts for word in _WORD.findall(text)})
    seen: set[int] = set()
    while len(seen) < n:
        text = texts[int(random.integers(len(texts)))].split()
        for place in random.integers(0, max(len(text), 1), max(len(text) // 3, 1)).tolist():
            if place < len(text):
                text[place] = words[int(random.integers(len(words)))]
        made = " ".join(text)
        if (mark := hash(made)) not in seen:
            seen.add(mark)
            yield made
