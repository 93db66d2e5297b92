"""What a customer wrote, without what their mail program and the web put around it.

Belongs here: HTML to text, entities, Unicode normal form, invisible characters, quoted replies, signatures, length.
Does not: hiding personal data (``redaction``), deciding the language (``language``).
Every step is linear in the text's length; nothing here raises on any string.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from models_nlp.markup import text_of_html
from models_nlp.vocabulary import MAX_TEXT_LENGTH

# More than this is not read at all: a 100 kB mail is a thread with attachments, its top is the message.
MAX_RAW_LENGTH = 100_000

# Zero-width, directional, soft hyphen, variation selectors, tag characters: invisible, and used to split words.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A tag's name ends in a space, a slash or the bracket: <ann@example.com> and <https://…> are words.
_TAG = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]{0,40}(?:[:\-][A-Za-z0-9]{1,40}){0,8}(?=[\s/>])[^<>]{0,4000}>|<![^<>]{0,4000}>"
)
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"'})

# Where the older part of a mail thread begins; matched against one line.
_THREAD_STARTS = re.compile(
    r"\s*(?:-{2,}\s*(?:original|forwarded) message|_{10,}|begin forwarded message:|"
    r"on .{4,120} wrote:|le .{4,120} a écrit ?:|am .{4,120} schrieb .{1,100}:|el .{4,120} escribió:|"
    r"il (?:giorno )?.{4,120} ha scritto:|op .{4,120} schreef .{1,100}:|em .{4,120} escreveu:|"
    r"##-? ?.{0,60}reply above this line|(?:from|von|de|da|van) ?: .{1,200})",
    re.IGNORECASE,
)
_FROM_LINE = re.compile(r"\s*(?:from|von|de|da|van) ?:", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"\s*(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto|inviato|data|a|"
    r"oggetto|verzonden|aan|onderwerp) ?:\s",
    re.IGNORECASE,
)
# A line that a mail program broke before "wrote:"; it is read together with the next.
_BROKEN_START = re.compile(r"\s*(?:on|le|am|el|il|op|em) .{0,40}\d", re.IGNORECASE)
_SIGNATURE_LINE = re.compile(
    r"\s*(?:--|—|sent from my .{1,40}|get outlook for .{1,20}|"
    r"(?:(?:kind|best|warm|many|with best|with kind) (?:regards|wishes)|regards|sincerely|yours(?: sincerely| truly)?|"
    r"cheers|br),?)\s*",
    re.IGNORECASE,
)
# The same in a text whose line breaks were lost: a formula and a name at the very end, after a finished sentence.
_INLINE_SIGNATURE = re.compile(
    r"(?<=[.!?)]) (?:(?:Kind|Best|Warm|Many) [Rr]egards|Regards|Best [Ww]ishes|Best|Sincerely|BR),?"
    r"(?: [A-Z][\w'.-]{0,30}){1,3}$"
)
# A closing formula is a signature only near the end: at most this many short lines may follow it.
_SIGNATURE_LINES = 8
_SIGNATURE_WIDTH = 80
_BROKEN_WIDTH = 120


@dataclass(frozen=True)
class Cleaned:
    """``text``: one line, single spaces, at most ``MAX_TEXT_LENGTH`` characters; '' for nothing."""

    text: str
    has_quote: bool = False
    has_signature: bool = False


def clean(text: str | None) -> str:
    """The plain text of one message."""
    return cleaned(text).text


def cleaned(text: str | None) -> Cleaned:
    """The plain text of one message, and whether an older mail or a signature was cut off it."""
    if not text:
        return Cleaned("")
    has_quote = has_signature = False
    if len(text) > MAX_RAW_LENGTH:
        text = _cut(text, MAX_RAW_LENGTH)
    if "<" in text and _TAG.search(text):
        has_quote = "<blockquote" in text.lower()
        text = text_of_html(text)
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_QUOTES)
    elif "`" in text:
        text = text.replace("`", "'")
    if "\n" in text or "\r" in text:
        text, cut_quote, has_signature = _own_words(text.replace("\r\n", "\n").replace("\r", "\n"))
        has_quote |= cut_quote
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    text = " ".join(text.split())
    if any(formula in text[-80:] for formula in ("egards", "Best", "Sincerely", "BR")):
        signed, text = text, _INLINE_SIGNATURE.sub("", text)
        has_signature |= len(text) < len(signed)
    return Cleaned(_cut(text, MAX_TEXT_LENGTH), has_quote, has_signature)


def _cut(text: str, length: int) -> str:
    """At most ``length`` characters, cut at the last space, so that no number is cut into a piece that hides less."""
    if len(text) <= length:
        return text
    return text[: text.rfind(" ", 0, length + 1)] if " " in text[:length] else text[:length]


def _own_words(text: str) -> tuple[str, bool, bool]:
    """Without quoted lines, the older thread and the signature; the whole text when nothing else would be left.

    And whether there was anything quoted, and a signature.
    """
    lines: list[str] = []
    for number, line in enumerate(all_lines := text.split("\n")):
        if line.lstrip().startswith(">"):
            continue
        if _starts_thread(all_lines, number):
            break
        lines.append(line)
    has_quote = len(lines) < len(all_lines)
    has_signature = False
    ending = _ending_from(lines)
    for number, line in enumerate(lines):
        if number >= ending and _SIGNATURE_LINE.fullmatch(line) and any(map(str.strip, lines[:number])):
            lines = lines[:number]
            has_signature = True
            break
    own = "\n".join(lines)
    return (own, has_quote, has_signature) if own.strip() else (text, False, False)


def _starts_thread(lines: list[str], number: int) -> bool:
    """A ``From:`` line needs a second header line near it: a customer may well write "from: London"."""
    line = lines[number]
    if not _THREAD_STARTS.match(line):
        if not _BROKEN_START.match(line) or number + 1 == len(lines) or len(line) > _BROKEN_WIDTH:
            return False
        following = lines[number + 1]
        return following.rstrip().endswith(":") and bool(_THREAD_STARTS.match(f"{line.strip()} {following.strip()}"))
    if not _FROM_LINE.match(line):
        return True
    return any(_HEADER_LINE.match(line) for line in lines[number + 1 : number + 4])


def _ending_from(lines: list[str]) -> int:
    """The first line after which only a few short lines follow, as a name, a title, a telephone number do."""
    n_after = 0
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if line.strip() and not line.lstrip().startswith(">"):
            n_after += 1
            if n_after > _SIGNATURE_LINES or len(line) > _SIGNATURE_WIDTH:
                return number
    return 0
