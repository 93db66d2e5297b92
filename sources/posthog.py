"""PostHog: events, as a page of its API or as the JSON lines of a batch export.

Belongs here: PostHog's keys, which of its events are no use. Does not: counting (``event_counts``).
Keys: https://posthog.com/docs/api/events and https://posthog.com/docs/cdp/batch-exports (``timestamp`` is ISO-8601).

Each event is one use of its name on its day; ``$exception`` is one of the metric errors. An ``uuid`` (``id`` on API
pages) that comes twice counts once. The account is the event's group (``$groups``, ``$group_0`` …), else a property of
the event or the person such as ``account_id``; the person is ``$user_id`` or the ``distinct_id``.
"""

from __future__ import annotations

import json
from typing import Any

from sources.content import Content, Limits
from sources.event_counts import account_of
from sources.event_json import Event, read_events
from sources.extract import Extract
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader

# What the libraries send of themselves, and what tells of trouble and not of use.
_NO_USE = frozenset(
    (
        "$set",
        "$identify",
        "$groupidentify",
        "$create_alias",
        "$merge_dangerously",
        "$feature_flag_called",
        "$opt_in",
        "$pageleave",
        "$rageclick",
        "$web_vitals",
        "$snapshot",
    )
)
_RENAMED = {"$exception": "errors"}  # the policy knows that more of these is worse
_USED = ("event", "properties", "distinct_id", "timestamp", "created_at", "uuid", "id", "person", "person_properties")


def _opened(value: Any) -> dict[str, Any]:
    """Properties are an object on API pages and JSON text in some batch exports."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _event(record: dict[str, Any]) -> Event | str:
    name = record.get("event")
    if isinstance(name, str) and name in _NO_USE:
        return "not_use"
    said, person = _opened(record.get("properties")), _opened(record.get("person"))
    about = _opened(record.get("person_properties")) or _opened(person.get("properties"))
    account, is_unreadable = account_of(_opened(said.get("$groups")), {"account": said.get("$group_0")}, said, about)
    if is_unreadable:
        return "wrong_type"
    return Event(
        account_id=account,
        person_id=said.get("$user_id") or record.get("distinct_id"),
        metric=_RENAMED.get(name, name) if isinstance(name, str) else name,
        time=record.get("timestamp") or record.get("created_at"),
        event_id=record.get("uuid") or record.get("id"),
    )


def _read(content: Content, limits: Limits) -> Extract:
    return read_events("posthog", content, limits, _event, _USED)


def _claims(head: Head) -> int:
    return BY_CONTENT if head.holds({"event", "distinct_id", "properties"}.issubset) else NOT_MINE


READER = Reader(
    name="posthog",
    claims=_claims,
    read=_read,
    expects="a page of events or JSON lines of a batch export (event, distinct_id, properties, timestamp, uuid or id)",
)
