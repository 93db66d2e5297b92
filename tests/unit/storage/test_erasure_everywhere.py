"""A person who stands in any text column of any table, and one who is an account: the erasure finishes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from sources.contract import POLARS_TYPE, TABLES, Table
from sources.extract import EXCLUDED_SCHEMA, Extract
from storage.erasure import erase_rows, person_of
from storage.identity import identity_key, person_columns
from storage.ingest import ingest
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.person_rows import Person
from storage.proof import where_told
from storage.raw import row_hashes, row_keys, with_provenance, write_schemas
from storage.suppression import suppress, without_erased

NOW = datetime(2026, 10, 1, tzinfo=UTC)
ID, ADDRESS, NAME = "003xx000001ANN", "ann.arbor@example.com", "Ann Arbor"
PLANTED = (ID, ADDRESS, f"by {NAME}", f"team/{ADDRESS}")
VALUES = {"number": 1.0, "boolean": True, "timestamp": NOW, "date": date(2026, 9, 1)}


def planted(table: Table) -> pl.DataFrame:
    """Typed rows of ``table``: in each another text column tells the person in another way; nothing else is alike."""
    texts = [c.name for c in table.columns if c.kind == "text" and not c.allowed]  # a closed list names nobody
    others = {"person_id": "bob"} | ({"merged_into": None} if table.name == "people" else {})
    rows = []
    for n, text in enumerate(texts):
        for form in PLANTED:
            filled = {
                c.name: VALUES.get(c.kind, f"{table.name} {c.name} {n} {form[:2]}") for c in table.columns
            } | others
            filled |= {"person_id": f"cy {form}"} if text == "merged_into" else {}  # who is merged into them is them
            rows.append({c.name: filled[c.name] for c in table.columns} | {text: form})
    frame = pl.DataFrame(rows, schema={c.name: POLARS_TYPE[c.kind] for c in table.columns})
    rows_of_file = {"source_row": pl.int_range(1, pl.len() + 1, dtype=pl.Int64), "is_derived": pl.lit(False)}
    return frame.with_columns(**rows_of_file)


def erase(paths: DataDir, person_id: str) -> tuple[Person, dict[str, int]]:
    ledger, key = Ledger(paths.ledger), identity_key(paths)
    try:
        person = person_of(paths, ledger, person_id, key)
        suppress(paths, ledger, person, key, NOW.isoformat())
        return person, erase_rows(paths, ledger, person).rows
    finally:
        ledger.close()


@pytest.fixture
def paths(tmp_path) -> DataDir:
    """A data folder in which the person stands in every text column of every table."""
    paths = DataDir(tmp_path / "data").create()
    write_schemas(paths)
    described = {"person_id": ID, "account_id": "A1", "email": ADDRESS, "full_name": NAME}
    for name, table in TABLES.items():
        rows = planted(table)
        if name == "people":
            rows = pl.concat([rows, pl.DataFrame([described | {"source_row": 999}])], how="diagonal")
            rows = rows.with_columns(pl.col("is_derived").fill_null(False))
        raw = with_provenance(table, rows, "canonical", f"{name}.csv", name.ljust(64, "0"), NOW)
        raw.write_parquet(paths.raw_file(name, name.ljust(64, "0")))
    return paths


def test_whatever_text_column_of_whatever_table_tells_them_nothing_does_afterwards(paths):
    before = {t: pl.read_parquet(paths.raw_table(t) / "*.parquet") for t in TABLES}
    person, removed = erase(paths, ID)
    assert where_told(paths, person) == []
    # Only where the person is named do rows go; all others only lose the name.
    assert removed == {t: len(person_columns(t)) + (t == "people") for t in TABLES if person_columns(t)}
    for name, table in TABLES.items():
        after = pl.read_parquet(paths.raw_table(name) / "*.parquet")
        assert after.height == before[name].height - removed.get(name, 0)
        assert after["row_hash"].to_list() == row_hashes(table, after).to_list()
        assert after["row_key"].to_list() == row_keys(table, after).to_list()
        kept = before[name].join(after, on="source_row", how="semi")
        assert after["row_key"].n_unique() == kept["row_key"].n_unique(), "rows that were apart stay apart"


def test_whatever_column_of_a_later_delivery_tells_them_it_does_not_come_in(paths):
    person, _ = erase(paths, ID)
    ledger = Ledger(paths.ledger)
    suppressed, key = ledger.suppressed(), identity_key(paths)
    ledger.close()
    for name, table in TABLES.items():
        rows = planted(table)
        nothing = pl.DataFrame(schema=EXCLUDED_SCHEMA)
        left = without_erased(Extract("canonical", {name: rows}, nothing, rows.height), suppressed, key).tables[name]
        left.write_parquet(paths.raw_file(name, "f" * 64))
        kept = pl.read_parquet(paths.raw_file(name, name.ljust(64, "0")))
        assert set(row_keys(table, left)) <= set(kept["row_key"]), "another version of the same rows"
    assert where_told(paths, person) == []


PEOPLE = (
    "person_id,account_id,email,full_name\nann,{0},ann.arbor@example.com,Ann Arbor\nbob,{1},bob@example.com,Bob B\n"
)
FILES = {
    "accounts.csv": "account_id,account_name\n{0},Ann Arbor\nA7,Acme\n",
    "contracts.csv": "contract_id,account_id,starts_on,renews_on,arr_usd\nC1,{0},2026-01-01,2027-01-01,10\n"
    "C7,A7,2026-01-01,2027-01-01,10\n",
    "tickets.csv": "ticket_id,account_id,created_at\nT1,{0},2026-09-01\nT7,A7,2026-09-01\n",
    "messages.csv": "message_id,channel,author_kind,body,sent_at,account_id,ticket_id\n"
    "M1,ticket,customer,It broke,2026-09-01T10:00:00Z,,T1\nM7,ticket,customer,Fine,2026-09-01T10:00:00Z,A7,T7\n",
    "actions.csv": "action_id,account_id,play,started_at,owner\nX1,{0},call,2026-09-01,Bob\n"
    "X7,A7,call Ann Arbor,2026-09-01,ann.arbor@example.com\n",
}


def loaded(folder, account: str, of_bob: str = "A7") -> DataDir:
    extracts = folder / "extracts"
    extracts.mkdir(exist_ok=True)
    for name, text in {"people.csv": PEOPLE, **FILES}.items():
        (extracts / name).write_text(text.format(account, of_bob))
    ingest(extracts, folder / "data", NOW)
    return DataDir(folder / "data")


def ids(paths: DataDir, table: str, column: str) -> list[str]:
    return pl.read_parquet(paths.raw_table(table) / "*.parquet")[column].drop_nulls().sort().to_list()


def test_an_account_that_is_nobody_but_the_person_goes_with_its_rows_and_stays_out(tmp_path):
    paths = loaded(tmp_path, "Ann.Arbor@example.com")
    person, removed = erase(paths, "ann")
    assert removed == {"people": 1, "accounts": 1, "contracts": 1, "tickets": 1, "messages": 1, "actions": 1}
    assert where_told(paths, person) == []
    again = loaded(tmp_path, "ann.arbor@example.com")
    for table, column, left in (
        ("accounts", "account_id", {"A7"}),
        ("contracts", "contract_id", {"C7"}),
        ("tickets", "ticket_id", {"T7"}),
        ("messages", "message_id", {"M7"}),
    ):
        assert set(ids(again, table, column)) == left
    assert where_told(again, person) == []
    assert set(pl.read_parquet(again.raw_table("actions") / "*.parquet")["play"]) == {"call [erased]"}


def test_an_account_with_others_in_it_stays_under_a_hash_that_stands_for_it_everywhere(tmp_path):
    paths = loaded(tmp_path, "ann.arbor@example.com", of_bob="ann.arbor@example.com")
    person, removed = erase(paths, "ann")
    assert removed == {"people": 1}
    assert where_told(paths, person) == []
    (hashed,) = set(ids(paths, "contracts", "account_id")) - {"A7"}
    assert hashed.startswith("[erased ")
    assert hashed in ids(paths, "accounts", "account_id")
    assert ids(paths, "people", "account_id") == [hashed]


def test_a_company_that_happens_to_have_the_persons_number_loses_no_row(tmp_path):
    paths = loaded(tmp_path, "A1")
    (tmp_path / "extracts" / "more").mkdir()
    (tmp_path / "extracts" / "more" / "people.csv").write_text("person_id,account_id,full_name\n100001,A7,Cy Young\n")
    more = FILES["contracts.csv"].format("100001").replace("C7", "C8")
    (tmp_path / "extracts" / "more" / "contracts.csv").write_text(more)
    ingest(tmp_path / "extracts", paths.root, NOW)
    before = len(ids(paths, "contracts", "contract_id"))
    person, removed = erase(paths, "100001")
    assert removed == {"people": 1}
    assert len(ids(paths, "contracts", "contract_id")) == before
    assert where_told(paths, person) == []
