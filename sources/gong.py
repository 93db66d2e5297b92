"""Gong: calls and their transcripts, as the answers of its API.

Belongs here: joining turns with speakers, who is a customer, whose words may not be read.
Does not: types (``conform``), archives (``archived_json``).
Answers: https://help.gong.io/apidocs/retrieve-detailed-call-data-by-various-filters-v2callsextensive-2 and
https://help.gong.io/apidocs/retrieve-transcripts-of-calls-by-date-or-callids-v2callstranscript-2

==============  ====================================================================================================
object          becomes
==============  ====================================================================================================
call            people: the participants from outside, by the contact of their CRM context or their e-mail address
transcript      messages of the channel call, one a turn: the conversation is the call. Sentences are timed in
                milliseconds from the call's start (a call's ``duration`` is in seconds, and is not needed)
==============  ====================================================================================================

A transcript names speakers by ``speakerId`` only; whether they are ``External`` (customers) or ``Internal`` (agents)
stands in the call. Each file is read on its own, so both have to come in one file: one JSON document with both lists
(``calls``, ``callTranscripts``), answers of both kinds one a line, or a zip of calls*.json and transcripts*.json. A
turn whose speaker is not known is excluded. So is all text of a private call, and of one whose recording a participant
refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from sources.archived_json import read_archived_json
from sources.conform import text_frame
from sources.content import Content, Limits
from sources.contract import TABLES
from sources.extract import Extract, excluded_rows
from sources.jsonlines import as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, BY_NAME, NOT_MINE, Head, Reader, make_extract
from sources.record_ids import long_reference

Row = dict[str, Any]

_LISTS = ("calls", "callTranscripts")
_KINDS = {"external": "customer", "internal": "agent"}
# Gong itself records no refusal; companies note it in the custom data of a call, or a connector beside its metadata.
_CONSENT = ("recordingconsent", "consent", "consentgiven", "hasrecordingconsent")
_REFUSED = ("false", "no", "denied", "declined", "refused", "not_given", "notgiven")
_ARCHIVED = re.compile(r"(calls?|(call_?)?transcripts?)([^a-z].*)?\.(json|jsonl)(\.gz)?", re.IGNORECASE)
_USED = frozenset(
    ("metaData", "context", "parties", "content", "interaction", "collaboration", "media", "callId", "transcript")
) | {*_LISTS, "requestId", "records"}

_UNREAD = {
    "unknown_speaker": "nothing says whether a customer or an agent speaks: deliver the call (with its parties) and "
    "its transcript in one file, as both lists of one JSON document or one a line",
    "no_consent": "a participant refused the recording: the words of this call are not read; nothing to do",
    "private_call": "the call is private: its words are not read; nothing to do",
    "no_customer": "no participant from outside has an e-mail address or a contact in the CRM: nothing to do",
    "no_text": "the transcript has no turns: nothing to do",
    "unknown_object": "neither a call nor a transcript: nothing to do unless it should be one",
}


@dataclass
class Call:
    """What is known of a call before its turns are read. ``speakers``: speakerId → (author kind, person id)."""

    started: Any
    account: str | None
    closed: str | None  # the reason why its words may not be read
    speakers: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


def _list(value: Any) -> list[Any]:
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


def _linked(context: Any, *kinds: str) -> str | None:
    """The CRM's id of the first object of one of ``kinds``."""
    for system in _list(context):
        for found in _list(system.get("objects")):
            if found.get("objectType") in kinds and found.get("objectId"):
                return long_reference(as_text(found["objectId"]))
    return None


def _person_id(party: Row) -> str | None:
    return _linked(party.get("context"), "Contact", "Lead") or as_text(party.get("emailAddress"))


def _kind(party: Row) -> str | None:
    """Who has a user in Gong is one of ours, whatever the affiliation says."""
    return "agent" if party.get("userId") else _KINDS.get(str(party.get("affiliation")).lower())


def _is_refused(place: Any) -> bool:
    if isinstance(place, str):
        try:
            place = json.loads(place)
        except (ValueError, RecursionError):
            return False
    if not isinstance(place, dict):
        return False
    spelled = {re.sub(r"[\W_]", "", str(key)).lower(): value for key, value in place.items()}
    return any(str(spelled.get(key)).strip().lower() in _REFUSED for key in _CONSENT)


def _call(call: Row) -> Call:
    about = call["metaData"] if isinstance(call.get("metaData"), dict) else call
    parties = _list(call.get("parties"))
    refused = any(_is_refused(place) for place in (call, about, about.get("customData"), *parties))
    closed = "no_consent" if refused else "private_call" if about.get("isPrivate") is True else None
    account = _linked(call.get("context"), "Account") or next(
        (found for found in (_linked(p.get("context"), "Account") for p in parties) if found), None
    )
    known = Call(about.get("started"), account, closed)
    for party in parties:
        speaker = as_text(party.get("speakerId"))
        if speaker is not None:
            kind = _kind(party)
            known.speakers[speaker] = (kind, _person_id(party) if kind == "customer" else None)
    return known


def _people(call: Row, known: Call) -> Iterator[Row]:
    """The participants from outside. ``updated_at`` stays empty: a copy of a person never outranks the CRM's."""
    for party in _list(call.get("parties")):
        person = _person_id(party)
        if _kind(party) == "customer" and person is not None:
            account = _linked(party.get("context"), "Account") or known.account
            name, email = as_text(party.get("name")), as_text(party.get("emailAddress"))
            yield {"person_id": person, "account_id": account, "email": email, "full_name": name}


def _turns(call_id: str | None, transcript: Row, known: Call | None) -> Iterator[Row | str]:
    """One row a turn, or the reason why there is none."""
    for nth, turn in enumerate(_list(transcript.get("transcript")), start=1):
        kind, person = known.speakers.get(as_text(turn.get("speakerId")) or "", (None, None)) if known else (None, None)
        if known is None or (kind is None and not known.closed):
            yield "unknown_speaker"
            continue
        if known.closed:
            yield known.closed
            continue
        sentences = _list(turn.get("sentences"))
        starts, ends = ([s[edge] for s in sentences if s.get(edge) is not None] for edge in ("start", "end"))
        start, end = starts[0] if starts else None, ends[-1] if ends else None
        words = [text for text in (as_text(s.get("text")) for s in sentences) if text]
        yield {
            "message_id": f"gong:{call_id}:{nth}",
            "channel": "call",
            "author_kind": kind,
            "body": " ".join(words) or None,
            "sent_at": _moment(known.started, start),
            "account_id": known.account,
            "person_id": person,
            "conversation_id": f"gong:{call_id}",
            "start_s": _seconds(start),
            "end_s": _seconds(end),
        }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _seconds(milliseconds: Any) -> str | None:
    """A number of milliseconds in seconds; anything else as it stands, so that the row is excluded for it."""
    return repr(milliseconds / 1000) if _is_number(milliseconds) else as_text(milliseconds)


def _moment(started: Any, milliseconds: Any) -> str | None:
    """When the turn began. A start of the call that cannot be read stays, so that the row is excluded for it."""
    try:
        at = datetime.fromisoformat(str(started))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        at += timedelta(milliseconds=milliseconds if _is_number(milliseconds) else 0)
        return at.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return as_text(started)


def object_of(keys: frozenset[str] | set[str]) -> str | None:
    """Which object has these keys, by those that only it has; ``answer``: a whole answer of the API."""
    if {"callId", "transcript"} <= keys:
        return "transcript"
    if "metaData" in keys or {"id", "primaryUserId", "started"} <= keys:
        return "call"
    return "answer" if keys & set(_LISTS) and keys & {"requestId", "records", "callTranscripts"} else None


def _objects(record: Row) -> Iterator[tuple[str | None, Row]]:
    """The calls and transcripts of one source row: one, or all of an answer that stands on one line."""
    kind = object_of(record.keys())
    if kind != "answer":
        yield kind, record
        return
    for name in _LISTS:
        for found in _list(record.get(name)):
            yield object_of(found.keys()), found


def _call_id(call: Row) -> str | None:
    about = call["metaData"] if isinstance(call.get("metaData"), dict) else call
    return as_text(about.get("id"))


def _rows(record: Row, calls: Mapping[str, Call]) -> Iterator[tuple[str, Row | str]]:
    """(table, row or reason) of all that one source row holds."""
    for kind, found in _objects(record):
        if kind == "call":
            people = list(_people(found, calls.get(_call_id(found) or "") or _call(found)))
            yield from (("people", person) for person in people)
            if not people:
                yield "people", "no_customer"
        elif kind == "transcript":
            call_id = as_text(found.get("callId"))
            turns = list(_turns(call_id, found, calls.get(call_id or "")))
            yield from (("messages", turn) for turn in turns)
            if not turns:
                yield "messages", "no_text"
        else:
            yield "", "unknown_object"


def _read(content: Content, limits: Limits) -> Extract:
    lines = read_archived_json(content, limits)[0] if content.kind == "zip" else read_json(content, limits)
    calls = {}
    for _, record in lines.records:
        for kind, found in _objects(record):
            call_id = _call_id(found) if kind == "call" else None
            if call_id is not None:
                calls[call_id] = _call(found)
    rows: dict[str, list[Row]] = {"people": [], "messages": []}
    unread: dict[tuple[str, str, bool], list[int]] = {}
    for number, record in lines.records:
        found = list(_rows(record, calls)) or [("", "no_text")]
        # The source row counts once: by the first row it gives, or else by the first reason why it gives none.
        counted = next((at for at, (_, row) in enumerate(found) if isinstance(row, dict)), 0)
        for at, (table, row) in enumerate(found):
            if isinstance(row, str):
                unread.setdefault((row, table, at != counted), []).append(number)
            else:
                rows[table].append(row | {"source_row": number, "is_derived": at != counted})
    excluded = [
        excluded_rows(numbers, reason, _UNREAD[reason], table or None, is_derived=derived)
        for (reason, table, derived), numbers in unread.items()
    ]
    frames = [(table, text_frame(found, TABLES[table].column_names)) for table, found in rows.items() if found]
    extra = as_text_table(lines, without=_USED, limits=limits).rows
    return make_extract("gong", frames, lines.rows_read, [lines.excluded, *excluded], extra=extra)


def _claims(head: Head) -> int:
    if head.kind == "zip":
        names = [PurePosixPath(name).name for name in head.members]
        return BY_NAME if names and all(_ARCHIVED.fullmatch(name) for name in names) else NOT_MINE
    return BY_CONTENT if head.holds(object_of) else NOT_MINE


READER = Reader(
    name="gong",
    claims=_claims,
    read=_read,
    expects="calls (metaData, parties) and their transcripts (callId, transcript) in one file: a JSON document with "
    "the lists calls and callTranscripts, one answer of the API a line, or a zip of calls*.json and transcripts*.json",
)
