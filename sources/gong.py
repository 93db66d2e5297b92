"""Gong: calls and their transcripts, as the answers of its API.

Belongs here: what a call tells of its speakers, who is a customer, whose words may not be read, turns of transcripts.
Does not: types (``conform``), archives (``archived_json``), finding the speaker of a turn (``storage.speakers``).
Answers: https://help.gong.io/apidocs/retrieve-detailed-call-data-by-various-filters-v2callsextensive-2 and
https://help.gong.io/apidocs/retrieve-transcripts-of-calls-by-date-or-callids-v2callstranscript-2

==============  ====================================================================================================
object          becomes
==============  ====================================================================================================
call            speakers: one row for the call (its start, its account, or that it is withheld) and one a participant
                with their affiliation; people: the participants from outside, by the contact of their CRM context or
                their e-mail address
transcript      messages of the channel call, one a turn: the conversation is the call. Sentences are timed in
                milliseconds from the call's start (a call's ``duration`` is in seconds, and is not needed)
==============  ====================================================================================================

A transcript names speakers by ``speakerId`` only; whether they are ``External`` (customers) or ``Internal`` (agents),
and when the call began, stands in the call. The two may come in one file (a JSON document with both lists, answers one
a line, a zip of calls*.json and transcripts*.json) or in different ones, in any order: a turn waits in raw until its
call is known. The words of a private call, and of one whose recording a participant refused, are not kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from sources.archived_json import read_archived_json
from sources.content import Content, Limits
from sources.extract import Extract, warning_rows
from sources.jsonlines import as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, BY_NAME, NOT_MINE, Head, Reader, make_extract
from sources.record_ids import long_reference
from sources.record_outcomes import Outcome, settled

Row = dict[str, Any]

_LISTS = ("calls", "callTranscripts")
_KINDS = {"external": "customer", "internal": "agent"}
# Gong itself records no refusal; companies note it in the custom data of a call, or a connector beside its metadata.
_CONSENT = ("recordingconsent", "consent", "consentgiven", "hasrecordingconsent")
_REFUSED = ("false", "no", "denied", "declined", "refused", "not_given", "notgiven")
_ARCHIVED = re.compile(r"(calls?|(call_?)?transcripts?)([^a-z].*)?\.(json|jsonl)(\.gz)?", re.IGNORECASE)
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)  # as ``casting`` reads it fastest
_USED = frozenset(
    ("metaData", "context", "parties", "content", "interaction", "collaboration", "media", "callId", "transcript")
) | {*_LISTS, "requestId", "records"}

_UNREAD = {
    "no_text": "the transcript has no turns: nothing to do",
    "unknown_object": "neither a call nor a transcript: nothing to do unless it should be one",
}
_WITHHELD = {
    "no_consent": "a participant refused the recording: the words of this call are not kept; nothing to do",
    "private_call": "the call is private: its words are not kept; nothing to do",
}


def _list(value: Any) -> list[Any]:
    return [element for element in value if isinstance(element, dict)] if value and isinstance(value, list) else []


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
    keys = _consent_keys(tuple(place)) if isinstance(place, dict) else ()
    return bool(keys) and any(str(place[key]).strip().lower() in _REFUSED for key in keys)


@lru_cache(maxsize=256)  # the objects of a file have few shapes
def _consent_keys(keys: tuple[str, ...]) -> list[str]:
    """Those of ``keys`` that speak of consent; of two that are spelled alike the last."""
    spelled = {re.sub(r"[\W_]", "", key).lower(): key for key in keys}
    return [spelled[key] for key in _CONSENT if key in spelled]


def _about(call: Row) -> Row:
    return call["metaData"] if isinstance(call.get("metaData"), dict) else call


def _closed(call: Row) -> str | None:
    """The reason why the call's words may not be read."""
    about, parties = _about(call), _list(call.get("parties"))
    if any(_is_refused(place) for place in (call, about, about.get("customData"), *parties)):
        return "no_consent"
    return "private_call" if about.get("isPrivate") is True else None


def _call_rows(call: Row, is_closed: bool) -> Iterator[tuple[str, Row]]:
    """The call itself as a speaker, its participants as speakers, those from outside as people.

    ``updated_at`` stays empty: Gong does not say when a call changed, and a copy of a person never outranks the CRM's.
    """
    parties = _list(call.get("parties"))
    call_id = _call_id(call)
    account = _linked(call.get("context"), "Account") or next(
        (found for found in (_linked(p.get("context"), "Account") for p in parties) if found), None
    )
    begun = {"author_kind": "unknown", "account_id": account, "started_at": _moment(_about(call).get("started"))}
    conversation = f"gong:{call_id}" if call_id is not None else None
    yield "speakers", {"speaker_id": conversation, **({"author_kind": "withheld"} if is_closed else begun)}
    for party in parties:
        kind, person = _kind(party), _person_id(party)
        speaker = as_text(party.get("speakerId"))
        if speaker is not None and kind is not None and not is_closed:
            known = {"author_kind": kind, "person_id": person if kind == "customer" else None}
            yield "speakers", {"speaker_id": f"{conversation}:{speaker}", **known}
        if kind == "customer" and person is not None:
            of_party = _linked(party.get("context"), "Account") or account
            name, email = as_text(party.get("name")), as_text(party.get("emailAddress"))
            yield "people", {"person_id": person, "account_id": of_party, "email": email, "full_name": name}


def _turns(transcript: Row) -> Iterator[tuple[str, Row]]:
    """One message a turn. When it was said and by whom the call tells."""
    conversation = f"gong:{as_text(transcript.get('callId'))}"
    for nth, turn in enumerate(_list(transcript.get("transcript")), start=1):
        sentences = _list(turn.get("sentences"))
        starts = [start for s in sentences if (start := s.get("start")) is not None]
        ends = [end for s in sentences if (end := s.get("end")) is not None]
        words = [text for s in sentences if (text := as_text(s.get("text")))]
        yield (
            "messages",
            {
                "message_id": f"{conversation}:{nth}",
                "channel": "call",
                "author_kind": "unknown",
                "body": " ".join(words) or None,
                "conversation_id": conversation,
                "ticket_id": conversation,  # so that a survey about the call is one episode with it
                "speaker_id": f"{conversation}:{as_text(turn.get('speakerId')) or ''}",
                "start_s": _seconds(starts[0] if starts else None),
                "end_s": _seconds(ends[-1] if ends else None),
            },
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _seconds(milliseconds: Any) -> str | None:
    """A number of milliseconds in seconds; anything else as it stands, so that the row is excluded for it."""
    return repr(milliseconds / 1000) if _is_number(milliseconds) else as_text(milliseconds)


def _moment(started: Any) -> str | None:
    """The time in UTC. A start of the call that cannot be read stays, so that the row is excluded for it."""
    if type(started) is str and _PLAIN_TIME.fullmatch(started):
        return started
    try:
        at = datetime.fromisoformat(str(started))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds")
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
    return as_text(_about(call).get("id"))


def _rows(record: Row, closed: set[str]) -> Outcome:
    """All rows of one source row, the main one first; or the reason why there is none.

    ``closed`` gets the reasons why words of its calls may not be read.
    """
    rows: list[tuple[str, Row]] = []
    reasons = []
    for kind, found in _objects(record):
        made: list[tuple[str, Row]] = []
        if kind == "call":
            why = _closed(found)
            made = list(_call_rows(found, why is not None))
            closed.update([why] if why else [])
        elif kind == "transcript":
            made = list(_turns(found))
        rows += made
        reasons += [] if made else ["no_text" if kind == "transcript" else "unknown_object"]
    return rows or (reasons[0] if reasons else "no_text")


def _read(content: Content, limits: Limits) -> Extract:
    lines = read_archived_json(content, limits)[0] if content.kind == "zip" else read_json(content, limits)
    closed: dict[str, list[int]] = {reason: [] for reason in _WITHHELD}
    outcomes: dict[int, Outcome] = {}
    for number, record in lines.records:
        reasons: set[str] = set()
        found = outcomes[number] = _rows(record, reasons)
        for _, row in found if isinstance(found, list) else ():
            row["source_row"] = number
        for reason in reasons:
            closed[reason].append(number)
    frames, excluded = settled(outcomes, _UNREAD, {"no_text": "messages"})
    warnings = [warning_rows(rows, reason, _WITHHELD[reason], "speakers", None) for reason, rows in closed.items()]
    extra = as_text_table(lines, without=_USED, limits=limits).rows
    return make_extract("gong", frames, lines.rows_read, [lines.excluded, *excluded], warnings, extra)


def _claims(head: Head) -> int:
    if head.kind == "zip":
        names = [PurePosixPath(name).name for name in head.members]
        return BY_NAME if names and all(_ARCHIVED.fullmatch(name) for name in names) else NOT_MINE
    return BY_CONTENT if head.holds(object_of) else NOT_MINE


READER = Reader(
    name="gong",
    claims=_claims,
    read=_read,
    expects="calls (metaData, parties) or transcripts (callId, transcript): a JSON document with the lists calls or "
    "callTranscripts, one answer of the API a line, or a zip of calls*.json and transcripts*.json",
)
