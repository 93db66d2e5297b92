"""``jsi search``: from the words of a command line to a table or a JSON document.

Belongs here: checking stage and account, arranging what was found. Does not: the search itself (``storage/search``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from rich.table import Table
from rich.text import Text

from orchestration.terminal import inert
from storage.publication import Generation
from storage.search import Found, query_of, search

_FEELINGS = {1: "+1", 0: "0", -1: "−1"}


@dataclass(frozen=True)
class Finding:
    """``found``: the texts, with ``account_name``; ``query``: how the words were understood."""

    query: str
    generation: str
    found: Found


def find(
    generation: Generation,
    words: Sequence[str],
    stage: str | None,
    account_id: str | None,
    since: date | None,
    limit: int,
) -> Finding:
    """Search one publication. Raises ``LookupError`` for a stage or account that it does not hold, ``ValueError`` for
    words that are none."""
    query = query_of(words)
    accounts = pl.read_parquet(generation.folder / "dim_accounts.parquet", columns=["account_id", "account_name"])
    if account_id is not None and account_id not in accounts["account_id"]:
        raise LookupError(f"--account {account_id}: there is no such account in the published marts; `jsi refresh` "
                          "lists them with their ids")  # fmt: skip
    stages = pl.read_parquet(generation.folder / "dim_stages.parquet").sort("stage_order")["stage"].to_list()
    if stage is not None and stage not in stages:
        raise LookupError(f"--stage {stage}: there is no such stage; one of {', '.join(stages)}")
    found = search(generation.folder, query, stage, account_id, since, limit)
    named = found.texts.join(accounts, on="account_id", how="left", maintain_order="left")
    return Finding(query, generation.name, Found(named, found.n_found))


def search_json(finding: Finding) -> dict[str, Any]:
    """``n_found`` texts in all, of which ``texts`` are the newest."""
    return {
        "query": finding.query,
        "generation": finding.generation,
        "n_found": finding.found.n_found,
        "texts": finding.found.texts.to_dicts(),
    }


def search_tables(finding: Finding) -> list[Table | Text]:
    """The texts as a table, and how many more there are."""
    texts, n_found = finding.found.texts, finding.found.n_found
    table = Table("when", "account", "stage", "channel", "feeling", "what was said, redacted")
    table.columns[5].overflow = "fold"
    for row in texts.to_dicts():
        table.add_row(
            f"{row['occurred_at']:%Y-%m-%d}",
            inert(row["account_name"] or row["account_id"] or "–"),
            inert(row["stage"]),
            inert(row["channel"]),
            _FEELINGS.get(row["sentiment"], row["null_reason"] or "–"),
            inert(row["text_redacted"].replace("\n", " ")),
        )
    if not n_found:
        return [Text("No published text holds these words.")]
    shown = f"{texts.height:,} of " if n_found > texts.height else ""
    return [table, Text(f"{shown}{n_found:,} texts, the newest first")]
