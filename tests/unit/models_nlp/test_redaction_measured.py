"""The promised shares: structured identifiers, disguised ones, hostile shapes, texts that nothing is hidden in."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.redaction import leaks, measure, recall_of, structured
from benchmarks.redaction_disguises import disguised
from benchmarks.redaction_hostile import HOSTILE
from models_nlp import corpus
from models_nlp.cleaning import clean
from models_nlp.redaction import redact
from models_nlp.redaction.engine import MAX_PIECE
from models_nlp.redaction.folding import fold
from models_nlp.redaction.names import compile_people
from models_nlp.vocabulary import PLACEHOLDERS
from tests.examples import examples
from tests.growth import grows_in_step


def test_structured_identifiers_of_all_kinds_and_formats_are_hidden():
    examples = list(structured(14))
    formats = Counter(kind for kind, _ in {(e.kind, e.form) for e in examples})
    assert len(examples) >= 2_000
    assert min(formats.values()) >= 10
    figures = measure(examples)
    assert recall_of(figures) >= 0.995, figures
    assert min(row["recall"] for row in figures.values()) >= 0.99, figures


def test_most_identifiers_in_disguise_are_hidden():
    figures = measure(list(disguised(6)))
    assert recall_of(figures) >= 0.90, figures


def test_sentences_without_identifiers_are_left_alone():
    texts = [clean(e.text) for e in corpus.own_sentences() if not re.search(r"order.{0,12}\d{4}", e.text)]
    touched = [text for text in texts if redact(text) != text]
    assert len(touched) <= 0.01 * len(texts), touched


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_time_to_redact_a_hostile_text_grows_with_its_length_only(unit):
    names = compile_people([("Sarah O'Neil-Miller", "sarah.miller@example.com")])
    text = (unit * MAX_PIECE)[:MAX_PIECE]  # longer ones are cut into pieces
    redact("warm up the library of telephone numbers: 912345678")
    assert grows_in_step(lambda part: redact(part, names), text[: MAX_PIECE // 4], text)


def test_redacting_twice_changes_nothing_more():
    for example in structured(3):
        once = redact(clean(example.text))
        assert redact(once) == once


def test_the_text_around_a_value_is_kept_to_the_character():
    text = "  Ünïcode\u200b — “kept” ５ ｗｉｄｅ, mail a\u200bnn＠example.com; wait…  "
    assert redact(text) == "  Ünïcode\u200b — “kept” ５ ｗｉｄｅ, mail [email]; wait…  "


@examples(80)
@given(st.text(max_size=200))
def test_any_text_is_folded_with_offsets_into_itself_and_redacted_without_an_exception(text):
    folded = fold(text)
    if folded.starts is not None:
        assert len(folded.starts) == len(folded.ends) == len(folded.text)
        assert all(0 <= s < e <= len(text) for s, e in zip(folded.starts, folded.ends, strict=True))
        assert folded.starts == sorted(folded.starts)
    out = redact(text)
    assert redact(text) == out


def test_a_leak_is_seen_by_the_measure():
    example = next(structured(1))
    assert leaks(example, example.text)
    assert not leaks(example, example.carrier.format("[order]"))


def test_placeholders_are_short_enough_for_the_tokeniser(words):
    for placeholder in PLACEHOLDERS:
        assert words(f"mail {placeholder} now") == ["mail", placeholder, "now"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password is wrong and the token expired", "password is wrong and the token expired"),
        ("the password reset does not work", "the password reset does not work"),
        ("my password is Tr0ub4dor&3, please", "my password is [secret], please"),
        ("CVV 123 and cvc: 4321, not CVV 12", "CVV [secret] and cvc: [secret], not CVV 12"),
        ("passport L01X00T47, the passport renewal in 2026", "passport [id], the passport renewal in 2026"),
        ("write to john@localhost", "write to [email]"),
        ("PIN: 4821", "PIN: [secret]"),
        ("ticket 48213 and case 12-3456", "ticket 48213 and case 12-3456"),
        ("order 2 of 3, invoice of 2024, order 15000 units", "order 2 of 3, invoice of 2024, order 15000 units"),
        ("order #77812345", "order [order]"),
        ("5 hours down the road", "5 hours down the road"),
        ("my number is five five five, one two three four", "my number is [phone]"),
        ("one or two of three", "one or two of three"),
        ("look at example.com", "look at example.com"),
        ("ann.lee at example.com", "[email]"),
        ("ann at example dot com", "[email]"),
    ],
)
def test_context_tells_an_identifier_from_ordinary_words(text, expected):
    assert redact(text) == expected
