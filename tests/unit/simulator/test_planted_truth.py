"""What is planted is there, with the size it claims; in a null world it is not."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.feeling import DECISION_WEIGHTS, Event, planted_events
from simulator.outcomes import loss_probabilities
from simulator.sample import Sample, simulate
from simulator.surveys import SURVEYS
from simulator.usage import METRICS
from simulator.world import Effects, World


def auc(score: np.ndarray, event: np.ndarray) -> float:
    """P(score of an event > score of a non-event), ties half."""
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    n = event.sum()
    return (rank[event].sum() - n * (n + 1) / 2) / (n * (len(event) - n))


def decided(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Feeling 30 days before, and whether the contract was lost or cut, of every decided renewal."""
    closed = [c for c in sample.outcomes.contracts if c.outcome]
    lost = np.array([c.outcome in ("churned", "contracted") for c in closed])
    return np.array([c.feeling_before for c in closed]), lost


def turns(sample: Sample) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Label, feeling of the speaker's role, and day of every customer turn of a known account."""
    labels, felt, days = [], [], []
    for plan in sample.conversations.values():
        account, person, day = plan.account[plan.turn_of], plan.person[plan.turn_of], plan.day[plan.turn_of]
        known = (account >= 0) & ~plan.is_small_talk
        labels.append(plan.label[known])
        roles = sample.shape.role[person[known]]
        felt.append(sample.feeling.of(account[known], roles, day[known] // 7))
        days.append(day[known])
    return np.concatenate(labels), np.concatenate(felt), np.concatenate(days)


def test_feeling_thirty_days_before_tells_losses_apart_with_an_auc_of_about_four_fifths(large):
    felt, lost = decided(large)
    assert 0.77 <= auc(-felt, lost) <= 0.84


def test_in_a_null_world_feeling_tells_nothing_about_losses(unlinked):
    felt, lost = decided(unlinked)
    assert 0.45 <= auc(-felt, lost) <= 0.55


def test_about_a_fifth_of_the_accounts_churn_or_contract(large, company):
    for sample, low, high in ((large, 0.15, 0.25), (company, 0.12, 0.28)):
        lost = {c.account for c in sample.outcomes.contracts if c.outcome in ("churned", "contracted")}
        assert low <= len(lost) / sample.shape.n_accounts <= high


def test_most_accounts_have_a_renewal_with_an_outcome_and_some_are_still_open(company):
    closed = {c.account for c in company.outcomes.contracts if c.outcome}
    assert len(closed) >= 0.7 * company.shape.n_accounts
    still_open = [c for c in company.outcomes.contracts if c.outcome is None]
    assert len(still_open) >= 0.3 * company.shape.n_accounts
    assert all(c.renew_day > company.world.n_days - 15 for c in still_open)


def test_churned_accounts_fall_silent(company):
    churned = [c for c in company.outcomes.contracts if c.outcome == "churned"]
    assert churned
    for contract in churned:
        last = max(
            (int(plan.day[plan.account == contract.account].max()) for plan in company.conversations.values()
             if (plan.account == contract.account).any()), default=0,
        )  # fmt: skip
        assert last <= contract.renew_day + 10


def test_tone_follows_feeling(large, unlinked):
    label, felt, _ = turns(large)
    low, high = np.quantile(felt, [0.1, 0.9])
    assert label[felt >= high].mean() - label[felt <= low].mean() > 1.0
    label, felt, _ = turns(unlinked)
    low, high = np.quantile(felt, [0.1, 0.9])
    assert abs(label[felt >= high].mean() - label[felt <= low].mean()) < 0.05


def test_the_seasons_swing_is_seen_in_what_is_said(large, unlinked):
    def swing(sample: Sample) -> float:
        label, _, day = turns(sample)
        month = np.array([sample.world.day(d).month for d in range(sample.world.n_days)])[day]
        return label[(month >= 6) & (month <= 8)].mean() - label[(month == 12) | (month <= 2)].mean()

    assert swing(large) > 0.25
    assert abs(swing(unlinked)) < 0.06


def test_hidden_risks_have_happy_users_and_an_unhappy_buyer(large):
    gap = large.feeling.by_role[:, :, 2].mean(axis=1) - large.feeling.by_role[:, :, 0].mean(axis=1)
    hidden = large.shape.is_hidden_risk
    assert 0.07 <= hidden.mean() <= 0.13
    assert gap[hidden].mean() > 1.5
    assert abs(gap[~hidden].mean()) < 0.4


def test_surveys_are_answered_by_a_fifth_to_two_fifths(large, company):
    for sample in (large, company):
        asked = sample.invitations.at < sample.world.n_days * 86_400
        for index, survey in enumerate(SURVEYS):
            n_asked = (sample.invitations.survey[asked] == index).sum()
            n_answered = ((sample.answers.survey == index) & (sample.answers.invitation >= 0)).sum()
            assert 0.20 <= n_answered / n_asked <= 0.40, survey.name


def test_every_surveys_score_rises_with_feeling_and_keeps_to_its_scale(large):
    answers = large.answers
    felt = large.feeling.of(answers.account, large.shape.role[answers.person], answers.answered // (7 * 86_400))
    honest = answers.invitation >= 0
    for index, survey in enumerate(SURVEYS):
        mine = honest & (answers.survey == index)
        assert np.corrcoef(felt[mine], answers.score[mine])[0, 1] > 0.35, survey.name
        assert answers.score[mine].min() >= survey.low
        assert answers.score[mine].max() <= survey.high


def test_waits_and_escalations_grow_when_feeling_falls(large, unlinked):
    def gaps(sample: Sample) -> tuple[float, float]:
        plan, facts = sample.tickets, sample.tickets.ticket
        felt = sample.feeling.of(plan.account, sample.shape.role[plan.person], plan.day // 7)
        low, high = felt <= np.quantile(felt, 0.2), felt >= np.quantile(felt, 0.8)
        replied = facts.first_reply >= 0
        wait = np.log((facts.first_reply - plan.start)[replied])
        return wait[low[replied]].mean() - wait[high[replied]].mean(), (
            facts.is_escalated[low].mean() - facts.is_escalated[high].mean()
        )

    wait, escalation = gaps(large)
    assert wait > 0.4
    assert escalation > 0.05
    wait, escalation = gaps(unlinked)
    assert abs(wait) < 0.05
    assert abs(escalation) < 0.03


def test_usage_follows_the_users_feeling(large, unlinked):
    def correlation(sample: Sample) -> float:
        used = sample.usage
        mine = used.metric == METRICS.index("active_users")
        table = np.full((sample.shape.n_accounts, sample.world.n_weeks), np.nan)
        table[used.account[mine], used.day[mine] // 7] = np.log(used.value[mine])
        whole = ~np.isnan(table).any(axis=1) & (sample.shape.contract_day < -100)
        change = table[whole][:, 20:].mean(axis=1) - table[whole][:, :20].mean(axis=1)
        felt = sample.feeling.by_role[whole, :, 2]
        return float(np.corrcoef(change, felt[:, 20:].mean(axis=1) - felt[:, :20].mean(axis=1))[0, 1])

    assert correlation(large) > 0.8
    assert abs(correlation(unlinked)) < 0.1


def test_the_play_changes_renewals_escalations_and_time_to_value_by_what_it_claims(large):
    p = loss_probabilities(np.zeros(2), 1.3, np.array([False, True]), 0.049)
    assert p[0, 1] - p[1, 1] == pytest.approx(0.049)
    days = large.outcomes.days_to_value
    with_play = np.mean([d for d, play in days.values() if play])
    without = np.mean([d for d, play in days.values() if not play])
    assert with_play / without == pytest.approx(0.82, abs=0.05)
    chosen = [p.chosen_for_low_feeling for p in large.feeling.plays]
    assert 0.3 <= np.mean(chosen) <= 0.8


def test_without_its_effect_the_play_leaves_escalations_as_they_are():
    def rate(effect: float) -> float:
        world = World(seed=4, accounts=300, people=2_000, touches=120_000, effects=Effects(play_escalations=effect))
        facts = simulate(world, with_words=False).tickets.ticket
        return facts.is_escalated[facts.had_play].mean()

    assert rate(-0.5) / rate(0.0) == pytest.approx(0.5, abs=0.08)


def test_planted_events_reach_those_they_name_and_fade(company):
    events = {e.event_id: e for e in planted_events(company.world, company.shape)}
    outage = events["EV-01"]
    reached = outage.touches(company.shape)
    assert (company.shape.product_line[reached] == outage.product_line).all()
    assert not events["PL-01"].is_in_calendar
    calm = World(effects=Effects(events=0.0, play_feeling=0.0))
    moved = simulate(World(effects=Effects(play_feeling=0.0)), with_words=False).feeling.by_role
    still = simulate(calm, with_words=False).feeling.by_role
    difference = moved - still
    own: list[Event] = [e for e in events.values() if e.accounts is not None]
    others = ~np.isin(np.arange(company.shape.n_accounts), [e.accounts[0] for e in own])
    week = outage.first_day // 7
    hit = np.flatnonzero(reached & others)
    assert np.allclose(difference[hit, week, 2], outage.size)
    assert np.allclose(difference[hit, week + 2, 2], outage.size / 2)


def test_a_renewal_is_decided_by_half_the_buyer_and_a_quarter_each_of_executive_and_user():
    assert DECISION_WEIGHTS.tolist() == [0.5, 0.25, 0.25, 0.0]


def test_gamed_answers_are_bursts_of_top_scores_answered_too_fast(company):
    gamed = np.array([bool(g) for g in company.answers.gaming])
    assert 5 <= gamed.sum() <= 60
    assert (company.answers.score[gamed] == 10).all()
    assert ((company.answers.answered - company.answers.started)[gamed] < 12).all()
    assert ((company.answers.answered - company.answers.started)[~gamed] >= 12).all()


def test_every_stage_of_the_journey_is_lived_through(company):
    assert {s.stage for s in company.outcomes.stages} == {
        "awareness", "evaluation", "purchase", "onboarding", "adoption", "value", "renewal", "advocacy",
    }  # fmt: skip


def test_a_company_too_small_is_refused_with_the_least_size():
    with pytest.raises(ValueError, match="accounts is 2; a sample company needs at least 5"):
        World(accounts=2)
    with pytest.raises(ValueError, match="people is 10; a sample company needs at least 20"):
        World(accounts=20, people=10)
