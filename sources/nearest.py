"""What a file that no reader knows may have been meant to be: the readers that know most of its names.

Belongs here: which readers are near and how that is said, the list of all. Does not: recognising a file (``catalog``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sources.contract import TABLES
from sources.errors import WrongShape
from sources.reader import Head, Reader

_SHOWN = 3
_WORD = re.compile(r"[\w.]+")


def unclaimed(head: Head, readers: Sequence[Reader]) -> WrongShape:
    """The fault of a file that no reader knows: a canonical table that it could be, else the nearest readers."""
    said = "no reader knows this file by its header"
    if tables := _canonical(head):
        options = " or ".join(f"{name}{_suffix(head)} or put it into a folder {name}/" for name in tables)
        return WrongShape(f"{said}, which is that of {' and '.join(tables)}: name it {options}", reason="unclaimed")
    near = _nearest(head, readers)
    if not near:
        return WrongShape(
            f"{said}, and none expects any of its columns: declare it as a table of your own (`jsi init`), or take it "
            "out of the folder",
            reason="unclaimed",
        )
    listed = "\n".join(f"  {reader.name}: {reader.expects}" for reader in near)
    return WrongShape(f"{said}. The nearest expect:\n{listed}", reason="unclaimed")


def expectations(readers: Sequence[Reader]) -> str:
    """What each reader expects, a line each."""
    return "\n".join(f"  {reader.name}: {reader.expects}" for reader in readers)


def _canonical(head: Head) -> list[str]:
    """The canonical tables that have all its columns, and all of whose columns that must be there it has."""
    return sorted(
        name
        for name, table in TABLES.items()
        if head.has(*table.header)
        and set(head.columns) <= set(table.column_names)
        and all(set(group) & set(head.columns) for group in table.one_of)
    )


def _nearest(head: Head, readers: Sequence[Reader]) -> list[Reader]:
    names = {name.lower() for name in (*head.columns, *head.lists)}
    known = {r.name: len(names & set(_WORD.findall(r.expects.lower()))) for r in readers}
    near = sorted((r for r in readers if known[r.name]), key=lambda r: (-known[r.name], r.name))
    return near[:_SHOWN]


def _suffix(head: Head) -> str:
    return f".{head.kind}"
