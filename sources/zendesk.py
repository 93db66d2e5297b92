"""Zendesk: JSON lines of tickets, comments, users and organisations, as its incremental and full exports write them.

Belongs here: which keys make which object, roles, ratings, deleted tickets. Does not: types (``conform``).

=============  =====================================================================================================
object         becomes
=============  =====================================================================================================
ticket         tickets (status ``deleted`` is a deleted row). Its ``satisfaction_rating`` good or bad becomes a survey
               response (csat, 0–1); offered is no touch. Its embedded ``comments`` become messages. Both are derived
comment        messages: id, ticket_id, author_id, body (or plain_body), public, created_at; the author's role stands in
               ``author.role`` or ``author_role``, or the author is the requester
user           people: end users only; agents are no customers
organization   accounts, for their names only: the CRM's row of the same account outranks it
=============  =====================================================================================================

Records are linked to the CRM by ``external_id`` of the embedded (side-loaded) ``organization``, ``requester`` and
``author``; where there is none, Zendesk's own ids stand. Private notes are internal, whoever wrote them.
Tags ``topic:<word>`` and ``product:<name>`` give topic and product line, ``complaint`` and ``escalated`` speak for
themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sources.conform import text_frame
from sources.content import Content, Limits
from sources.contract import TABLES
from sources.extract import Extract, excluded_rows
from sources.jsonlines import as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, make_extract
from sources.record_ids import long_reference

Row = dict[str, Any]

_ROLES = {"end-user": "customer", "end_user": "customer", "agent": "agent", "admin": "agent", "bot": "bot"}
_CHANNELS = {
    "chat": "chat",
    "native_messaging": "chat",
    "messaging": "chat",
    "whatsapp": "chat",
    "voice": "call",
    "phone": "call",
    "twitter": "social",
    "facebook": "social",
    "instagram_dm": "social",
}
_SYSTEM_AUTHORS = ("-1", "0")  # what Zendesk's own automations write under


def object_of(keys: frozenset[str] | set[str]) -> str | None:
    """Which object has these keys, by those that only it has."""
    if {"id", "author_id", "created_at"} <= keys and keys & {"body", "plain_body"}:
        return "comment"
    if {"id", "requester_id", "created_at"} <= keys or {"id", "requester", "created_at", "status"} <= keys:
        return "ticket"
    if {"id", "role", "email"} <= keys:
        return "user"
    if {"id", "name", "domain_names"} <= keys or {"id", "name", "shared_tickets"} <= keys:
        return "organization"
    return None


def _ticket(number: int, ticket: Row) -> Iterator[tuple[str, Row]]:
    tags = {str(tag).lower() for tag in _list(ticket.get("tags"))}
    metrics = ticket.get("metric_set") if isinstance(ticket.get("metric_set"), dict) else {}
    account, person = _linked(ticket, "organization"), _linked(ticket, "requester")
    deleted = "true" if ticket.get("status") == "deleted" else "false"
    shared = {"source_row": number, "account_id": account, "person_id": person, "is_deleted": deleted}
    shared |= {"ticket_id": as_text(ticket["id"]), "updated_at": as_text(ticket.get("updated_at"))}
    yield (
        "tickets",
        shared
        | {
            "created_at": as_text(ticket.get("created_at")),
            "priority": as_text(ticket.get("priority")),
            "status": as_text(ticket.get("status")),
            "is_escalated": "true" if "escalated" in tags else "false",
            "first_reply_at": _first_reply(ticket, metrics),
            "resolved_at": as_text(metrics.get("solved_at")),
            "n_reopens": as_text(metrics.get("reopens")),
            "n_transfers": _transfers(metrics),
            "topic": "complaint" if "complaint" in tags else _tagged(tags, "topic"),
            "product_line": _tagged(tags, "product"),
        },
    )
    rating = ticket.get("satisfaction_rating")
    if isinstance(rating, dict) and rating.get("score") in ("good", "bad"):
        yield (
            "survey_responses",
            shared
            | {
                "is_derived": True,
                "response_id": f"{shared['ticket_id']}:csat",
                "survey_type": "csat",
                "score": "1" if rating["score"] == "good" else "0",
                "scale_min": "0",
                "scale_max": "1",
                "higher_is_better": "true",
                "answered_at": as_text(
                    rating.get("created_at") or metrics.get("solved_at") or ticket.get("updated_at")
                ),
                "verbatim": as_text(rating.get("comment")),
            },
        )
    for comment in _list(ticket.get("comments")):
        if isinstance(comment, dict):
            message = _message(number, comment | {"ticket_id": ticket["id"]}, ticket)
            yield "messages", shared | message | {"is_derived": True}


def _message(number: int, comment: Row, ticket: Row | None = None) -> Row:
    """One comment. ``author_kind`` is None where nothing says who wrote it."""
    about = ticket or {}
    author = comment.get("author") if isinstance(comment.get("author"), dict) else {}
    author_id = comment.get("author_id", author.get("id"))
    role = author.get("role") or comment.get("author_role")
    requester = comment.get("requester_id", about.get("requester_id"))
    is_private = comment.get("public") is False or about.get("is_public") is False
    if as_text(author_id) in _SYSTEM_AUTHORS:
        kind = "bot"
    elif is_private:
        kind = "agent"
    elif role is not None:
        kind = _ROLES.get(str(role).lower())
    else:
        kind = "customer" if author_id is not None and author_id == requester else None
    via = comment.get("via") or about.get("via")
    channel = via.get("channel") if isinstance(via, dict) else via
    ticket_id = as_text(comment.get("ticket_id"))
    body = comment.get("plain_body") or comment.get("body")
    return {
        "source_row": number,
        "message_id": as_text(comment.get("id")),
        "channel": _CHANNELS.get(str(channel).lower(), "ticket"),
        "author_kind": kind,
        "body": as_text(body),
        "sent_at": as_text(comment.get("created_at")),
        "account_id": _linked(about, "organization") or _linked(comment, "organization"),
        "person_id": _author(author, author_id, about) if kind == "customer" else None,
        "conversation_id": ticket_id,
        "ticket_id": ticket_id,
        "is_public": "false" if is_private else "true",
    }


def _author(author: Row, author_id: Any, ticket: Row) -> str | None:
    """The customer who wrote: by the CRM's id where the author or the requester carries it."""
    if author.get("external_id"):
        return long_reference(as_text(author["external_id"]))
    if author_id is not None and author_id == ticket.get("requester_id"):
        return _linked(ticket, "requester")
    return as_text(author_id)


def _user(number: int, user: Row) -> Row:
    """``updated_at`` stays empty: a help desk's copy of a person never outranks the CRM's, which knows the role."""
    organization = user.get("organization") if isinstance(user.get("organization"), dict) else {}
    return {
        "source_row": number,
        "person_id": long_reference(as_text(user.get("external_id"))) or as_text(user["id"]),
        "account_id": long_reference(as_text(organization.get("external_id"))) or as_text(user.get("organization_id")),
        "email": as_text(user.get("email")),
        "full_name": as_text(user.get("name")),
    }


def _organization(number: int, organization: Row) -> Row:
    return {
        "source_row": number,
        "account_id": long_reference(as_text(organization.get("external_id"))) or as_text(organization["id"]),
        "account_name": as_text(organization.get("name")),
    }


def _linked(record: Row, what: str) -> str | None:
    """The CRM's id of the embedded object, else Zendesk's id of it."""
    embedded = record.get(what)
    if isinstance(embedded, dict):
        if embedded.get("external_id"):
            return long_reference(as_text(embedded["external_id"]))
        return as_text(embedded.get("id"))
    return as_text(record.get(f"{what}_id"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _tagged(tags: set[str], word: str) -> str | None:
    return min((t.removeprefix(f"{word}:") for t in tags if t.startswith(f"{word}:")), default=None)


def _first_reply(ticket: Row, metrics: Row) -> str | None:
    """The moment of the first reply: Zendesk gives the minutes since the ticket was made."""
    minutes = metrics.get("reply_time_in_minutes")
    minutes = minutes.get("calendar") if isinstance(minutes, dict) else None
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        return None
    try:
        created = datetime.fromisoformat(str(ticket.get("created_at")))
        return (created + timedelta(minutes=minutes)).isoformat()
    except (ValueError, OverflowError):
        return None  # the row is excluded for its created_at, which conform names


def _transfers(metrics: Row) -> str | None:
    stations = metrics.get("assignee_stations")
    return str(max(stations - 1, 0)) if isinstance(stations, int) and not isinstance(stations, bool) else None


_UNREAD = {
    "unknown_author": "nothing says whether a customer or an agent wrote the comment: export comments with their "
    "author's role (side-load users)",
    "not_a_customer": "the user is an agent or admin, not a customer: nothing to do",
    "unknown_object": "the object is none of ticket, comment, user, organization: export these only",
}


def _read(content: Content, limits: Limits) -> Extract:
    lines = read_json(content, limits)
    rows: dict[str, list[Row]] = {}
    unread: dict[tuple[str, str | None, bool], list[int]] = {}
    for number, record in lines.records:
        match object_of(record.keys()):
            case "ticket":
                for table, row in _ticket(number, record):
                    if table == "messages" and row["author_kind"] is None:
                        unread.setdefault(("unknown_author", table, True), []).append(number)
                    else:
                        rows.setdefault(table, []).append(row)
            case "comment":
                row = _message(number, record)
                if row["author_kind"] is None:
                    unread.setdefault(("unknown_author", "messages", False), []).append(number)
                else:
                    rows.setdefault("messages", []).append(row)
            case "user" if _ROLES.get(str(record.get("role")).lower()) == "customer":
                rows.setdefault("people", []).append(_user(number, record))
            case "user":
                unread.setdefault(("not_a_customer", "people", False), []).append(number)
            case "organization":
                rows.setdefault("accounts", []).append(_organization(number, record))
            case _:
                unread.setdefault(("unknown_object", None, False), []).append(number)
    excluded = [
        excluded_rows(numbers, reason, _UNREAD[reason], table, is_derived=derived)
        for (reason, table, derived), numbers in unread.items()
    ]
    frames = [(table, text_frame(found, TABLES[table].column_names)) for table, found in rows.items()]
    extra = as_text_table(lines, without=_USED, limits=limits).rows
    return make_extract("zendesk", frames, lines.rows_read, [lines.excluded, *excluded], extra=extra)


# The keys that are read; all others are kept aside as text.
_TICKET_KEYS = ("status", "priority", "tags", "metric_set", "satisfaction_rating", "comments", "requester")
_COMMENT_KEYS = ("ticket_id", "author", "author_id", "author_role", "body", "plain_body", "public", "is_public", "via")
_LINK_KEYS = ("id", "external_id", "organization", "organization_id", "requester_id", "role", "email", "name")
_USED = frozenset((*_TICKET_KEYS, *_COMMENT_KEYS, *_LINK_KEYS, "created_at", "updated_at"))


def _claims(head: Head) -> int:
    found = [object_of(keys) for keys in head.first_keys]
    return BY_CONTENT if head.kind in ("jsonl", "json") and any(found) else NOT_MINE


READER = Reader(
    name="zendesk",
    claims=_claims,
    read=_read,
    expects="JSON lines of tickets (id, requester_id or requester, created_at, status …), comments (id, ticket_id, "
    "author_id, body, public, created_at, author.role), users (id, name, email, role …) or organizations",
)
