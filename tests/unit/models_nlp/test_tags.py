"""Emotion, intents, root causes, effort and resolution: what phrases say, and nothing when they say nothing."""

from __future__ import annotations

import pytest

from models_nlp.tags import TagRules
from models_nlp.valence import LEXICON_FOLDER
from models_nlp.vocabulary import EMOTIONS, ROOT_CAUSES


@pytest.fixture(scope="module")
def tags(words):
    rules = TagRules(LEXICON_FOLDER)
    return lambda text: rules.read([word.lower() for word in words(text)])


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("I love the new dashboard", "joy"),
        ("thank you so much", "gratitude"),
        ("we trust your team, always reliable", "trust"),
        ("wow, that was unexpected", "surprise"),
        ("this is confusing and unclear", "confusion"),
        ("we are disappointed, I expected better", "disappointment"),
        ("so frustrating, still waiting", "frustration"),
        ("this is outrageous, I am furious", "anger"),
        ("I am worried about our data", "fear"),
        ("sad to see it go 😢", "sadness"),
        ("the report runs at two", "none"),
    ],
)
def test_the_strongest_emotion_is_named(tags, text, emotion):
    assert tags(text).emotion == emotion


def test_intensity_grows_with_the_words_and_stays_between_0_and_1(tags):
    weak, strong = tags("annoying"), tags("extremely annoying, frustrating, fed up, again and again")
    assert 0 < weak.emotion_intensity < strong.emotion_intensity <= 1
    assert tags("see you on Monday").emotion_intensity == 0


def test_a_denied_emotion_is_not_claimed(tags):
    assert tags("I am not angry").emotion == "none"
    assert tags("I am not happy").emotion == "disappointment"


def test_two_reasons_in_one_contact_give_two_intents(tags):
    found = tags("I was charged twice and I can't log in")
    assert {"billing_question", "account_access"} <= set(found.intents)
    assert "billing" in found.root_causes


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("the app keeps crashing", "product_defect"),
        ("it would be great if you could add support for it", "missing_feature"),
        ("the menu is not intuitive", "usability"),
        ("pages take ages, so slow", "performance"),
        ("another outage this morning", "reliability"),
        ("way too expensive", "pricing"),
        ("the invoice is wrong", "billing"),
        ("what is the notice period", "contract"),
        ("your new policy", "policy_change"),
        ("the documentation for the migration", "onboarding_gap"),
        ("the agent was rude", "support_quality"),
        ("still waiting for a reply, no response", "response_time"),
        ("we are looking at a competitor", "competitor"),
        ("there are duplicate records", "data_quality"),
    ],
)
def test_root_causes_come_from_the_fixed_list(tags, text, cause):
    assert cause in ROOT_CAUSES
    assert cause in tags(text).root_causes


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("it was effortless", 1, 2),
        ("very easy to set up", 1, 3),
        ("not easy at all", 5, 7),
        ("I had to repeat myself", 5, 7),
    ],
)
def test_effort_is_read_from_phrases(tags, text, low, high):
    assert low <= tags(text).effort <= high


def test_effort_is_null_when_nothing_speaks_of_it(tags):
    assert tags("please send me the invoice").effort is None


@pytest.mark.parametrize(
    ("text", "resolution"),
    [
        ("thanks, it works now", "resolved"),
        ("the issue is solved, you can close the ticket", "resolved"),
        ("it has not been fixed", "unresolved"),
        ("still waiting for an answer", "unresolved"),
        ("first it did not work, but now it is fixed", "resolved"),
        ("is it fixed?", "unknown"),
        ("let me know when it is solved", "unknown"),
        ("how do I export a report", "unknown"),
    ],
)
def test_the_last_phrase_about_the_outcome_counts(tags, text, resolution):
    assert tags(text).resolution == resolution


def test_every_tag_keeps_the_words_that_spoke_for_it(tags):
    found = tags("I am furious, the invoice is wrong")
    assert found.evidence["anger"] == "furious"
    assert found.evidence["root_cause:billing"] == "invoice"
    assert set(found.emotions) <= set(EMOTIONS)
