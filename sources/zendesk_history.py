"""Zendesk's changes over time → tickets and ratings: a warehouse's field history, ticket events, ticket audits.

Belongs here: replaying changes of single fields. Does not: whole objects (``zendesk_objects``).

Each change gives the ticket as it stood from that moment on: status, priority, when it was solved, how often it was
reopened or passed on. Changes of one moment give the same row, so they count as copies of one. The version is dated one
microsecond before the change, so that the ticket itself, delivered with the same date, always outranks it.
A ticket is replayed only if the file holds its creation: without it neither its age nor its customer is known.

Fields: developer.zendesk.com/documentation/ticketing/reference-guides/ticket-audit-events-reference,
…/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-event-export
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from sources.casting import cast
from sources.contract import PRIORITIES
from sources.jsonlines import as_text
from sources.zendesk_directory import Directory, Row, listed, zendesk_id
from sources.zendesk_objects import message_row, rated, score_of

_TICKET_FIELDS = ("status", "priority", "requester_id", "organization_id", "assignee_id")
_RATING_FIELDS = ("satisfaction_score", "satisfaction_comment")
FIELDS = (*_TICKET_FIELDS, *_RATING_FIELDS)
_ORDER = ("new", "open", "pending", "hold", "on-hold", "solved", "closed", "deleted")
_DONE = ("solved", "closed")


@dataclass(frozen=True)
class Change:
    """One field of one ticket got ``value`` at ``at`` (text, UTC)."""

    source_row: int
    ticket_id: str | None
    at: str | None
    name: str
    value: str | None


@dataclass
class Replayed:
    """``rows``: (table, row) in any order; ``unread``: source row → reason, for changes that gave no row."""

    rows: list[tuple[str, Row]] = field(default_factory=list)
    unread: dict[int, str] = field(default_factory=dict)
    unknown_priority: list[int] = field(default_factory=list)


def changes_of(number: int, event: Row) -> list[Change]:
    """The changes of a ticket event (``child_events``) or audit (``events``)."""
    at, ticket_id = as_text(event.get("created_at")), as_text(event.get("ticket_id"))
    changes = []
    for child in _children(event):
        kind = child.get("event_type") or child.get("type")
        if kind in ("Create", "Change"):
            named = {str(child["field_name"]): child.get("value")} if "field_name" in child else child
            told = [(name, named[name]) for name in FIELDS if name in named]
        elif kind == "SatisfactionRating":
            told = [("satisfaction_score", child.get("score")), ("satisfaction_comment", child.get("body"))]
        else:
            told = []
        changes += [Change(number, ticket_id, at, name, as_text(value)) for name, value in told]
    return changes


def comments_of(number: int, event: Row, known: Directory) -> list[Row]:
    """The comments of a ticket event or audit as messages."""
    shared = {"ticket_id": event.get("ticket_id"), "created_at": event.get("created_at"), "via": event.get("via")}
    writer = {"author_id": event["author_id"]} if "author_id" in event else {}
    return [
        message_row(number, shared | writer | child, known)
        for child in _children(event)
        if (child.get("event_type") or child.get("type")) == "Comment"
        and (child.get("body") or child.get("plain_body"))
    ]


def replay(changes: Iterable[Change]) -> Replayed:
    """Tickets and ratings as they stood after each change."""
    found, given = Replayed(), list(changes)
    moments = cast(pl.Series("at", [c.at for c in given], dtype=pl.String), "timestamp").to_list()
    by_ticket: dict[str, list[tuple[datetime, Change]]] = {}
    for change, moment in zip(given, moments, strict=True):
        if change.name not in FIELDS:
            found.unread[change.source_row] = "not_needed"
        elif moment is None or change.ticket_id is None:
            found.unread[change.source_row] = "unreadable_change"
        else:
            by_ticket.setdefault(change.ticket_id, []).append((moment, change))
    for ticket_id, timed in by_ticket.items():
        _replay_ticket(ticket_id, timed, found)
    told = {row["source_row"] for _, row in found.rows}
    found.unread = {number: reason for number, reason in found.unread.items() if number not in told}
    return found


def _replay_ticket(ticket_id: str, timed: list[tuple[datetime, Change]], found: Replayed) -> None:
    timed.sort(key=lambda pair: (pair[0], pair[1].name, _rank(pair[1]), pair[1].value or ""))
    state = _State(ticket_id)
    for moment, group in itertools.groupby(timed, key=lambda pair: pair[0]):
        together = [change for _, change in group]
        for change in together:
            state.take(change, moment)
        if state.created_at is None and _is_creation(together):
            state.created_at = moment
        for change in together:
            _tell(state, change, moment, found)


def _tell(state: _State, change: Change, moment: datetime, found: Replayed) -> None:
    """The row that this change gives, or why it gives none."""
    if change.name in _RATING_FIELDS:
        row = state.rating(change.source_row, moment)
        if row is None:
            found.unread[change.source_row] = "no_answer"
        else:
            found.rows.append(("survey_responses", row))
    elif state.created_at is None:
        found.unread[change.source_row] = "unknown_creation"
    else:
        found.rows.append(("tickets", state.ticket(change.source_row, moment)))
        if change.name == "priority" and state.priority not in (*PRIORITIES, None):
            found.unknown_priority.append(change.source_row)


def _is_creation(changes: list[Change]) -> bool:
    """A ticket is made with its requester and status at once; only a new one is ``new``."""
    named = {change.name: change.value for change in changes}
    return named.get("status") == "new" or {"status", "requester_id"} <= named.keys()


def _rank(change: Change) -> int:
    """Which of several statuses of one moment is the later one."""
    return _ORDER.index(change.value) if change.name == "status" and change.value in _ORDER else 0


def _spelled(moment: datetime) -> str:
    """UTC in the spelling that is read fastest."""
    return moment.isoformat().replace("+00:00", "Z")


def _children(event: Row) -> list[Row]:
    found = listed(event.get("child_events")) or listed(event.get("events"))
    return [child for child in found if isinstance(child, dict)]


@dataclass
class _State:
    """A ticket as far as its changes have been replayed."""

    ticket_id: str
    created_at: datetime | None = None
    status: str | None = None
    priority: str | None = None
    requester_id: str | None = None
    organization_id: str | None = None
    assignee_id: str | None = None
    solved_at: datetime | None = None
    reopens: int = 0
    transfers: int = 0
    score: str | None = None
    scored_at: datetime | None = None
    comment: str | None = None

    def take(self, change: Change, moment: datetime) -> None:
        value = change.value
        if change.name == "status":
            was_done, is_done = self.status in _DONE, value in _DONE
            self.reopens += was_done and not is_done and value != "deleted"
            self.solved_at = (self.solved_at if was_done else moment) if is_done else None
            self.status = value
        elif change.name == "assignee_id":
            self.transfers += self.assignee_id is not None and value not in (None, self.assignee_id)
            self.assignee_id = value or self.assignee_id
        elif change.name == "satisfaction_score":
            self.score = score_of(value)
            self.scored_at = moment
        elif change.name == "satisfaction_comment":
            self.comment = value
        else:
            setattr(self, change.name, value)

    def _shared(self, source_row: int, moment: datetime) -> dict[str, Any]:
        return {
            "source_row": source_row,
            "ticket_id": self.ticket_id,
            "account_id": zendesk_id(self.organization_id),
            "person_id": zendesk_id(self.requester_id),
            "updated_at": (moment - timedelta(microseconds=1)).isoformat(),
        }

    def ticket(self, source_row: int, moment: datetime) -> Row:
        created = self.created_at or moment
        return self._shared(source_row, moment) | {
            "created_at": _spelled(created),
            "status": self.status,
            "priority": self.priority if self.priority in PRIORITIES else None,
            "resolved_at": _spelled(self.solved_at) if self.solved_at else None,
            "n_reopens": str(self.reopens),
            "n_transfers": str(self.transfers),
            "is_deleted": "true" if self.status == "deleted" else "false",
        }

    def rating(self, source_row: int, moment: datetime) -> Row | None:
        if self.score is None or self.scored_at is None:
            return None
        shared = self._shared(source_row, moment)
        return shared | rated(self.ticket_id, self.score, _spelled(self.scored_at), self.comment)
