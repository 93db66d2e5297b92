"""Calls of one account: how the two sides spoke, in words.

Belongs here: pure functions over call_cues. Does not: reading, drawing, what was said (``account_tables``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from dashboards import wording

#: Column → its label and how its number is written.
CUES = {
    "talk_minutes": ("Talk, minutes", "%.1f"),
    "customer_talk_share": ("Customer's part", "%.0f %%"),
    "overlap_share": ("Both at once", "%.1f %%"),
    "n_interruptions_by_customer": ("Customer interrupts", "%d"),
    "n_interruptions_by_company": ("We interrupt", "%d"),
    "longest_silence_seconds": ("Longest silence, s", "%.0f"),
}
_REASONS = {
    "no_consent": "not kept: no consent",
    "empty": "no times of turns",
}
_FLOORS = {
    "confidence": "not read: the transcription is too unsure",
    "speakers": "not read: most speakers are unknown",
}


def calls(cues: pl.DataFrame) -> pl.DataFrame:
    """The calls, newest first, shares in per cent, with ``transcript``: read, or why not."""
    told = [_transcript(*pair) for pair in cues.select("null_reason", "floor_missed").iter_rows()]
    return (
        cues.with_columns(pl.Series("transcript", told, dtype=pl.String))
        .sort(["started_at", "call_id"], descending=[True, False])
        .select(
            "started_at",
            (pl.col("talk_seconds") / 60).alias("talk_minutes"),
            pl.col("customer_talk_share", "overlap_share") * 100,
            "n_interruptions_by_customer",
            "n_interruptions_by_company",
            "longest_silence_seconds",
            "transcript",
        )
    )


def in_call(cues: pl.DataFrame, episode_id: str, occurred_at: datetime) -> str | None:
    """The call that a touch was said in, in one line; None where it was said in none."""
    spans = cues.filter(
        (pl.col("episode_id") == episode_id) & pl.lit(occurred_at).is_between("started_at", "last_turn_at")
    ).sort("started_at", "call_id")
    return _words(spans.row(-1, named=True)) if spans.height else None


def _words(call: dict[str, Any]) -> str:
    if call["null_reason"] is not None:
        return f"The call: {_transcript(call['null_reason'], call['floor_missed'])}."
    parts = [f"{call['talk_seconds'] / 60:.1f} minutes of talk"]
    if call["overlap_share"] is None:
        parts.append("only one side has times")
    else:
        by_customer, by_us = call["n_interruptions_by_customer"], call["n_interruptions_by_company"]
        parts += [
            f"{wording.share(call['customer_talk_share'])} of it the customer's",
            f"both at once {100 * call['overlap_share']:.1f} %",
            f"interrupted {by_customer} × by the customer, {by_us} × by us",
        ]
    parts.append(f"longest silence {call['longest_silence_seconds']:.0f} s")
    return f"The call: {', '.join(parts)}."


def _transcript(null_reason: str | None, floor_missed: str | None) -> str:
    if null_reason == "quality":
        return _FLOORS.get(floor_missed or "", "not read: below the floor")
    return _REASONS.get(null_reason, wording.plain(null_reason)) if null_reason else "read"
