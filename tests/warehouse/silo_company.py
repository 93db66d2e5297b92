"""A company in silos: a CRM, a survey tool that knows addresses, a product that knows user ids.

Belongs here: what was delivered. Does not: what should come out (test_identity_matches.py).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from company_on_disk import moment, raw_frame

ACCOUNTS: list[dict[str, Any]] = [
    {"account_id": "A-old", "account_name": "Ann's, before the merge", "merged_into": "A", "is_deleted": True},
    {"account_id": "A", "account_name": "Ann's"},
    {"account_id": "W", "account_name": "Web", "domains": "https://www.web.example"},
    {"account_id": "T", "account_name": "Twins"},
]
CONTACTS: list[dict[str, Any]] = [
    {"person_id": "crm-ann", "account_id": "A-old", "email": "Ann@survivor.example"},
    {"person_id": "crm-twin-1", "account_id": "T", "email": "twin@t.example"},
    {"person_id": "crm-twin-2", "account_id": "W", "email": "twin@t.example"},
]
#: The survey tool's people: an address, a number of its own, or nobody.
ANSWERED_BY = ("ann@survivor.example", "bob@web.example", "twin@t.example", "eve@gmail.com", "7", None)
ANSWERS: list[dict[str, Any]] = [
    {"response_id": f"R{number}", "survey_type": "nps", "score": 9.0, "scale_min": 0.0, "scale_max": 10.0}
    | {"higher_is_better": True, "answered_at": moment("2026-02-11T10:00"), "person_id": person}
    for number, person in enumerate(ANSWERED_BY)
]
USAGE: list[dict[str, Any]] = [
    {"person_id": person, "metric": "failed_payments", "used_on": date(2026, 2, 10), "value": 1.0}
    for person in ("ANN@survivor.example", "stranger")
]


def raw_frames() -> dict[str, pl.DataFrame]:
    """The raw tables as ingest would have written them."""
    return {
        "accounts": raw_frame("accounts", ACCOUNTS, "salesforce"),
        "people": raw_frame("people", CONTACTS, "salesforce"),
        "survey_responses": raw_frame("survey_responses", ANSWERS, "surveytool"),
        "usage": raw_frame("usage", USAGE, "product"),
    }
