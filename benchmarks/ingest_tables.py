"""Canonical files of a million rows, for timing ingest: messages, tickets and survey responses, CSV and Parquet.

Belongs here: columns and values of these tables, seeded. Does not: sentences (``ingest_texts``), timing (``ingest``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from benchmarks.ingest_texts import texts

_DISTINCT_TEXTS = 20_000  # each gets a reference of its own, so that no two rows are alike
_FROM = datetime(2024, 1, 1, tzinfo=UTC)


def _column(n: int, seed: int, values: list) -> pl.Series:
    """``n`` draws from ``values``."""
    return pl.Series(values).sample(n, with_replacement=True, seed=seed)


def _numbered(prefix: str, numbers: pl.Series) -> pl.Series:
    return pl.select(pl.lit(prefix) + numbers.cast(pl.String).str.zfill(8)).to_series()


def _drawn(n: int, seed: int, below: int) -> pl.Series:
    return pl.int_range(below, eager=True).sample(n, with_replacement=True, seed=seed)


def _times(n: int, seed: int) -> pl.Series:
    moments = pl.lit(_FROM) + pl.duration(seconds=_drawn(n, seed, 60_000_000))
    return pl.select(moments.dt.strftime("%Y-%m-%dT%H:%M:%SZ")).to_series()


def _bodies(n: int, seed: int) -> pl.Series:
    pool = pl.Series(texts(min(n, _DISTINCT_TEXTS), seed))
    drawn = pool.gather(_drawn(n, seed, pool.len()))
    return pl.select(pl.format("{} (reference {})", drawn, pl.int_range(n))).to_series()


def messages(n: int, seed: int = 1) -> pl.DataFrame:
    """Canonical messages as text, as an export would hold them."""
    ticket = _drawn(n, seed + 1, max(n // 4, 1))
    return pl.DataFrame(
        {
            "message_id": _numbered("M-", pl.int_range(n, eager=True)),
            "channel": _column(n, seed, ["ticket", "chat", "email", "call", "community"]),
            "author_kind": _column(n, seed + 2, ["customer", "customer", "agent", "bot"]),
            "body": _bodies(n, seed),
            "sent_at": _times(n, seed + 3),
            "account_id": _numbered("A-", _drawn(n, seed + 4, 5_000)),
            "person_id": _numbered("P-", _drawn(n, seed + 5, 50_000)),
            "conversation_id": _numbered("C-", ticket),
            "ticket_id": _numbered("T-", ticket),
            "is_public": _column(n, seed + 6, ["true", "true", "false"]),
            "language": _column(n, seed + 7, ["en", "de", "fr", ""]),
            "updated_at": _times(n, seed + 8),
        }
    )


def tickets(n: int, seed: int = 2) -> pl.DataFrame:
    """Canonical tickets as text."""
    return pl.DataFrame(
        {
            "ticket_id": _numbered("T-", pl.int_range(n, eager=True)),
            "account_id": _numbered("A-", _drawn(n, seed + 4, 5_000)),
            "person_id": _numbered("P-", _drawn(n, seed + 5, 50_000)),
            "created_at": _times(n, seed),
            "priority": _column(n, seed, ["urgent", "high", "normal", "low"]),
            "status": _column(n, seed + 1, ["open", "pending", "solved", "closed"]),
            "is_escalated": _column(n, seed + 2, ["true", "false", "false"]),
            "first_reply_at": _times(n, seed + 3),
            "resolved_at": _times(n, seed + 6),
            "n_reopens": _column(n, seed + 7, ["0", "0", "1", "2"]),
            "topic": _column(n, seed + 8, ["complaint", "billing, invoices", "how-to", ""]),
            "updated_at": _times(n, seed + 9),
        }
    )


def survey_responses(n: int, seed: int = 3) -> pl.DataFrame:
    """Canonical survey responses as text; every second one has words."""
    words = _bodies(n, seed)
    return pl.DataFrame(
        {
            "response_id": _numbered("R-", pl.int_range(n, eager=True)),
            "survey_type": _column(n, seed, ["nps"]),
            "score": _column(n, seed + 1, [str(score) for score in range(11)]),
            "scale_min": ["0"] * n,
            "scale_max": ["10"] * n,
            "higher_is_better": ["true"] * n,
            "answered_at": _times(n, seed + 2),
            "account_id": _numbered("A-", _drawn(n, seed + 4, 5_000)),
            "person_id": _numbered("P-", _drawn(n, seed + 5, 50_000)),
            "verbatim": pl.select(pl.when(pl.int_range(n) % 2 == 0).then(words)).to_series(),
        }
    )


TABLES = {"messages": messages, "tickets": tickets, "survey_responses": survey_responses}


def write(folder: Path, rows: int) -> None:
    """Write ``csv/<table>.csv`` and ``parquet/<table>.parquet``; what stands in Parquet is typed as the contract is."""
    from sources.casting import cast_columns
    from sources.contract import TABLES as CONTRACT

    for kind in ("csv", "parquet"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for name, made in TABLES.items():
        frame = made(rows)
        frame.write_csv(folder / "csv" / f"{name}.csv")
        typed = cast_columns(frame, {column: CONTRACT[name].column(column).kind for column in frame.columns})
        typed.write_parquet(folder / "parquet" / f"{name}.parquet")
