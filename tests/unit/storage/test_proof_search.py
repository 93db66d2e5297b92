"""The search of the proof: what it passes over by a quick look is what the expressions would not have found either."""

from __future__ import annotations

import re
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from storage.erasure import mark_pattern
from storage.person_rows import Person
from storage.proof import _text_tells, folded
from tests.examples import examples

# Letters that are one without regard to case though they look apart, and signs that end a word or an id.
ODD = "iIıİsSſkK\u212ax\u00df\u1e9e\u03c3\u03c2\u03a3\u0345\u03b9\ufb05\ufb06 .@-+_,;\n\"'"
MARKS = ("kiss six", "iss.k@x", "σι six")
SAID = [*MARKS, "KISS SIX", "\u212aıſs ſİx", "x1", ",x1\n"]


def by_expressions_alone(text: str, person: Person) -> bool:
    separator = r"[\s,;\"'\x1f|:{}\[\]]"
    ids = rf"(?:^|(?<={separator}))(?:" + "|".join(re.escape(i) for i in person.ids) + rf")(?={separator}|$)"
    return bool(re.search(mark_pattern(person.marks), text) or re.search(ids, text, re.MULTILINE))


@examples(300)
@given(st.lists(st.one_of(st.sampled_from(SAID), st.text(ODD, max_size=4))))
def test_the_search_finds_what_the_expressions_alone_find(parts):
    text, person = "".join(parts), Person(frozenset({"x1", "kis"}), MARKS)
    assert _text_tells(text, person) == by_expressions_alone(text, person)


def test_letters_that_expressions_take_for_one_are_one_when_folded():
    alike = defaultdict(set)
    for letter in map(chr, [*range(0xD800), *range(0xE000, 0x1E944)]):
        for other in {letter.lower(), letter.upper(), letter.casefold(), *"iskιßµ"}:
            if len(other) == 1 and other != letter and re.fullmatch(f"(?i){re.escape(other)}", letter):
                alike[folded(other)].add(folded(letter))
    assert len(alike) > 1000
    assert {key: found for key, found in alike.items() if found != {key}} == {}
