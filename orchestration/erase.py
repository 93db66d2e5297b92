"""Erasing a person: the order of the steps, and the proof at the end.

Belongs here: what comes after what. Does not: how rows are taken out (``storage/erasure.py``), drawing (``cli``).

First nobody can bring the person back (the suppression list), then the landing copies go, then raw and scores, then a
refresh computes everything anew, then older generations and rebuilt weeks go, then every file is searched. A process
that dies anywhere is finished by the same call again.
"""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from orchestration.refresh import refresh
from orchestration.resources import one_writer
from storage.erasure import Person, erase_rows, person_of, suppress
from storage.identity import identity_key
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.proof import files_that_tell, where_told
from storage.publication import current, remove_generations


@dataclass(frozen=True)
class Erased:
    """What an erasure did. ``still_told``: files of the data folder in which the person is still found; none is proof.

    ``failures``: why the refresh that computes everything anew did not succeed; then nothing older was removed.
    """

    act_id: str
    rows: dict[str, int]
    n_scores: int
    files_removed: list[str]
    generations_removed: list[str]
    still_told: list[str]
    failures: list[str] = field(default_factory=list)

    @property
    def is_proven(self) -> bool:
        return not self.still_told and not self.failures


def erase(paths: DataDir, person_id: str, at: datetime) -> Erased:
    """Erase the person whom ``person_id`` names in the extracts from every layer of the data folder.

    Raises ``LookupError`` if no row names them, ``AnotherRefreshRuns`` if the data folder is being written to.
    """
    act_id = uuid.uuid4().hex
    with one_writer(paths):
        ledger, key = Ledger(paths.ledger), identity_key(paths)
        try:
            person = person_of(paths, ledger, person_id, key)
            suppress(paths, ledger, person, key, at.isoformat())
            files_removed = _remove_landed(paths, ledger, person)
            removed = erase_rows(paths, ledger, person)
        finally:
            ledger.close()
    generations_removed: list[str] = []
    failures: list[str] = []
    if current(paths) is not None:
        # Nothing is pulled: until the source has erased the person too, it would bring them back.
        outcome = refresh(paths, None, None, pulls=False)
        failures = [] if outcome.succeeded else [*outcome.failures, *outcome.warnings]
        if outcome.succeeded and outcome.generation:
            generations_removed = _remove_older(paths)
    found = Erased(
        act_id, removed.rows, removed.n_scores, files_removed, generations_removed, where_told(paths, person), failures
    )
    _record(paths, found, at)
    if found.is_proven:
        paths.erasing.unlink()
    return found


def _remove_landed(paths: DataDir, ledger: Ledger, person: Person) -> list[str]:
    """Loaded files that tell the person go as a whole: the rows of all others are in raw. One that was not loaded
    stays, and the proof names it."""
    loaded = {e.file_sha256 for e in ledger.entries() if e.status in ("loaded", "duplicate")}
    found = [path for path in files_that_tell(paths.landing, person) if sha256(path.read_bytes()).hexdigest() in loaded]
    for path in found:
        path.unlink()
    return [path.relative_to(paths.landing).as_posix() for path in found]


def _remove_older(paths: DataDir) -> list[str]:
    older = remove_generations(paths, lambda manifest: True)
    for folder in (paths.rebuilt, paths.rebuilding):
        shutil.rmtree(folder, ignore_errors=True)
    return older


def _record(paths: DataDir, erased: Erased, at: datetime) -> None:
    outcome = {
        "rows_removed": sum(erased.rows.values()),
        "scores_removed": erased.n_scores,
        "files_removed": len(erased.files_removed),
        "generations_removed": len(erased.generations_removed),
        "is_proven": erased.is_proven,
    }
    ledger = Ledger(paths.ledger)
    try:
        ledger.record_act(erased.act_id, at.isoformat(), "erase a person", json.dumps(outcome))
    finally:
        ledger.close()
