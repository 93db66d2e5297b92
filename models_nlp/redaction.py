"""Personal data out of text: own patterns with checksums, each value replaced by its kind, ``[email]``.

Belongs here: what identifies a person by its form alone (e-mail, telephone, card, IBAN, IP, US social security
number, addresses on the web, @handles). Does not: names of people, which have no form.
Every pattern is linear; a text of 100 kB takes well under a second. The text is expected cleaned (NFKC, no
invisible characters), else a digit of another script or a zero-width space would hide a number.
"""

from __future__ import annotations

import re

_URL = re.compile(r"\b(?:[a-z][a-z0-9+.\-]{1,15}://|www\.)[^\s<>\"'\])}]{1,4000}", re.IGNORECASE)
# Found by its @ and domain; the local part is walked back to by hand, which keeps the search linear.
_EMAIL_DOMAIN = re.compile(r"(?:@|%40|\s?\[at\]\s?|\s?\(at\)\s?)(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}", re.IGNORECASE)
_LOCAL_PUNCTUATION = frozenset("._%+-'!#$&*/=?^{|}~")
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z0-9_]{1,50}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_IPV4 = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\w|\.\w)")
# "version 4.6.4.6" has the form of an address; the word before tells.
_VERSION_WORD = re.compile(r"\b(?:versions?|ver|v|release|build)\W{0,2}$", re.IGNORECASE)
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])")
# Any run of digits with the usual separators; what it is decides its length, checksum and form.
_NUMBER = re.compile(r"(?<!\w)(?<!\d[.,])(?:\+|00)?\(?\d(?:[ ().\-/]{0,2}\d){6,24}(?!\w|[-:]\w)")
_DATE = re.compile(
    r"\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d))\b|\d{1,2}/\d{1,2}/"
    r"|\b(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d\b"
)
_GROUP = re.compile(r"\d+")
# What a customer quotes to us, not how to reach them.
_REFERENCE_WORD = re.compile(
    r"\b(?:order|orders|invoice|ticket|case|ref|reference|isbn|serial|sku|tag|po|booking|tracking|article|id)"
    r"\W{0,3}(?:(?:no|nr|number|numbers|code|is)\W{0,3}){0,2}$",
    re.IGNORECASE,
)
_NOT_DIGIT = re.compile(r"\D")
_PHONE_WORD = re.compile(
    r"(?:phone|mobile|cell|tel|telephone|call|ring|text|whatsapp|fax|number is|reach me)"
    r"\W{0,3}(?:\w{1,12}\W{1,3}){0,3}$",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """``text`` with each identifying value replaced by its placeholder. Never raises, never lengthens a word list."""
    if "://" in text or "www." in text.lower():
        text = _URL.sub("[url]", text)
    if "@" in text or "%40" in text or "at]" in text.lower() or "at)" in text.lower():
        text = _HANDLE.sub("[handle]", _redact_emails(text))
    if _has_digit(text):
        text = _SSN.sub("[ssn]", text)
        text = _IBAN.sub(_iban, text)
        if "." in text:
            text = _IPV4.sub(_ipv4, text)
        text = _NUMBER.sub(_number, text)
    if "::" in text or text.count(":") > 2:
        text = _IPV6.sub(_ipv6, text)
    return text


def _has_digit(text: str) -> bool:
    return any(digit in text for digit in "0123456789")


def _redact_emails(text: str) -> str:
    kept, position = [], 0
    for match in _EMAIL_DOMAIN.finditer(text):
        start = match.start()
        while start > position and (text[start - 1].isalnum() or text[start - 1] in _LOCAL_PUNCTUATION):
            start -= 1
        if start == match.start():  # "@home.com" has nothing before it: a handle, or nothing
            continue
        kept += [text[position:start], "[email]"]
        position = match.end()
    return "".join([*kept, text[position:]])


def _iban(match: re.Match[str]) -> str:
    """An IBAN if its check digits agree (mod 97), also when the pattern ran on into the next word."""
    value = match.group()
    while True:
        if iban_is_valid(value):
            return "[iban]" + match.group()[len(value) :]
        cut = value.rfind(" ")
        if cut < 0:
            return match.group()
        value = value[:cut]


def iban_is_valid(value: str) -> bool:
    """ISO 13616: country, check digits, account; moved and read as one number it leaves 1 modulo 97."""
    compact = value.replace(" ", "")
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def luhn_is_valid(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812)."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(d), 10)) for d in even)) % 10 == 0


def _ipv4(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 12) : match.start()]
    return match.group() if _VERSION_WORD.search(before) else "[ip]"


def _ipv6(match: re.Match[str]) -> str:
    """Eight groups, or the short form with a digit in it: times like 10:30:15 and C++ names like a::b stay."""
    value = match.group()
    groups = value.split(":")
    is_short_form = value.count("::") == 1 and sum(map(bool, groups)) >= 2 and _has_digit(value)
    return "[ip]" if is_short_form or (len(groups) == 8 and all(groups)) else value


def _number(match: re.Match[str]) -> str:
    """A card by its checksum, else a telephone number by its form; anything else (order, amount, date) stays."""
    value = match.group()
    digits = _NOT_DIGIT.sub("", value)
    if value[0] != "+" and 13 <= len(digits) <= 19 and digits[0] in "23456" and luhn_is_valid(digits):
        return "[card]"
    if 7 <= len(digits) <= 15 and _looks_like_phone(value, digits, match.string[: match.start()][-48:]):
        return "[phone]"
    return value


def _looks_like_phone(value: str, digits: str, before: str) -> bool:
    if value[0] == "+":
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
        if not re.search(r"[ ()\-/]", value):  # 1.234.567 is an amount, 555.123.4567 a number
            return [len(group) for group in groups] == [3, 3, 4]
        return len(digits) >= (8 if starts_like_one else 9) and (starts_like_one or max(map(len, groups)) >= 3)
    return (starts_like_one and len(digits) in (10, 11)) or bool(re.fullmatch(r"\d{3}[- ]\d{4}", value))
