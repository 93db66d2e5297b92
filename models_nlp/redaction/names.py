"""The names of an account's people, compiled once, found in a text by looking its words up.

Belongs here: which words of a person's name and e-mail address give them away, and finding those in a text.
Does not: names that no directory holds (``salutations``), reading the people from disk.
One pass over the text's words and a dictionary look-up each: the size of the directory costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from models_nlp.redaction.common_words import CALENDAR_AND_PLACES, COMMON_WORDS, PARTICLES, ROLE_MAILBOXES
from models_nlp.redaction.folding import fold_text
from models_nlp.redaction.spans import Span

_WORD = re.compile(r"[^\W_]+")
_LETTERS_ONE_BY_ONE = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*]{1,2}){2,30}[^\W\d_](?![^\W_])")
_LETTER_BY_DIGIT = re.compile(r"[A-Za-z][0-9]|[0-9][A-Za-z]")
_LEET = str.maketrans("0134578", "oieastb")
_MIN_LETTERS = 3
_JOINS = frozenset(("", " ", "-", "'", "_", ".", ". ", " - ", "  ", "\u2019"))
_SENTENCE_END = frozenset(".!?:;\"'(\n")


@dataclass(frozen=True)
class Directory:
    """What gives the people of one account away, as folded words in lower case.

    ``words``: by themselves, in any case. ``short``: names of two letters, with a capital. ``weak``: English words,
    only with a capital inside a sentence. ``phrases``: runs of words (full names, double names, local parts with dots)
    by their first word, longest first.
    """

    words: frozenset[str]
    short: frozenset[str]
    weak: frozenset[str]
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    triggers: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "triggers", self.words | self.short | self.weak | frozenset(self.phrases))

    def find(self, text: str, words: frozenset[str]) -> list[Span]:
        """Names in a folded text with these words (lower case); words of one name beside each other are one span."""
        spans: list[Span] = []
        if not self.triggers.isdisjoint(words) or _LETTER_BY_DIGIT.search(text):
            spans = self._in_words(text)
        if match := _LETTERS_ONE_BY_ONE.search(text):
            spans += self._spelled(text, match.start())
        return _joined(text, spans)

    def _in_words(self, text: str) -> list[Span]:
        tokens = [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text)]
        spans: list[Span] = []
        at = 0
        while at < len(tokens):
            word, start, end = tokens[at]
            length = self._phrase_at(tokens, at)
            if length:
                spans.append(Span(start, tokens[at + length - 1][2], "name"))
            elif (
                self._is_name(word)
                or (word in self.short and _has_capital(text, start, end))
                or (word in self.weak and _has_telling_capital(text, start, end))
            ):
                spans.append(Span(start, end, "name"))
                length = 1
            at += length or 1
        return _with_initials(text, tokens, spans)

    def _is_name(self, word: str) -> bool:
        if word in self.words:
            return True
        return not word.isalpha() and not word.isdigit() and word.translate(_LEET) in self.words

    def _phrase_at(self, tokens: list[tuple[str, int, int]], at: int) -> int:
        for phrase in self.phrases.get(tokens[at][0], ()):
            run = tokens[at : at + len(phrase)]
            is_written = tuple(word for word, _, _ in run) == phrase
            if is_written and all(after[1] - before[2] <= 3 for before, after in pairwise(run)):
                return len(phrase)
        return 0

    def _spelled(self, text: str, start: int) -> list[Span]:
        """ "S a r a h": letters one by one that make a name of the directory."""
        spans = []
        for match in _LETTERS_ONE_BY_ONE.finditer(text, start):
            letters = "".join(c for c in match.group().lower() if c.isalpha())
            whole = Span(*match.span(), "name")
            if letters in self.words or any(
                letters.startswith(w) or letters.endswith(w) for w in self.words if len(w) > 3
            ):
                spans.append(whole)
        return spans


@dataclass(frozen=True)
class Directories:
    """Account → directory of its people."""

    by_account: dict[str, Directory]

    def of(self, account_id: str | None) -> Directory | None:
        """The directory of an account; ``None`` where the account is unknown or has no named people."""
        return self.by_account.get(account_id) if account_id is not None else None


def directory(people: pl.DataFrame) -> Directories:
    """Directories from raw people: ``account_id`` and, where there are such columns, ``full_name`` and ``email``.

    Every row counts, whatever its version: a text may use a name that has changed since. Rows without an account are
    passed over.
    """
    columns = [name for name in ("full_name", "email") if name in people.columns]
    if not columns or "account_id" not in people.columns:
        return Directories({})
    rows = people.select("account_id", *columns).drop_nulls("account_id").unique(maintain_order=True)
    of_account: dict[str, list[tuple[str | None, str | None]]] = {}
    for row in rows.iter_rows(named=True):
        of_account.setdefault(row["account_id"], []).append((row.get("full_name"), row.get("email")))
    compiled = {account: compile_people(pairs) for account, pairs in of_account.items()}
    return Directories({account: entry for account, entry in compiled.items() if entry.triggers})


def compile_people(people: Iterable[tuple[str | None, str | None]]) -> Directory:
    """The directory of (full name, e-mail address) pairs; either may be missing."""
    words: set[str] = set()
    short: set[str] = set()
    weak: set[str] = set()
    phrases: set[tuple[str, ...]] = set()
    for full_name, email in people:
        if full_name:
            _add_name(full_name, words, short, weak, phrases)
        if email and "@" in email:
            _add_local_part(email.partition("@")[0], words, phrases)
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=lambda p: (-len(p), p)):
        by_first.setdefault(phrase[0], []).append(phrase)
    return Directory(
        frozenset(words),
        frozenset(short),
        frozenset(weak),
        {first: tuple(found) for first, found in by_first.items()},
    )


def _add_name(full_name: str, words: set[str], short: set[str], weak: set[str], phrases: set[tuple[str, ...]]) -> None:
    folded = fold_text(full_name)
    tokens = _tokens(folded)
    for token in tokens:
        is_particle = token in PARTICLES
        if len(token) < 2 or token.isdigit() or (is_particle and token != tokens[-1]):
            continue
        if token not in COMMON_WORDS and not (is_particle and len(token) >= _MIN_LETTERS):
            # Scripts without capitals have names of two signs.
            has_capital = token.upper() != token
            (short if len(token) < _MIN_LETTERS and has_capital else words).add(token)
        elif token not in CALENDAR_AND_PLACES:
            weak.add(token)
    parts = [part for part in (tuple(_tokens(part)) for part in re.split(r"[\s,]+", folded)) if part]
    halves = [tuple(_tokens(half)) for half in re.split(r"[\s,\-]+", folded)]
    for part in (*parts, *halves):
        if len(part) > 1:  # O'Neil, Jean-Luc: also written without the mark
            phrases.add(part)
            _add_word("".join(part), words)
    if len(tokens) > 1:
        phrases |= {tuple(tokens), (tokens[0], tokens[-1]), (tokens[-1], *tokens[:-1]), (tokens[-1], tokens[0])}
        joined = {tuple(_tokens(parts[0][-1] + "".join(parts[-1]))), tuple(_tokens("".join(folded.split())))}
        phrases |= {run for run in joined if len(run) > 1}
        _add_word("".join(tokens), words)
        _add_word(tokens[0] + tokens[-1], words)
        _add_word(tokens[-1] + tokens[0], words)


def _add_local_part(local: str, words: set[str], phrases: set[tuple[str, ...]]) -> None:
    tokens = _tokens(fold_text(local.partition("+")[0]))
    if not tokens or tokens[0] in ROLE_MAILBOXES:
        return
    if len(tokens) == 1:
        _add_word(tokens[0], words)
        return
    phrases.add(tuple(tokens))
    for token in tokens:
        _add_word(token, words)


def _add_word(token: str, words: set[str]) -> None:
    if len(token) >= _MIN_LETTERS and token not in COMMON_WORDS | PARTICLES | ROLE_MAILBOXES and not token.isdigit():
        words.add(token)


def _tokens(folded: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(folded)]


def _has_capital(text: str, start: int, end: int) -> bool:
    """A word with a capital that is not all capitals."""
    return text[start].isupper() and text[start + 1 : end].islower()


def _has_telling_capital(text: str, start: int, end: int) -> bool:
    """A capital that neither a sentence's start nor a text in capitals explains."""
    if not _has_capital(text, start, end):
        return False
    before = text[max(0, start - 4) : start].rstrip()
    return bool(before) and before[-1] not in _SENTENCE_END


def _with_initials(text: str, tokens: list[tuple[str, int, int]], spans: list[Span]) -> list[Span]:
    """Spans grown over an initial beside them: "J. Miller", "Sarah M."."""
    if not spans:
        return spans
    by_end = {end: (word, start) for word, start, end in tokens if len(word) == 1}
    by_start = {start: end for word, start, end in tokens if len(word) == 1}
    grown = []
    for start, end, kind in spans:
        for gap in (2, 1):
            word, at = by_end.get(start - gap, ("", 0))
            is_initial = bool(word) and text[at].isupper() and text[at + 1 : start] in (". ", " ", ".")
            if is_initial and (text[at + 1] == "." or word not in "ai"):
                start = at
                break
        after = by_start.get(end + 1)
        if after and text[end] == " " and text[end + 1].isupper() and text[after : after + 1] == ".":
            end = after + 1
        grown.append(Span(start, end, kind))
    return grown


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """Words of one name as one span: only a space, hyphen, apostrophe, dot or underscore stands between them."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and text[joined[-1].end : span.start] in _JOINS:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end), "name")
        else:
            joined.append(span)
    return joined
