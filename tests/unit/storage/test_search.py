"""Search in published texts: what a query means, and that only published texts answer."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search import COLUMNS, MOST_SIGNS, patterns, query_of, search
from tests.examples import examples
from tests.growth import grows_in_step

SCHEMA = dict.fromkeys(COLUMNS, pl.String) | {"occurred_at": pl.Datetime("us"), "sentiment": pl.Int32}


def publish(folder: Path, texts: list[str | None], **columns: list[str]) -> Path:
    """A generation's folder with these texts, one a day from 2026-01-01 on."""
    rows = pl.DataFrame(
        {
            "touch_id": [f"m:{n}" for n in range(len(texts))],
            "occurred_at": [datetime(2026, 1, 1 + n) for n in range(len(texts))],  # noqa: DTZ001 - UTC, as published
            "text_redacted": texts,
            **columns,
        }
    )
    missing = [pl.lit(None).alias(c) for c in COLUMNS if c not in rows.columns]
    rows.with_columns(missing).select(COLUMNS).cast(SCHEMA).write_parquet(folder / "fct_touches.parquet")
    return folder


def holds(query: str, text: str) -> bool:
    return all(pl.Series([text]).str.contains(pattern)[0] for pattern in patterns(query))


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ("export", "The EXPORT is broken", True),
        ("export", "all exports fail", False),
        ("export*", "all exports fail", True),
        ("port", "the export", False),
        ("cafe", "un CAFÉ noir", True),
        ("café", "un cafe\u0301, froid", True),
        ("e", "e\u0301tat", False),
        ("strasse", "in der Straße 5", True),
        ("massstab", "im Maßstab 1:5", True),
        ("KØBENHAVN", "kobenhavn", True),
        ("aesthetic office", "Æsthetic oﬃce", False),  # three letters in one sign are not taken apart
        ("aesthetic fine", "Æsthetic ﬁne", True),
        ("ёж", "Еж", True),
        ("日本", "私は日本人です", True),
        ("don't", "I don’t know", True),
        ("late refund", "my refund came late", True),
        ("late refund", "my refund came", False),
        ('"not working"', "it is not  working!", True),
        ('"not working"', "working, but not well", False),
        ('"not work*" again', "again not worked", True),
        ('"half a quote', "half a quote", True),
        (".*", "anything", None),
        ("", "anything", None),
        ("[NAME] (a|b)", "[NAME] a, b", True),
    ],
)
def test_words_are_whole_and_compared_without_case_and_accents(query, text, is_found):
    if is_found is None:
        with pytest.raises(ValueError, match="holds no word"):
            patterns(query)
    else:
        assert holds(query, text) is is_found


def stands_for_one_letter(sign: str) -> bool:
    letters = [c for c in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(c)]
    return len(letters) == 1 and letters[0] not in "ßæÆœŒ"


LETTERS = [c for c in map(chr, range(0x30, 0x250)) if c.isalnum() and stands_for_one_letter(c)]


@examples(60)
@given(st.text(alphabet=LETTERS, min_size=1, max_size=12))
def test_every_word_finds_itself_in_any_case_and_inside_no_longer_word(word):
    assert holds(word, f"before {word.upper()}, after")
    assert holds(word, word.lower())
    assert not holds(word, f"x{word}x")


def test_an_argument_with_spaces_is_a_phrase_and_others_are_words():
    assert query_of(["refund", "not working"]) == 'refund "not working"'
    assert query_of(['late "not working"']) == 'late "not working"'


def test_the_newest_come_first_and_all_are_counted(tmp_path):
    found = search(publish(tmp_path, ["a refund", None, "no", "Refund!", "refund"]), "refund", limit=2)
    assert found.n_found == 3
    assert found.texts["touch_id"].to_list() == ["m:4", "m:3"]


def test_stage_account_and_day_narrow_the_search(tmp_path):
    folder = publish(tmp_path, ["x"] * 4, stage=["value", "value", "renewal", "value"], account_id=["A", "B", "A", "A"])
    assert search(folder, "x", stage="value", account_id="A").texts["touch_id"].to_list() == ["m:3", "m:0"]
    assert search(folder, "x", since=date(2026, 1, 3)).n_found == 2
    assert search(folder, "x", account_id="' or 1=1 --").n_found == 0


def test_a_query_longer_than_words_is_refused():
    with pytest.raises(ValueError, match="name fewer words"):
        patterns("a" * (MOST_SIGNS + 1))


@pytest.mark.parametrize("query", ["e" * MOST_SIGNS, '"' + " ".join("e" * 90) + '"', "o" * (MOST_SIGNS - 1) + "*"])
def test_the_time_of_a_search_grows_with_the_texts_only(query):
    pattern = patterns(query)[0]
    texts = pl.Series(["o" * 100_000, "e " * 50_000])
    assert grows_in_step(lambda part: part.str.contains(pattern), texts.str.slice(0, 25_000), texts)
