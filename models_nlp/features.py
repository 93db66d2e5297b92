"""From words to numbers: hashed words, character n-grams and bigrams, and word pieces for the static table.

Belongs here: what training and scoring must compute alike, to the bit. Does not: weights.
All hashes are CRC-32 or integer arithmetic: the same on every machine and in every process.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from models_nlp.vocabulary import PLACEHOLDERS

WORD_BUCKETS = 2**17
CHAR_BUCKETS = 2**18
BIGRAM_BUCKETS = 2**18
CHAR_SIZES = (2, 3, 4, 5)
# Longer "words" are identifiers and base64; their tail says nothing.
MAX_WORD_LENGTH = 30

# Tokens that stand for something hidden: they are no words of the customer.
SKIPPED = frozenset((*PLACEHOLDERS, "http", "https", "@", "#", " "))

_TRIPLED = re.compile(r"(.)\1{2,}")
_DIGIT = re.compile(r"\d")
_PIECE = re.compile(r"\w+|[^\w\s]")


def normal_form(token: str) -> str:
    """The form under which a token is learned: lower case, "soooo" as "soo", any digit as 0, at most 30 characters."""
    return _DIGIT.sub("0", _TRIPLED.sub(r"\1\1", token.lower()))[:MAX_WORD_LENGTH]


def is_learned(word: str, silent: frozenset[str] = frozenset()) -> bool:
    """Whether a word in lower case is a feature of the learned heads; ``silent`` ones are not."""
    return word not in SKIPPED and word not in silent


def word_bucket(word: str) -> int:
    return zlib.crc32(word.encode()) % WORD_BUCKETS


def char_buckets(words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Buckets of the n-grams of each ``<word>``, and the number of the word that each belongs to.

    The marks are part of them, repeated ones are repeated. An n-gram is one of bytes (UTF-8): at most five, so that it
    fits a number and all words are hashed at once.
    """
    marked = [f"<{word}>".encode() for word in words]
    lengths = np.fromiter(map(len, marked), dtype=np.int64, count=len(marked))
    data = np.frombuffer(b"".join(marked) + bytes(max(CHAR_SIZES)), dtype=np.uint8).astype(np.uint64)
    owner = np.repeat(np.arange(len(words)), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(owner))  # bytes from here to the word's end
    keys = np.zeros(len(owner), dtype=np.uint64)
    buckets, owners = [], []
    for size in range(1, max(CHAR_SIZES) + 1):
        keys |= data[size - 1 : size - 1 + len(owner)] << np.uint64(8 * (size - 1))
        if size in CHAR_SIZES:
            fits = left >= size
            buckets.append(_spread(keys[fits] | np.uint64(size << 40), CHAR_BUCKETS))
            owners.append(owner[fits])
    return np.concatenate(buckets), np.concatenate(owners)


def _spread(keys: np.ndarray, n_buckets: int) -> np.ndarray:
    """Buckets of whole numbers, well mixed (the finaliser of SplitMix64)."""
    keys = (keys ^ keys >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ keys >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return ((keys ^ keys >> np.uint64(31)) % np.uint64(n_buckets)).astype(np.int64)


def bigram_key(word: str) -> int:
    """One word's part of a bigram's hash."""
    return zlib.crc32(b"\x01" + word.encode())


def bigram_buckets(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Buckets of bigrams given the two words' keys (uint64 arrays)."""
    mixed = left * np.uint64(0x9E3779B97F4A7C15) ^ right * np.uint64(0xC2B2AE3D27D4EB4F)
    return ((mixed >> np.uint64(24)) % np.uint64(BIGRAM_BUCKETS)).astype(np.int64)


# The key of the text's edge: the first and the last word form a bigram with it.
EDGE_KEY = bigram_key("")


class WordPieces:
    """Greedy longest-match word pieces over a vocabulary, one piece a line, ``##`` before a continuation."""

    def __init__(self, vocabulary: list[str]) -> None:
        self.vocabulary = vocabulary
        self._index = {piece: number for number, piece in enumerate(vocabulary)}

    @staticmethod
    def from_file(path: Path) -> WordPieces:
        """The pieces of a file; files with the same pieces share them."""
        return _pieces_of(path.read_text(encoding="utf-8"))

    def __call__(self, word: str) -> list[int]:
        """Numbers of the pieces; a part that the vocabulary cannot spell is left out."""
        pieces: list[int] = []
        for part in _PIECE.findall(word):
            pieces += self._spell(part)
        return pieces

    def _spell(self, part: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(part):
            prefix = "##" if start else ""
            for end in range(len(part), start, -1):
                number = self._index.get(prefix + part[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return []
        return found


@lru_cache(maxsize=2)
def _pieces_of(lines: str) -> WordPieces:
    return WordPieces(lines.rstrip("\n").split("\n"))
