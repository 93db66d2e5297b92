"""The suite of the scores: complete, sane, one model, text withheld exactly where consent is missing."""

from __future__ import annotations

import polars as pl
import pytest

from expectations.suites import check_scored
from tests.unit.expectations.frames import good_scores


def red(frame: pl.DataFrame) -> dict[str, str]:
    return {r.name: r.severity for r in check_scored(frame) if not r.passed}


def with_cell(row: int, **cells) -> pl.DataFrame:
    frame = good_scores().with_row_index("i")
    for name, value in cells.items():
        changed = pl.when(pl.col("i") == row).then(pl.lit(value, dtype=frame.schema[name]))
        frame = frame.with_columns(changed.otherwise(pl.col(name)).alias(name))
    return frame.drop("i")


def test_good_scores_pass_every_statement():
    assert red(good_scores()) == {}


def test_no_scores_at_all_pass():
    assert red(good_scores().clear()) == {}


@pytest.mark.parametrize(
    ("row", "cells", "statement"),
    [
        (0, {"sentiment": 2}, "sentiment_is_minus_one_zero_or_one"),
        (0, {"null_reason": "quality"}, "a_text_with_sentiment_has_no_excuse"),
        (2, {"null_reason": None}, "a_text_without_sentiment_says_why"),
        (2, {"null_reason": "no_time"}, "a_text_without_sentiment_says_why"),
        (0, {"p_neutral": 0.3}, "probabilities_sum_to_one"),
        (0, {"p_neutral": None}, "probabilities_sum_to_one"),
        (0, {"p_neutral": -0.1, "p_positive": 0.4}, "probabilities_sum_to_one"),
        (0, {"confidence": 0.3}, "confidence_lies_between_a_third_and_one"),
        (0, {"confidence": None}, "confidence_lies_between_a_third_and_one"),
        (1, {"text_redacted": "said in confidence"}, "text_is_withheld_exactly_without_consent"),
        (0, {"text_redacted": None}, "text_is_withheld_exactly_without_consent"),
        (2, {"model_version": "v2"}, "all_scores_come_from_one_model"),
        (0, {"model_version": None}, "all_scores_come_from_one_model"),
        (0, {"emotion": "boredom"}, "emotions_are_listed_with_their_intensity"),
        (0, {"emotion_intensity": 1.5}, "emotions_are_listed_with_their_intensity"),
        (0, {"effort": 8.0}, "causes_efforts_and_resolutions_are_listed"),
        (0, {"resolution": "later"}, "causes_efforts_and_resolutions_are_listed"),
    ],
)
def test_one_wrong_cell_turns_exactly_its_statement_red(row, cells, statement):
    assert red(with_cell(row, **cells)) == {statement: "error"}


def test_an_unlisted_root_cause_is_found_inside_its_list():
    frame = good_scores().with_columns(root_causes=pl.Series([["pricing", "weather"], [], []]))
    assert red(frame) == {"causes_efforts_and_resolutions_are_listed": "error"}


def test_the_text_of_an_agent_may_be_left_out():
    assert red(with_cell(2, text_redacted=None)) == {}


def test_a_text_scored_twice_is_found():
    frame = pl.concat([good_scores(), good_scores().head(1)])
    assert red(frame) == {"each_text_has_one_score": "error"}


def test_a_certain_score_at_the_edge_of_its_range_passes():
    certain = with_cell(0, p_negative=1 / 3, p_neutral=1 / 3, p_positive=1 / 3, confidence=1 / 3)
    assert red(certain) == {}
    assert red(with_cell(0, p_negative=1.0, p_neutral=0.0, p_positive=0.0, confidence=1.0)) == {}


def test_an_unknown_channel_only_warns():
    assert red(with_cell(0, channel="whatsapp")) == {"channels_are_listed": "warn"}
