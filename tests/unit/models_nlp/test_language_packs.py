"""A second language beside the first: its texts are read by its own model, and nothing else changes."""

from __future__ import annotations

import shutil

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models_nlp import artefact, scoring, train
from models_nlp.release import Release, language_of, version_of
from models_nlp.shared_scoring import SharedScorer
from tests.language_pack import trained, write_recipe

GERMAN = [
    "der Service ist leider schlecht und das seit der Umstellung",
    "das Team war sehr zuverlässig, danke",
    "die Rechnung liegt seit gestern im Ordner",
    "der Export ist nicht gut, ich werde kündigen",
]
ENGLISH = ["thank you, great work", "this is broken again and nobody answers", "the invoice is attached", "👍", "ok"]
FRENCH = "Je n'arrive pas à me connecter à mon compte depuis hier"


@pytest.fixture(scope="module")
def both(german_pack) -> scoring.Scorer:
    return scoring.load(Release(packs=(german_pack,)))


def of(scorer: scoring.Scorer, texts: list[str]) -> pl.DataFrame:
    return scorer.score(texts, ["email"] * len(texts))


def test_without_a_pack_another_language_is_a_gap_and_with_one_it_is_read(scorer, both):
    before, after = of(scorer, GERMAN), of(both, GERMAN)
    assert before["null_reason"].to_list() == ["language"] * 4
    assert after["null_reason"].to_list() == [None] * 4
    assert after["language"].to_list() == ["de"] * 4
    assert after["sentiment"].to_list() == [-1, 1, 0, -1]
    assert after["intents"].to_list()[3] == ["cancel"]
    assert "nicht gut −1.2" in after["evidence_words"].to_list()[3]  # turned by the pack's own negator


def test_the_first_language_reads_as_it_did_and_a_third_stays_a_gap(scorer, both):
    texts = [*ENGLISH, FRENCH]
    assert_frame_equal(of(both, texts).drop("model_version"), of(scorer, texts).drop("model_version"))
    assert of(both, [FRENCH])["null_reason"].to_list() == ["language"]


def test_a_score_depends_on_its_text_alone_whatever_stands_beside_it(both):
    mixed = [text for pair in zip(GERMAN, ENGLISH, strict=False) for text in pair]
    together = of(both, mixed)
    alone = pl.concat([of(both, [text]) for text in mixed])
    assert_frame_equal(together, alone)


def test_a_short_text_is_told_by_frequent_words_of_the_pack(scorer, both):
    assert of(scorer, ["sehr gut"])["language"].to_list() == ["en"]
    found = of(both, ["sehr gut", "very good", "ok"])
    assert found["language"].to_list() == ["de", "en", "en"]
    assert found["sentiment"].to_list()[0] == 1


def test_every_score_names_the_models_that_speak(scorer, both, german_pack):
    version = artefact.check(german_pack)
    assert language_of(version) == "de"
    assert both.model_version == version_of(scorer.model_version, None, [version])
    assert both.model_version.startswith(f"{scorer.model_version}.de-")
    assert set(of(both, [*GERMAN, *ENGLISH])["model_version"]) == {both.model_version}


def test_helpers_of_a_shared_scorer_are_told_of_the_packs(both, german_pack):
    shared = SharedScorer(both, lambda: None, release=Release(packs=(german_pack,)))
    assert shared.model_version == both.model_version
    assert_frame_equal(of(shared, GERMAN), of(both, GERMAN))


def test_a_pack_that_was_changed_is_refused(german_pack, tmp_path):
    copy = shutil.copytree(german_pack, tmp_path / "copy")
    (copy / "pipeline" / "jsi_lexicon" / "valence.tsv").write_text("gut\t-3\n")
    with pytest.raises(artefact.ArtefactError, match=r"valence\.tsv does not agree"):
        scoring.load(Release(packs=(copy,)))


def test_training_a_pack_twice_gives_the_same_version(german_pack, tmp_path):
    assert artefact.check(trained(tmp_path)) == artefact.check(german_pack)


def test_a_recipe_of_another_language_never_takes_the_place_of_the_packaged_model(tmp_path, capsys):
    recipe = write_recipe(tmp_path)
    with pytest.raises(SystemExit):
        train.main(["--recipe", str(recipe), "--datasets", str(tmp_path)])
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("modifiers.tsv", None, "modifiers.tsv"),
        ("function_words.tsv", "clauze\taber\n", "clauze is no kind"),
        ("emotions.tsv", "wut\twütend\t1.0\n", "'wut' is not in the fixed list"),
        ("valence.tsv", "gut 2.0\n", "valence.tsv line 1"),
    ],
)
def test_a_list_that_cannot_be_read_is_named(tmp_path, capsys, name, content, told):
    recipe = write_recipe(tmp_path)
    file = recipe.parent / "lists" / name
    file.unlink() if content is None else file.write_text(content, encoding="utf-8")
    assert train.main(["--recipe", str(recipe), "--datasets", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
