"""Searching the published texts: words in, redacted texts out, by one scan over ``fct_touches`` of one generation.

Belongs here: what a query means, the scan. Does not: drawing (the command, the app), texts that are not published.

Words are compared without regard to case and accents, and as whole words: ``export`` finds neither ``exports`` nor
``exported``; ``export*`` finds all three. All words must be there, in any order; ``"not working"`` must be there as it
stands, whatever signs are between its words. Scripts written without spaces are compared sign by sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import polars as pl

#: Longer queries are no words but pasted text, whose pattern would cost more to compile than to search.
MOST_SIGNS = 200
COLUMNS = (
    "touch_id",
    "occurred_at",
    "account_id",
    "stage",
    "channel",
    "source",
    "sentiment",
    "null_reason",
    "text_redacted",
)

_TERM = re.compile(r'"([^"]*)(?:"|$)|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")
# Thai to Burmese, Khmer, Japanese, Chinese: no spaces, so a word has no edge that could be seen.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_MARKS = "\u0300-\u036f"
_NO_SIGN = rf"[^\p{{L}}\p{{N}}{_MARKS}]"
# Letters that Unicode does not take apart into a letter and a mark.
_WHOLE = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"}
_LIGATURES = {"æ": "ae", "œ": "oe"}


@dataclass(frozen=True)
class Found:
    """``texts``: the newest matches, COLUMNS; ``n_found``: how many there are in all."""

    texts: pl.DataFrame
    n_found: int


def search(
    generation: Path,
    words: str,
    stage: str | None = None,
    account_id: str | None = None,
    since: date | None = None,
    limit: int = 20,
) -> Found:
    """The newest ``limit`` published texts that hold all ``words``, of one stage and account, from ``since`` on.

    ``generation``: the folder of one publication. Raises ``ValueError`` where ``words`` hold no word or too many.
    """
    rows = pl.scan_parquet(generation / "fct_touches.parquet", glob=False).select(COLUMNS)
    if stage is not None:
        rows = rows.filter(pl.col("stage") == stage)
    if account_id is not None:
        rows = rows.filter(pl.col("account_id") == account_id)
    if since is not None:
        rows = rows.filter(pl.col("occurred_at") >= datetime(since.year, since.month, since.day))  # noqa: DTZ001 - UTC
    holds = pl.all_horizontal(pl.col("text_redacted").str.contains(p) for p in patterns(words))
    texts = rows.filter(holds).collect(engine="streaming")
    newest = texts.sort(["occurred_at", "touch_id"], descending=[True, False], nulls_last=True)
    return Found(newest.head(limit), texts.height)


def query_of(arguments: Sequence[str]) -> str:
    """Words of a command line as one query: an argument with spaces, unless it quotes itself, was meant as a phrase."""
    return " ".join(f'"{a}"' if " " in a.strip() and '"' not in a else a for a in arguments)


def patterns(words: str) -> list[str]:
    """One regular expression a term of the query; each must be found. Raises ``ValueError`` if the query says nothing.

    Linear in the text (no backtracking): a query cannot make a search hang.
    """
    if len(words) > MOST_SIGNS:
        raise ValueError(f"the query is longer than {MOST_SIGNS} signs: name fewer words")
    found = []
    for term in _TERM.finditer(words):
        phrase, word = term.groups()
        said = phrase if phrase is not None else word
        if parts := _WORD.findall(_folded(said)):
            found.append(_pattern(parts, is_prefix=said.rstrip().endswith("*")))
    if not found:
        raise ValueError("the query holds no word: write letters or digits")
    return list(dict.fromkeys(found))


def _pattern(parts: list[str], is_prefix: bool) -> str:
    body = f"{_NO_SIGN}+".join(_spelled(part) for part in parts)
    start = "" if _UNSPACED.match(parts[0][0]) else f"(?:^|{_NO_SIGN})"
    end = "" if is_prefix or _UNSPACED.match(parts[-1][-1]) else f"(?:$|{_NO_SIGN})"
    return f"(?i){start}{body}{end}"


def _spelled(word: str) -> str:
    """A folded word with every way to write each of its letters.

    Two letters that one sign may stand for are looked for from the left: ``massstab`` finds maßstab, and not masßtab.
    """
    spelled, at = "", 0
    while at < len(word):
        pair = word[at : at + 2]
        if len(pair) == 2 and pair in _variants():
            spelled += f"(?:{_letter(pair[0])}{_letter(pair[1])}|[{''.join(_variants()[pair])}][{_MARKS}]*)"
            at += 2
        else:
            spelled += _letter(word[at])
            at += 1
    return spelled


def _letter(sign: str) -> str:
    return f"[{re.escape(sign)}{''.join(_variants().get(sign, ()))}][{_MARKS}]*"


def _folded(text: str) -> str:
    """Small letters without accents; letters that stand for two become two."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(_WHOLE.get(c, c) for c in apart if not unicodedata.combining(c))
    for ligature, pair in _LIGATURES.items():
        letters = letters.replace(ligature, pair)
    return letters.casefold()


@cache
def _variants() -> dict[str, list[str]]:
    """Folded letter, or two of them → the single signs that fold to it: ``e`` → é, è, ê …; ``ss`` → ß; ``ae`` → æ."""
    found: dict[str, list[str]] = {}
    for code in (*range(0x80, 0x3100), *range(0xFB00, 0xFB07), *range(0xFF00, 0xFFF0)):
        sign = chr(code)
        words = _WORD.findall(_folded(sign)) if sign.isalnum() else []
        if len(words) == 1 and len(words[0]) <= 2 and words[0] != sign:
            found.setdefault(words[0], []).append(sign)
    return found
