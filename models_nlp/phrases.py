"""Finding listed words and phrases in a list of tokens, longest first, in one pass.

Belongs here: the matcher and the readers of the room's word lists. Does not: what a match is worth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

Payload = TypeVar("Payload")

# "…" in a phrase: this many tokens may stand between, none of them a mark that ends the clause.
MAX_GAP = 3
GAP = "…"
CLAUSE_MARKS = frozenset(".,;:!?") | {"..", "...", "!!", "??", "?!", "!?"}

FREQUENT_WORDS = "frequent_words.txt"

_PHRASE_TOKEN = re.compile(r"…|[^\W_]+(?:['\-][^\W_]+)*|\S+")
_TRIPLED = re.compile(r"([^\W\d_])\1{2,}")


# What may follow a first word: candidates by second word, and those for any other one (longest first in both).
_Candidates = list[tuple[tuple[str, ...], Payload]]
_Continuations = tuple[dict[str, _Candidates], _Candidates]


class PhraseTable(Generic[Payload]):
    """Phrases of several kinds, found in one pass; a match of one kind does not hide those of another.

    A phrase that a kind lists twice keeps its last payload. Kinds named in ``overlapping`` are tried at each word;
    of another kind a match hides what begins within it.
    Where a phrase may begin is read off arrays: a word that is one alone, or a pair of words that opens one. Only
    there is anything compared word by word.
    """

    def __init__(self, entries: Iterable[tuple[str, str, Payload]], overlapping: Collection[str] = ()) -> None:
        """``entries``: (kind, phrase, payload)."""
        tables: dict[str, dict[str, dict[tuple[str, ...], Payload]]] = {}
        for kind, phrase, payload in entries:
            first, *rest = split_phrase(phrase)
            tables.setdefault(kind, {}).setdefault(first, {})[tuple(rest)] = payload
        self.kinds = tuple(sorted(tables))
        self._overlapping = frozenset(overlapping)
        # The kinds that each sum of their bits stands for.
        self._kinds_of = [
            tuple(kind for bit, kind in enumerate(self.kinds) if mask >> bit & 1)
            for mask in range(1 << len(self.kinds))
        ]
        self._continuations = {
            (kind, first): _by_second_word(rests) for kind in self.kinds for first, rests in tables[kind].items()
        }
        self._first = frozenset(first for _, first in self._continuations)
        self._code_of = {"": 0}
        alone: dict[int, int] = {}
        pairs: dict[tuple[int, int], int] = {}
        for bit, kind in enumerate(self.kinds):
            for first, rests in tables[kind].items():
                one = self._code_of.setdefault(first, len(self._code_of))
                for rest in rests:
                    if not rest or rest[0] == GAP:
                        alone[one] = alone.get(one, 0) | 1 << bit
                    else:
                        pair = one, self._code_of.setdefault(rest[0], len(self._code_of))
                        pairs[pair] = pairs.get(pair, 0) | 1 << bit
        self._alone = np.zeros(len(self._code_of), dtype=np.int64)
        self._alone[list(alone)] = list(alone.values())
        keys = sorted((first * len(self._code_of) + second, kinds) for (first, second), kinds in pairs.items())
        self._pairs = np.array([key for key, _ in keys] + [np.iinfo(np.int64).max], dtype=np.int64)
        self._pair_kinds = np.array([kinds for _, kinds in keys] + [0], dtype=np.int64)

    def __contains__(self, word: str) -> bool:
        """Whether a phrase begins with this word."""
        return word in self._first

    def code(self, word: str) -> int:
        """The table's number of a word; 0 for one that opens nothing."""
        return self._code_of.get(word, 0)

    def find(self, words: list[str]) -> dict[str, list[tuple[int, int, Payload]]]:
        """Kind → its matches (start, end, payload) in one text, from left to right; kinds without one are absent."""
        codes = np.array([self.code(word) for word in words], dtype=np.int64)
        found = self.find_all(codes, np.zeros(len(words), dtype=np.int64), lambda text: (0, words))
        return next((matches for _, matches in found), {})

    def find_all(
        self, codes: np.ndarray, owner: np.ndarray, words_of: Callable[[int], tuple[int, list[str]]]
    ) -> Iterator[tuple[int, dict[str, list[tuple[int, int, Payload]]]]]:
        """(text, what :meth:`find` gives of it) of each text in which a phrase may begin.

        ``codes`` and ``owner``: of all words of all texts; ``words_of``: a text's first position and its words.
        """
        kinds = self._alone[codes]
        if len(codes) > 1:
            keys = codes[:-1] * len(self._code_of) + codes[1:]
            place = np.searchsorted(self._pairs, keys)
            is_pair = (self._pairs[place] == keys) & (owner[:-1] == owner[1:])
            kinds[:-1] |= np.where(is_pair, self._pair_kinds[place], 0)
        at = np.flatnonzero(kinds)
        texts, n = owner[at].tolist(), len(at)
        positions, masks = at.tolist(), kinds[at].tolist()
        i = 0
        while i < n:
            text = texts[i]
            start, words = words_of(text)
            found: dict[str, list[tuple[int, int, Payload]]] = {}
            while i < n and texts[i] == text:
                self._match_at(words, positions[i] - start, masks[i], found)
                i += 1
            if found:
                yield text, found

    def _match_at(self, words: list[str], start: int, mask: int, found: dict[str, list]) -> None:
        for kind in self._kinds_of[mask]:
            matches = found.get(kind)
            if matches and start < matches[-1][1] and kind not in self._overlapping:
                continue
            match = _longest(words, start, self._continuations[kind, words[start]])
            if match:
                found.setdefault(kind, []).append((start, *match))


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


def squeezed(word: str, known: PhraseTable) -> str:
    """ "soooo" → "so", "coool" → "cool": a stretched word in the form in which it is listed, others as they are."""
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


def frequent_words(folder: Path) -> frozenset[str]:
    """The words of a folder's list of frequent words, which only a pack has; none where there is no list."""
    file = folder / FREQUENT_WORDS
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return frozenset(word.lower() for line in lines if line[:1] != "#" for word in line.split())
