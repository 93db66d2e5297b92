"""A random company (seeded): enough accounts, roles, stages, kinds and silences to try every branch of the index.

Belongs here: what was delivered. Does not: what should come out; naive_index.py computes that from the fact.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
from company_on_disk import moment, raw_frame, scores_of

START = moment("2025-08-04")
WEEKS = 35
N_ACCOUNTS = 24
STAGES = ("awareness", "evaluation", "advocacy")
TEXT_CHANNELS = ("email", "chat", "call", "community")


def _draw() -> dict[str, list[dict[str, Any]]]:
    rng = np.random.default_rng(20260330)
    accounts = [
        {
            "account_id": f"RA{n:02d}",
            "segment": ("small", "large", None)[n % 3],
            "region": ("north", "south")[n % 2],
            "product_line": ("core", "plus")[n // 12],
        }
        for n in range(N_ACCOUNTS)
    ]
    people = [
        {"person_id": f"RP{n:03d}", "account_id": f"RA{n % N_ACCOUNTS:02d}", "role": role}
        for n in range(4 * N_ACCOUNTS)
        for role in (("buyer", "user", "user", "executive")[n // N_ACCOUNTS],)
    ]
    stages = [
        {"account_id": a["account_id"], "stage": stage, "entered_at": START + timedelta(days=int(80 * i))}
        for a in accounts
        for i, stage in enumerate(STAGES)
    ]

    def someone(number: int) -> dict[str, Any]:
        # Some accounts fall silent early, and some people are known to nobody.
        n = int(rng.integers(4 * N_ACCOUNTS))
        silent = n % N_ACCOUNTS >= N_ACCOUNTS - 4
        day = float(rng.uniform(0, 60 if silent else WEEKS * 7 + 10))
        who: dict[str, Any] = {"person_id": f"RP{n:03d}"}
        if number % 17 == 0:
            who = {"person_id": f"RX{number}", "account_id": f"RA{n % N_ACCOUNTS:02d}"}
        if number % 29 == 0:
            who = {}
        return who | {"at": START + timedelta(days=day)}

    surveys, messages = [], []
    for number in range(420):
        who = someone(number)
        nps = number % 2 == 0
        surveys.append(
            {"response_id": f"RR{number}", "survey_type": "nps" if nps else "csat", "answered_at": who.pop("at")}
            | {"scale_min": 0.0 if nps else 1.0, "scale_max": 10.0 if nps else 5.0, "higher_is_better": True}
            | {"score": float(rng.integers(0, 11) if nps else rng.integers(1, 6))}
            | {"verbatim": "…" if number % 3 == 0 else None}
            | who
        )
    for number in range(520):
        who = someone(number)
        messages.append(
            {"message_id": f"RM{number}", "channel": TEXT_CHANNELS[number % 4], "author_kind": "customer", "body": "…"}
            | {"sent_at": who.pop("at"), "conversation_id": f"RV{number // 3}" if number % 5 else None}
            | who
        )
    messages += _calls()
    usage = [
        {"account_id": a["account_id"], "metric": "active_users", "value": float(rng.poisson(12))}
        | {"used_on": (START + timedelta(days=7 * week)).date()}
        for a in accounts[: N_ACCOUNTS // 2]
        for week in range(WEEKS)
    ]
    return {
        "accounts": accounts,
        "people": people,
        "stage_history": stages,
        "survey_responses": surveys,
        "messages": messages,
        "usage": usage,
    }


def _calls() -> list[dict[str, Any]]:
    """Turns of calls, their times in tenths of a second so that many coincide; whatever was said was happy."""
    rng = np.random.default_rng(11)
    turns = []
    for call in range(40):
        begun = START + timedelta(days=5 * call)
        is_garbled = call % 9 == 0
        for turn in range(int(rng.integers(1, 14))):
            start = int(rng.integers(0, 400)) / 10
            turns.append(
                {"message_id": f"RC{call}:{turn}", "conversation_id": f"RC{call}", "channel": "call", "body": "…"}
                | {"author_kind": str(rng.choice(["customer", "customer", "agent", "agent", "bot", "unknown"]))}
                | {"account_id": f"RA{call % N_ACCOUNTS:02d}", "sent_at": begun + timedelta(seconds=start)}
                | ({"start_s": start, "end_s": start + int(rng.integers(0, 80)) / 10} if rng.uniform() < 0.95 else {})
                | {"transcript_confidence": round(float(rng.uniform(0.2, 0.5) if is_garbled else 0.9), 3)}
            )
    return turns


def raw_frames() -> dict[str, pl.DataFrame]:
    """The raw tables as ingest would have written them."""
    return {table: raw_frame(table, rows, "random") for table, rows in _draw().items()}


def scored_frame(raw: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """A random sentiment and confidence for every text; one in fifteen has none."""
    rng = np.random.default_rng(7)

    def score() -> dict[str, Any]:
        if rng.uniform() < 1 / 15:
            return {"null_reason": "language"}
        return {"sentiment": int(rng.integers(-1, 2)), "confidence": float(rng.uniform(0.4, 1.0))}

    texts = {"messages": "message_id", "survey_responses": "response_id"}
    happy = {"sentiment": 1, "confidence": 0.8}
    given = {
        table: {key: happy if key.startswith("RC") else score() for key in raw[table][column]}
        for table, column in texts.items()
    }
    return pl.concat([scores_of(table, raw[table], given[table], column) for table, column in texts.items()])
