"""Free words that would leave the raw layer in marts: which are withheld, which touchpoints the company map knows.

Belongs here: the columns whose words become groups or labels of marts, who is told by them, what stands in their place.
Does not: texts (``models_nlp``), what the policy knows (its seeds), ids of accounts (``account_keys``), applying any
(dbt staging).

An account's name is published, since people look accounts up by it, unless it is a person's: an address, a full name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from sources.company_map import CompanyMap
from storage.account_keys import account_hasher
from storage.addresses import emails, holding_address, levelled
from storage.files import write_parquet
from storage.identity import hasher
from storage.layout import DataDir
from storage.person_rows import scan_raw

#: ``raw/words.parquet``. ``usage`` withheld and account_name: ``word`` is published as ``published_as``; touchpoint:
#: ``word`` is known.
WORDS_SCHEMA: dict[str, pl.DataType] = {"usage": pl.String(), "word": pl.String(), "published_as": pl.String()}
#: Words of a few groups: looked at for every kind of identifier.
GROUPS = {"accounts": ("segment", "region", "product_line"), "tickets": ("product_line",)}
#: Names that are many, and numbers or links in them are their own: looked at for addresses.
_METRICS = {"usage": ("metric",)}
_DIGITS = 12
#: What one can tell a name by that stands for a person's.
_NAME = "name-"


def write_words(paths: DataDir, key: bytes, company: CompanyMap, redact: Callable[[str], str]) -> int:
    """Write ``raw/words.parquet``; returns how many words are withheld. ``redact``: text → text without identifiers."""
    full_names = _full_names(paths)
    telling, names = sorted(_telling(paths, full_names, redact)), _account_names(paths, key, full_names, redact)
    hashed = hasher(key)
    rows = [("withheld", word, f"withheld-{hashed(word)[:_DIGITS]}") for word in telling]
    rows += [("account_name", name, published_as) for name, published_as in sorted(names.items())]
    rows += [("touchpoint", touchpoint, None) for touchpoint in sorted(set(company.touchpoints()))]
    write_parquet(pl.DataFrame(rows, schema=WORDS_SCHEMA, orient="row"), paths.words)
    return len(telling) + len(names)


def _full_names(paths: DataDir) -> pl.Series:
    """The full names of the delivered people, in one order and spelling."""
    names = _in_order(scan_raw(paths, "people").select("full_name").drop_nulls().unique().collect()["full_name"])
    return names.filter(names.str.contains(" ", literal=True)).unique()  # a first name is also a word


def _spelled(names: pl.Series) -> pl.Series:
    return levelled(names).str.replace_all(r"\s+", " ")


def _in_order(names: pl.Series) -> pl.Series:
    """``Lee, Ann`` → ``ann lee``."""
    return _spelled(names).str.replace(r"^(.+?), (.+)$", "$2 $1")


def _telling(paths: DataDir, full_names: pl.Series, redact: Callable[[str], str]) -> set[str]:
    found = {word for word in _distinct(paths, GROUPS) if redact(word) != word}
    named = pl.Series("word", list(_distinct(paths, {**GROUPS, **_METRICS})), dtype=pl.String)
    found |= set(named.filter(_holds_any(named, full_names)))
    return found | {word for word in _distinct(paths, _METRICS) if "@" in word and "[email]" in redact(word)}


def _account_names(paths: DataDir, key: bytes, full_names: pl.Series, redact: Callable[[str], str]) -> dict[str, str]:
    """Names that tell a person → what is published: the key of the account that the name is the id of, as an address
    may be; else a hash of the name.

    Of an account that is keyed a name tells already if it holds a person's full name; of any other only if it is one:
    the firm of Xaverina Plotzmann may be called after her.
    """
    keys = pl.read_parquet(paths.account_keys)
    ids = dict(zip(_spelled(keys["account_id"]), keys["account_key"], strict=True))
    rows = scan_raw(paths, "accounts").select("account_id", "account_name").drop_nulls().unique().collect()
    called = rows["account_name"]
    rows = rows.with_columns(spelled=_spelled(called), in_order=_in_order(called), address=emails(called))
    of_keyed = rows.filter(rows["account_id"].is_in(keys["account_id"].implode()))
    is_persons = rows["spelled"].is_in(pl.Series(list(ids), dtype=pl.String).implode()) | rows["in_order"].is_in(
        full_names.implode()
    )
    held = rows.filter(holding_address(rows["account_name"]).is_not_null() & rows["address"].is_null())["account_name"]
    telling = {
        *of_keyed.filter(_holds_any(of_keyed["account_name"], full_names))["account_name"],
        *rows.filter(is_persons | rows["address"].is_not_null())["account_name"],
        *(name for name in held if "[email]" in redact(name)),
    }
    account_hash, hashed = account_hasher(key), hasher(key)
    return {
        name: ids.get(spelled) or (account_hash(address) if address else _NAME + hashed(f"name:{in_order}"))
        for _, name, spelled, in_order, address in rows.iter_rows()
        if name in telling
    }


def _holds_any(words: pl.Series, names: pl.Series) -> pl.Series:
    if words.is_empty() or names.is_empty():
        return pl.repeat(False, words.len(), eager=True)
    spelled = _spelled(words)
    turned = spelled.str.replace_all(r"(\S+), (\S+)", "$2 $1")
    holds = pl.concat([spelled, turned]).str.contains_any(names.implode())
    return holds.head(words.len()) | holds.tail(words.len())


def _distinct(paths: DataDir, columns: dict[str, Iterable[str]]) -> set[str]:
    return {
        word
        for table, of_table in columns.items()
        for column in of_table
        for word in scan_raw(paths, table).select(pl.col(column).drop_nulls().unique()).collect().to_series()
    }
