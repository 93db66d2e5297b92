"""The golden company: thirty touches on four accounts, small enough to be worked out by hand in docs/method.md.

Belongs here: what was delivered. Does not: what should come out (test_golden.py and the page).
T is Monday 2026-03-30 00:00 UTC, the latest published week_on; dates are chosen so that most ages are whole
half-lives: 2025-12-30 is T − 90 days, 2026-02-28 T − 30, 2026-03-16 T − 14.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from company_on_disk import moment, raw_frame, scores_of

AS_OF = moment("2026-04-01T12:00")

ACCOUNTS = [
    {"account_id": f"G{n}", "account_name": name, "segment": "golden segment", "region": "golden region"}
    for n, name in enumerate(["Ardent", "Borealis", "Cobalt", "Dormant"], start=1)
]
PEOPLE = [
    {"person_id": "GP1", "account_id": "G1", "role": "buyer"},
    {"person_id": "GP2", "account_id": "G1", "role": "user"},
    {"person_id": "GP2-old", "account_id": "G1", "role": "user", "merged_into": "GP2"},
    {"person_id": "GP3", "account_id": "G1", "role": "user"},
    {"person_id": "GP3", "account_id": "G1", "role": "buyer", "valid_from": moment("2026-02-15")},
    {"person_id": "GP4", "account_id": "G2", "role": "executive"},
    {"person_id": "GP5", "account_id": "G2", "role": "user"},
    {"person_id": "GP7", "account_id": "G3", "role": "user"},
]
STAGES = [
    {"account_id": "G1", "stage": "adoption", "entered_at": moment("2025-06-01")},
    {"account_id": "G1", "stage": "renewal", "entered_at": moment("2026-02-01")},
    {"account_id": "G2", "stage": "value", "entered_at": moment("2025-06-01")},
    {"account_id": "G3", "stage": "onboarding", "entered_at": moment("2025-06-01")},
    {"account_id": "G4", "stage": "onboarding", "entered_at": moment("2025-06-01")},
]
CONTRACTS = [
    {
        "contract_id": "GC1",
        "account_id": "G1",
        "starts_on": date(2025, 6, 1),
        "renews_on": date(2026, 5, 31),
        "arr_usd": 48_000.0,
    }
]
SERVICE_LEVELS = [
    {"account_id": None, "metric": "first_response", "target_minutes": 240.0},
    {"account_id": "G1", "metric": "first_response", "target_minutes": 2_880.0},
    {"account_id": None, "metric": "resolution", "target_minutes": 23_040.0},
]
TICKETS = [
    {
        "ticket_id": "GT1",
        "account_id": "G1",
        "person_id": "GP2",
        "created_at": moment("2026-02-28"),
        "priority": "urgent",
        "is_escalated": True,
        "first_reply_at": moment("2026-03-02T06:00"),
        "resolved_at": moment("2026-03-16"),
    },
    {
        "ticket_id": "GT2",
        "account_id": "G2",
        "person_id": "GP5",
        "created_at": moment("2026-03-16"),
        "priority": "low",
        "topic": "Complaint",
        "first_reply_at": moment("2026-03-16T01:00"),
    },
]
CONSENTS = [
    {"person_id": "GP8", "purpose": "feedback_analysis", "recorded_at": moment("2025-01-01"), "state": "denied"},
]
FIVE = {"scale_min": 1.0, "scale_max": 5.0, "higher_is_better": True}
TEN = {"scale_min": 0.0, "scale_max": 10.0, "higher_is_better": True}


def _answer(response_id: str, survey_type: str, score: float, scale: dict[str, Any], on: str, person_id: str) -> dict:
    return scale | {
        "response_id": response_id,
        "survey_type": survey_type,
        "score": score,
        "answered_at": moment(on),
        "person_id": person_id,
    }


SURVEYS = [
    _answer("GR1", "nps", 9.0, TEN, "2025-12-30", "GP1") | {"verbatim": "worth every hour"},
    _answer("GR2", "csat", 4.0, FIVE, "2026-03-16", "GP2") | {"ticket_id": "GT1"},
    _answer("GR3", "nps", 6.0, TEN, "2026-02-13", "GP3"),
    _answer("GR4", "ces", 1.0, FIVE | {"higher_is_better": False}, "2025-12-30", "GP4"),
    _answer("GR5", "nps", 10.0, TEN, "2026-02-13", "GP4"),
    _answer("GR6", "csat", 5.0, FIVE, "2025-12-30", "GP5"),
    _answer("GR7", "other", 5.0, FIVE | {"scale_max": 6.0}, "2025-10-01", "GP5"),
    _answer("GR8", "csat", 3.0, FIVE, "2025-07-03", "GP7"),
    _answer("GR9", "nps", 7.0, TEN, "2025-10-01", "GP1"),
]
MESSAGES: list[dict[str, Any]] = [
    {"message_id": "GM1", "channel": "ticket", "sent_at": "2026-02-28", "person_id": "GP2-old", "ticket_id": "GT1"},
    {"message_id": "GM2", "channel": "ticket", "sent_at": "2026-02-28T12:00", "person_id": "GP2", "ticket_id": "GT1"},
    {"message_id": "GM3", "channel": "ticket", "sent_at": "2026-03-02T06:00", "ticket_id": "GT1"}
    | {"author_kind": "agent"},
    {"message_id": "GM4", "channel": "email", "sent_at": "2026-03-15", "person_id": "GP3"},
    {"message_id": "GM5", "channel": "email", "sent_at": "2026-03-15", "person_id": "GP1"},
    {"message_id": "GM6", "channel": "review", "sent_at": "2026-02-28", "person_id": "GP6", "account_id": "G2"}
    | {"rating": 5.0, "rating_min": 1.0, "rating_max": 5.0},
    {"message_id": "GM7", "channel": "chat", "sent_at": "2026-01-29", "person_id": "GP5", "conversation_id": "GV1"},
    {"message_id": "GM8", "channel": "chat", "sent_at": "2026-01-30", "person_id": "GP5", "conversation_id": "GV1"},
    {"message_id": "GM9", "channel": "call", "sent_at": "2026-03-01", "person_id": "GP8", "account_id": "G2"},
    {"message_id": "GM10", "channel": "community", "sent_at": "2026-02-28", "person_id": "GP6", "account_id": "G2"},
    {"message_id": "GM11", "channel": "chat", "sent_at": "2026-04-02", "person_id": "GP5"},
    {"message_id": "GM12", "channel": "social", "sent_at": "2026-03-15"},
]
# What the model said: sentiment and confidence, or why it said nothing. Agents' lines are kept and never scored.
MESSAGE_SCORES: dict[str, dict[str, Any]] = {
    "GM1": {"sentiment": -1, "confidence": 0.9, "root_causes": ["reliability", "performance"]},
    "GM2": {"sentiment": -1, "confidence": 0.6, "root_causes": ["reliability"]},
    "GM3": {"null_reason": "author"},
    "GM4": {"sentiment": 1, "confidence": 0.8, "root_causes": ["pricing"]},
    "GM5": {"null_reason": "language"},
    "GM6": {"sentiment": 1, "confidence": 0.8},
    "GM7": {"sentiment": 1, "confidence": 0.8},
    "GM8": {"sentiment": 0, "confidence": 0.5},
    "GM9": {"null_reason": "no_consent", "text_redacted": None},
    "GM10": {"sentiment": 0, "confidence": 0.6},
    "GM11": {"sentiment": -1, "confidence": 0.9},
    "GM12": {"sentiment": -1, "confidence": 0.7},
}
SURVEY_SCORES: dict[str, dict[str, Any]] = {"GR1": {"sentiment": 1, "confidence": 0.75}}
# Logins a week on account G1, by the Monday on which the week starts.
LOGINS = {
    date(2026, 2, 16): 100.0,
    date(2026, 2, 23): 100.0,
    date(2026, 3, 2): 100.0,
    date(2026, 3, 9): 100.0,
    date(2026, 3, 16): 50.0,
    date(2026, 3, 23): 120.0,
    date(2026, 3, 30): 1.0,
}


def raw_frames() -> dict[str, pl.DataFrame]:
    """The raw tables as ingest would have written them."""
    usage = [
        {"account_id": "G1", "metric": "logins", "used_on": monday + timedelta(days=day), "value": value / 2}
        for monday, value in LOGINS.items()
        for day in (0, 1)
    ]
    tables = {
        "accounts": ACCOUNTS,
        "people": PEOPLE,
        "stage_history": STAGES,
        "contracts": CONTRACTS,
        "service_levels": SERVICE_LEVELS,
        "tickets": TICKETS,
        "consents": CONSENTS,
        "usage": usage,
        "survey_responses": SURVEYS,
        "messages": [
            {"author_kind": "customer", "body": "…"} | m | {"sent_at": moment(m["sent_at"])} for m in MESSAGES
        ],
    }
    return {table: raw_frame(table, rows, "golden") for table, rows in tables.items()}


def scored_frame(raw: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The scores of the golden company's texts."""
    return pl.concat(
        [
            scores_of("messages", raw["messages"], MESSAGE_SCORES, "message_id"),
            scores_of("survey_responses", raw["survey_responses"], SURVEY_SCORES, "response_id"),
        ]
    )
