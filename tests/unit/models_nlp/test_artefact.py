"""The committed model: complete, hashed, loadable by spaCy, refused when one byte differs."""

from __future__ import annotations

import hashlib
import json
import re
import shutil

import pytest

from models_nlp import artefact, scoring
from models_nlp.release import Release
from models_nlp.tags import TagRules
from models_nlp.valence import LEXICON_FOLDER, ValenceLexicon


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "artefact"
    shutil.copytree(artefact.DEFAULT_FOLDER, folder)
    return folder


def test_the_version_is_semantic_plus_a_short_hash(scorer):
    assert re.fullmatch(r"jsi_en-\d+\.\d+\.\d+\+[0-9a-f]{8}", scorer.model_version)


def test_the_committed_artefact_is_small():
    size = sum(path.stat().st_size for path in artefact.DEFAULT_FOLDER.rglob("*") if path.is_file())
    assert size < 12_000_000  # a third is the static table that own labels may go by


def test_a_changed_file_is_refused_with_what_to_do(copy):
    path = copy / "pipeline" / "jsi_sentiment" / "blend.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(artefact.ArtefactError, match=r"blend\.npz does not agree.*git checkout"):
        scoring.load(Release(copy))


def test_a_missing_file_a_foreign_file_and_a_missing_folder_are_refused(copy, tmp_path):
    (copy / "pipeline" / "jsi_lexicon" / "valence.tsv").unlink()
    with pytest.raises(artefact.ArtefactError, match=r"valence\.tsv missing"):
        artefact.check(copy)
    with pytest.raises(artefact.ArtefactError, match=r"manifest\.json is missing"):
        artefact.check(tmp_path / "nowhere")
    (copy / "manifest.json").write_text("{")
    with pytest.raises(artefact.ArtefactError, match="is damaged"):
        artefact.check(copy)


def test_a_file_that_the_manifest_does_not_name_is_refused(copy):
    (copy / "pipeline" / "extra.bin").write_bytes(b"x")
    with pytest.raises(artefact.ArtefactError, match=r"does not name: pipeline/extra\.bin"):
        artefact.check(copy)


def test_the_artefact_holds_the_word_lists_of_the_room(scorer):
    """Edited a list? Train again: a list that the model was not trained with would score under an old version."""
    pipeline = artefact.DEFAULT_FOLDER / "pipeline"
    for component, files in (("jsi_lexicon", ValenceLexicon.FILES), ("jsi_tags", TagRules.FILES)):
        for name in files:
            assert (pipeline / component / name).read_bytes() == (LEXICON_FOLDER / name).read_bytes(), name


def test_spacy_loads_the_pipeline_and_fills_cats():
    import spacy

    nlp = spacy.load(artefact.DEFAULT_FOLDER / "pipeline")
    assert nlp.pipe_names == ["jsi_lexicon", "jsi_tags", "jsi_sentiment"]
    assert nlp.lang == "en"
    doc = nlp("The support was great")
    assert set(doc.cats) == {"negative", "neutral", "positive"}
    assert sum(doc.cats.values()) == pytest.approx(1)
    assert max(doc.cats, key=doc.cats.get) == "positive"
    assert doc._.jsi_reading.hits[0].text == "great"
    assert doc._.jsi_tags.emotion == "joy"
    assert nlp.meta["name"] == "jsi_en"


def test_a_stored_pipeline_reads_back_to_the_same_bytes(tmp_path):
    import spacy

    nlp = spacy.load(artefact.DEFAULT_FOLDER / "pipeline")
    nlp.to_disk(tmp_path / "again")
    for path in sorted((tmp_path / "again").rglob("*")):
        if path.is_file():
            original = artefact.DEFAULT_FOLDER / "pipeline" / path.relative_to(tmp_path / "again")
            assert path.read_bytes() == original.read_bytes(), path.name


def test_the_tokens_of_any_text_join_to_the_text_again(scorer):
    for text in (
        "I don't know :) [email] 10/10",
        "  two  spaces ",
        "soooo good!!! <3",
        "naïve café №5 👍🏽",
        "",
        "a_b #tag",
    ):
        assert scorer.nlp.make_doc(text).text == text


def test_nothing_in_the_artefact_is_a_pickle():
    import numpy as np

    for path in artefact.DEFAULT_FOLDER.rglob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)
    manifest = json.loads((artefact.DEFAULT_FOLDER / "manifest.json").read_text())
    assert all(len(value) == 64 for value in manifest["files"].values())


def test_a_version_that_is_not_that_of_the_files_is_refused(copy):
    """It keys scores and names a folder."""
    manifest = json.loads((copy / "manifest.json").read_text())
    for version in ("../../landing", "jsi_en-0.1.0+00000000", manifest["model_version"] + "/.."):
        (copy / "manifest.json").write_text(json.dumps({**manifest, "model_version": version}))
        with pytest.raises(artefact.ArtefactError, match="another version"):
            artefact.check(copy)


def test_a_model_without_a_list_that_the_code_reads_is_named(copy):
    for component in ("jsi_lexicon", "jsi_tags"):
        (copy / "pipeline" / component / "function_words.tsv").unlink()
    manifest = json.loads((copy / "manifest.json").read_text())
    files = {name: digest for name, digest in manifest["files"].items() if not name.endswith("function_words.tsv")}
    pipeline = {name: digest for name, digest in files.items() if name.startswith("pipeline/")}
    digest = hashlib.sha256(json.dumps(pipeline, sort_keys=True).encode()).hexdigest()[:8]
    manifest = {"model_version": f"jsi_en-0.1.0+{digest}", "files": files}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(artefact.ArtefactError, match=r"function_words\.tsv too: register the packaged model"):
        artefact.load(copy)
