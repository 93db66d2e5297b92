"""Words for why a touch has no feeling: what could not be read, whose words they are, what was refused.

Belongs here: reasons of the marts in the reader's words. Does not: other wording (``wording``), counting.
"""

from __future__ import annotations

from dashboards import wording

_NOT_SCORED = {
    "no_consent": "no consent",
    "language": "language not read",
    "empty": "empty",
    "quality": "unreadable, or a transcript below the floor",
    "auto_reply": "automatic reply",
    "author": "not the customer",
    "speaker_unknown": "speaker not known yet",
    "no_model": "not scored",
}
_REFUSALS = {
    "refused": "no consent: feedback analysis refused",
    "withdrawn": "no consent: agreement withdrawn",
    "refused_meanwhile": "no consent: refused then, agreed again since",
    "recording_refused": "no consent: call recording refused by someone on the call",
    "recording_withdrawn": "no consent: agreement to call recording withdrawn",
    "recording_refused_meanwhile": "no consent: call recording refused then, agreed again since",
}


def not_scored(null_reason: str | None) -> str:
    """Why a touch has no feeling."""
    return _NOT_SCORED.get(null_reason or "", wording.plain(null_reason or "no signal"))


def refusal(reason: str | None) -> str:
    """What is refused where consent is missing."""
    return _REFUSALS.get(reason or "", f"no consent: {wording.plain(reason or 'refused')}")
