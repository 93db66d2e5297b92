"""What a judgement says: one frozen record per statement that was judged.

Belongs here: the record itself. Does not: how it came about, what a failure stops (``orchestration/checks``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class CheckResult:
    """One statement about one table, and whether it holds.

    ``name`` says what is true when green, in snake_case. ``metadata`` holds counts, column names and what to do,
    ready for JSON; never a value of a cell.
    """

    name: str
    table: str
    passed: bool
    severity: Severity
    description: str
    metadata: dict[str, Any] = field(default_factory=dict)
