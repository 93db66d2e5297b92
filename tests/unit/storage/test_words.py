"""Words of the extracts that tell a person are not published; what the company map declares is known."""

from __future__ import annotations

import polars as pl

from models_nlp.redaction import redact
from sources.catalog import company_map
from sources.company_map import EMPTY
from sources.contract import TABLES, raw_schema
from storage.account_keys import keyed, telling_accounts
from storage.files import write_parquet
from storage.layout import DataDir
from storage.words import write_words

KEY = b"k" * 32


def folder(tmp_path, **tables: list[dict]) -> DataDir:
    paths = DataDir(tmp_path / "data").create()
    for table in TABLES:
        rows = pl.DataFrame(tables.get(table, []), schema=raw_schema(table))
        paths.raw_table(table).mkdir(parents=True)
        rows.write_parquet(paths.raw_schema_file(table))
    ids = pl.Series([row["account_id"] for row in tables.get("accounts", []) if "account_id" in row], dtype=pl.String)
    write_parquet(keyed(telling_accounts(paths, ids, pl.Series([], dtype=pl.String)), KEY), paths.account_keys)
    return paths


def told(paths: DataDir, usage: str) -> dict[str, str]:
    words = pl.read_parquet(paths.words).filter(usage=usage)
    return dict(words.select("word", "published_as").iter_rows())


def test_groups_and_metrics_that_tell_a_person_are_withheld_and_stay_apart(tmp_path):
    paths = folder(
        tmp_path,
        people=[{"full_name": "Xaverina Plotzmann"}, {"full_name": "Sunny"}],
        accounts=[
            {"segment": "enterprise", "region": "EMEA", "product_line": "Care of xaverina plotzmann"},
            {"segment": "for ann@customer.example", "region": "Sunny coast"},
            {"segment": "SMB"},
        ],
        tickets=[{"product_line": "asked by kim@customer.example"}, {"product_line": "core"}],
        usage=[{"metric": "login of kim@customer.example"}, {"metric": "logins 10.0.0.1"}],
    )
    assert write_words(paths, KEY, EMPTY, redact) == 4
    found = told(paths, "withheld")
    assert set(found) == {
        "Care of xaverina plotzmann",
        "for ann@customer.example",
        "asked by kim@customer.example",
        "login of kim@customer.example",
    }
    assert len(set(found.values())) == 4
    assert all(value.startswith("withheld-") for value in found.values())


def test_a_name_of_an_account_is_a_hash_where_it_is_a_persons_and_stays_where_it_is_a_firms(tmp_path):
    names = {
        "A1": "bob@customer.example",
        "A2": " BOB@customer.example",
        "A3": "orders of bob@customer.example",
        "A4": "xaverina PLOTZMANN",
        "A5": "Xaverina Plotzmann Ltd",
        "A6": "Sunny",
        "A7": "Meet@Work",
        "eve@customer.example": "Eve@Customer.example",
        "kim@customer.example": "Xaverina Plotzmann, private",
        "lee@customer.example": "Lee's flat",
        "max@intranet": "Max@Intranet",
    }
    paths = folder(
        tmp_path,
        people=[{"full_name": "Xaverina Plotzmann"}, {"full_name": "Sunny"}],
        accounts=[{"account_id": i, "account_name": name} for i, name in names.items()],
    )
    assert write_words(paths, KEY, EMPTY, redact) == 7
    found = {i: told(paths, "account_name").get(name) for i, name in names.items()}
    keys = dict(pl.read_parquet(paths.account_keys).iter_rows())
    assert found["A1"] == found["A2"] != found["A3"]
    assert found["A1"].startswith("account-")
    assert [i for i in names if (found[i] or "").startswith("name-")] == ["A3", "A4", "kim@customer.example"]
    assert {i for i in names if i in keys and found[i] == keys[i]} == {"eve@customer.example", "max@intranet"}
    assert [i for i in names if found[i] is None] == ["A5", "A6", "A7", "lee@customer.example"]


def test_a_full_name_is_known_in_either_order_in_capitals_of_any_script_and_with_wide_spaces(tmp_path):
    names = {
        "A1": "Plotzmann, Xaverina",
        "A2": "XAVERINA  PLOTZMANN",
        "A3": "Xaverina\u00a0Plotzmann",
        "A4": "ŞAHIN, ÜNAL ÖZ",
        "A5": "Ünal Öz Şahin",
        "A6": "Lee Ann",
        "A7": "Plotzmann, Xaverina & Co",
        "kim@customer.example": "PLOTZMANN, XAVERINA (private)",
        "lee@customer.example": "ÜNAL ÖZ ŞAHIN at home",
    }
    people = [{"full_name": n} for n in ("Xaverina Plotzmann", "Şahin, Ünal Öz", "Ann Lee")]
    accounts = [{"account_id": i, "account_name": name} for i, name in names.items()]
    accounts.append({"region": "Büro von ünal öz şahin"})
    paths = folder(tmp_path, people=people, accounts=accounts)
    write_words(paths, KEY, EMPTY, redact)
    found = told(paths, "account_name")
    assert [i for i, name in names.items() if name not in found] == ["A6", "A7"]
    assert found[names["A2"]] == found[names["A3"]], "one name has one hash"
    assert list(told(paths, "withheld")) == ["Büro von ünal öz şahin"]


def test_the_touchpoints_of_the_company_map_are_known(tmp_path):
    text = """
sources:
  zendesk:
    touchpoints: {Freischaltung: Activation}
  qualtrics:
    surveys:
      Q4_CSAT: {touchpoint: trial}
own_tables:
  visits:
    table: tickets
    recognised_by: [visit]
    columns: {visit: ticket_id, day: created_at, kind: topic}
    values: {topic: {Termin: Appointment}}
"""
    paths = folder(tmp_path)
    write_words(paths, KEY, company_map(text, "company.yml"), redact)
    assert pl.read_parquet(paths.words).select("usage", "word").rows() == [
        ("touchpoint", "survey/trial"),
        ("touchpoint", "ticket/activation"),
        ("touchpoint", "ticket/appointment"),
    ]
