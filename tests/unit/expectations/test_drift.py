"""Drift: found where it was put, quiet where there is none, its limit exact for the sizes at hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.spatial.distance import jensenshannon

from expectations import drift, thresholds
from expectations.drift import Units, check_drift, jensen_shannon, permutation_test, windows

MIX = (0.5, 0.3, 0.2)


def scores(rng, n, mix=MIX, channel="ticket", per_episode=1, alike=0.0) -> pl.DataFrame:
    """``n`` scored texts; with chance ``alike`` a text has the label of its episode."""
    of_episode = np.repeat(rng.choice([-1, 0, 1], n // per_episode, p=mix), per_episode)
    label = np.where(rng.random(n) < alike, of_episode, rng.choice([-1, 0, 1], n, p=mix))
    return pl.DataFrame(
        {
            "channel": [channel] * n,
            "sentiment": pl.Series(label, dtype=pl.Int8),
            "confidence": rng.uniform(1 / 3, 1, n),
            "null_reason": pl.Series([None] * n, dtype=pl.String),
            "text_redacted": ["x" * k for k in rng.integers(5, 80, n)],
            "episode_id": [f"e{i // per_episode}" for i in range(n)],
        }
    )


def of(results: pl.DataFrame, feature: str) -> dict:
    return results.row(by_predicate=pl.col("feature") == feature, named=True)


def test_the_divergence_equals_scipys():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 30, (20, 4)), rng.integers(1, 30, (20, 4))
    expected = [jensenshannon(x, y, base=2) ** 2 for x, y in zip(a, b, strict=True)]
    assert jensen_shannon(a, b) == pytest.approx(expected, abs=1e-9)


def test_a_turned_over_label_mix_is_found_in_its_channel_only():
    rng = np.random.default_rng(2)
    reference = pl.concat([scores(rng, 1200), scores(rng, 1200, channel="chat")])
    current = pl.concat([scores(rng, 150, mix=(0.2, 0.3, 0.5)), scores(rng, 150, channel="chat")])
    results = drift.drift(reference, current)
    assert results.filter("drifted").select("channel", "feature").rows() == [("ticket", "label_mix")]
    assert of(results.filter(pl.col("channel") == "ticket"), "label_mix")["verdict"] == "drifted"


@pytest.mark.parametrize("feature", ["confidence", "length", "null_share"])
def test_drift_of_numbers_and_of_missing_sentiment_is_found(feature):
    rng = np.random.default_rng(3)
    reference, current = scores(rng, 1200), scores(rng, 150)
    current = current.with_columns(
        {
            "confidence": pl.col("confidence") * 0.8,
            "length": pl.lit("x" * 70).alias("text_redacted"),
            "null_share": pl.when(pl.int_range(pl.len()) < 40).then(pl.lit("language")).alias("null_reason"),
        }[feature]
    )
    assert results_drifted(drift.drift(reference, current)) == [feature]


def results_drifted(results: pl.DataFrame) -> list[str]:
    return results.filter("drifted")["feature"].to_list()


@pytest.mark.slow  # a campaign over many worlds
def test_without_drift_a_week_raises_an_alarm_no_more_often_than_promised():
    rng = np.random.default_rng(4)
    alarms = sum(drift.drift(scores(rng, 300), scores(rng, 60), seed=i, draws=399)["drifted"].any() for i in range(200))
    assert alarms <= 20  # 5 % of 200 is 10; more than 20 would come by chance once in 900 times


def test_the_limit_of_one_comparison_lets_pass_all_but_its_level():
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(200):
        counts = np.stack([rng.multinomial(300, MIX), rng.multinomial(60, MIX)])
        statistic, limit, p_value = permutation_test(Units(np.eye(3, dtype=int), counts), 399, 0.05, rng)
        assert (statistic > limit) == (p_value <= 0.05)
        alarms += statistic > limit
    assert 2 <= alarms <= 20


def test_texts_of_one_episode_raise_false_alarms_unless_they_are_dealt_together():
    rng = np.random.default_rng(6)
    columns = ["channel", "sentiment", "episode_id"]
    together = apart = 0
    for i in range(60):
        reference, current = (scores(rng, n, per_episode=3, alike=0.9).select(columns) for n in (600, 150))
        apart += of(drift.drift(reference, current, seed=i, draws=199), "label_mix")["p_value"] <= 0.05
        by_episode = drift.drift(reference, current, unit="episode_id", seed=i, draws=199)
        together += of(by_episode, "label_mix")["p_value"] <= 0.05
    assert together <= 8 < apart


def test_episodes_of_one_text_each_are_dealt_like_texts():
    rng = np.random.default_rng(7)
    reference, current = scores(rng, 400), scores(rng, 80)
    by_text, by_episode = (drift.drift(reference, current, unit=u) for u in (None, "episode_id"))
    same = ["channel", "feature", "n_reference", "n_current", "statistic", "verdict"]
    assert by_text.select(same).equals(by_episode.select(same))


def test_too_few_texts_are_not_tested_and_say_so():
    rng = np.random.default_rng(8)
    results = drift.drift(scores(rng, 400), scores(rng, thresholds.DRIFT_MINIMUM_CURRENT - 1, mix=(1, 0, 0)))
    assert results["verdict"].unique().to_list() == ["not tested"]
    assert of(results, "label_mix")["reason"] == "29 texts in the current week, 30 needed"
    assert results["drifted"].null_count() == results.height
    assert all(c.passed for c in check_drift(results))


def test_a_channel_without_reference_or_without_texts_now_is_not_tested():
    rng = np.random.default_rng(9)
    results = drift.drift(scores(rng, 400, channel="old"), scores(rng, 400, channel="new"))
    assert set(results["channel"]) == {"old", "new"}
    assert results["verdict"].unique().to_list() == ["not tested"]
    assert drift.drift(scores(rng, 0), scores(rng, 0)).is_empty()


def test_texts_of_agents_do_not_count_as_missing_sentiment():
    rng = np.random.default_rng(10)
    agents = scores(rng, 300).with_columns(sentiment=pl.lit(None, pl.Int8), null_reason=pl.lit("author"))
    results = drift.drift(scores(rng, 400), pl.concat([scores(rng, 100), agents]))
    assert of(results, "null_share")["n_current"] == 100
    assert of(results, "null_share")["verdict"] == "steady"


def test_the_same_input_gives_the_same_rows_whatever_other_channels_there_are():
    rng = np.random.default_rng(11)
    reference, current = scores(rng, 400), scores(rng, 80)
    once, again = drift.drift(reference, current), drift.drift(reference.reverse(), current)
    assert once.equals(again)
    more = drift.drift(pl.concat([reference, scores(rng, 400, channel="chat")]), current)
    p_values = ["feature", "statistic", "p_value"]
    assert more.filter(pl.col("channel") == "ticket").select(p_values).equals(once.select(p_values))


def test_windows_are_the_last_finished_week_and_the_weeks_before_it():
    as_of = datetime(2026, 7, 2, 15, tzinfo=UTC)  # a Thursday; the week of 22 to 28 June is the last finished one
    days = [datetime(2026, 7, 2, tzinfo=UTC) - timedelta(days=d) for d in range(200)]
    reference, current = windows(pl.DataFrame({"occurred_at": days}), as_of)
    assert (current["occurred_at"].min(), current["occurred_at"].max()) == (
        datetime(2026, 6, 22, tzinfo=UTC),
        datetime(2026, 6, 28, tzinfo=UTC),
    )
    assert (reference.height, current.height) == (7 * thresholds.DRIFT_REFERENCE_WEEKS, 7)
    assert reference["occurred_at"].max() == datetime(2026, 6, 21, tzinfo=UTC)


def test_a_red_check_names_its_channel_with_statistic_and_limit():
    rng = np.random.default_rng(12)
    checks = check_drift(drift.drift(scores(rng, 800), scores(rng, 100, mix=(0.1, 0.2, 0.7))))
    red = [c for c in checks if not c.passed]
    assert [(c.name, c.severity) for c in red] == [("label_mix_moved_no_more_than_chance", "warn")]
    (found,) = red[0].metadata["drifted"]
    assert found["channel"] == "ticket"
    assert found["statistic"] > found["limit"]
    assert red[0].metadata["what_to_do"]
