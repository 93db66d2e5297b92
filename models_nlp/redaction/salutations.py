"""Names that the way people write to each other gives away: "Hi Sarah,", "my name is …", "Mr Example", "Regards, Bob".

Belongs here: such forms, for names that no directory holds. Does not: names in running text.
"""

from __future__ import annotations

import re

from models_nlp.redaction.common_words import CALENDAR_AND_PLACES, COMMON_WORDS, GREETED
from models_nlp.redaction.spans import Span

_NAME = r"[A-Z][a-z'\-]{1,24}(?:[A-Z][a-z]{1,20})?"
_NAMES = rf"{_NAME}(?: (?:(?:van|von|de|del|der|la|bin|al) ){{0,2}}{_NAME}|[ ]?[A-Z]\.){{0,2}}"
_TITLED = re.compile(
    rf"\b(?:[Mm]rs?|[Mm]s|Miss|[Mm]x|[Dd]r|[Pp]rof(?:essor)?|MR|MRS|MS|DR|Herr|Frau|Madame|Monsieur|Mme"
    rf"|Senora?)\.? {{1,2}}(?P<name>(?:[A-Z]\.? ){{0,2}}{_NAMES})"
)
_GREETING = re.compile(
    rf"(?:^|[.!?,;\n\"] {{0,2}})(?i:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|greetings"
    rf"|hallo|bonjour|hola|ciao)(?: again)?,? {{1,2}}(?P<name>{_NAMES})"
    r"(?=\s{0,2}(?:[,.!?:;\-\n]|$)|\s+(?:I|I'm|I've|we|We|my|My|our|Our|the|The|this|This|thanks|Thanks|thank"
    r"|Thank|can|Can|could|Could|please|Please|just|it|and|is|how|hope|what|there|why|when|any|do|are|you|in"
    r"|for|so|as)\b)"
)
_THANKS = re.compile(
    rf"\b(?i:thanks|thank you|thx|cheers|many thanks)(?: (?:so much|a lot|again|very much))?,? {{1,2}}"
    rf"(?P<name>{_NAMES})(?=\s{{0,2}}(?:[,.!?:;]|$))"
)
_SELF = re.compile(
    rf"\b(?i:my (?:full )?name(?:'s| is)|name'?s|(?:customer|contact|account holder|contact person|full|first"
    rf"|last|caller)(?:'s)? name(?: is|:)|signed(?: by|:)|attn\.?:?|attention:|c/o) {{1,2}}(?P<name>{_NAMES})"
)
_CALLING = re.compile(
    rf"\b(?i:this is|it's|i am|i'm|here is) {{1,2}}(?P<name>{_NAMES})(?=,? (?:speaking|calling|here|from|again"
    rf"|writing|at)\b)"
)
_CLOSING = re.compile(
    rf"(?<!\w)(?:(?i:regards|sincerely|yours truly|best wishes|cheers|warmly|thanks|thank you)|(?:(?<=[.!?] )|"
    rf"(?<=\n))(?:Best|Yours|Love|BR)),? {{0,2}}(?:[\n]|[-–]{{1,2}} ?)?(?P<name>{_NAMES})\s*$"
)
_DASHED = re.compile(rf"[.!?] {{0,2}}[-~]{{1,2}} ?(?P<name>{_NAME})\s*$")
# Each form with words of which its text must hold one.
_FORMS = tuple(
    (form, frozenset(words.split()))
    for form, words in (
        (_TITLED, "mr mrs ms miss mx dr prof professor herr frau madame monsieur mme senor senora"),
        (_GREETING, "hi hello hey hiya dear good greetings hallo bonjour hola ciao"),
        (_THANKS, "thanks thank thx cheers"),
        (_SELF, "name names signed attn attention c"),
        (_CALLING, "speaking calling here from again writing at"),
        (_CLOSING, "regards best sincerely yours wishes cheers warmly thanks thank love br"),
    )
)
_STOP = COMMON_WORDS | GREETED | CALENDAR_AND_PLACES


def saluted_names(text: str, words: frozenset[str]) -> list[Span]:
    """Capitalised names after a greeting, thanks, a title or a self-introduction, and in a closing line.

    ``words``: the words of the text in lower case.
    """
    forms = [form for form, marks in _FORMS if not words.isdisjoint(marks)]
    if "-" in text[-30:] or "~" in text[-30:]:
        forms.append(_DASHED)
    spans = []
    for form in forms:
        for match in form.finditer(text):
            span = _without_plain_words(match, is_titled=form is _TITLED or form is _SELF)
            if span:
                spans.append(span)
    return spans


def _without_plain_words(match: re.Match[str], is_titled: bool) -> Span | None:
    """The name up to its first English word; after a title ("Mr Brown") and "my name is" the first word may be one."""
    start, _ = match.span("name")
    end = start
    for number, word in enumerate(re.finditer(r"\S+", match["name"])):
        plain = word.group().strip(".,'-").lower()
        plain = plain.removesuffix("'s")
        if plain in _STOP and not (is_titled and number == 0 and plain not in GREETED):
            break
        end = start + word.end()
    return Span(start, end, "name") if end > start else None
