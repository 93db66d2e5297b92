"""The spaCy pipeline ``jsi_en`` (or another language's): tokeniser → jsi_lexicon → jsi_tags → jsi_sentiment, registered
as factories.

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

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch

from models_nlp.phrases import FREQUENT_WORDS, frequent_words
from models_nlp.release import BASE_LANGUAGE
from models_nlp.sentiment import SentimentModel
from models_nlp.tag_heads import TagHeads
from models_nlp.tags import TagReader, TagRules
from models_nlp.tokenizer import words_of  # importing it registers the tokeniser
from models_nlp.valence import FEATURES, LEXICON_FOLDER, Reading, ValenceLexicon
from models_nlp.vocabulary import CLASSES
from models_nlp.words import Batch

for _attribute in ("jsi_reading", "jsi_tags", "jsi_learned"):
    if not Doc.has_extension(_attribute):
        Doc.set_extension(_attribute, default=None)


class _BatchComponent:
    """A component that reads many texts at once; one alone is a batch of one."""

    def __call__(self, doc: Doc) -> Doc:
        self.annotate([doc], _batch([doc]))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        for docs in minibatch(stream, size=batch_size):
            self.annotate(docs, _batch(docs))
            yield from docs

    def annotate(self, docs: list[Doc], batch: Batch) -> None:
        raise NotImplementedError


def _batch(docs: list[Doc]) -> Batch:
    return Batch([words_of(doc) for doc in docs])


class _ListComponent(_BatchComponent):
    """A component whose state is a folder of word lists; what is stored is a copy of the lists it was built from."""

    files: tuple[str, ...]

    def __init__(self, folder: Path) -> None:
        self._load(folder)

    def _load(self, folder: Path) -> None:
        self._lists = {name: (folder / name).read_bytes() for name in self._present(folder)}
        self._build(folder)

    def _present(self, folder: Path) -> tuple[str, ...]:
        return self.files

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
    #: Words by which texts are known to be in this language; a list that a pack may bring.
    frequent_words: frozenset[str]

    def _present(self, folder: Path) -> tuple[str, ...]:
        return (*self.files, *([FREQUENT_WORDS] if (folder / FREQUENT_WORDS).exists() else []))

    def _build(self, folder: Path) -> None:
        self.lexicon = ValenceLexicon(folder)
        self.frequent_words = frequent_words(folder)

    def annotate(self, docs: list[Doc], batch: Batch) -> None:
        features, hits = self.lexicon.read_all(batch)
        for doc, row, of_text in zip(docs, features.tolist(), hits, strict=True):
            doc._.jsi_reading = Reading(row[FEATURES.index("score")], of_text, tuple(row))


class TagComponent(_ListComponent):
    """Reads emotions, intents, root causes, effort and resolution into ``Doc._.jsi_tags``."""

    files = TagRules.FILES

    def _build(self, folder: Path) -> None:
        self.reader = TagReader(TagRules(folder), TagHeads.from_disk(folder))

    def annotate(self, docs: list[Doc], batch: Batch) -> None:
        features = np.array([doc._.jsi_reading.features for doc in docs])
        for doc, tags in zip(docs, self.reader.read(batch, features), strict=True):
            doc._.jsi_tags = tags

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        super().to_disk(path)
        if self.reader.heads is not None:
            self.reader.heads.to_disk(Path(path))


class SentimentComponent(_BatchComponent):
    """Blends the lexicon with the learned heads and fills ``Doc.cats`` with calibrated probabilities."""

    def __init__(self) -> None:
        self.model = SentimentModel.lexicon_only()

    def annotate(self, docs: list[Doc], batch: Batch) -> None:
        features = np.array([doc._.jsi_reading.features for doc in docs])
        probabilities, learned = self.model.predict(batch, features)
        for doc, row, words in zip(docs, probabilities.tolist(), learned, strict=True):
            doc.cats = dict(zip(CLASSES, row, strict=True))
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


@Language.factory("jsi_tags", requires=["doc._.jsi_reading"], assigns=["doc._.jsi_tags"])
def create_tags(nlp: Language, name: str) -> TagComponent:
    """Emotion, intents, root causes, effort, resolution: by phrases alone until trained heads are read from disk."""
    return TagComponent(LEXICON_FOLDER)


@Language.factory("jsi_sentiment", requires=["doc._.jsi_reading"], assigns=["doc.cats", "doc._.jsi_learned"])
def create_sentiment(nlp: Language, name: str) -> SentimentComponent:
    """The classifier; weighs the lexicon alone until a trained model is read from disk."""
    return SentimentComponent()


def build(
    model: SentimentModel | None = None,
    tag_heads: TagHeads | None = None,
    language: str = BASE_LANGUAGE,
    lists: Path = LEXICON_FOLDER,
) -> Language:
    """A fresh pipeline of a language with its folder of lists and the given models (lists alone without them)."""
    # Tokeniser and components are ours: of spaCy's own languages, which do not hold each one, nothing is needed.
    nlp = spacy.blank(
        BASE_LANGUAGE if language == BASE_LANGUAGE else "xx",
        config={"nlp": {"tokenizer": {"@tokenizers": "jsi.RegexTokenizer.v1"}}},
    )
    nlp.meta["name"] = f"jsi_{language}"
    for factory in ("jsi_lexicon", "jsi_tags", "jsi_sentiment"):
        nlp.add_pipe(factory)
    if lists != LEXICON_FOLDER:
        nlp.get_pipe("jsi_lexicon").from_disk(lists)
        nlp.get_pipe("jsi_tags").from_disk(lists)
    if model is not None:
        nlp.get_pipe("jsi_sentiment").model = model
    nlp.get_pipe("jsi_tags").reader.heads = tag_heads
    return nlp
