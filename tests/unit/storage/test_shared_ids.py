"""Two vendors that number their records alike lose nothing to each other and mix nobody; what is contested is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import polars as pl
import pytest

from storage.erasure import erase_rows, person_of
from storage.identity import identity_key
from storage.ingest import ingest
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.person_rows import find_person
from storage.proof import files_that_tell
from storage.resolution import Policy, resolve

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
POLICY = Policy({"any": 9}, frozenset({"gmail.com"}), NOON)


def lines(*records: dict) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def zendesk(n: int) -> dict[str, str]:
    """A company, its user, their ticket with a comment: all of them have the number ``n``."""
    when = {"created_at": "2025-06-01T09:00:00Z", "updated_at": "2025-06-02T09:00:00Z"}
    user = {"id": n, "name": "Zoe Initech", "email": "zoe@initech.example", "role": "end-user", "organization_id": n}
    ticket = {"id": n, "status": "open", "requester_id": n, "organization_id": n, "subject": "x"} | when
    comment = {"id": n, "ticket_id": n, "author_id": n, "body": "It broke", "public": True} | when
    return {
        "z_orgs.jsonl": lines({"id": n, "name": "Initech", "domain_names": [], "shared_tickets": False} | when),
        "z_users.jsonl": lines(user | when),
        "z_tickets.jsonl": lines(ticket),
        "z_comments.jsonl": lines(comment),
    }


def hubspot(n: int) -> dict[str, str]:
    """The same of HubSpot."""
    when = "2025-07-01 08:00"
    return {
        "h_companies.csv": f"Record ID,Company name,Create Date,Last Modified Date\n{n},Globex,{when},{when}\n",
        "h_contacts.csv": "Record ID,First Name,Last Name,Email,Primary Company ID,Last Modified Date\n"
        f"{n},Hal,Globex,hal@globex.example,{n},{when}\n",
        "h_tickets.csv": "Record ID,Ticket name,Ticket status,Create date,Last modified date,Associated Company IDs,"
        f"Associated Contact IDs,Source,Ticket description\n{n},x,1,{when},{when},{n},{n},FORM,I cannot log in\n",
    }


def ingested(data: Path, deliveries: list[tuple[str, str]]) -> DataDir:
    """Each file in a folder of its own, one after the other."""
    for nth, (name, text) in enumerate(deliveries):
        folder = data / f"drop{nth}"
        folder.mkdir()
        (folder / name).write_text(text)
        ingest(folder, data / "data", NOON)
    return DataDir(data / "data")


def raw(paths: DataDir, table: str) -> pl.DataFrame:
    return pl.read_parquet(paths.raw_table(table) / "*.parquet")


@pytest.mark.parametrize("order", range(4))
def test_two_vendors_with_the_same_numbers_lose_nothing_and_mix_nobody(tmp_path, order):
    every = [*zendesk(1).items(), *hubspot(1).items()]
    Random(order).shuffle(every)
    paths = ingested(tmp_path, every)
    files = pl.read_parquet(paths.files)
    assert files.select("rows_read", "rows_kept", "rows_superseded").unique().rows() == [(1, 1, 0)]
    accounts = dict(raw(paths, "accounts").select("account_name", "account_id").rows())
    assert accounts["Globex"] != accounts["Initech"]
    account_of = dict(resolve(paths, POLICY)[0].select("canonical_id", "account_id").rows())
    assert len(account_of) == 2
    for table in ("tickets", "messages"):
        of_source = {row["source"]: row for row in raw(paths, table).iter_rows(named=True)}
        assert account_of[of_source["zendesk"]["person_id"]] == accounts["Initech"]
        assert account_of[of_source["hubspot"]["person_id"]] == accounts["Globex"]
        assert of_source["zendesk"]["ticket_id"] != of_source["hubspot"]["ticket_id"]
    assert told(paths) == []


@pytest.mark.parametrize(
    ("person", "source", "stays"), [("5", "hubspot", "zendesk"), ("zendesk:5", "zendesk", "hubspot")]
)
def test_erasing_one_takes_nothing_of_the_other_and_says_whose_rows_it_took(tmp_path, person, source, stays):
    paths = ingested(tmp_path, [*zendesk(5).items(), *hubspot(5).items()])
    before = raw(paths, "people").filter(source=stays)
    ledger = Ledger(paths.ledger, paths.raw)
    taken = erase_rows(paths, ledger, person_of(paths, ledger, person, identity_key(paths)))
    ledger.close()
    assert set(taken.sources) == {source}
    assert raw(paths, "people").equals(before)
    assert set(raw(paths, "tickets")["source"]) == set(raw(paths, "messages")["source"]) == {stays}


def test_a_landed_file_tells_a_person_by_the_number_that_the_vendor_writes(tmp_path):
    paths = ingested(tmp_path, [*zendesk(873451).items()])
    person = find_person(paths, "zendesk:873451")
    assert {p.name for p in files_that_tell(tmp_path, person)} >= {"z_tickets.jsonl", "z_comments.jsonl"}
    with pytest.raises(LookupError, match="zendesk:873451"):
        find_person(paths, "873451")


TICKETS = "ticket_id,created_at,updated_at\n5,2025-01-01,2025-01-01\n6,2025-01-01,2025-01-01\n"


def told(paths: DataDir) -> list[tuple]:
    warnings = pl.read_parquet(paths.warnings).filter(reason="same_id_two_sources")
    return sorted(warnings.select("source", "table_name", "source_row").rows())


def test_a_row_that_is_lost_to_the_same_id_of_another_source_is_told(tmp_path):
    paths = ingested(tmp_path, [("tickets.csv", TICKETS), *zendesk(6).items()])
    assert told(paths) == [("canonical", "tickets", 2), ("zendesk", "tickets", 1)]


@pytest.mark.parametrize(
    ("name", "email", "is_told"),
    [
        ("Hal Globex", "HAL@globex.example", False),
        ("Hal", "", False),
        ("Ann Arbor", "", True),
        ("", "ann@x.example", True),
    ],
)
def test_an_id_of_people_that_two_sources_share_is_told_only_where_they_are_told_apart(tmp_path, name, email, is_told):
    people = f"person_id,account_id,full_name,email\n5,5,{name},{email}\n"
    paths = ingested(tmp_path, [("people.csv", people), *hubspot(5).items()])
    assert told(paths) == ([("canonical", "people", 1), ("hubspot", "people", 1)] if is_told else [])


def test_an_account_that_the_help_desk_knows_by_the_crms_id_is_one_account(tmp_path):
    organization = {"id": 77, "name": "Globex Inc.", "domain_names": [], "shared_tickets": False, "external_id": "5"}
    paths = ingested(tmp_path, [("o.jsonl", lines(organization)), *hubspot(5).items()])
    assert set(resolve(paths, POLICY)[1]["canonical_id"]) == {"5"}
    assert told(paths) == []
