"""The texts of the default company: as varied as they claim to be, and labelled by their rule."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from simulator.causes import CAUSES
from simulator.grammar.text import Text, label_of
from simulator.sample import Sample

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[\w'’-]+")
_NEGATION = re.compile(r"\b(not|never|no|nobody|nothing|cannot|without|\w+n't)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def texts(company: Sample) -> list[Text]:
    said = [line.text for script in company.scripts.values() for line in script.lines if line.text is not None]
    return said + list(company.verbatims.values())


@pytest.fixture(scope="module")
def agents(company: Sample) -> list[str]:
    return [line.body for script in company.scripts.values() for line in script.lines if line.text is None]


def sentences(bodies: list[str]) -> list[str]:
    """All sentences with a letter in them."""
    found = [s for body in bodies for s in _SENTENCE_END.split(body)]
    return [s for s in found if any(c.isalpha() for c in s)]


def most_common_sequence(bodies: list[str], length: int = 6) -> tuple[str, float]:
    """The sequence of words that most texts hold, and the share of texts that hold it."""
    holders: Counter[str] = Counter()
    for body in bodies:
        words = _WORD.findall(body.lower())
        holders.update({" ".join(words[i : i + length]) for i in range(len(words) - length + 1)})
    sequence, n = holders.most_common(1)[0]
    return sequence, n / len(bodies)


def test_nine_in_ten_sentences_of_customers_are_distinct(texts):
    found = sentences([t.body for t in texts])
    assert len(found) > 40_000
    assert len(set(found)) / len(found) >= 0.90


def test_nine_in_ten_sentences_stay_distinct_without_case_and_punctuation(texts):
    found = [re.sub(r"[^a-z0-9 ]", "", s.lower()) for s in sentences([t.body for t in texts])]
    assert len(set(found)) / len(found) >= 0.90


def test_no_six_words_in_a_row_stand_in_more_than_one_per_cent_of_customers_texts(texts):
    sequence, share = most_common_sequence([t.body for t in texts])
    assert share <= 0.01, sequence


def test_no_six_words_in_a_row_stand_in_more_than_one_per_cent_of_agents_texts(agents):
    sequence, share = most_common_sequence(agents)
    assert share <= 0.01, sequence


def test_every_label_is_the_sign_of_its_clauses(texts):
    for text in texts:
        assert text.label == label_of(text.clauses), text.body


def test_each_class_makes_up_at_least_a_fifth_of_the_texts(texts):
    shares = Counter(t.label for t in texts)
    assert all(shares[label] / len(texts) >= 0.2 for label in (-1, 0, 1)), shares


def test_every_cause_is_spoken_of_with_either_feeling_and_with_none(texts):
    spoken = Counter((cause, polarity) for t in texts for cause, polarity, _ in t.clauses)
    assert all(spoken[cause, polarity] >= 50 for cause in CAUSES for polarity in (-1, 0, 1)), spoken


def test_texts_hold_what_makes_them_hard(texts):
    def share(holds) -> float:
        return sum(map(holds, texts)) / len(texts)

    assert 0.07 <= share(lambda t: t.has_typo) <= 0.25
    assert 0.05 <= share(lambda t: t.is_mixed) <= 0.25
    assert 0.02 <= share(lambda t: t.language != "en") <= 0.06
    assert 0.03 <= share(lambda t: len({c for c, p, _ in t.clauses if p}) > 1 and not t.is_mixed) <= 0.2
    happy_with_negation = [t for t in texts if t.label > 0 and _NEGATION.search(t.body)]
    assert len(happy_with_negation) / len(texts) >= 0.05
    assert 0.02 <= share(lambda t: not t.clauses and t.language == "en") <= 0.3  # small talk, information


def test_a_mixed_text_takes_the_feeling_after_the_but(texts):
    weighed = [t for t in texts if t.is_mixed and any(weight == 2 for _, _, weight in t.clauses)]
    assert len(weighed) > 200
    for text in weighed:
        assert next(polarity for _, polarity, weight in text.clauses if weight == 2) == text.label


def test_a_feeling_that_is_named_agrees_with_the_label(texts):
    glad = {"joy", "gratitude", "trust", "surprise"}
    felt = [t for t in texts if t.emotion != "none"]
    assert len({t.emotion for t in felt}) == 10
    assert all((t.emotion in glad) == (t.label > 0) for t in felt)
    assert all(0 < t.emotion_intensity <= 1 for t in felt)


def test_canaries_stand_in_their_texts_and_can_belong_to_nobody(texts):
    canaries = [(c, t) for t in texts for c in t.canaries]
    assert len(canaries) > 300
    assert all(c in t.body for c, t in canaries)
    addresses = [c for c, _ in canaries if "@" in c]
    numbers = [c for c, _ in canaries if c.startswith("+")]
    assert len(addresses) > 30
    assert len(numbers) > 30
    assert all(a.endswith(".example") for a in addresses)
    assert all(re.fullmatch(r"\+1 \d{3} 555 01\d\d|\+44 20 7946 0\d{3}", n) for n in numbers), numbers[:3]


def test_no_text_shows_the_machinery_behind_it(texts, agents):
    for body in [t.body for t in texts] + agents:
        assert body.strip() == body
        assert not re.search(r"[{}\[\]|*]|  | ,", body), body
