"""Zendesk: JSON lines, pages of the API and incremental exports, tables of a warehouse, and a zip of such tables.

Belongs here: recognising files, each row's one outcome. Does not: what an object's fields mean (``zendesk_objects``,
``zendesk_directory``), changes over time (``zendesk_history``), a warehouse's columns (``zendesk_warehouse``), types
(``conform``).

=================  =================================================================================================
object             becomes
=================  =================================================================================================
ticket             tickets (deleted and merged ones as deleted rows). Its ``satisfaction_rating`` good or bad becomes
                   a survey response (csat, 0–1), its embedded ``comments`` become messages. Both are derived
comment            messages: the author's role stands in ``author.role`` or ``author_role``, or in the user's record of
                   the same file, or the author is the requester; else it waits for the user's record (``speaker_id``)
rating             survey_responses; offered and unoffered are no touch
ticket event,      messages for its comments; the ticket and its rating as they stood after it
audit, change
user               people: end users only; speakers: whether what they wrote in other files is a customer's
organization       accounts, for their names only: the CRM's row of the same account outranks it
chat event         messages in the channel chat
=================  =================================================================================================

Documentation: developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports,
developer.zendesk.com/api-reference/ticketing/introduction (pages)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import polars as pl

from sources.archive import members
from sources.connector_tables import DELETED, read_table
from sources.content import Content, Limits, open_content
from sources.errors import WrongShape
from sources.extract import Extract, warning_rows
from sources.jsonlines import as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, BY_NAME, NOT_MINE, Head, Reader, make_extract
from sources.record_outcomes import Outcome, settled
from sources.zendesk_directory import Directory, Row, organization_rows, speaker_row, user_rows
from sources.zendesk_history import Change, changes_of, comments_of, replay
from sources.zendesk_objects import chat_row, message_row, rating_row, ticket_rows
from sources.zendesk_warehouse import as_api_object, table_of

# Lists that stand beside the tickets of a page and hold no touch, account or person.
_SIDE_LISTS = (
    "groups",
    "brands",
    "ticket_forms",
    "ticket_fields",
    "sharing_agreements",
    "incident_counts",
    "slas",
    "dates",
    "custom_statuses",
)
_MEMBERS = ("ticket_comment", "user")  # what a zip must hold at least, by the tables' names

_UNREAD = {
    "unknown_author": "nothing says who wrote it, and it names no author_id: export the comment with it",
    "not_a_customer": "the user is neither an end user nor an agent or admin: nothing to do",
    "no_answer": "the customer was asked and has not answered good or bad: nothing to do",
    "not_a_message": "the event of the chat holds no message: nothing to do",
    "not_needed": "it holds nothing that is read by itself: nothing to do",
    "unknown_creation": "the file does not hold the ticket's creation, so the change is not replayed: nothing to do if "
    "tickets are delivered too; else export the history from its start, with the field requester_id",
    "unreadable_change": "the change names no ticket or no existing time: correct it in the export",
    "unknown_object": "the object is none of ticket, comment, rating, ticket event, user, organization: export these "
    "only",
}
_TABLE_OF = {
    "unknown_author": "messages",
    "not_a_message": "messages",
    "not_a_customer": "people",
    "no_answer": "survey_responses",
    "unknown_creation": "tickets",
    "unreadable_change": "tickets",
}

# The keys and columns that are read; all others are kept aside as text.
_LINKS = ("id", "external_id", "ticket_id", "user_id", "organization_id", "requester_id", "organization", "requester")
_TIMES = ("created_at", "created", "updated_at", "updated")
_TICKET = ("status", "priority", "tags", "metric_set", "satisfaction_rating", "comments", "merged_ticket_ids")
_COMMENT = ("author", "author_id", "author_role", "body", "plain_body", "public", "is_public", "via", "via_channel")
_OTHERS = ("role", "email", "name", "active", "score", "comment", "child_events", "events", "field_name", "value")
_ORGANIZATION = ("domain_names",)
_CHAT = ("chat_id", "actor_id", "message", "message_id", "original_message", "voice_comment", "tweet")
_USED = frozenset(
    (*_LINKS, *_TIMES, *_TICKET, *_COMMENT, *_OTHERS, *_ORGANIZATION, *_CHAT, "facebook_comment", DELETED)
)


@dataclass(frozen=True)
class _Given:
    """What a file holds: (source_row, kind of object, record), and the rows that are no record."""

    records: list[tuple[int, str | None, Row]]
    excluded: list[pl.DataFrame]
    rows_read: int
    extra: pl.DataFrame | None


def object_of(keys: frozenset[str] | set[str]) -> str | None:
    """Which object of the API has these keys, by those that only it has."""
    if {"id", "ticket_id", "score", "requester_id"} <= keys:
        return "rating"
    if {"id", "ticket_id", "child_events"} <= keys or {"id", "ticket_id", "events", "author_id"} <= keys:
        return "event"
    if {"ticket_id", "reopens", "assignee_stations"} <= keys:
        return "metrics"
    if {"id", "author_id", "created_at"} <= keys and keys & {"body", "plain_body"}:
        return "comment"
    if {"id", "requester_id", "created_at"} <= keys or {"id", "requester", "created_at", "status"} <= keys:
        return "ticket"
    if {"id", "role", "email"} <= keys and not keys & {"type", "workspace_id"}:
        return "user"
    if {"id", "name", "domain_names"} <= keys or {"id", "name", "shared_tickets"} <= keys:
        return "organization"
    return None


def _given(content: Content, limits: Limits) -> _Given:
    if content.kind == "csv":
        return _table(content, limits, 0)
    if content.kind == "zip":
        return _tables(content, limits)
    lines = read_json(content, limits)
    records = [
        (number, "not_needed" if lines.list_of.get(number) in _SIDE_LISTS else object_of(record.keys()), record)
        for number, record in lines.records
    ]
    extra = as_text_table(lines, without=_USED, limits=limits).rows
    return _Given(records, [lines.excluded], lines.rows_read, extra)


def _table(content: Content, limits: Limits, offset: int) -> _Given:
    """One table of a warehouse; its rows are numbered from ``offset`` + 1 on."""
    text = read_table(content, limits)
    rows = text.rows.with_columns(pl.col("source_row") + offset)
    excluded = text.excluded.with_columns(pl.col("source_row") + offset)
    kind = table_of(text.columns)
    records = [
        (row["source_row"], kind, as_api_object(kind, row) if kind else row) for row in rows.iter_rows(named=True)
    ]
    is_read = kind not in (None, "not_needed", "chat")
    extra = rows.drop([c for c in text.columns if c in _USED]) if is_read else None
    return _Given(records, [excluded], text.rows_read, extra)


def _tables(content: Content, limits: Limits) -> _Given:
    """All tables of an archive as one file, in the order of their names, so that each may speak of the others."""
    records, excluded, extras, read = [], [], [], 0
    for name, body in members(content.body, limits):
        if PurePosixPath(name).suffix.lower() != ".csv":
            raise WrongShape(f"the archive holds {PurePosixPath(name).name}, which is no CSV: put only tables into it")
        given = _table(open_content(body, name, limits=limits), limits, read)
        records += given.records
        excluded += given.excluded
        extras += [given.extra] if given.extra is not None else []
        read += given.rows_read
    return _Given(records, excluded, read, pl.concat(extras, how="diagonal") if extras else None)


def _rows_of(number: int, kind: str | None, record: Row, known: Directory) -> Outcome:
    """The canonical rows of one record, the main one first; or the reason why it gives none by itself."""
    match kind:
        case "ticket":
            return list(ticket_rows(number, record, known))
        case "comment":
            return [("messages", message_row(number, record, known))]
        case "event":
            return [("messages", row) for row in comments_of(number, record, known)] or "not_needed"
        case "change":
            return "not_needed"
        case "rating":
            row = rating_row(number, record, known)
            return [("survey_responses", row)] if row is not None else "no_answer"
        case "user":
            speaker = speaker_row(number, record)
            if speaker is None:
                return "not_a_customer"
            people = user_rows(number, record, known) if speaker["author_kind"] == "customer" else ()
            return [*people, ("speakers", speaker)]
        case "organization":
            return list(organization_rows(number, record))
        case "chat_event" if record.get("message") is None and record.get("type") != "ChatMessage":
            return "not_a_message"
        case "chat_event":
            return [("messages", chat_row(number, record, known))]
        case "chat" | "metrics" | "not_needed":
            return "not_needed"
    return "unknown_object"


def _changes(records: list[tuple[int, str | None, Row]]) -> Iterator[Change]:
    for number, kind, record in records:
        if kind == "event":
            yield from changes_of(number, record)
        elif kind == "change":
            ticket, at, name, value = (as_text(record[c]) for c in ("ticket_id", "updated", "field_name", "value"))
            yield Change(number, ticket, at, name or "", value)


def _read(content: Content, limits: Limits) -> Extract:
    given, known = _given(content, limits), Directory()
    for _, kind, record in given.records:
        known.note(kind, record)
    outcomes: dict[int, Outcome] = {
        number: _rows_of(number, kind, record, known) for number, kind, record in given.records
    }
    replayed = replay(_changes(given.records))
    for number, reason in replayed.unread.items():
        outcomes[number] = reason if isinstance(outcomes[number], str) else outcomes[number]
    for (number, table), row in {(row["source_row"], table): row for table, row in replayed.rows}.items():
        before = outcomes[number]
        outcomes[number] = [*(before if not isinstance(before, str) else []), (table, row)]
    frames, excluded = settled(outcomes, _UNREAD, _TABLE_OF)
    warnings = [
        warning_rows(
            replayed.unknown_priority,
            "unknown_priority",
            "the priority is none of Zendesk's: the ticket is kept without one; correct it in the export",
            "tickets",
            "priority",
        ),
        warning_rows(
            [n for n, kind, record in given.records if kind == "comment" and record.get("ticket_id") is None],
            "no_ticket",
            "the comment names no ticket, so it stands alone: export ticket events (include=comment_events)",
            "messages",
            "ticket_id",
        ),
    ]
    return make_extract("zendesk", frames, given.rows_read, [*given.excluded, *excluded], warnings, given.extra)


def _claims(head: Head) -> int:
    if head.kind == "zip":
        stems = [PurePosixPath(name).stem.lower().removeprefix("zendesk_") for name in head.members]
        return BY_NAME if all(any(s.startswith(table) for s in stems) for table in _MEMBERS) else NOT_MINE
    if head.kind == "csv":
        return BY_CONTENT if table_of(head.columns) is not None else NOT_MINE
    return BY_CONTENT if head.holds(object_of) else NOT_MINE


READER = Reader(
    name="zendesk",
    claims=_claims,
    read=_read,
    expects="JSON (lines, arrays, pages of the API) of tickets (id, requester_id or requester, created_at, status …), "
    "comments (id, ticket_id, author_id, body, public, created_at, author.role), satisfaction ratings, ticket events, "
    "users (id, name, email, role …) or organizations; or a warehouse's tables of them as CSV, also in one zip",
)
