"""Record ids: one record, one spelling, whichever system writes it; two records, two spellings.

Belongs here: the 15- and 18-character ids of Salesforce, how numbers that a vendor gives itself are told from those
of another. Does not: matching records that have different ids (``storage/resolution.py``).
The short id is case-sensitive; the long one is the short one and three characters that encode its capitals. Surveys
and help desks often carry the short one, so every reader that refers to a CRM record passes its ids through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_letters, ascii_uppercase, digits

import polars as pl

# Five characters, capitals marked, are one sign of the suffix: the first character is the lowest binary digit.
_MARKS = str.maketrans({c: "1" if c in ascii_uppercase else "0" for c in ascii_letters + digits})
_SUFFIX = {f"{n:05b}"[::-1]: sign for n, sign in enumerate(ascii_uppercase + "012345")}
_SHORT = re.compile(r"[A-Za-z0-9]{15}")
#: Accounts, contacts, users, opportunities, contracts, cases and their like begin with 0, a digit or letter, a digit.
_REFERENCE = re.compile(r"0[0-9][0-9A-Za-z][A-Za-z0-9]{12}")


#: What ``own_id`` puts before an id.
_VENDOR = r"^[a-z][a-z_]*:"


def own_id(vendor: str, identifier: str | None) -> str | None:
    """A vendor's own number of a record, told from the same number of another vendor's: ``zendesk:77``."""
    return identifier if identifier is None else f"{vendor}:{identifier}"


def bare_id(identifier: str) -> str:
    """The id as the vendor writes it: ``77`` of ``zendesk:77``; any other id as it is."""
    return re.sub(_VENDOR, "", identifier)


def bare_ids(ids: pl.Series) -> pl.Series:
    """``bare_id`` of each id; null where nothing stands before it."""
    return ids.to_frame("id").select(
        pl.when(pl.col("id").str.contains(_VENDOR)).then(pl.col("id").str.replace(_VENDOR, ""))
    )["id"]


def long_id(identifier: str) -> str:
    """The 18-character form of a 15-character id; anything else as it is."""
    if not _SHORT.fullmatch(identifier):
        return identifier
    marks = identifier.translate(_MARKS)
    return identifier + _SUFFIX[marks[:5]] + _SUFFIX[marks[5:10]] + _SUFFIX[marks[10:]]


def long_reference(identifier: str | None) -> str | None:
    """``long_id`` for ids met outside the CRM: only what looks like a CRM record's id is touched."""
    if identifier is None or not _REFERENCE.fullmatch(identifier):
        return identifier
    return long_id(identifier)


def long_ids(ids: pl.Series) -> pl.Series:
    """``long_id`` of each id."""
    return _mapped(ids, long_id)


def long_references(ids: pl.Series) -> pl.Series:
    """``long_reference`` of each id."""
    return _mapped(ids, long_reference)


def _mapped(ids: pl.Series, spell: Callable[[str], str | None]) -> pl.Series:
    short = ids.filter(ids.str.len_bytes() == 15).unique()
    changed = {i: spell(i) for i in short}
    return ids.replace(changed) if changed else ids
