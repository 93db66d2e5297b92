"""Whose recordings may be kept: the rule of ``models_nlp``, handed to ingest.

Belongs here: which tables the rule needs. Does not: the rule (``models_nlp/eligibility.py``), what becomes of the words
(``storage/recordings.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from storage.recordings import TableOf

# Who is merged into whom; names and accounts are not needed here.
_MERGES = ("person_id", "merged_into", "valid_from", "updated_at", "row_hash", "is_deleted")


def refused_calls(calls: pl.DataFrame, table_of: TableOf) -> pl.Series:
    """One entry a row of calls, in order: true where a recording was refused. Other tables are read only if needed."""
    import polars as pl

    from models_nlp import eligibility
    from models_nlp.links import Links

    consents = table_of("consents").filter(pl.col("purpose") == eligibility.RECORDING)
    if calls.is_empty() or consents.filter(pl.col("state") == "denied").is_empty():
        return pl.Series("is_refused", [False] * calls.height, dtype=pl.Boolean())
    links = Links(people=table_of("people").select(_MERGES), tickets=table_of("tickets"))
    return eligibility.refused_calls(calls, consents, links)
