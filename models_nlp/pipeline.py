"""The spaCy pipeline ``jsi_en``: tokeniser → jsi_lexicon → jsi_tags → jsi_sentiment, registered as factories.

Belongs here: the components' names, what they write on a ``Doc``, and how they are stored.
Does not: the rules (``valence``, ``tags``), the arithmetic of the learned heads (``heads``, ``sentiment``), training.
Importing this module registers the factories; it imports spaCy, so nothing imports it at start-up.

On a ``Doc``: ``cats`` {negative, neutral, positive} (calibrated, sum 1), ``_.jsi_reading`` (lexicon: score, hits,
features), ``_.jsi_tags`` (emotions, intents, root causes, effort, resolution), ``_.jsi_learned`` (the words that
moved the learned head most).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch

from models_nlp.sentiment import SentimentModel
from models_nlp.tags import TagRules
from models_nlp.tokens import lowered_words_of, words_of  # importing it registers the tokeniser
from models_nlp.valence import LEXICON_FOLDER, ValenceLexicon

NAME = "jsi_en"

for _attribute in ("jsi_reading", "jsi_tags", "jsi_learned"):
    if not Doc.has_extension(_attribute):
        Doc.set_extension(_attribute, default=None)


class _ListComponent:
    """A component whose state is a folder of word lists; what is stored is a copy of the lists it was built from."""

    files: tuple[str, ...]

    def __init__(self, folder: Path) -> None:
        self._load(folder)

    def _load(self, folder: Path) -> None:
        self._lists = {name: (folder / name).read_bytes() for name in self.files}
        self._build(folder)

    def _build(self, folder: Path) -> None:
        raise NotImplementedError

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        path = Path(path)
        if path.exists():
            shutil.rmtree(path)
        path.mkdir(parents=True)
        for name, content in self._lists.items():
            (path / name).write_bytes(content)

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> _ListComponent:
        self._load(Path(path))
        return self


class LexiconComponent(_ListComponent):
    """Reads each text with the valence lexicon into ``Doc._.jsi_reading``."""

    files = ValenceLexicon.FILES

    def _build(self, folder: Path) -> None:
        self.lexicon = ValenceLexicon(folder)

    def __call__(self, doc: Doc) -> Doc:
        doc._.jsi_reading = self.lexicon.read(words_of(doc), lowered_words_of(doc))
        return doc


class TagComponent(_ListComponent):
    """Reads emotions, intents, root causes, effort and resolution into ``Doc._.jsi_tags``."""

    files = TagRules.FILES

    def _build(self, folder: Path) -> None:
        self.rules = TagRules(folder)

    def __call__(self, doc: Doc) -> Doc:
        doc._.jsi_tags = self.rules.read(lowered_words_of(doc))
        return doc


class SentimentComponent:
    """Blends the lexicon with the learned heads and fills ``Doc.cats`` with calibrated probabilities."""

    def __init__(self) -> None:
        self.model = SentimentModel.lexicon_only()

    def __call__(self, doc: Doc) -> Doc:
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        for docs in minibatch(stream, size=batch_size):
            self._annotate(docs)
            yield from docs

    def _annotate(self, docs: list[Doc]) -> None:
        texts = [lowered_words_of(doc) for doc in docs]
        features = [doc._.jsi_reading.features for doc in docs]
        probabilities, learned = self.model.predict(texts, features)
        for doc, row, words in zip(docs, probabilities.tolist(), learned, strict=True):
            doc.cats = dict(zip(("negative", "neutral", "positive"), row, strict=True))
            doc._.jsi_learned = words

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        Path(path).mkdir(parents=True, exist_ok=True)
        self.model.to_disk(Path(path))

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> SentimentComponent:
        self.model = SentimentModel.from_disk(Path(path))
        return self


@Language.factory("jsi_lexicon", assigns=["doc._.jsi_reading"])
def create_lexicon(nlp: Language, name: str) -> LexiconComponent:
    """The transparent lexicon, with the room's own lists until others are read from disk."""
    return LexiconComponent(LEXICON_FOLDER)


@Language.factory("jsi_tags", assigns=["doc._.jsi_tags"])
def create_tags(nlp: Language, name: str) -> TagComponent:
    """Rule-based emotion, intents, root causes, effort, resolution."""
    return TagComponent(LEXICON_FOLDER)


@Language.factory("jsi_sentiment", requires=["doc._.jsi_reading"], assigns=["doc.cats", "doc._.jsi_learned"])
def create_sentiment(nlp: Language, name: str) -> SentimentComponent:
    """The classifier; weighs the lexicon alone until a trained model is read from disk."""
    return SentimentComponent()


def build(model: SentimentModel | None = None) -> Language:
    """A fresh pipeline with the room's lists and the given sentiment model (lexicon only without one)."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "jsi.RegexTokenizer.v1"}}})
    nlp.meta["name"] = NAME
    for factory in ("jsi_lexicon", "jsi_tags", "jsi_sentiment"):
        nlp.add_pipe(factory)
    if model is not None:
        nlp.get_pipe("jsi_sentiment").model = model
    return nlp
