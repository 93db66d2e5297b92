"""Zendesk's API pages and incremental exports: side-loaded objects, ratings, ticket events, merged tickets."""

from __future__ import annotations

import json

import pytest

from sources import catalog

AT, LATER, LAST = "2024-05-31T14:05:00Z", "2024-06-01T09:00:00Z", "2024-06-02T10:00:00Z"
TICKET = {
    "id": 11,
    "requester_id": 501,
    "organization_id": 901,
    "created_at": AT,
    "updated_at": LATER,
    "status": "open",
    "tags": [],
}
CUSTOMER = {"id": 501, "name": "Jo", "email": "jo@example.com", "role": "end-user", "external_id": "003A0000006Vm9r"}
AGENT = {"id": 77, "name": "Al", "email": "al@example.com", "role": "agent"}
COMPANY = {"id": 901, "name": "Acme", "domain_names": [], "shared_tickets": False, "external_id": "001A0000006Vm9r"}
RATING = {"id": 5, "ticket_id": 11, "requester_id": 501, "score": "good", "created_at": LATER, "updated_at": LATER}


def read(**page):
    extract = catalog.read_bytes(json.dumps(page).encode(), "zendesk/page.json")
    assert extract.source == "zendesk"
    return extract


def comment(number, author, **change):
    return {"id": number, "ticket_id": 11, "author_id": author, "body": "Hm", "public": True, "created_at": AT} | change


def event(number, at, *children, ticket=11):
    return {"id": number, "ticket_id": ticket, "created_at": at, "via": "Web form", "child_events": list(children)}


def test_a_page_of_tickets_is_linked_by_the_objects_that_stand_beside_them():
    extract = read(
        tickets=[TICKET],
        users=[CUSTOMER, AGENT],
        organizations=[COMPANY],
        groups=[{"id": 1, "name": "Support"}],
        metric_sets=[{"id": 4, "ticket_id": 11, "reopens": 2, "assignee_stations": 1, "solved_at": LATER}],
        next_page=None,
        end_of_stream=True,
        end_time=1717236300,
    )
    row = extract.tables["tickets"].row(0, named=True)
    assert (row["account_id"], row["person_id"]) == ("001A0000006Vm9rIAC", "003A0000006Vm9rIAC")
    assert (row["n_reopens"], str(row["resolved_at"])) == (2, "2024-06-01 09:00:00+00:00")
    assert dict(extract.excluded.select("source_row", "reason").rows()) == {
        5: "not_needed",
        6: "not_needed",
    }
    assert extract.rows_read == 6


def test_zendesks_own_ids_are_merged_into_the_ids_of_the_crm():
    extract = read(users=[CUSTOMER], organizations=[COMPANY])
    people = extract.tables["people"].select("person_id", "merged_into", "is_derived").rows()
    assert people == [("003A0000006Vm9rIAC", None, False), ("zendesk:501", "003A0000006Vm9rIAC", True)]
    accounts = extract.tables["accounts"].select("account_id", "merged_into", "is_derived").rows()
    assert accounts == [("001A0000006Vm9rIAC", None, False), ("zendesk:901", "001A0000006Vm9rIAC", True)]


def test_side_loaded_users_say_who_wrote_a_comment():
    extract = read(comments=[comment(1, 501), comment(2, 77), comment(3, 404)], users=[CUSTOMER, AGENT])
    found = extract.tables["messages"].select("message_id", "author_kind", "person_id", "speaker_id").rows()
    assert found == [
        ("1", "customer", "003A0000006Vm9rIAC", None),
        ("2", "agent", None, None),
        ("3", "unknown", None, "zendesk:user:404"),
    ]
    assert extract.rows_excluded == 0


def test_a_comment_that_names_no_ticket_stands_alone_and_is_warned_of():
    alone = {k: v for k, v in comment(1, 501).items() if k != "ticket_id"}
    extract = read(comments=[alone], users=[CUSTOMER])
    assert extract.tables["messages"]["ticket_id"].to_list() == [None]
    assert extract.warnings.select("source_row", "reason").rows() == [(1, "no_ticket")]


@pytest.mark.parametrize(
    ("score", "expected"),
    [("good", 1.0), ("bad", 0.0), ("good_with_comment", 1.0), ("bad_with_comment", 0.0), ("badwithcomment", 0.0)],
)
def test_a_rating_good_or_bad_is_a_response_with_or_without_a_comment(score, expected):
    extract = read(satisfaction_ratings=[RATING | {"score": score, "comment": "as said"}])
    row = extract.tables["survey_responses"].row(0, named=True)
    assert (row["response_id"], row["ticket_id"], row["score"]) == ("11:csat", "11", expected)
    assert (row["verbatim"], row["person_id"]) == ("as said", "zendesk:501")


@pytest.mark.parametrize("score", ["offered", "unoffered", None])
def test_a_rating_that_was_only_offered_is_no_touch(score):
    extract = read(satisfaction_ratings=[RATING | {"score": score}])
    assert not extract.tables
    assert extract.excluded["reason"].to_list() == ["no_answer"]


def test_a_rating_told_by_its_ticket_and_by_itself_is_one_response():
    extract = read(tickets=[TICKET | {"satisfaction_rating": {"score": "good"}}], satisfaction_ratings=[RATING])
    assert extract.tables["survey_responses"]["response_id"].to_list() == ["11:csat", "11:csat"]
    assert extract.tables["survey_responses"]["is_derived"].to_list() == [True, False]


def test_ticket_events_give_comments_and_the_ticket_as_it_stood():
    created = [
        {"event_type": "Create", "status": "new", "requester_id": 501, "priority": "high"},
        {"event_type": "Comment", "id": 31, "author_id": 501, "body": "It fails", "public": True, "created_at": AT},
    ]
    extract = read(
        ticket_events=[
            event(1, AT, *created),
            event(2, LATER, {"event_type": "Change", "status": "solved", "previous_value": "new"}),
            event(3, LAST, {"event_type": "Notification", "subject": "Solved"}),
        ],
        users=[CUSTOMER],
        end_of_stream=True,
    )
    message = extract.tables["messages"].row(0, named=True)
    assert (message["message_id"], message["author_kind"], message["ticket_id"]) == ("31", "customer", "11")
    tickets = extract.tables["tickets"].select("source_row", "is_derived", "status", "priority", "resolved_at").rows()
    assert [(n, d, s, p, str(r)) for n, d, s, p, r in tickets] == [
        (1, True, "new", "high", "None"),
        (2, False, "solved", "high", "2024-06-01 09:00:00+00:00"),
    ]
    assert extract.excluded.select("source_row", "reason").rows() == [(3, "not_needed")]


def test_audits_name_the_field_beside_its_value_and_carry_ratings():
    def audit(number, at, *events):
        return {"id": number, "ticket_id": 11, "author_id": 501, "created_at": at, "events": list(events)}

    made = [
        {"type": "Create", "field_name": name, "value": v} for name, v in (("status", "new"), ("requester_id", 501))
    ]
    rated = {"type": "SatisfactionRating", "score": "bad", "body": "Too slow"}
    extract = read(audits=[audit(1, AT, *made), audit(2, LATER, rated)])
    assert extract.tables["tickets"]["status"].to_list() == ["new"]
    row = extract.tables["survey_responses"].row(0, named=True)
    assert (row["score"], row["verbatim"], row["person_id"], row["is_derived"]) == (
        0.0,
        "Too slow",
        "zendesk:501",
        False,
    )


def test_a_merged_ticket_is_a_deleted_row_and_its_words_belong_to_the_survivor():
    survivor, merged = TICKET | {"id": 12, "merged_ticket_ids": [11]}, TICKET | {"tags": ["closed_by_merge"]}
    extract = read(tickets=[survivor, merged], comments=[comment(1, 501)])
    assert extract.tables["tickets"].select("ticket_id", "is_deleted").rows() == [("12", False), ("11", True)]
    message = extract.tables["messages"].row(0, named=True)
    assert (message["ticket_id"], message["conversation_id"], message["is_deleted"]) == ("12", "12", None)


def test_the_tag_of_a_merge_alone_marks_the_ticket_and_keeps_its_rating():
    merged = TICKET | {"tags": ["closed_by_merge"], "satisfaction_rating": {"score": "bad"}}
    extract = read(tickets=[merged])
    assert extract.tables["tickets"]["is_deleted"].to_list() == [True]
    assert extract.tables["survey_responses"]["is_deleted"].to_list() == [False]


def test_tickets_merged_in_a_circle_end_the_search():
    one, two = TICKET | {"merged_ticket_ids": [12]}, TICKET | {"id": 12, "merged_ticket_ids": [11]}
    assert read(tickets=[one, two], comments=[comment(1, 501)]).tables["messages"].height == 1


def test_a_privacy_flag_that_cannot_be_read_excludes_the_comment():
    extract = read(comments=[comment(1, 501, public="maybe", requester_id=501)])
    assert extract.excluded.select("reason", "column_name").rows() == [("wrong_type", "is_public")]


def test_objects_of_another_kind_on_the_page_are_named():
    extract = read(tickets=[TICKET], workspaces=[{"id": 1, "colour": "red"}])
    assert extract.excluded.select("source_row", "reason").rows() == [(2, "unknown_object")]
