"""Where a person may hide from their erasure: names of files, other encodings, other ids, other keys, short ids."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from storage.accounting import unbalanced
from storage.erasure import erase_rows, person_of
from storage.identity import BadKey, identity_key
from storage.ingest import ingest
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.person_rows import find_person
from storage.proof import files_that_tell, where_told
from storage.suppression import suppress

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PEOPLE = (
    "person_id,account_id,email,full_name\nann,A1,ann.arbor@example.com,Ann Arbor\n7,A1,seven@example.com,Sven Seven\n"
)
MESSAGES = (
    "message_id,channel,author_kind,body,sent_at,account_id,person_id\n"
    "M1,email,customer,It broke,2026-09-01T10:00:00Z,A1,ann\n"
    "M2,email,customer,Ask Ann Arbor,2026-09-01T10:00:00Z,A1,bob\n"
    "7,email,customer,seven of 7,2026-09-01T10:00:00Z,A1,bob\n"
)


def load(folder: Path, files: dict[str, str]) -> DataDir:
    for name, text in files.items():
        path = folder / "extracts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    ingest(folder / "extracts", folder / "data", NOW)
    return DataDir(folder / "data")


def erase(paths: DataDir, person_id: str):
    ledger, key = Ledger(paths.ledger), identity_key(paths)
    try:
        person = person_of(paths, ledger, person_id, key)
        suppress(paths, ledger, person, key, NOW.isoformat())
        erase_rows(paths, ledger, person)
    finally:
        ledger.close()
    paths.erasing.unlink()
    return person


@pytest.mark.parametrize(
    "name", ["messages/of_ann.arbor@example.com.csv", "messages/Ann_Arbor-2026.csv", "Ann Arbor/messages.csv"]
)
def test_a_file_named_after_them_is_not_told_by_its_rows_messages_or_ledger(tmp_path, name):
    paths = load(tmp_path, {"people.csv": PEOPLE, name: MESSAGES + "M9,email,customer,no time,,A1,bob\n"})
    person = erase(paths, "ann")
    assert where_told(paths, person) == []
    assert unbalanced(pl.read_parquet(paths.files)).is_empty()
    assert set(pl.read_parquet(paths.raw_table("messages") / "*.parquet")["message_id"]) == {"M2", "7"}


def test_a_row_in_which_they_were_mentioned_is_hashed_anew(tmp_path):
    paths = load(tmp_path, {"people.csv": PEOPLE, "messages.csv": MESSAGES})
    before = dict(
        pl.read_parquet(paths.raw_table("messages") / "*.parquet").select("message_id", "row_hash").iter_rows()
    )
    erase(paths, "ann")
    after = dict(
        pl.read_parquet(paths.raw_table("messages") / "*.parquet").select("message_id", "row_hash").iter_rows()
    )
    assert after["M2"] != before["M2"]
    assert after["7"] == before["7"]


def test_an_account_named_after_them_is_not_any_more(tmp_path):
    accounts = "account_id,account_name\nA1,Ann Arbor\nA2,Arbor Ltd\n"
    paths = load(tmp_path, {"people.csv": PEOPLE, "accounts.csv": accounts})
    person = erase(paths, "ann")
    assert where_told(paths, person) == []
    kept = pl.read_parquet(paths.raw_table("accounts") / "*.parquet")["account_name"].sort().to_list()
    assert kept == ["Arbor Ltd", "[erased]"]


def test_an_id_of_one_digit_is_proven_gone_although_the_digit_is_everywhere(tmp_path):
    paths = load(tmp_path, {"people.csv": PEOPLE, "messages.csv": MESSAGES})
    person = find_person(paths, "7")
    assert where_told(paths, person) == ["raw/people/" + p.name for p in paths.raw_table("people").glob("[!_]*")]
    paths.dbt.mkdir(exist_ok=True)
    (paths.dbt / "run_results.json").write_text('{"rows": 7, "id": "7"}')
    erase(paths, "7")
    assert where_told(paths, person) == []
    assert set(pl.read_parquet(paths.raw_table("messages") / "*.parquet")["message_id"]) == {"M1", "M2", "7"}


@pytest.mark.parametrize("word", ["ticket", "customer", "messages", "Ticket"])
def test_an_id_that_is_a_word_of_a_closed_list_is_proven_gone_although_the_word_is_everywhere(tmp_path, word):
    files = {"people.csv": PEOPLE + f"{word},A1,,\n", "messages.csv": MESSAGES.replace(",email,", ",ticket,")}
    files["messages.csv"] += (
        f"M8,ticket,customer,my Ticket for a customer is in messages,2026-09-02T10:00:00Z,A1,{word}\n"
    )
    files["messages.csv"] += f"M9,ticket,customer,the {word} is open,2026-09-02T10:00:00Z,A1,bob\n"
    paths = load(tmp_path, files)
    rows = pl.read_parquet(paths.raw_table("messages") / "*.parquet").sort("message_id")
    person = find_person(paths, word)
    named_in = [f"raw/{t}/{p.name}" for t in ("messages", "people") for p in paths.raw_table(t).glob("[!_]*")]
    assert where_told(paths, person) == named_in
    erase(paths, word)
    assert where_told(paths, person) == []
    left = pl.read_parquet(paths.raw_table("messages") / "*.parquet").sort("message_id")
    assert left.equals(rows.filter(pl.col("person_id") != word)), "nobody else's words are touched"
    assert word not in pl.read_parquet(paths.raw_table("people") / "*.parquet")["person_id"]
    pl.DataFrame({"channel": [word]}).write_parquet(paths.insight("of_a_channel"))
    pl.DataFrame({"person_id": [word]}).write_parquet(paths.insight("of_a_person"))
    assert where_told(paths, person) == ["insights/of_a_person.parquet"]


def test_another_id_with_the_same_address_does_not_bring_them_back(tmp_path):
    paths = load(tmp_path, {"people.csv": PEOPLE, "messages.csv": MESSAGES})
    erase(paths, "ann")
    load(tmp_path, {
        "people.csv": "person_id,account_id,email,full_name\nnew-id,A1, Ann.Arbor@Example.com,A\njo,A1,j@x.com,Jo\n",
        "messages.csv": MESSAGES.replace(",ann\n", ",ann.arbor@example.com\n").replace("09-01", "09-02"),
    })  # fmt: skip
    assert set(pl.read_parquet(paths.raw_table("people") / "*.parquet")["person_id"]) == {"7", "jo"}
    assert "M1" not in set(pl.read_parquet(paths.raw_table("messages") / "*.parquet")["message_id"])


def test_under_another_key_nothing_is_loaded_because_nobody_would_be_kept_out(tmp_path, monkeypatch):
    paths = load(tmp_path, {"people.csv": PEOPLE})
    erase(paths, "ann")
    monkeypatch.setenv("JSI_IDENTITY_KEY", "another key of more than thirty-two characters")
    with pytest.raises(BadKey, match="erased under another key"):
        load(tmp_path, {"people.csv": PEOPLE + "jo,A1,,\n"})
    monkeypatch.delenv("JSI_IDENTITY_KEY")
    load(tmp_path, {})
    assert "ann" not in set(pl.read_parquet(paths.raw_table("people") / "*.parquet")["person_id"])


@pytest.mark.parametrize(
    "content",
    [
        "Björn Århus schrieb".encode("cp1252"),
        "Björn Århus schrieb".encode("utf-16-le"),
        "Björn Århus schrieb".encode("utf-16-be"),
        b"PAR1 a half written table: bjoern%40example.com",
    ],
)
def test_the_proof_reads_what_nobody_declared(tmp_path, content):
    people = "person_id,account_id,email,full_name\nb,A1,bjoern@example.com,Björn Århus\n"
    paths = load(tmp_path, {"people.csv": people})
    person = find_person(paths, "b")
    (paths.landing / "left").write_bytes(content)
    assert [p.name for p in files_that_tell(paths.landing, person)] == ["left"]
