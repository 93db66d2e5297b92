"""A company of records: complaints, usage on one day, contracts; and ids that were merged, deleted or sent twice.

Belongs here: what was delivered. Does not: what should come out (test_records.py).
Nobody promised this company a time (no service levels), so a ticket is a touch only where it complains.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from company_on_disk import moment, raw_frame

ACCOUNTS: list[dict[str, Any]] = [
    {"account_id": "T1", "account_name": "Complains", "created_on": date(2024, 1, 1), "arr_usd": 46.0},
    {"account_id": "T2", "account_name": "Quiet"},
    {"account_id": "M-old", "merged_into": "M", "is_deleted": True},
    {"account_id": "M", "account_name": "Survivor", "segment": "small", "updated_at": moment("2026-01-01")},
    {"account_id": "M", "account_name": "Survivor", "segment": "large", "updated_at": moment("2026-02-01")},
    {"account_id": "D", "account_name": "Deleted", "is_deleted": True},
]
TICKETS: list[dict[str, Any]] = [
    {"ticket_id": f"K-{account}", "account_id": account, "created_at": moment("2026-02-10T10:00")}
    | {"priority": "high", "status": "closed", "topic": topic}
    for account, topic in (("T1", "complaint"), ("M-old", "complaint"), ("D", "complaint"), ("T2", "question"))
]
USAGE: list[dict[str, Any]] = [
    {"account_id": account, "metric": "seconds_of_use_9_months", "used_on": date(2026, 2, 1), "value": 318.0}
    for account in ("T1", "T2")
]
CONTRACTS: list[dict[str, Any]] = [
    {"contract_id": f"C-{account}", "account_id": account, "starts_on": date(2025, 3, 1), "arr_usd": 46.0}
    | {"renews_on": date(2026, 2, 28), "outcome": outcome, "outcome_on": date(2026, 2, 28)}
    for account, outcome in (("T1", "churned"), ("T2", "renewed"))
]


def raw_frames() -> dict[str, pl.DataFrame]:
    """The raw tables as ingest would have written them."""
    tables = {"accounts": ACCOUNTS, "tickets": TICKETS, "usage": USAGE, "contracts": CONTRACTS}
    return {table: raw_frame(table, rows, "records") for table, rows in tables.items()}
