"""The bank of templates: plain text files of sections, one template a line.

Belongs here: reading ``bank/*.txt``. Does not: expanding templates (``engine``), choosing them (``compose``).

A file holds sections: a line ``== name``, then one template a line; ``#`` begins a comment line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulator.causes import CAUSES

_FOLDER = Path(__file__).with_name("bank")
POLARITIES = {"negative": -1, "neutral": 0, "positive": 1}


@dataclass(frozen=True)
class CauseBank:
    """What can be said about one cause: nouns (a trailing ``*`` marks a plural) and clauses by polarity."""

    nouns: tuple[str, ...]
    clauses: dict[int, tuple[str, ...]]


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of ``bank/<name>.txt``. Raises ValueError, naming file and line, for a line outside a section."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    path = _FOLDER / f"{name}.txt"
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("# "):
            continue
        if line.startswith("== "):
            current = found.setdefault(line[3:].strip(), [])
        elif current is None:
            raise ValueError(f"{path.name}, line {number}: a template before the first section (== name)")
        else:
            current.append(line)
    return {section: tuple(lines) for section, lines in found.items()}


@cache
def causes() -> dict[str, CauseBank]:
    """The bank of every root cause."""
    banks = {}
    for cause in CAUSES:
        found = sections(f"causes/{cause}")
        banks[cause] = CauseBank(found["noun"], {sign: found[name] for name, sign in POLARITIES.items()})
    return banks


@cache
def by_polarity(file: str, prefix: str = "") -> dict[int, tuple[str, ...]]:
    """The sections ``<prefix>negative``, ``…neutral``, ``…positive`` of a file, by −1, 0, +1 (those that exist)."""
    found = sections(file)
    return {sign: found[prefix + name] for name, sign in POLARITIES.items() if prefix + name in found}
