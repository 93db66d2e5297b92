"""The transparent rules: negation, intensifiers, contrast, wishes, fault words, and the evidence for each."""

from __future__ import annotations

import numpy as np
import pytest

from models_nlp.phrases import PhraseTable
from models_nlp.valence import FEATURES


@pytest.mark.parametrize(
    ("plain", "negated"),
    [
        ("The support was good", "The support was not good"),
        ("I am happy", "I am not happy at all"),
        ("this is helpful", "this isn't very helpful"),
        ("I would recommend it", "I would not recommend it"),
        ("it is reliable", "it is anything but reliable"),
        ("it is easy to use", "it is not easy to use"),
    ],
)
def test_negation_turns_a_good_word(reading, plain, negated):
    assert reading(plain).score > 0.1
    assert reading(negated).score < -0.1


def test_negation_turns_a_bad_word_a_little(reading):
    assert 0 < reading("not bad").score < reading("good").score


def test_negation_ends_with_its_clause(reading):
    assert reading("I do not know them, the product is excellent").score > 0.3
    assert reading("not only fast but also reliable").score > 0.3


@pytest.mark.parametrize("strong", ["very good", "extremely good", "really good", "sooo good", "GOOD stuff"])
def test_an_intensifier_strengthens(reading, strong):
    assert reading(strong).score > reading("good stuff" if "stuff" in strong else "good").score


@pytest.mark.parametrize("weak", ["somewhat slow", "a bit slow", "slightly slow"])
def test_a_dampener_weakens(reading, weak):
    assert reading("slow").score < reading(weak).score < 0


def test_what_follows_but_weighs_more(reading):
    assert reading("The product is good but support is bad").score < 0
    assert reading("Support is bad but the product is good").score > 0
    assert reading("Although support is slow, the product is excellent").score > 0.3


@pytest.mark.parametrize(
    "text",
    [
        "I get an error when I log in",
        "I have an issue with my invoice",
        "the import failed, ticket 123",
        "broken?",
        "what is the problem",
        "please send me the invoice",
        "please cancel my meeting on Friday",
    ],
)
def test_words_that_name_the_subject_are_no_feeling(reading, text):
    assert abs(reading(text).score) < 0.12


@pytest.mark.parametrize(
    "text", ["it fails again and again", "keeps crashing", "the error is still there", "third time it failed"]
)
def test_a_fault_that_persists_counts_against_us(reading, text):
    assert reading(text).score < -0.2


@pytest.mark.parametrize(
    "text", ["no issues so far", "without any problems", "the error is fixed", "never had a problem"]
)
def test_a_fault_that_is_absent_or_gone_counts_for_us(reading, text):
    assert reading(text).score > 0.2


def test_a_wish_is_weaker_than_a_fact(reading):
    assert reading("It would be great to have an export").score < reading("It is great to have an export").score
    assert reading("I would recommend it").score > 0.4


def test_a_phrase_wins_over_its_words(reading):
    found = reading("thanks for nothing")
    assert found.score < -0.4
    assert [hit.text for hit in found.hits] == ["thanks for nothing"]


def test_emoji_and_emoticons_count(reading):
    assert reading("👍").score > 0.3
    assert reading(":(").score < -0.2
    assert reading("done 😡").score < -0.3


def test_each_hit_keeps_its_words_and_its_weight(reading):
    found = reading("The agent was not helpful, really terrible.")
    assert [(hit.text, hit.weight < 0) for hit in found.hits] == [("not helpful", True), ("terrible", True)]
    assert found.hits[1].weight == pytest.approx(-2.5 * 1.25)


def test_the_features_have_one_number_for_each_name(reading):
    for text in ("", "hello", "not good but cheap! why?"):
        assert len(reading(text).features) == len(FEATURES)


def test_the_longest_phrase_is_found_also_over_a_gap():
    table = PhraseTable([("a", "not good", 1), ("a", "not good enough", 2), ("a", "charged … twice", 3)])
    assert table.find(["it", "is", "not", "good", "enough"]) == {"a": [(2, 5, 2)]}
    assert table.find(["charged", "me", "again", "twice"]) == {"a": [(0, 4, 3)]}
    assert table.find(["charged", "once", ".", "twice"]) == table.find(["not"]) == table.find([]) == {}


def test_a_phrase_is_not_found_across_two_texts_and_each_text_is_told_its_own():
    table = PhraseTable([("a", "not good", 1), ("a", "fine", 2)])
    texts = [["it", "is", "not"], ["good"], [], ["fine", "not", "good"]]
    codes = np.array([table.code(word) for text in texts for word in text])
    starts = [0, 3, 4, 4]
    found = table.find_all(codes, np.repeat(range(4), [3, 1, 0, 3]), lambda text: (starts[text], texts[text]))
    assert list(found) == [(3, {"a": [(0, 1, 2), (1, 3, 1)]})]


def test_phrases_of_one_kind_do_not_hide_those_of_another():
    table = PhraseTable([("a", "still waiting", 1), ("b", "waiting", 2)])
    assert table.find(["still", "waiting"]) == {"a": [(0, 2, 1)], "b": [(1, 2, 2)]}


def test_matches_of_an_overlapping_kind_may_begin_within_another_those_of_others_not():
    entries = [(kind, phrase, 0) for kind in ("a", "b") for phrase in ("no longer", "longer than")]
    table = PhraseTable(entries, overlapping=("b",))
    assert table.find(["no", "longer", "than"]) == {"a": [(0, 2, 0)], "b": [(0, 2, 0), (1, 3, 0)]}
