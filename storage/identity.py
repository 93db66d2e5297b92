"""Who a person is beyond the raw layer: a keyed hash, so that no mart, log or page tells one by name or address.

Belongs here: the key, the hash, which columns name people. Does not: who is the same person (``resolution``), redaction
of texts (``models_nlp``). Ids of people are often e-mail addresses; without the key a hash cannot be tried out.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping

import polars as pl

from sources.contract import TABLES
from storage.layout import DataDir

KEY_VARIABLE = "JSI_IDENTITY_KEY"
SHORTEST_KEY = 32
#: Long enough that two of a billion people never meet: 32 hex digits are 128 bits.
_DIGITS = 32

#: ``raw/person_keys.parquet``: an id of the vendors, its hash, and to whom and whose customer it leads.
PERSON_KEYS_SCHEMA: dict[str, pl.DataType] = {
    "person_id": pl.String(),
    "person_key": pl.String(),
    "canonical_id": pl.String(),
    "canonical_key": pl.String(),
    "account_id": pl.String(),
    "matched_by": pl.String(),
    "reason": pl.String(),
}


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


def person_keys(paths: DataDir, key: bytes, ids: pl.Series) -> pl.Series:
    """The hash of each of ``ids`` (distinct, none null), in order; those that the last refresh made are taken over."""
    hashed = hasher(key)
    known = _last_keys(paths, hashed)
    frame = ids.to_frame("person_id").join(known, on="person_id", how="left", maintain_order="left")
    fresh = frame.filter(pl.col("person_key").is_null())["person_id"]
    if fresh.len() == frame.height:
        return pl.Series("person_key", [hashed(person_id) for person_id in fresh], dtype=pl.String)
    made = pl.Series([hashed(person_id) for person_id in fresh], dtype=pl.String)
    return frame["person_key"].fill_null(frame["person_id"].replace_strict(fresh, made, default=None))


def _last_keys(paths: DataDir, hashed: Callable[[str], str]) -> pl.DataFrame:
    """person_id, person_key of the last refresh; none if another key made them."""
    none = pl.DataFrame(schema={"person_id": pl.String, "person_key": pl.String})
    if not paths.person_keys.exists():
        return none
    known = pl.read_parquet(paths.person_keys, columns=["person_id", "person_key"])
    if known.is_empty() or hashed(known["person_id"][0]) != known["person_key"][0]:
        return none
    return known


def hasher(key: bytes) -> Callable[[str], str]:
    """``person_key`` for many: the two inner states of HMAC (RFC 2104) are made once, which is twice as fast."""
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))

    def hashed(person_id: str) -> str:
        first, second = inner.copy(), outer.copy()
        first.update(person_id.encode())
        second.update(first.digest())
        return second.hexdigest()[:_DIGITS]

    return hashed


def person_columns(table: str) -> tuple[str, ...]:
    """The columns of a canonical table that name a person."""
    named = tuple(c for c in TABLES[table].column_names if c == "person_id")
    return (*named, "merged_into") if table == "people" else named
