"""Names of the account's people are gone however they are written; what is no name stays."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.redaction import account_people, leaks, names
from models_nlp.redaction import directory, redact
from models_nlp.redaction.names import compile_people

PEOPLE = pl.DataFrame(
    {
        "person_id": ["p1", "p2", "p3", "p4", "p5"],
        "account_id": ["A1", "A1", "A1", "A2", None],
        "full_name": ["Siobhán O'Neil-Marquez", "Grace Young", "Li Wu", "Tomasz Wójcik", "Nobody Placed"],
        "email": ["s.marquez82@example.com", None, "info@example.com", None, None],
    }
)


@pytest.fixture(scope="module")
def names_of_a1():
    return directory(PEOPLE).of("A1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I asked Siobhán O'Neil-Marquez twice", "I asked [name] twice"),
        ("siobhan is away", "[name] is away"),
        ("SIOBHAN ONEIL", "[name]"),
        ("S. Marquez, please", "[name], please"),
        ("Marquez's mail", "[name]'s mail"),
        ("write to s.marquez82 today", "write to [name] today"),
        ("Sio\u0301bhan and Siobhа\u0301n", "[name] and [name]"),  # the second with a Cyrillic letter
        ("S i o b h a n said so", "[name] said so"),
        ("S10bhan wrote", "[name] wrote"),
        ("Grace Young called", "[name] called"),
        ("I told Grace about it", "I told [name] about it"),
        ("the grace period for young companies", "the grace period for young companies"),
        ("Young companies need grace. Grace periods help", "Young companies need grace. Grace periods help"),
        ("Li Wu signed", "[name] signed"),
        ("li and wu are syllables", "li and wu are syllables"),
        ("Li said so, W. Wu and Wu too", "[name] said so, [name] and [name] too"),
        ("a LI list of WU", "a LI list of WU"),
        ("Tomasz Wójcik is at another account", "Tomasz Wójcik is at another account"),
        ("see the info page", "see the info page"),
    ],
)
def test_names_of_the_directory_are_hidden_and_english_words_are_not(names_of_a1, text, expected):
    assert redact(text, names_of_a1) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Marisol, the export fails", "Hi [name], the export fails"),
        ("Dear Mr. Lindqvist, thanks", "Dear Mr. [name], thanks"),
        ("Thank you Thandiwe! Solved", "Thank you [name]! Solved"),
        ("My name is Oona Brackenridge and it fails", "My name is [name] and it fails"),
        ("This is Kwame from finance", "This is [name] from finance"),
        ("Fixed now. Regards, Kwame", "Fixed now. Regards, [name]"),
        ("Hi team, hello Support, dear all", "Hi team, hello Support, dear all"),
        ("Thank you Salesforce!", "Thank you Salesforce!"),
        ("I am Happy and this is Terrible", "I am Happy and this is Terrible"),
        ("I miss Version two. Best, it works", "I miss Version two. Best, it works"),
    ],
)
def test_names_in_greetings_titles_and_closings_are_hidden_without_a_directory(text, expected):
    assert redact(text) == expected


def test_an_unknown_account_has_no_directory():
    directories = directory(PEOPLE)
    assert directories.of(None) is None
    assert directories.of("A9") is None
    assert set(directories.by_account) == {"A1", "A2"}


def test_people_without_names_make_no_directory():
    assert directory(PEOPLE.drop("full_name", "email")).by_account == {}
    assert directory(PEOPLE.clear()).by_account == {}


def test_the_same_people_in_another_order_give_the_same_redaction():
    text = "Grace Young told Siobhan Marquez and Li Wu, then s.marquez82 left"
    assert redact(text, directory(PEOPLE).of("A1")) == redact(text, directory(PEOPLE.reverse()).of("A1"))


def test_every_way_of_writing_a_name_of_the_directory_is_hidden():
    people = account_people()
    known = compile_people((f"{first} {last}", None) for first, last in people)
    examples = list(names(20, people))
    assert len({example.form for example in examples}) >= 10
    assert [example.text for example in examples if leaks(example, redact(example.text, known))] == []
