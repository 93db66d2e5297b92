"""HubSpot's mails, calls, notes and messages of the inbox → messages, with who wrote them."""

from __future__ import annotations

from tests.unit.sources.hubspot_files import linked, page, read, reasons, record, rows


def mail(identifier, direction, text="Hello", **more):
    properties = {"hs_email_direction": direction, "hs_email_text": text, "hs_timestamp": "2024-05-01T08:00:00Z"}
    return record(identifier, properties, **more)


def test_only_an_incoming_mail_is_the_customers():
    extract = page(
        mail("1", "INCOMING_EMAIL", associations=linked(companies=["9001"], contacts=["5"], tickets=["80"])),
        mail("2", "EMAIL", associations=linked(companies=["9001"], contacts=["5"])),
        mail("3", "FORWARDED_EMAIL"),
        mail("4", None),
        mail("5", "INCOMING_EMAIL", None),
    )
    assert rows(extract, "messages", "message_id", "channel", "author_kind", "person_id", "ticket_id") == [
        ("hubspot:1", "email", "customer", "5", "hubspot:80"),
        ("hubspot:2", "email", "agent", None, None),
    ]
    assert reasons(extract) == {3: "unknown_author", 4: "unknown_author", 5: "no_text"}


def test_notes_and_calls_are_the_agents_and_logged_messages_nobodys():
    time = {"hs_timestamp": "2024-05-01T08:00:00Z"}
    extract = page(
        record("1", {"hs_note_body": "They are cross", **time}),
        record("2", {"hs_call_body": "Talked", "hs_call_direction": "INBOUND", **time}),
        record("3", {"hs_communication_channel_type": "SMS", "hs_communication_body": "Hi", **time}),
        record("4", {"hs_meeting_title": "Review", **time}),
    )
    assert rows(extract, "messages", "channel", "author_kind", "is_public") == [
        ("ticket", "agent", False),
        ("call", "agent", True),
    ]
    assert reasons(extract) == {3: "unknown_author", 4: "not_needed"}


def test_a_connectors_table_of_activities_is_told_apart_row_by_row():
    header = "engagement_id,_fivetran_deleted,_fivetran_synced,property_hs_timestamp,type,property_hs_body_preview"
    synced = ("false", "2024-06-01 00:00:00", "2024-05-01 08:00:00")
    extract = read(
        header,
        ["1", *synced, "CALL", "Talked"],
        ["2", *synced, "INCOMING_EMAIL", "Help"],
        ["3", *synced, "EMAIL", "Help"],
        ["4", *synced, "TASK", "Do"],
        ["5", "true", *synced[1:], "NOTE", ""],
    )
    assert rows(extract, "messages", "message_id", "author_kind", "is_deleted") == [
        ("hubspot:1", "agent", False),
        ("hubspot:2", "customer", False),
        ("hubspot:5", "agent", True),
    ]
    assert reasons(extract) == {3: "unknown_author", 4: "not_needed"}


def test_messages_of_the_inbox_say_who_wrote_them():
    def message(identifier, kind="MESSAGE", direction="INCOMING", actor="V-1", channel="1000"):
        return {
            "id": identifier,
            "conversationsThreadId": "7",
            "type": kind,
            "direction": direction,
            "senders": [{"actorId": actor}],
            "text": "Hi",
            "channelId": channel,
            "createdAt": "2024-05-01T08:00:00Z",
            "archived": False,
        }

    extract = page(
        message("a"),
        message("b", channel="1002"),
        message("c", direction="OUTGOING", actor="A-9"),
        message("d", direction="OUTGOING", actor="B-9"),
        message("e", kind="COMMENT", actor="A-9"),
        message("f", kind="WELCOME_MESSAGE", direction="OUTGOING", actor="S-hubspot"),
        message("g", kind="ASSIGNMENT"),
        message("h", direction=None),
    )
    assert rows(extract, "messages", "author_kind", "channel", "is_public") == [
        ("customer", "chat", True),
        ("customer", "email", True),
        ("agent", "chat", True),
        ("bot", "chat", True),
        ("agent", "chat", False),
        ("bot", "chat", True),
    ]
    assert set(extract.tables["messages"]["conversation_id"]) == {"hubspot:thread:7"}
    assert reasons(extract) == {7: "not_needed", 8: "unknown_author"}
