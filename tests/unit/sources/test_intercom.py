"""Intercom's conversations, contacts and companies → messages, ratings, people, accounts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from tests.examples import examples

AT, LATER, LAST = 1717164300, 1717250700, 1717337100
USER = {"type": "user", "id": "u1", "name": "Jo", "email": "jo@example.com"}
ADMIN = {"type": "admin", "id": "77", "email": "al@example.com"}


def part(number, author, body="<p>Hm</p>", **change):
    return {
        "type": "conversation_part",
        "id": str(number),
        "part_type": "comment",
        "body": body,
        "author": author,
        "created_at": LATER,
        "updated_at": LATER,
    } | change


CONVERSATION = {
    "type": "conversation",
    "id": "9",
    "created_at": AT,
    "updated_at": LAST,
    "state": "closed",
    "source": {
        "type": "conversation",
        "id": "3",
        "delivered_as": "customer_initiated",
        "body": "<p>It <b>fails</b></p>",
        "author": USER,
    },
    "contacts": {
        "type": "contact.list",
        "contacts": [{"type": "contact", "id": "u1", "external_id": "003A0000006Vm9r"}],
    },
    "conversation_rating": {"rating": 2, "remark": "Too slow", "created_at": LAST, "contact": {"id": "u1"}},
    "conversation_parts": {"conversation_parts": [part(41, ADMIN), part(42, USER, "<p>Still</p>")]},
}
CONTACT = {
    "type": "contact",
    "id": "u1",
    "workspace_id": "w",
    "external_id": "003A0000006Vm9r",
    "role": "user",
    "email": "jo@example.com",
    "name": "Jo",
    "updated_at": LATER,
    "companies": {"type": "list", "data": [{"type": "company", "id": "c1"}], "total_count": 1},
}
COMPANY = {
    "type": "company",
    "id": "c1",
    "app_id": "w",
    "company_id": "001A0000006Vm9r",
    "name": "Acme",
    "updated_at": AT,
}

PARTS = (
    "id,updated_at,_fivetran_synced,author_id,author_type,conversation_id,created_at,part_type,body,_fivetran_active\n"
    "41,2024-05-31 14:05:00,2024-06-01 00:00:00.123,u1,lead,9,2024-05-31 14:05:00,comment,<p>It fails</p>,true\n"
    "42,2024-05-31 15:05:00,2024-06-01 00:00:00.123,77,admin,9,2024-05-31 15:05:00,close,,true\n"
    "43,2024-05-31 15:05:00,2024-06-01 00:00:00.123,77,admin,9,2024-05-31 15:05:00,note,Grumpy,true\n"
)
VERSIONS = (
    "id,updated_at,created_at,source_author_id,source_author_type,source_delivered_as,source_type,source_body,"
    "conversation_rating_value,conversation_rating_remark,conversation_rating_created_at,_fivetran_active\n"
    "9,2024-06-02 10:00:00,2024-05-31 14:05:00,u1,user,customer_initiated,email,Hm,4,Fine,2024-06-02 09:00:00,true\n"
    "9,2024-06-01 10:00:00,2024-05-31 14:05:00,u1,user,customer_initiated,email,It fails,,,,false\n"
)


def read(*records):
    return load("\n".join(json.dumps(r) for r in records), "intercom/x.jsonl")


def load(text, name="intercom/t.csv"):
    extract = catalog.read_bytes(text.encode(), name)
    assert extract.source == "intercom"
    return extract


def with_parts(*parts, **change):
    return (
        CONVERSATION | {"conversation_parts": {"conversation_parts": list(parts)}, "conversation_rating": None} | change
    )


def kinds(extract):
    return dict(extract.tables["messages"].select("message_id", "author_kind").rows())


def reasons(extract):
    return dict(extract.excluded.select("source_row", "reason").rows())


def test_a_conversation_is_its_first_message_its_parts_and_its_rating():
    extract = read(CONVERSATION)
    found = extract.tables["messages"].select("message_id", "author_kind", "person_id", "body", "is_derived").rows()
    assert found == [
        ("intercom:9:source", "customer", "u1", "<p>It <b>fails</b></p>", False),
        ("intercom:41", "agent", None, "<p>Hm</p>", True),
        ("intercom:42", "customer", "u1", "<p>Still</p>", True),
    ]
    assert set(extract.tables["messages"]["conversation_id"]) == {"intercom:9"}
    assert str(extract.tables["messages"]["sent_at"][0]) == "2024-05-31 14:05:00+00:00"
    assert (extract.rows_read, extract.rows_excluded) == (1, 0)


def test_a_rating_is_a_response_in_the_episode_of_its_conversation():
    row = read(CONVERSATION).tables["survey_responses"].row(0, named=True)
    assert (row["survey_type"], row["score"], row["scale_min"], row["scale_max"]) == ("csat", 2.0, 1.0, 5.0)
    assert (row["verbatim"], row["ticket_id"], row["person_id"]) == ("Too slow", "intercom:9", "u1")
    assert str(row["answered_at"]) == "2024-06-02 14:05:00+00:00"


def test_a_conversation_that_was_not_rated_has_no_response():
    empty = {"rating": None, "remark": None, "created_at": None, "contact": {"id": None}}
    assert "survey_responses" not in read(with_parts(conversation_rating=empty)).tables


@pytest.mark.parametrize(
    ("author", "kind"),
    [
        ({"type": "user", "id": "u"}, "customer"),
        ({"type": "lead", "id": "u"}, "customer"),
        ({"type": "contact", "id": "u"}, "customer"),
        ({"type": "admin", "id": "7"}, "agent"),
        ({"type": "team", "id": "7"}, "agent"),
        ({"type": "bot", "id": "7"}, "bot"),
        ({"type": "admin", "id": "7", "email": "operator+w1@intercom.io"}, "bot"),
    ],
)
def test_who_wrote_a_part_is_told_by_its_author(author, kind):
    assert kinds(read(with_parts(part(50, author))))["intercom:50"] == kind


@pytest.mark.parametrize("author", [USER, ADMIN, {}])
def test_a_note_is_internal_whoever_wrote_it(author):
    extract = read(with_parts(part(50, author, part_type="note")))
    row = extract.tables["messages"].row(1, named=True)
    assert (row["author_kind"], row["is_public"], row["person_id"]) == ("agent", False, None)


def test_a_part_of_nobody_is_excluded_and_its_conversation_stays():
    extract = read(with_parts(part(50, {"type": "spaceship"})))
    assert list(kinds(extract)) == ["intercom:9:source"]
    assert extract.excluded.select("reason", "is_derived").rows() == [("unknown_author", True)]


def test_parts_without_words_and_the_ratings_own_parts_are_no_messages():
    extract = read(with_parts(part(50, ADMIN, None), part(51, USER, "x", part_type="conversation_rating_changed")))
    assert list(kinds(extract)) == ["intercom:9:source"]


def test_the_blank_author_of_a_tweet_is_the_customer_and_intercoms_notice_is_nobodys():
    source = {"type": "twitter", "delivered_as": "customer_initiated", "body": "@you fails", "author": {}}
    notice = "We've removed this part of the conversation to comply with Twitter's terms and conditions."
    extract = read(with_parts(part(50, USER, notice), source=source))
    assert kinds(extract) == {"intercom:9:source": "customer", "intercom:50": "bot"}
    assert extract.tables["messages"]["channel"].to_list() == ["social", "social"]


def test_a_message_that_the_company_sent_first_is_not_the_customers():
    source = {"type": "email", "delivered_as": "automated", "body": "News!", "author": ADMIN}
    assert kinds(read(with_parts(source=source))) == {"intercom:9:source": "agent"}


def test_a_redacted_part_is_a_deleted_row():
    extract = read(with_parts(part(50, USER, redacted=True)))
    assert extract.tables["messages"]["is_deleted"].to_list() == [None, True]


def test_an_unknown_channel_is_kept_with_a_warning():
    extract = read(with_parts(source=CONVERSATION["source"] | {"type": "pigeon"}))
    assert extract.tables["messages"]["channel"].to_list() == ["unknown"]
    assert extract.warnings["reason"].to_list() == ["unknown_channel"]


def test_a_conversation_without_words_is_excluded():
    extract = read(with_parts(source={"type": "conversation", "body": None, "author": ADMIN}))
    assert reasons(extract) == {1: "not_a_message"}


def test_a_contacts_own_id_is_merged_into_the_one_that_we_gave_it():
    people = read(CONTACT).tables["people"]
    assert people.select("person_id", "merged_into", "account_id", "is_derived").rows() == [
        ("u1", "003A0000006Vm9rIAC", "c1", False),
        ("003A0000006Vm9rIAC", None, "c1", True),
    ]
    assert people["updated_at"].is_null().to_list() == [False, True]


def test_a_conversation_tells_the_given_id_of_its_contact_too():
    people = read(CONVERSATION).tables["people"]
    assert people.select("person_id", "merged_into", "is_derived").rows() == [("u1", "003A0000006Vm9rIAC", True)]


def test_the_made_up_ids_of_leads_and_their_companies_are_not_used():
    made_up = COMPANY | {"company_id": "c2-qualification-company"}
    extract = read(CONTACT | {"role": "lead"}, made_up)
    assert extract.tables["people"].select("person_id", "merged_into").rows() == [("u1", None)]
    assert extract.tables["accounts"].select("account_id", "merged_into").rows() == [("c1", None)]


def test_a_company_gives_its_account_a_name_below_the_crms():
    accounts = read(COMPANY).tables["accounts"]
    assert accounts.select("account_id", "merged_into", "account_name", "is_derived").rows() == [
        ("c1", "001A0000006Vm9rIAC", "Acme", False),
        ("001A0000006Vm9rIAC", None, "Acme", True),
    ]
    assert accounts["updated_at"].is_null().to_list() == [False, True]


def test_pages_of_the_api_are_read():
    page = {"type": "conversation.list", "conversations": [CONVERSATION], "pages": {"page": 1}, "total_count": 1}
    assert load(json.dumps(page), "intercom/p.json").rows_read == 1
    assert load(json.dumps({"type": "list", "data": [CONTACT]}), "intercom/p.json").rows_read == 1


def test_the_newest_version_of_a_conversation_has_the_greatest_updated_at():
    extract = load(VERSIONS)
    messages = extract.tables["messages"]
    assert messages.select("message_id", "channel", "is_derived").rows() == [("intercom:9:source", "email", False)] * 2
    assert messages["updated_at"].dt.day().to_list() == [2, 1]
    assert extract.tables["survey_responses"].select("score", "verbatim", "is_derived").rows() == [(4.0, "Fine", True)]


def test_parts_of_a_warehouse_are_messages_and_changes_of_state_are_none():
    extract = load(PARTS)
    found = extract.tables["messages"].select("message_id", "author_kind", "conversation_id", "is_public").rows()
    assert found == [("intercom:41", "customer", "intercom:9", True), ("intercom:43", "agent", "intercom:9", False)]
    assert reasons(extract) == {2: "not_a_message"}


def test_the_link_of_a_contact_to_its_company_is_a_dated_row():
    text = "COMPANY_ID,CONTACT_ID,CONTACT_UPDATED_AT,_FIVETRAN_SYNCED\nc1,u1,2024-05-31 14:05:00,2024-06-01 00:00:00\n"
    row = load(text).tables["people"].row(0, named=True)
    assert (row["person_id"], row["account_id"], str(row["valid_from"])) == ("u1", "c1", "2024-05-31 14:05:00+00:00")


def test_tables_that_hold_nothing_needed_are_counted_row_by_row():
    assert reasons(load("id,_fivetran_deleted,_fivetran_synced,name\n1,false,2024-05-31,vip\n")) == {1: "not_needed"}


@pytest.mark.parametrize("time", [10**20, 10**12, "soon"])
def test_a_time_beyond_any_calendar_excludes_its_message(time):
    extract = read(with_parts(created_at=time))
    assert extract.excluded["column_name"].to_list() == ["sent_at"]


KEYS = sorted({*CONVERSATION, *CONTACT, *COMPANY, *part(1, USER)})
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "body", "author", "data", "rating", *KEYS]), inner, max_size=3)
    ),
    max_leaves=6,
)


@examples(100)
@given(st.sampled_from([CONVERSATION, CONTACT, COMPANY]), st.dictionaries(st.sampled_from(KEYS), values, max_size=4))
def test_any_value_under_any_key_is_accounted_for(record, odd):
    extract = read(record | odd, CONVERSATION)
    kept = sum(frame.filter(~frame["is_derived"]).height for frame in extract.tables.values())
    assert (extract.rows_read, kept + extract.rows_excluded) == (2, 2)


@examples(40)
@given(st.sampled_from([PARTS, VERSIONS]), st.data())
def test_any_damage_to_cells_is_accounted_for(text, data):
    lines = text.splitlines()
    row = data.draw(st.integers(1, len(lines) - 1))
    cells = lines[row].split(",")
    cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(st.text(alphabet='x1,"\n\x00 :-é', max_size=6))
    lines[row] = ",".join(cells)
    extract = load("\n".join(lines) + "\n")
    kept = sum(frame.filter(~frame["is_derived"]).height for frame in extract.tables.values())
    assert kept + extract.rows_excluded == extract.rows_read
