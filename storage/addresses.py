"""What an e-mail address or a web address says, in one spelling: the address, the domain.

Belongs here: spelling alike what is alike, finding what holds an address. Does not: whose it is (``matching``), which
domains are public (policy), addresses in running text (``models_nlp``).

Of an e-mail address the capitals, the spaces around it and compatibility forms (Unicode NFKC) are levelled; what
stands before the ``@`` is kept as it is, ``ann+news`` too: some providers deliver it elsewhere.
"""

from __future__ import annotations

import polars as pl

_EMAIL = r"^[^\s@,;<>\"()]+@[^\s@,;<>\"()]+\.[^\s@.,;<>\"()0-9][^\s@.,;<>\"()]+$"
#: Not only addresses by form: an id such as ``ann@intranet`` tells its owner as well.
_HELD = r"[^\s@](?:@|%40|\(at\)|\[at\])[^\s@]"
#: Whatever is spelled like that once it is levelled: other signs may be compatibility forms of these.
_MAY_HOLD = r"(?i)@|%40|\(at\)|\[at\]|[^\x00-\x7F]"
_SCHEME = r"^[a-z][a-z0-9+.\-]*://"
_REST = r"[/?#:\\].*$"
_DOMAIN = r"^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_\-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}\-]*\p{L}$"


def levelled(texts: pl.Series) -> pl.Series:
    """Small letters, no spaces around, compatibility forms composed; most texts are ASCII and need no such forms."""
    is_other = (texts.str.len_bytes() != texts.str.len_chars()).fill_null(False)
    if is_other.any():
        # Of a copy: it changes the series itself.
        texts = texts.clone().scatter(is_other.arg_true(), texts.filter(is_other).str.normalize("NFKC"))
    return texts.str.strip_chars().str.to_lowercase()


def emails(texts: pl.Series) -> pl.Series:
    """Each e-mail address in one spelling; null where the text is none."""
    spelled = levelled(texts)
    return _where(spelled.str.contains(_EMAIL), spelled)


def holding_address(texts: pl.Series) -> pl.Series:
    """Each id or name that is or holds an e-mail address, in one spelling; null where it holds none."""
    spelled = levelled(texts)
    return _where(spelled.str.contains(_HELD), spelled)


def may_hold_address(column: str) -> pl.Expr:
    """A quick look at many ids, of which as a rule none does: false only where ``holding_address`` finds nothing."""
    return pl.col(column).str.contains(_MAY_HOLD)


def email_domains(addresses: pl.Series) -> pl.Series:
    """What stands behind the ``@`` of each address in one spelling."""
    return addresses.str.splitn("@", 2).struct[1]


def domains(texts: pl.Series) -> pl.Series:
    """The domain that each web address or domain names (``https://www.acme.com/en`` → ``acme.com``); null: none."""
    hosts = levelled(texts).str.replace(_SCHEME, "").str.replace(_REST, "").str.strip_suffix(".")
    hosts = hosts.str.strip_prefix("www.")
    return _where(hosts.str.contains(_DOMAIN), hosts)


def parted(texts: pl.Expr) -> pl.Expr:
    """Lists of addresses, parted by spaces, commas or semicolons, as lists of single ones."""
    return texts.str.replace_all(r"[\s,;]+", " ").str.strip_chars().str.split(" ")


def _where(is_one: pl.Series, texts: pl.Series) -> pl.Series:
    return texts.to_frame("text").select(pl.when(is_one).then("text").alias(texts.name)).to_series()
