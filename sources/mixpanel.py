"""Mixpanel: JSON lines of its raw event export.

Belongs here: Mixpanel's keys, which of its events are no use. Does not: counting (``event_counts``).
Keys: https://docs.mixpanel.com/reference/raw-event-export and https://docs.mixpanel.com/docs/export-methods.

Each event is one use of its name on its day. ``time`` is seconds (or, if asked for, milliseconds) since 1970, in UTC
for projects made since 2023; an older project writes its own zone's clock there and has to be set to UTC. An
``$insert_id`` of a person that comes twice counts once. The account is a property such as ``account_id`` or
``company_id``; the person is ``$user_id`` or the ``distinct_id`` unless that is a device's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sources.content import Content, Limits
from sources.event_counts import account_of
from sources.event_json import Event, read_events
from sources.extract import Extract
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader
from sources.vendor_times import is_second, spelled

_NO_USE = frozenset(
    ("$identify", "$create_alias", "$merge", "$set", "$mp_rage_click", "$mp_dead_click", "$experiment_started")
)
# Keys of other vendors' events, which also have an event and properties.
_OTHERS = frozenset(("distinct_id", "timestamp", "uuid", "messageId", "event_type", "anonymousId"))
_MILLISECONDS_FROM = 100_000_000_000  # as seconds this would be the year 5138


def _moment(time: Any) -> Any:
    if is_second(time) and time < _MILLISECONDS_FROM:
        return spelled(time)
    if isinstance(time, bool) or not isinstance(time, int | float):
        return time
    try:
        seconds = time / 1000 if abs(time) >= _MILLISECONDS_FROM else time
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError, OSError):
        return time


def _event(record: dict[str, Any]) -> Event | str:
    name = record.get("event")
    if isinstance(name, str) and name in _NO_USE:
        return "not_use"
    said = record["properties"] if isinstance(record.get("properties"), dict) else {}
    account, is_unreadable = account_of(said)
    if is_unreadable:
        return "wrong_type"
    distinct, insert, time = said.get("distinct_id"), said.get("$insert_id"), said.get("time")
    is_device = isinstance(distinct, str) and distinct.startswith("$device:")
    return Event(
        account_id=account,
        person_id=said.get("$user_id") or (None if is_device else distinct),
        metric=name,
        time=_moment(time),
        # ids are drawn per event, but told apart by Mixpanel together with name, person and time
        event_id=f"{name} {distinct} {time} {insert}" if insert else None,
    )


def _read(content: Content, limits: Limits) -> Extract:
    return read_events("mixpanel", content, limits, _event, ("event", "properties"))


def _claims(head: Head) -> int:
    mine = head.holds(lambda keys: keys >= {"event", "properties"} and not keys & _OTHERS)
    return BY_CONTENT if mine else NOT_MINE


READER = Reader(
    name="mixpanel",
    claims=_claims,
    read=_read,
    expects="JSON lines of the raw export (event, properties with time, distinct_id, $insert_id)",
)
