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
# What is written after a card's number: month and year, the code on its back.
_EXPIRY = re.compile(
    r"(?:[\s,;.(]{0,3}(?:exp(?:iry|ires?)?\.?|valid|thru|until|good)?[\s:]{0,2}(?:0[1-9]|1[0-2]) ?[/\-] ?"
    r"(?:20)?\d\d(?!\d))?"
    r"(?:[\s,;.]{0,3}(?:cvv2?|cvc2?|security code|code)[\s:]{0,2}\d{3,4}(?!\d))?",
    re.IGNORECASE,
)
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
    """Card numbers of the networks, with the expiry date, security code or other digits written after them."""
    spans = []
    for match in _DIGITS.finditer(text):
        if text[match.start() - 1 : match.start()] == "+" or not _holds_card(match.group()):
            continue
        extra = _EXPIRY.match(text, match.end())
        spans.append(Span(match.start(), extra.end() if extra else match.end(), "card"))
    return spans


def _holds_card(run: str) -> bool:
    """Whether whole groups of the run, one after the other, are a card's number."""
    groups = _GROUP.findall(run)
    for first, group in enumerate(groups):
        if group[0] not in _FIRST_DIGITS:
            continue
        digits = ""
        for more in groups[first:]:
            digits += more
            if len(digits) > 19:
                break
            if len(digits) >= 12 and card_is_valid(digits):
                return True
    return False
