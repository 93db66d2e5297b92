"""Planted identifiers in disguise: what people do to get a value past a filter, and what programs do to it by accident.

Belongs here: disguises of the values of ``redaction_values``, written after the engine was frozen. Does not: measuring.
``FROZEN_AT`` names the engine's commit that the first figure of ``docs/privacy.md`` was measured on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from benchmarks.redaction import Planted, planted
from benchmarks.redaction_values import FORMATS

FROZEN_AT = "f8c7d7d"

Disguise = Callable[[str, random.Random], str]

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_BOLD = str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
_CYRILLIC = str.maketrans("aeopcxy", "аеорсху")
_WORDS = "zero one two three four five six seven eight nine".split()  # noqa: SIM905


def _between(mark: str, every: int = 3) -> Disguise:
    """``mark`` after each ``every``-th character."""
    return lambda value, rng: "".join(c + (mark if n % every == every - 1 else "") for n, c in enumerate(value))


def _swap(**marks: str) -> Disguise:
    table = {"at": "@", "dot": ".", "space": " ", "hyphen": "-"}

    def disguise(value: str, rng: random.Random) -> str:
        for name, new in marks.items():
            value = value.replace(table[name], new)
        return value

    return disguise


def _escaped(form: str) -> Disguise:
    return lambda value, rng: "".join(c if c.isalnum() or c == " " else form.format(ord(c)) for c in value)


def _every_character(form: str) -> Disguise:
    return lambda value, rng: "".join(form.format(ord(c)) for c in value)


def _regrouped(mark: str, size: int) -> Disguise:
    """The same characters in other groups."""

    def disguise(value: str, rng: random.Random) -> str:
        bare = "".join(c for c in value if c.isalnum())
        return mark.join(bare[at : at + size] for at in range(0, len(bare), size))

    return disguise


def _said(value: str, rng: random.Random) -> str:
    return " ".join(_WORDS[int(c)] for c in value if c.isdigit())


def _letters_for_digits(value: str, rng: random.Random) -> str:
    """Every second 0 as O and 1 as l, from the third character on."""
    seen, out = 0, []
    for n, char in enumerate(value):
        seen += char in "01"
        out.append({"0": "O", "1": "l"}.get(char, char) if n > 2 and seen % 2 else char)
    return "".join(out)


EMAILS = ("plain", "initial", "number", "hyphen")
NUMBERS = ("visa plain", "visa spaces", "mastercard", "amex plain")
DISGUISES: dict[str, tuple[tuple[str, ...], dict[str, Disguise]]] = {
    "email": (
        EMAILS,
        {
            "(at)": _swap(at="(at)"),
            "[at] [dot]": _swap(at=" [at] ", dot=" [dot] "),
            "{at}": _swap(at="{at}"),
            " at dot ": _swap(at=" at ", dot=" dot "),
            " AT DOT ": _swap(at=" AT ", dot=" DOT "),
            "ATDOT": _swap(at="AT", dot="DOT"),
            "_at_ _dot_": _swap(at="_at_", dot="_dot_"),
            "spaces": _swap(at=" @ "),
            "spaces and dot": _swap(at=" @ ", dot=" . "),
            "wide": lambda value, rng: value.translate(_WIDE),
            "zero width": _between("\u200b"),
            "soft hyphen": _between("\u00ad", 4),
            "entities": _escaped("&#{};"),
            "hex entities": _every_character("&#x{:x};"),
            "double entity": _escaped("&amp;#{};"),
            "percent": _escaped("%{:02X}"),
            "double percent": _escaped("%25{:02x}"),
            "backslash u": _escaped("\\u{:04x}"),
            "lookalikes": lambda value, rng: (
                value.partition("@")[0].translate(_CYRILLIC) + "@" + value.partition("@")[2]
            ),
            "wide at": _swap(at="＠", dot="。"),
            "letters apart": lambda value, rng: " ".join(value),
            "tags": _swap(at="<b>@</b>"),
        },
    ),
    "card": (
        NUMBERS,
        {
            "dots": _regrouped(".", 4),
            "slashes": _regrouped("/", 4),
            "underscores": _regrouped("_", 4),
            "dashes": _regrouped(" – ", 4),
            "one by one": _regrouped(" ", 1),
            "pairs": _regrouped(" ", 2),
            "commas": _regrouped(",", 4),
            "wide": lambda value, rng: value.translate(_WIDE),
            "arabic": lambda value, rng: value.translate(_ARABIC),
            "bold": lambda value, rng: value.translate(_BOLD),
            "zero width": _between("\u200d", 2),
            "no-break": _regrouped("\u00a0", 4),
            "thin": _regrouped("\u2009", 4),
            "said": _said,
            "letters": _letters_for_digits,
            "newline": _regrouped("\n", 8),
            "entities": _every_character("&#{};"),
        },
    ),
    "phone": (
        ("+1 (", "(NPA)", "+44", "+49", "+33", "06", "0171/"),
        {
            "wide": lambda value, rng: value.translate(_WIDE),
            "arabic": lambda value, rng: value.translate(_ARABIC),
            "devanagari": lambda value, rng: value.translate(_DEVANAGARI),
            "zero width": _between("\u2060", 2),
            "en dash": lambda value, rng: value.replace(" ", "–").replace("-", "–"),
            "bullets": lambda value, rng: value.replace(" ", "•").replace("-", "•"),
            "no-break": _swap(space="\u00a0", hyphen="\u2011"),
            "underscores": _swap(space="_", hyphen="_"),
            "said": _said,
            "letters": _letters_for_digits,
            "one by one": lambda value, rng: " ".join(c for c in value if c.isdigit() or c == "+"),
            "percent": lambda value, rng: value.replace(" ", "%20").replace("+", "%2B"),
        },
    ),
    "iban": (
        ("DE plain", "GB", "IT", "NL spaces"),
        {
            "lower": lambda value, rng: value.lower(),
            "hyphens": _regrouped("-", 4),
            "dots": _regrouped(".", 4),
            "threes": _regrouped(" ", 3),
            "slashes": _regrouped("/", 4),
            "wide": lambda value, rng: value.translate(_WIDE),
            "zero width": _between("\ufeff"),
            "no-break": _regrouped("\u202f", 4),
            "one by one": _regrouped(" ", 1),
            "entities": _every_character("&#{};"),
            "newline": _regrouped("\n", 12),
        },
    ),
    "ip": (
        ("v4", "v4 private"),
        {
            "[.]": _swap(dot="[.]"),
            "(.)": _swap(dot="(.)"),
            "[dot]": _swap(dot="[dot]"),
            " dot ": _swap(dot=" dot "),
            "spaces": _swap(dot=" . "),
            "wide": lambda value, rng: value.translate(_WIDE),
            "wide dot": _swap(dot="．"),
            "zero width": _between("\u200c", 2),
            "percent": _escaped("%{:02X}"),
            "arabic": lambda value, rng: value.translate(_ARABIC),
        },
    ),
    "id": (
        ("SSN", "NINO", "DNI", "codice fiscale", "NIR", "NIE"),
        {
            "lower": lambda value, rng: value.lower(),
            "wide": lambda value, rng: value.translate(_WIDE),
            "zero width": _between("\u200b", 2),
            "en dash": lambda value, rng: value.replace("-", "–"),
            "dots": lambda value, rng: value.replace("-", "."),
            "entities": _every_character("&#{};"),
            "bold": lambda value, rng: value.translate(_BOLD),
            "no-break hyphen": _swap(hyphen="\u2011"),
            "pairs": _regrouped(" ", 2),
            "one by one": _regrouped(" ", 1),
        },
    ),
}


def disguised(n_each: int, seed: int = 7) -> Iterator[Planted]:
    """``n_each`` values in each disguise of each kind. What leaks is told by the value as it was before."""
    rng = random.Random(seed)
    for kind, (forms, disguises) in DISGUISES.items():
        for name, disguise in disguises.items():
            for _ in range(n_each):
                value = FORMATS[kind][rng.choice(forms)](rng)
                hidden = disguise(value, rng)
                yield planted(kind, name, hidden, rng)
