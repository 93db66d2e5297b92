"""Ids of records that hold an e-mail address: which ones, under what they are published, which generation shows one."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from test_account_keys import KEY, folder

from sources.contract import TABLES
from storage.account_keys import account_columns, account_hasher
from storage.addresses import holding_address, may_hold_address
from storage.identity import person_columns, person_key
from storage.record_keys import (
    PREFIX,
    keyed,
    record_columns,
    shows_telling_records,
    telling_records,
    write_record_keys,
)

ADDRESS = "ann@x.example"
CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(("table", "column"), [(t, c) for t in TABLES for c in record_columns(t)])
def test_wherever_an_id_of_a_record_stands_one_that_holds_an_address_is_keyed(tmp_path, table, column):
    paths = folder(tmp_path, **{table: [{column: f"{ADDRESS}/7"}, {column: "17"}, {column: None}]})
    assert telling_records(paths).to_list() == [f"{ADDRESS}/7"]


@pytest.mark.parametrize(
    "record_id",
    [
        ADDRESS,
        f"mailto:{ADDRESS.upper()}",
        "ann+news@x.example",
        '"ann k"@x.example',
        f"Ann <{ADDRESS}> 2026",
        "ann%40x.example",
        "ANN(AT)x.example",
        "ann@intranet",
        "ann\uff20x.example",
        "jürgen@exämple.example",
        "<CAF77=abc@mail.example>",
    ],
)
def test_an_id_that_holds_an_address_in_whatever_form_is_keyed(tmp_path, record_id):
    found = telling_records(folder(tmp_path, messages=[{"message_id": record_id}]))
    assert found.to_list() == [record_id], "spelled as the vendor writes it"


@pytest.mark.parametrize("record_id", ["10004", "CH-000826-01", "zendesk:77", "@acme", "a @ b", "Vorgang Ü-7"])
def test_any_other_id_stays_as_it_is(tmp_path, record_id):
    assert telling_records(folder(tmp_path, messages=[{"message_id": record_id}])).is_empty()


@pytest.mark.parametrize("text", ["a@b", "a%40b", "A(At)b", "a[AT]b", "a\uff20b", "a\ufe6bb", "a\uff0540b", "a\u249cb"])
def test_the_quick_look_misses_nothing_that_holds_an_address(text):
    texts = pl.Series("text", [text, f" {text} ", "plain"])
    found = holding_address(texts).is_not_null()
    looked = texts.to_frame().select(may_hold_address("text")).to_series()
    assert (looked | ~found).all()


def test_one_id_has_one_key_in_every_table_and_another_one_another(tmp_path):
    other = ADDRESS.upper()
    paths = folder(
        tmp_path,
        tickets=[{"ticket_id": ADDRESS}],
        messages=[{"message_id": "m1", "ticket_id": ADDRESS}, {"message_id": "m2", "ticket_id": other}],
    )
    assert write_record_keys(paths, KEY) == 2
    keys = dict(pl.read_parquet(paths.record_keys).iter_rows())
    assert set(keys) == {ADDRESS, other}
    assert len(set(keys.values())) == 2
    assert all(k.startswith(PREFIX) and len(k) == len(PREFIX) + len(person_key(KEY, ADDRESS)) for k in keys.values())


def test_the_key_is_neither_that_of_the_person_nor_of_the_account_and_needs_the_secret():
    ids = pl.Series([ADDRESS])
    digits = keyed(ids, KEY)["record_key"][0].removeprefix(PREFIX)
    others = person_key(KEY, ADDRESS), account_hasher(KEY)(ADDRESS), keyed(ids, b"j" * 64)["record_key"][0]
    assert not any(digits in other for other in others)


@pytest.mark.parametrize(
    ("touch_id", "episode_id", "shown"),
    [
        ("m:m1", "message:m1", False),
        (f"m:record-{'0' * 32}", f"ticket:record-{'0' * 32}", False),
        ("u:A1:logins@eu:2026", "usage:A1:logins@eu:2026", False),
        (f"m:{ADDRESS}", "ticket:1", True),
        ("sv:r1", f"ticket:{ADDRESS}", True),
        ("t:ann%40x.example:first_response", "ticket:1", True),
        (None, None, False),
    ],
)
def test_a_generation_that_shows_such_an_id_is_told(tmp_path, touch_id, episode_id, shown):
    touches = pl.DataFrame({"touch_id": [touch_id], "episode_id": [episode_id]}, schema_overrides=dict.fromkeys(
        ("touch_id", "episode_id"), pl.String))  # fmt: skip
    touches.write_parquet(tmp_path / "fct_touches.parquet")
    assert shows_telling_records(tmp_path) is shown


def test_staging_puts_keys_in_the_place_of_every_id_of_an_account_or_a_record():
    """Of the tables that leave raw; the speakers of calls do not."""
    called = {}
    for model in (CHECKOUT / "dbt_project" / "models" / "staging").glob("stg_*.sql"):
        for table, options in re.findall(r"with_keys\('(\w+)'(.*?)\) \|", model.read_text(encoding="utf-8")):
            given = dict(re.findall(r"(accounts|records)=\[(.*?)\]", options))
            accounts, records = given.get("accounts", "'account_id'"), given.get("records", "")
            called[table] = called.get(table, set()) | set(re.findall(r"'(\w+)'", accounts + records))
    for table in TABLES.keys() - {"speakers"}:
        wanted = {*account_columns(table), *record_columns(table)} - {"merged_into"}
        assert called.get(table, set()) == wanted, table


def test_every_id_of_the_contract_is_a_persons_an_accounts_or_a_records():
    speaks = {"speaker_id"}  # who that is, is settled before anything leaves raw
    for table in TABLES.values():
        known = {*account_columns(table.name), *person_columns(table.name), *record_columns(table.name)}
        assert {c for c in table.column_names if c.endswith("_id")} - speaks <= known, table.name
