"""``redact``: the detectors one after the other, each blind to what the ones before it found.

Belongs here: their order, the cheap questions that spare most texts most of the work. Does not: any pattern.
"""

from __future__ import annotations

import re

from models_nlp.redaction.bank_numbers import cards, ibans
from models_nlp.redaction.folding import digits_for_letters, fold
from models_nlp.redaction.names import Directory
from models_nlp.redaction.national_ids import national_ids
from models_nlp.redaction.phones import DIGIT_WORDS, phones, spoken_digits
from models_nlp.redaction.references import references
from models_nlp.redaction.salutations import saluted_names
from models_nlp.redaction.secrets import secrets
from models_nlp.redaction.spans import FILLER, Span, blank, disjoint, replace
from models_nlp.redaction.street_addresses import street_addresses
from models_nlp.redaction.web import emails, handles, ip_addresses, links
from models_nlp.vocabulary import PLACEHOLDERS

_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"[^\W_]+")
_PLACEHOLDER = re.compile("|".join(re.escape(placeholder) for placeholder in PLACEHOLDERS))
# Longer texts are searched in pieces, so that time stays linear whatever a pattern does.
MAX_PIECE = 20_000


def redact(text: str, names: Directory | None = None) -> str:
    """``text`` with each identifying value replaced by its placeholder (``vocabulary.PLACEHOLDERS``).

    ``names``: the people of the text's account, whose names become ``[name]``. The rest of the text is untouched to
    the character. The same text and directory give the same result; redacting twice changes nothing. Never raises.
    """
    if not text:
        return text
    if len(text) <= MAX_PIECE:
        return _redact_piece(text, names)
    pieces, start = [], 0
    while start < len(text):
        end = _cut_between_words(text, start)
        pieces.append(_redact_piece(text[start:end], names))
        start = end
    return "".join(pieces)


def _cut_between_words(text: str, start: int) -> int:
    """Where a piece ends: at a space between two letters, where no number is cut, if there is one."""
    end = start + MAX_PIECE
    if end >= len(text):
        return len(text)
    space = end
    while (space := text.rfind(" ", start + MAX_PIECE // 2, space)) > 0:
        if text[space - 1].isalpha() and text[space + 1].isalpha():
            return space
    return end


def _redact_piece(text: str, names: Directory | None) -> str:
    folded = fold(text)
    found: list[Span] = []
    rest = folded.text
    if "[" in rest:
        rest = blank(rest, (Span(*match.span(), "") for match in _PLACEHOLDER.finditer(rest)))

    def take(spans: list[Span]) -> None:
        nonlocal rest
        if spans:
            spans = [span for span in disjoint(spans) if FILLER not in rest[span.start : span.end]]
            found.extend(spans)
            rest = blank(rest, spans)

    take(links(rest))
    if "@" in rest:
        take(emails(rest))
        take(handles(rest))
    words = frozenset(_WORD.findall(rest.lower()))
    take(secrets(rest, words))
    if n_digits := len(_DIGIT.findall(rest)):
        take(ip_addresses(rest))
        if n_digits >= 12:
            take(ibans(rest))
            take(cards(rest))
        take(references(rest, words))
        if n_digits >= 6:
            take(national_ids(rest, words))
        take(street_addresses(rest, words))
        if n_digits >= 7:
            take(phones(rest))
        if n_digits >= 5 and (second_look := digits_for_letters(rest)) != rest:
            take(ibans(second_look))
            take(cards(digits_for_letters(rest)))
            take(national_ids(digits_for_letters(rest), words))
            take(phones(digits_for_letters(rest)))
    elif rest.count(":") > 2:
        take(ip_addresses(rest))
    if len(words & DIGIT_WORDS) >= 2:
        take(spoken_digits(rest))
    if names is not None:
        take(names.find(rest, words))
    take(saluted_names(rest, words))
    if not found:
        return text
    return replace(text, (Span(*folded.source(start, end), kind) for start, end, kind in found))
