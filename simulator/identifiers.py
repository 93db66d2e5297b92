"""Identifiers in the vendors' shapes: Salesforce's 18 characters, Zendesk's numbers, Qualtrics' R_… codes.

Belongs here: turning a running number into an id of the right shape. Does not: who has which number.
"""

from __future__ import annotations

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SPREAD = 48_271  # a multiplier prime to 62**k, so that neighbours do not look alike


def base62(number: int, length: int) -> str:
    """``number`` in base 62, padded to ``length`` characters; the same number gives the same text."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(reversed(digits))


def salesforce_id(prefix: str, number: int) -> str:
    """An 18-character Salesforce id: 3 of the object, 12 of the record, 3 that make it safe to compare without case."""
    short = prefix + "5e0" + base62((number * _SPREAD) % 62**9, 9)
    check = ""
    for start in (0, 5, 10):
        bits = sum(1 << i for i, char in enumerate(short[start : start + 5]) if "A" <= char <= "Z")
        check += _CHECK[bits]
    return short + check


def qualtrics_id(prefix: str, number: int) -> str:
    """A Qualtrics id such as ``R_3e9aZTqhcgXRH0o``: the prefix, an underscore, 15 characters."""
    return f"{prefix}_{base62((number * _SPREAD + 62**14) % 62**15, 15)}"


USER, ORGANIZATION, COMMENT, AGENT = range(4)  # kinds of Zendesk ids


def zendesk_id(kind: int, number: int) -> int:
    """A 13-digit Zendesk id; ``kind`` keeps users, comments and organisations apart."""
    return 1_500_000_000_000 + kind * 10_000_000_000 + number * 137 + 1_001
