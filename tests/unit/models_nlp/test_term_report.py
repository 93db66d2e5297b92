"""Terms that nobody knows: told when enough texts hold them, with why."""

from __future__ import annotations

import numpy as np
import polars as pl

from models_nlp.features import WORD_BUCKETS, word_bucket
from models_nlp.term_report import unknown_terms


def idf(*known: str) -> np.ndarray:
    found = np.zeros(WORD_BUCKETS, dtype=np.uint8)
    found[[word_bucket(word) for word in known]] = 16
    return found


def report(texts: list[str], known: tuple[str, ...], tagged: list[bool] | None = None, **more) -> pl.DataFrame:
    conversations = more.pop("conversations", [f"c{k}" for k in range(len(texts))])
    sentiments = [-1 if "bad" in text else 0 for text in texts]
    return unknown_terms(texts, conversations, sentiments, tagged or [True] * len(texts), idf(*known), **more)


def test_a_word_that_the_model_never_learned_is_told_with_its_figures():
    texts = ["the zorbal is bad"] * 2 + ["our Zorbal runs"] * 4 + ["our press runs"] * 6
    found = report(texts, ("our", "press", "runs", "bad"))
    assert found.rows(named=True) == [
        {
            "term": "zorbal",
            "why": "unknown",
            "n_texts": 6,
            "n_conversations": 6,
            "share_negative": 0.3333,
            "share_untagged": 0.0,
        }
    ]


def test_a_word_of_few_texts_or_of_one_conversation_is_not_told():
    texts = ["zorbal"] * 4 + ["quibble here"] * 9
    found = report(texts, (), conversations=[f"c{k}" for k in range(4)] + ["one"] * 9)
    assert found.is_empty()


def test_a_known_word_of_untagged_texts_is_told_as_a_gap_of_the_taxonomy():
    texts = ["customs papers"] * 20 + ["invoice wrong"] * 200
    found = report(texts, ("customs", "papers", "invoice", "wrong"), tagged=[False] * 20 + [True] * 200)
    assert found["term"].to_list() == ["customs", "papers"]
    assert set(found["why"]) == {"untagged"}


def test_words_left_to_the_lexicon_and_words_of_grammar_are_not_told():
    texts = ["the error is here again because of it"] * 9
    assert report(texts, (), silent=frozenset({"error"})).is_empty()
