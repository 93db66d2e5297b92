"""A company's own taxonomy: it adds phrases and intents, names its version, and says what is wrong by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models_nlp import artefact, taxonomy
from models_nlp.release import PACKAGED, version_of
from models_nlp.scoring import load
from models_nlp.shared_scoring import SharedScorer
from models_nlp.taxonomy import OwnTaxonomy, TaxonomyError, named, of_model, read_own
from models_nlp.valence import LEXICON_FOLDER

OWN = """\
version: acme-1
valid_from: 2026-12-01
intents:
  book_a_demo: [book a demo, Schedule … Demo]
  refund: [goodwill gesture]
root_causes:
  pricing: [price hike]
"""


def own(tmp_path, text: str = OWN) -> OwnTaxonomy:
    (file := tmp_path / "taxonomy.yml").write_text(text)
    return read_own(file)


@pytest.fixture
def extended(tmp_path):
    return load(replace(PACKAGED, taxonomy=own(tmp_path)))


def test_own_phrases_add_intents_and_causes_beside_the_models_own(scorer, extended):
    texts = ["could we schedule another demo after that price hike", "please refund me, as a goodwill gesture"]
    before, after = (one.score(texts, ["email"] * 2) for one in (scorer, extended))
    assert "book_a_demo" in after["intents"][0]
    assert "pricing" in after["root_causes"][0]
    assert after["intents"][1].to_list().count("refund") == 1
    assert "purchase" in before["intents"][0]
    assert "purchase" not in after["intents"][0], "of two phrases the longer one is meant: a demo alone is no purchase"
    assert set(before["intents"][1]) <= set(after["intents"][1])
    same = ["text_hash", "sentiment", "p_negative", "emotion", "resolution"]
    assert before.select(same).equals(after.select(same)), "nothing but intents and causes changes"


def test_the_version_of_a_score_names_the_taxonomy_and_its_words(scorer, extended, tmp_path):
    of_model_alone = of_model(artefact.DEFAULT_FOLDER)[0]
    digest = own(tmp_path).digest
    assert extended.model_version == f"{scorer.model_version}.tax-{digest}"
    scores = extended.score(["hello there"], ["email"])
    assert scores["taxonomy_version"].to_list() == [f"{of_model_alone}/acme-1-{digest}"]
    assert scorer.score(["hello there"], ["email"])["taxonomy_version"].to_list() == [of_model_alone]
    assert SharedScorer(extended, lambda: None).model_version == extended.model_version
    assert own(tmp_path, OWN.replace("price hike", "price rise")).digest != digest, "other words, other version"
    assert own(tmp_path, OWN.replace("[price hike]", "\n    - Price  hike")).digest == digest, "as people wrote it"


def test_the_packaged_taxonomy_says_which_it_is_and_since_when():
    version, valid_from = of_model(artefact.DEFAULT_FOLDER)
    assert version.startswith("jsi-")
    assert date.fromisoformat(valid_from) <= date(2100, 1, 1)
    lists = (LEXICON_FOLDER / taxonomy.FILE).read_bytes()
    assert lists == (artefact.DEFAULT_FOLDER / "pipeline" / "jsi_tags" / taxonomy.FILE).read_bytes()
    assert named("jsi-1", None) == "jsi-1"
    assert version_of("m", "cal-1", ["jsi_de-0.1.0+ab"]) == "m.cal-1.de-ab"


def test_without_a_file_there_is_no_own_taxonomy(tmp_path):
    assert read_own(tmp_path / "taxonomy.yml") is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: acme-1\n", "", "taxonomy.yml line 1: version is missing"),
        ("version: acme-1", "version: our own!", "line 1: the version is a word"),
        ("2026-12-01", "soon", "line 2: valid_from is no date"),
        ("intents:", "intent:", "line 3: there is no section intent: version, valid_from, intents and root_causes"),
        ("book_a_demo", "Book a demo", "line 4: Book a demo is no name"),
        ("[book a demo, Schedule … Demo]", "book a demo", "line 4: book_a_demo has no list of phrases"),
        ("book a demo,", "…,", "line 4: a phrase has at least three letters"),
        ("goodwill gesture", "… gesture", "line 5: … stands for words between others"),
        ("refund:", "book_a_demo:", "line 5: book_a_demo stands twice"),
        ("pricing:", "weather:", "line 7: weather is no root cause of the fixed list .* make it an intent"),
        ("[price hike]", "[price hike", "this is no YAML: mend the line"),
        ("root_causes:\n  pricing: [price hike]", "root_causes: [price hike]", "line 6: write a name and its phrases"),
    ],
)
def test_a_fault_is_told_by_its_line_and_what_to_do(tmp_path, old, new, told):
    with pytest.raises(TaxonomyError, match=told):
        own(tmp_path, OWN.replace(old, new, 1))


def test_all_faults_are_told_at_once_and_an_empty_file_is_one(tmp_path):
    with pytest.raises(TaxonomyError) as error:
        own(tmp_path, "intents: {A: [x]}\nroot_causes: {weather: [rain]}\n")
    assert len(str(error.value).splitlines()) == 4
    for text in ("", "- a\n"):
        with pytest.raises(TaxonomyError, match="begin with version"):
            own(tmp_path, text)
    with pytest.raises(TaxonomyError, match="it adds no phrase"):
        own(tmp_path, "version: a\nvalid_from: 2026-01-01\n")
