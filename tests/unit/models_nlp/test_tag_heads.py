"""Learned emotions and intents: fitted, kept only where they help the phrases, joined with them, stored."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.sparse as sp

from models_nlp import corpus, tag_corpus
from models_nlp.features import WordPieces
from models_nlp.tag_corpus import TagText
from models_nlp.tag_heads import EMOTION, INTENT, TagHeads, union
from models_nlp.tag_training import ReadTagTexts, best_threshold, fit_tags, judge, macro_f1, sigmoid_regression
from models_nlp.tags import TagReader, TagRules, Tags, with_learned
from models_nlp.train import read_recipe
from models_nlp.valence import LEXICON_FOLDER, ValenceLexicon
from models_nlp.words import Batch

SETTINGS = {"sparse_ridge": 0.1, "dense_ridge": 1.0, "iterations": 30, "sparse_share": 0.7}
UNIONS = {(EMOTION, "joy"): ("glad", "merry"), (INTENT, "refund"): ("refund",), (INTENT, "cancel"): ("cancel",)}
MEANS = {"glad": ("fimbral", EMOTION), "merry": ("dulcent", EMOTION), "refund": ("zorbal", INTENT)}


def read(part: str) -> ReadTagTexts:
    """Texts in which an invented word stands for each output; ``cancel`` is labelled at random."""
    texts = []
    for n in range(60):
        for output, (word, kind) in MEANS.items():
            texts.append(TagText(f"the export {word} number {n % 7} {part}", frozenset([output]), kind, "made", part))
        noise = frozenset(["cancel"]) if (n * 7919) % 13 < 6 else frozenset()
        texts.append(TagText(f"plain words {n % 11} {part}", noise, INTENT, "made", part))
        texts.append(TagText(f"nothing felt {n % 5} {part}", frozenset(), EMOTION, "made", part))
    words = [text.text.split() for text in texts]
    features = ValenceLexicon(LEXICON_FOLDER).read_all(Batch(words))[0]
    return ReadTagTexts.of(texts, words, features, TagRules(LEXICON_FOLDER))


@pytest.fixture(scope="module")
def model() -> TagHeads:
    pieces = WordPieces(["export", "plain", "nothing", "fimbral", "dulcent", "zorbal"])
    table = np.random.default_rng(3).normal(size=(6, 4))
    return fit_tags(read("train"), read("dev"), UNIONS, pieces, table, SETTINGS)


def test_a_head_learns_its_words_and_one_that_only_guesses_is_left_out(model):
    assert set(model.thresholds) == {(EMOTION, "joy"), (INTENT, "refund")}
    figures = judge(model, read("test"), model.thresholds)
    assert figures[EMOTION, "joy"]["phrases_alone"] == 0
    assert figures[EMOTION, "joy"]["with_head"] > 0.95
    assert figures[INTENT, "refund"]["with_head"] > 0.95


def test_the_phrases_and_the_heads_speak_together(model):
    reader = TagReader(TagRules(LEXICON_FOLDER), model)
    batch = Batch.of(["the export zorbal, still waiting", "fimbral", "see you on Monday"])
    features = ValenceLexicon(LEXICON_FOLDER).read_all(batch)[0]
    first, second, third = reader.read(batch, features)
    assert "refund" in first.intents
    assert "frustration" in first.emotions
    assert (second.emotion, second.evidence["joy"]) == ("joy", "≈")
    assert 0.3 < second.emotion_intensity <= 1
    assert (third.emotion, third.intents) == ("none", ())


def test_what_both_hear_has_the_greater_intensity_and_the_words_of_the_phrases():
    tags = Tags({"joy": 0.4, "anger": 0.9}, ("refund",), (), None, "unknown", {"joy": "happy", "anger": "furious"})
    both = with_learned(tags, {(EMOTION, "joy"): 0.7, (EMOTION, "anger"): 0.2, (INTENT, "cancel"): 0.6})
    assert both.emotions == {"anger": 0.9, "joy": 0.7}
    assert (both.evidence["joy"], both.evidence["intent:cancel"]) == ("happy", "≈")
    assert both.intents == ("cancel", "refund")
    assert with_learned(tags, {}) is tags


def test_a_stored_model_says_the_same(model, tmp_path):
    model.to_disk(tmp_path)
    batch = Batch.of(["fimbral", "the export zorbal"])
    features = ValenceLexicon(LEXICON_FOLDER).read_all(batch)[0]
    stored = TagHeads.from_disk(tmp_path)
    said = [one.tags(one.logits(batch, features)) for one in (stored, model)]
    assert said[0] == said[1] != [{}, {}]
    assert TagHeads.from_disk(tmp_path / "nothing") is None


def test_a_union_holds_if_one_of_its_outputs_does():
    assert union(np.array([[0.5, 0.5, 0.1]]), [0, 1]).tolist() == [0.75]


def test_the_regression_finds_the_weights_that_made_the_labels():
    random = np.random.default_rng(7)
    matrix = random.normal(size=(6000, 3))
    true = np.array([[2.0, -1.0, 0.0], [0.0, 0.5, 1.5]])
    labels = (random.uniform(size=(6000, 2)) < 1 / (1 + np.exp(-(matrix @ true.T - 0.5)))).astype(float)
    for features in (matrix, sp.csr_array(matrix)):
        weights, bias = sigmoid_regression(features, labels, 1e-3, 60)
        assert weights == pytest.approx(true, abs=0.15)
        assert bias == pytest.approx([-0.5, -0.5], abs=0.1)


def test_a_feature_that_no_text_has_weighs_nothing():
    weights, _ = sigmoid_regression(sp.csr_array(np.array([[1.0, 0, 0], [0, 1.0, 0]])), np.array([[1.0], [0]]), 1, 5)
    assert weights[0, 0] > weights[0, 2] == 0 > weights[0, 1]


def test_the_best_threshold_by_hand():
    probabilities, is_true = np.array([0.9, 0.8, 0.7, 0.2]), np.array([True, False, True, False])
    assert best_threshold(probabilities, is_true) == pytest.approx(0.45)  # F1: 0.67, 0.5, 0.8, 0.67
    assert best_threshold(probabilities, is_true, np.array([False, True, False, False])) == pytest.approx(0.45)
    assert best_threshold(probabilities, ~is_true, least_precision=0.9) == math.inf
    assert macro_f1((probabilities[:, None], is_true[:, None]), (probabilities[:, None], is_true[:, None])) == 0.8


def test_labels_of_a_file_are_mapped_left_out_or_small_talk(tmp_path):
    (tmp_path / "reasons.csv").write_text(
        "text,label,split\nmoney back,get_refund,train\nhello,greeting,train\nodd,other,train\n"
        "end it and pay me,get_refund<div>stop,test\nMONEY back!,get_refund,test\n"
    )
    asset = {
        "name": "reasons", "kind": "intent", "file": "reasons.csv", "is_permissive": True, "has_dev": True,
        "separator": "<div>", "small_talk": "greeting", "means": {"refund": "get_refund", "cancel": "stop"},
    }  # fmt: skip
    texts = tag_corpus.read(tmp_path, {"tags": {"corpora": [asset]}})
    assert {(text.text, *sorted(text.labels)) for text in texts} == {
        ("hello",),
        ("end it and pay me", "cancel", "refund"),
        ("MONEY back!", "refund"),  # a text of test is not trained on, whatever its case and marks
    }
    assert not tag_corpus.read(tmp_path, {"tags": {"corpora": [{**asset, "is_permissive": False}]}}, True)
    with pytest.raises(corpus.CorpusError, match="greeting is small talk and has a meaning"):
        tag_corpus.read(tmp_path, {"tags": {"corpora": [{**asset, "means": {"refund": "greeting"}}]}})


def test_the_recipe_maps_to_our_own_intents_and_emotions():
    rules = TagRules(LEXICON_FOLDER)
    tags = read_recipe()["tags"]
    intents = {intent for asset in tags["corpora"] for intent in asset.get("means", ())}
    assert intents <= rules.intents
    assert not set(tags["emotions"]) - set(rules.emotions)
