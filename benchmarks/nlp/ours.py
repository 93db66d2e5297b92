"""Our own models in the benchmark: as packaged, and refitted by the recipe without the texts that are tested.

Belongs here: every contact of the benchmark with the inside of ``models_nlp``. Does not: what is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models_nlp import scoring, train
from models_nlp.corpus import Example
from models_nlp.feature_matrix import FeatureMatrix, fit_heads
from models_nlp.heads import LinearHeads
from models_nlp.sentiment import SentimentModel
from models_nlp.signals import SignalReader, Signals
from models_nlp.training import ReadTexts, Settings, fit
from models_nlp.valence import LEXICON_FOLDER, ValenceLexicon
from models_nlp.words import Batch

# Chosen on parts of the train texts of Banking77 and CLINC150, by the mean recall of the reasons: what is rare in train
# counts as much in the tests.
INTENT_SPARSE_C, INTENT_DENSE_C, INTENT_SPARSE_SHARE = 10.0, 0.1, 0.6
INTENT_ITERATIONS = 60


class Ours:
    """The recipe and its tables, ready to fit and to read."""

    def __init__(self, datasets: Path) -> None:
        self.recipe = train.read_recipe()
        self.static = train.static_table(datasets, self.recipe)
        self.pieces, self.table = self.static.pieces, self.static.vectors()
        self.settings = Settings(**self.recipe["settings"])
        self.silent = ValenceLexicon(LEXICON_FOLDER).fault_words

    def read(self, examples: Sequence[Example]) -> ReadTexts:
        """Texts as our pipeline sees them."""
        return train.read_texts(list(examples))

    def fit(self, train_texts: ReadTexts, dev_texts: ReadTexts) -> SentimentModel:
        return fit(train_texts, dev_texts, self.pieces, self.table, self.settings, self.silent)

    def weight_of(self, source: str) -> float:
        """What a text of a corpus weighs in the recipe."""
        return next(asset.get("weight", 1.0) for asset in self.recipe["corpora"] if asset["name"] == source)

    def packaged(self) -> SentimentModel:
        """The model of the artefact that comes with the project."""
        return scoring.load().nlp.get_pipe("jsi_sentiment").model

    def probabilities(self, model: SentimentModel, texts: ReadTexts) -> np.ndarray:
        """(n, 3)."""
        return model.predict(texts.batch, texts.features)[0]

    def signals(self, model: SentimentModel, texts: ReadTexts) -> Signals:
        """What a company's own labels may correct; all texts are of one channel."""
        reading = model.read(texts.batch, texts.features)
        tag_logits = scoring.load().nlp.get_pipe("jsi_tags").reader.logits(texts.batch, texts.features)
        reader = SignalReader(self.static)
        return reader.read(texts.batch, texts.features, reading, tag_logits, ["social"] * len(texts))

    def emotions(self, texts: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
        """(n, outputs) probabilities by the heads that come with the project, and the outputs' names."""
        heads = scoring.load().nlp.get_pipe("jsi_tags").reader.heads
        read = self.read(unlabelled(texts))
        return heads.probabilities(read.batch, read.features), heads.outputs

    def intent_heads(self, texts: Sequence[str], labels: np.ndarray) -> LinearHeads:
        """Heads for one contact reason out of many: a multinomial regression on each feature space."""
        return self._heads(
            texts,
            lambda matrix: _multinomial(matrix, labels, INTENT_SPARSE_C),
            lambda matrix: _multinomial(matrix, labels, INTENT_DENSE_C),
        )

    def intents(self, heads: LinearHeads, texts: Sequence[str]) -> np.ndarray:
        """(n, reasons) mean of the two heads' logits."""
        read = self.read(unlabelled(texts))
        found = []
        for start in range(0, len(read), 4096):
            heard = heads.read(Batch(read.words[start : start + 4096]), read.features[start : start + 4096])
            found.append(INTENT_SPARSE_SHARE * heard.sparse + (1 - INTENT_SPARSE_SHARE) * heard.dense)
        return np.vstack(found)

    def _heads(self, texts, sparse, dense) -> LinearHeads:
        from threadpoolctl import threadpool_limits

        read = self.read(unlabelled(texts))
        with threadpool_limits(limits=1):
            matrix = FeatureMatrix.of(read.batch, read.features, self.pieces, self.table)
            return fit_heads(matrix, self.pieces, self.table, sparse, dense)


def unlabelled(texts: Sequence[str]) -> list[Example]:
    return [Example(text, 1, "", "train") for text in texts]


def take(texts: ReadTexts, rows: np.ndarray) -> ReadTexts:
    """Some of the texts, by number."""
    return ReadTexts(
        [texts.words[row] for row in rows],
        texts.features[rows],
        texts.labels[rows],
        [texts.sources[row] for row in rows],
        texts.weights[rows],
    )


def together(*parts: ReadTexts) -> ReadTexts:
    """All texts of some parts, in order."""
    return ReadTexts(
        [words for part in parts for words in part.words],
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.labels for part in parts]),
        [source for part in parts for source in part.sources],
        np.concatenate([part.weights for part in parts]),
    )


def _multinomial(matrix, labels: np.ndarray, c: float) -> tuple[np.ndarray, np.ndarray]:
    """(weights (reasons, features), bias (reasons,)); features that no text has are left out of the fit."""
    import warnings

    from sklearn.linear_model import LogisticRegression

    used = np.flatnonzero(abs(matrix).sum(axis=0))
    model = LogisticRegression(C=c, class_weight="balanced", max_iter=INTENT_ITERATIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopped early on purpose
        model.fit(matrix[:, used], labels)
    weights = np.zeros((len(model.classes_), matrix.shape[1]))
    weights[:, used] = model.coef_
    return weights, model.intercept_.astype(np.float64)
