"""The sample company's place: a data folder holds one company, and the sample gives way to a real one.

Belongs here: when the sample's rows are removed. Does not: making the sample (``simulator``).
"""

from __future__ import annotations

from pathlib import Path

from storage.delivery import Delivery, StillChanging, read_whole
from storage.layout import DataDir
from storage.ledger import Entry, Ledger
from storage.raw import remove_unclaimed

_MOST_BYTES = 1 << 30


def is_sample_folder(paths: DataDir, extracts: Path) -> bool:
    """True for the folder that the simulator writes to in this data folder, or a part of it."""
    return extracts.resolve().is_relative_to(paths.sample_company.resolve())


def holds_sample_company(paths: DataDir) -> bool:
    """True if what is loaded in this data folder is the sample company (false too where nothing is)."""
    if not paths.ledger.exists():
        return False
    ledger = Ledger(paths.ledger, paths.raw)
    try:
        return any(entry.is_sample for entry in ledger.entries())
    finally:
        ledger.close()


def make_room(paths: DataDir, ledger: Ledger, extracts: Path, found: list[Delivery], notes: list[str]) -> bool:
    """Remove the sample company where it has to give way; returns whether ``extracts`` is the sample company.

    It gives way to anyone else's extracts, and to itself when it was written anew (another seed). Raises
    ``ValueError`` where the sample would be mixed into a real company's data: that is never removed.
    """
    is_sample = is_sample_folder(paths, extracts)
    entries = ledger.entries()
    held = [e for e in entries if e.is_sample]
    if is_sample and len(held) < len(entries):
        raise ValueError(
            f"the data folder {paths.root} holds a real company's data: set JSI_DATA_DIR to another folder for the "
            "sample company"
        )
    if not held or not found:
        return is_sample
    if not is_sample:
        _remove(paths, ledger)
        notes.append(
            f"the sample company was removed ({len(held)} files): a data folder holds one company; what is published "
            "stays until the next refresh replaces it"
        )
    elif extracts.resolve() == paths.sample_company.resolve() and _was_rewritten(held, found):
        _remove(paths, ledger)
        notes.append("the sample company was written anew: its earlier rows were removed")
    return is_sample


def _was_rewritten(held: list[Entry], found: list[Delivery]) -> bool:
    now = set()
    for delivery in found:
        try:
            now.add(read_whole(delivery, _MOST_BYTES)[1])
        except (StillChanging, OSError):
            return False
    return not {e.file_sha256 for e in held} <= now


def _remove(paths: DataDir, ledger: Ledger) -> None:
    """Scores first, the ledger next, rows last: dying between leaves rows that no claim names, which are swept."""
    paths.touch_scores.unlink(missing_ok=True)
    ledger.forget_sample()
    remove_unclaimed(paths, loaded=(), excluded=())
