"""Which tickets, messages, answers and other records hold an e-mail address in their id, and what is published instead.

Belongs here: the columns that name a record, which ids tell a person, the keyed hash of each. Does not: the key of the
hashes (``identity``), ids of people (``resolution``) and of accounts (``account_keys``), putting the hash in the place
of the id (dbt: the macro ``with_keys``).

A record is known by exactly what its vendor wrote, so two ids that differ in a capital stay two. Message-IDs of mail
hold an ``@`` as well: nothing in their form tells them from an address, and nobody reads them.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sources.contract import TABLES
from storage.addresses import holding_address, may_hold_address
from storage.files import write_parquet
from storage.identity import hasher
from storage.layout import DataDir
from storage.person_rows import scan_raw

#: What one can tell a keyed record by. Beside it stand as many digits as a person's hash has.
PREFIX = "record-"
#: ``raw/record_keys.parquet``: an id as vendors write it and what is published in its place.
RECORD_KEYS_SCHEMA: dict[str, pl.DataType] = {"record_id": pl.String(), "record_key": pl.String()}
#: People and accounts have keys of their own; who speaks is settled before anything leaves raw.
_NO_RECORDS = ("account_id", "parent_account_id", "person_id", "speaker_id")
#: What stands before a record's id in ``fct_touches``.
_TOUCHES_AND_EPISODES = {"touch_id": r"^(?:s|sv|m|mr|t):", "episode_id": r"^(?:ticket|survey|conversation|message):"}


def record_columns(table: str) -> tuple[str, ...]:
    """The columns of a canonical table that name a record: a ticket, a conversation, a contract."""
    return tuple(c for c in TABLES[table].column_names if c.endswith("_id") and c not in _NO_RECORDS)


def write_record_keys(paths: DataDir, key: bytes) -> int:
    """Write ``raw/record_keys.parquet``, as a rule a short list or none; returns how many ids it holds."""
    keys = keyed(telling_records(paths), key)
    write_parquet(keys, paths.record_keys)
    return keys.height


def telling_records(paths: DataDir) -> pl.Series:
    """Every record's id in raw that holds an e-mail address, sorted."""
    columns = [(table, column) for table in TABLES for column in record_columns(table)]
    ids = [
        scan_raw(paths, table).select(record_id=column).filter(may_hold_address("record_id"))
        for table, column in columns
    ]
    found = pl.concat(ids).unique().collect()["record_id"].sort()
    return found.filter(holding_address(found).is_not_null())


def record_keys(paths: DataDir) -> pl.DataFrame:
    """``RECORD_KEYS_SCHEMA`` as the last refresh wrote it; empty before the first."""
    if not paths.record_keys.exists():
        return pl.DataFrame(schema=RECORD_KEYS_SCHEMA)
    return pl.read_parquet(paths.record_keys)


def keyed(record_ids: pl.Series, key: bytes) -> pl.DataFrame:
    """``RECORD_KEYS_SCHEMA`` of distinct ids."""
    hashed = hasher(key)
    keys = [PREFIX + hashed(f"record:{record_id}") for record_id in record_ids]
    return pl.DataFrame({"record_id": record_ids, "record_key": keys}, schema=RECORD_KEYS_SCHEMA)


def shows_telling_records(generation: Path) -> bool:
    """Whether a published generation shows a record's id that holds an address: it is older than these keys."""
    touches = pl.scan_parquet(generation / "fct_touches.parquet")
    ids = [
        touches.select(shown=column).filter(pl.col("shown").str.contains(before) & may_hold_address("shown"))
        for column, before in _TOUCHES_AND_EPISODES.items()
    ]
    shown = pl.concat(ids).collect()["shown"]
    return holding_address(shown).is_not_null().any()
