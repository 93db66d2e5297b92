"""Finding listed words and phrases in a list of tokens, longest first, in one pass.

Belongs here: the matcher and the readers of the room's word lists. Does not: what a match is worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

Payload = TypeVar("Payload")

# "…" in a phrase: this many tokens may stand between, none of them a mark that ends the clause.
MAX_GAP = 3
GAP = "…"
CLAUSE_MARKS = frozenset(".,;:!?") | {"..", "...", "!!", "??", "?!", "!?"}

_PHRASE_TOKEN = re.compile(r"…|[^\W_]+(?:['\-][^\W_]+)*|\S+")
_TRIPLED = re.compile(r"([^\W\d_])\1{2,}")


# What may follow a first word: candidates by second word, and those for any other one (longest first in both).
_Candidates = list[tuple[tuple[str, ...], Payload]]
_Continuations = tuple[dict[str, _Candidates], _Candidates]


class PhraseTable(Generic[Payload]):
    """Phrases by their first word. A phrase listed twice keeps its last payload."""

    def __init__(self, entries: Iterable[tuple[str, Payload]]) -> None:
        table: dict[str, dict[tuple[str, ...], Payload]] = {}
        for phrase, payload in entries:
            first, *rest = split_phrase(phrase)
            table.setdefault(first, {})[tuple(rest)] = payload
        self.continuations = {first: _by_second_word(rests) for first, rests in table.items()}

    def __contains__(self, word: str) -> bool:
        return word in self.continuations

    def find(self, words: list[str], overlapping: bool = False) -> Iterator[tuple[int, int, Payload]]:
        """(start, end, payload) of each match; with ``overlapping`` each start word is tried, else matches exclude."""
        table = self.continuations
        free_from = 0
        for start in [at for at, word in enumerate(words) if word in table]:
            if start < free_from and not overlapping:
                continue
            match = _longest(words, start, table[words[start]])
            if match:
                free_from, payload = match
                yield start, free_from, payload


class KindTable(Generic[Payload]):
    """Several phrase tables searched in one pass; matches of one kind do not hide those of another."""

    def __init__(self, entries: Iterable[tuple[str, str, Payload]]) -> None:
        """``entries``: (kind, phrase, payload)."""
        tables: dict[str, list[tuple[str, Payload]]] = {}
        for kind, phrase, payload in entries:
            tables.setdefault(kind, []).append((phrase, payload))
        self._first: dict[str, list[tuple[str, _Continuations]]] = {}
        for kind in sorted(tables):
            for first, continuations in PhraseTable(tables[kind]).continuations.items():
                self._first.setdefault(first, []).append((kind, continuations))

    def find(self, words: list[str]) -> dict[str, list[tuple[int, int, Payload]]]:
        """Kind → its matches (start, end, payload), from left to right; kinds without a match are absent."""
        found: dict[str, list[tuple[int, int, Payload]]] = {}
        for start in [at for at, word in enumerate(words) if word in self._first]:
            for kind, continuations in self._first[words[start]]:
                matches = found.get(kind)
                if matches and start < matches[-1][1]:
                    continue
                match = _longest(words, start, continuations)
                if match:
                    found.setdefault(kind, []).append((start, *match))
        return found


def _by_second_word(rests: dict[tuple[str, ...], Payload]) -> _Continuations:
    # Longest first, so that "not good enough" is found before "not good".
    ordered = sorted(rests.items(), key=lambda item: (-len(item[0]), item[0]))
    anywhere = [(rest, payload) for rest, payload in ordered if not rest or rest[0] == GAP]
    seconds = {rest[0] for rest, _ in ordered if rest and rest[0] != GAP}
    by_second = {
        second: [(rest, payload) for rest, payload in ordered if not rest or rest[0] in (second, GAP)]
        for second in seconds
    }
    return by_second, anywhere


def _longest(words: list[str], start: int, continuations: _Continuations) -> tuple[int, Payload] | None:
    """(end, payload) of the longest phrase that begins at ``start``."""
    by_second, anywhere = continuations
    candidates = anywhere
    if by_second and start + 1 < len(words):
        candidates = by_second.get(words[start + 1], anywhere)
    for rest, payload in candidates:
        end = _match(words, start + 1, rest) if rest else start + 1
        if end:
            return end, payload
    return None


def _match(words: list[str], position: int, rest: tuple[str, ...]) -> int:
    """The position after ``rest`` if it follows at ``position``, else 0."""
    gap = 0
    for word in rest:
        if word == GAP:
            gap = MAX_GAP
            continue
        for step in range(gap + 1):
            if position + step >= len(words):
                return 0
            if words[position + step] == word:
                position += step + 1
                break
            if step < gap and words[position + step] in CLAUSE_MARKS:
                return 0
        else:
            return 0
        gap = 0
    return position


def split_phrase(phrase: str) -> list[str]:
    """The tokens of a listed phrase, as the tokeniser cuts text."""
    return _PHRASE_TOKEN.findall(phrase)


def squeeze(words: list[str], known: PhraseTable) -> list[str]:
    """ "soooo" → "so", "coool" → "cool": stretched words in the form in which they are listed, others as they are."""
    if not _TRIPLED.search(" ".join(words)):
        return words
    return [_squeeze_word(word, known) for word in words]


def _squeeze_word(word: str, known: PhraseTable) -> str:
    if word in known or not _TRIPLED.search(word):
        return word
    for form in (_TRIPLED.sub(r"\1\1", word), _TRIPLED.sub(r"\1", word)):
        if form in known:
            return form
    return word


def read_rows(path: Path, n_columns: int) -> list[list[str]]:
    """The filled lines of a tab-separated list; ``#`` at the line's start is a comment. Raises ValueError on others."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("# "):
            continue
        cells = line.split("\t")
        if len(cells) != n_columns:
            raise ValueError(f"{path.name} line {number}: {len(cells)} columns, expected {n_columns} separated by tabs")
        rows.append(cells)
    return rows
