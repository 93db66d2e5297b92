"""Zendesk's tables in a warehouse, as a connector copies them from the API: CSV → the API's objects.

Belongs here: which table has which columns, what they are called in the API. Does not: what an object becomes
(``zendesk``, ``zendesk_objects``).

Tables and columns: https://fivetran.com/docs/connectors/applications/zendesk
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sources.connector_tables import DELETED, SYNCED, plain_name, truth

#: Object → the columns that only its table has. ``change``: one row of the history of a ticket's fields.
_TABLES: dict[str, tuple[frozenset[str], ...]] = {
    "ticket": (frozenset({"id", "requester_id", "status", "created_at", "via_channel"}),),
    "comment": (
        frozenset({"id", "body", "public", "ticket_id", "user_id", "created"}),
        frozenset({"id", "body", "public", "ticket_id", "user_id", "created_at"}),
    ),
    "user": (frozenset({"id", "role", "email", "ticket_restriction"}),),
    "organization": (frozenset({"id", "name", "shared_tickets", "shared_comments"}),),
    "rating": (frozenset({"id", "score", "ticket_id", "requester_id", SYNCED}),),
    "change": (frozenset({"field_name", "ticket_id", "updated", "value"}),),
    "chat_event": (frozenset({"chat_id", "actor_id", "chat_index", "message"}),),
    "chat": (frozenset({"chat_id", "ticket_id", "visitor_id"}),),
    "not_needed": (
        frozenset({"actor_id", "change_description", "source_label", "source_type"}),
        frozenset({"brand_url", "subdomain"}),
        frozenset({"daylight_offset", "daylight_start_utc"}),
        frozenset({"organization_id", "domain_name", SYNCED}),
        frozenset({"start_time_utc", "end_time_utc", "time_zone"}),
        frozenset({"schedule_id", "start_date", "end_date"}),
        frozenset({"schedule_id", "ticket_id"}),
        frozenset({"sla_policy_id"}),
        frozenset({"end_user_visible", "display_name"}),
        frozenset({"time_zone", "standard_offset"}),
        frozenset({"ticket_id", "tag", SYNCED}),
        frozenset({"organization_id", "tag", SYNCED}),
        frozenset({"user_id", "tag", SYNCED}),
    ),
}
#: The table of groups has only columns that many tables have; it is known by having no other.
_GROUP = frozenset({"id", DELETED, SYNCED, "created_at", "name", "updated_at", "url"})


def table_of(columns: Collection[str]) -> str | None:
    """Which object the rows of a table with this header are; ``not_needed`` for those that hold nothing read here."""
    names = frozenset(plain_name(name) for name in columns)
    if names == _GROUP:
        return "not_needed"
    return next((kind for kind, marks in _TABLES.items() if any(mark <= names for mark in marks)), None)


def as_api_object(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row in the API's words."""
    if kind == "ticket":
        return row | {"via": row.get("via_channel")}
    if kind == "comment":
        via = "voice" if truth(row.get("voice_comment")) is True else None
        via = via or next(
            (n for n, c in (("twitter", "tweet"), ("facebook", "facebook_comment")) if truth(row.get(c)) is True), None
        )
        named = {"author_id": row.get("user_id"), "created_at": row.get("created_at") or row.get("created")}
        return row | named | ({"via": via} if via else {})
    return row
