"""Mentions of erased people in what others write, found though nobody keeps the name: by keyed hashes of it.

Belongs here: what of a name or address goes onto the suppression list, blanking a text that holds it. Does not: the
list and whose rows stay out (``suppression``), blanking at the erasure itself, when the name is known (``erasure``).

A hash finds no part of a text, so two go onto the list: of the first word, and of the whole. A text is looked at more
closely only where one of its words is such a first word; its distinct words are hashed once a table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

import polars as pl

from storage.identity import hasher, person_key
from storage.markers import ERASED
from storage.person_rows import folded

_WORD = re.compile(r"\w+")
_MOST_WORDS, _MOST_CHARS = 20, 400  # of a name or address
_SEPARATED = r"[^\w.+\-]"  # around what is named inside of an id
_WITHIN_A_WORD = frozenset(".+-")  # ann@x.com is another address than jo-ann@x.com


def told_by(marks: Iterable[str]) -> set[str]:
    """What to hash, so that ``Mentions`` finds these names and addresses."""
    words = {mark: list(_WORD.finditer(mark)) for mark in marks}
    found = {mark: mark[w[0].start() : w[-1].end()] for mark, w in words.items() if 0 < len(w) <= _MOST_WORDS}
    return {part for mark, whole in found.items() for part in (_first(words[mark][0].group()), _whole(whole))}


def hashed_mention(key: bytes, cell: str) -> str:
    """What stands for an id or key that names a person who was erased: the same wherever the same cell stood."""
    return f"{ERASED[:-1]} {person_key(key, cell)}]"


class Mentions:
    """The names and addresses of a suppression list, found in texts."""

    def __init__(self, suppressed: Collection[str], key: bytes) -> None:
        hashed = hasher(key)
        self._key = key
        self._is_whole = lambda value: hashed(_whole(value)) in suppressed
        self._is_known = cache(lambda value: hashed(value) in suppressed)

    def blanked(self, texts: pl.Series) -> pl.Series:
        """``texts`` with ``[erased]`` in place of each of them."""
        words = {word for text in texts.drop_nulls().unique() for word in _WORD.findall(text)}
        firsts = [word for word in words if self._is_known(_first(word))]
        if not firsts:
            return texts
        places = texts.str.contains_any(firsts).fill_null(False).arg_true()
        # Of a copy: it changes the series itself.
        return texts.clone().scatter(places, [self._blank(text) for text in texts.gather(places)])

    def hashed(self, cells: pl.Series) -> pl.Series:
        """``cells`` of ids or keys with a hash in place of each that is or holds one of them."""
        distinct = cells.drop_nulls().unique()
        inside = distinct.filter(distinct.str.contains(_SEPARATED))
        told = inside.filter(self.blanked(inside) != inside).to_list()
        # An id without such a sign is not taken apart: of a million there would be several millions of words.
        told += [c for c in distinct.filter(~distinct.str.contains(_SEPARATED)) if self._is_whole(c)]
        return cells.replace(told, [hashed_mention(self._key, cell) for cell in told]) if told else cells

    def _blank(self, text: str) -> str:
        words, parts, done, at = list(_WORD.finditer(text)), [], 0, 0
        while at < len(words):
            length = self._length_at(text, words, at)
            if length:
                parts += [text[done : words[at].start()], ERASED]
                done = words[at + length - 1].end()
            at += length or 1
        return "".join([*parts, text[done:]])

    def _length_at(self, text: str, words: list[re.Match[str]], at: int) -> int:
        """How many words from this one on are a name or address, the longest there is; 0: none."""
        start = words[at].start()
        if text[max(start - 1, 0) : start] in _WITHIN_A_WORD or not self._is_known(_first(words[at].group())):
            return 0
        lengths = range(min(_MOST_WORDS, len(words) - at), 0, -1)
        wholes = ((n, text[start : words[at + n - 1].end()]) for n in lengths)
        return next((n for n, whole in wholes if len(whole) <= _MOST_CHARS and self._is_known(_whole(whole))), 0)


def _first(word: str) -> str:
    return f"first word:{folded(word)}"


def _whole(mark: str) -> str:
    return "mention:" + " ".join(folded(mark).split())
