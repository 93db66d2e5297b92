"""Keys and passwords: by the form their makers gave them, by the word before them, or by looking like noise.

Belongs here: what opens something. Does not: what identifies someone.
"""

from __future__ import annotations

import re
from itertools import pairwise

from models_nlp.redaction.spans import Span

_KEY_BLOCK = re.compile(r"-{3,5} ?BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|CERTIFICATE|PGP MESSAGE)[A-Z ]{0,10} ?-{3,5}")
_KEY_END = re.compile(r"-{3,5} ?END [A-Z0-9 ]{0,40} ?-{3,5}")
# An unfinished block is taken to hold at most this many characters.
_MAX_KEY_LENGTH = 8_000
_MAKERS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z0-9]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,100}"
    r"|xox[abeoprs](?:\.xox[a-z])?-[\w-]{8,255}|xapp-[\w-]{8,255}"
    r"|(?:sk|rk|pk)_(?:live|test)_\w{8,255}|whsec_[\w+/=]{8,255}|sk-[A-Za-z][\w-]{16,255}|sk-[A-Za-z0-9]{20,255}"
    r"|AIza[\w-]{30,45}|ya29\.[\w-]{20,500}|npm_[A-Za-z0-9]{30,50}|pypi-[\w-]{16,500}|SG\.[\w-]{16,32}\.[\w-]{16,64}"
    r"|pat-(?:na|eu)\d-[0-9a-f-]{36}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dop_v1_[0-9a-f]{64}|hf_[A-Za-z]{30,40}"
    r"|EAA[A-Za-z0-9]{40,255}|(?:AC|SK)[0-9a-f]{32}|dckr_pat_[\w-]{20,60}|key-[0-9a-f]{32}"
    r"|eyJ[\w-]{5,2000}\.[\w-]{5,4000}(?:\.[\w-]{0,2000})?"
    r")"
)
_SUBJECT = (
    r"pass ?(?:word|phrase|code|wd)s?|pwd|pw|kennwort|passwort|mot de passe|contrasena|"
    r"(?:api|access|secret|private|license|licence|encryption|signing|account|shared|storage|client)[ _-]?"
    r"(?:access[ _-]?)?"
    r"(?:key|token|secret)(?:[ _-]?id)?|"
    r"(?:auth(?:entication|orization)?|bearer|refresh|session|personal access|oauth|csrf|id)[ _-]?token|token|secret|"
    r"credentials?|aws_secret_access_key|connection string|authorization: basic|bearer|(?:security|recovery"
    r"|backup|login|"
    r"verification|access|one[ -]time|2fa|mfa|sms|unlock|door|gate|safe)[ -]?(?:code|pin)s?|otp|pin(?: code|"
    r" number)?|cvv2?|cvc2?"
)
_SAID = re.compile(
    rf"(?<![A-Za-z0-9])(?P<subject>{_SUBJECT})(?![A-Za-z0-9])(?P<link>[\"']?(?:\s{{0,2}}(?:[:=>]{{1,3}}|\b(?:is"
    rf"|was|to|as|ist|are|below|here|code|number)\b)){{0,3}}\s{{0,2}})"
    r"(?P<quote>[\"'<(]?)(?P<value>[^\s\x00\"'<>,;\[\]()]{3,512})",
    re.IGNORECASE,
)
# One of these words in the text, else nothing is said to be secret.
MARKS = frozenset(
    """pass password passwords passphrase passcode passcodes passwd pwd pw kennwort passwort mot contrasena key
    apikey token
    accesskey secretkey apitoken accesstoken secret credential credentials bearer connection authorization code
    codes pin
    pins otp cvv cvv2 cvc cvc2""".split()  # noqa: SIM905
)
# Shorter words are no made keys.
_LONG = 13
_NUMERIC = re.compile(r"^(?:.*(?:code|pin)s?(?: code| number)?|otp|cvv2?|cvc2?)$", re.IGNORECASE)
_CARD_CODE = re.compile(r"cv[vc]2?", re.IGNORECASE)
_NOISE = re.compile(r"(?<![\w+/=.@#-])[A-Za-z0-9_+/\-]{24,512}={0,2}(?![\w])")
_HEX = re.compile(r"(?:[0-9a-f]{32,128}|[0-9A-F]{32,128})")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Changes between lower case, upper case, digits and marks per character: 0.6 in a random key, 0.25 in JoinedWords2024.
_MIN_CHANGES = 0.36


def secrets(text: str, words: frozenset[str]) -> list[Span]:
    """Key blocks, tokens known by their maker, what follows "password is", and long strings of noise.

    ``words``: the words of the text in lower case.
    """
    spans: list[Span] = []
    if "BEGIN" in text:
        spans += _key_blocks(text)
    if len(max(text.split(), key=len, default="")) >= _LONG:
        spans += [Span(*match.span(), "secret") for match in _MAKERS.finditer(text)]
        spans += [Span(*m.span(), "secret") for m in _NOISE.finditer(text) if _is_noise(m.group())]
    if not words.isdisjoint(MARKS):
        spans += _said(text)
    return spans


def _key_blocks(text: str) -> list[Span]:
    spans, position = [], 0
    while match := _KEY_BLOCK.search(text, position):
        end = _KEY_END.search(text, match.end(), match.end() + _MAX_KEY_LENGTH)
        stop = end.end() if end else min(len(text), match.end() + _MAX_KEY_LENGTH)
        spans.append(Span(match.start(), stop, "secret"))
        position = stop
    return spans


def _said(text: str) -> list[Span]:
    spans = []
    for match in _SAID.finditer(text):
        value = match["value"].rstrip(".!?:")
        if _is_said_secret(match["subject"], match["link"], match["quote"], value):
            start = match.start("value")
            spans.append(Span(start, start + len(value), "secret"))
    return spans


def _is_said_secret(subject: str, link: str, quote: str, value: str) -> bool:
    """ "password is wrong" is a complaint, "password is Tr0ub4dor" is a password."""
    if len(value) < 3 or "\x00" in value:
        return False
    if value.isdigit():
        if _CARD_CODE.fullmatch(subject) and len(value) in (3, 4):
            return True
        return (bool(link.strip()) and _NUMERIC.match(subject) is not None) or (len(value) >= 4 and bool(link.strip()))
    has_digit = any(c.isdigit() for c in value)
    has_letter = any(c.isalpha() for c in value)
    inner_mark = any(not c.isalnum() and c not in "-'’./_" for c in value)
    mixed = value[1:] != value[1:].lower() and value != value.upper()
    if not link.strip() and not quote:
        return len(value) >= 8 and has_digit and has_letter and (mixed or inner_mark or len(value) >= 16)
    return (
        (has_digit and has_letter)
        or inner_mark
        or mixed
        or (quote in ("'", '"') and bool(link.strip()) and len(value) >= 5)
    )


def _is_noise(value: str) -> bool:
    if _UUID.fullmatch(value):
        return False
    if _HEX.fullmatch(value):
        return any(c.isdigit() for c in value) and len(set(value)) > 6
    kinds = sum((any(c.isdigit() for c in value), any(c.islower() for c in value), any(c.isupper() for c in value)))
    if kinds < 3 or sum(c.isdigit() for c in value) < 2:
        return False
    classes = [_character_class(char) for char in value]
    changes = sum(left != right for left, right in pairwise(classes))
    return changes >= _MIN_CHANGES * len(value)


def _character_class(char: str) -> int:
    return 0 if char.islower() else 1 if char.isupper() else 2 if char.isdigit() else 3
