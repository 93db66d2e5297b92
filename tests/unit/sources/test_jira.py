"""Jira's JSON and a connector's tables of it → tickets, messages and people of a service desk."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from sources.jira_text import plain_text
from tests.examples import examples

AT, LATER = "2024-05-31T14:05:00.000+0200", "2024-06-01T09:00:00.000+0000"
CUSTOMER = {"accountId": "qm:1:2", "accountType": "customer", "emailAddress": "c@d.e", "displayName": "Cleo"}
AGENT = {"accountId": "5b10", "accountType": "atlassian"}
COMMENT = {
    "self": "https://x/rest/api/3/issue/10010/comment/7",
    "id": "7",
    "author": CUSTOMER,
    "body": "Still",
    "created": AT,
}
ISSUE = {
    "id": "10010",
    "key": "SUP-1",
    "fields": {
        "summary": "Login fails",
        "description": {
            "type": "doc",
            "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Always"}]}],
        },
        "reporter": CUSTOMER,
        "creator": CUSTOMER,
        "created": AT,
        "updated": LATER,
        "resolutiondate": LATER,
        "priority": {"name": "Highest"},
        "status": {"name": "Done"},
    },
}
ISSUES = (
    "id,_fivetran_deleted,created,creator,description,issue_type,key,"
    "priority,reporter,resolved,status,summary,updated\n"
)
COMMENTS = "id,_fivetran_synced,author_id,body,created,is_public,issue_id,updated\n"


def read(content, name="jira/export.json"):
    extract = catalog.read_bytes((content if isinstance(content, str) else json.dumps(content)).encode(), name)
    assert extract.source == "jira"
    return extract


def one(extract, table):
    assert extract.tables[table].height == 1
    return extract.tables[table].row(0, named=True)


def issue(**fields):
    return ISSUE | {"fields": ISSUE["fields"] | fields}


def test_a_customers_issue_is_a_ticket_with_its_first_message_and_its_customer():
    extract = read({"issues": [ISSUE], "total": 1})
    ticket, message, person = (one(extract, table) for table in ("tickets", "messages", "people"))
    assert (ticket["ticket_id"], ticket["priority"], ticket["status"]) == ("jira:10010", "urgent", "Done")
    assert str(ticket["created_at"]) == "2024-05-31 12:05:00+00:00"
    assert (ticket["person_id"], ticket["is_derived"]) == ("qm:1:2", False)
    assert (message["message_id"], message["body"]) == ("jira:issue:10010", "Login fails\n\nAlways")
    assert (message["author_kind"], message["ticket_id"], message["is_derived"]) == ("customer", "jira:10010", True)
    assert (person["email"], person["full_name"], person["updated_at"]) == ("c@d.e", "Cleo", None)
    assert extract.rows_read == 1


def test_an_issue_an_agent_wrote_for_a_customer_is_a_ticket_but_not_the_customers_words():
    extract = read({"issues": [issue(creator=AGENT)]})
    assert one(extract, "tickets")["person_id"] == "qm:1:2"
    assert one(extract, "messages")["author_kind"] == "agent"


def test_what_a_company_writes_to_itself_is_no_ticket():
    extract = read({"issues": [issue(reporter=AGENT)]})
    assert extract.excluded.select("table_name", "reason").rows() == [("tickets", "not_a_customer")]
    assert "tickets" not in extract.tables


def test_comments_inside_an_issue_are_messages_of_it():
    page = {"comments": [COMMENT, COMMENT | {"id": "8", "author": AGENT}], "total": 2}
    messages = read({"issues": [issue(comment=page)]}).tables["messages"].sort("message_id")
    assert messages.select("message_id", "author_kind", "ticket_id").rows() == [
        ("jira:7", "customer", "jira:10010"),
        ("jira:8", "agent", "jira:10010"),
        ("jira:issue:10010", "customer", "jira:10010"),
    ]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, "customer"),
        ({"author": {"accountId": "qm:9:9"}}, "customer"),
        ({"author": AGENT}, "agent"),
        ({"author": {"accountId": "1", "accountType": "app"}}, "bot"),
        ({"jsdPublic": False}, "agent"),
        ({"jsdPublic": True}, "customer"),
    ],
)
def test_who_wrote_a_comment_is_told_and_private_notes_are_internal(change, kind):
    row = one(read({"comments": [COMMENT | change]}), "messages")
    assert (row["author_kind"], row["ticket_id"]) == (kind, "jira:10010")
    assert (row["person_id"] is None) == (kind != "customer")


def test_an_edited_comment_is_a_newer_version():
    first, second = (one(read({"comments": [COMMENT | {"updated": at}]}), "messages") for at in (AT, LATER))
    assert first["message_id"] == second["message_id"]
    assert second["updated_at"] > first["updated_at"]


def test_a_priority_of_ones_own_is_left_empty_and_said():
    extract = read({"issues": [issue(priority={"name": "On fire"})]})
    assert one(extract, "tickets")["priority"] is None
    assert extract.warnings["reason"].to_list() == ["unknown_priority"]


def test_a_connectors_issues_are_read_by_portal_ids_with_deletes():
    extract = read(
        ISSUES
        + "1,FALSE,2020-04-01 08:33:58,qm:1:2,Slow,10103,SUP-1,2,qm:1:2,2020-05-29 11:33,3,Login,2020-05-29 11:33:53\n"
        + "2,TRUE,2020-04-01 08:33:58,qm:1:2,,10103,SUP-2,,qm:1:2,,3,Other,2020-05-29 11:33:53\n"
        + "3,FALSE,2020-04-01 08:33:58,557058:a,,10103,DEV-1,,557058:a,,3,Refactor,2020-05-29 11:33:53\n",
        "jira/issue.csv",
    )
    tickets = extract.tables["tickets"].select("ticket_id", "priority", "status", "is_deleted").rows()
    assert tickets == [("jira:1", "high", None, False), ("jira:2", None, None, True)]
    assert extract.tables["messages"]["is_deleted"].to_list() == [False, True]
    assert extract.excluded.select("source_row", "reason").rows() == [(3, "not_a_customer")]


def test_a_connectors_comments_are_read_and_linked_to_their_issue():
    extract = read(
        COMMENTS
        + "10,2020-11-12 12:20:53.148,qm:1:2,Hello,2020-11-10 19:19:41.224,true,1,2020-11-10 19:19:41.224\n"
        + "11,2020-11-12 12:20:53.148,qm:1:2,Hidden,2020-11-10 19:19:41.224,false,1,2020-11-10 19:19:41.224\n"
        + "12,2020-11-12 12:20:53.148,557058:a,Hi,2020-11-10 19:19:41.224,true,1,2020-11-10 19:19:41.224\n",
        "jira/comment.csv",
    )
    messages = extract.tables["messages"].select("author_kind", "is_public", "ticket_id").rows()
    assert messages == [("customer", True, "jira:1"), ("agent", False, "jira:1"), ("agent", True, "jira:1")]


def test_users_are_people_only_if_they_are_customers():
    header = "id,_fivetran_synced,email,locale,name,time_zone,username\n"
    extract = read(header + "qm:1:2,,c@d.e,en_US,Cleo,UTC,\n557058:a,,a@b.c,en_US,Ann,UTC,\n", "jira/user.csv")
    assert extract.tables["people"].select("person_id", "email").rows() == [("qm:1:2", "c@d.e")]
    assert extract.excluded["reason"].to_list() == ["not_a_customer"]
    assert one(read([CUSTOMER, AGENT]), "people")["person_id"] == "qm:1:2"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("issue_field_history.csv", "field_id,issue_id,time,_fivetran_synced,value"),
        ("jira_priority.csv", "id,_fivetran_synced,description,name"),
        ("status_category.csv", "id,_fivetran_synced,name"),
        ("sprint.csv", "id,_fivetran_synced,board_id,complete_date,start_date,name"),
    ],
)
def test_tables_that_hold_nothing_needed_are_counted_row_by_row(name, header):
    extract = read(f"{header}\nx{',' * header.count(',')}\n", f"jira/{name}")
    assert extract.excluded["reason"].to_list() == ["not_needed"]


def test_a_documents_text_is_what_a_reader_sees():
    document = {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [{"type": "mention", "attrs": {"text": "@Ann"}}, {"type": "text", "text": " see"}],
            },
            {"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "text", "text": "one"}]}]},
            {"type": "codeBlock", "content": [{"type": "text", "text": "x = 1"}, {"type": "hardBreak"}, {"text": "y"}]},
        ],
    }
    assert plain_text(document) == "@Ann see\none\nx = 1\ny"
    assert plain_text("plain") == "plain"
    assert plain_text({"type": "doc", "content": []}) is None


def test_a_document_nested_without_end_does_no_harm():
    node = {"type": "text", "text": "deep"}
    for _ in range(500):
        node = {"type": "paragraph", "content": [node]}
    assert plain_text(node) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["accountId", "name", "comments"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@examples(60)
@given(
    st.dictionaries(st.sampled_from(["id", "key", "fields"]), values, max_size=2),
    st.dictionaries(st.sampled_from([*ISSUE["fields"], "comment"]), values, max_size=3),
    st.dictionaries(st.sampled_from(list(COMMENT)), values, max_size=3),
)
def test_any_value_under_any_key_is_accounted_for(top, fields, comment):
    assert read({"issues": [issue(**fields), ISSUE | top], "comments": [COMMENT | comment]}).rows_read == 3
