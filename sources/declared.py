"""What a company says of one source where the export itself does not: zone, encoding, own words, own surveys.

Belongs here: the shape of these declarations, and which are in force while one file is read. Does not: the file they
come from (``company_map``), what a reader makes of them.

They are in force for the length of one ``with``: ``catalog`` opens it around a reader, and what stands deep below (how
a time without an offset is cast, which word is which stage) asks ``in_force``. So no reader passes on what it does not
use itself. The state belongs to the running thread of control, never to the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from sources.contract import CURRENCY

Fold = Literal["first", "second"]
Words = Mapping[str, str | None]


@dataclass(frozen=True)
class Declared:
    """What is declared for one source; all of it may be left out.

    ``questions``: a question's tag, text or id (or a kind of survey) → a word of ``survey_questions.SCALES``, or
    ``csat:1-10:high`` (kind, both ends, the best end). ``time_zone``: in which times without an offset are written;
    None is UTC. ``date_order``: ``mdy`` or ``dmy``, for exports that write 03/04/2024. ``fold``: which of two moments
    is meant where the clocks show a time twice; None: neither, the row is excluded.
    ``survey_touchpoints``: a survey as in ``questions`` (in small letters) → what it asks about, in the policy's word.
    ``fields``: own column → the name that the reader knows. ``stages``, ``roles``, ``touchpoints``: own word, in small
    letters → ours; None: the word is none of ours. ``currencies``: of which money is
    taken.
    """

    questions: Mapping[str, str] = field(default_factory=dict)
    time_zone: str | None = None
    date_order: str | None = None
    fold: Fold | None = None
    encoding: str = "utf-8"
    fields: Mapping[str, str] = field(default_factory=dict)
    stages: Words = field(default_factory=dict)
    roles: Words = field(default_factory=dict)
    touchpoints: Words = field(default_factory=dict)
    survey_touchpoints: Mapping[str, str] = field(default_factory=dict)
    currencies: frozenset[str] = frozenset({CURRENCY})

    def touchpoint_of(self, *names: str) -> str | None:
        """What the survey asks about that one of ``names`` (tag, id, text) names; None: its kind may say."""
        own = self.survey_touchpoints
        return next((own[word] for word in map(plain_word, names) if word in own), None)


NOTHING_DECLARED = Declared()
_IN_FORCE: ContextVar[Declared] = ContextVar("declared", default=NOTHING_DECLARED)


def in_force() -> Declared:
    """What is declared for the source of the file that is being read."""
    return _IN_FORCE.get()


@contextmanager
def reading(declared: Declared) -> Iterator[None]:
    """Put ``declared`` in force for what is read inside."""
    before = _IN_FORCE.set(declared)
    try:
        yield
    finally:
        _IN_FORCE.reset(before)


def plain_word(word: str) -> str:
    """A word as words are compared: without regard to case and surrounding spaces."""
    return word.strip().lower()


def own_words(value: pl.Expr, own: Words, usual: pl.Expr) -> pl.Expr:
    """Our word for each value: the company's own map speaks first, then ``usual``."""
    if not own:
        return usual
    word = value.str.strip_chars().str.to_lowercase()
    said = word.replace_strict(list(own), list(own.values()), default=None, return_dtype=pl.String)
    return pl.when(word.is_in(list(own))).then(said).otherwise(usual)


# Columns that many readers fill with the source's own word as it stands.
_OWN_WORDS = {("people", "role"): "roles", ("stage_history", "stage"): "stages", ("tickets", "topic"): "touchpoints"}


def in_our_words(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Canonical text columns with the words that are declared for them, and the touchpoints of surveys."""
    for (name, column), section in _OWN_WORDS.items():
        own: Words = getattr(in_force(), section)
        if own and name == table and frame.schema.get(column) == pl.String:
            frame = frame.with_columns(own_words(pl.col(column), own, pl.col(column)).alias(column))
    if table == "survey_responses" and in_force().survey_touchpoints:
        frame = _with_touchpoints(frame)
    return frame


def _with_touchpoints(responses: pl.DataFrame) -> pl.DataFrame:
    """What a response does not say itself, and its question is not declared for, its kind of survey may be."""
    nothing = pl.lit(None, pl.String)
    said = pl.col("touchpoint") if "touchpoint" in responses.columns else nothing
    said = pl.when(said.str.strip_chars() != "").then(said)
    of_kind = own_words(pl.col("survey_type"), in_force().survey_touchpoints, nothing)
    return responses.with_columns(touchpoint=pl.coalesce(said, of_kind))
