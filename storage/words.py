"""Free words that would leave the raw layer in marts: which are withheld, which touchpoints the company map knows.

Belongs here: the columns whose words become groups or labels of marts, who is told by them, what stands in their place.
Does not: texts (``models_nlp``), what the policy knows (its seeds), applying either (dbt staging).

An account's name is published, also where it is a person's: only an address is withheld there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from sources.company_map import CompanyMap
from storage.files import write_parquet
from storage.identity import hasher
from storage.layout import DataDir
from storage.person_rows import scan_raw

#: ``raw/words.parquet``. ``usage`` withheld: ``word`` is published as ``published_as``; touchpoint: ``word`` is known.
WORDS_SCHEMA: dict[str, pl.DataType] = {"usage": pl.String(), "word": pl.String(), "published_as": pl.String()}
#: Words of a few groups: looked at for every kind of identifier.
GROUPS = {"accounts": ("segment", "region", "product_line"), "tickets": ("product_line",)}
#: Names that are many, and numbers or links in them are their own: looked at for addresses.
_NAMES = {"accounts": ("account_name",), "usage": ("metric",)}
_DIGITS = 12


def write_words(paths: DataDir, key: bytes, company: CompanyMap, redact: Callable[[str], str]) -> int:
    """Write ``raw/words.parquet``; returns how many words are withheld. ``redact``: text → text without identifiers."""
    telling = sorted(_telling(paths, redact))
    hashed = hasher(key)
    rows = [("withheld", word, f"withheld-{hashed(word)[:_DIGITS]}") for word in telling]
    rows += [("touchpoint", touchpoint, None) for touchpoint in sorted(set(company.touchpoints()))]
    write_parquet(pl.DataFrame(rows, schema=WORDS_SCHEMA, orient="row"), paths.words)
    return len(telling)


def _telling(paths: DataDir, redact: Callable[[str], str]) -> set[str]:
    names = scan_raw(paths, "people").select(pl.col("full_name").str.strip_chars()).drop_nulls().unique().collect()
    whole = [name for name in names["full_name"] if " " in name]  # a first name alone is also a word
    found = {word for word in _distinct(paths, GROUPS) if redact(word) != word}
    named = pl.Series("word", list(_distinct(paths, {**GROUPS, "usage": ("metric",)})), dtype=pl.String)
    if whole:
        found |= set(named.filter(named.str.contains_any(whole, ascii_case_insensitive=True)))
    return found | {word for word in _distinct(paths, _NAMES) if "@" in word and "[email]" in redact(word)}


def _distinct(paths: DataDir, columns: dict[str, Iterable[str]]) -> set[str]:
    return {
        word
        for table, of_table in columns.items()
        for column in of_table
        for word in scan_raw(paths, table).select(pl.col(column).drop_nulls().unique()).collect().to_series()
    }
