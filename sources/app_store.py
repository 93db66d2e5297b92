"""App Store: customer reviews as the App Store Connect API gives them; the connector's statistics are not needed.

Belongs here: the API's resources, the connector's tables. Does not: types (``conform``).

A page of ``GET /v1/apps/{id}/customerReviews`` (or of one app store version) holds ``data``: resources of the type
customerReviews with rating, title, body, reviewerNickname, createdDate and territory. With ``include=response`` it also
holds ``included``: the developer's responses, of the type customerReviewResponses with responseBody, lastModifiedDate
and state, and the review they answer among their relationships. See
https://developer.apple.com/documentation/appstoreconnectapi/get-v1-apps-_id_-customerreviews.
The nickname is no identity: it is kept aside, and a review belongs to no account.
"""

from __future__ import annotations

from typing import Any

from sources.conform import text_frame
from sources.content import Content, Limits
from sources.contract import TABLES
from sources.delimited import read_delimited
from sources.extract import Extract, excluded_rows
from sources.jsonlines import as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, make_extract, not_needed

Row = dict[str, Any]

TABLE = "messages"
#: Tables of a warehouse connector: apps, crashes, sessions, downloads; none holds a review.
_STATISTICS = (
    ("app_id", "crashes", "unique_devices"),
    ("app_id", "sessions", "total_session_duration"),
    ("app_id", "source_type", "page_type", "territory", "counts"),
    ("id", "primary_locale", "content_rights_declaration"),
)
_UNREAD = {
    "unknown_object": "the resource is neither a customer review nor a response to one: export customerReviews, with "
    "include=response for the responses",
    "unlinked_reply": "the response does not say which review it answers: export with include=response",
    "unpublished": "the response is not published yet, so no customer has seen it: nothing to do",
}


def _attributes(resource: Row) -> Row:
    found = resource.get("attributes")
    return found if isinstance(found, dict) else {}


def _review(number: int, resource: Row) -> Row:
    told, identifier = _attributes(resource), as_text(resource.get("id"))
    review_id = f"app_store:{identifier}" if identifier else None
    parts = [as_text(told.get("title")), as_text(told.get("body"))]
    return {
        "source_row": number,
        "message_id": review_id,
        "channel": "review",
        "author_kind": "customer",
        "body": "\n".join(part for part in parts if part) or None,
        "sent_at": as_text(told.get("createdDate")),
        "updated_at": as_text(told.get("createdDate")),
        "conversation_id": review_id,
        "is_public": "true",
        "rating": as_text(told.get("rating")),
        "rating_min": "1",
        "rating_max": "5",
    }


def _reply(number: int, resource: Row, review_id: str) -> Row:
    told = _attributes(resource)
    return {
        "source_row": number,
        "message_id": f"app_store:{as_text(resource.get('id'))}",
        "channel": "review",
        "author_kind": "agent",
        "body": as_text(told.get("responseBody")),
        "sent_at": as_text(told.get("lastModifiedDate")),
        "updated_at": as_text(told.get("lastModifiedDate")),
        "conversation_id": f"app_store:{review_id}",
        "is_public": "true",
    }


def _linked(resource: Row, name: str) -> str | None:
    """The id of a related resource, where the page carries it."""
    found: Any = resource
    for key in ("relationships", name, "data", "id"):
        found = found.get(key) if isinstance(found, dict) else None
    return as_text(found)


def _read(content: Content, limits: Limits) -> Extract:
    if content.kind == "csv":
        return not_needed("app_store", read_delimited(content.body, limits=limits))
    lines = read_json(content, limits)
    answered = {reply: as_text(r.get("id")) for _, r in lines.records if (reply := _linked(r, "response"))}
    rows: list[Row] = []
    unread: dict[str, list[int]] = {}
    for number, resource in lines.records:
        if resource.get("type") == "customerReviews":
            rows.append(_review(number, resource))
            continue
        identifier = as_text(resource.get("id")) or ""
        review_id = _linked(resource, "review") or answered.get(identifier)
        if resource.get("type") != "customerReviewResponses":
            unread.setdefault("unknown_object", []).append(number)
        elif _attributes(resource).get("state") == "PENDING_PUBLISH":
            unread.setdefault("unpublished", []).append(number)
        elif not identifier or review_id is None:
            unread.setdefault("unlinked_reply", []).append(number)
        else:
            rows.append(_reply(number, resource, review_id))
    excluded = [excluded_rows(numbers, reason, _UNREAD[reason], TABLE) for reason, numbers in unread.items()]
    frames = [(TABLE, text_frame(rows, TABLES[TABLE].column_names))]
    aside = [_kept_aside(number, resource) for number, resource in lines.records]
    extra = as_text_table(type(lines)(aside, lines.excluded, lines.rows_read), limits=limits).rows
    return make_extract("app_store", frames, lines.rows_read, [lines.excluded, *excluded], extra=extra)


def _kept_aside(number: int, resource: Row) -> tuple[int, Row]:
    told = _attributes(resource)
    return number, {key: told.get(key) for key in ("reviewerNickname", "territory")}


def _claims(head: Head) -> int:
    if head.kind == "csv":
        return BY_CONTENT if any(head.has(*names) for names in _STATISTICS) else NOT_MINE
    is_page = head.kind == "json" and set(head.lists) <= {"data", "included"}
    is_resource = any({"type", "id", "attributes"} <= keys for keys in head.first_keys)
    return BY_CONTENT if is_page and is_resource else NOT_MINE


READER = Reader(
    name="app_store",
    claims=_claims,
    read=_read,
    expects="a page of App Store Connect's customerReviews (data: type, id, attributes with rating, title, body …)",
)
