"""Zendesk's objects → canonical rows: tickets, comments, ratings, messages of chats.

Belongs here: which fields of an object mean what, and who wrote. Does not: files and accounting (``zendesk``), people
and accounts (``zendesk_directory``), changes over time (``zendesk_history``), types (``conform``).
Private notes are internal, whoever wrote them. Tags ``topic:<word>`` and ``product:<name>`` give topic and product
line; ``complaint`` and ``escalated`` speak for themselves.

Fields: developer.zendesk.com/api-reference/ticketing/tickets/tickets, …/tickets/ticket_comments,
…/ticket-management/satisfaction_ratings
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sources.connector_tables import is_gone, truth
from sources.jsonlines import as_text
from sources.zendesk_directory import ROLES, Directory, Row, crm_id, listed, parsed, speaker_id, zendesk_id

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
_SCORES = {"good": "1", "bad": "0"}
_MERGED = "closed_by_merge"  # the tag that Zendesk gives a ticket which was merged into another


def ticket_rows(number: int, ticket: Row, known: Directory) -> Iterator[tuple[str, Row]]:
    """The ticket, its rating and its embedded comments; the latter two are derived."""
    tags = {str(tag).lower() for tag in listed(ticket.get("tags"))}
    ticket_id = as_text(ticket["id"])
    metrics = ticket.get("metric_set") or ticket.get("metric_sets") or known.metrics.get(ticket_id or "")
    metrics = metrics if isinstance(metrics, dict) else {}
    is_deleted = ticket.get("status") == "deleted" or is_gone(ticket)
    is_merged = _MERGED in tags or ticket_id in known.merged_into
    shared = {
        "source_row": number,
        "account_id": known.linked(ticket, "organization"),
        "person_id": known.linked(ticket, "requester"),
        "is_deleted": "true" if is_deleted else "false",
        "ticket_id": ticket_id,
        "updated_at": as_text(ticket.get("updated_at")),
    }
    yield (
        "tickets",
        shared
        | {
            # what was said in a merged ticket stays; the ticket itself lives on in its survivor
            "is_deleted": "true" if is_deleted or is_merged else "false",
            "created_at": as_text(ticket.get("created_at")),
            "priority": as_text(ticket.get("priority")),
            "status": as_text(ticket.get("status")),
            "is_escalated": ("true" if "escalated" in tags else "false") if "tags" in ticket else None,
            "first_reply_at": _first_reply(ticket, metrics),
            "resolved_at": as_text(metrics.get("solved_at")),
            "n_reopens": as_text(metrics.get("reopens")),
            "n_transfers": _transfers(metrics),
            "topic": "complaint" if "complaint" in tags else _tagged(tags, "topic:"),
            "product_line": _tagged(tags, "product:"),
        },
    )
    rating = ticket.get("satisfaction_rating")
    score = score_of(rating.get("score")) if isinstance(rating, dict) else None
    if score is not None:
        answered = rating.get("created_at") or metrics.get("solved_at") or ticket.get("updated_at")
        yield (
            "survey_responses",
            shared | {"is_derived": True} | rated(ticket_id, score, answered, rating.get("comment")),
        )
    for comment in listed(ticket.get("comments")):
        if isinstance(comment, dict):
            message = message_row(number, comment | {"ticket_id": ticket["id"]}, known, ticket)
            yield "messages", shared | message | {"is_derived": True}


def message_row(number: int, comment: Row, known: Directory, ticket: Row | None = None) -> Row:
    """One comment. ``author_kind`` is None where nothing says who wrote it, and unknown where their own record will."""
    given = as_text(comment.get("ticket_id"))
    about = ticket or known.tickets.get(given or "", {})
    author = comment.get("author") if isinstance(comment.get("author"), dict) else {}
    author_id = comment.get("author_id", author.get("id"))
    author = author or known.users.get(as_text(author_id) or "", {})
    role = author.get("role") or comment.get("author_role")
    requester = comment.get("requester_id", about.get("requester_id"))
    public = truth(comment.get("public"))
    is_private = public is False or truth(about.get("is_public")) is False
    if as_text(author_id) in _SYSTEM_AUTHORS:
        kind = "bot"
    elif is_private:
        kind = "agent"
    elif role is not None:
        kind = ROLES.get(str(role).lower())
    else:
        kind = "customer" if author_id is not None and as_text(author_id) == as_text(requester) else None
    speaker = speaker_id(author_id) if kind is None and role is None else None
    via = comment.get("via") or about.get("via")
    channel = via.get("channel") if isinstance(via, dict) else via
    ticket_id = known.survivor(given)
    return {
        "source_row": number,
        "message_id": as_text(comment.get("id")),
        "channel": _CHANNELS.get(str(channel).lower(), "ticket"),
        "author_kind": "unknown" if speaker is not None else kind,
        "speaker_id": speaker,
        "body": as_text(comment.get("plain_body") or comment.get("body")),
        "sent_at": as_text(comment.get("created_at")),
        "account_id": known.linked(about, "organization") or known.linked(comment, "organization"),
        "person_id": _author(author, author_id, about, known) if kind == "customer" else None,
        "conversation_id": ticket_id,
        "ticket_id": ticket_id,
        # a flag that cannot be read is passed on as it is, so that the row is excluded for it and never scored
        "is_public": "false" if is_private else "true" if public in (True, None) else as_text(public),
        **({"is_deleted": "true"} if is_gone(comment) else {}),
    }


def chat_row(number: int, event: Row, known: Directory) -> Row:
    """One message of a chat. Who wrote it: the actor's prefix, else what the original message says of its author."""
    chat = as_text(event.get("chat_id"))
    actor = as_text(event.get("actor_id")) or ""
    original = _object(event.get("original_message"))
    wrote = _object(original.get("author")).get("type")
    made_by = _object(original.get("source")).get("type")
    if actor.startswith("__") or made_by == "zd:answerBot":
        kind = "bot"
    elif actor.startswith("agent:") or wrote == "BUSINESS":
        kind = "agent"
    elif wrote == "USER":
        kind = "customer"
    else:
        kind = ROLES.get(str(known.users.get(actor, {}).get("role")).lower())
    speaker = speaker_id(actor or None) if kind is None else None
    sent_at = as_text(event.get("created_at"))
    is_customer = kind == "customer" and bool(actor)
    return {
        "source_row": number,
        "message_id": f"chat:{chat}:{as_text(event.get('message_id')) or f'{sent_at}:{actor}'}",
        "channel": "chat",
        "author_kind": "unknown" if speaker is not None else kind,
        "speaker_id": speaker,
        "body": as_text(event.get("message")),
        "sent_at": sent_at,
        "person_id": (crm_id(known.users.get(actor, {})) or zendesk_id(actor)) if is_customer else None,
        "conversation_id": chat,
        "ticket_id": known.survivor(as_text(known.chats.get(chat or "", {}).get("ticket_id"))),
        "is_public": "true",
    }


def score_of(score: Any) -> str | None:
    """1 for good, 0 for bad, with or without a comment; None for offered, unoffered and anything else."""
    if score == "good" or score == "bad":
        return _SCORES[score]
    return _SCORES.get(str(score).lower().replace("_", "").removesuffix("withcomment"))


def rated(ticket_id: str | None, score: str, answered_at: Any, comment: Any) -> Row:
    """The columns of a rating. One ticket has one rating, wherever it is told: its id is the ticket's."""
    return {
        "response_id": f"{ticket_id}:csat",
        "ticket_id": ticket_id,
        "survey_type": "csat",
        "score": score,
        "scale_min": "0",
        "scale_max": "1",
        "higher_is_better": "true",
        "answered_at": as_text(answered_at),
        "verbatim": as_text(comment),
    }


def rating_row(number: int, rating: Row, known: Directory) -> Row | None:
    """A satisfaction rating, or None if the customer was only asked."""
    score = score_of(rating.get("score"))
    if score is None:
        return None
    ticket_id = as_text(rating.get("ticket_id"))
    about = known.tickets.get(ticket_id or "", {})
    return rated(ticket_id, score, rating.get("created_at"), rating.get("comment")) | {
        "source_row": number,
        "account_id": known.linked(about, "organization"),
        "person_id": known.linked(rating, "requester"),
        "updated_at": as_text(rating.get("updated_at")),
        "is_deleted": "true" if is_gone(rating) else None,
    }


def _author(author: Row, author_id: Any, ticket: Row, known: Directory) -> str | None:
    """The customer who wrote: by the CRM's id where the author or the requester carries it."""
    if author.get("external_id"):
        return crm_id(author)
    if author_id is not None and as_text(author_id) == as_text(ticket.get("requester_id")):
        return known.linked(ticket, "requester")
    return zendesk_id(author_id)


def _object(value: Any) -> Row:
    value = parsed(value) if isinstance(value, str) else value
    return value if isinstance(value, dict) else {}


def _tagged(tags: set[str], prefix: str) -> str | None:
    found = [tag for tag in tags if tag.startswith(prefix)]
    return min(found).removeprefix(prefix) if found else None


def _first_reply(ticket: Row, metrics: Row) -> str | None:
    """The moment of the first reply: Zendesk gives the minutes since the ticket was made."""
    minutes = metrics.get("reply_time_in_minutes")
    minutes = minutes.get("calendar") if isinstance(minutes, dict) else None
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        return None
    try:
        created = datetime.fromisoformat(str(ticket.get("created_at")))
        return (created + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")  # which is read fastest
    except (ValueError, OverflowError):
        return None  # the row is excluded for its created_at, which conform names


def _transfers(metrics: Row) -> str | None:
    stations = metrics.get("assignee_stations")
    return str(max(stations - 1, 0)) if isinstance(stations, int) and not isinstance(stations, bool) else None
