"""HubSpot's companies, contacts, deals, tickets and surveys → accounts, people, contracts, tickets, responses."""

from __future__ import annotations

import pytest

from tests.unit.sources.hubspot_files import linked, page, read, reasons, record, rows

# Companies and contacts


def test_a_view_of_companies_is_read_by_its_labels():
    extract = read(
        "Record ID,Company name,Annual Revenue,Create Date,Last Modified Date,Became a Customer Date,ARR",
        ["9001", "Acme", "5000000", "2024-01-02 08:00", "2024-05-31 14:05", "2024-03-01 10:00", "1200"],
    )
    assert rows(extract, "accounts", "account_id", "account_name", "arr_usd") == [("9001", "Acme", 1200.0)]
    assert str(extract.tables["accounts"]["created_on"][0]) == "2024-01-02"
    assert str(extract.tables["accounts"]["updated_at"][0]) == "2024-05-31 14:05:00+00:00"
    assert rows(extract, "stage_history", "account_id", "stage", "is_derived") == [("9001", "onboarding", True)]
    assert extract.extra_columns == ["Annual Revenue"]


def test_the_latest_of_stages_that_were_entered_in_one_moment_counts():
    extract = read(
        "Record ID,Company name,Became a Lead Date,Became an Opportunity Date,Became a Customer Date",
        ["1", "Acme", "2024-01-01 10:00", "2024-03-01 10:00", "2024-03-01 10:00"],
    )
    assert sorted(rows(extract, "stage_history", "stage")) == [("awareness",), ("onboarding",)]


def test_a_connectors_companies_are_read_with_hours_of_one_digit_and_windows_line_ends():
    extract = read(
        "id,is_deleted,_fivetran_synced,property_name,property_createdate,property_hs_all-funky-a9384-syntax",
        ["1", "false", "2020-12-30 3:15:52", "Acme", "2019-07-05 20:35:26", "23"],
        ["2", "true", "2020-12-30 3:15:53", "Test", "2019-07-05 20:35:26", ""],
        end="\r\n",
    )
    assert rows(extract, "accounts", "account_id", "is_deleted") == [("1", False), ("2", True)]
    assert str(extract.tables["accounts"]["updated_at"][0]) == "2020-12-30 03:15:52+00:00"


def test_merged_companies_of_the_api_follow_their_survivor():
    extract = page(record("30", {"name": "Acme", "domain": "acme.example", "hs_merged_object_ids": "10;20;30"}))
    assert rows(extract, "accounts", "account_id", "merged_into", "is_derived") == [
        ("30", None, False),
        ("10", "30", True),
        ("20", "30", True),
    ]


def test_the_history_of_a_lifecycle_stage_becomes_stage_history():
    history = {
        "lifecyclestage": [
            {"value": "customer", "timestamp": "2024-04-01T00:00:00.000Z"},
            {"value": "lead", "timestamp": "2024-02-01T00:00:00.000Z"},
        ]
    }
    extract = page(record("30", {"name": "Acme", "lifecyclestage": "customer"}, propertiesWithHistory=history))
    assert sorted(rows(extract, "stage_history", "stage")) == [("awareness",), ("onboarding",)]


CONTACTS = (
    "_fivetran_deleted,_fivetran_synced,id,property_email,property_firstname,property_lastname,"
    "property_associatedcompanyid,property_hs_buying_role,property_hs_calculated_merged_vids"
)


def test_contacts_become_people_with_their_buying_role_and_merges():
    synced = "2024-05-31 14:05:00"
    extract = read(
        CONTACTS,
        ["FALSE", synced, "5", "j@acme.example", "Jane", "Doe", "9001", "DECISION_MAKER", "3:1617212345;4:1617212346"],
        ["TRUE", synced, "6", "", "", "Roe", "", "BLOCKER", ""],
        ["FALSE", synced, "7", "", "Ann", "", "9001", "END_USER;EXECUTIVE_SPONSOR", ""],
    )
    assert rows(extract, "people", "person_id", "account_id", "role", "full_name", "merged_into", "is_deleted") == [
        ("5", "9001", "buyer", "Jane Doe", None, False),
        ("6", None, None, "Roe", None, True),
        ("7", "9001", "user", "Ann", None, False),
        ("3", None, None, None, "5", None),
        ("4", None, None, None, "5", None),
    ]
    assert extract.warnings.select("source_row", "reason").rows() == [(2, "unknown_role")]


def test_a_contact_of_several_companies_stays_unlinked():
    extract = page(
        record("5", {"email": "j@x.example"}, associations=linked(companies=["1", "2"])),
        record("6", {"email": "k@x.example"}, associations=linked(companies=["1"])),
    )
    assert rows(extract, "people", "account_id") == [(None,), ("1",)]


def test_the_primary_of_several_companies_is_the_account():
    companies = {
        "companies": {
            "results": [
                {"id": "1", "type": "contact_to_company_unlabeled"},
                {"id": "2", "type": "contact_to_company"},
                {"id": "2", "type": "contact_to_company_unlabeled"},
            ]
        }
    }
    extract = page(record("5", {"email": "j@x.example"}, associations=companies))
    assert rows(extract, "people", "account_id") == [("2",)]


def test_a_list_of_merges_becomes_people_that_follow_their_survivor():
    extract = read(
        "canonical_vid,contact_id,vid_to_merge,_fivetran_synced,entity_id,timestamp",
        ["5", "5", "1", "2020-12-30 11:20:31", "", "2019-10-08 15:50:57"],
    )
    assert rows(extract, "people", "person_id", "merged_into", "is_derived") == [("1", "5", False)]


# Deals

DEALS = (
    "Record ID,Deal Name,Deal Type,Pipeline,Deal Stage,Amount,Close Date,Contract Start Date,"
    "Associated Company IDs (Primary),Currency,Prior ARR,Is Closed Won,Is Closed Lost"
)


def deal(kind="Renewal", stage="Closed Won", amount="120", won="true", lost="false", company="9001", pipeline=""):
    return [
        "70",
        "A",
        kind,
        pipeline,
        stage,
        amount,
        "2025-03-31 12:00",
        "2024-04-01",
        company,
        "USD",
        "100",
        won,
        lost,
    ]


@pytest.mark.parametrize(
    ("given", "outcome", "paid"),
    [
        (deal(), "expanded", 120.0),
        (deal(amount="100"), "renewed", 100.0),
        (deal(amount="80"), "contracted", 80.0),
        (deal(stage="Closed Lost", won="false", lost="true"), "churned", 0.0),
        (deal(stage="Contract Sent", won="false"), None, None),
        (deal(kind="", pipeline="Renewals EMEA", stage="Closed Lost", won="", lost=""), "churned", 0.0),
    ],
)
def test_a_renewal_is_a_contract_with_its_outcome(given, outcome, paid):
    row = read(DEALS, given).tables["contracts"].row(0, named=True)
    assert (row["account_id"], row["arr_usd"], row["outcome"], row["outcome_arr_usd"]) == ("9001", 100.0, outcome, paid)
    assert (str(row["starts_on"]), str(row["renews_on"])) == ("2024-04-01", "2025-03-31")


def test_new_business_and_a_renewal_of_nobody_are_excluded_with_what_to_do():
    extract = read(DEALS, deal(kind="New Business"), deal(company=""), deal(company="1;2"))
    assert reasons(extract) == {1: "not_a_renewal", 2: "unknown_account", 3: "unknown_account"}
    assert "hs_primary_associated_company" in extract.excluded["message"][1]


# Tickets


def test_tickets_of_the_api_are_read_and_what_a_form_brought_in_is_the_customers():
    extract = page(
        record(
            "80",
            {
                "subject": "Login",
                "content": "I cannot log in",
                "hs_pipeline_stage": "4",
                "hs_ticket_priority": "MEDIUM",
                "createdate": "2024-05-01T08:00:00Z",
                "closed_date": "2024-05-02T08:00:00Z",
                "source_type": "FORM",
            },
            associations=linked(companies=["9001"], contacts=["5"]),
        ),
        record(
            "81", {"hs_pipeline_stage": "1", "createdate": "1714550400000", "content": "noted", "source_type": "PHONE"}
        ),
    )
    assert rows(extract, "tickets", "ticket_id", "account_id", "person_id", "priority", "status") == [
        ("hubspot:80", "9001", "5", "normal", "closed"),
        ("hubspot:81", None, None, None, "1"),
    ]
    assert str(extract.tables["tickets"]["created_at"][1]) == "2024-05-01 08:00:00+00:00"
    assert rows(extract, "messages", "message_id", "author_kind", "body", "is_derived") == [
        ("hubspot:ticket:80", "customer", "I cannot log in", True)
    ]


def test_a_mail_that_is_delivered_by_itself_is_not_read_from_its_ticket_again():
    properties = {
        "hs_pipeline_stage": "1",
        "createdate": "2024-05-01T08:00:00Z",
        "content": "x",
        "source_type": "EMAIL",
    }
    extract = page(record("80", properties | {"hs_originating_email_engagement_id": "99"}))
    assert extract.tables["messages"].is_empty()


def test_a_ticket_that_closes_before_it_is_created_keeps_no_closing_date_and_is_reported():
    extract = read(
        "id,_fivetran_synced,property_createdate,property_closed_date,property_hs_pipeline_stage",
        ["80", "2021-02-20 00:00:00", "2021-02-16 20:31:05", "2020-11-10 14:54:50", "4"],
    )
    assert rows(extract, "tickets", "status", "resolved_at") == [("closed", None)]
    assert extract.warnings["reason"].to_list() == ["out_of_range"]


# Surveys


@pytest.mark.parametrize(
    ("kind", "value", "scale"), [("NPS", "9", (0.0, 10.0)), ("CES", "7", (1.0, 7.0)), ("CSAT", "2", (0.0, 2.0))]
)
def test_a_survey_response_has_the_scale_of_its_survey(kind, value, scale):
    extract = page(
        record(
            "90",
            {
                "hs_survey_type": kind,
                "hs_value": value,
                "hs_content": "Good",
                "hs_submission_timestamp": "2024-05-03T10:00:00Z",
            },
            associations=linked(contacts=["5"], tickets=["80"]),
        )
    )
    assert rows(extract, "survey_responses", "survey_type", "scale_min", "scale_max") == [(kind.lower(), *scale)]
    assert rows(extract, "survey_responses", "person_id", "ticket_id", "verbatim") == [("5", "hubspot:80", "Good")]


def test_a_custom_survey_an_empty_answer_and_a_score_off_the_scale_are_excluded():
    sent = {"hs_submission_timestamp": "2024-05-03T10:00:00Z"}
    extract = page(
        record("1", {"hs_survey_type": "CUSTOM", "hs_value": "3", **sent}),
        record("2", {"hs_survey_type": "NPS", "hs_value": None, **sent}),
        record("3", {"hs_survey_type": "CSAT", "hs_value": "5", **sent}),
    )
    assert reasons(extract) == {1: "unknown_scale", 2: "no_answer", 3: "out_of_range"}
