"""Raw texts in, one row of scores per text out: the only door through which the platform scores text.

Belongs here: cleaning → redaction → language → pipeline → frame, each distinct (text, channel) once, in batches.
Does not: who may be scored (``eligibility``), which tables the texts come from (``touches``).
A score is a pure function of (redacted text, channel, version of the model, its correction and the taxonomy): order and
batch size change nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from models_nlp import artefact, taxonomy
from models_nlp.cleaning import cleaned
from models_nlp.language import EnglishGate, detect, telling
from models_nlp.readable import null_reason
from models_nlp.reading import LISTS, Reader, answers
from models_nlp.redaction import Directory, redact
from models_nlp.release import BASE_LANGUAGE, PACKAGED, Release, version_of
from models_nlp.signals import Signals, together
from models_nlp.vocabulary import MAX_TEXT_LENGTH, score_schema
from models_nlp.words import Batch

if TYPE_CHECKING:
    from spacy.language import Language

    from models_nlp.recalibration_files import Stored

Progress = Callable[[int, int], None]

# Texts read at once: enough to make the cost of a call small, few enough that their rows stay in the processor's cache.
BATCH_SIZE = 512
# Long texts are read fewer at once: what is new in them is learned at once, too.
BATCH_CHARS = 128_000

#: Which rows of scores the base model gave: its language's, and those of texts without letters.
READ_BY_BASE = pl.col("language").fill_null(BASE_LANGUAGE) == BASE_LANGUAGE


def load(release: Release = PACKAGED) -> Scorer:
    """The scorer of a release, the hashes of its files checked first.

    Raises :class:`models_nlp.artefact.ArtefactError` or :class:`models_nlp.recalibration_files.RecalibrationError`
    saying what is wrong and how to mend it.
    """
    folders = (release.artefact or artefact.DEFAULT_FOLDER, *release.packs)
    loaded = [artefact.load(folder) for folder in folders]
    readers = [
        Reader(nlp, version, taxonomy.of_model(folder)[0])
        for (nlp, version, _), folder in zip(loaded, folders, strict=True)
    ]
    _check_languages([reader.language for reader in readers])
    scorer = Scorer(readers[0], loaded[0][2], readers[1:])
    if release.taxonomy is not None:
        for reader, folder in zip(readers, folders, strict=True):
            reader.extend(release.taxonomy, folder / "pipeline" / "jsi_tags")
    if release.recalibration is not None:
        from models_nlp import recalibration_files

        scorer.correct_by(recalibration_files.read(release.recalibration, scorer.base_version))
    return scorer


def _check_languages(languages: list[str]) -> None:
    if languages[0] != BASE_LANGUAGE or len(set(languages)) < len(languages):
        raise artefact.ArtefactError(
            f"The models speak {', '.join(languages)}: the first must speak {BASE_LANGUAGE}, and each of the others a "
            "language of its own. Go back with `jsi model rollback`."
        )


class Scorer:
    """A loaded model, and further ones for other languages. ``model_version`` names them and what corrects them,
    ``card`` holds what was measured on the first."""

    def __init__(self, base: Reader, card: dict, packs: Sequence[Reader] = ()) -> None:
        self.base, self.packs, self.card = base, tuple(packs), card
        self._readers = {reader.language: reader for reader in (base, *packs)}
        self._frequent = telling({pack.language: pack.frequent_words for pack in packs})
        self._english = EnglishGate(self._frequent)

    @property
    def nlp(self) -> Language:
        """The base model's pipeline."""
        return self.base.nlp

    @property
    def base_version(self) -> str:
        return self.base.version

    @property
    def corrected_by(self) -> Stored | None:
        """The correction of the base model, if any."""
        return self.base.corrected_by

    @property
    def model_version(self) -> str:
        correction = self.corrected_by
        packs = [pack.version for pack in self.packs]
        return version_of(self.base.version, correction and correction.version, packs, self.base.own_taxonomy)

    def correct_by(self, stored: Stored) -> None:
        """Let a recalibration correct the answers from now on. Raises ``ValueError`` for a model it cannot correct."""
        self.base.correct_by(stored)

    def signals(self, prepared: pl.DataFrame) -> Signals:
        """What the model itself says of rows of :meth:`prepare`, to be corrected: one row each, in order."""
        parts = [
            self.base.signals(rows["text_redacted"].to_list(), rows["channel"].to_list()) for rows in _batches(prepared)
        ]
        if not parts:
            raise ValueError("there are no texts to be corrected by: give at least one")
        return together(parts)

    def uncorrected(self, prepared: pl.DataFrame) -> pl.DataFrame:
        """``text_hash``, ``sentiment`` and ``confidence`` that the base model itself gives rows of :meth:`prepare`,
        whatever corrects it."""
        kinds = score_schema()
        if prepared.is_empty():
            return pl.DataFrame(schema={name: kinds[name] for name in ("text_hash", "sentiment", "confidence")})
        found = answers(self.signals(prepared).logits)
        return prepared.select(
            "text_hash", *(found[name].cast(kinds[name]).alias(name) for name in ("sentiment", "confidence"))
        )

    def unknown_terms(self, texts: pl.DataFrame) -> pl.DataFrame:
        """``term_report.unknown_terms`` of scored texts with a sentiment: ``text_redacted``, ``conversation``,
        ``sentiment``, ``intents``, ``root_causes``. Raises ``ValueError`` for a model that learned no words."""
        from models_nlp.term_report import unknown_terms

        blend = self.base.sentiment.blend
        if blend is None:
            raise ValueError(f"{self.base_version} learned no words: there is nothing to hold terms against")
        is_tagged = (pl.col("intents").list.len() + pl.col("root_causes").list.len()) > 0
        return unknown_terms(
            texts["text_redacted"].to_list(),
            texts["conversation"].to_list(),
            texts["sentiment"].to_list(),
            texts.select(is_tagged).to_series().to_list(),
            blend.heads.word.idf,
            blend.heads.silent,
        )

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
        """The score columns of some texts, in order; those that cannot be scored have their reason."""
        batch = Batch.of(texts)
        languages = [
            BASE_LANGUAGE if passes else detect(text, self._frequent)
            for text, passes in zip(texts, self._english.passes(batch).tolist(), strict=True)
        ]
        reasons = pl.Series(
            [null_reason(*of_text, self._readers) for of_text in zip(texts, languages, strict=True)], dtype=pl.String()
        )
        readers = [self._readers.get(language, self.base) for language in languages]
        found = self._answers(texts, channels, batch, readers)
        is_scored = reasons.is_null()
        unscored = [
            pl.when(is_scored).then(name).otherwise(pl.lit([]) if name in LISTS else None).alias(name)
            for name in found.columns
        ]
        return found.with_columns(
            *unscored,
            pl.Series("language", languages, dtype=pl.String()),
            pl.Series("null_reason", reasons),
            pl.Series("taxonomy_version", [reader.taxonomy_version for reader in readers], dtype=pl.String()),
        )

    def _answers(self, texts: list[str], channels: list[str], batch: Batch, readers: list[Reader]) -> pl.DataFrame:
        """What each text's reader says of it, in order."""
        if len(self._readers) == 1:
            return self.base.columns(batch, channels)
        parts = []
        for reader in dict.fromkeys(readers):
            rows = [row for row, of_text in enumerate(readers) if of_text is reader]
            own = reader.columns(Batch.of([texts[row] for row in rows]), [channels[row] for row in rows])
            parts.append(own.with_columns(row=pl.Series(rows, dtype=pl.Int64())))
        return pl.concat(parts).sort("row").drop("row")


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


def text_hash(text_redacted: str, channel: str) -> str:
    """sha256 of channel, line feed, redacted text: the identity of a scored text."""
    return hashlib.sha256(f"{channel}\n{text_redacted}".encode()).hexdigest()


def _shorten(text: str) -> str:
    """Placeholders can be longer than what they hide: keep the promised length."""
    if len(text) <= MAX_TEXT_LENGTH:
        return text
    space = text.rfind(" ", 0, MAX_TEXT_LENGTH)
    return text[: space if space > 0 else MAX_TEXT_LENGTH]
