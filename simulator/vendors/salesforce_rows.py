"""What all Salesforce exports share: times as they are written, rows with their keys and versions.

Belongs here: row and time shapes. Does not: any object's columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.deliveries import Delivery, csv_row
from simulator.sample import Sample


def columns(names: str) -> tuple[str, ...]:
    """The column names in a text, parted by white space."""
    return tuple(names.split())


def stamp(sample: Sample, seconds: int) -> str:
    """A Salesforce date-time: ``2026-05-02T08:15:00.000Z``."""
    return sample.world.stamp(seconds, "{day}T{clock}.000Z")


def office_hour(day: int, salt: int = 0) -> int:
    """A second of day ``day`` at which records are changed."""
    return int(day) * 86_400 + 30_000 + (salt * 7_919) % 40_000


def add_row(
    file: Delivery, columns: Sequence[str], row: dict[str, Any], table: str, key: tuple, version: str | None
) -> None:
    """Write ``row`` and note it under its canonical table, key and version."""
    file.lines.append(csv_row(columns, row))
    file.kept_or_superseded(table, key, version)
