"""Account ids that tell a person: which ones, under what they are published, and how they are found again."""

from __future__ import annotations

import polars as pl
import pytest

from sources.contract import TABLES, raw_schema
from storage.account_keys import (
    PREFIX,
    account_columns,
    keyed,
    published_id,
    remove_telling_weeks,
    shows_telling_ids,
    telling_accounts,
    write_account_keys,
)
from storage.identity import person_key
from storage.layout import DataDir
from storage.words import WORDS_SCHEMA

KEY = b"k" * 64


def folder(tmp_path, **tables: list[dict]) -> DataDir:
    paths = DataDir(tmp_path / "data").create()
    for table in TABLES:
        paths.raw_table(table).mkdir(parents=True)
        rows = pl.DataFrame(tables.get(table, []), schema=raw_schema(table))
        rows.write_parquet(paths.raw_schema_file(table))
    return paths


def texts(*given: str) -> pl.Series:
    return pl.Series(given, dtype=pl.String)


def keys_of(paths: DataDir, accounts: pl.Series, people: pl.Series) -> dict[str, str]:
    return dict(keyed(telling_accounts(paths, accounts, people), KEY).iter_rows())


@pytest.mark.parametrize(
    "account_id", ["ann@x.example", "acct:ann@x.example", "Ann <ann@x.example>", "ann@intranet", "ann%40x.example"]
)
def test_an_id_that_is_or_holds_an_address_is_keyed(tmp_path, account_id):
    found = keys_of(folder(tmp_path), texts(account_id), texts())[account_id]
    assert found.startswith(PREFIX)
    assert len(found) == len(PREFIX) + len(person_key(KEY, account_id))


@pytest.mark.parametrize("account_id", ["A-17", "001A000001Xyz9", "zendesk:77", "acme.example", "@acme", "R&D at Acme"])
def test_an_id_of_a_company_stays_as_it_is(tmp_path, account_id):
    assert keys_of(folder(tmp_path), texts(account_id), texts("p-1", "77")) == {}


def test_spellings_of_one_address_have_one_key_and_another_address_has_another(tmp_path):
    spelled = texts("ann@x.example", " Ann@X.example", "ANN@x.example\u00a0", "\uff41nn@x.example")
    found = keys_of(folder(tmp_path), pl.concat([spelled, texts("bob@x.example")]), texts())
    assert len({found[s] for s in spelled}) == 1
    assert len(set(found.values())) == 2
    assert spelled.to_list()[-1] == "\uff41nn@x.example", "the ids themselves are not respelled"


def test_the_id_of_a_person_is_keyed_and_its_capitals_count(tmp_path):
    found = keys_of(folder(tmp_path), texts("KD-7q", "KD-7Q", "A1"), texts("KD-7q", "KD-7Q", "p-1"))
    assert set(found) == {"KD-7q", "KD-7Q"}
    assert len(set(found.values())) == 2


def test_a_number_is_a_persons_only_where_a_row_puts_the_person_in_it(tmp_path):
    own = [{"person_id": "5", "account_id": "5"}, {"person_id": "zendesk:6", "account_id": "zendesk:6"}]
    strangers = [{"person_id": "7", "account_id": "8"}, {"person_id": "8", "account_id": "7"}]
    paths = folder(tmp_path, people=[own[0], *strangers], tickets=own[1:])
    ids = texts("5", "7", "8", "zendesk:6", "zendesk:9")
    assert set(keys_of(paths, ids, pl.concat([ids, texts("p-1")]))) == {"5", "zendesk:6"}


def test_another_key_gives_another_hash_and_none_is_that_of_the_person(tmp_path):
    telling = telling_accounts(folder(tmp_path), texts("ann@x.example"), texts("ann@x.example"))
    ours, theirs = keyed(telling, KEY)["account_key"][0], keyed(telling, b"j" * 64)["account_key"][0]
    assert ours != theirs
    assert ours != PREFIX + person_key(KEY, "ann@x.example")


def test_the_published_id_is_found_by_any_spelling_of_the_companys_own(tmp_path):
    paths = folder(tmp_path)
    assert published_id(paths, "Ann@X.example") == "Ann@X.example", "before the first refresh"
    assert write_account_keys(paths, KEY, texts("ann@x.example", "KD-7", "A1"), texts("KD-7")) == 2
    key = keyed(telling_accounts(paths, texts("ann@x.example"), texts()), KEY)["account_key"][0]
    assert published_id(paths, " Ann@X.example ") == key == published_id(paths, "ann@x.example")
    assert published_id(paths, "KD-7").startswith(PREFIX)
    assert [published_id(paths, i) for i in ("A1", "kd-7", "bob@x.example", key)] == [
        "A1",
        "kd-7",
        "bob@x.example",
        key,
    ]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"account_id": "A1", "account_name": "Acme"}, False),
        ({"account_id": "ann@x.example"}, True),
        ({"account_id": "A1", "parent_account_id": "ann@x.example"}, True),
        ({"account_id": "A1", "account_name": "Ann Lee"}, True),
        ({}, False),
    ],
)
def test_a_generation_that_shows_such_an_id_or_name_is_told(tmp_path, row, shown):
    paths = folder(tmp_path)
    write_account_keys(paths, KEY, texts("ann@x.example", "A1"), texts())
    words = [("account_name", "Ann Lee", "name-1"), ("withheld", "Acme", "withheld-1")]
    pl.DataFrame(words, schema=WORDS_SCHEMA, orient="row").write_parquet(paths.words)
    columns = dict.fromkeys(("account_id", "parent_account_id", "account_name"), pl.String)
    pl.DataFrame([row] if row else [], schema=columns).write_parquet(tmp_path / "dim_accounts.parquet")
    assert shows_telling_ids(tmp_path, paths) is shown


def test_a_rebuilt_week_that_shows_such_an_id_goes(tmp_path):
    paths = folder(tmp_path)
    write_account_keys(paths, KEY, texts("ann@x.example", "A1"), texts())
    for week, ids in (("2026-01-05", ["A1"]), ("2026-01-12", ["A1", "ann@x.example"]), ("2026-01-19", [])):
        (paths.rebuilt / week).mkdir(parents=True)
        index = pl.DataFrame({"account_id": ids}, schema={"account_id": pl.String})
        index.write_parquet(paths.rebuilt / week / "jsi_by_account_week.parquet")
    assert remove_telling_weeks(paths) == ["2026-01-12"]
    assert sorted(p.name for p in paths.rebuilt.iterdir()) == ["2026-01-05", "2026-01-19"]


def test_no_table_names_accounts_in_a_column_that_is_forgotten():
    named = {(t.name, c) for t in TABLES.values() for c in t.column_names if c == "account_id" or "account_id" in c}
    assert named == {(t, c) for t in TABLES for c in account_columns(t) if c != "merged_into"}
    assert account_columns("accounts") == ("account_id", "parent_account_id", "merged_into")
