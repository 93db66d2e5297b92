"""Zendesk JSON lines → tickets, ratings, messages, people, account names."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from tests.examples import examples

AT, LATER = "2024-05-31T14:05:00Z", "2024-06-01T09:00:00Z"
TICKET = {
    "id": 35436,
    "created_at": AT,
    "updated_at": LATER,
    "status": "solved",
    "priority": "high",
    "requester_id": 20978392,
    "requester": {"id": 20978392, "external_id": "003A0000006Vm9r", "role": "end-user"},
    "organization": {"id": 57542, "external_id": "001A0000006Vm9r"},
    "tags": ["escalated", "topic:billing", "product:insight"],
    "via": {"channel": "web"},
    "satisfaction_rating": {"score": "offered"},
}
COMMENT = {
    "id": 1,
    "ticket_id": 35436,
    "author_id": 20978392,
    "author": {"id": 20978392, "role": "end-user", "external_id": "003A0000006Vm9r"},
    "body": "It fails",
    "public": True,
    "created_at": AT,
}
USER = {
    "id": 7,
    "name": "Jane",
    "email": "j@example.com",
    "role": "end-user",
    "external_id": None,
    "organization_id": 57542,
}


KEYS = sorted({*TICKET, *COMMENT, *USER, "comments", "metric_set", "author_role", "is_public", "plain_body"})
NESTED_KEYS = ("id", "external_id", "role", "score", "comment", "channel", "calendar", "reply_time_in_minutes", "body")


def read(*records):
    body = "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records)
    extract = catalog.read_bytes(body.encode(), "zendesk/export.jsonl")
    assert extract.source == "zendesk"
    return extract


def one(extract, table):
    assert extract.tables[table].height == 1
    return extract.tables[table].row(0, named=True)


def test_a_ticket_is_read_with_the_crm_ids_of_its_customer():
    metrics = {"reopens": 2, "assignee_stations": 3, "solved_at": LATER, "reply_time_in_minutes": {"calendar": 30}}
    extract = read(TICKET | {"metric_set": metrics})
    row = one(extract, "tickets")
    assert (row["ticket_id"], row["priority"], row["status"], row["is_escalated"]) == ("35436", "high", "solved", True)
    assert (row["account_id"], row["person_id"]) == ("001A0000006Vm9rIAC", "003A0000006Vm9rIAC")
    assert (row["topic"], row["product_line"], row["n_reopens"], row["n_transfers"]) == ("billing", "insight", 2, 2)
    assert str(row["first_reply_at"]) == "2024-05-31 14:35:00+00:00"
    assert row["is_deleted"] is False
    assert "survey_responses" not in extract.tables


def test_without_embedded_objects_the_help_desks_own_ids_stand():
    bare = {k: v for k, v in TICKET.items() if k not in ("organization", "requester")} | {"organization_id": 57542}
    row = one(read(bare), "tickets")
    assert (row["account_id"], row["person_id"]) == ("zendesk:57542", "zendesk:20978392")


@pytest.mark.parametrize(("score", "number"), [("good", 1.0), ("bad", 0.0)])
def test_a_rating_is_a_survey_response_of_its_ticket_and_no_row_of_its_own(score, number):
    rating = {"score": score, "comment": "as it is", "created_at": LATER}
    extract = read(TICKET | {"satisfaction_rating": rating})
    row = one(extract, "survey_responses")
    assert (row["survey_type"], row["score"], row["scale_min"], row["scale_max"]) == ("csat", number, 0.0, 1.0)
    assert (row["verbatim"], row["ticket_id"]) == ("as it is", "35436")
    assert row["higher_is_better"]
    assert row["is_derived"]
    assert extract.rows_read == 1


def test_a_deleted_ticket_is_a_deleted_row_with_its_rating_and_comments():
    deleted = TICKET | {"status": "deleted", "satisfaction_rating": {"score": "bad"}, "comments": [COMMENT]}
    extract = read(deleted)
    assert [one(extract, t)["is_deleted"] for t in ("tickets", "survey_responses", "messages")] == [True, True, True]


def test_a_customers_comment_is_a_message_in_the_conversation_of_its_ticket():
    row = one(read(COMMENT), "messages")
    assert (row["author_kind"], row["body"], row["channel"]) == ("customer", "It fails", "ticket")
    assert row["is_public"]
    assert (row["ticket_id"], row["conversation_id"], row["person_id"]) == ("35436", "35436", "003A0000006Vm9rIAC")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"author": {"id": 5, "role": "agent"}}, "agent"),
        ({"author": {"id": 5, "role": "admin"}}, "agent"),
        ({"author": None, "author_role": "end-user"}, "customer"),
        ({"author": None, "requester_id": 20978392}, "customer"),
        ({"author_id": -1, "author": None}, "bot"),
        ({"public": False}, "agent"),
    ],
)
def test_who_wrote_a_comment_is_told_and_private_notes_are_never_the_customers(change, kind):
    row = one(read(COMMENT | change), "messages")
    assert row["author_kind"] == kind
    assert (row["person_id"] is None) == (kind != "customer")


def test_a_comment_of_an_author_nobody_knows_waits_for_their_record():
    row = one(read(COMMENT | {"author": None}), "messages")
    assert (row["author_kind"], row["person_id"]) == ("unknown", None)
    assert row["speaker_id"] == f"zendesk:user:{COMMENT['author_id']}"


def test_a_comment_that_names_no_author_is_excluded_and_says_what_to_export():
    extract = read(COMMENT | {"author": None, "author_id": None})
    assert extract.excluded["reason"].to_list() == ["unknown_author"]
    assert "author_id" in extract.excluded["message"][0]


def test_comments_inside_a_ticket_are_messages_of_it():
    agent = COMMENT | {"id": 2, "author_id": 5, "author": {"id": 5, "role": "agent"}, "body": "We look into it"}
    mine = {k: v for k, v in COMMENT.items() if k not in ("author", "ticket_id")}
    stranger = mine | {"id": 3, "author_id": 99}
    extract = read(TICKET | {"via": {"channel": "chat"}, "comments": [mine, agent, stranger]})
    found = extract.tables["messages"].select("message_id", "author_kind", "channel", "account_id", "is_derived").rows()
    assert found == [
        ("1", "customer", "chat", "001A0000006Vm9rIAC", True),
        ("2", "agent", "chat", "001A0000006Vm9rIAC", True),
        ("3", "unknown", "chat", "001A0000006Vm9rIAC", True),
    ]
    assert (extract.rows_read, extract.rows_excluded) == (1, 0)


def test_end_users_are_people_and_never_outrank_the_crm():
    extract = read(USER, USER | {"id": 8, "external_id": "003A0000006Vm9r"}, USER | {"id": 9, "role": "agent"})
    people = extract.tables["people"].filter(~pl.col("is_derived")).select("person_id", "account_id", "updated_at")
    assert people.rows() == [("zendesk:7", "zendesk:57542", None), ("003A0000006Vm9rIAC", "zendesk:57542", None)]
    assert dict(extract.tables["speakers"].select("speaker_id", "author_kind").rows()) == {
        "zendesk:user:7": "customer",
        "zendesk:user:8": "customer",
        "zendesk:user:9": "agent",
    }
    assert extract.rows_excluded == 0


def test_organisations_give_accounts_a_name():
    extract = read({"id": 57542, "name": "Acme", "domain_names": [], "external_id": "001A0000006Vm9r"})
    assert extract.tables["accounts"].select("account_id", "account_name", "merged_into", "is_derived").rows() == [
        ("001A0000006Vm9rIAC", "Acme", None, False),
        ("zendesk:57542", "Acme", "001A0000006Vm9rIAC", True),
    ]


def test_a_truncated_line_and_an_unknown_object_are_excluded_and_the_rest_is_read():
    extract = read(TICKET, '{"id": 1, "status": "op', {"id": 1, "colour": "red"}, TICKET | {"id": 2})
    assert dict(extract.excluded.select("source_row", "reason").rows()) == {2: "bad_json", 3: "unknown_object"}
    assert extract.tables["tickets"]["ticket_id"].to_list() == ["35436", "2"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NESTED_KEYS), inner, max_size=3),
    max_leaves=6,
)


@examples(150)
@given(st.sampled_from([TICKET, COMMENT, USER]), st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=4))
def test_any_value_under_any_key_is_accounted_for(record, odd):
    extract = catalog.read_bytes(
        json.dumps(record | odd).encode() + b"\n" + json.dumps(TICKET).encode(), "zendesk/x.jsonl"
    )
    assert extract.rows_read == 2
    kept = sum(frame.filter(~frame["is_derived"]).height for frame in extract.tables.values())
    assert kept + extract.rows_excluded == 2
