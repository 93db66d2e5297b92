"""The audit of another provider's labels: worked by hand, a planted bias and drift found, a faithful one left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import numpy as np
import polars as pl
import pytest

from expectations.drift import drift
from insights.providers import EVERYTHING, MEASURED, TOO_FEW, WITH_OURS, provider_audit

START = datetime(2026, 1, 1, tzinfo=UTC)
DRIFT = partial(drift, unit="conversation", draws=999)


def company(rows: list[tuple]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """channel, day, our sentiment, people's label, the provider's label → texts and what the provider said."""
    names = ["channel", "day", "sentiment", "label", "theirs"]
    kinds = [pl.String, pl.Int64, pl.Int8, pl.Int8, pl.Int8]
    frame = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row").with_columns(
        table_name=pl.lit("messages"),
        record_id=pl.format("m{}", pl.int_range(pl.len())),
        conversation=pl.lit(None, pl.String),
        occurred_at=pl.lit(START) + pl.duration(days=pl.col("day")),
    )
    said = frame.drop_nulls("theirs").select("table_name", "record_id", label="theirs", provider=pl.lit("sentilab"))
    return frame.drop("theirs", "day"), said


def one(table: pl.DataFrame, channel: str = EVERYTHING, month: date | None = None) -> dict:
    return table.row(by_predicate=(pl.col("channel") == channel) & pl.col("month_on").eq_missing(month), named=True)


def test_agreement_coverage_and_sampling_bias_are_those_worked_out_by_hand():
    both = [("chat", 0, s, None, s) for s in (-1, 0, 1) for _ in range(10)]
    apart = [("chat", 40, 0, None, 1)] * 10
    alone = [("chat", 40, -1, None, None)] * 40 + [("email", 40, 1, None, None)] * 20
    unscored = [("chat", 0, None, None, 1)] * 5
    found = provider_audit(*company(both + apart + alone + unscored), DRIFT)
    row = one(found)
    assert (row["n_texts"], row["n_labels"], row["coverage"], row["verdict"]) == (100, 40, 0.4, MEASURED)
    assert (row["share_negative"], row["share_neutral"], row["share_positive"]) == (0.25, 0.25, 0.5)
    assert row["mean_difference"] == 0.25
    # Equal 30 of 40; chance: ours ¼ ½ ¼, theirs ¼ ¼ ½.
    assert row["kappa"] == pytest.approx((0.75 - 0.3125) / 0.6875, abs=1e-4)
    assert row["kappa_low"] < row["kappa"] < row["kappa_high"]
    # We find 0 on average where it labelled, and (20 − 40) / 60 where it did not.
    assert row["sampling_bias"] == pytest.approx(1 / 3, abs=1e-4)
    assert row["sampling_bias_low"] > 0
    email = one(found, "email")
    assert (email["n_labels"], email["coverage"], email["kappa"], email["verdict"]) == (0, 0.0, None, TOO_FEW)
    assert one(found, "email", date(2026, 2, 1))["coverage"] == 0, "a channel of a month that it never sees is a gap"
    assert one(found, "chat", date(2026, 1, 1))["coverage"] == 1


def test_people_are_a_measure_of_their_own_and_too_few_of_them_say_nothing():
    rows = [("chat", 0, -s, s, s) for s in (-1, 0, 1) for _ in range(20)] + [("email", 0, 1, 1, 1)] * 5
    found = provider_audit(*company(rows), DRIFT)
    chat, email = one(found, "chat"), one(found, "email")
    assert (chat["n_people"], chat["kappa_people"]) == (60, 1.0)
    assert chat["kappa"] == 0, "it agrees with people and not with us"
    assert (email["n_people"], email["kappa_people"], email["verdict"]) == (5, None, TOO_FEW)


def test_months_before_its_first_label_are_no_gap_and_no_provider_is_no_row():
    rows = [("chat", 0, 0, None, None), ("chat", 31, 0, None, 0), ("chat", 62, 0, None, None)]
    texts, said = company(rows)
    found = provider_audit(texts, said, DRIFT)
    months = found.filter(pl.col("channel") == EVERYTHING, pl.col("month_on").is_not_null())
    assert dict(months.select("month_on", "coverage").rows()) == {date(2026, 2, 1): 1.0, date(2026, 3, 1): 0.0}
    assert provider_audit(texts, said.clear(), DRIFT).is_empty()


def world(
    seed: int, months: int = 3, drifts: bool = False, bias: float = 0.0, falls: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A provider as good as we are: both are right of three texts in four. ``drifts``: in the last month it finds half
    of what is fine unhappy. ``falls``: in the last month so do customers. ``bias``: it labels that much more of the
    happy texts."""
    rng = np.random.default_rng(seed)
    n = 100 * months
    truth = rng.choice([-1, 0, 1], n, p=[0.3, 0.3, 0.4])
    day = np.repeat(np.arange(months) * 31, 100)
    if falls:
        truth = np.where((day == day.max()) & (rng.random(n) < 0.5), -1, truth)
    ours, theirs = (np.where(rng.random(n) < 0.75, truth, rng.choice([-1, 0, 1], n)) for _ in range(2))
    if drifts:
        theirs = np.where((day == day.max()) & (rng.random(n) < 0.5), -1, theirs)
    is_seen = rng.random(n) < 0.6 + bias * truth
    return company(
        [
            ("chat", int(d), int(o), None, int(t) if seen else None)
            for d, o, t, seen in zip(day, ours, theirs, is_seen, strict=True)
        ]
    )


def test_a_provider_that_turns_is_found_out_in_that_month_and_the_months_before_are_steady():
    found = provider_audit(*world(3, drifts=True), DRIFT).filter(pl.col("channel") == EVERYTHING)
    assert found.sort("month_on")["drift"].to_list() == [None, None, "not tested", "drifted"]


def test_where_customers_turn_the_provider_has_moved_with_us():
    found = provider_audit(*world(4, months=6, falls=True), DRIFT).filter(pl.col("channel") == EVERYTHING)
    assert found.sort("month_on")["drift"].to_list()[-1] == WITH_OURS


def test_a_steady_provider_is_hardly_ever_said_to_drift_nor_to_choose_its_texts():
    drifted = chosen = 0
    for seed in range(24):
        found = provider_audit(*world(seed, months=3), DRIFT)
        assert {"steady", "drifted"} & set(found["drift"]), "it was looked at"
        drifted += "drifted" in found["drift"].to_list()
        row = one(found)
        chosen += not row["sampling_bias_low"] <= 0 <= row["sampling_bias_high"]
    # 5 of 100 each are promised: of 24, five or more would come less than once in a hundred times.
    assert drifted <= 4
    assert chosen <= 4


def test_a_provider_that_prefers_happy_texts_is_found_out():
    assert one(provider_audit(*world(5, months=6, bias=0.25), DRIFT))["sampling_bias_low"] > 0


def test_the_same_labels_give_the_same_audit_in_whatever_order_they_come():
    texts, said = world(2)
    turned = [frame.sample(fraction=1, shuffle=True, seed=4) for frame in (texts, said)]
    assert provider_audit(texts, said, DRIFT).equals(provider_audit(*turned, DRIFT))
