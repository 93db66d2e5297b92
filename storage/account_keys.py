"""Which accounts are told by their own id, and the keyed hash that stands for each beyond the raw layer.

Belongs here: which account ids tell a person, their hash, finding the hash of an id. Does not: the key and the hashes
of people (``identity``), which account an id leads to (``resolution``), names of accounts (``words``), putting the hash
in the id's place (dbt: the macro ``with_keys``).

Where customers are people, a company often counts them by their address or by the number that the person has too. Such
an id would tell in every mart who somebody is, whom the same mart calls by a hash. Ids of companies stay as they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl

from sources.contract import TABLES
from storage.addresses import holding_address
from storage.files import write_parquet
from storage.identity import hasher, person_columns
from storage.layout import DataDir
from storage.person_rows import scan_raw

#: What one can tell a keyed account by. Beside it stand as many digits as a person's hash has.
PREFIX = "account-"
#: ``raw/account_keys.parquet``: an id as vendors write it and what is published in its place.
ACCOUNT_KEYS_SCHEMA: dict[str, pl.DataType] = {"account_id": pl.String(), "account_key": pl.String()}
#: Two systems that number from one give one number to a person and to an account that are strangers.
_NUMBER = r"^(?:[a-z][a-z_]*:)?\d+$"


def account_columns(table: str) -> tuple[str, ...]:
    """The columns of a canonical table that name an account."""
    named = tuple(c for c in TABLES[table].column_names if c == "account_id")
    return (*named, "parent_account_id", "merged_into") if table == "accounts" else named


def write_account_keys(paths: DataDir, key: bytes, account_ids: pl.Series, person_ids: pl.Series) -> int:
    """Write ``raw/account_keys.parquet``, as a rule a short list or none; returns how many accounts it holds."""
    keys = keyed(telling_accounts(paths, account_ids, person_ids), key)
    write_parquet(keys, paths.account_keys)
    return keys.height


def telling_accounts(paths: DataDir, account_ids: pl.Series, person_ids: pl.Series) -> pl.DataFrame:
    """account_id, spelled: those of ``account_ids`` (distinct, none null) that tell a person, and what is hashed of
    each: spellings of one address have one hash.

    An id tells a person if it holds an e-mail address, or if it is the id of a person: of one whom a row puts in that
    account where it is a number, of anyone otherwise.
    """
    spelled = pl.DataFrame({"account_id": account_ids, "spelled": holding_address(account_ids)})
    told = spelled.drop_nulls()
    others = spelled.filter(pl.col("spelled").is_null())["account_id"]
    shared = others.filter(others.is_in(person_ids.implode()))
    numbers = shared.filter(shared.str.contains(_NUMBER))
    own = pl.concat([shared.filter(~shared.str.contains(_NUMBER)), _in_their_own(paths, numbers)])
    return pl.concat([told, pl.DataFrame({"account_id": own, "spelled": own})]).sort("account_id")


def keyed(telling: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """``ACCOUNT_KEYS_SCHEMA`` of what ``telling_accounts`` gives."""
    hashed = account_hasher(key)
    keys = [hashed(spelled) for spelled in telling["spelled"]]
    return telling.select("account_id", account_key=pl.Series(keys, dtype=pl.String))


def account_hasher(key: bytes) -> Callable[[str], str]:
    """What stands for an account's id, or a name that tells as much, of which this is the one spelling."""
    hashed = hasher(key)
    return lambda spelled: PREFIX + hashed(f"account:{spelled}")


def published_id(paths: DataDir, account_id: str) -> str:
    """What the last refresh published in place of ``account_id``, as a company writes it; itself where nothing."""
    if not paths.account_keys.exists():
        return account_id
    keys = pl.read_parquet(paths.account_keys)
    spelled = holding_address(pl.Series([account_id]))
    is_it = (keys["account_id"] == account_id) | holding_address(keys["account_id"]).is_in(
        spelled.drop_nulls().implode()
    )
    return next(iter(keys.filter(is_it)["account_key"]), account_id)


def shows_telling_ids(generation: Path, paths: DataDir) -> bool:
    """Whether a published generation shows an account's id or name in place of which a hash is published by now."""
    ids = pl.read_parquet(paths.account_keys)["account_id"].implode()
    names = pl.read_parquet(paths.words).filter(pl.col("usage") == "account_name")["word"].implode()
    tells = pl.any_horizontal(pl.col("account_id", "parent_account_id").is_in(ids), pl.col("account_name").is_in(names))
    accounts = pl.scan_parquet(generation / "dim_accounts.parquet")
    return accounts.select(tells.any()).collect().item() or False


def remove_telling_weeks(paths: DataDir) -> list[str]:
    """Remove the rebuilt weeks that show an account's id in place of which a hash is published by now; returns them."""
    ids, removed = pl.read_parquet(paths.account_keys)["account_id"].implode(), []
    for index in sorted(paths.rebuilt.glob("*/jsi_by_account_week.parquet")):
        if pl.scan_parquet(index).select(pl.col("account_id").is_in(ids).any()).collect().item():
            shutil.rmtree(index.parent)
            removed.append(index.parent.name)
    return removed


def _in_their_own(paths: DataDir, account_ids: pl.Series) -> pl.Series:
    """Those of ``account_ids`` in which a row puts the person of the same id."""
    if account_ids.is_empty():
        return account_ids
    tables = [t for t in TABLES if account_columns(t) and person_columns(t)]
    is_own = pl.col("account_id").is_in(account_ids.implode()) & (pl.col("account_id") == pl.col("person_id"))
    rows = [scan_raw(paths, t).filter(is_own).select("account_id").unique() for t in tables]
    return pl.concat(rows).unique().collect()["account_id"]
