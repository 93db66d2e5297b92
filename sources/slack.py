"""Slack: a workspace export, as one zip archive or as its unpacked folder (users.json, <channel>/<day>.json …).

Belongs here: which JSON is which, who is a customer, what is said by the system. Does not: zips (``archived_json``).
Built on https://slack.com/help/articles/220556107-How-to-read-Slack-data-exports and the message subtypes of
https://api.slack.com/events/message.

===================  ===============================================================================================
JSON                 becomes
===================  ===============================================================================================
<channel>/<day>      messages of the channel community; the conversation is the thread (or the message, if alone).
                     The id is channel + ``ts``. An edit is a newer version, a tombstone deletes for good.
                     Joins, topics and other system lines are excluded
users                people: members who are no bots, admins or owners
channels, groups …   nothing: they and the logs are counted as not needed
===================  ===============================================================================================

The workspace is a community: its members are customers, its admins and owners are ours, apps are bots. A lone day file
cannot see users.json: there the message's own fields tell bots, ``user_profile`` may tell admins, and all others are
customers. The archive knows better, so its rows are newer by a microsecond and win. Direct messages are private: their
text is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from sources.archived_json import read_archived_json
from sources.conform import text_frame
from sources.content import Content, Limits
from sources.contract import TABLES
from sources.extract import Extract, excluded_rows
from sources.jsonlines import JsonLines, as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, BY_NAME, NOT_MINE, Head, Reader, make_extract

Row = dict[str, Any]

# What people write; every other subtype is a line of the system's own.
_SPOKEN = ("bot_message", "me_message", "thread_broadcast", "reply_broadcast", "file_share", "file_comment")
_SLACKBOT = "USLACKBOT"
_STAFF = ("is_admin", "is_owner", "is_primary_owner")
_LISTS = ("users", "org_users", "channels", "groups", "dms", "mpims", "integration_logs", "canvases")
_DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}\.json(\.gz)?")
_DIRECT = re.compile(r"D[A-Z0-9]{7,}|mpdm-.+")
_MOMENT = re.compile(r"(\d{9,11})(?:\.(\d{1,6}))?")
#: Slack does not say when a message was deleted, only that it was, and there is no way back.
_DELETED_FOR_GOOD = "2099-12-31T00:00:00Z"
_USED = frozenset(("type", "subtype", "user", "text", "ts", "thread_ts", "bot_id", "edited", "comment", "message"))

_UNREAD = {
    "system_message": "the line was written by Slack itself (a join, a topic, an app added …): nothing to do",
    "unknown_author": "neither a user nor an app stands in the message: export the workspace again",
    "private_conversation": "a direct message is no part of a community: its text is not read; nothing to do",
    "no_channel": "the file lies in no channel's folder: keep the folders of the export as they are",
    "not_a_customer": "bots, admins and owners of the workspace are no customers: nothing to do",
    "not_needed": "this part of the export holds nothing that is read here: nothing to do",
}


def object_of(keys: frozenset[str] | set[str]) -> str | None:
    """Which object has these keys, by those that only it has."""
    if {"type", "ts"} <= keys and keys & {"user", "bot_id", "subtype", "text"}:
        return "message"
    if {"id", "profile"} <= keys and keys & {"is_bot", "deleted", "team_id"}:
        return "user"
    if {"id", "created", "members"} <= keys:
        return "channel"
    if {"date", "change_type"} <= keys and keys & {"service_id", "app_id"}:
        return "log"
    return None


def moment(ts: Any) -> str | None:
    """``1452988821.000002`` (seconds since 1970 and microseconds) as ISO-8601; anything else as it stands."""
    text = as_text(ts)
    found = _MOMENT.fullmatch(text or "")
    if not found:
        return text
    at = datetime.fromtimestamp(int(found[1]), UTC) + timedelta(microseconds=int((found[2] or "").ljust(6, "0")))
    return at.isoformat(timespec="microseconds")


def _role(user: Mapping[str, Any]) -> str:
    if user.get("is_bot") is True or user.get("id") == _SLACKBOT:
        return "bot"
    return "agent" if any(user.get(key) is True for key in _STAFF) else "customer"


def _author(message: Row, user: str | None, roles: Mapping[str, str] | None) -> str | None:
    """``customer``, ``agent`` or ``bot``; None where nothing says who wrote. Whom no list names is no admin of ours."""
    if message.get("subtype") == "bot_message" or message.get("bot_id") or user == _SLACKBOT:
        return "bot"
    if user is None:
        return None
    if roles is not None:
        return roles.get(user, "customer")
    profile = message.get("user_profile")
    return _role(profile) if isinstance(profile, dict) else "customer"


def _said(message: Row) -> tuple[str | None, str | None]:
    """(text, user). Of files shared before 2018 the text is Slack's; what the person wrote is the file's comment."""
    comment = message.get("comment")
    if message.get("subtype") == "file_share" and "file" in message:
        file = message["file"] if isinstance(message["file"], dict) else {}
        comment = file.get("initial_comment")
    elif message.get("subtype") != "file_comment":
        return as_text(message.get("text")), as_text(message.get("user"))
    comment = comment if isinstance(comment, dict) else {}
    return as_text(comment.get("comment")), as_text(message.get("user") or comment.get("user"))


def _message(number: int, message: Row, channel: str, roles: Mapping[str, str] | None, open_to_all: bool) -> Row | str:
    """The row of one message, or the reason why there is none."""
    subtype, ts = message.get("subtype"), as_text(message.get("ts"))
    is_deleted = subtype == "tombstone"
    if subtype is not None and subtype not in _SPOKEN and not is_deleted:
        return "system_message"
    body, user = _said(message)
    kind = _author(message, user, roles)
    if kind is None:
        return "unknown_author"
    edited = message["edited"].get("ts") if isinstance(message.get("edited"), dict) else None
    thread, sent_at = as_text(message.get("thread_ts")) or ts, moment(ts)
    version = moment(edited) if edited else sent_at
    return {
        "source_row": number,
        "message_id": f"slack:{channel}:{ts}" if ts else None,
        "channel": "community",
        "author_kind": kind,
        "body": None if is_deleted else body,
        "sent_at": sent_at,
        "person_id": user if kind == "customer" else None,
        "conversation_id": f"slack:{channel}:{thread}" if thread else None,
        "is_public": "true" if open_to_all else "false",
        "updated_at": _DELETED_FOR_GOOD if is_deleted else version if roles is None else _outranking(version),
        "is_deleted": "true" if is_deleted else "false",
    }


def _outranking(version: str | None) -> str | None:
    """A microsecond later; what is no time stays as it is."""
    try:
        return (datetime.fromisoformat(version or "") + timedelta(microseconds=1)).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return version


def _person(number: int, user: Row) -> Row:
    """``updated_at`` stays empty: a copy of a person never outranks the CRM's."""
    profile = user["profile"] if isinstance(user["profile"], dict) else {}
    return {
        "source_row": number,
        "person_id": as_text(user["id"]),
        "email": as_text(profile.get("email")),
        "full_name": as_text(profile.get("real_name") or user.get("real_name")),
    }


@lru_cache
def _channel(name: str) -> str:
    """The folder that the file lies in; asked for each message of it."""
    return PurePosixPath(name).parent.name


def _named(lines: JsonLines, member_of: Mapping[int, str], *files: str) -> Iterator[Row]:
    for number, record in lines.records:
        if PurePosixPath(member_of.get(number, "")).stem in files:
            yield record


def _read(content: Content, limits: Limits) -> Extract:
    member_of: dict[int, str] = {}
    roles, private, closed = None, set(), set()
    if content.kind == "zip":
        lines, member_of = read_archived_json(content, limits)
        users = _named(lines, member_of, "users", "org_users")
        roles = {str(user["id"]): _role(user) for user in users if object_of(user.keys()) == "user"}
        private = {str(d.get("name") or d.get("id")) for d in _named(lines, member_of, "dms", "mpims")}
        closed = {str(group.get("name")) for group in _named(lines, member_of, "groups")}
    else:
        lines = read_json(content, limits)
    rows: dict[str, list[Row]] = {"messages": [], "people": []}
    unread: dict[tuple[str, str | None], list[int]] = {}
    shown = []  # rows whose other keys may be kept aside
    for number, record in lines.records:
        kind, channel = object_of(record.keys()), _channel(member_of.get(number, content.relative_name))
        table: str | None = "messages" if kind == "message" else "people" if kind == "user" else None
        if kind == "message":
            if not channel:
                found: Row | str = "no_channel"
            elif channel in private or _DIRECT.fullmatch(channel):
                found = "private_conversation"
            else:
                found = _message(number, record, channel, roles, channel not in closed)
        elif kind == "user":
            found = _person(number, record) if _role(record) == "customer" else "not_a_customer"
        else:
            found = "not_needed"
        if isinstance(found, str):
            unread.setdefault((found, table), []).append(number)
        else:
            rows[table or ""].append(found)
            shown += [(number, record)] if kind == "message" else []
    excluded = [excluded_rows(numbers, reason, _UNREAD[reason], table) for (reason, table), numbers in unread.items()]
    frames = [(table, text_frame(found, TABLES[table].column_names)) for table, found in rows.items() if found]
    extra = as_text_table(JsonLines(shown, lines.excluded, len(shown)), without=_USED, limits=limits).rows
    return make_extract("slack", frames, lines.rows_read, [lines.excluded, *excluded], extra=extra)


def _claims(head: Head) -> int:
    if head.kind == "zip":
        names = {PurePosixPath(name).name for name in head.members}
        return BY_CONTENT if "channels.json" in names and names & {"users.json", "org_users.json"} else NOT_MINE
    if head.kind not in ("json", "jsonl"):
        return NOT_MINE
    if any(object_of(keys) for keys in head.first_keys):
        return BY_CONTENT
    # A list that the export found empty has no keys to be known by.
    path = PurePosixPath(head.relative_name)
    is_named = path.stem in _LISTS or _DAY_FILE.fullmatch(path.name) is not None
    return BY_NAME if head.kind == "json" and not head.columns and not any(head.lists) and is_named else NOT_MINE


READER = Reader(
    name="slack",
    claims=_claims,
    read=_read,
    expects="a workspace export as its zip archive (users.json, channels.json, <channel>/<day>.json) or the JSON files "
    "of its unpacked folder: messages (type, ts, user, text …), users (id, profile, is_bot …)",
)
