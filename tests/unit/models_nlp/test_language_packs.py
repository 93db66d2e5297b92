"""A second language beside the first: its texts are read by its own model, and nothing else changes."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

from models_nlp import artefact, scoring, shared_scoring, train
from models_nlp.language import detect, telling
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
    release = Release(packs=(german_pack,))
    assert SharedScorer(both, lambda: None, release=release).model_version == both.model_version
    prepared = both.prepare(GERMAN, ["email"] * len(GERMAN))
    assert_frame_equal(shared_scoring._score_prepared(release, prepared), both.score_prepared(prepared))


def test_a_row_names_the_taxonomy_of_the_model_that_read_it(scorer, both):
    found = of(both, [*GERMAN, *ENGLISH, FRENCH])
    assert found["taxonomy_version"].to_list() == ["unknown"] * 4 + [scorer.base.taxonomy_version] * (len(ENGLISH) + 1)


FREQUENT = frozenset("de la que no el en y a los se del las un por con una su para es al lo como me".split())  # noqa: SIM905


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La qualité de la connexion est mauvaise depuis hier", "fr"),
        ("O atendimento foi muito bom e rápido", "pt"),
        ("La qualitat del servei és molt dolenta", "ca"),
        ("no", "en"),
        ("no response", "en"),
        ("a joke", "en"),
        ("para los clientes", "es"),
        ("No puedo acceder a mi cuenta desde ayer", "es"),
        ("el", "es"),
    ],
)
def test_frequent_words_claim_no_text_of_another_language(text, language):
    assert detect(text, telling({"es": FREQUENT})) == language


def test_of_two_packs_the_one_with_more_words_is_heard_and_of_a_draw_always_the_same():
    others = telling({"sv": {"och", "det", "inte"}, "da": {"det", "ikke", "og"}})
    assert detect("det inte", others) == "sv"
    assert detect("det ikke", others) == "da"
    assert detect("det", others) == "da"


def test_a_model_answers_in_the_language_that_it_was_trained_for_only(german_pack, tmp_path):
    renamed = shutil.copytree(german_pack, tmp_path / "renamed")
    manifest = json.loads((renamed / "manifest.json").read_text())
    manifest["model_version"] = manifest["model_version"].replace("jsi_de", "jsi_en")
    (renamed / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(artefact.ArtefactError, match="holds jsi_de and calls itself jsi_en"):
        artefact.load(renamed)
    for release in (
        Release(artefact=german_pack),
        Release(packs=(artefact.DEFAULT_FOLDER,)),
        Release(packs=(german_pack, german_pack)),
    ):
        with pytest.raises(artefact.ArtefactError, match="a language of its own"):
            scoring.load(release)


def test_a_pack_that_was_changed_is_refused(german_pack, tmp_path):
    copy = shutil.copytree(german_pack, tmp_path / "copy")
    (copy / "pipeline" / "jsi_lexicon" / "valence.tsv").write_text("gut\t-3\n")
    with pytest.raises(artefact.ArtefactError, match=r"valence\.tsv does not agree"):
        scoring.load(Release(packs=(copy,)))


@pytest.mark.slow  # test_training holds the same of a model, at each run
def test_training_a_pack_twice_gives_the_same_version(german_pack, tmp_path):
    assert artefact.check(trained(tmp_path)) == artefact.check(german_pack)


def test_a_recipe_of_another_language_never_takes_the_place_of_the_packaged_model(tmp_path, capsys):
    recipe = write_recipe(tmp_path)
    with pytest.raises(SystemExit):
        train.main(["--recipe", str(recipe), "--datasets", str(tmp_path)])
    assert "--out" in capsys.readouterr().err


def test_training_takes_the_place_of_a_model_and_of_nothing_else(tmp_path, capsys):
    recipe = write_recipe(tmp_path)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert train.main(["--recipe", str(recipe), "--datasets", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "which is no part of a model" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("modifiers.tsv", None, "modifiers.tsv"),
        ("modifiers.tsv", "negater\tnicht\t1\n", "negater is no kind"),
        ("function_words.tsv", "clauze\taber\n", "clauze is no kind"),
        ("emotions.tsv", "wut\twütend\t1.0\n", "'wut' is not in the fixed list"),
        ("valence.tsv", "gut 2.0\n", "valence.tsv line 1"),
        ("valence.tsv", "gut\t40\n", "'gut' has a valence beyond ±4"),
        ("valence.tsv", "बहुत\t2\n", "would never be found"),
        ("taxonomy.yml", "intents: {abmelden: [kündigen]}\nroot_causes: {}\n", "the packaged one has not (abmelden)"),
        ("frequent_words.txt", b"f\xfcr \xfcber\n", "UnicodeDecodeError"),
    ],
)
def test_a_list_that_cannot_be_used_is_named_before_anything_is_fitted(tmp_path, capsys, name, content, told):
    recipe = write_recipe(tmp_path)
    file = recipe.parent / "lists" / name
    file.unlink()
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(recipe, capsys, told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"language": None}, "KeyError: 'language'"),
        ({"language": "english"}, "'english' is no language"),
        ({"language": "../x"}, "'../x' is no language"),
        ({"language": False}, "False is no language"),
        ({"corpora": None}, "KeyError: 'corpora'"),
        ({"settings": {"itterations": 3}}, "itterations"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(tmp_path, capsys, change, told):
    recipe = write_recipe(tmp_path)
    told_in_file = yaml.safe_load(recipe.read_text())
    told_in_file["vars"] = {k: v for k, v in {**told_in_file["vars"], **change}.items() if v is not None}
    recipe.write_text(yaml.safe_dump(told_in_file))
    refused(recipe, capsys, told)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("text,label,split\nalles gut,negative,train\n", "row 2: 'negative' is no label"),
        ("text,label\nalles gut,pos\n", "no column split"),
        ("text,label,split\nalles gut,pos,train\n", "no text to train on has the label neg, neu"),
        (
            "text,label,split\nalles gut,pos,train\nalles schlecht,neg,train\nalles da,neu,train\n",
            "no text is left to choose by",
        ),
    ],
)
def test_labelled_texts_that_cannot_be_learned_from_are_refused(tmp_path, capsys, rows, told):
    recipe = write_recipe(tmp_path, rows)
    refused(recipe, capsys, told)


def refused(recipe, capsys, told: str) -> None:
    folder = recipe.parent
    assert train.main(["--recipe", str(recipe), "--datasets", str(folder), "--out", str(folder / "out")]) == 1
    assert told in capsys.readouterr().err
    assert not (folder / "out").exists()
