"""What a reader sees in a text, in plain ASCII where possible, with the way back to the characters it came from.

Belongs here: compatibility forms, digits of other scripts, lookalike letters, accents, invisible characters, entities,
percent and backslash escapes, "at" and "dot" spelled out, O for 0 in a number. Does not: what is looked for.
The folded text is only searched; what is kept of a text is always its own characters.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ENTITY = re.compile(r"&(?:amp;){0,3}(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});")
_PERCENT = re.compile(r"%(?:25){0,3}[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(r"\\u00([2-7][0-9A-Fa-f])|\\x([2-7][0-9A-Fa-f])|=(40|2[EeDd])(?=\w)")
_DOMAIN_ENDS = (
    "com|net|org|edu|gov|info|biz|io|co|ai|app|dev|me|tv|eu|uk|us|ca|au|nz|ie|de|at|ch|fr|be|nl|lu|es|pt|it|gr|pl|cz|"
    "sk|hu|ro|bg|se|no|dk|fi|ru|ua|tr|in|cn|jp|kr|br|mx|ar|za|example|test|invalid"
)
# "(at)", "[dot]", "{.}", also with spaces around: only between what can be parts of an address.
_BRACKETED = re.compile(
    r"(?<=\w)\s{0,2}[\[({<]\s?(?:(at|@|arroba)|dot|\.|punkt|point|punto)\s?[\])}>]\s{0,2}(?=\w)", re.IGNORECASE
)
# " dot com", " dot co dot uk": the word between words, ending in what ends a domain; " dot " between digits.
_SPELLED_DOT = re.compile(
    rf"(?<=\w)(?:\s{{1,2}}|[-_])(?:dot|punkt|point|punto)(?:\s{{1,2}}|[-_])(?=(?:\w+(?:\s{{1,2}}|[-_])dot"
    rf"(?:\s{{1,2}}|[-_])){{0,2}}(?:{_DOMAIN_ENDS})\b)"
    r"|(?<=\d)\s{1,2}(?:dot|point)\s{1,2}(?=\d)",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"(?<=[a-z0-9])(?:(AT)|DOT)(?=[a-z0-9]{2})")
_SPELLED_LOCAL_DOT = re.compile(
    r"(?<=\w)(?:\s{1,2}|[-_])(?:dot|underscore|dash|hyphen)(?:\s{1,2}|[-_])(?=\w{1,40}@)", re.IGNORECASE
)
# A bare " at " counts only where the domain's dot is spelled too, or where the word before can be no English word:
# "look at example.com" is no address.
_AT_BEFORE_SPELLED_DOT = re.compile(
    r"(?<=\w)(?:\s{1,2}|[-_])at(?:\s{1,2}|[-_])(?=[\w-]{1,40}(?:\s{1,2}|[-_])dot(?:\s{1,2}|[-_])\w)",
    re.IGNORECASE,
)
_SPELLED_AT = re.compile(
    rf"(?<=\w)(?:\s{{1,2}}|[-_])at(?:\s{{1,2}}|[-_])(?=[\w-]{{1,40}}(?:\.[\w-]{{1,40}}){{0,3}}\.(?:{_DOMAIN_ENDS})\b)",
    re.IGNORECASE,
)
_ADDRESS_LIKE = re.compile(r"\w[._+]\w[\w+.-]*$|[^\W\d]\d[\w+.-]*$")
_SPACED_MARK = re.compile(
    rf"(?<=\w) {{1,2}}(@)(?= {{0,2}}[\w-]{{1,40}} ?\. ?\w) {{0,2}}|(?<=\w@) {{1,2}}(?=[\w-]{{1,40}} ?\. ?\w)|"
    rf"(?<=\w) (\.) (?=(?:{_DOMAIN_ENDS})\b)",
    re.IGNORECASE,
)
_LETTER_FOR_DIGIT = re.compile(r"(?<=\d)[OoIl](?=[\dOoIl\s.\-/])|(?<=[\d][ .\-/])[OoIl](?=[\dOoIl])")
_COMMA_FOR_DOT = re.compile(r"(?<=@)([\w-]{1,40}),(?=(?:com|net|org|de|co\.uk|fr)\b)", re.IGNORECASE)

_LOOKALIKES = {
    **dict(
        zip(
            "аеорсухіјѕԁһԛԝкмтвнАВЕКМНОРСТУХІЈЅαορνικτχΑΒΕΖΗΙΚΜΝΟΡΤΥΧøØłŁđĐıð",
            "aeopcyxijsdhqwkmtbhABEKMHOPCTYXIJSaopviktxABEZHIKMNOPTYXoOlLdDid",
            strict=True,
        )
    ),
    **{"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th"},
}
_MARKS = {
    **dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-"),
    **dict.fromkeys("‘’‚‛ʼ´`′", "'"),
    **dict.fromkeys("“”„‟", '"'),
    **dict.fromkeys("·•∙⋅․。｡", "."),
    "⁄": "/",
    "∕": "/",
    "＠": "@",
    "﹫": "@",
}


@dataclass(frozen=True)
class Folded:
    """``text`` to search in; ``starts[i]`` and ``ends[i]``: the source range of its i-th character (None: as it is)."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The source range of a range of the folded text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """The folded text with its offsets. Linear in the length of ``text``; never raises."""
    folded = Folded(text)
    if not text.isascii():
        folded = _edit(folded, _NOT_ASCII, lambda match: _plain(match.group()))
    if "&" in text:
        folded = _edit(folded, _ENTITY, _unescaped)
    if "%" in text:
        folded = _edit(folded, _PERCENT, lambda match: _printable(unquote("%" + match.group()[-2:])))
    if "\\" in text or "=" in text:
        folded = _edit(folded, _ESCAPE, lambda match: chr(int(next(filter(None, match.groups())), 16)))
    return _spelled(folded)


def fold_text(text: str) -> str:
    """The folded text alone."""
    return fold(text).text


def _spelled(folded: Folded) -> Folded:
    text = folded.text
    lower = text.lower()
    if "[" in text or "(" in text or "{" in text or "<" in text:
        folded = _edit(folded, _BRACKETED, lambda match: "@" if match.group(1) else ".")
    if "dot" in lower or "point" in lower or "punkt" in lower or "punto" in lower:
        folded = _edit(folded, _SHOUTED, lambda match: "@" if match.group(1) else ".")
        folded = _edit(folded, _AT_BEFORE_SPELLED_DOT, lambda _: "@")
        folded = _edit(folded, _SPELLED_DOT, lambda _: ".")
    if "." in folded.text and (" at " in lower or "_at_" in lower or "-at-" in lower):
        folded = _edit(folded, _SPELLED_AT, _at)
    if "@" in folded.text:
        folded = _edit(folded, _SPELLED_LOCAL_DOT, _local_mark)
        if " @" in folded.text or "@ " in folded.text or " . " in folded.text:
            folded = _edit(folded, _SPACED_MARK, lambda match: match.group(1) or match.group(2) or "")
        if "," in folded.text:
            folded = _edit(folded, _COMMA_FOR_DOT, lambda match: f"{match.group(1)}.")
    return folded


def digits_for_letters(text: str) -> str:
    """ "4111 llll" as "4111 1111": O and l inside a number as digits, at the same places. Real letters are lost too,
    so this is for a second look."""
    return _LETTER_FOR_DIGIT.sub(lambda match: "0" if match.group() in "Oo" else "1", text)


def _at(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 64) : match.start()]
    return "@" if _ADDRESS_LIKE.search(before) else match.group()


def _local_mark(match: re.Match[str]) -> str:
    word = match.group().strip(" -_\t").lower()
    return {"dot": ".", "underscore": "_"}.get(word, "-")


def _unescaped(match: re.Match[str]) -> str:
    value = match.group()
    for _ in range(4):
        value, before = html.unescape(value), value
        if value == before:
            break
    return "".join(map(_plain, value))


def _printable(value: str) -> str:
    return value if value.isascii() and value.isprintable() else " "


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    """One character as plain ASCII where it has such a form, nothing for what is invisible, else itself."""
    if char < "\x80":
        return char
    if known := _MARKS.get(char) or _LOOKALIKES.get(char):
        return known
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me") or char in "\u115f\u1160\u3164\uffa0\u034f":
        return ""
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    if category == "Zs":
        return " "
    letters = unicodedata.normalize("NFKD", char)
    if letters == char:
        return char
    return "".join(_LOOKALIKES.get(c) or _MARKS.get(c) or c for c in letters if unicodedata.category(c) != "Mn") or char


def _edit(folded: Folded, pattern: re.Pattern[str], replacement) -> Folded:
    """``folded`` with each match replaced; every character of a replacement maps to the whole of what it replaces."""
    text = folded.text
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    old_starts, old_ends = folded.starts, folded.ends
    position = 0
    for match in pattern.finditer(text):
        new = replacement(match)
        begin, end = match.span()
        if new == match.group():
            continue
        if old_starts is None or old_ends is None:
            old_starts, old_ends = list(range(len(text))), list(range(1, len(text) + 1))
        parts += [text[position:begin], new]
        starts += old_starts[position:begin] + [old_starts[begin]] * len(new)
        ends += old_ends[position:begin] + [old_ends[end - 1]] * len(new)
        position = end
    if not parts or old_starts is None or old_ends is None:
        return folded
    return Folded("".join([*parts, text[position:]]), starts + old_starts[position:], ends + old_ends[position:])
