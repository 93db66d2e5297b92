"""HubSpot: logged e-mails, calls, notes and messages, and the conversations of its inbox → messages.

Belongs here: which activity holds text, who wrote it. Does not: records (``hubspot_records``), cleaning of text.

=====================  =============================================================================================
activity               author
=====================  =============================================================================================
e-mail                 ``hs_email_direction``: INCOMING_EMAIL the customer, EMAIL an agent. FORWARDED_EMAIL was passed
                       on, so its text is of both: nothing says whose
call, note             an agent: what is kept is what the agent noted, whichever side called
WhatsApp, SMS, …       HubSpot logs that a message was sent or received and not which: nothing says whose
inbox message          ``direction`` and the sender's ``actorId`` (A agent, B bot, I integration, S system, else the
                       visitor); COMMENT is internal, WELCOME_MESSAGE the bot's
meeting, task, event   holds nothing that is read here
=====================  =============================================================================================

https://developers.hubspot.com/docs/api/crm/email, /communications, /calls, /notes;
https://developers.hubspot.com/docs/api-reference/conversations-conversations-v3/guide
"""

from __future__ import annotations

from typing import Any

import polars as pl

from sources.conform import text_frame
from sources.contract import TABLES
from sources.hubspot_properties import ACCOUNT, PERSON, Made, Properties
from sources.jsonlines import as_text
from sources.vendor_times import utc

#: Property that only one activity has → its kind; in a connector's tables ``type`` says it, too.
KINDS = {
    "hs_email_direction": "EMAIL",
    "hs_email_text": "EMAIL",
    "hs_email_html": "EMAIL",
    "hs_email_subject": "EMAIL",
    "hs_call_body": "CALL",
    "hs_call_direction": "CALL",
    "hs_call_title": "CALL",
    "hs_note_body": "NOTE",
    "hs_communication_body": "COMMUNICATION",
    "hs_communication_channel_type": "COMMUNICATION",
    "hs_meeting_title": "MEETING",
    "hs_meeting_body": "MEETING",
    "meeting_outcome": "MEETING",
    "hs_task_body": "TASK",
    "hs_task_subject": "TASK",
    "hs_task_type": "TASK",
    "task_type": "TASK",
}
_EMAILS = ("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL")
_READ = (*_EMAILS, "CALL", "NOTE", "COMMUNICATION")
_UNKNOWN_AUTHOR = (
    "nothing says whether the customer or an agent wrote it: export the property hs_email_direction with e-mails; "
    "messages of WhatsApp, SMS and LinkedIn are logged without a direction"
)
_NO_TEXT = "the activity holds no text: if it should, add hs_email_text, hs_call_body or hs_note_body to the export"
_NOT_NEEDED = "meetings, tasks and events of the inbox hold nothing that is read here: nothing to do"
_MAIL_CHANNEL = "1002"  # the inbox's own number of e-mail
_BOTS = ("B", "I", "S")


def activities(rows: Properties) -> Made:
    """E-mails, calls, notes and logged messages, several kinds in one file or one."""
    made = Made()
    kind = _kind(rows)
    version = rows.version()
    is_read = kind.is_in(_READ).fill_null(False)
    made.exclude(rows.numbers(~is_read), "not_needed", _NOT_NEEDED, "messages")
    body = rows.text("hs_email_text", "hs_email_html", "hs_call_body", "hs_note_body", "hs_communication_body")
    body = pl.coalesce(body, rows.text("hs_body_preview", "hs_body_preview_html"))
    direction = rows.text("hs_email_direction", "email_direction").str.strip_chars().str.to_uppercase()
    author = (
        pl.when(kind.is_in(["CALL", "NOTE"]))
        .then(pl.lit("agent"))
        .when((kind == "INCOMING_EMAIL") | (kind.is_in(_EMAILS) & (direction == "INCOMING_EMAIL")))
        .then(pl.lit("customer"))
        .when((kind == "EMAIL") & (direction == "EMAIL"))
        .then(pl.lit("agent"))
    )
    is_gone = (version["is_deleted"] == "true").fill_null(False)
    has_text = body.is_not_null() | is_gone
    made.exclude(rows.numbers(is_read & ~has_text), "no_text", _NO_TEXT, "messages", "body")
    is_unknown = is_read & has_text & author.is_null()
    made.exclude(rows.numbers(is_unknown), "unknown_author", _UNKNOWN_AUTHOR, "messages", "author_kind")
    identifier = rows.record_id("engagement_id")
    via = rows.text("hs_communication_channel_type").str.to_uppercase()
    channel = pl.when(kind.is_in(_EMAILS)).then(pl.lit("email")).when(kind == "CALL").then(pl.lit("call"))
    channel = channel.when(via == "LINKEDIN_MESSAGE").then(pl.lit("social")).when(kind == "COMMUNICATION")
    ticket = rows.ticket()
    thread = pl.format("hubspot:thread:{}", rows.text("hs_email_thread_id", "hs_thread_id"))
    frame = rows.where(is_read & has_text & author.is_not_null()).frame(
        message_id=pl.format("hubspot:{}", identifier),
        channel=channel.then(pl.lit("chat")).otherwise(pl.lit("ticket")),
        author_kind=author,
        body=body,
        sent_at=utc(rows.text("hs_timestamp", "activity_date", "hs_createdate", "create_date")),
        account_id=rows.only(ACCOUNT),
        person_id=pl.when(author == "customer").then(rows.only(PERSON)),
        conversation_id=pl.coalesce(ticket, thread),
        ticket_id=ticket,
        is_public=pl.when(kind == "NOTE").then(pl.lit("false")).otherwise(pl.lit("true")),
        **version,
    )
    made.frames.append(("messages", frame))
    return made


def _kind(rows: Properties) -> pl.Expr:
    """Of each row: its type, else the kind whose properties are filled, else the kind that the columns are of."""
    said = rows.text("type", "engagement_type", "activity_type").str.strip_chars().str.to_uppercase()
    shown = [pl.when(rows.text(name).is_not_null()).then(pl.lit(kind)) for name, kind in KINDS.items()]
    own = next((kind for name, kind in KINDS.items() if rows.has(name)), None)
    return pl.coalesce(said.str.replace_all(" ", "_", literal=True), *shown, pl.lit(own, pl.String))


def inbox(records: list[tuple[int, dict[str, Any]]]) -> Made:
    """Messages of the conversations inbox, (source_row, object) each."""
    made, rows, others = Made(), [], []
    for number, message in records:
        kind = str(message.get("type")).upper()
        if kind not in ("MESSAGE", "COMMENT", "WELCOME_MESSAGE") or "conversationsThreadId" not in message:
            others.append(number)
            continue
        thread = f"hubspot:thread:{as_text(message['conversationsThreadId'])}"
        rows.append(
            {
                "source_row": number,
                "message_id": f"hubspot:{as_text(message.get('id'))}" if message.get("id") else None,
                "channel": "email" if as_text(message.get("channelId")) == _MAIL_CHANNEL else "chat",
                "author_kind": _inbox_author(kind, message),
                "body": as_text(message.get("text")) or as_text(message.get("richText")),
                "sent_at": as_text(message.get("createdAt")),
                "conversation_id": thread,
                "is_public": "false" if kind == "COMMENT" else "true",
                "updated_at": as_text(message.get("updatedAt")),
                "is_deleted": as_text(message.get("archived")),
            }
        )
    unknown = [row["source_row"] for row in rows if row["author_kind"] is None]
    advice = "the message has no direction: export messages with it, or nothing says who wrote them"
    made.exclude(pl.Series(unknown, dtype=pl.Int64), "unknown_author", advice, "messages", "author_kind")
    made.exclude(pl.Series(others, dtype=pl.Int64), "not_needed", _NOT_NEEDED, "messages")
    kept = [row for row in rows if row["author_kind"] is not None]
    made.frames.append(("messages", text_frame(kept, TABLES["messages"].column_names)))
    return made


def _inbox_author(kind: str, message: dict[str, Any]) -> str | None:
    """Who wrote a message of the inbox; None where neither direction nor type says it."""
    senders = message.get("senders")
    first = senders[0] if isinstance(senders, list) and senders and isinstance(senders[0], dict) else {}
    actor = str(first.get("actorId") or message.get("createdBy") or "").partition("-")[0].upper()
    direction = str(message.get("direction")).upper()
    if kind == "WELCOME_MESSAGE" or actor in _BOTS:
        return "bot"
    if kind == "COMMENT" or direction == "OUTGOING" or actor == "A":
        return "agent"
    return "customer" if direction == "INCOMING" else None
