"""A data folder that borrows what another has read: marts are built there and nothing that is published moves.

Belongs here: making it. Does not: what is built in it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from storage.layout import DataDir


def borrow(paths: DataDir, root: Path, *own: Path) -> DataDir:
    """A fresh data folder at ``root`` with links to the raw and scored files of ``paths``, but for its ``own``."""
    borrower = DataDir(root)
    shutil.rmtree(root, ignore_errors=True)
    borrower.raw.mkdir(parents=True)
    borrower.scored.mkdir()
    borrower.warehouse.mkdir()
    for folder in (paths.raw, paths.scored):
        for entry in folder.iterdir():
            if entry not in own:
                (borrower.root / entry.relative_to(paths.root)).symlink_to(entry)
    return borrower
