"""A sample to label: some of every kind, the least sure, and the same for the same day."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models_nlp.label_sampling import RANDOM, UNCERTAIN, draw


def texts(n: int = 1_000) -> pl.DataFrame:
    rows = [
        {
            "text_hash": f"h{k:04}",
            "channel": "review" if k % 50 == 0 else "email",
            "sentiment": None if k % 10 == 9 else (k % 3) - 1,
            "confidence": 0.4 + 0.0005 * k,
        }
        for k in range(n)
    ]
    return pl.DataFrame(rows, schema_overrides={"sentiment": pl.Int8})


def test_a_sample_has_each_channel_and_answer_and_the_least_sure():
    drawn = draw(texts(), 80, uncertain_share=0.25)
    assert drawn.height == drawn["text_hash"].n_unique() == 80
    unsure = drawn.filter(drawn=UNCERTAIN)
    known = texts().drop_nulls("sentiment").sort("confidence")
    assert set(unsure["text_hash"]) == set(known["text_hash"].head(20))
    strata = drawn.filter(drawn=RANDOM).group_by("channel", "sentiment").len()
    assert strata.height == 6
    rare, common = (strata.filter(channel=c)["len"].sum() for c in ("review", "email"))
    assert rare / 60 > 20 / 1_000 * 2, "a rare channel has more than its share"
    assert common > rare


def test_a_text_without_an_answer_is_never_drawn_and_no_more_than_there_are():
    drawn = draw(texts(100), 5_000)
    assert drawn.height == 90
    assert drawn["sentiment"].null_count() == 0


def test_the_order_of_the_texts_changes_nothing_and_another_seed_does():
    mixed = texts().sample(fraction=1, shuffle=True, seed=4)
    assert_frame_equal(draw(texts(), 50), draw(mixed, 50))
    assert set(draw(texts(), 50, seed=2)["text_hash"]) != set(draw(texts(), 50)["text_hash"])


def test_the_order_of_a_sample_does_not_tell_what_the_model_said():
    drawn = draw(texts(), 90)
    assert drawn["sentiment"].to_list() != drawn.sort("channel", "sentiment")["sentiment"].to_list()
    assert set(drawn.head(15)["drawn"]) == {RANDOM, UNCERTAIN}


def test_a_share_beyond_one_is_refused():
    with pytest.raises(ValueError, match="not a share"):
        draw(texts(), 10, uncertain_share=1.5)
