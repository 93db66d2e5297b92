"""The method's worked values as accounts: touches of one weight, so that only their number and kind matter.

Belongs here: what was delivered. Does not: the expected index (test_worked_values.py).
"""

from __future__ import annotations

import polars as pl
from company_on_disk import moment, raw_frame

#: Account → how many happy, neutral and unhappy answers it gave.
ANSWERS = {
    "WV-silent": (0, 0, 0),
    "WV-one": (1, 0, 0),
    "WV-two": (2, 0, 0),
    "WV-five": (5, 0, 0),
    "WV-many": (30, 5, 10),
}
SCORES = (5.0, 3.0, 1.0)


def raw_frames() -> dict[str, pl.DataFrame]:
    """Accounts and CSAT answers, all given at one moment."""
    answers = [
        {
            "response_id": f"{account}-{score:g}-{number}",
            "survey_type": "csat",
            "score": score,
            "scale_min": 1.0,
            "scale_max": 5.0,
            "higher_is_better": True,
            "answered_at": moment("2026-03-20T10:00"),
            "account_id": account,
        }
        for account, counts in ANSWERS.items()
        for score, count in zip(SCORES, counts, strict=True)
        for number in range(count)
    ]
    accounts = [{"account_id": account, "region": "worked region"} for account in ANSWERS]
    tables = {"accounts": accounts, "survey_responses": answers}
    return {table: raw_frame(table, rows, "worked") for table, rows in tables.items()}
