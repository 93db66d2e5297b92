"""Intercom: conversations, contacts and companies as the API gives them (JSON), and a warehouse's history tables (CSV).

Belongs here: recognising files, a warehouse's columns in the API's words, each row's one outcome. Does not: what an
object's fields mean (``intercom_objects``), types (``conform``).

=======================  ===========================================================================================
object or table          becomes
=======================  ===========================================================================================
conversation             messages: the one that began it and its ``conversation_parts``; ``conversation_rating``
                         becomes a survey response (csat, 1–5). The first row is the conversation's, others are derived
conversation part        messages; parts without a body only change the conversation's state
contact                  people; the id that we gave the contact survives, Intercom's is merged into it
company                  accounts, for their names; the same
contact's company        people: a dated row that names the account (table ``contact_company_history``)
=======================  ===========================================================================================

A history table holds every version of a record; the newest ``updated_at`` counts, the others are superseded.
Tables: https://fivetran.com/docs/connectors/applications/intercom
"""

from __future__ import annotations

from collections.abc import Collection

from sources.connector_tables import DELETED, SYNCED, plain_name, read_table
from sources.content import Content, Limits
from sources.errors import WrongShape
from sources.extract import Extract
from sources.intercom_objects import Row, company_rows, contact_rows, conversation_rows, link_row, part_row
from sources.jsonlines import as_text_table, read_json
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, make_extract, not_needed
from sources.record_outcomes import Outcome, settled

_TABLES: dict[str, tuple[frozenset[str], ...]] = {
    "conversation": (frozenset({"id", "source_author_id", "source_author_type", "source_delivered_as"}),),
    "part": (frozenset({"id", "part_type", "author_type", "conversation_id"}),),
    "contact": (frozenset({"id", "workspace_id", "role", "external_id"}),),
    "company": (frozenset({"id", "company_id", "monthly_spend"}),),
    "link": (frozenset({"contact_id", "company_id", "contact_updated_at"}),),
    "not_needed": (
        frozenset({"statistics_reactions", "workspace_id"}),
        frozenset({"help_center_id", "default_locale"}),
        frozenset({"website_turned_on", "workspace_id"}),
        frozenset({"company_id", "tag_id", "company_updated_at"}),
        frozenset({"contact_id", "tag_id", "contact_updated_at"}),
        frozenset({"conversation_id", "contact_id", "conversation_updated_at"}),
        frozenset({"conversation_id", "tag_id", "conversation_updated_at"}),
        frozenset({"admin_id", "team_id", SYNCED}),
    ),
}
#: Tables whose columns are no one's own, known by having no others: tags and teams, admins.
_BARE = (
    frozenset({"id", "name", DELETED, SYNCED}),
    frozenset({"id", "name", "email", "job_title", DELETED, SYNCED}),
)

_UNREAD = {
    "unknown_author": "nothing says whether a customer, an agent or a bot wrote it: export author.type (author_type)",
    "not_a_message": "it holds no words, only a change of the conversation's state: nothing to do",
    "unknown_object": "the object is none of conversation, conversation part, contact, company: export these only",
}
_TABLE_OF = {"unknown_author": "messages", "not_a_message": "messages"}

# The keys and columns that are read; all others are kept aside as text.
_API = ("id", "type", "source", "conversation_message", "contacts", "conversation_parts", "conversation_rating")
_PART = ("part_type", "body", "author", "author_id", "author_type", "conversation_id", "redacted")
_PEOPLE = ("external_id", "role", "companies", "email", "name", "company_id", "contact_id", "contact_updated_at")
_COMPANY = ("website",)
_SOURCE = ("source_type", "source_delivered_as", "source_body", "source_author_id", "source_author_type")
_RATING = ("conversation_rating_value", "conversation_rating_remark", "conversation_rating_created_at")
_USED = frozenset((*_API, *_PART, *_PEOPLE, *_COMPANY, *_SOURCE, *_RATING, "created_at", "updated_at", DELETED))


def object_of(keys: frozenset[str] | set[str]) -> str | None:
    """Which object of the API has these keys, by those that only it has."""
    if {"id", "created_at", "source", "state", "updated_at"} <= keys or {"id", "conversation_parts"} <= keys:
        return "conversation"
    if {"id", "part_type", "author"} <= keys:
        return "part"
    if {"id", "role", "workspace_id"} <= keys:
        return "contact"
    if {"id", "company_id"} <= keys and keys & {"app_id", "monthly_spend", "session_count"}:
        return "company"
    return None


def table_of(columns: Collection[str]) -> str | None:
    """Which object the rows of a table with this header are; ``not_needed`` for those that hold nothing read here."""
    names = frozenset(plain_name(name) for name in columns)
    if names in _BARE:
        return "not_needed"
    return next((kind for kind, marks in _TABLES.items() if any(mark <= names for mark in marks)), None)


def _as_api_object(kind: str, row: Row) -> Row:
    """A row of a table in the API's words."""
    if kind == "conversation":
        author = {"type": row.get("source_author_type"), "id": row.get("source_author_id")}
        source = {"type": row.get("source_type"), "delivered_as": row.get("source_delivered_as")}
        rating = {
            "rating": row.get("conversation_rating_value"),
            "remark": row.get("conversation_rating_remark"),
            "created_at": row.get("conversation_rating_created_at"),
            "contact": author,
        }
        return row | {
            "source": source | {"body": row.get("source_body"), "author": author},
            "conversation_rating": rating,
        }
    if kind == "part":
        return row | {"author": {"type": row.get("author_type"), "id": row.get("author_id")}}
    return row


def _rows_of(number: int, kind: str | None, record: Row) -> Outcome:
    """The canonical rows of one record, the main one first; or the reason why it gives none."""
    match kind:
        case "conversation":
            return conversation_rows(number, record) or "not_a_message"
        case "part":
            row = part_row(number, record)
            return [("messages", row)] if row is not None else "not_a_message"
        case "contact":
            return list(contact_rows(number, record))
        case "company":
            return list(company_rows(number, record))
        case "link":
            return [("people", link_row(number, record))]
    return "unknown_object"


def _read(content: Content, limits: Limits) -> Extract:
    if content.kind == "csv":
        return _read_table(content, limits)
    lines = read_json(content, limits)
    outcomes = {number: _rows_of(number, object_of(record.keys()), record) for number, record in lines.records}
    frames, excluded = settled(outcomes, _UNREAD, _TABLE_OF)
    extra = as_text_table(lines, without=_USED, limits=limits).rows
    return make_extract("intercom", frames, lines.rows_read, [lines.excluded, *excluded], extra=extra)


def _read_table(content: Content, limits: Limits) -> Extract:
    text = read_table(content, limits)
    kind = table_of(text.columns)
    if kind is None:
        raise WrongShape(f"this is no export of a known table: {READER.expects}")
    if kind == "not_needed":
        return not_needed("intercom", text)
    outcomes = {
        row["source_row"]: _rows_of(row["source_row"], kind, _as_api_object(kind, row))
        for row in text.rows.iter_rows(named=True)
    }
    frames, excluded = settled(outcomes, _UNREAD, _TABLE_OF)
    extra = text.rows.drop([c for c in text.columns if c in _USED])
    return make_extract("intercom", frames, text.rows_read, [text.excluded, *excluded], extra=extra)


def _claims(head: Head) -> int:
    if head.kind == "csv":
        return BY_CONTENT if table_of(head.columns) is not None else NOT_MINE
    return BY_CONTENT if head.holds(object_of) else NOT_MINE


READER = Reader(
    name="intercom",
    claims=_claims,
    read=_read,
    expects="JSON (lines, arrays, pages of the API) of conversations (id, source, state, conversation_parts …), "
    "contacts (id, role, workspace_id …) or companies (id, company_id …); or a warehouse's tables of them as CSV",
)
