"""Which language a text is in, and whether it holds words at all.

Belongs here: the cheap gate for English and the call of the detector behind it. Does not: translation, scoring.
The gate answers for nine texts in ten; py3langid is only loaded when a text fails it. A language that a pack speaks may
bring frequent words of its own: they decide on texts that are too short for the detector, which else count as English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from models_nlp.vocabulary import PLACEHOLDERS
from models_nlp.words import Batch, Words, extended

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Frequent English words that are rare in other languages' texts.
_ENGLISH_WORDS = frozenset(
    """the and you your yours for with that this these those is are was were been being have has had not but they them
    their there what when where which who why how will would can could should from about our us we my me it it's i i'm
    i've don't can't doesn't didn't isn't won't please thanks thank just all any some very because after before again
    still only also than then here get got need want know think like love good great bad time day new now out up down
    of to on if by do does did so be yes he she his her its than more much too into over even other people make really
    never always nothing something happy today tomorrow tonight going back see work working service help account
    support""".split()  # noqa: SIM905  (prose, not a list of a hundred quotes)
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_NON_LATIN = re.compile("[^\u0000-\u024f\u1e00-\u1eff\u2000-\u2bff\u3000-\u303f\ufe00-\ufe0f\U0001f000-\U0001faff]")
_PLACEHOLDER = re.compile("|".join(re.escape(p) for p in PLACEHOLDERS))

# What is looked at of a text, and the share of frequent English words that settles it.
_MOST_WORDS = 200
_ENGLISH_SHARE = 0.2
# Shorter texts give a detector nothing to hold on to: they count as English.
_MIN_WORDS = 4
_MIN_LETTERS = 20
# What the detector must be sure of before a text is refused as foreign.
_MIN_PROBABILITY = 0.8
# Words of other languages that are English ones too: they tell neither.
_ALSO_ENGLISH = frozenset(
    """a an as at in is it no me he am on or so do son die war was will would gift art rat hat hut per once come red pan
    sea tag name problem service support chat team problem test online app""".split()  # noqa: SIM905
)
# Of other languages nobody has told frequent words.
_NO_OTHERS: Mapping[str, Set[str]] = MappingProxyType({})
# The languages the detector may answer with: the fewer, the fewer short English texts look exotic.
LANGUAGES = """en de fr es it pt nl sv da no fi pl cs sk hu ro tr id ms tl vi ca hr sl et lv lt sq eu gl ga cy af sw
    is ru uk bg sr mk el he ar fa ur hi bn ta te th zh ja ko ka hy""".split()  # noqa: SIM905


class EnglishGate:
    """Which texts of a batch are plainly English: what :func:`detect` would say of them, without looking at each."""

    def __init__(self, others: Mapping[str, Set[str]] = _NO_OTHERS) -> None:
        self._lists = (_ENGLISH_WORDS, *telling(others).values())
        self._words = Words(self._learn)
        # Of each token: the words that it holds, those that are English, those of each other language.
        self._counts = np.zeros((1024, 1 + len(self._lists)), dtype=np.int64)

    def passes(self, batch: Batch) -> np.ndarray:
        """(n,) true where :func:`detect` gives ``en`` by its lists of frequent words."""
        numbers = self._words.numbers(batch.flat)  # before the table is read: learning may put another in its place
        counts = self._counts[numbers]
        n_words, n_english, *n_others = (batch.count(counts[:, column]) for column in range(counts.shape[1]))
        is_english = (n_english >= 2) & (n_english >= _ENGLISH_SHARE * n_words) & (n_words <= _MOST_WORDS)
        return np.logical_and.reduce([is_english, *(n_english >= n_other for n_other in n_others)])

    def _learn(self, tokens: list[str], first: int) -> None:
        counts = []
        for token in tokens:
            words = [] if token in PLACEHOLDERS else _WORD.findall(token)
            # "İ" in lower case is an i and a dot of its own, which would leave "i" standing as a word.
            heard = [] if "\u0307" in token else words
            counts.append((len(words), *(sum(word in known for word in heard) for known in self._lists)))
        self._counts = extended(self._counts, np.array(counts, dtype=np.int64), first)


def telling(others: Mapping[str, Set[str]]) -> dict[str, frozenset[str]]:
    """Frequent words of other languages that are not English as well."""
    return {code: frozenset(words) - _ENGLISH_WORDS - _ALSO_ENGLISH for code, words in sorted(others.items())}


def detect(text: str, others: Mapping[str, Set[str]] = _NO_OTHERS) -> str | None:
    """ISO 639-1 code of a cleaned, redacted text; ``None`` when it holds no letters (digits, emoji, nothing).

    ``others``: language → what :func:`telling` leaves of its frequent words, in lower case. A text that holds more of
    them than of English ones is not taken for English unseen; where it is too short for the detector they decide.
    """
    words = _WORD.findall(_PLACEHOLDER.sub(" ", text) if "[" in text else text)
    if not words:
        return None
    lowered = [word.lower() for word in words[:_MOST_WORDS]]
    n_english = sum(word in _ENGLISH_WORDS for word in lowered)
    counts = {code: sum(word in known for word in lowered) for code, known in others.items()}
    if n_english >= max(2, _ENGLISH_SHARE * len(lowered), *counts.values()):
        return "en"
    letters = "".join(words[:_MOST_WORDS])
    n_foreign_script = 0 if letters.isascii() else len(_NON_LATIN.findall(letters))
    if n_foreign_script <= 0.3 * len(letters) and (len(lowered) < _MIN_WORDS or len(letters) < _MIN_LETTERS):
        return _of_short(counts, n_english, len(lowered)) or "en"
    code, probability = _classify(" ".join(words[:_MOST_WORDS]))
    if n_foreign_script > 0.3 * len(letters):
        return code if code != "en" else "und"
    # The more English words, the surer the detector must be.
    return code if probability >= _MIN_PROBABILITY and n_english < 0.12 * len(lowered) + 1 else "en"


def _of_short(counts: Mapping[str, int], n_english: int, n_words: int) -> str | None:
    """The language of which a short text holds two words, or nothing else; of a draw the first by its code."""
    code = max(counts, key=counts.__getitem__, default=None)
    is_heard = code is not None and counts[code] > n_english and counts[code] >= min(2, n_words)
    return code if is_heard else None


@cache
def detector() -> LanguageIdentifier:
    """The detector behind the gate; unpacking it takes a second and a half, once a process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # a plain npz: no pickle

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def _classify(text: str) -> tuple[str, float]:
    code, probability = detector().classify(text)
    return code, float(probability)
