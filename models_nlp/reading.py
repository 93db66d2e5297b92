"""One language's model reading a batch of texts: what it says of each, as columns.

Belongs here: lexicon, tags and sentiment of one pipeline put together, the words that speak for an answer. Does not:
which language a text is in, whether it may be scored (``scoring``).
What the pipeline's components do with a ``Doc``, done here on tokens: making the objects takes as long as reading them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from models_nlp.heads import softmax
from models_nlp.release import language_of
from models_nlp.signals import SignalReader, Signals
from models_nlp.tags import TagReader, TagRules
from models_nlp.taxonomy import named
from models_nlp.vocabulary import CLASS_VALUES, CLASSES
from models_nlp.words import Batch

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language

    from models_nlp.recalibration_files import Stored
    from models_nlp.sentiment import Learned, SentimentReading
    from models_nlp.taxonomy import OwnTaxonomy
    from models_nlp.valence import Hit

# Probabilities are kept to this many decimals, so that a sum in another order cannot change a published number.
DECIMALS = 6
MAX_EVIDENCE = 8

LISTS = ("intents", "root_causes", "evidence_words")
_JOINT = "\x1f"


class Reader:
    """A loaded model; ``version`` names it, ``taxonomy`` its intents and root causes. ``corrected_by``: what own labels
    made of its answers, if anything; ``own_taxonomy``: what the company added to intents and root causes."""

    def __init__(self, nlp: Language, version: str, taxonomy: str) -> None:
        self.nlp, self.version, self.taxonomy = nlp, version, taxonomy
        self.language = language_of(version)
        self.frequent_words = nlp.get_pipe("jsi_lexicon").frequent_words
        self.corrected_by: Stored | None = None
        self.own_taxonomy: OwnTaxonomy | None = None
        self.lexicon = nlp.get_pipe("jsi_lexicon").lexicon
        self.tags = nlp.get_pipe("jsi_tags").reader
        self.sentiment = nlp.get_pipe("jsi_sentiment").model
        self._signals: SignalReader | None = None

    @property
    def taxonomy_version(self) -> str:
        """Of the model's intents and root causes, and of what the company added."""
        return named(self.taxonomy, self.own_taxonomy)

    def correct_by(self, stored: Stored) -> None:
        """Let a recalibration correct the answers from now on. Raises ``ValueError`` for a model it cannot correct."""
        self._signals = self._signal_reader()
        self.corrected_by = stored

    def extend(self, taxonomy: OwnTaxonomy, lists: Path) -> None:
        """Let the company's own phrases speak beside those of ``lists``, the folder of the model's tag lists."""
        self.own_taxonomy = taxonomy
        self.tags = TagReader(TagRules(lists, taxonomy), self.tags.heads)

    def signals(self, texts: list[str], channels: list[str]) -> Signals:
        """What the model itself says of some texts, to be corrected. Raises ``ValueError`` where it cannot be."""
        batch = Batch.of(texts)
        features, _ = self.lexicon.read_all(batch)
        reading, tag_logits = self.sentiment.read(batch, features), self.tags.logits(batch, features)
        return self._signal_reader().read(batch, features, reading, tag_logits, channels)

    def columns(self, batch: Batch, channels: list[str]) -> pl.DataFrame:
        """One row a text: sentiment, its probabilities and confidence, tags, evidence, share of unknown words."""
        features, hits = self.lexicon.read_all(batch)
        tag_logits = self.tags.logits(batch, features)
        tags = self.tags.tags(batch, tag_logits)
        reading = self.sentiment.read(batch, features)
        learned = self.sentiment.learned(batch, reading)
        logits = reading.logits
        if self.corrected_by is not None:
            signals = self._signals.read(batch, features, reading, tag_logits, channels)
            logits = self.corrected_by.recalibration.logits(signals)
        return pl.DataFrame(
            {
                **answers(logits),
                "emotion": [of.emotion for of in tags],
                "emotion_intensity": [of.emotion_intensity for of in tags],
                # Lists travel as one joined string: polars takes a second for 20 000 small lists, this takes none.
                "intents": [_JOINT.join(of.intents) for of in tags],
                "root_causes": [_JOINT.join(of.root_causes) for of in tags],
                "effort": pl.Series([of.effort for of in tags], dtype=pl.Float64()),
                "resolution": [of.resolution for of in tags],
                "evidence_words": [_JOINT.join(_evidence(*both)) for both in zip(hits, learned, strict=True)],
                "unknown_share": _unknown_shares(reading, len(batch)),
            }
        ).with_columns(
            pl.when(pl.col(name) == "").then([]).otherwise(pl.col(name).str.split(_JOINT)).alias(name) for name in LISTS
        )

    def _signal_reader(self) -> SignalReader:
        if self._signals is None:
            if self.sentiment.table is None:
                raise ValueError(f"{self.version} was not trained with a static table: own labels cannot correct it")
            self._signals = SignalReader(self.sentiment.table)
        return self._signals


def answers(logits: np.ndarray) -> dict[str, pl.Series]:
    """``sentiment``, its probabilities and ``confidence`` of (n, 3) logits."""
    rounded = np.round(softmax(logits), DECIMALS)
    chosen = rounded.argmax(axis=1)
    return {
        "sentiment": pl.Series(np.array(CLASS_VALUES)[chosen]),
        **{f"p_{name}": pl.Series(rounded[:, at]) for at, name in enumerate(CLASSES)},
        "confidence": pl.Series(rounded[np.arange(len(chosen)), chosen]),
    }


def _unknown_shares(reading: SentimentReading, n: int) -> pl.Series:
    """How much of each text the model has no words for; null where nothing was learned or the text has no word."""
    if reading.heard is None:
        return pl.Series([None] * n, dtype=pl.Float64())
    return pl.Series(np.round(reading.heard.unknown_share, DECIMALS)).fill_nan(None)


def _evidence(hits: tuple[Hit, ...], learned: Learned) -> list[str]:
    """The lexicon's words with their weights, heaviest first; then what the learned heads went by, marked with ≈."""
    words = [f"{hit.text} {_signed(hit.weight)}" for hit in sorted(hits, key=lambda hit: (-abs(hit.weight), hit.start))]
    listed = {word for hit in hits for word in hit.text.split()}
    words += [f"{text} ≈{_signed(weight)}" for text, weight in learned if text not in listed]
    return list(dict.fromkeys(words))[:MAX_EVIDENCE]


def _signed(weight: float) -> str:
    return f"{'−' if weight < 0 else '+'}{abs(weight):.1f}"
