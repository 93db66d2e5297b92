"""Salesforce exports → accounts, people, contracts, stage history."""

from __future__ import annotations

import csv
import io

import pytest

from sources import catalog
from sources.record_ids import long_id, long_reference

ACCOUNT = (
    "Id,IsDeleted,MasterRecordId,Name,ParentId,Segment__c,Region__c,ARR__c,CurrencyIsoCode,AnnualRevenue,CreatedDate,"
    "SystemModstamp"
)
CONTACT = "Id,IsDeleted,MasterRecordId,AccountId,LastName,FirstName,Email,Role__c,SystemModstamp"
OPPORTUNITY = (
    "Id,AccountId,StageName,Amount,CloseDate,Type,IsClosed,IsWon,Contract_Start_Date__c,Prior_ARR__c,SystemModstamp"
)


def read(header, *rows):
    out = io.StringIO()
    csv.writer(out).writerows([header.split(","), *rows])
    extract = catalog.read_bytes(out.getvalue().encode(), "salesforce/export.csv")
    assert extract.source == "salesforce"
    return extract


def rows(extract, table, *columns):
    return extract.tables[table].select(columns).rows()


def test_short_ids_are_spelled_long_and_other_ids_stay():
    assert long_id("001A0000006Vm9r") == "001A0000006Vm9rIAC"
    assert long_id("001A0000006Vm9rIAC") == "001A0000006Vm9rIAC"
    assert long_id("A-0001") == "A-0001"
    assert long_reference("ABCDEFGHIJKLMNO") == "ABCDEFGHIJKLMNO"
    assert long_reference(None) is None


def test_an_account_is_read_and_annual_revenue_is_not_its_arr():
    extract = read(
        ACCOUNT,
        [
            "001A0000006Vm9r",
            "false",
            "",
            "Acme",
            "",
            "smb",
            "emea",
            "1200.5",
            "USD",
            "9000000",
            "2024-01-02T08:00:00.000Z",
            "2024-05-31T14:05:00.000+0000",
        ],
    )
    row = extract.tables["accounts"].row(0, named=True)
    assert (row["account_id"], row["account_name"], row["arr_usd"]) == ("001A0000006Vm9rIAC", "Acme", 1200.5)
    assert (str(row["created_on"]), row["is_deleted"], row["merged_into"]) == ("2024-01-02", False, None)
    assert str(row["updated_at"]) == "2024-05-31 14:05:00+00:00"
    assert extract.extra_columns == ["AnnualRevenue"]


def test_a_merged_account_points_to_its_survivor_and_is_not_deleted():
    blank = [""] * 6
    merged = ["001A0000006Vm9s", "true", "001A0000006Vm9r", "Acme Ltd", *blank, "", "2024-05-31T14:05:00.000Z"]
    deleted = ["001A0000006Vm9t", "true", "", "Test", *blank, "", "2024-05-31T14:05:00.000Z"]
    extract = read(ACCOUNT, merged[:12], deleted[:12])
    assert rows(extract, "accounts", "merged_into", "is_deleted") == [("001A0000006Vm9rIAC", False), (None, True)]


def test_an_account_in_another_currency_is_excluded_with_that_reason():
    extract = read(ACCOUNT, ["001A0000006Vm9r", "false", "", "Acme", "", "", "", "100", "CHF", "", "", ""])
    assert extract.excluded["reason"].to_list() == ["unknown_currency"]


def test_a_contact_becomes_a_person_and_an_unknown_role_is_reported():
    extract = read(
        CONTACT,
        ["003A0000006Vm9r", "false", "", "001A0000006Vm9r", "Doe", "Jane", "j@example.com", "Economic Buyer", ""],
        ["003A0000006Vm9s", "false", "", "", "Roe", "", "", "Astronaut", ""],
    )
    assert rows(extract, "people", "account_id", "role", "full_name") == [
        ("001A0000006Vm9rIAC", "buyer", "Jane Doe"),
        (None, None, "Roe"),
    ]
    assert extract.warnings.select("source_row", "reason").rows() == [(2, "unknown_role")]


@pytest.mark.parametrize(
    ("closed", "won", "amount", "outcome", "paid"),
    [
        ("false", "false", "100", None, None),
        ("true", "false", "100", "churned", 0.0),
        ("true", "true", "100", "renewed", 100.0),
        ("true", "true", "120", "expanded", 120.0),
        ("true", "true", "80", "contracted", 80.0),
    ],
)
def test_a_renewal_is_a_contract_with_its_outcome(closed, won, amount, outcome, paid):
    extract = read(
        OPPORTUNITY,
        [
            "006A0000006Vm9r",
            "001A0000006Vm9r",
            "x",
            amount,
            "2025-03-31",
            "Existing - Renewal",
            closed,
            won,
            "2024-04-01",
            "100",
            "",
        ],
    )
    row = extract.tables["contracts"].row(0, named=True)
    assert (row["arr_usd"], row["outcome"], row["outcome_arr_usd"]) == (100.0, outcome, paid)
    assert (str(row["starts_on"]), str(row["renews_on"])) == ("2024-04-01", "2025-03-31")
    assert (row["outcome_on"] is None) == (outcome is None)


def test_new_business_is_no_contract_and_is_accounted_for():
    extract = read(
        OPPORTUNITY,
        ["006A0000006Vm9r", "001", "Closed Won", "1", "2025-03-31", "New Business", "true", "true", "", "", ""],
    )
    assert extract.excluded.select("source_row", "reason").rows() == [(1, "not_a_renewal")]


def test_account_history_of_the_stage_field_becomes_stage_history():
    extract = read(
        "Id,AccountId,CreatedDate,Field,OldValue,NewValue",
        ["017", "001A0000006Vm9r", "2024-05-31T14:05:00.000Z", "Journey_Stage__c", "Purchase", "Onboarding"],
        ["018", "001A0000006Vm9r", "2024-05-31T14:05:00.000Z", "Owner", "Ann", "Bob"],
        ["019", "001A0000006Vm9r", "2024-06-01T14:05:00.000Z", "Journey_Stage__c", "Onboarding", "Limbo"],
    )
    assert rows(extract, "stage_history", "account_id", "stage") == [("001A0000006Vm9rIAC", "onboarding")]
    assert dict(extract.excluded.select("source_row", "reason").rows()) == {2: "not_a_stage_change", 3: "not_allowed"}


def test_opportunity_history_with_its_account_becomes_stage_history():
    extract = read(
        "Id,OpportunityId,Opportunity.AccountId,CreatedDate,StageName",
        ["008", "006", "001A0000006Vm9r", "2024-05-31T14:05:00.000Z", "Value Proposition"],
        ["009", "006", "001A0000006Vm9r", "2024-06-01T14:05:00.000Z", "Closed Lost"],
    )
    assert rows(extract, "stage_history", "stage") == [("evaluation",)]
    assert extract.excluded["reason"].to_list() == ["not_a_stage_change"]
