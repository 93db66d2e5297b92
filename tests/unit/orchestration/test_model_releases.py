"""Which model answers: tried before it is promoted, kept whole, and one call back."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from models_nlp import artefact, recalibration_files
from models_nlp.recalibration import EVERYONE, Judgement, Part, Recalibration
from models_nlp.release import PACKAGED
from models_nlp.scoring import load
from models_nlp.taxonomy import TaxonomyError
from orchestration.model_releases import (
    NotReleasable,
    in_force,
    promote,
    recalibrations,
    register_artefact,
    register_model,
    roll_back,
    taxonomy_in_force,
    version_in_force,
    version_that_answers,
)
from storage import models
from storage.layout import DataDir
from storage.models import Candidate
from tests.language_pack import another

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
GERMAN = "das Team war sehr zuverlässig, danke"
BASE = artefact.check(artefact.DEFAULT_FOLDER)


def candidate(paths: DataDir, bias: float) -> str:
    """A registered correction that adds to the logit of negative."""
    part = Part(100, {}, (), np.zeros((0, 3)), np.array([bias, 0.0, 0.0]))
    judged = {EVERYONE: Judgement(100, (0.6, 0.7), (0.6, 0.7), (0.05, 0.04), True, "better")}
    origin = {"whose": "us", "made_on": date(2026, 11, 2), "base_model_version": BASE}
    path = recalibration_files.write(recalibrations(paths), Recalibration({EVERYONE: part}), judged, **origin)
    version = f"{BASE}.{recalibration_files.read(path, BASE).version}"
    base = register_artefact(paths, artefact.DEFAULT_FOLDER, AT)
    models.register(paths, Candidate(version, base, path.name, (AT + timedelta(hours=1)).isoformat()))
    return version


def tried(paths: DataDir, version: str) -> str:
    models.record_trial(paths, version, version_in_force(paths), AT, {})
    return version


@pytest.fixture
def paths(tmp_path) -> DataDir:
    return DataDir(tmp_path / "data")


def test_the_packaged_model_answers_until_another_is_promoted(paths):
    assert in_force(paths) == PACKAGED
    assert version_in_force(paths) == BASE


def test_a_candidate_that_was_not_tried_against_the_model_in_force_is_not_promoted(paths):
    first, second = candidate(paths, 1.0), candidate(paths, 2.0)
    with pytest.raises(NotReleasable, match=re.escape(f"jsi model shadow {first}")):
        promote(paths, first, AT, "eve", "sounds good")
    tried(paths, second)
    promote(paths, tried(paths, first), AT, "eve", "tried")
    with pytest.raises(NotReleasable, match="was not tried in the shadow of"):
        promote(paths, second, AT, "eve", "it was tried against another model")
    with pytest.raises(NotReleasable, match="in force already"):
        promote(paths, first, AT, "eve", "again")


def test_a_promoted_model_is_kept_whole_and_answers(paths):
    promote(paths, tried(paths, candidate(paths, 50.0)), AT, "eve", "tried")
    release = in_force(paths)
    assert release.artefact.is_relative_to(paths.models)
    scorer = load(release)
    assert scorer.model_version == version_in_force(paths)
    assert scorer.score(["thank you, great work"], ["email"])["sentiment"].to_list() == [-1]


def test_rolling_back_goes_one_model_back_each_time_and_not_forth(paths):
    first, second = candidate(paths, 1.0), candidate(paths, 2.0)
    with pytest.raises(NotReleasable, match="nothing to go back to"):
        roll_back(paths, AT, "eve", "why not")
    promote(paths, tried(paths, first), AT, "eve", "one")
    promote(paths, tried(paths, second), AT, "eve", "two")
    assert roll_back(paths, AT, "eve", "worse") == first
    assert roll_back(paths, AT, "eve", "worse still") == BASE == version_in_force(paths)
    with pytest.raises(NotReleasable):
        roll_back(paths, AT, "eve", "further")
    promote(paths, tried(paths, second), AT, "eve", "after all")
    assert roll_back(paths, AT, "eve", "no") == BASE
    assert len(models.releases(paths)) == 7


def test_a_candidate_whose_file_was_changed_is_not_promoted_and_the_model_in_force_stays(paths):
    version = tried(paths, candidate(paths, 1.0))
    file = recalibrations(paths) / models.candidate(paths, version).recalibration
    file.write_text(file.read_text().replace("1.0", "9.0"))
    with pytest.raises(recalibration_files.RecalibrationError, match="was changed"):
        promote(paths, version, AT, "eve", "tried")
    assert version_in_force(paths) == BASE


def test_a_folder_that_is_no_whole_model_is_not_registered(paths, tmp_path):
    (tmp_path / "half").mkdir()
    with pytest.raises(artefact.ArtefactError, match="holds no model"):
        register_artefact(paths, tmp_path / "half", AT)
    assert models.candidates(paths) == []


def test_a_damaged_copy_of_a_model_is_mended_by_registering_it_again(paths):
    version = register_artefact(paths, artefact.DEFAULT_FOLDER, AT)
    (paths.artefacts / version / "metrics.json").unlink()
    register_artefact(paths, artefact.DEFAULT_FOLDER, AT)
    assert artefact.check(paths.artefacts / version) == version
    assert [found.name for found in paths.artefacts.iterdir()] == [version], "nothing is left aside"


def test_what_a_killed_process_left_half_copied_goes_and_what_a_running_one_copies_stays(paths):
    ended = subprocess.Popen(["true"])
    ended.wait()
    for left in (f".{BASE}.{ended.pid}", f".{BASE}.k3_x9ab", f".{BASE}.{os.getppid()}"):
        (paths.artefacts / left).mkdir(parents=True)
    register_artefact(paths, artefact.DEFAULT_FOLDER, AT)
    assert sorted(f.name for f in paths.artefacts.iterdir()) == [f".{BASE}.{os.getppid()}", BASE]


def test_the_companys_taxonomy_goes_with_whichever_model_answers_and_is_no_model_of_the_registry(paths):
    paths.root.mkdir(parents=True)
    paths.taxonomy.write_text("version: acme-1\nvalid_from: 2026-12-01\nintents: {book_a_demo: [book a demo]}\n")
    own = in_force(paths).taxonomy
    assert version_that_answers(paths) == f"{BASE}.tax-{own.digest}" == load(in_force(paths)).model_version
    version = tried(paths, candidate(paths, 1.0))
    promote(paths, version, AT, "eve", "tried")
    assert version_in_force(paths) == version
    assert load(in_force(paths)).model_version == f"{version}.tax-{own.digest}"
    told = taxonomy_in_force(paths)
    assert (told["own_version"], told["own_valid_from"]) == (str(own), "2026-12-01")
    paths.taxonomy.write_text("intents: {book_a_demo: [book a demo]}\n")
    with pytest.raises(TaxonomyError, match="version is missing"):
        in_force(paths)


def test_nobody_promotes_or_goes_back_without_a_name_and_a_reason(paths):
    version = tried(paths, candidate(paths, 1.0))
    for by, reason in (("", "tried"), ("eve", " ")):
        with pytest.raises(NotReleasable, match="who decides and why"):
            promote(paths, version, AT, by, reason)
        with pytest.raises(NotReleasable, match="who decides and why"):
            roll_back(paths, AT, by, reason)
    assert models.releases(paths) == []


def test_a_pack_is_promoted_beside_the_correction_in_force_and_taken_back(paths, german_pack):
    corrected = tried(paths, candidate(paths, 50.0))
    promote(paths, corrected, AT, "eve", "tried")
    version = register_model(paths, german_pack, AT)
    assert version == f"{corrected}.de-{artefact.check(german_pack).partition('+')[2]}"
    promote(paths, tried(paths, version), AT, "eve", "German customers")
    scorer = load(in_force(paths))
    assert scorer.model_version == version_in_force(paths) == version
    found = scorer.score([GERMAN, "thank you, great work"], ["email"] * 2)
    assert found["sentiment"].to_list() == [1, -1]  # the correction turns what the base model says, not the pack
    assert roll_back(paths, AT, "eve", "not yet") == corrected
    assert load(in_force(paths)).score([GERMAN], ["email"])["null_reason"].to_list() == ["language"]


def test_a_pack_of_a_language_takes_the_place_of_the_one_before(paths, german_pack, tmp_path):
    promote(paths, tried(paths, register_model(paths, german_pack, AT)), AT, "eve", "German customers")
    newer = another(german_pack, tmp_path / "newer")
    version = register_model(paths, newer, AT)
    assert models.candidate(paths, version).packs == (artefact.check(newer),)
    promote(paths, tried(paths, version), AT, "eve", "knows one word more")
    found = load(in_force(paths)).score(["das ist prima und das Team ist gut"], ["email"])
    assert "prima +2.0" in found["evidence_words"][0].to_list()


def test_what_was_promoted_since_a_candidate_was_made_is_not_lost_unsaid(paths, german_pack, tmp_path):
    german = register_model(paths, german_pack, AT)
    swedish = register_model(paths, another(german_pack, tmp_path / "sv", "sv"), AT)
    corrected = candidate(paths, 1.0)
    promote(paths, tried(paths, german), AT, "eve", "German customers")
    for version in (swedish, corrected):
        with pytest.raises(NotReleasable, match=r"does not speak de, which .* does: register or propose it again"):
            promote(paths, tried(paths, version), AT, "eve", "and this one too")
    both = register_model(paths, tmp_path / "sv", AT)
    promote(paths, tried(paths, both), AT, "eve", "beside what answers now")
    assert load(in_force(paths)).model_version == both
    assert [pack.partition("-")[0] for pack in models.champion(paths).packs] == ["jsi_de", "jsi_sv"]


def test_a_pack_that_was_registered_before_a_correction_is_registered_again(paths, german_pack):
    german = register_model(paths, german_pack, AT)
    corrected = candidate(paths, 1.0)
    promote(paths, tried(paths, corrected), AT, "eve", "tried")
    with pytest.raises(NotReleasable, match="is not corrected as"):
        promote(paths, tried(paths, german), AT, "eve", "German customers")
    promote(paths, tried(paths, register_model(paths, german_pack, AT)), AT, "eve", "German customers")
    assert version_in_force(paths).startswith(f"{corrected}.de-")


def test_a_candidate_whose_files_are_gone_or_others_leaves_everything_as_it_was(paths, german_pack, tmp_path):
    version = tried(paths, register_model(paths, german_pack, AT))
    kept = paths.artefacts / models.candidate(paths, version).packs[0]
    shutil.rmtree(kept)
    with pytest.raises(artefact.ArtefactError, match="holds no model"):
        promote(paths, version, AT, "eve", "German customers")
    another(german_pack, kept)
    with pytest.raises(artefact.ArtefactError, match="register the pack again"):
        promote(paths, version, AT, "eve", "German customers")
    assert models.releases(paths) == []
    assert register_model(paths, german_pack, AT) == version
    promote(paths, version, AT, "eve", "German customers")


def test_a_model_trained_anew_goes_on_speaking_the_languages_in_force(paths, german_pack, tmp_path):
    promote(paths, tried(paths, register_model(paths, german_pack, AT)), AT, "eve", "German customers")
    trained = another(artefact.DEFAULT_FOLDER, tmp_path / "trained", "en")
    version = register_model(paths, trained, AT)
    assert version.startswith(f"{artefact.check(trained)}.de-")
    assert models.candidate(paths, version).packs == models.champion(paths).packs


def test_a_registry_that_was_begun_before_there_were_packs_is_read(paths):
    paths.models.mkdir(parents=True)
    with sqlite3.connect(paths.model_registry) as connection:
        connection.execute(
            "create table candidates (version text primary key, artefact text, recalibration text, "
            "registered_at text not null, about text not null)"
        )
        connection.execute("insert into candidates values ('jsi_en-0.1.0+old', 'a', null, '2026-01-01', '{}')")
    with ThreadPoolExecutor(8) as readers:  # a dashboard beside a refresh
        assert all(len(found) == 1 for found in readers.map(models.candidates, [paths] * 24))
    assert models.candidate(paths, "jsi_en-0.1.0+old").packs == ()
    models.register(paths, models.Candidate("v", "a", None, "2026-02-01", {}, ("jsi_de-0.1.0+ab",)))
    assert models.candidate(paths, "v").packs == ("jsi_de-0.1.0+ab",)
