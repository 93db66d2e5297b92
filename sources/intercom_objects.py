"""Intercom's objects → canonical rows: conversations with their parts and ratings, contacts, companies.

Belongs here: which fields of an object mean what, who wrote, how ids hang together. Does not: files and accounting
(``intercom``), HTML (kept as delivered, cleaned before scoring), types (``conform``).

Ids of parts and conversations carry the prefix ``intercom:``, for they are plain numbers as other help desks' are. A
conversation's id is also its ``ticket_id``, so that its rating is one episode with it.

Fields: developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/conversation,
…/models/conversation_part, …/models/conversation_rating, …/contacts/contact, …/companies/company
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sources.connector_tables import ACTIVE, is_gone, truth
from sources.jsonlines import as_text
from sources.record_ids import long_reference
from sources.vendor_times import is_second

Row = dict[str, Any]

_AUTHORS = {
    "user": "customer",
    "lead": "customer",
    "contact": "customer",
    "visitor": "customer",
    "admin": "agent",
    "team": "agent",
    "bot": "bot",
}
_CHANNELS = {
    "conversation": "chat",
    "push": "chat",
    "sms": "chat",
    "whatsapp": "chat",
    "email": "email",
    "facebook": "social",
    "instagram": "social",
    "twitter": "social",
    "phone_call": "call",
    "phone_switch": "call",
}
# What Intercom puts in place of a tweet: nobody wrote it.
_TWITTER_NOTICE = "We've removed this part of the conversation to comply with Twitter"
# Intercom makes up a company for each lead that was asked for one; such an id is no id of ours.
_MADE_UP = "-qualification-company"
_OPERATOR = "operator+"  # the mailbox of Intercom's own bot, which writes as an admin


def moment(value: Any) -> str | int | None:
    """A time: seconds since 1970 as they are, written out in UTC where they come as text; all else stays as it is."""
    if is_second(value):
        return value
    text = as_text(value)
    if text is None or not text.strip().isdecimal():
        return text
    try:
        return f"{datetime.fromtimestamp(int(text), UTC).isoformat()[:19]}Z"
    except (ValueError, OverflowError, OSError):
        return text  # beyond any calendar: conform excludes the row and names the column


def conversation_rows(number: int, conversation: Row) -> list[tuple[str, Row]]:
    """The message that began it, its parts, its rating, and the CRM's ids of its contacts."""
    identifier = as_text(conversation.get("id"))
    source = _object(conversation.get("source")) or _object(conversation.get("conversation_message"))
    contacts = _items(conversation, "contacts")
    times = {"created_at": conversation.get("created_at"), "updated_at": conversation.get("updated_at")}
    first = source | times | {"id": f"{identifier}:source", "part_type": "source"}
    about = (f"intercom:{identifier}" if identifier is not None else None, _channel(source.get("type")))
    was_deleted = is_gone(conversation)
    found = [
        _message(number, part, *about, was_deleted) for part in (first, *_items(conversation, "conversation_parts"))
    ]
    rows: list[tuple[str, Row]] = [("messages", row) for row in found if row is not None]
    rating = _rating(number, conversation, contacts)
    rows += [("survey_responses", rating)] if rating is not None else []
    for contact in contacts:
        own, crm = as_text(contact.get("id")), _crm_id(contact)
        if own is not None and crm not in (None, own) and rows:
            rows.append(("people", {"source_row": number, "person_id": own, "merged_into": crm}))
    return rows


def part_row(number: int, part: Row) -> Row | None:
    """A part that comes by itself as a message; None if it only changes the conversation's state."""
    conversation = as_text(part.get("conversation_id"))
    about = (f"intercom:{conversation}" if conversation is not None else None, _channel(part.get("source_type")))
    return _message(number, part, *about, False)


def _channel(source_type: Any) -> str | None:
    given = as_text(source_type)
    return _CHANNELS.get(given or "conversation", given)


def _message(number: int, part: Row, conversation: str | None, channel: str | None, was_deleted: bool) -> Row | None:
    """One part as a message. ``author_kind`` None: nobody knows. ``was_deleted``: the whole conversation."""
    body, kind = as_text(part.get("body")), str(part.get("part_type"))
    if body is None or kind.startswith("conversation_rating"):
        return None  # a rating is read from the conversation
    author = _object(part.get("author"))
    who = _AUTHORS.get(str(author.get("type")).lower())
    if who is None and kind == "source" and not author.get("type") and part.get("delivered_as") == "customer_initiated":
        who = "customer"  # the authors of tweets are blank
    if str(author.get("email")).lower().startswith(_OPERATOR) or body.startswith(_TWITTER_NOTICE):
        who = "bot"
    is_note = kind.startswith("note")
    if is_note and who in (None, "customer"):
        who = "agent"  # notes are internal, whoever wrote them
    identifier = as_text(part.get("id"))
    is_deleted = was_deleted or truth(part.get("redacted")) is True or is_gone(part)
    return {
        "source_row": number,
        "message_id": f"intercom:{identifier}" if identifier is not None else None,
        "channel": channel,
        "author_kind": who,
        "body": body,
        "sent_at": moment(part.get("created_at")),
        "person_id": as_text(author.get("id")) if who == "customer" else None,
        "conversation_id": conversation,
        "ticket_id": conversation,
        "is_public": "false" if is_note else "true",
        "updated_at": moment(part.get("updated_at")),
        "is_deleted": "true" if is_deleted else None,
    }


def _rating(number: int, conversation: Row, contacts: list[Row]) -> Row | None:
    """The rating from 1 to 5, if it was given."""
    rating = _object(conversation.get("conversation_rating"))
    score = as_text(rating.get("rating"))
    if score is None:
        return None
    identifier = f"intercom:{as_text(conversation.get('id'))}"
    rated_by = as_text(_object(rating.get("contact")).get("id"))
    only = as_text(contacts[0].get("id")) if len(contacts) == 1 else None
    return {
        "source_row": number,
        "response_id": f"{identifier}:csat",
        "survey_type": "csat",
        "score": score,
        "scale_min": "1",
        "scale_max": "5",
        "higher_is_better": "true",
        # created_at is when the rating was asked for; newer versions of the API also say when it was given
        "answered_at": moment(rating.get("updated_at") or rating.get("created_at")),
        "person_id": rated_by or only,
        "verbatim": as_text(rating.get("remark")),
        "ticket_id": identifier,
        "updated_at": moment(conversation.get("updated_at")),
        "is_deleted": "true" if is_gone(conversation) else None,
    }


def contact_rows(number: int, contact: Row) -> Iterator[tuple[str, Row]]:
    """The person under Intercom's id, in versions; and under our own, if the contact has one, below the CRM's row."""
    own, crm = as_text(contact.get("id")), _crm_id(contact)
    if str(contact.get("role")).lower() == "lead" or crm == own:
        crm = None  # the external id of a lead is made up by Intercom
    company = next(iter(_items(contact, "companies", "data")), {})
    row = {
        "source_row": number,
        "account_id": as_text(company.get("id")),
        "email": as_text(contact.get("email")),
        "full_name": as_text(contact.get("name")),
    }
    changed = {"updated_at": moment(contact.get("updated_at")), "is_deleted": "true" if is_gone(contact) else None}
    yield "people", row | {"person_id": own, "merged_into": crm} | changed
    if crm is not None and _is_current(contact):
        yield "people", row | {"person_id": crm}


def company_rows(number: int, company: Row) -> Iterator[tuple[str, Row]]:
    """The account under Intercom's id, in versions; and under our own, if the company has one, below the CRM's row."""
    own, ours = as_text(company.get("id")), long_reference(as_text(company.get("company_id")))
    if ours is None or ours == own or ours.endswith(_MADE_UP):
        ours = None
    row = {
        "source_row": number,
        "account_name": as_text(company.get("name")),
        "domains": as_text(company.get("website")),
    }
    changed = {"updated_at": moment(company.get("updated_at")), "is_deleted": "true" if is_gone(company) else None}
    yield "accounts", row | {"account_id": own, "merged_into": ours} | changed
    if ours is not None and _is_current(company):
        yield "accounts", row | {"account_id": ours}


def link_row(number: int, link: Row) -> Row:
    """A contact's company from a date on (a warehouse keeps the links apart): a dated row of the person."""
    return {
        "source_row": number,
        "person_id": as_text(link.get("contact_id")),
        "account_id": as_text(link.get("company_id")),
        "valid_from": moment(link.get("contact_updated_at")),
        "updated_at": moment(link.get("contact_updated_at")),
        "is_deleted": "true" if is_gone(link) else None,
    }


def _is_current(record: Row) -> bool:
    return truth(record.get(ACTIVE)) is not False and not is_gone(record)


def _crm_id(contact: Row) -> str | None:
    return long_reference(as_text(contact.get("external_id")))


def _object(value: Any) -> Row:
    return value if isinstance(value, dict) else {}


def _items(record: Row, key: str, inner: str | None = None) -> list[Row]:
    """The objects of a list, which newer versions of the API wrap into an object of its own."""
    value = record.get(key)
    value = value.get(inner or key) if isinstance(value, dict) else value
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
