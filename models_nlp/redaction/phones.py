"""Telephone numbers: any run of digits with the usual marks, told from dates, amounts and versions by its form.

Belongs here: numbers to call, also spoken digit by digit. Does not: numbers with check digits, which went before.
The clear forms are decided here; what is left and could be one is put to the ``phonenumbers`` library.
"""

from __future__ import annotations

import re
from functools import lru_cache

from models_nlp.redaction.checksums import card_is_valid
from models_nlp.redaction.spans import Span

_NUMBER = re.compile(
    r"(?<![\w<])(?<!\d[.,])(?:\+ ?|00)?\(?\+?\d(?:[ ().\-/_]{0,3}\d){6,24}(?!\w|[-:]\w)(?:,? {0,2}(?:ext"
    r"|extension|x)\.? ?\d{1,6}\b)?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d))\b|\d{1,2}/\d{1,2}/"
    r"|\b(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d\b"
)
# As the French write them, in which a date could be seen; and digit by digit.
_TWO_BY_TWO = re.compile(r"0\d(?:[ .\-/_]{1,3}\d\d){4}")
_ONE_BY_ONE = re.compile(r"\d(?:[ .\-/_]{1,3}\d){8,14}")
_GROUP = re.compile(r"\d+")
_NOT_DIGIT = re.compile(r"\D")
_EXTENSION = re.compile(r",? {0,2}(?:ext|extension|x)\.? ?\d{1,6}$", re.IGNORECASE)
# What a customer quotes to us, not how to reach them.
_REFERENCE_WORD = re.compile(
    r"\b(?:ticket|tickets|case|cases|issue|bug|isbn|ean|upc|gtin|sku|tag|article|part|model|version|build|error"
    r"|code|timestamp|"
    r"epoch|unix)\W{0,3}(?:(?:no|nr|number|numbers|code|is|id)\W{0,3}){0,2}$",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"(?:phone|mobile|cell|tel|telephone|call|callback|ring|text|sms|whatsapp|signal|telegram|viber|fax"
    r"|landline|handy|telefon|"
    r"number is|reach me|dial|hotline)\W{0,3}(?:\w{1,12}\W{1,3}){0,3}$",
    re.IGNORECASE,
)
# Where people write national numbers without the country: with a leading 0, and without.
_TRUNK_REGIONS = ("GB", "DE", "FR", "NL", "AU", "IE", "BE", "CH", "AT", "SE", "IT", "IN", "ZA", "JP")
_PLAIN_REGIONS = ("US", "ES", "PT", "PL", "IN", "DK", "NO", "CZ")
# A library call costs as much as a whole short text: beyond this many numbers in one text form alone decides.
_MOST_LOOKUPS = 40

_DIGIT_WORDS = {
    word: str(number)
    for number, words in enumerate(
        ("zero oh o nought null", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
    for word in words.split()
}
_SPOKEN_DIGIT = rf"(?:{'|'.join(sorted(_DIGIT_WORDS, key=len, reverse=True))}|\d)"
_SPOKEN = re.compile(
    rf"(?<!\w)(?:plus[ ,\-]{{1,2}})?(?:(?:double|triple)[ ,\-]{{1,2}})?{_SPOKEN_DIGIT}(?:[ ,.\-]{{1,3}}(?:"
    rf"(?:double|triple)[ ,\-]{{1,2}})?{_SPOKEN_DIGIT}){{5,29}}(?!\w)",
    re.IGNORECASE,
)
DIGIT_WORDS = frozenset(_DIGIT_WORDS)
_REPEATS = {"double": 2, "triple": 3}


def phones(text: str) -> list[Span]:
    """Telephone numbers in digits."""
    spans, n_lookups = [], 0
    for match in _NUMBER.finditer(text):
        value = _EXTENSION.sub("", match.group())
        digits = _NOT_DIGIT.sub("", value)
        if not 7 <= len(digits) <= 15:
            continue
        verdict = _by_form(value, digits, text[max(0, match.start() - 48) : match.start()])
        if verdict is None:
            n_lookups += 1
            verdict = n_lookups > _MOST_LOOKUPS or _library_knows(digits)
        if verdict:
            spans.append(Span(*match.span(), "phone"))
    return spans


def _by_form(value: str, digits: str, before: str) -> bool | None:
    """True or false where the form decides, ``None`` where the library has to."""
    if "+" in value or _TWO_BY_TWO.fullmatch(value) or _ONE_BY_ONE.fullmatch(value):
        return True
    if _DATE.search(value) or _REFERENCE_WORD.search(before):
        return False
    if _PHONE_WORD.search(before):
        return True
    if value.startswith("00"):
        return len(digits) >= 10
    groups = _GROUP.findall(value)
    starts_like_one = value[0] in "(0"
    if len(groups) >= 3 or "(" in value:
        if not re.search(r"[ ()\-/_]", value):  # 1.234.567 is an amount, 555.123.4567 a number
            sizes = [len(group) for group in groups]
            return sizes in ([3, 3, 4], [1, 3, 3, 4]) or (value[0] == "0" and len(digits) in (10, 11))
        return len(digits) >= (8 if starts_like_one else 9) and (starts_like_one or max(map(len, groups)) >= 3)
    if starts_like_one and len(digits) in (10, 11):
        return True
    if re.fullmatch(r"\d{3}[- ]\d{4}", value):
        return True
    if len(groups) == 2 and "." in value:  # an amount or a decimal
        return False
    return None if len(digits) >= 9 else False


@lru_cache(maxsize=4096)
def _library_knows(digits: str) -> bool:
    import phonenumbers

    for region in _TRUNK_REGIONS if digits[0] == "0" else _PLAIN_REGIONS:
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


def spoken_digits(text: str) -> list[Span]:
    """Six digits and more said one by one, as calls are transcribed: a card by its check digit, else a telephone."""
    spans = []
    for match in _SPOKEN.finditer(text):
        words = re.findall(r"[a-z]+|\d", match.group().lower())
        digits, repeat = "", 1
        for word in words:
            if word in _REPEATS:
                repeat = _REPEATS[word]
            else:
                digits += _DIGIT_WORDS.get(word, word if word.isdigit() else "") * repeat
                repeat = 1
        n_words = sum(word.isalpha() for word in words)
        if (
            len(digits) >= 7
            and n_words >= 3
            and len(set(digits)) > 2
            and digits not in "0123456789012345" + "9876543210"
        ):
            spans.append(Span(*match.span(), "card" if len(digits) >= 12 and card_is_valid(digits) else "phone"))
    return spans
