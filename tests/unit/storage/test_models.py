"""The registry of models: appended to, never rewritten."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from storage import models
from storage.layout import DataDir
from storage.models import Candidate, RegistryError

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def paths(tmp_path) -> DataDir:
    paths = DataDir(tmp_path / "data")
    models.register(paths, Candidate("m-1", "m-1", None, "2026-11-01", {"labels_until": "2026-10-30T00:00:00+00:00"}))
    models.register(paths, Candidate("m-2", "m-1", "recalibration-2.json", "2026-11-02"))
    return paths


def test_a_data_folder_without_a_registry_has_no_champion_and_gets_no_file(tmp_path):
    paths = DataDir(tmp_path / "data")
    assert models.champion(paths) is None
    assert models.learned_until(paths) == {}
    assert not paths.models.exists()


def test_a_registry_that_is_damaged_or_gone_is_told_and_no_other_model_answers_in_its_place(paths):
    paths.model_registry.write_bytes(b"no database " * 500)
    for ask in (models.champion, models.candidates, models.learned_until):
        with pytest.raises(RegistryError, match="is damaged: restore it from a backup"):
            ask(paths)
    (paths.artefacts / "m-1").mkdir(parents=True)
    paths.model_registry.unlink()
    for ask in (models.champion, models.candidates, models.learned_until):
        with pytest.raises(RegistryError, match="is gone, the models beside it are not"):
            ask(paths)
    assert not paths.model_registry.exists()


def test_an_empty_registry_beside_models_is_told_and_one_alone_is_none_yet(tmp_path):
    paths = DataDir(tmp_path / "data")
    (paths.artefacts / "m-1").mkdir(parents=True)
    paths.model_registry.touch()
    for ask in (models.champion, models.candidates, models.learned_until):
        with pytest.raises(RegistryError, match="is empty, the models beside it are not: restore it from a backup"):
            ask(paths)
    (paths.artefacts / "m-1").rmdir()
    assert models.champion(paths) is None
    assert models.candidates(paths) == []


def test_what_was_released_last_is_the_champion_and_all_releases_stay(paths):
    assert models.champion(paths) is None
    models.release(paths, "m-1", AT, "eve", "first")
    models.release(paths, "m-2", AT, "eve", "better")
    assert models.champion(paths).version == "m-2"
    assert [(step.number, step.version, step.by, step.reason) for step in models.releases(paths)] == [
        (1, "m-1", "eve", "first"),
        (2, "m-2", "eve", "better"),
    ]


def test_a_release_can_neither_be_changed_nor_removed(paths):
    models.release(paths, "m-1", AT, "eve", "first")
    for statement in ("update releases set by = 'bob'", "delete from releases"):
        with sqlite3.connect(paths.model_registry) as connection, pytest.raises(sqlite3.IntegrityError, match="never"):
            connection.execute(statement)


def test_only_a_registered_version_is_released_and_the_message_names_those(paths):
    with pytest.raises(LookupError, match="known: m-1, m-2"):
        models.release(paths, "m-3", AT, "eve", "why not")
    assert models.releases(paths) == []


def test_registering_again_keeps_the_first(paths):
    models.register(paths, Candidate("m-2", None, None, "2027-01-01"))
    assert models.candidate(paths, "m-2").recalibration == "recalibration-2.json"
    assert len(models.candidates(paths)) == 2


def test_a_trial_is_kept_by_the_model_it_was_held_against_and_a_later_one_replaces_it(paths):
    models.record_trial(paths, "m-2", "m-1", AT, {"kappa": 0.5})
    models.record_trial(paths, "m-2", "m-1", AT, {"kappa": 0.6})
    assert models.trial(paths, "m-2", "m-1") == {"at": AT.isoformat(), "kappa": 0.6}
    assert models.trial(paths, "m-1", "m-2") is None


def test_the_last_label_that_a_model_learned_from_is_known(paths):
    assert models.learned_until(paths) == {"m-1": datetime(2026, 10, 30, tzinfo=UTC)}
