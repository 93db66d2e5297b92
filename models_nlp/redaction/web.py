"""Addresses on the web: links, e-mail, @handles, IP and hardware addresses.

Belongs here: what has a form that a machine could follow. Does not: street addresses, keys.
"""

from __future__ import annotations

import ipaddress
import re

from models_nlp.redaction.spans import Span

_URL = re.compile(r"\b(?:(?:[a-z][a-z0-9+.\-]{1,15}|hxxps?)://|www\.)[^\s<>\"'\])}\x00]{1,4000}", re.IGNORECASE)
# Found by its @ and domain; the local part is walked back to by hand, which keeps the search linear.
_EMAIL_DOMAIN = re.compile(r"@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}|@localhost\b|@\[?(?:\d{1,3}\.){3}\d{1,3}\]?")
_LOCAL_PUNCTUATION = frozenset("._%+-'!#$&*/=?^{|}~")
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z0-9_]{1,50}")
# "j o h n @ e x a m p l e . c o m": letters one by one around the mark.
_SPREAD_EMAIL = re.compile(r"(?<!\w)(?:[\w.+-] ){2,40}@(?: ?[\w-] ?(?=[\w.\- ])){2,40}\.(?: ?\w(?!\w)){2,12}")

_IPV4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\s?\.\s?){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?!\w|\.\d)(?:(?:/|:)\d{1,5}\b)?"
)
# "version 4.6.4.6" has the form of an address; the word before tells.
_VERSION_WORD = re.compile(r"\b(?:versions?|ver|v|release|build|firmware)\W{0,2}$", re.IGNORECASE)
_IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f:]{2,39}(?:(?<=:)(?:\d{1,3}\.){3}\d{1,3})?(?:%\w{1,15})?(?![\w:])")
_HARDWARE = re.compile(
    r"(?<![\w:.-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![\w:-]|\.\w)"
)


def links(text: str) -> list[Span]:
    """Web addresses with a scheme or ``www.``."""
    if "://" not in text and "www." not in text.lower():
        return []
    return [Span(m.start(), m.start() + len(m.group().rstrip(".,;:!?")), "url") for m in _URL.finditer(text)]


def emails(text: str) -> list[Span]:
    """E-mail addresses, written as such after folding."""
    if "@" not in text:
        return []
    spans, position = [], 0
    for match in _EMAIL_DOMAIN.finditer(text):
        start = match.start()
        while start > position and (text[start - 1].isalnum() or text[start - 1] in _LOCAL_PUNCTUATION):
            start -= 1
        if start == match.start():  # "@home.com" has nothing before it: a handle, or nothing
            continue
        spans.append(Span(start, match.end(), "email"))
        position = match.end()
    if " @" in text or "@ " in text:
        spans += [Span(*match.span(), "email") for match in _SPREAD_EMAIL.finditer(text)]
    return spans


def handles(text: str) -> list[Span]:
    """``@name`` of social networks."""
    return [Span(*match.span(), "handle") for match in _HANDLE.finditer(text)] if "@" in text else []


def ip_addresses(text: str) -> list[Span]:
    """IP v4 and v6 addresses, also with port or prefix, and hardware (MAC) addresses."""
    spans: list[Span] = []
    if text.count(".") >= 3:
        spans += [Span(*m.span(), "ip") for m in _IPV4.finditer(text) if not _is_version(text, m.start())]
    if text.count(":") > 1:
        spans += [Span(*m.span(), "ip") for m in _IPV6.finditer(text) if _is_ipv6(m.group())]
    if text.count(":") >= 5 or text.count("-") >= 5 or text.count(".") >= 2:
        spans += [Span(*m.span(), "ip") for m in _HARDWARE.finditer(text) if _is_hardware(m.group())]
    return spans


def _is_hardware(value: str) -> bool:
    """Three groups of digits alone are a number of something else."""
    return "." not in value or not value.replace(".", "").isdigit()


def _is_version(text: str, start: int) -> bool:
    return _VERSION_WORD.search(text[max(0, start - 12) : start]) is not None


def _is_ipv6(value: str) -> bool:
    """A valid address with two groups and a digit: times like 10:30:15 and C++ names like a::b stay."""
    value = value.partition("%")[0]
    if sum(map(bool, value.split(":"))) < 2 or not any(c.isdigit() for c in value):
        return False
    try:
        ipaddress.IPv6Address(value)
    except ValueError:
        return False
    return True
