"""One episode per ticket, call or conversation, its survey included: what is one case carries one ``ticket_id``."""

from __future__ import annotations

import pytest

from tests.unit.sources import (
    test_delighted,
    test_gong,
    test_hubspot_activities,
    test_intercom,
    test_qualtrics,
    test_surveymonkey,
    test_zendesk,
    test_zendesk_warehouse,
)
from tests.unit.sources.hubspot_files import linked, page, record

GOOD = {"satisfaction_rating": {"score": "good", "comment": "Thanks", "created_at": "2024-06-01T10:00:00Z"}}


def tickets_of(*extracts):
    """Table → the cases that its rows name."""
    found: dict[str, set] = {}
    for extract in extracts:
        for table in ("tickets", "messages", "survey_responses"):
            if table in extract.tables:
                found.setdefault(table, set()).update(extract.tables[table]["ticket_id"])
    return found


def test_a_zendesk_ticket_its_comments_and_its_rating_are_one_episode_in_one_file_or_in_several():
    whole = test_zendesk.read(test_zendesk.TICKET | GOOD | {"comments": [test_zendesk.COMMENT]})
    rating = {"id": 9, "ticket_id": 35436, "requester_id": 1, "score": "bad", "created_at": "2024-06-01T10:00:00Z"}
    parts = [test_zendesk.read(r) for r in (test_zendesk.TICKET, test_zendesk.COMMENT, rating)]
    for extracts in ([whole], parts):
        assert tickets_of(*extracts) == {table: {"35436"} for table in ("tickets", "messages", "survey_responses")}


def test_a_zendesk_chat_is_of_its_ticket_where_the_table_of_chats_is_in_the_same_archive():
    chats = "chat_id,ticket_id,visitor_id\nc1,1,v\n"
    events = f"{test_zendesk_warehouse.CHATS}c1,2024-03-01 10:00:00,agent:7,0,Hello,m1,,ChatMessage\n"
    archive = test_zendesk_warehouse.archive(
        ticket=test_zendesk_warehouse.TICKETS,
        ticket_chat=chats,
        ticket_chat_event=events,
        ticket_comment=test_zendesk_warehouse.COMMENTS,
        user=test_zendesk_warehouse.USERS,
    )
    messages = test_zendesk_warehouse.read(archive, "zendesk/all.zip").tables["messages"]
    assert messages.filter(channel="chat", conversation_id="c1")["ticket_id"].to_list() == ["1"]


def test_an_intercom_conversation_and_its_rating_are_one_episode():
    extract = test_intercom.read(test_intercom.CONVERSATION)
    assert tickets_of(extract) == {"messages": {"intercom:9"}, "survey_responses": {"intercom:9"}}


def test_a_hubspot_ticket_its_mails_and_its_survey_are_one_episode():
    ticket = {"hs_pipeline_stage": "1", "createdate": "2024-05-01T08:00:00Z"}
    survey = {"hs_survey_type": "CSAT", "hs_value": "2", "hs_submission_timestamp": "2024-05-03T10:00:00Z"}
    of_ticket = linked(tickets=["80"], contacts=["5"])
    extracts = [
        page(record("80", ticket)),
        page(test_hubspot_activities.mail("1", "INCOMING_EMAIL", associations=of_ticket)),
        page(record("90", survey, associations=of_ticket)),
    ]
    assert tickets_of(*extracts) == {table: {"hubspot:80"} for table in ("tickets", "messages", "survey_responses")}


SURVEYS = {
    "delighted": lambda name, value: test_delighted.read({"person_properties": {name: value}}),
    "qualtrics": lambda name, value: test_qualtrics.read(
        [*test_qualtrics.NPS, (name, name, "x")], {"Q1": "9", name: value}
    ),
    "surveymonkey": lambda name, value: test_surveymonkey.bulk(
        test_surveymonkey.response("1", test_surveymonkey.asked(), custom_variables={name: value})
    ),
}


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize(
    ("name", "value", "case"),
    [
        ("GongCallId", "77", "gong:77"),
        ("IntercomConversationId", "9", "intercom:9"),
        ("HubSpotTicketId", "80", "hubspot:80"),
        ("ZendeskTicketId", "80", "80"),
    ],
)
def test_a_survey_about_a_call_or_conversation_is_of_its_episode(survey, name, value, case):
    assert tickets_of(SURVEYS[survey](name, value))["survey_responses"] == {case}


def test_the_turns_of_a_call_are_one_episode():
    assert tickets_of(test_gong.bundle())["messages"] == {"gong:77"}
