"""Rules of behaviour held against surveys: worked by hand, planted, and silent where a rule knows nothing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from heard_twice import feelings, felt, frame, touch

from insights.rules import BETTER, NO_BETTER, TOO_FEW, rule_agreement
from insights.thresholds import MINIMUM_PAIRED_ACCOUNTS, MINIMUM_PAIRS

POLICY = pl.DataFrame({"rule_id": ["resolution", "complaint_ticket"], "confidence": [0.5, 0.5]})


def one(table: pl.DataFrame, rule: str = "resolution") -> dict:
    return table.row(by_predicate=pl.col("rule_id") == rule, named=True)


def test_agreement_chance_and_kappa_are_those_worked_out_by_hand():
    """Forty accounts. In 30 the rule and one survey speak: 18 times both −1, six times both +1, six times − against +.
    In ten only a survey speaks, 0 each time."""
    said = [(-1, -1)] * 18 + [(1, 1)] * 6 + [(-1, 1)] * 6
    rows = [touch(f"s{n}", f"A{n}", "survey", asked, "rating", day=3) for n, (_, asked) in enumerate(said)]
    rows += [touch(f"t{n}", f"A{n}", "service", own, "rule", rule="resolution") for n, (own, _) in enumerate(said)]
    rows += [touch(f"s{n}", f"A{n}", "survey", 0, "rating") for n in range(30, 40)]
    found = one(rule_agreement(frame(rows), POLICY))
    assert (found["n_touches"], found["n_pairs"], found["n_accounts"]) == (30, 30, 30)
    assert found["agreement"] == pytest.approx(24 / 30)
    # The rule says −1 in 24 of 30, +1 in six; of 40 answers 18 are −1 and 12 are +1.
    assert found["chance"] == pytest.approx(0.8 * 18 / 40 + 0.2 * 12 / 40)
    assert found["kappa"] == pytest.approx((0.8 - 0.42) / 0.58, abs=1e-4)
    assert (found["verdict"], found["proposed_confidence"]) == (BETTER, 0.8)


def test_a_busy_fortnight_counts_once_and_only_the_same_account_and_fortnight_is_a_pair():
    rows = []
    for n in range(MINIMUM_PAIRS):
        account, day = f"A{n % MINIMUM_PAIRED_ACCOUNTS}", 14 * (n // MINIMUM_PAIRED_ACCOUNTS)
        rows += [touch(f"s{n}.{k}", account, "survey", asked, "rating", day) for k, asked in enumerate((-1, 1))]
        rows += [touch(f"t{n}", account, "service", -1, "rule", day + 13, rule="resolution")] * (1 + 9 * (n == 0))
        rows.append(touch(f"v{n}", account, "survey", 1, "model", day))  # what a survey's text says is no answer
    rows.append(touch("later", "A0", "service", -1, "rule", 14 * 40, rule="resolution"))
    rows.append(touch("else", "B0", "service", -1, "rule", 0, rule="resolution"))
    found = one(rule_agreement(frame(rows), POLICY))
    assert (found["n_touches"], found["n_pairs"], found["n_accounts"]) == (41, MINIMUM_PAIRS, MINIMUM_PAIRED_ACCOUNTS)
    assert found["agreement"] == 0.5
    assert found["proposed_confidence"] is None, "as the policy has it"


def test_each_rule_of_the_policy_has_its_row_and_few_pairs_give_no_figure():
    found = rule_agreement(frame([]), POLICY)
    assert found["rule_id"].to_list() == ["complaint_ticket", "resolution"]
    assert found["verdict"].unique().to_list() == [TOO_FEW]
    assert found["confidence"].to_list() == [0.5, 0.5]
    assert found.select("agreement", "kappa", "proposed_confidence").null_count().row(0) == (2, 2, 2)


def world(seed: int, is_linked: bool, accounts: int = 30, fortnights: int = 4) -> pl.DataFrame:
    """Surveys of each account and fortnight, a rule that feels what they feel (or what another account felt) and one
    that can only complain, mostly where customers are unhappy (or anywhere)."""
    rng = np.random.default_rng(seed)
    asked = feelings(rng, accounts, fortnights, spread=2)
    seen = asked if is_linked else feelings(rng, accounts, fortnights, spread=2)
    rows = []
    for account in range(accounts):
        for number in range(fortnights):
            day, who = 14 * number, f"A{account}"
            happy = seen[account, number]
            rows.append(touch(f"s{who}", who, "survey", felt(rng, asked[account, number]), "rating", day))
            rows.append(touch(f"t{who}", who, "service", felt(rng, happy), "rule", day, rule="resolution"))
            if rng.random() < 1 - happy:
                rows.append(touch(f"c{who}", who, "ticket", -1, "rule", day, rule="complaint_ticket"))
    return frame(rows)


def test_rules_that_know_something_are_better_than_chance_also_one_that_can_only_complain():
    found = rule_agreement(world(1, is_linked=True, accounts=80), POLICY)
    assert found["verdict"].to_list() == [BETTER, BETTER]
    assert (found["kappa_low"] > 0).all()


@pytest.mark.slow  # a campaign over many worlds
def test_rules_that_know_nothing_are_hardly_ever_called_better_than_chance():
    claims = [
        (rule_agreement(world(seed, is_linked=False), POLICY)["verdict"] == BETTER).to_list() for seed in range(60)
    ]
    # One tail of a 95 % interval: 2.5 of 100 each are promised.
    assert max(np.sum(claims, axis=0)) <= 5
    assert one(rule_agreement(world(0, is_linked=False), POLICY))["verdict"] == NO_BETTER
