"""Accounts and records called by an address: the golden company's figures stay, under keys, however it is spelled."""

from __future__ import annotations

import golden_company
import polars as pl
import pytest
from company_on_disk import moment
from polars.testing import assert_frame_equal

from orchestration.names import DBT_MARTS
from sources.contract import TABLES
from storage.account_keys import account_columns
from storage.record_keys import record_columns

ACCOUNTS = ("G1", "G2", "G3", "G4")
RECORD = " of Ann@x.example"


def spelled(account: str, n: int) -> str:
    return (f"{account}@x.example", f"{account.lower()}@X.example", f" {account}@x.EXAMPLE", f"{account}@x.example ")[
        n % 4
    ]


def as_addresses(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows; each names its account by its address, each row in another spelling, and every record's id holds
    an address."""
    rows = []
    for n, row in enumerate(frame.iter_rows(named=True), start=len(table)):
        new = {c: spelled(row[c], n) for c in account_columns(table) if row[c]}
        new |= {c: row[c] + RECORD for c in record_columns(table) if row[c]}
        key = row["row_key"].split("\x1f")
        key[0] = new.get(TABLES[table].key[0], key[0])
        rows.append(row | new | {"row_key": "\x1f".join(key)})
    return pl.DataFrame(rows, schema=frame.schema)


@pytest.fixture(scope="module")
def companies(build_company):
    """The golden company twice: as it is, and with addresses for accounts and an older row of each."""
    plain = golden_company.raw_frames()
    plain["accounts"] = plain["accounts"].with_columns(updated_at=moment("2026-01-01"), parent_account_id=pl.lit("G4"))
    private = {table: as_addresses(table, frame) for table, frame in plain.items()}
    older = private["accounts"].with_columns(
        pl.col("account_id", "row_key").str.to_uppercase(),
        account_name=pl.lit("called otherwise before"),
        updated_at=moment("2025-01-01"),
        row_hash="older " + pl.col("row_hash"),
    )
    private["accounts"] = pl.concat([private["accounts"], older])
    scores = golden_company.scored_frame(plain)
    return [build_company(raw, scores, golden_company.AS_OF) for raw in (plain, private)]


@pytest.mark.parametrize("mart", [m for m in DBT_MARTS if m != "row_accounting"])
def test_every_mart_is_that_of_the_company_with_plain_ids_under_keys(companies, mart):
    plain, private = (company.frame(mart) for company in companies)
    keys = {f"keyed {account.lower()}@x.example": account for account in ACCOUNTS}
    texts = [name for name, kind in private.schema.items() if kind == pl.String]
    private = private.with_columns(pl.col(texts).str.replace_many(list(keys), list(keys.values())))
    private = private.with_columns(pl.col(texts).str.replace(f"keyed (.*){RECORD}", "$1"))
    order = [name for name, kind in plain.schema.items() if not kind.is_nested()]
    assert_frame_equal(private.sort(order), plain.sort(order), check_exact=False, rel_tol=1e-12)


def test_the_parts_of_one_episode_find_each_other_under_keys(companies):
    episodes = "select episode_id, list(touch_id order by touch_id) as touches from fct_touches group by episode_id"
    touches = dict(companies[1].frame(episodes).iter_rows())
    of_ticket = {t.replace(RECORD, "") for t in touches[f"ticket:keyed GT1{RECORD}"]}
    assert {"m:keyed GM1", "m:keyed GM2", "s:keyed GR2"} < of_ticket
    assert touches[f"conversation:keyed GV1{RECORD}"] == [f"m:keyed GM7{RECORD}", f"m:keyed GM8{RECORD}"]


def test_rows_of_two_spellings_are_versions_of_one(companies):
    private = companies[1]
    names = private.frame("select account_id, account_name, parent_account_id from dim_accounts order by 1")
    assert names["account_id"].to_list() == [f"keyed {account.lower()}@x.example" for account in ACCOUNTS]
    assert set(names["parent_account_id"]) == {"keyed g4@x.example"}
    assert "called otherwise before" not in names["account_name"]
