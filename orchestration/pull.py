"""Pulling connections, for the terminal and for a refresh; what neither pays for where none is configured.

Belongs here: starting a pull, its progress, arranging what it says. Does not: pulling (``connections``), drawing
(``terminal``).
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from orchestration import progress
from storage.layout import DataDir

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from connections.reading import Pulled


def is_configured(paths: DataDir) -> bool:
    """True if there is a ``connections.yml``: a look at the file's name, nothing is imported."""
    return paths.connections.exists()


def pull_connections(paths: DataDir, names: Collection[str] = ()) -> list[Pulled]:
    """Pull the connections ``names`` (none: all), with secrets from this process's environment.

    Raises ``ValueError`` if ``connections.yml`` cannot be used or a name is not in it: it says why.
    """
    from connections.pull import pull

    return pull(paths, names, os.environ, lambda done, total, what: progress.report(f"Pulling {what}", done, total))


def failed(pulled: Collection[Pulled]) -> list[str]:
    """What went wrong, one message a connection."""
    return [f"{p.connection} {p.resource}: {p.message}" for p in pulled if p.status == "failed"]


def pulled_json(pulled: Collection[Pulled]) -> dict[str, Any]:
    return {"resources": [asdict(p) for p in pulled]}


def pulled_tables(pulled: Collection[Pulled]) -> list[Table | Text]:
    """One row a resource; below it what is worth knowing of those that went well."""
    from rich.table import Table

    from orchestration.terminal import inert

    table = Table("connection", "resource", "status", "read", "landed", "repeated", "files", "up to", title="Pulled")
    for column in table.columns[3:7]:
        column.justify = "right"
    for p in pulled:
        numbers = (p.rows_read, p.rows_landed, p.rows_repeated, p.files)
        names = (inert(p.connection), inert(p.resource))  # a database's tables may be called anything
        table.add_row(*names, p.status, *(f"{n:,}" for n in numbers), inert(p.up_to or "–"))
    notes = [inert(f"{p.connection} {p.resource}: {p.message}") for p in pulled if p.message and p.status == "pulled"]
    return [table, *notes]
