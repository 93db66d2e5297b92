"""IBANs and card numbers: found loosely, decided by their check digits.

Belongs here: numbers of accounts and cards. Does not: how the check digits are computed (``checksums``).
"""

from __future__ import annotations

import re

from models_nlp.redaction.checksums import IBAN_LENGTHS, card_is_valid, iban_is_valid
from models_nlp.redaction.spans import Span

_COUNTRIES = "|".join(sorted(IBAN_LENGTHS))
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])(?:IBAN[:#]?)?([A-Za-z][ .\-]?[A-Za-z][ .\-]?\d[ .\-]?\d)", re.IGNORECASE)
_SEPARATORS = frozenset(" .-_/:,\t")
_MOST_SEPARATORS = 3
# Twelve to forty digits with any of the usual marks between them.
_DIGITS = re.compile(r"(?<![\dA-Za-z])\d(?:[ .\-/_,:*]{0,3}\d){11,39}(?!\d)")
# No card network gives out numbers that start otherwise.
_FIRST_DIGITS = frozenset("23456")
_GROUP = re.compile(r"\d+")


def ibans(text: str) -> list[Span]:
    """Account numbers of the countries that use IBAN, in any grouping and case."""
    spans, position = [], 0
    for match in _IBAN_START.finditer(text):
        if match.start() < position:
            continue
        country = "".join(c for c in match.group(1) if c.isalpha()).upper()
        length = IBAN_LENGTHS.get(country[:2])
        end = _end_of(text, match.start(1), length) if length else None
        if end:
            compact = "".join(c for c in text[match.start(1) : end] if c.isalnum())
            if iban_is_valid(compact):
                spans.append(Span(match.start(1), end, "iban"))
                position = end
    return spans


def _end_of(text: str, start: int, n_characters: int) -> int | None:
    """Where ``n_characters`` letters and digits from ``start`` end, if only separators stand between them."""
    seen = skipped = 0
    for at in range(start, min(len(text), start + n_characters * (_MOST_SEPARATORS + 1))):
        char = text[at]
        if char.isascii() and char.isalnum():
            seen, skipped = seen + 1, 0
            if seen == n_characters:
                follows = text[at + 1 : at + 2]
                return None if follows.isascii() and follows.isalnum() else at + 1
        elif char in _SEPARATORS and skipped < _MOST_SEPARATORS:
            skipped += 1
        else:
            return None
    return None


def cards(text: str) -> list[Span]:
    """Card numbers of the networks, also with an expiry date or a security code written after them."""
    spans = []
    for match in _DIGITS.finditer(text):
        if text[match.start() - 1 : match.start()] == "+":
            continue
        spans += _cards_in(match.group(), match.start())
    return spans


def _cards_in(run: str, offset: int) -> list[Span]:
    """The longest valid window of whole digit groups from each group on."""
    groups = [(m.start(), m.end()) for m in _GROUP.finditer(run)]
    found, first = [], 0
    while first < len(groups):
        digits, best = "", None
        if run[groups[first][0]] not in _FIRST_DIGITS:
            first += 1
            continue
        for start, end in groups[first:]:
            digits += run[start:end]
            if len(digits) > 19:
                break
            if len(digits) >= 12 and card_is_valid(digits):
                best = end
        if best is None:
            first += 1
            continue
        found.append(Span(offset + groups[first][0], offset + best, "card"))
        first = next((n for n, (start, _) in enumerate(groups) if start >= best), len(groups))
    return found
