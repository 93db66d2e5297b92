"""Salesforce exports → accounts, people, contracts, stage history."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from sources.record_ids import long_id, long_reference
from tests.examples import examples

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


@pytest.mark.parametrize(("closed", "won"), [("3,7", "true"), ("true", "perhaps")])
def test_a_renewal_of_which_nobody_can_read_how_it_ended_is_not_called_churned(closed, won):
    cells = ["006A0000006Vm9r", "001", "x", "1", "2025-03-31", "Renewal", closed, won, "2024-04-01", "1", ""]
    assert read(OPPORTUNITY, cells).excluded.select("column_name", "reason").rows() == [("outcome", "not_allowed")]


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


# What a connector writes: snake_case, times without offset, the connector's own columns.
CONNECTOR_ACCOUNT = (
    "_fivetran_synced,id,is_deleted,master_record_id,name,owner_id,parent_id,annual_revenue,region_c,arr_c,"
    "record_type_id"
)
ACCOUNT_VERSIONS = f"_fivetran_active,_fivetran_start,_fivetran_end,{CONNECTOR_ACCOUNT}"


def test_a_connectors_account_table_is_read_like_the_export():
    synced = "2024-05-31 14:05:00.123"
    extract = read(
        CONNECTOR_ACCOUNT,
        [synced, "001A0000006Vm9r", "false", "", "Acme", "005", "001A0000006Vm9s", "9000000", "emea", "1200", "012"],
        [synced, "001A0000006Vm9t", "TRUE", "001A0000006Vm9r", "Acme Ltd", "005", "", "", "", "", "012"],
        [synced, "001A0000006Vm9u", "TRUE", "", "Test", "005", "", "", "", "", "012"],
    )
    assert rows(extract, "accounts", "account_id", "merged_into", "is_deleted", "arr_usd", "region") == [
        ("001A0000006Vm9rIAC", None, False, 1200.0, "emea"),
        (long_id("001A0000006Vm9t"), "001A0000006Vm9rIAC", False, None, None),
        (long_id("001A0000006Vm9u"), None, True, None, None),
    ]
    assert str(extract.tables["accounts"]["updated_at"][0]) == "2024-05-31 14:05:00.123000+00:00"
    assert extract.tables["accounts"]["parent_account_id"][0] == long_id("001A0000006Vm9s")
    assert "annual_revenue" in extract.extra_columns


def version(active, start, end, deleted, name):
    return [active, start, end, "2024-06-01 00:00:00", "001A0000006Vm9r", deleted, "", name, "005", *[""] * 5]


def test_a_history_table_keeps_each_version_from_its_own_day():
    extract = read(
        ACCOUNT_VERSIONS,
        version("false", "2024-01-01 00:00:00", "2024-03-31 23:59:59.999", "false", "Acme"),
        version("true", "2024-04-01 00:00:00", "9999-12-31 23:59:59", "false", "Acme Group"),
    )
    table = extract.tables["accounts"]
    assert [str(t)[:10] for t in table["valid_from"]] == ["2024-01-01", "2024-04-01"]
    assert table["account_name"].to_list() == ["Acme", "Acme Group"]
    assert table["is_deleted"].to_list() == [False, False]


def test_a_version_that_is_deleted_is_the_end_of_the_record_and_what_was_before_stays():
    extract = read(
        ACCOUNT_VERSIONS,
        version("true", "2024-04-01 00:00:00", "9999-12-31 23:59:59", "true", "Acme"),
        version("false", "2024-01-01 00:00:00", "2024-03-31 23:59:59", "false", "Acme"),
    )
    table = extract.tables["accounts"]
    assert table["is_deleted"].to_list() == [True, False]
    assert [str(t)[:10] for t in table["valid_from"]] == ["None", "2024-01-01"]
    assert [str(t)[:10] for t in table["updated_at"]] == ["2024-04-01", "2024-01-01"]


def test_a_connectors_contact_table_is_read_and_a_user_is_no_contact():
    header = "id,_fivetran_synced,account_id,email,first_name,last_name,is_deleted,owner_id,system_modstamp,photo_url"
    extract = read(
        header, ["003A0000006Vm9r", "2024-06-01", "001A0000006Vm9r", "j@x.org", "Jo", "Doe", "", "5", "", ""]
    )
    assert rows(extract, "people", "account_id", "full_name") == [("001A0000006Vm9rIAC", "Jo Doe")]
    users = read(
        f"{header},username,profile_id", ["005", "2024-06-01", "", "", "", "Roe", "", "", "", "", "roe", "00e"]
    )
    assert users.tables == {}
    assert users.excluded["reason"].to_list() == ["not_needed"]


def test_a_connectors_opportunities_become_contracts_and_a_probability_of_1000_harms_nothing():
    header = (
        "_fivetran_synced,id,account_id,stage_name,close_date,amount,type,is_closed,is_won,is_deleted,probability,"
        "contract_start_date_c,last_activity_date"
    )
    extract = read(
        header,
        [
            *("2024-06-01 00:00:00", "006A0000006Vm9r", "001A0000006Vm9r", "Closed Won", "2025-03-31 00:00:00", "100"),
            *("Renewal", "true", "true", "false", "1000", "2024-04-01 00:00:00", ""),
        ],
    )
    row = extract.tables["contracts"].row(0, named=True)
    assert (str(row["starts_on"]), str(row["renews_on"]), row["outcome"]) == ("2024-04-01", "2025-03-31", "renewed")
    assert "probability" in extract.extra_columns


def test_a_history_of_opportunities_gives_contracts_of_renewals_and_stages_of_new_business():
    header = (
        "_fivetran_start,_fivetran_end,id,account_id,stage_name,close_date,created_date,amount,type,is_deleted,owner_id"
    )
    account = "001A0000006Vm9r"
    extract = read(
        header,
        [
            "2024-01-01",
            "9999-12-31",
            "006A0000006Vm9r",
            account,
            "Qualification",
            "2024-06-30",
            "",
            "1",
            "New",
            "",
            "5",
        ],
        ["2024-02-01", "9999-12-31", "006A0000006Vm9s", account, "Limbo", "2024-06-30", "", "1", "New", "", "5"],
        ["2024-03-01", "9999-12-31", "006A0000006Vm9t", account, "Limbo", "2024-06-30", "", "1", "Renewal", "", "5"],
    )
    assert [(s, str(t)[:10]) for s, t in rows(extract, "stage_history", "stage", "entered_at")] == [
        ("awareness", "2024-01-01")
    ]
    assert extract.excluded.select("source_row", "reason", "column_name").rows() == [
        (2, "not_a_renewal", "Type"),
        (3, "missing_value", "starts_on"),
    ]


FIELD_HISTORY = "Id,IsDeleted,OpportunityId,CreatedById,CreatedDate,Field,OldValue,NewValue"
CHANGES = [
    ["017", "false", "006", "005", "2024-05-31T14:05:00.000+0000", "StageName", "Prospecting", "Value Proposition"],
    ["018", "false", "006", "005", "2024-05-31T14:05:00.000+0000", "Amount", "1", "2"],
    ["019", "false", "006", "005", "2024-06-30T14:05:00.000+0000", "StageName", "Value Proposition", "Closed Lost"],
]


def test_field_history_with_its_account_becomes_stage_history():
    extract = read(f"{FIELD_HISTORY},Opportunity.AccountId", *([*c, "001A0000006Vm9r"] for c in CHANGES))
    assert rows(extract, "stage_history", "account_id", "stage") == [("001A0000006Vm9rIAC", "evaluation")]
    assert extract.excluded["reason"].to_list() == ["not_a_stage_change"] * 2


def test_field_history_without_its_account_is_excluded_and_says_which_column_to_add():
    extract = read(FIELD_HISTORY, *CHANGES)
    reasons = dict(extract.excluded.select("source_row", "reason").rows())
    assert reasons == {1: "unknown_account", 2: "not_a_stage_change", 3: "not_a_stage_change"}
    assert "Opportunity.AccountId" in extract.excluded.filter(source_row=1)["message"][0]


@pytest.mark.parametrize(
    "header",
    [
        "Id,WhoId,WhatId,Subject,ActivityDate,Status,SystemModstamp",
        "Id,LastName,Company,IsConverted,Email,SystemModstamp",
        "Id,AccountId,OrderNumber,EffectiveDate,Status",
        "Id,Name,ProductCode,IsActive,IsDeleted",
        "Id,OpportunityId,PricebookEntryId,Quantity",
        "Id,Username,LastName,ProfileId,AccountId",
        "Id,OpportunityId,ContactId,Role",
    ],
)
def test_an_object_that_holds_nothing_needed_is_counted_row_by_row(header):
    extract = read(header, ["x"] * len(header.split(",")))
    assert extract.tables == {}
    assert extract.excluded.select("source_row", "reason").rows() == [(1, "not_needed")]


@given(st.lists(st.tuples(*[st.sampled_from(["", "x", "9999-12-31", "-1", "true", "1e400"])] * 11), max_size=3))
@examples(30)
def test_whatever_the_cells_hold_each_row_is_kept_or_excluded(damaged):
    extract = read(OPPORTUNITY, *damaged, *(["006", "001", "x", "1", "2025-03-31", "renewal", *c[6:]] for c in damaged))
    assert extract.rows_read == 2 * len(damaged)
    extract.check_sums()
