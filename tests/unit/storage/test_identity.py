"""Keyed hashes: the same person always, nobody without the key, and the list that SQL joins."""

from __future__ import annotations

import stat

import polars as pl
import pytest

from sources.contract import TABLES, raw_schema
from storage.identity import BadKey, identity_key, person_columns, person_key, write_person_keys
from storage.layout import DataDir

KEY = b"k" * 64


def test_a_person_keeps_one_hash_under_one_key():
    assert person_key(KEY, "ann@example.com") == person_key(KEY, "ann@example.com")
    assert len(person_key(KEY, "ann@example.com")) == 32


def test_another_key_or_person_gives_another_hash():
    assert person_key(KEY, "ann") != person_key(b"j" * 64, "ann")
    assert person_key(KEY, "ann") != person_key(KEY, "Ann")


def test_the_key_of_the_environment_is_used():
    assert identity_key(DataDir("unused"), {"JSI_IDENTITY_KEY": "x" * 32}) == b"x" * 32


def test_a_short_key_is_refused_with_what_to_do():
    with pytest.raises(BadKey, match="at least 32"):
        identity_key(DataDir("unused"), {"JSI_IDENTITY_KEY": "secret"})


def test_without_one_a_key_is_drawn_once_and_only_its_owner_can_read_it(tmp_path):
    paths = DataDir(tmp_path)
    drawn = identity_key(paths, {})
    assert identity_key(paths, {}) == drawn
    assert len(drawn) == 64
    assert stat.S_IMODE(paths.identity_key.stat().st_mode) == 0o600


def test_a_damaged_key_is_never_replaced_in_silence(tmp_path):
    paths = DataDir(tmp_path)
    identity_key(paths, {})
    paths.identity_key.write_text("")
    with pytest.raises(BadKey, match="damaged"):
        identity_key(paths, {})


def test_every_person_that_any_table_names_is_in_the_list(tmp_path):
    paths = DataDir(tmp_path).create()
    named = {"people": {"person_id": "a", "merged_into": "b"}, "messages": {"person_id": "c"}, "usage": {}}
    for table in TABLES:
        row = {name: named.get(table, {}).get(name) for name in raw_schema(table)}
        paths.raw_table(table).mkdir()
        pl.DataFrame([row], schema=raw_schema(table)).write_parquet(paths.raw_table(table) / "one.parquet")
    assert write_person_keys(paths, KEY) == 3
    keys = pl.read_parquet(paths.person_keys)
    assert dict(keys.iter_rows()) == {person: person_key(KEY, person) for person in "abc"}


def test_no_table_names_people_in_a_column_that_is_forgotten():
    """``person_id`` and the survivor of a merge; a new such column belongs into ``person_columns``."""
    found = {table for table in TABLES if person_columns(table)}
    assert found == {
        "people",
        "invitations",
        "survey_responses",
        "tickets",
        "messages",
        "speakers",
        "usage",
        "consents",
    }
    assert person_columns("people") == ("person_id", "merged_into")
    assert person_columns("accounts") == ()
