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
    {"account_id": "T1", "account_name": "Complains", "created_on": date(2024, 1, 1), "arr_usd": 23.0}
    | {"currency": "EUR", "updated_at": moment("2026-01-01")},
    {"account_id": "T2", "account_name": "Quiet"},
    {"account_id": "M-old", "merged_into": "M", "is_deleted": True},
    {"account_id": "M", "account_name": "Survivor", "segment": "small", "updated_at": moment("2026-01-01")},
    {"account_id": "M", "account_name": "Survivor", "segment": "large", "updated_at": moment("2026-02-01")},
    {"account_id": "D", "account_name": "Deleted", "is_deleted": True},
    # A deleted row without valid_from ends a history at its date: G is gone, B came back, L goes only after the as-of.
    *(
        {"account_id": account, "account_name": account, "valid_from": moment(day), "updated_at": moment(day)}
        for account, day in (("G", "2025-01-01"), ("B", "2025-01-01"), ("B", "2026-02-01"), ("L", "2025-01-01"))
    ),
    *(
        {"account_id": account, "is_deleted": True, "updated_at": moment(day)}
        for account, day in (("G", "2026-02-15"), ("B", "2026-01-10"), ("L", "2026-04-01"))
    ),
]
# What a history told of a ticket, and the ticket itself, which is newer and tells nothing of it.
HISTORIES: list[dict[str, Any]] = [
    {"ticket_id": ticket, "created_at": moment("2026-02-10T10:00"), "updated_at": moment(f"2026-02-{day}")}
    | {"status": status, **told}
    for ticket, day, status, told in (
        (
            "H-solved",
            "11",
            "open",
            {"n_reopens": 0.0, "n_transfers": 0.0, "first_reply_at": moment("2026-02-10T11:00")},
        ),
        ("H-solved", "12", "solved", {"n_reopens": 2.0, "n_transfers": 1.0, "resolved_at": moment("2026-02-12")}),
        ("H-solved", "13", "solved", {}),
        ("H-open", "12", "solved", {"n_reopens": 1.0, "resolved_at": moment("2026-02-12")}),
        ("H-open", "13", "open", {}),
    )
]
TICKETS: list[dict[str, Any]] = [
    *HISTORIES,
    *(
        {"ticket_id": f"K-{account}", "account_id": account, "created_at": moment("2026-02-10T10:00")}
        | {"priority": "high", "status": "closed", "topic": topic}
        for account, topic in (("T1", "complaint"), ("M-old", "complaint"), ("D", "complaint"), ("T2", "question"))
    ),
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
CONTRACTS[1] |= {"arr_usd": 40.0, "currency": " eur"}
#: What a euro is worth on the day the contracts start, and from 2026 on.
RATES = (
    "('EUR', 1.15, '1900-01-01', '2026-01-01', 'finance', 'test'), ('EUR', 2, '2026-01-01', null, 'finance', 'test')"
)


def raw_frames() -> dict[str, pl.DataFrame]:
    """The raw tables as ingest would have written them."""
    tables = {"accounts": ACCOUNTS, "tickets": TICKETS, "usage": USAGE, "contracts": CONTRACTS}
    return {table: raw_frame(table, rows, "records") for table, rows in tables.items()}
