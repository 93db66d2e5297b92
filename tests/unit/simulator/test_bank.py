"""The bank of templates: every one can be expanded, every cause can be spoken of in many ways."""

from __future__ import annotations

import re

import numpy as np
import pytest

from simulator import words
from simulator.causes import CAUSES
from simulator.grammar import bank
from simulator.grammar.engine import Draws, expand, parse
from simulator.grammar.slots import agreement, common_slots

SPEAKER = {
    "first": "Ana",
    "full": "Ana Silva",
    "email": "a@b.example",
    "phone": "+1 415 555 0101",
    "company": "Oak Foods",
}
FILES = ("slots", "features", "judgements", "phrases", "agents", "languages", *(f"causes/{c}" for c in CAUSES))


@pytest.fixture
def draws() -> Draws:
    return Draws(np.random.Generator(np.random.PCG64(5)))


def all_slots() -> dict:
    verbs = agreement("the figures*")[1]
    languages = {name: bank.sections("languages")[name] for name in ("wann", "cuando", "quand")}
    extra = {"agent": words.AGENT_FIRST_NAMES, "subject": "the {feature}", "thing": bank.sections("agents")["thing"]}
    return {**common_slots(0), **SPEAKER, **verbs, **languages, **extra, "zahl": "7"}


@pytest.mark.parametrize("file", FILES)
def test_every_template_can_be_expanded(file, draws):
    slots = all_slots()
    for section, templates in bank.sections(file).items():
        assert templates, f"{file}: section {section} is empty"
        for template in templates:
            for _ in range(3):
                said = expand(template.removesuffix("*"), slots, draws)
                assert said, template
                assert not re.search(r"[{}\[\]|]", said), template


@pytest.mark.parametrize("polarity", [-1, 0, 1])
@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_has_hundreds_of_clauses_of_each_polarity(cause, polarity, draws):
    slots = all_slots()
    templates = bank.causes()[cause].clauses[polarity]
    said = {expand(draws.pick(templates), slots, draws) for _ in range(400)}
    assert len(templates) >= 8
    assert len(said) >= 360


def test_no_template_stands_in_two_polarities():
    for cause, known in bank.causes().items():
        together = [t for templates in known.clauses.values() for t in templates]
        assert len(set(together)) == len(together), cause


def test_verbs_agree_with_their_noun(draws):
    noun, verbs = agreement("the figures*")
    slots = {"subject": noun, **verbs}
    assert expand("{subject} {is} wrong and {does} not help, {subject} need{s} work", slots, draws) == (
        "the figures are wrong and do not help, the figures need work"
    )


def test_choices_nest_and_may_be_empty(draws):
    said = {expand("a [b|c [d|e]|]", {}, draws) for _ in range(200)}
    assert said == {"a b", "a c d", "a c e", "a"}


@pytest.mark.parametrize("broken", ["a [b|c", "a {b", "a b]", "a } b"])
def test_a_bracket_that_does_not_close_is_named_with_its_template(broken):
    with pytest.raises(ValueError, match=re.escape(broken)):
        parse(broken)
