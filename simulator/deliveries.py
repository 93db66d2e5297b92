"""Deliveries: files as vendors drop them, and a ledger of what should become of every row.

Belongs here: writing rows to a file while noting table, key and version; who wins a key; expected row accounting.
Does not: the vendors' columns.

The rule (one ingest of all files at once): per key the greatest ``updated_at`` wins, rows without one come last; among
equal versions the row of the file with the smallest sha256, then the first in the file. Rows that a reader must set
aside are excluded; all other rows are superseded.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


@dataclass
class Delivery:
    """One file: its rows so far, and for each source row what it is. ``rows`` has (table, key, version), or
    ("", reason, "") where the reader must set the row aside. Each row's line goes into ``lines`` as well."""

    name: str  # path below the extracts
    lines: list[str] = field(default_factory=list)
    rows: list[tuple[str, str, str]] = field(default_factory=list)  # (table, key, updated_at) or ("", reason, "")

    def kept_or_superseded(self, table: str, key: Sequence[Any], updated_at: str | None) -> None:
        """Note a row that a reader loads, with the canonical key and version that it will have."""
        self.rows.append((table, "\x1f".join("" if k is None else str(k) for k in key), updated_at or ""))

    def excluded(self, reason: str) -> None:
        """Note a row that a reader sets aside for ``reason``."""
        self.rows.append(("", reason, ""))


class Extracts:
    """The folder of extracts: collects deliveries, writes them, and says what should become of their rows."""

    def __init__(self, out: Path):
        self.out = out
        self.deliveries: list[Delivery] = []
        self.planted: list[dict[str, Any]] = []

    def file(self, name: str) -> Delivery:
        """A new, empty file of this name (path below the extracts)."""
        delivery = Delivery(name)
        self.deliveries.append(delivery)
        return delivery

    def plant(self, delivery: Delivery, kind: str, expected: str, reason: str) -> None:
        """Note that the row just added to ``delivery`` was planted, and what should become of it."""
        self.planted.append(
            {"source_file": delivery.name, "source_row": len(delivery.rows), "kind": kind, "expected": expected,
             "reason": reason}
        )  # fmt: skip

    def write(self) -> None:
        """Write every file: UTF-8, line feeds."""
        for delivery in self.deliveries:
            path = self.out / delivery.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_bytes(delivery))

    def expected_accounting(self) -> pl.DataFrame:
        """One row per file: rows_read, rows_kept, rows_excluded, rows_superseded for one ingest of everything."""
        best: dict[tuple[str, str], tuple[str, list[tuple[str, int, int]]]] = {}
        shas = [hashlib.sha256(_bytes(d)).hexdigest() for d in self.deliveries]
        for index, delivery in enumerate(self.deliveries):
            for row, (table, key, version) in enumerate(delivery.rows):
                if not table:
                    continue
                place = (shas[index], row, index)
                found = best.get((table, key))
                if found is None or version > found[0]:
                    best[table, key] = (version, [place])
                elif version == found[0]:
                    found[1].append(place)
        kept = [0] * len(self.deliveries)
        for _, places in best.values():
            kept[min(places)[2]] += 1
        rows = []
        for index, delivery in enumerate(self.deliveries):
            n_excluded = sum(1 for table, _, _ in delivery.rows if not table)
            rows.append(
                {
                    "source_file": delivery.name,
                    "rows_read": len(delivery.rows),
                    "rows_kept": kept[index],
                    "rows_excluded": n_excluded,
                    "rows_superseded": len(delivery.rows) - kept[index] - n_excluded,
                }
            )
        return pl.DataFrame(rows).sort("source_file")


def csv_line(cells: Iterable[Any]) -> str:
    """One CSV line: null as an empty cell, booleans in lower case, quoted where needed."""
    return ",".join([_cell(c) for c in cells])


def csv_row(columns: Sequence[str], row: Mapping[str, Any]) -> str:
    """One CSV line of the cells of ``row`` in the order of ``columns``; absent ones are empty."""
    return csv_line(row.get(c) for c in columns)


def json_line(record: Mapping[str, Any]) -> str:
    """One JSON line, keys in the order given, text as it is."""
    return _ENCODER.encode(record)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _bytes(delivery: Delivery) -> bytes:
    return ("\n".join(delivery.lines) + "\n").encode() if delivery.lines else b""
