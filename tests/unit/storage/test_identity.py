"""Keyed hashes: the same person always, nobody without the key, and the list that SQL joins."""

from __future__ import annotations

import stat

import polars as pl
import pytest

from sources.contract import TABLES
from storage.files import write_parquet
from storage.identity import BadKey, identity_key, person_columns, person_key, person_keys
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


def test_the_quick_hash_of_many_is_the_hash_of_each(tmp_path):
    paths, ids = DataDir(tmp_path), pl.Series(["ann", "bob@example.com", "çelik", ""])
    for key in (KEY, b"short", b"longer than one block of sha256 " * 5):
        assert person_keys(paths, key, ids).to_list() == [person_key(key, person) for person in ids]


def test_hashes_of_the_last_refresh_are_kept_and_only_new_people_are_hashed(tmp_path):
    paths = DataDir(tmp_path).create()
    known = pl.DataFrame({"person_id": ["ann", "bob"], "person_key": [person_key(KEY, "ann"), "kept as it was"]})
    write_parquet(known, paths.person_keys)
    assert person_keys(paths, KEY, pl.Series(["bob", "eve"])).to_list() == ["kept as it was", person_key(KEY, "eve")]


def test_another_key_makes_every_hash_anew(tmp_path):
    paths, ids = DataDir(tmp_path).create(), pl.Series(["ann", "bob"])
    write_parquet(ids.to_frame("person_id").with_columns(person_key=person_keys(paths, KEY, ids)), paths.person_keys)
    assert person_keys(paths, b"j" * 64, ids).to_list() == [person_key(b"j" * 64, person) for person in ids]


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
