"""Launches and changes of policy in the company's calendar: what may have changed how customers speak.

Belongs here: which there are. Does not: what they open (``orchestration/review``).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from storage.accounting import newest_versions
from storage.layout import DataDir

KINDS = ("launch", "policy_change")
_SCHEMA = {"kind": pl.String(), "starts_on": pl.Date()}


def changes(paths: DataDir, calendar: Path) -> pl.DataFrame:
    """``kind`` and ``starts_on`` of each, distinct, the oldest first: of the table ``events_calendar`` and of the
    policy's seed ``calendar``."""
    rows = pl.read_csv(calendar, infer_schema=False, null_values="")
    ours = rows.select(kind="event_kind", starts_on=pl.col("starts_on").str.to_date())
    parts = [pl.DataFrame(schema=_SCHEMA), ours]
    if paths.raw_schema_file("events_calendar").exists():
        delivered = newest_versions(paths, "events_calendar", ["kind", "starts_on", "is_deleted"])
        parts.append(delivered.filter(~pl.col("is_deleted").fill_null(False)).select(_SCHEMA.keys()))
    found = pl.concat(parts).filter(pl.col("kind").is_in(KINDS), pl.col("starts_on").is_not_null())
    return found.unique().sort("starts_on", "kind")
