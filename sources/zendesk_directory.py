"""Who is who in Zendesk: users, organisations, and what one record of a file says of another.

Belongs here: people and accounts, ids of the CRM, merged tickets. Does not: what was said and asked
(``zendesk_objects``). Records are linked to the CRM by ``external_id``; where there is none, Zendesk's own ids stand,
as ``zendesk:<number>``: the CRM may number its records alike.

Fields: developer.zendesk.com/api-reference/ticketing/users/users, …/organizations/organizations, and side-loading:
developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sources.connector_tables import is_gone, truth
from sources.jsonlines import as_text
from sources.record_ids import long_reference, own_id

Row = dict[str, Any]

ROLES = {"end-user": "customer", "end_user": "customer", "agent": "agent", "admin": "agent", "bot": "bot"}


# Kind of object → where the directory keeps it, and under which of its keys.
_SHELVES = {
    "user": ("users", "id"),
    "organization": ("organizations", "id"),
    "ticket": ("tickets", "id"),
    "metrics": ("metrics", "ticket_id"),
    "chat": ("chats", "chat_id"),
}


@dataclass
class Directory:
    """What the other records of the same file say of a record: roles, ids of the CRM, whose ticket it is."""

    users: dict[str, Row] = field(default_factory=dict)
    organizations: dict[str, Row] = field(default_factory=dict)
    tickets: dict[str, Row] = field(default_factory=dict)
    metrics: dict[str, Row] = field(default_factory=dict)
    chats: dict[str, Row] = field(default_factory=dict)
    merged_into: dict[str, str] = field(default_factory=dict)

    def note(self, kind: str | None, record: Row) -> None:
        """Remember ``record``, an object of this kind."""
        shelf = _SHELVES.get(kind or "")
        if shelf is None:
            return
        name, key = shelf
        identifier = as_text(record.get(key))
        if identifier is None:
            return
        getattr(self, name)[identifier] = record
        if kind == "ticket":
            for merged in _ids(record.get("merged_ticket_ids")):
                self.merged_into[merged] = identifier

    def survivor(self, ticket_id: str | None) -> str | None:
        """The ticket that this one was merged into, as far as the file says; else the ticket itself."""
        seen: set[str] = set()
        while ticket_id is not None and ticket_id in self.merged_into and ticket_id not in seen:
            seen.add(ticket_id)
            ticket_id = self.merged_into[ticket_id]
        return ticket_id

    def linked(self, record: Row, what: str) -> str | None:
        """The CRM's id of the record's organisation or requester where it is known, else Zendesk's id of it."""
        embedded = record.get(what)
        if isinstance(embedded, dict):
            return crm_id(embedded) or zendesk_id(embedded.get("id"))
        identifier = as_text(record.get("organization_id" if what == "organization" else f"{what}_id"))
        if identifier is None:
            return None
        known = (self.organizations if what == "organization" else self.users).get(identifier)
        return (crm_id(known) if known is not None else None) or zendesk_id(identifier)


def speaker_id(user_id: Any) -> str | None:
    """What a comment calls its author, whose role another file tells."""
    identifier = as_text(user_id)
    return f"zendesk:user:{identifier}" if identifier is not None else None


def speaker_row(number: int, user: Row) -> Row | None:
    """Whose words this user's are; None for a role that nobody knows."""
    kind = ROLES.get(str(user.get("role")).lower())
    if kind is None:
        return None
    return {
        "source_row": number,
        "speaker_id": speaker_id(user["id"]),
        "author_kind": kind,
        "person_id": (crm_id(user) or zendesk_id(user["id"])) if kind == "customer" else None,
        "updated_at": as_text(user.get("updated_at")),
    }


def user_rows(number: int, user: Row, known: Directory) -> Iterator[tuple[str, Row]]:
    """The person, and where the CRM knows it: Zendesk's own id as merged into the CRM's.

    A help desk's copy of a person never outranks the CRM's, which knows the role: its ``updated_at`` stays empty.
    """
    own, crm = zendesk_id(user["id"]), crm_id(user)
    row = {
        "source_row": number,
        "account_id": known.linked(user, "organization"),
        "email": as_text(user.get("email")),
        "full_name": as_text(user.get("name")),
    }
    changed = as_text(user.get("updated_at"))
    if crm is None:
        is_deleted = is_gone(user) or truth(user.get("active")) is False
        yield "people", row | {"person_id": own, "updated_at": changed, "is_deleted": "true" if is_deleted else None}
        return
    yield "people", row | {"person_id": crm}
    yield "people", row | {"person_id": own, "merged_into": crm, "updated_at": changed, "is_derived": True}


def organization_rows(number: int, organization: Row) -> Iterator[tuple[str, Row]]:
    """The account's name, and where the CRM knows it: Zendesk's own id as merged into the CRM's."""
    own, crm = zendesk_id(organization["id"]), crm_id(organization)
    domains = " ".join(_ids(organization.get("domain_names"))) or None
    row = {"source_row": number, "account_name": as_text(organization.get("name")), "domains": domains}
    changed = as_text(organization.get("updated_at"))
    if crm is None:
        is_deleted = "true" if is_gone(organization) else None
        yield "accounts", row | {"account_id": own, "updated_at": changed, "is_deleted": is_deleted}
        return
    yield "accounts", row | {"account_id": crm}
    yield "accounts", row | {"account_id": own, "merged_into": crm, "updated_at": changed, "is_derived": True}


def listed(value: Any) -> list[Any]:
    """The value if it is a list, else none."""
    return value if isinstance(value, list) else []


@lru_cache(maxsize=100_000)  # a customer's id comes with each ticket and comment
def _reference(identifier: str | None) -> str | None:
    return long_reference(identifier)


def crm_id(record: Row) -> str | None:
    """The CRM's id that the record carries."""
    given = record.get("external_id")
    return None if given is None else _reference(as_text(given))


def zendesk_id(identifier: Any) -> str | None:
    """Zendesk's own id of a user or organisation."""
    return own_id("zendesk", as_text(identifier))


def parsed(text: str) -> Any:
    """The value that the text writes in JSON; None if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None  # no JSON, so it names nothing


def _ids(value: Any) -> Iterable[str]:
    """Ids or domains of a list, or of a list written as text."""
    if isinstance(value, str):
        value = parsed(value)
    return [i for i in (as_text(v) for v in listed(value)) if i is not None]
