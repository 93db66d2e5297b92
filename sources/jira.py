"""Jira: issues, comments and users, as the JSON of its REST API or as the tables a connector writes (CSV).

Belongs here: Jira's fields, who is a customer of a service desk. Does not: the text of rich documents (``jira_text``).
Fields: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ and
https://fivetran.com/docs/connectors/applications/jira (times without offset are UTC).

===========  =======================================================================================================
object       becomes
===========  =======================================================================================================
issue        tickets, if its reporter is a customer of a service desk; else excluded. Summary and description are the
             customer's first message, embedded comments the others (all derived)
comment      messages of the channel ticket. Private ones (``is_public``, ``jsdPublic``) are internal
user         people, if a customer
other table  nothing: counted as not needed
===========  =======================================================================================================

A customer is whose ``accountType`` is customer, or whose account id begins with ``qm:``, as the ids of portal accounts
do (https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-customer/). Apps are bots, all others are
internal: most of Jira is a company talking to itself. Ids get the prefix ``jira:``, for other help desks count from 1
as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from sources.conform import text_frame
from sources.connector_tables import SYNCED, is_gone, truth
from sources.content import Content, Limits
from sources.contract import TABLES
from sources.delimited import read_delimited
from sources.extract import EXCLUDED_SCHEMA, Extract, excluded_rows, warning_rows
from sources.jira_text import plain_text
from sources.jsonlines import JsonLines, as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, BY_NAME, NOT_MINE, Head, Reader, make_extract, not_needed

Row = dict[str, Any]

# Jira's own five, by name and by the ids that a connector writes, and those of older servers.
_PRIORITIES = {
    **dict.fromkeys(("1", "highest", "blocker", "critical"), "urgent"),
    **dict.fromkeys(("2", "high", "major"), "high"),
    **dict.fromkeys(("3", "medium", "normal"), "normal"),
    **dict.fromkeys(("4", "low", "minor", "5", "lowest", "trivial"), "low"),
}
# Tables that hold nothing for us, by columns that only they have.
_NOT_NEEDED = (
    {"id", "description", "name", "project_id", SYNCED},
    {"done", "key", "name", "summary"},
    {"is_array", "is_custom"},
    {"field_id", "issue_id", "time", "value"},
    {"issue_id", "related_issue_id", "relationship"},
    {"subtask", "name", "description"},
    {"key", "lead_id", "project_type_key"},
    {"board_id", "project_id"},
    {"board_id", "complete_date", "start_date"},
    {"status_category_id", "name"},
    {"is_shared", "is_visible", "title"},
    {"group_name", "user_id"},
)
# Lists of names have the columns that any vendor's list has: these go by the table's name as well.
_LISTS = ("field_option", "status_category", "priority", "project_category", "resolution")
_LIST_COLUMNS = ({"id", SYNCED, "name"}, {"id", SYNCED, "name", "description"})
_IN_URL = re.compile(r"/issue/(\d+)/comment/")
_USED = frozenset(("id", "key", "fields", "author", "author_id", "body", "created", "updated", "issue_id", "reporter"))
_READ = _USED | {"creator", "summary", "description", "priority", "resolved", "is_public", "jsdPublic", "email", "name"}

_UNREAD = {
    "not_a_customer": "no customer of a service desk (accountType customer, or an account id that begins with qm:): "
    "nothing to do; if your customers have other accounts, deliver them in the canonical shape",
    "unknown_object": "neither an issue nor a comment nor a user: nothing to do unless it should be one",
}


def object_of(keys: frozenset[str] | set[str]) -> str | None:
    """Which object has these keys, by those that only it has: of the API or of a connector's table."""
    if {"id", "key", "fields"} <= keys or {"id", "key", "reporter", "issue_type", "created"} <= keys:
        return "issue"
    if {"id", "issue_id", "author_id", "body", "created"} <= keys:
        return "comment"
    if {"id", "author", "body", "created"} <= keys and keys & {"self", "updateAuthor", "jsdPublic"}:
        return "comment"
    if {"accountId", "accountType"} <= keys or {"id", "email", "locale", "time_zone", "username"} <= keys:
        return "user"
    return None


def _is_customer(person: Any) -> bool:
    """``person``: the API's object of a user, or an account id."""
    if isinstance(person, dict):
        return person.get("accountType") == "customer" or _is_customer(person.get("accountId"))
    return isinstance(person, str) and person.startswith("qm:")


def _is_app(person: Any) -> bool:
    return isinstance(person, dict) and person.get("accountType") == "app"


def _id(person: Any) -> str | None:
    return as_text(person.get("accountId") if isinstance(person, dict) else person)


def _named(value: Any) -> str | None:
    """The name in ``{"name": …}``; a connector's table holds an id instead, which names nothing."""
    return as_text(value.get("name")) if isinstance(value, dict) else None


def _prefixed(identifier: Any, prefix: str = "jira:") -> str | None:
    text = as_text(identifier)
    return f"{prefix}{text}" if text else None


def _issue(number: int, issue: Row) -> Iterator[tuple[str, Row]]:
    """The rows of one issue: a ticket with the first message and the customer, then its embedded comments."""
    fields = issue["fields"] if isinstance(issue.get("fields"), dict) else issue
    reporter = fields.get("reporter")
    ticket_id, deleted = _prefixed(issue["id"]), "true" if is_gone(issue) else "false"
    priority = fields.get("priority")
    shared = {"source_row": number, "ticket_id": ticket_id, "is_deleted": deleted}
    if _is_customer(reporter):
        shared["person_id"] = _id(reporter)
        updated = as_text(fields.get("updated"))
        yield (
            "tickets",
            shared
            | {
                "created_at": as_text(fields.get("created")),
                "priority": _PRIORITIES.get((_named(priority) or as_text(priority) or "").lower()),
                "status": _named(fields.get("status")),
                "resolved_at": as_text(fields.get("resolutiondate", fields.get("resolved"))),
                "updated_at": updated,
            },
        )
        said = [plain_text(fields.get(name)) for name in ("summary", "description")]
        wrote = fields.get("creator") or reporter
        first = {
            "is_derived": True,
            "message_id": _prefixed(issue["id"], "jira:issue:"),
            "channel": "ticket",
            "author_kind": "customer" if _is_customer(wrote) else "agent",
            "body": "\n\n".join(text for text in said if text) or None,
            "sent_at": as_text(fields.get("created")),
            "conversation_id": ticket_id,
            "is_public": "true",
            "updated_at": updated,
        }
        yield "messages", shared | first
        if isinstance(reporter, dict):
            yield "people", _person(number, reporter) | {"is_derived": True}
    page = fields.get("comment")
    comments = page.get("comments") if isinstance(page, dict) else None
    for comment in comments if isinstance(comments, list) else []:
        if isinstance(comment, dict):
            yield "messages", _comment(number, comment | {"issue_id": issue["id"]}) | {"is_derived": True}


def _comment(number: int, comment: Row) -> Row:
    author = comment.get("author", comment.get("author_id"))
    shown = comment.get("jsdPublic", comment.get("is_public"))
    is_private = shown is not None and truth(shown) is not True
    is_customers = _is_customer(author) and not is_private
    about = _IN_URL.search(str(comment.get("self")))
    ticket_id = _prefixed(comment.get("issue_id") or (about[1] if about else None))
    return {
        "source_row": number,
        "message_id": _prefixed(comment.get("id")),
        "channel": "ticket",
        "author_kind": "customer" if is_customers else "bot" if _is_app(author) else "agent",
        "body": plain_text(comment.get("body")),
        "sent_at": as_text(comment.get("created")),
        "person_id": _id(author) if is_customers else None,
        "conversation_id": ticket_id,
        "ticket_id": ticket_id,
        "is_public": "false" if is_private else "true",
        "updated_at": as_text(comment.get("updated")),
        "is_deleted": "true" if is_gone(comment) else "false",
    }


def _person(number: int, user: Row) -> Row:
    """``updated_at`` stays empty: a help desk's copy of a person never outranks the CRM's."""
    return {
        "source_row": number,
        "person_id": as_text(user.get("accountId") or user.get("id")),
        "email": as_text(user.get("emailAddress") or user.get("email")),
        "full_name": as_text(user.get("displayName") or user.get("name")),
    }


def _is_list(head: Head) -> bool:
    name = PurePosixPath(head.relative_name).name.split(".")[0].removeprefix("jira_").removesuffix("_data")
    return name in _LISTS and set(head.columns) in _LIST_COLUMNS


def _records(content: Content, limits: Limits) -> JsonLines | Extract:
    """The records of the JSON, or the rows of the table; a table that holds nothing for us is read at once."""
    if content.kind != "csv":
        return read_json(content, limits)
    text = read_delimited(content.body, limits=limits)
    if object_of(set(text.columns)) is None:
        return not_needed("jira", text)
    rows = text.rows.drop("source_row").to_dicts()
    numbered = list(zip(text.rows["source_row"].to_list(), rows, strict=True))
    return JsonLines(numbered, text.excluded.select(list(EXCLUDED_SCHEMA)), text.rows_read)


def _read(content: Content, limits: Limits) -> Extract:
    lines = _records(content, limits)
    if isinstance(lines, Extract):
        return lines
    rows: dict[str, list[Row]] = {"tickets": [], "messages": [], "people": []}
    unread: dict[tuple[str, str | None], list[int]] = {}
    odd: list[int] = []  # issues of a priority that is none of ours
    for number, record in lines.records:
        match object_of(record.keys()):
            case "issue":
                found = list(_issue(number, record))
                for table, row in found:
                    rows[table].append(row)
                if not any(table == "tickets" for table, _ in found):
                    unread.setdefault(("not_a_customer", "tickets"), []).append(number)
                elif found[0][1]["priority"] is None and _priority_of(record) is not None:
                    odd.append(number)
            case "comment":
                rows["messages"].append(_comment(number, record))
            case "user" if _is_customer(record if "accountId" in record else record["id"]):
                rows["people"].append(_person(number, record))
            case "user":
                unread.setdefault(("not_a_customer", "people"), []).append(number)
            case _:
                unread.setdefault(("unknown_object", None), []).append(number)
    excluded = [excluded_rows(numbers, reason, _UNREAD[reason], table) for (reason, table), numbers in unread.items()]
    message = "the issue's priority is none of Jira's five: it is left empty; nothing to do unless deadlines hang on it"
    warnings = [warning_rows(odd, "unknown_priority", message, "tickets", "priority")]
    frames = [(table, text_frame(found, TABLES[table].column_names)) for table, found in rows.items() if found]
    extra = as_text_table(lines, without=_READ, limits=limits).rows
    return make_extract("jira", frames, lines.rows_read, [lines.excluded, *excluded], warnings, extra)


def _priority_of(issue: Row) -> Any:
    return (issue["fields"] if isinstance(issue.get("fields"), dict) else issue).get("priority")


def _claims(head: Head) -> int:
    if head.kind == "csv":
        if object_of(set(head.columns)) or any(marks <= set(head.columns) for marks in _NOT_NEEDED):
            return BY_CONTENT
        return BY_NAME if _is_list(head) else NOT_MINE
    return BY_CONTENT if head.holds(object_of) else NOT_MINE


READER = Reader(
    name="jira",
    claims=_claims,
    read=_read,
    expects="JSON of issues (id, key, fields), comments (id, author, body, created, self) or users (accountId, "
    "accountType), or the CSV tables of a connector: issue, comment, user",
)
