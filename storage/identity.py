"""Who a person is beyond the raw layer: a keyed hash, so that no mart, log or page tells one by name or address.

Belongs here: the key, the hash, the list that SQL joins. Does not: who is the same person (merges, in SQL), redaction
of texts (``models_nlp``). Ids of people are often e-mail addresses; without the key a hash cannot be tried out.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping

import polars as pl

from sources.contract import TABLES
from storage.files import write_parquet
from storage.layout import DataDir

KEY_VARIABLE = "JSI_IDENTITY_KEY"
SHORTEST_KEY = 32
#: Long enough that two of a billion people never meet: 32 hex digits are 128 bits.
_DIGITS = 32

PERSON_KEYS_SCHEMA: dict[str, pl.DataType] = {"person_id": pl.String(), "person_key": pl.String()}


class BadKey(ValueError):
    """The key in the environment cannot protect anyone."""


def identity_key(paths: DataDir, environ: Mapping[str, str] | None = None) -> bytes:
    """The key that ``JSI_IDENTITY_KEY`` holds; where it is unset, one drawn once and kept in the data folder.

    Raises ``BadKey`` for a key of fewer than 32 characters. Another key gives every person another hash.
    """
    given = (os.environ if environ is None else environ).get(KEY_VARIABLE, "")
    if given:
        if len(given) < SHORTEST_KEY:
            raise BadKey(
                f"{KEY_VARIABLE} has {len(given)} characters: give it at least {SHORTEST_KEY} random ones "
                '(python -c "import secrets; print(secrets.token_hex(32))"), and keep it: another key gives every '
                "person another hash"
            )
        return given.encode()
    paths.root.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(paths.identity_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = paths.identity_key.read_text(encoding="ascii").strip()
        if len(kept) < SHORTEST_KEY:
            raise BadKey(
                f"{paths.identity_key.name} in the data folder is damaged: restore it, or remove it to give every "
                "person a new hash"
            ) from None
        return kept.encode()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        drawn = secrets.token_hex(SHORTEST_KEY)
        file.write(drawn)
        file.flush()
        os.fsync(handle)
    return drawn.encode()


def person_key(key: bytes, person_id: str) -> str:
    """The hash that stands for ``person_id`` (HMAC-SHA256, 128 bits of it, in hex)."""
    return hmac.digest(key, person_id.encode(), "sha256").hex()[:_DIGITS]


def write_person_keys(paths: DataDir, key: bytes) -> int:
    """Write one row a person id that any raw table names; returns how many. Stays in the raw layer."""
    frames = [
        pl.scan_parquet(paths.raw_table(table.name) / "*.parquet").select(pl.col(column).alias("person_id"))
        for table in TABLES.values()
        for column in person_columns(table.name)
    ]
    ids = pl.concat(frames).drop_nulls().unique().collect()["person_id"].sort().to_list()
    keys = pl.DataFrame(
        {"person_id": ids, "person_key": [person_key(key, person_id) for person_id in ids]}, schema=PERSON_KEYS_SCHEMA
    )
    write_parquet(keys, paths.person_keys)
    return keys.height


def person_columns(table: str) -> tuple[str, ...]:
    """The columns of a canonical table that name a person."""
    named = tuple(c for c in TABLES[table].column_names if c == "person_id")
    return (*named, "merged_into") if table == "people" else named
