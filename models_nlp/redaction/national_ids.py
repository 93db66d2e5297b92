"""Numbers by which a state knows a person, each country by its own form and check digits.

Belongs here: one entry a number: form, check, and whether a word must announce it. Does not: companies' numbers.
A form that any number could have (nine digits) counts only with a valid check digit and the word for it nearby.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from models_nlp.redaction.checksums import (
    codice_fiscale_is_valid,
    iso7064_mod_11_10_is_valid,
    luhn_is_valid,
    verhoeff_is_valid,
    weighted,
)
from models_nlp.redaction.spans import Span

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_MARKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
# How far before a number the word for it may stand.
_REACH = 60


@dataclass(frozen=True)
class NationalId:
    """``pattern`` with the number as its whole match; ``check`` gets its letters and digits in upper case.

    ``word``: a number of this form counts only with the word before it. ``kind``: what replaces it.
    """

    pattern: re.Pattern[str]
    check: Callable[[str], bool] = lambda value: True
    word: re.Pattern[str] | None = None
    kind: str = "id"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])", re.IGNORECASE)


def _word(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def _nir(value: str) -> bool:
    digits = value[:13].replace("2A", "19").replace("2B", "18")
    return len(value) == 15 and digits.isdigit() and 97 - int(digits) % 97 == int(value[13:])


def _cpf(value: str) -> bool:
    first = weighted(value, tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = weighted(value, tuple(range(11, 1, -1))) * 10 % 11 % 10
    return value[-2:] == f"{first}{second}" and len(set(value)) > 1


def _belgian(value: str) -> bool:
    return int(value[-2:]) in (97 - int(value[:9]) % 97, 97 - int("2" + value[:9]) % 97)


def _ean(value: str) -> bool:
    return (10 - weighted(value[:12], (1, 3) * 6) % 10) % 10 == int(value[12])


def _chinese(value: str) -> bool:
    return "10X98765432"[weighted(value[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11] == value[17]


def _mod_11(weights: tuple[int, ...]) -> Callable[[str], bool]:
    """Check: the last digit makes the weighted sum a multiple of 11."""
    return lambda value: weighted(value, weights) % 11 == 0


def _nhs(value: str) -> bool:
    return (11 - weighted(value, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11 == int(value[9])


def _pps(value: str) -> bool:
    letters = value[8:9]
    total = weighted(value, (8, 7, 6, 5, 4, 3, 2)) + (9 * (ord(letters) - 64) if letters and letters != "W" else 0)
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == value[7]


def _is_date(value: str) -> bool:
    """Six digits that can be a day of the century, in either order."""
    first, month, last = int(value[:2]), int(value[2:4]), int(value[4:6])
    return 1 <= month <= 12 and (1 <= first <= 31 or 1 <= last <= 31)


_S = r"[ .\-/]?"
IDS: tuple[NationalId, ...] = (
    # United States: social security number; nine digits in a row only after its name.
    NationalId(_form(r"(?!000|666|9\d\d)\d{3}([- .])(?!00)\d{2}\1(?!0000)\d{4}(?!-)"), kind="ssn"),
    NationalId(
        _form(r"(?!000|666)\d{3} ?[-./]? ?\d{2} ?[-./]? ?\d{4}"),
        word=_word("ssn|social security|itin|tin|socials?|ss ?#"),
        kind="ssn",
    ),
    NationalId(_form(r"9\d{2}([- ])(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\1\d{4}"), kind="ssn"),
    # United Kingdom: national insurance number, NHS number.
    NationalId(_form(rf"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z]{_S}[A-CEGHJ-NPR-TW-Z](?:{_S}\d\d){{3}}{_S}[A-D]")),
    NationalId(_form(r"\d{3}[ -]?\d{3}[ -]?\d{4}"), _nhs, _word("nhs|national health")),
    # Germany: tax id, social insurance number.
    NationalId(
        _form(rf"[1-9]\d{_S}\d{{3}}{_S}\d{{3}}{_S}\d{{3}}"),
        iso7064_mod_11_10_is_valid,
        _word(
            r"tax[ -]?(?:id|number|identification)|steuer\w*|steuerliche\w*|idnr|identifikationsnummer|tin|id[ -]?nr"
        ),
    ),
    NationalId(_form(r"[1-9]\d \d{3} \d{3} \d{3}"), iso7064_mod_11_10_is_valid),
    NationalId(_form(rf"\d{{2}}{_S}[0-3]\d[01]\d{{3}}{_S}[A-Z]{_S}\d{{3}}"), lambda v: _is_date(v[2:8])),
    # France: NIR.
    NationalId(
        _form(rf"[12]{_S}\d\d{_S}(?:0[1-9]|1[0-2]|[2-9]\d){_S}(?:\d\d|2[AB]){_S}\d{{3}}{_S}\d{{3}}{_S}\d\d"), _nir
    ),
    # Spain: DNI and NIE.
    NationalId(
        _form(rf"\d{{2}}\.?\d{{3}}\.?\d{{3}}{_S}[A-HJ-NP-TV-Z]"), lambda v: _DNI_LETTERS[int(v[:8]) % 23] == v[8]
    ),
    NationalId(
        _form(rf"[XYZ]{_S}\d{{7}}{_S}[A-HJ-NP-TV-Z]"),
        lambda v: _DNI_LETTERS[int(str("XYZ".index(v[0])) + v[1:8]) % 23] == v[8],
    ),
    # Italy: codice fiscale.
    NationalId(
        _form(rf"[A-Z]{{3}}{_S}[A-Z]{{3}}{_S}\d\d[A-EHLMPRST]\d\d{_S}[A-Z]\d{{3}}{_S}[A-Z]"), codice_fiscale_is_valid
    ),
    # Canada: social insurance number.
    NationalId(_form(r"[1-79]\d\d([ -])\d{3}\1\d{3}"), luhn_is_valid),
    NationalId(_form(r"\d{3}[ .-]?\d{3}[ .-]?\d{3}"), luhn_is_valid, _word("sin|social insurance|nas")),
    # Netherlands, Belgium, Switzerland, Poland, Portugal, Ireland.
    NationalId(
        _form(rf"\d{{4}}{_S}\d{{2}}{_S}\d{{3}}"), _mod_11((9, 8, 7, 6, 5, 4, 3, 2, -1)), _word(r"bsn|burger\w*|sofi\w*")
    ),
    NationalId(_form(r"\d\d\.?[0-1]\d\.?[0-3]\d[- ]?\d{3}[. ]?\d\d"), _belgian),
    NationalId(_form(rf"756{_S}\d{{4}}{_S}\d{{4}}{_S}\d\d"), _ean),
    NationalId(
        _form(r"\d{2}[0-3]\d[0-3]\d\d{5}"),
        lambda v: weighted(v, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0,
        _word("pesel"),
    ),
    NationalId(
        _form(r"[1-3]\d{2} ?\d{3} ?\d{3}"),
        lambda v: (11 - weighted(v, (9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11 % 10 == int(v[8]),
        _word("nif|contribuinte"),
    ),
    NationalId(_form(r"\d{7}[A-W][A-IW]?"), _pps),
    # Nordic countries: the birthday and four characters.
    NationalId(_form(r"(?:19|20)?\d\d[01]\d[0-3]\d[-+]\d{4}"), lambda v: luhn_is_valid(v[-10:])),
    NationalId(_form(r"[0-3]\d[01]\d\d\d-\d{4}"), _is_date),
    NationalId(
        _form(r"[0-3]\d[01]\d\d\d[-+A-FU-Y]\d{3}[0-9A-Y]"),
        lambda v: _HETU_MARKS[int(_digits(v)[:9]) % 31] == v[-1] if len(_digits(v)) >= 9 else False,
    ),
    NationalId(
        _form(r"[0-7]\d[01]\d\d\d ?\d{5}"),
        _mod_11((3, 7, 6, 1, 8, 9, 4, 5, 2, 1)),
        _word(r"f[oø]dsels\w*|personnummer|fnr"),
    ),
    # Brazil, Mexico, India, China, Australia, South Africa.
    NationalId(_form(r"\d{3}\.\d{3}\.\d{3}-\d{2}"), _cpf),
    NationalId(_form(r"\d{11}"), _cpf, _word("cpf")),
    NationalId(_form(r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d")),
    NationalId(_form(r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}"), verhoeff_is_valid),
    NationalId(_form(r"\d{12}"), verhoeff_is_valid, _word("aadh?aa?r|uidai")),
    NationalId(_form(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]")),
    NationalId(_form(r"\d{17}[\dX]"), _chinese),
    NationalId(_form(r"\d{3} ?\d{3} ?\d{3}"), _mod_11((1, 4, 3, 7, 5, 8, 6, 9, 10)), _word("tfn|tax file")),
    NationalId(_form(r"\d{13}"), lambda v: _is_date(v[:6]) and luhn_is_valid(v), _word(r"id(?: number| no)?|identity")),
    # Documents anywhere: the word decides.
    NationalId(
        _form(r"(?=(?:[A-Z]{0,6}\d){3})[A-Z0-9]{6,12}"),
        word=_word(
            r"passport(?: number| no| nr| id| #)?|reisepass\w*|passeport|pasaporte|id card|identity card"
            r"|personalausweis\w*"
        ),
    ),
    NationalId(
        _form(r"(?=[A-Z0-9 -]{0,8}\d{3})[A-Z0-9](?:[ -]?[A-Z0-9]){5,17}"),
        word=_word(
            r"driv(?:er|ing)'?s?[ -]?licen[cs]e(?: number| no| nr| #)?|driver'?s? lic|fuhrerschein\w*|permis de"
            r" conduire"
        ),
    ),
)


_UNANNOUNCED = tuple(entry for entry in IDS if entry.word is None)
_ANNOUNCED = tuple(entry for entry in IDS if entry.word is not None)
# The words of the announced entries one by one: most texts hold none and are spared them all.
_MARKS = frozenset(
    """ssn social socials itin tin ss nhs national tax idnr identifikationsnummer id bsn sofi pesel nif contribuinte
    personnummer fnr fodselsnummer cpf aadhaar aadhar adhaar adhar uidai tfn identity passport passeport pasaporte card
    driver drivers driving permis sin insurance nas""".split()  # noqa: SIM905
)
_MARK_STARTS = ("steuer", "burger", "sofi", "reisepass", "personalausweis", "fuhrerschein", "fodsels")
# Six digits with little between them: the least that any form has.
_DENSE = re.compile(r"\d(?:[ .\-/A-Za-z+]{0,3}\d){5}")


def _digits(value: str) -> str:
    return "".join(c for c in value if c.isdigit())


def national_ids(text: str, words: frozenset[str]) -> list[Span]:
    """Persons' numbers of about twenty countries; ``words`` are the words of the text in lower case."""
    spans: list[Span] = []
    if not words.isdisjoint(_MARKS) or any(word.startswith(_MARK_STARTS) for word in words):
        for entry in _ANNOUNCED:
            ends = [match.end() for match in entry.word.finditer(text)] if entry.word else []
            spans += _announced(text, entry, ends)
    if _DENSE.search(text):
        for entry in _UNANNOUNCED:
            spans += [Span(*m.span(), entry.kind) for m in entry.pattern.finditer(text) if _passes(entry, m.group())]
    return spans


def _announced(text: str, entry: NationalId, words: list[int]) -> list[Span]:
    """The numbers that start within reach behind one of the words; each part of the text is looked at once."""
    spans, searched_to = [], 0
    for end in words:
        limit = end + _REACH
        for match in entry.pattern.finditer(text, max(end, searched_to), limit + 30):
            if match.start() > limit:
                break
            if _passes(entry, match.group()):
                spans.append(Span(*match.span(), entry.kind))
        searched_to = max(searched_to, limit)
    return spans


def _passes(entry: NationalId, value: str) -> bool:
    return entry.check("".join(c for c in value if c.isascii() and c.isalnum()).upper())
