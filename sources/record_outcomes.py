"""Records that give several canonical rows, or none → each source row loaded once or excluded once.

Belongs here: which of a record's rows is its outcome and which are derived. Does not: how a record becomes rows (the
vendor's module), types (``conform``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sources.conform import text_frame
from sources.contract import TABLES
from sources.extract import excluded_rows

#: The canonical rows of one record, the main one first, or the reason why it gives none.
Outcome = list[tuple[str, dict[str, Any]]] | str


def settled(
    outcomes: Mapping[int, Outcome], messages: Mapping[str, str], table_of: Mapping[str, str]
) -> tuple[list[tuple[str, pl.DataFrame]], list[pl.DataFrame]]:
    """(table, frame for ``conform``) and excluded rows, from source row → outcome.

    ``messages`` words each reason, ``table_of`` names the table it concerns. A message whose ``author_kind`` is None is
    excluded as ``unknown_author``; if its record has other rows, these load and it is excluded as derived.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    unread: dict[tuple[str, bool], list[int]] = {}
    for number, outcome in outcomes.items():
        if isinstance(outcome, str):
            unread.setdefault((outcome, False), []).append(number)
            continue
        n_written = 0
        for table, row in outcome:
            if table == "messages" and row["author_kind"] is None:
                continue
            row["is_derived"] = n_written > 0
            n_written += 1
            rows.setdefault(table, []).append(row)
        for at in range(len(outcome) - n_written):
            unread.setdefault(("unknown_author", n_written > 0 or at > 0), []).append(number)
    frames = [(table, text_frame(found, TABLES[table].column_names)) for table, found in rows.items()]
    excluded = [
        excluded_rows(numbers, reason, messages[reason], table_of.get(reason), is_derived=derived)
        for (reason, derived), numbers in unread.items()
    ]
    return frames, excluded
