"""Raw texts in, one row of scores per text out: the only door through which the platform scores text.

Belongs here: cleaning → redaction → language → pipeline → frame, each distinct (text, channel) once, in batches.
Does not: who may be scored (``eligibility``), which tables the texts come from (``touches``).
A score is a pure function of (redacted text, channel, model and recalibration version): order and batch size change
nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from models_nlp import artefact
from models_nlp.auto_replies import is_auto_reply
from models_nlp.cleaning import cleaned
from models_nlp.heads import softmax
from models_nlp.language import EnglishGate, detect
from models_nlp.redaction import Directory, redact
from models_nlp.release import PACKAGED, Release
from models_nlp.signals import SignalReader, Signals, together
from models_nlp.vocabulary import CLASS_VALUES, CLASSES, MAX_TEXT_LENGTH, PLACEHOLDERS, score_schema
from models_nlp.words import Batch

if TYPE_CHECKING:
    from spacy.language import Language

    from models_nlp.recalibration_files import Stored
    from models_nlp.sentiment import Learned, SentimentReading
    from models_nlp.valence import Hit

Progress = Callable[[int, int], None]

# Texts read at once: enough to make the cost of a call small, few enough that their rows stay in the processor's cache.
BATCH_SIZE = 512
# Long texts are read fewer at once: what is new in them is learned at once, too.
BATCH_CHARS = 128_000
# Probabilities are kept to this many decimals, so that a sum in another order cannot change a published number.
DECIMALS = 6
MAX_EVIDENCE = 8


def load(release: Release = PACKAGED) -> Scorer:
    """The scorer of a release, the hashes of its files checked first.

    Raises :class:`models_nlp.artefact.ArtefactError` or :class:`models_nlp.recalibration_files.RecalibrationError`
    saying what is wrong and how to mend it.
    """
    nlp, version, card = artefact.load(release.artefact)
    scorer = Scorer(nlp, version, card)
    if release.recalibration is not None:
        from models_nlp import recalibration_files

        scorer.correct_by(recalibration_files.read(release.recalibration, version))
    return scorer


class Scorer:
    """A loaded model. ``model_version`` names it and what corrects it, ``card`` holds what was measured on it."""

    def __init__(self, nlp: Language, model_version: str, card: dict) -> None:
        self.nlp = nlp
        self.model_version = self.base_version = model_version
        self.card = card
        self.corrected_by: Stored | None = None
        self._english = EnglishGate()
        self._lexicon = nlp.get_pipe("jsi_lexicon").lexicon
        self._tags = nlp.get_pipe("jsi_tags").reader
        self._sentiment = nlp.get_pipe("jsi_sentiment").model
        self._signals: SignalReader | None = None

    def correct_by(self, stored: Stored) -> None:
        """Let a recalibration correct the answers from now on. Raises ``ValueError`` for a model it cannot correct."""
        self._signals = self._signal_reader()
        self.corrected_by = stored
        self.model_version = f"{self.base_version}.{stored.version}"

    def signals(self, prepared: pl.DataFrame) -> Signals:
        """What the model itself says of rows of :meth:`prepare`, to be corrected: one row each, in order."""
        reader = self._signal_reader()
        parts = []
        for rows in _batches(prepared):
            batch = Batch.of(rows["text_redacted"].to_list())
            features, _ = self._lexicon.read_all(batch)
            reading, tag_logits = self._sentiment.read(batch, features), self._tags.logits(batch, features)
            parts.append(reader.read(batch, features, reading, tag_logits, rows["channel"].to_list()))
        if not parts:
            raise ValueError("there are no texts to be corrected by: give at least one")
        return together(parts)

    def uncorrected(self, prepared: pl.DataFrame) -> pl.DataFrame:
        """``text_hash``, ``sentiment`` and ``confidence`` that the model itself gives rows of :meth:`prepare`, whatever
        corrects it."""
        if prepared.is_empty():
            kinds = score_schema()
            return pl.DataFrame(schema={name: kinds[name] for name in ("text_hash", "sentiment", "confidence")})
        rounded = np.round(softmax(self.signals(prepared).logits), DECIMALS)
        chosen = rounded.argmax(axis=1)
        return prepared.select(
            "text_hash",
            sentiment=pl.Series(np.array(CLASS_VALUES)[chosen], dtype=score_schema()["sentiment"]),
            confidence=pl.Series(rounded[np.arange(len(chosen)), chosen]),
        )

    def unknown_terms(self, texts: pl.DataFrame) -> pl.DataFrame:
        """``term_report.unknown_terms`` of scored texts with a sentiment: ``text_redacted``, ``conversation``,
        ``sentiment``, ``intents``, ``root_causes``. Raises ``ValueError`` for a model that learned no words."""
        from models_nlp.term_report import unknown_terms

        if self._sentiment.blend is None:
            raise ValueError(f"{self.base_version} learned no words: there is nothing to hold terms against")
        is_tagged = (pl.col("intents").list.len() + pl.col("root_causes").list.len()) > 0
        return unknown_terms(
            texts["text_redacted"].to_list(),
            texts["conversation"].to_list(),
            texts["sentiment"].to_list(),
            texts.select(is_tagged).to_series().to_list(),
            self._sentiment.blend.heads.word.idf,
            self._sentiment.blend.heads.silent,
        )

    def _signal_reader(self) -> SignalReader:
        if self._sentiment.table is None:
            raise ValueError(f"{self.base_version} was not trained with a static table: own labels cannot correct it")
        return SignalReader(self._sentiment.table)

    def score(self, texts: list[str | None], channels: list[str], progress: Progress | None = None) -> pl.DataFrame:
        """One row per text, in order, with the columns of ``vocabulary.score_schema``. Takes raw text."""
        prepared = self.prepare(texts, channels)
        scored = self.score_prepared(prepared.unique("text_hash", maintain_order=True), progress)
        return prepared.join(scored, on="text_hash", how="left", maintain_order="left").select(score_schema().keys())

    def prepare(
        self, texts: list[str | None], channels: list[str], names: Sequence[Directory | None] | None = None
    ) -> pl.DataFrame:
        """``text_redacted`` (cleaned, redacted), ``channel`` and ``text_hash`` of each raw text, in order; and what was
        cut off it.

        ``has_quote``: an older mail, ``has_signature``: a signature.
        ``names``: for each text the directory of its account, ``None`` where that is unknown. Identical texts with the
        same directory are prepared once.
        """
        if len(texts) != len(channels):
            raise ValueError(f"{len(texts)} texts but {len(channels)} channels: give one channel per text")
        if names is None:
            names = [None] * len(texts)
        if len(names) != len(texts):
            raise ValueError(f"{len(texts)} texts but {len(names)} directories: give one per text, or None")
        ready: dict[tuple[str | None, int], tuple[str, bool, bool]] = {}
        hashes: dict[tuple[str, str], str] = {}
        redacted, text_hashes, quotes, signatures = [], [], [], []
        for text, channel, directory in zip(texts, channels, names, strict=True):
            same = (text, id(directory))
            if (known := ready.get(same)) is None:
                own = cleaned(text)
                known = ready[same] = (_shorten(redact(own.text, directory)), own.has_quote, own.has_signature)
            value, has_quote, has_signature = known
            key = (value, channel)
            if (digest := hashes.get(key)) is None:
                digest = hashes[key] = text_hash(value, channel)
            redacted.append(value)
            text_hashes.append(digest)
            quotes.append(has_quote)
            signatures.append(has_signature)
        return pl.DataFrame(
            {
                "text_redacted": redacted,
                "channel": channels,
                "text_hash": text_hashes,
                "has_quote": quotes,
                "has_signature": signatures,
            },
            schema={
                "text_redacted": pl.String(),
                "channel": pl.String(),
                "text_hash": pl.String(),
                "has_quote": pl.Boolean(),
                "has_signature": pl.Boolean(),
            },
        )

    def score_prepared(self, prepared: pl.DataFrame, progress: Progress | None = None) -> pl.DataFrame:
        """Scores of rows of :meth:`prepare` that are distinct by ``text_hash``: that hash and the score columns."""
        parts = []
        done = 0
        for rows in _batches(prepared.select("text_hash", "text_redacted", "channel")):
            if progress:
                progress(done, prepared.height)
            done += rows.height
            parts.append(
                rows.select("text_hash").hstack(self._read(rows["text_redacted"].to_list(), rows["channel"].to_list()))
            )
        if progress:
            progress(prepared.height, prepared.height)
        schema = {name: dtype for name, dtype in score_schema().items() if name != "text_redacted"}
        frame = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
        return frame.with_columns(pl.lit(self.model_version, dtype=pl.String()).alias("model_version")).select(
            pl.col(name).cast(dtype) for name, dtype in schema.items()
        )

    def _read(self, texts: list[str], channels: list[str]) -> pl.DataFrame:
        """The score columns of some texts, in order; those that cannot be scored have their reason.

        What the pipeline's components do with a ``Doc``, done here on tokens: making the objects takes as long as
        reading them.
        """
        batch = Batch.of(texts)
        is_english = self._english.passes(batch).tolist()
        languages = ["en" if passes else detect(text) for text, passes in zip(texts, is_english, strict=True)]
        reasons = [null_reason(text, language) for text, language in zip(texts, languages, strict=True)]
        features, hits = self._lexicon.read_all(batch)
        tag_logits = self._tags.logits(batch, features)
        tags = self._tags.tags(batch, tag_logits)
        reading = self._sentiment.read(batch, features)
        learned = self._sentiment.learned(batch, reading)
        logits = reading.logits
        if self.corrected_by is not None:
            signals = self._signals.read(batch, features, reading, tag_logits, channels)
            logits = self.corrected_by.recalibration.logits(signals)
        rounded = np.round(softmax(logits), DECIMALS)
        chosen = rounded.argmax(axis=1)
        is_scored = pl.Series(reasons, dtype=pl.String()).is_null()
        columns = {
            "language": pl.Series(languages, dtype=pl.String()),
            "sentiment": pl.Series(np.array(CLASS_VALUES)[chosen]),
            **{f"p_{name}": pl.Series(rounded[:, at]) for at, name in enumerate(CLASSES)},
            "confidence": pl.Series(rounded[np.arange(len(texts)), chosen]),
            "emotion": [of.emotion for of in tags],
            "emotion_intensity": [of.emotion_intensity for of in tags],
            # Lists travel as one joined string: polars takes a second for 20 000 small Python lists, this takes none.
            "intents": [_JOINT.join(of.intents) for of in tags],
            "root_causes": [_JOINT.join(of.root_causes) for of in tags],
            "effort": pl.Series([of.effort for of in tags], dtype=pl.Float64()),
            "resolution": [of.resolution for of in tags],
            "evidence_words": [_JOINT.join(_evidence(*both)) for both in zip(hits, learned, strict=True)],
            "unknown_share": _unknown_shares(reading, len(texts)),
        }
        frame = pl.DataFrame(columns).with_columns(
            pl.when(pl.col(name) == "").then([]).otherwise(pl.col(name).str.split(_JOINT)).alias(name)
            for name in _LISTS
        )
        unscored = [
            pl.when(is_scored).then(name).otherwise(pl.lit([]) if name in _LISTS else None).alias(name)
            for name in columns
            if name != "language"
        ]
        return frame.with_columns(*unscored, pl.Series("null_reason", reasons, dtype=pl.String()))


def _batches(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Slices of at most so many texts, and so many characters where they hold more than one text."""
    lengths = rows["text_redacted"].str.len_chars().to_list()
    start = n_chars = 0
    for at, length in enumerate(lengths):
        if at > start and (at - start == BATCH_SIZE or n_chars + length > BATCH_CHARS):
            yield rows.slice(start, at - start)
            start, n_chars = at, 0
        n_chars += length
    if start < len(lengths):
        yield rows.slice(start)


def _unknown_shares(reading: SentimentReading, n: int) -> pl.Series:
    """How much of each text the model has no words for; null where nothing was learned or the text has no word."""
    if reading.heard is None:
        return pl.Series([None] * n, dtype=pl.Float64())
    return pl.Series(np.round(reading.heard.unknown_share, DECIMALS)).fill_nan(None)


_LISTS = ("intents", "root_causes", "evidence_words")
_JOINT = "\x1f"


def text_hash(text_redacted: str, channel: str) -> str:
    """sha256 of channel, line feed, redacted text: the identity of a scored text."""
    return hashlib.sha256(f"{channel}\n{text_redacted}".encode()).hexdigest()


def null_reason(text: str, language: str | None) -> str | None:
    """Why a cleaned, redacted text cannot be scored, or null: ``empty``, ``quality``, ``auto_reply``, ``language``."""
    words = text
    if "[" in text:
        for placeholder in PLACEHOLDERS:
            words = words.replace(placeholder, " ")
    words = words.strip()
    if not words:
        return "empty"
    if (language is None and not _has_symbol(words)) or _is_machine_text(words):
        return "quality"
    if is_auto_reply(text):
        return "auto_reply"
    return None if language in (None, "en") else "language"


def _has_symbol(text: str) -> bool:
    """True for emoji and emoticons: a text without letters that still says something."""
    return any(ord(c) > 0x2000 for c in text) or any(
        mark in text for mark in (":)", ":(", ":-", "<3", ":/", ";)", "(:", "):")
    )


def _is_machine_text(text: str) -> bool:
    """One character repeated, or a JSON document: nobody's words."""
    if len(text) > 12 and len(set(text[:40])) <= 5 and len(set(text.replace(" ", "").lower())) <= 2:
        return True
    if text[0] in "{[" and text[-1] in "}]":
        try:
            return isinstance(json.loads(text), dict | list)
        except (ValueError, RecursionError):
            return False
    return False


def _shorten(text: str) -> str:
    """Placeholders can be longer than what they hide: keep the promised length."""
    if len(text) <= MAX_TEXT_LENGTH:
        return text
    space = text.rfind(" ", 0, MAX_TEXT_LENGTH)
    return text[: space if space > 0 else MAX_TEXT_LENGTH]


def _evidence(hits: tuple[Hit, ...], learned: Learned) -> list[str]:
    """The lexicon's words with their weights, heaviest first; then what the learned heads went by, marked with ≈."""
    words = [f"{hit.text} {_signed(hit.weight)}" for hit in sorted(hits, key=lambda hit: (-abs(hit.weight), hit.start))]
    listed = {word for hit in hits for word in hit.text.split()}
    words += [f"{text} ≈{_signed(weight)}" for text, weight in learned if text not in listed]
    return list(dict.fromkeys(words))[:MAX_EVIDENCE]


def _signed(weight: float) -> str:
    return f"{'−' if weight < 0 else '+'}{abs(weight):.1f}"
