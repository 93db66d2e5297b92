"""Slack workspace exports → community messages and members, from the archive and from its unpacked folder."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from sources.slack import moment
from tests.examples import examples

MESSAGE = {"type": "message", "user": "U1", "text": "It is <@U2> slow", "ts": "1452988821.000002"}
USERS = [
    {"id": "U1", "team_id": "T1", "deleted": False, "is_bot": False, "profile": {"real_name": "Ann", "email": "a@b.c"}},
    {"id": "U2", "team_id": "T1", "deleted": False, "is_admin": True, "is_bot": False, "profile": {}},
    {"id": "U3", "team_id": "T1", "deleted": False, "is_bot": True, "profile": {}},
]
CHANNELS = [{"id": "C1", "name": "general", "created": 1452837318, "members": ["U1"]}]


def day(*messages, name="slack/general/2016-01-17.json"):
    extract = catalog.read_bytes(json.dumps(messages).encode(), name)
    assert extract.source == "slack"
    return extract


def packed(**files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        for name, content in files.items():
            out.writestr(name, content if isinstance(content, str) else json.dumps(content))
    return archive.getvalue()


def export(*messages, channel="general", **lists):
    lists = {"users.json": USERS, "channels.json": CHANNELS} | lists
    extract = catalog.read_bytes(packed(**lists, **{f"{channel}/2016-01-17.json": list(messages)}), "slack/export.zip")
    assert extract.source == "slack"
    return extract


def one(extract):
    assert extract.tables["messages"].height == 1
    return extract.tables["messages"].row(0, named=True)


def test_a_message_is_read_to_the_microsecond_with_its_markup_as_delivered():
    row = one(day(MESSAGE))
    assert (row["message_id"], row["channel"]) == ("slack:general:1452988821.000002", "community")
    assert str(row["sent_at"]) == "2016-01-17 00:00:21.000002+00:00"
    assert (row["author_kind"], row["person_id"], row["body"]) == ("customer", "U1", "It is <@U2> slow")
    assert row["is_public"]


@pytest.mark.parametrize(
    ("ts", "iso"),
    [
        ("1452988821", "2016-01-17T00:00:21.000000+00:00"),
        ("1452988821.5", "2016-01-17T00:00:21.500000+00:00"),
        ("yesterday", "yesterday"),
        (None, None),
    ],
)
def test_a_moment_is_read_from_text_and_never_guessed(ts, iso):
    assert moment(ts) == iso


def test_a_thread_is_one_conversation_and_its_first_message_belongs_to_it():
    first = MESSAGE | {"thread_ts": MESSAGE["ts"]}
    reply = MESSAGE | {"ts": "1452988999.000001", "thread_ts": MESSAGE["ts"]}
    alone = MESSAGE | {"ts": "1452989000.000001"}
    conversations = day(first, reply, alone).tables["messages"]["conversation_id"].to_list()
    assert conversations == ["slack:general:1452988821.000002"] * 2 + ["slack:general:1452989000.000001"]


@pytest.mark.parametrize("subtype", ["channel_join", "channel_leave", "channel_topic", "bot_add", "pinned_item"])
def test_what_slack_itself_says_is_excluded(subtype):
    assert day(MESSAGE | {"subtype": subtype}).excluded["reason"].to_list() == ["system_message"]


@pytest.mark.parametrize("change", [{"subtype": "bot_message", "user": None}, {"bot_id": "B1"}, {"user": "USLACKBOT"}])
def test_apps_are_bots(change):
    row = one(day(MESSAGE | change))
    assert (row["author_kind"], row["person_id"]) == ("bot", None)


def test_a_lone_day_file_takes_members_as_customers_unless_the_profile_says_otherwise():
    admin = MESSAGE | {"ts": "1452988822.000002", "user_profile": {"is_admin": True}}
    known = MESSAGE | {"ts": "1452988823.000002", "user_profile": {"name": "ann", "is_restricted": False}}
    assert day(MESSAGE, admin, known).tables["messages"]["author_kind"].to_list() == ["customer", "agent", "customer"]


def test_the_archive_knows_admins_and_bots_by_the_list_of_members():
    messages = [MESSAGE | {"user": user, "ts": f"145298882{n}.000002"} for n, user in enumerate(("U1", "U2", "U3"))]
    extract = export(*messages)
    assert extract.tables["messages"]["author_kind"].to_list() == ["customer", "agent", "bot"]
    assert extract.tables["people"].select("person_id", "email", "full_name", "updated_at").rows() == [
        ("U1", "a@b.c", "Ann", None)
    ]
    assert dict(extract.excluded.group_by("reason").len().rows()) == {"not_a_customer": 2, "not_needed": 1}
    assert extract.rows_read == 7


def test_who_is_in_no_list_of_members_is_none_of_our_admins():
    assert one(export(MESSAGE | {"user": "U99"}))["author_kind"] == "customer"


def test_the_archives_row_of_a_message_outranks_the_day_files():
    admin = MESSAGE | {"user": "U2"}
    from_archive, from_folder = one(export(admin)), one(day(admin))
    assert from_archive["message_id"] == from_folder["message_id"]
    assert from_archive["updated_at"] > from_folder["updated_at"]
    assert (from_archive["author_kind"], from_folder["author_kind"]) == ("agent", "customer")


def test_an_edited_message_is_a_newer_version_of_itself():
    edited = one(day(MESSAGE | {"text": "It was slow", "edited": {"user": "U1", "ts": "1452989999.000000"}}))
    first = one(day(MESSAGE))
    assert edited["message_id"] == first["message_id"]
    assert edited["updated_at"] > first["updated_at"]


def test_a_deleted_message_is_a_deleted_row_that_outranks_every_edit():
    row = one(day(MESSAGE | {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted."}))
    assert (row["is_deleted"], row["body"], row["updated_at"].year) == (True, None, 2099)


def test_of_a_shared_file_only_what_the_person_wrote_is_read():
    said_by_slack = "<@U1> uploaded a file: <https://files.example/1|plan>"
    old = MESSAGE | {
        "subtype": "file_share",
        "text": said_by_slack,
        "file": {"initial_comment": {"comment": "Our plan"}},
    }
    bare = old | {"ts": "1452988822.000002", "file": {}}
    comment = {"user": "U1", "comment": "Too long"}
    about = MESSAGE | {"subtype": "file_comment", "ts": "1452988823.000002", "user": None, "comment": comment}
    new = MESSAGE | {"ts": "1452988824.000002", "files": [{"id": "F1"}], "text": "Here it is"}
    assert day(old, bare, about, new).tables["messages"].select("body", "author_kind").rows() == [
        ("Our plan", "customer"),
        (None, "customer"),
        ("Too long", "customer"),
        ("Here it is", "customer"),
    ]


def test_direct_messages_are_not_read_and_leave_no_text_behind():
    secret = MESSAGE | {"blocks": [{"text": "just between us"}]}
    for extract in (day(secret, name="slack/D0JGJTZT7/2016-01-17.json"), export(secret, channel="D0JGJTZT7")):
        assert "messages" not in extract.tables
        assert "private_conversation" in extract.excluded["reason"].to_list()
        assert extract.extra is None
    group = export(
        secret, channel="ann--bob", **{"mpims.json": [{"id": "G1", "name": "ann--bob", "created": 1, "members": []}]}
    )
    assert "messages" not in group.tables


def test_a_private_channel_is_read_and_marked_as_not_public():
    groups = {"groups.json": [{"id": "G1", "name": "general", "created": 1, "members": []}]}
    assert one(export(MESSAGE, **groups))["is_public"] is False


def test_a_message_without_an_author_and_one_without_a_channel_say_what_to_do():
    assert day(MESSAGE | {"user": None}).excluded["reason"].to_list() == ["unknown_author"]
    lost = day(MESSAGE, name="2016-01-17.json").excluded
    assert lost["reason"].to_list() == ["no_channel"]
    assert "keep the folders" in lost["message"][0]


def test_a_broken_member_costs_one_row_and_the_rest_of_the_archive_is_read():
    extract = export(MESSAGE, **{"general/2016-01-16.json": "[{", "readme.txt": "hello"})
    assert extract.tables["messages"].height == 1
    assert {"bad_json", "not_needed"} <= set(extract.excluded["reason"])
    assert extract.rows_read == 3 + 1 + 1 + 1 + 1


def test_a_day_and_a_list_without_entries_are_empty_and_no_error():
    for name in ("slack/general/2016-01-17.json", "slack/integration_logs.json"):
        assert day(name=name).rows_read == 0


def test_an_export_in_a_folder_of_the_archive_has_the_same_ids():
    nested = packed(
        **{"export/users.json": USERS, "export/channels.json": CHANNELS, "export/general/a.json": [MESSAGE]}
    )
    assert one(catalog.read_bytes(nested, "x.zip"))["message_id"] == "slack:general:1452988821.000002"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["ts", "user", "comment"]), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = sorted({*MESSAGE, *USERS[1], "subtype", "edited", "thread_ts", "bot_id", "comment", "file", "user_profile"})


@examples(60)
@given(st.sampled_from([MESSAGE, USERS[0]]), st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=3))
def test_any_value_under_any_key_is_accounted_for(record, odd):
    assert day(record | odd, MESSAGE).rows_read == 2
    assert export(record | odd).rows_read == 5
