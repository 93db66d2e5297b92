"""Zendesk's tables in a warehouse: headers, histories of fields, chats, several tables in one zip."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from sources.errors import WrongShape
from storage.speakers import completed, known_speakers
from tests.examples import examples

HISTORY = "field_name,ticket_id,updated,_fivetran_synced,user_id,value\n"
DAY = "2024-03-{:02d} 10:00:00,2024-04-01 00:00:00.123,,"
TICKETS = (
    "id,requester_id,organization_id,status,priority,created_at,updated_at,via_channel,merged_ticket_ids\n"
    "1,10,90,open,high,2024-03-01 09:00:00.5,2024-03-02 09:00:00,email,[]\n"
    "2,11,90,closed,,2024-03-01 09:00:00,2024-03-03 09:00:00,voice,[3]\n"
    "3,11,90,closed,,2024-03-01 08:00:00,2024-03-03 09:00:00,web,\n"
    "4,11,90,deleted,,2024-03-01 08:00:00,2024-03-03 09:00:00,web,\n"
)
COMMENTS = (
    "id,body,created,public,ticket_id,user_id,voice_comment,tweet\n"
    "1,It fails,2024-03-01 09:00:00,TRUE,1,10,FALSE,FALSE\n"
    "2,We look,2024-03-01 10:00:00,TRUE,1,20,FALSE,FALSE\n"
    "3,Grumpy one,2024-03-01 10:00:00,FALSE,1,20,FALSE,FALSE\n"
    "4,It rings,2024-03-01 10:00:00,TRUE,3,11,TRUE,FALSE\n"
    "5,Who?,2024-03-01 10:00:00,TRUE,9,99,FALSE,TRUE\n"
)
USERS = (
    '"ID",role,email,name,ticket_restriction,"""ACTIVE""",external_id,organization_id,updated_at\n'
    "10,end-user,a@example.com,A,requested,TRUE,003A0000006Vm9r,90,2024-03-01 00:00:00\n"
    "11,end-user,b@example.com,B,requested,FALSE,,90,2024-03-01 00:00:00\n"
    "20,agent,c@example.com,C,,TRUE,,,2024-03-01 00:00:00\n"
)
CHATS = "chat_id,created_at,actor_id,chat_index,message,message_id,original_message,type\n"


def read(text, name="zendesk/t.csv"):
    extract = catalog.read_bytes(text.encode() if isinstance(text, str) else text, name)
    assert extract.source == "zendesk"
    return extract


def reasons(extract):
    return dict(extract.excluded.select("source_row", "reason").rows())


def history(*lines):
    return read(HISTORY + "\n".join(f"{name},7,{DAY.format(day)}{value}" for name, day, value in lines) + "\n")


def archive(**tables):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in tables.items():
            file.writestr(f"export/{name}.csv", text)
    return packed.getvalue()


def test_tickets_of_a_warehouse_are_read_with_deleted_and_merged_ones_as_deleted_rows():
    extract = read(TICKETS)
    found = extract.tables["tickets"].select("ticket_id", "account_id", "person_id", "priority", "is_deleted").rows()
    assert found == [
        ("1", "zendesk:90", "zendesk:10", "high", False),
        ("2", "zendesk:90", "zendesk:11", None, False),
        ("3", "zendesk:90", "zendesk:11", None, True),
        ("4", "zendesk:90", "zendesk:11", None, True),
    ]
    assert extract.tables["tickets"]["is_escalated"].to_list() == [None] * 4


def test_comments_alone_do_not_say_who_wrote_them_and_private_ones_do():
    extract = read(COMMENTS)
    kinds = dict(extract.tables["messages"].select("message_id", "author_kind").rows())
    assert {message: kind for message, kind in kinds.items() if kind != "unknown"} == {"3": "agent"}
    assert extract.rows_excluded == 0


def test_comments_find_their_authors_in_the_users_of_another_file_as_they_do_in_one_zip():
    users, comments = read(USERS), read(COMMENTS)
    together = read(archive(ticket=TICKETS, ticket_comment=COMMENTS, user=USERS), "zendesk/all.zip")
    speakers = known_speakers(users.tables["speakers"])
    columns = ("message_id", "author_kind", "person_id", "body", "sent_at")
    apart = completed(comments.tables["messages"], speakers).select(columns)
    assert apart.equals(completed(together.tables["messages"], speakers).select(columns))
    assert apart.rows()[0][:3] == ("1", "customer", "003A0000006Vm9rIAC")


def test_a_role_joined_to_the_comments_says_who_wrote_them():
    text = "id,body,created,public,ticket_id,user_id,author_role\n1,Hm,2024-03-01 09:00:00,TRUE,404,10,end-user\n"
    row = read(text).tables["messages"].row(0, named=True)
    assert (row["author_kind"], row["person_id"], row["ticket_id"], row["account_id"]) == (
        "customer",
        "zendesk:10",
        "404",
        None,
    )


def test_tables_in_one_zip_speak_of_each_other():
    extract = read(archive(ticket=TICKETS, ticket_comment=COMMENTS, user=USERS), "zendesk/all.zip")
    found = extract.tables["messages"].select("message_id", "author_kind", "person_id", "channel", "ticket_id").rows()
    assert found == [
        ("1", "customer", "003A0000006Vm9rIAC", "ticket", "1"),
        ("2", "agent", None, "ticket", "1"),
        ("3", "agent", None, "ticket", "1"),
        ("4", "customer", "zendesk:11", "call", "2"),
        ("5", "unknown", None, "social", "9"),
    ]
    assert extract.tables["messages"]["account_id"].to_list()[:4] == ["zendesk:90"] * 4
    assert extract.rows_read == 12
    assert extract.rows_excluded == 0


def test_a_zip_with_anything_but_tables_is_refused():
    packed = io.BytesIO(archive(ticket_comment=COMMENTS, user=USERS))
    with zipfile.ZipFile(packed, "a") as file:
        file.writestr("notes.txt", "hello")
    with pytest.raises(WrongShape, match="no CSV"):
        read(packed.getvalue(), "zendesk/all.zip")


def test_users_of_any_spelling_of_header_are_people_and_deactivated_ones_deleted():
    extract = read(USERS)
    people = extract.tables["people"].select("person_id", "merged_into", "is_deleted", "is_derived").rows()
    assert people == [
        ("003A0000006Vm9rIAC", None, None, False),
        ("zendesk:10", "003A0000006Vm9rIAC", None, True),
        ("zendesk:11", None, True, False),
    ]


def test_two_spellings_of_one_column_are_refused():
    with pytest.raises(WrongShape, match="more than once"):
        read(COMMENTS.replace("tweet", "BODY"))


def test_the_history_of_fields_gives_the_ticket_as_it_stood():
    extract = history(
        ("status", 1, "new"),
        ("requester_id", 1, "10"),
        ("assignee_id", 2, "20"),
        ("status", 3, "solved"),
        ("status", 4, "open"),
        ("assignee_id", 5, "21"),
        ("priority", 5, "urgent"),
        ("status", 6, "solved"),
        ("status", 8, "closed"),
        ("ticket_form_id", 8, "3"),
    )
    rows = extract.tables["tickets"].sort("updated_at", "source_row")
    assert rows["status"].to_list() == ["new", "new", "new", "solved", "open", "open", "open", "solved", "closed"]
    assert rows["n_reopens"].to_list() == [0, 0, 0, 0, 1, 1, 1, 1, 1]
    assert [t and t.day for t in rows["resolved_at"].to_list()] == [None, None, None, 3, None, None, None, 6, 6]
    last = rows.row(-1, named=True)
    assert (last["person_id"], last["priority"], last["n_transfers"]) == ("zendesk:10", "urgent", 1)
    assert str(last["created_at"]) == "2024-03-01 10:00:00+00:00"
    assert str(last["updated_at"]) == "2024-03-08 09:59:59.999999+00:00"
    assert reasons(extract) == {10: "not_needed"}


def test_changes_of_one_moment_are_one_version():
    rows = history(("status", 1, "new"), ("requester_id", 1, "10"), ("priority", 1, "low")).tables["tickets"]
    assert rows.drop("source_row").n_unique() == 1
    assert rows["is_derived"].to_list() == [False] * 3


def test_a_ticket_whose_creation_is_not_in_the_file_is_not_replayed():
    extract = history(("status", 3, "open"), ("status", 4, "solved"))
    assert reasons(extract) == {1: "unknown_creation", 2: "unknown_creation"}


def test_ratings_in_the_history_are_responses_and_offers_are_none():
    extract = history(
        ("satisfaction_score", 2, "offered"),
        ("satisfaction_score", 3, "bad"),
        ("satisfaction_comment", 4, "Too slow"),
    )
    found = extract.tables["survey_responses"].sort("updated_at")
    assert found.select("response_id", "score", "verbatim").rows() == [
        ("7:csat", 0.0, None),
        ("7:csat", 0.0, "Too slow"),
    ]
    assert found["answered_at"].dt.day().to_list() == [3, 3]
    assert reasons(extract) == {1: "no_answer"}


def test_a_priority_that_zendesk_does_not_have_is_left_out_with_a_warning():
    extract = history(("status", 1, "new"), ("requester_id", 1, "10"), ("priority", 2, "medium"))
    assert extract.tables["tickets"]["priority"].to_list() == [None] * 3
    assert extract.warnings.select("source_row", "reason").rows() == [(3, "unknown_priority")]


def test_a_change_without_a_time_is_excluded():
    assert reasons(read(HISTORY + "status,7,yesterday,,,open\n")) == {1: "unreadable_change"}


@pytest.mark.parametrize(
    ("actor", "original", "kind"),
    [
        ("agent:5", "", "agent"),
        ("__system", "", "bot"),
        ("5", '"{""author"":{""type"":""BUSINESS""},""source"":{""type"":""zd:answerBot""}}"', "bot"),
        ("5", '"{""author"":{""type"":""USER""}}"', "customer"),
    ],
)
def test_who_wrote_in_a_chat_is_told_by_the_actor_or_the_original_message(actor, original, kind):
    extract = read(f"{CHATS}c1,2024-03-01 10:00:00,{actor},0,Hello,m1,{original},ChatMessage\n")
    row = extract.tables["messages"].row(0, named=True)
    assert (row["author_kind"], row["channel"], row["conversation_id"]) == (kind, "chat", "c1")


def test_events_of_a_chat_without_a_message_are_excluded_and_an_unknown_actor_may_be_told_later():
    text = CHATS + "c1,2024-03-01 10:00:00,5,0,,,,ChatJoin\nc1,2024-03-01 10:00:00,5,1,Hi,m,,ChatMessage\n"
    extract = read(text)
    assert reasons(extract) == {1: "not_a_message"}
    assert extract.tables["messages"]["speaker_id"].to_list() == ["zendesk:user:5"]


def test_tables_that_hold_nothing_needed_are_counted_row_by_row():
    extract = read("tag,ticket_id,_fivetran_synced\nvip,1,2024-03-01\nvip,2,2024-03-01\n")
    assert reasons(extract) == {1: "not_needed", 2: "not_needed"}
    assert extract.extra is None


cells = st.text(alphabet='x1,"\n\x00 :-é', max_size=6)


@examples(60)
@given(st.sampled_from([TICKETS, COMMENTS, USERS, HISTORY + "status,7,2024-03-01 10:00:00,,,new\n"]), st.data())
def test_any_damage_to_cells_is_accounted_for(text, data):
    lines = text.splitlines()
    row = data.draw(st.integers(1, len(lines) - 1))
    values = lines[row].split(",")
    at = data.draw(st.integers(0, len(values) - 1))
    values[at] = data.draw(cells)
    lines[row] = ",".join(values)
    extract = read("\n".join(lines) + "\n")
    kept = sum(frame.filter(~frame["is_derived"]).height for frame in extract.tables.values())
    assert kept + extract.rows_excluded == extract.rows_read
