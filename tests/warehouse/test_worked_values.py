"""The method's worked values, from deliveries to the mart."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("account", "jsi", "margin", "evidence", "level"),
    [
        ("WV-silent", 50.0, 34.65, 0, "insufficient"),
        ("WV-one", 62.5, 32.87, 1, "insufficient"),
        ("WV-two", 70.0, 29.4, 2, "thin"),
        ("WV-five", 81.25, 21.22, 5, "thin"),
        ("WV-many", 70.8333, 11.64, 45, "solid"),
    ],
)
def test_the_index_of_a_few_equal_touches_is_as_worked_out(warehouse, account, jsi, margin, evidence, level):
    row = warehouse.row(f"select * from jsi_by_account_week where account_id = '{account}' and week_on = '2026-03-30'")
    assert row["jsi"] == pytest.approx(jsi, abs=1e-3)
    assert row["evidence"] == pytest.approx(evidence, abs=1e-3)
    assert row["evidence_level"] == level
    assert row["jsi"] - row["jsi_low"] == pytest.approx(margin, abs=0.01)
    assert row["jsi_high"] == pytest.approx(min(jsi + margin, 100), abs=0.01)


def test_an_account_never_heard_from_has_every_week_and_no_raw_score(warehouse):
    weeks = warehouse.row("select count(*) as n from int_weeks__published")["n"]
    rows = warehouse.frame("select * from jsi_by_account_week where account_id = 'WV-silent'")
    assert rows.height == weeks
    assert set(rows["jsi"]) == {50.0}
    assert rows["jsi_raw"].null_count() == weeks
    assert rows["last_touch_at"].null_count() == weeks
