"""The suite of the scores: complete, sane, one model, text withheld exactly where consent is missing."""

from __future__ import annotations

import polars as pl
import pytest

from expectations.suites import check_scored
from tests.unit.expectations.frames import good_scores


def red(frame: pl.DataFrame) -> dict[str, str]:
    return {r.name: r.severity for r in check_scored(frame) if not r.passed}


def spoiled(*faults: tuple[int, dict]) -> pl.DataFrame:
    """Good scores with other cells: (row, cells) each."""
    frame = good_scores().with_row_index("i")
    for row, cells in faults:
        for name, value in cells.items():
            changed = pl.when(pl.col("i") == row).then(pl.lit(value, dtype=frame.schema[name]))
            frame = frame.with_columns(changed.otherwise(pl.col(name)).alias(name))
    return frame.drop("i")


# Several faults are judged at once, because each judgement costs half a second; each must turn its own statement red
# and no other.
ROUNDS = {
    "first": [
        (0, {"sentiment": 2}, "sentiment_is_minus_one_zero_or_one"),
        (2, {"null_reason": None}, "a_text_without_sentiment_says_why"),
        (0, {"p_neutral": 0.3}, "probabilities_sum_to_one"),
        (0, {"confidence": 0.3}, "confidence_lies_between_a_third_and_one"),
        (1, {"text_redacted": "said in confidence"}, "text_is_withheld_exactly_without_consent"),
        (2, {"model_version": "v2"}, "all_scores_come_from_one_model"),
        (0, {"emotion": "boredom"}, "emotions_are_listed_with_their_intensity"),
        (0, {"effort": 8.0}, "causes_efforts_and_resolutions_are_listed"),
    ],
    "second": [
        (0, {"null_reason": "quality"}, "a_text_with_sentiment_has_no_excuse"),
        (2, {"null_reason": "no_time"}, "a_text_without_sentiment_says_why"),
        (0, {"p_neutral": None}, "probabilities_sum_to_one"),
        (0, {"confidence": None}, "confidence_lies_between_a_third_and_one"),
        (0, {"text_redacted": None}, "text_is_withheld_exactly_without_consent"),
        (0, {"model_version": None}, "all_scores_come_from_one_model"),
        (0, {"emotion_intensity": 1.5}, "emotions_are_listed_with_their_intensity"),
        (0, {"resolution": "later"}, "causes_efforts_and_resolutions_are_listed"),
    ],
    "third": [
        (0, {"p_neutral": -0.1, "p_positive": 0.4}, "probabilities_sum_to_one"),
        (1, {"table_name": "tickets"}, "each_text_has_one_score"),
        (0, {"root_causes": ["pricing", "weather"]}, "causes_efforts_and_resolutions_are_listed"),
    ],
}


def test_good_scores_pass_every_statement():
    assert red(good_scores()) == {}


def test_no_scores_at_all_pass():
    assert red(good_scores().clear()) == {}


@pytest.mark.parametrize("faults", ROUNDS.values(), ids=ROUNDS)
def test_each_wrong_cell_turns_exactly_its_statement_red(faults):
    frame = spoiled(*((row, cells) for row, cells, _ in faults))
    assert red(frame) == {statement: "error" for _, _, statement in faults}


def test_the_text_of_an_agent_may_be_left_out():
    assert red(spoiled((2, {"text_redacted": None}))) == {}


def test_a_text_scored_twice_and_an_unknown_channel_are_found_the_channel_only_warns():
    frame = pl.concat([good_scores(), spoiled((0, {"channel": "whatsapp"})).head(1)])
    assert red(frame) == {"each_text_has_one_score": "error", "channels_are_listed": "warn"}


@pytest.mark.parametrize(("likeliest", "other"), [(1 / 3, 1 / 3), (1.0, 0.0), (0.333334, 0.333334)])
def test_scores_at_the_edges_of_their_range_pass_with_the_rounding_of_six_decimals(likeliest, other):
    cells = {"p_negative": likeliest, "p_neutral": other, "p_positive": other, "confidence": likeliest}
    assert red(spoiled((0, cells))) == {}
