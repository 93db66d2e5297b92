"""Erasing a person: the order of the steps, and the proof at the end.

Belongs here: what comes after what. Does not: how rows are taken out (``storage/erasure.py``), drawing (``cli``).

First what was landed is read, so that nothing of the person is overlooked; then nobody can bring them back (the
suppression list), then the landing copies go, then raw and scores, then what a refresh left unfinished; then a refresh
computes everything anew, and older generations and rebuilt weeks go. Where nothing was published yet, what was derived
goes instead. Then every file is searched. A process that dies anywhere is finished by the same call
again.
"""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from orchestration.consents import refused_calls
from orchestration.one_writer import one_writer
from orchestration.policy import SEEDS, rated_currencies
from orchestration.refresh import refresh
from orchestration.vocabulary import platform_words
from storage.erasure import erase_rows, person_of
from storage.files import remove_database, remove_half_written
from storage.identity import identity_key
from storage.ingest import ingest
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.person_rows import Person, rows_of
from storage.proof import files_that_tell, known_by_marks, where_told
from storage.publication import current, remove_generations
from storage.raw import write_schemas
from storage.resolution import read_policy, write_identities
from storage.suppression import suppress


@dataclass(frozen=True)
class Erased:
    """What an erasure did. ``still_told``: files of the data folder in which the person is still found; none is proof.

    ``failures``: why the refresh that computes everything anew did not succeed; then nothing older was removed.
    ``sources``: how many of the rows came from which source.
    """

    act_id: str
    rows: dict[str, int]
    n_scores: int
    files_removed: list[str]
    generations_removed: list[str]
    still_told: list[str]
    failures: list[str] = field(default_factory=list)
    sources: dict[str, int] = field(default_factory=dict)

    @property
    def is_proven(self) -> bool:
        return not self.still_told and not self.failures


def erase(paths: DataDir, person_id: str, at: datetime) -> Erased:
    """Erase the person whom ``person_id`` names in the extracts from every layer of the data folder.

    Raises ``NoSuchPerson`` if no row names them, ``AnotherErasure`` if that of somebody else was begun, and
    ``AnotherRefreshRuns`` if the data folder is being written to.
    """
    act_id = uuid.uuid4().hex
    with one_writer(paths):
        key = identity_key(paths)
        if any(path.is_file() for path in paths.landing.rglob("*")):
            ingest(paths.landing, paths.root, at, currencies=rated_currencies(), refused=refused_calls)
        write_schemas(paths)  # nothing may have been landed since an earlier version wrote the rows
        policy = read_policy(SEEDS, at)
        write_identities(paths, key, policy)
        ledger = Ledger(paths.ledger, paths.raw)
        try:
            person = person_of(paths, ledger, person_id, key, platform_words())
            suppress(paths, ledger, person, key, at.isoformat())
            files_removed = _remove_landed(paths, ledger, person)
            _remove_histories(paths, person)
            removed = erase_rows(paths, ledger, person)
        finally:
            ledger.close()
        write_identities(paths, key, policy)
        _remove_unfinished(paths)
        if current(paths) is None:
            _remove_published(paths)
    generations_removed: list[str] = []
    failures: list[str] = []
    if current(paths) is not None:
        # Nothing is pulled: until the source has erased the person too, it would bring them back.
        outcome = refresh(paths, None, None, pulls=False)
        failures = [] if outcome.succeeded else [*outcome.failures, *outcome.warnings]
        if outcome.succeeded and outcome.generation:
            generations_removed = _remove_older(paths)
    found = Erased(
        act_id,
        removed.rows,
        removed.n_scores,
        files_removed,
        generations_removed,
        where_told(paths, person),
        failures,
        removed.sources,
    )
    _record(paths, found, at)
    if found.is_proven:
        paths.erasing.unlink()
    return found


def _remove_landed(paths: DataDir, ledger: Ledger, person: Person) -> list[str]:
    """Landed files that tell the person go as a whole: the rows of all others are in raw. So do files that were set
    aside and what no reader looks at (hidden files), unless only a short number is alike. One that is still being
    written stays, and the proof names it. A file of labels names texts and nobody: it is known by its rows."""
    status = {e.file_sha256: e.status for e in ledger.entries()}
    labelled = set(rows_of(paths, person)["labels"]["file_sha256"])
    of_labels = {paths.landing / e.source_file for e in ledger.entries() if e.file_sha256 in labelled}
    told = sorted({*files_that_tell(paths.landing, person), *filter(Path.is_file, of_labels)})
    surely = set(files_that_tell(paths.landing, known_by_marks(person)))
    gone = []
    for path in told:
        known = status.get(sha256(path.read_bytes()).hexdigest())
        is_read = known in ("loaded", "duplicate")
        if is_read or (path in surely and (known == "rejected" or path.name.startswith("."))):
            path.unlink()
            gone.append(path.relative_to(paths.landing).as_posix())
            folder = path.parent
            while folder != paths.landing and not any(folder.iterdir()):  # it may be named after them too
                folder.rmdir()
                folder = folder.parent
    return gone


def _remove_histories(paths: DataDir, person: Person) -> None:
    """What a tool keeps for itself (runs and events, logs) goes as a whole where it tells the person, as it may where a
    file was named after them. The act itself is in the audit trail."""
    for folder in (paths.dagster_home, paths.dbt):
        if files_that_tell(folder, known_by_marks(person)):
            shutil.rmtree(folder)


def _remove_unfinished(paths: DataDir) -> None:
    """What a killed or failed refresh, or a killed call of this, left behind; nobody else writes."""
    remove_database(paths.building)
    for folder in (paths.rebuilding, paths.shadow, paths.review):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in (paths.raw, paths.scored, paths.insights):
        remove_half_written(folder)
    aside = paths.root.glob(f".{paths.erasing.name}.*")
    for left in [
        paths.words,
        paths.record_keys,
        *paths.insights.glob("*.parquet"),
        *aside,
    ]:  # each refresh writes them anew
        left.unlink(missing_ok=True)


def _remove_published(paths: DataDir) -> None:
    """What was derived for a publication that never came about, or that is not current any more."""
    remove_database(paths.warehouse_file)
    for folder in (paths.rebuilt, paths.published):
        shutil.rmtree(folder, ignore_errors=True)


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
    ledger = Ledger(paths.ledger, paths.raw)
    try:
        ledger.record_act(erased.act_id, at.isoformat(), "erase a person", json.dumps(outcome))
    finally:
        ledger.close()
