"""Rank statistics against scipy, against values worked out by hand, and against simulated worlds without a link."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from insights.ranks import (
    associate,
    average_ranks,
    benjamini_hochberg,
    expanded_tails,
    rank_sum_p_value,
    resampling_weights,
)
from tests.examples import examples


def association(risk, event, cluster=None, n_bootstrap=200, level=0.95):
    risk, event = np.asarray(risk, float), np.asarray(event, bool)
    cluster = np.arange(risk.size) if cluster is None else np.asarray(cluster)
    return associate(risk, event, cluster, resampling_weights(int(cluster.max()) + 1, n_bootstrap, 1), level)


def test_auc_counts_pairs_with_ties_at_one_half():
    # events 3 and 2 against 1, 2, 0: pairs won 3>1 3>2 3>0 2>1 2>0, tied 2=2 → 5.5 of 6
    assert association([3, 2, 1, 2, 0], [1, 1, 0, 0, 0]).auc == pytest.approx(5.5 / 6)


@examples(40)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=4, max_size=40))
def test_auc_spearman_and_p_value_equal_scipys_with_any_ties(rows):
    risk, event = np.array([r for r, _ in rows], float), np.array([e for _, e in rows])
    if event.all() or not event.any():
        return
    found = association(risk, event, n_bootstrap=2)
    test = stats.mannwhitneyu(risk[event], risk[~event], method="asymptotic", use_continuity=True)
    assert found.auc == pytest.approx(test.statistic / (event.sum() * (~event).sum()))
    if np.unique(risk).size > 1:
        assert found.p_value == pytest.approx(test.pvalue)
        assert found.spearman == pytest.approx(stats.spearmanr(risk, event).statistic)
    else:
        assert (found.auc, found.spearman, found.p_value) == (0.5, 0.0, 1.0)
    assert average_ranks(risk) == pytest.approx(stats.rankdata(risk))


def test_a_resample_equals_the_statistic_of_its_repeated_rows():
    rng = np.random.default_rng(2)
    risk, event = rng.integers(0, 5, 30).astype(float), rng.random(30) < 0.4
    weights = resampling_weights(30, 1, 3)
    drawn = np.repeat(np.arange(30), weights[0].astype(int))
    of_one_resample = associate(risk, event, np.arange(30), weights, 0.95)
    repeated = association(risk[drawn], event[drawn], n_bootstrap=2)
    assert of_one_resample.auc_low == of_one_resample.auc_high == pytest.approx(repeated.auc)
    assert of_one_resample.spearman_low == pytest.approx(stats.spearmanr(risk[drawn], event[drawn]).statistic)


def test_resamples_draw_whole_accounts_and_repeat_with_their_seed():
    weights = resampling_weights(40, 50, seed=4)
    assert weights.sum(axis=1).tolist() == [40.0] * 50
    assert np.array_equal(weights, resampling_weights(40, 50, seed=4))
    assert not np.array_equal(weights, resampling_weights(40, 50, seed=5))


def test_intervals_reach_further_where_one_outcome_is_rare():
    reach = [expanded_tails(n, 0.95)[0] for n in (3, 5, 10, 100_000)]
    assert reach == sorted(reach)
    assert reach[-1] == pytest.approx(0.025, abs=1e-4)
    assert expanded_tails(1, 0.95) == (0.0, 1.0)


def test_the_interval_covers_the_truth_about_as_often_as_it_says_with_eight_events():
    rng = np.random.default_rng(6)
    truth, shift = 0.70, stats.norm.ppf(0.70) * np.sqrt(2)
    event = np.arange(60) < 8
    covered = 0
    for _ in range(200):
        found = association(rng.normal(size=60) + shift * event, event, n_bootstrap=400)
        covered += found.auc_low <= truth <= found.auc_high
    assert covered >= 182  # 95 % is 190; plain percentiles reach about 180


def test_p_values_are_honest_when_accounts_hold_several_contracts_that_go_together():
    rng = np.random.default_rng(7)
    account = np.repeat(np.arange(60), 4)
    naive = honest = 0
    for _ in range(200):
        risk = rng.normal(size=60)[account] + 0.1 * rng.normal(size=240)
        event = (rng.random(60) < 0.3)[account]
        honest += rank_sum_p_value(risk, event, account) <= 0.05
        naive += rank_sum_p_value(risk, event, np.arange(240)) <= 0.05
    assert honest <= 20
    assert naive > 60


def test_benjamini_hochberg_equals_scipys():
    p_values = np.array([0.01, 0.6, 0.03, 0.03, 0.9, 0.0004])
    assert benjamini_hochberg(p_values) == pytest.approx(stats.false_discovery_control(p_values))
    assert benjamini_hochberg(np.array([])).size == 0
