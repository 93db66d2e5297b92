"""Agreement of the model with people: κ by hand, samples that stand for all texts, intervals that hold."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from insights.agreement import agreement, figures
from insights.thresholds import MINIMUM_LABELS

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday


def frame(rows: list[tuple]) -> pl.DataFrame:
    """channel, day, sentiment, confidence, label"""
    schema = {"channel": pl.String, "day": pl.Int64, "sentiment": pl.Int8, "confidence": pl.Float64, "label": pl.Int8}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.with_columns(occurred_at=pl.lit(START) + pl.duration(days=pl.col("day")))


def test_kappa_macro_f1_and_recall_are_those_worked_out_by_hand():
    # Of 100: 20 both −, 5 − said 0; 10 0 said −, 15 both 0; 50 both +. Equal .85; chance .25·.30+.25·.20+.5·.5 = .375.
    confusion = np.array([[[20, 5, 0], [10, 15, 0], [0, 0, 50]]])
    found = figures(confusion)
    assert found["kappa"][0] == pytest.approx((0.85 - 0.375) / 0.625)
    assert found["macro_f1"][0] == pytest.approx((2 * 20 / 55 + 2 * 15 / 45 + 1) / 3)
    assert found["negative_recall"][0] == pytest.approx(0.8)


def test_a_class_that_nobody_used_is_no_part_of_macro_f1():
    assert figures(np.array([[[5, 0, 0], [0, 0, 0], [0, 0, 5]]]))["macro_f1"][0] == pytest.approx(1.0)


def test_labels_stand_for_the_texts_of_their_kind():
    """The model is right of what it is sure of, and guesses the rest; the sample holds mostly the rest."""
    texts = frame([("email", k % 7, 1, 0.95, None) for k in range(900)] + [("email", 0, 1, 0.4, None)] * 100)
    sure = [("email", 0, 1, 0.95, 1)] * 30
    unsure = [("email", 0, 1, 0.4, -1)] * 60 + [("email", 0, 1, 0.4, 1)] * 60
    in_all = agreement(frame(sure + unsure), texts).row(0, named=True)
    # 900 right and of 100 half: recall of negatives 0, and 950 of 1 000 right.
    assert in_all["n_labels"] == 150
    assert in_all["n_texts"] == 1_000
    assert in_all["macro_f1"] == pytest.approx((0 + 2 * 950 / 1_950) / 2, abs=1e-4)
    assert in_all["negative_recall"] == 0


def test_few_labels_give_no_figure_and_each_week_and_channel_its_row():
    rows = [("email", k % 14, k % 3 - 1, 0.8, k % 3 - 1) for k in range(120)] + [("chat", 0, 1, 0.8, 1)] * 5
    found = agreement(frame(rows), frame(rows))
    assert found.select("scope", "value").rows() == [
        ("all", ""),
        ("channel", "chat"),
        ("channel", "email"),
        ("week", "2026-03-09"),
        ("week", "2026-03-16"),
    ]
    few = found.row(1, named=True)
    assert (few["verdict"], few["kappa"], few["n_labels"]) == ("too few labels", None, 5)
    assert found.row(2, named=True)["kappa"] == 1.0


def test_no_label_is_told_as_such():
    found = agreement(frame([]), frame([("email", 0, 1, 0.9, None)] * 50))
    assert found.rows(named=True)[0]["verdict"] == "too few labels"
    assert found.height == 1


@pytest.mark.slow  # a campaign over many worlds
def test_nine_intervals_of_ten_or_more_hold_the_truth():
    random = np.random.default_rng(5)
    n = 4_000
    truth = random.choice(3, n, p=(0.3, 0.4, 0.3)) - 1
    is_right = random.random(n) < 0.75
    said = np.where(is_right, truth, random.choice(3, n) - 1)
    confidence = np.where(random.random(n) < 0.5, 0.6, 0.95)
    texts = frame([("email", 0, int(s), float(c), int(t)) for s, c, t in zip(said, confidence, truth, strict=True)])
    true_kappa = figures(np.array([[[((truth == a) & (said == b)).sum() for b in (-1, 0, 1)] for a in (-1, 0, 1)]]))
    held = 0
    for draw in range(60):
        sample = texts.sample(120, seed=draw)
        row = agreement(sample, texts).row(0, named=True)
        held += row["kappa_low"] <= true_kappa["kappa"][0] <= row["kappa_high"]
    assert held >= 54


def test_the_minimum_is_what_the_thresholds_say():
    rows = [("email", 0, k % 3 - 1, 0.8, k % 3 - 1) for k in range(MINIMUM_LABELS)]
    assert agreement(frame(rows), frame(rows)).row(0, named=True)["verdict"] == "measured"
    assert agreement(frame(rows[1:]), frame(rows)).row(0, named=True)["verdict"] == "too few labels"


def test_texts_of_a_kind_that_nobody_labelled_are_not_stood_for():
    texts = frame([("email", 0, 1, 0.95, None)] * 50 + [("chat", 0, 1, 0.95, None)] * 70)
    assert agreement(frame([("email", 0, 1, 0.95, 1)] * 5), texts).row(0, named=True)["n_texts"] == 50
