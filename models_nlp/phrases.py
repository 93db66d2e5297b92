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
_TRIPLED = re.compile(r"(.)\1{2,}")


class PhraseTable(Generic[Payload]):
    """Phrases by their first word. A phrase listed twice keeps its last payload."""

    def __init__(self, entries: Iterable[tuple[str, Payload]]) -> None:
        table: dict[str, dict[tuple[str, ...], Payload]] = {}
        for phrase, payload in entries:
            first, *rest = split_phrase(phrase)
            table.setdefault(first, {})[tuple(rest)] = payload
        # Longest first, so that "not good enough" is found before "not good".
        self._table = {
            first: sorted(rests.items(), key=lambda item: (-len(item[0]), item[0])) for first, rests in table.items()
        }

    def __contains__(self, word: str) -> bool:
        return word in self._table

    def first_words(self) -> frozenset[str]:
        """Each word with which a phrase begins."""
        return frozenset(self._table)

    def find(self, words: list[str], overlapping: bool = False) -> Iterator[tuple[int, int, Payload]]:
        """(start, end, payload) of each match; with ``overlapping`` each start word is tried, else matches exclude."""
        table = self._table
        free_from = 0
        for start, word in enumerate(words):
            candidates = table.get(word)
            if candidates is None or (start < free_from and not overlapping):
                continue
            for rest, payload in candidates:
                end = _match(words, start + 1, rest) if rest else start + 1
                if end:
                    yield start, end, payload
                    free_from = end
                    break


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


def squeeze(word: str, known: PhraseTable) -> str:
    """ "soooo" → "so", "coool" → "cool": a stretched word in the form in which it is listed, else as it is."""
    if not _TRIPLED.search(word):
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
