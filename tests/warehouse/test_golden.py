"""The golden company: every figure that docs/method.md works out by hand, to 0.01, from deliveries to the marts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "method.md").read_text(encoding="utf-8")
T = "2026-03-30"


def by_hand(heading: str) -> dict[str, dict[str, float]]:
    """The table below a heading of the page: touch → v, share, w, s and points as written there."""
    rows = {}
    for line in PAGE.split(f"### {heading}\n")[1].split("\n### ")[0].splitlines():
        cells = [c.strip().replace("−", "-") for c in line.strip("|").split("|")]
        touch = re.match(r"`([^`]+)`", cells[0])
        if not touch:
            continue
        share = re.split(r" [=÷] ", cells[2])[-1]
        above, _, below = share.partition("/")
        rows[touch[1]] = {
            "v": float(cells[1].split(" = ")[1]),
            "share": float(above) / float(below or 1),
            "w": float(cells[5]),
            "s": float(cells[6]),
            "points": float(cells[7]),
        }
    return rows


def account(warehouse, account_id: str) -> dict:
    return warehouse.row(f"select * from jsi_by_account_week where account_id = '{account_id}' and week_on = '{T}'")


@pytest.mark.parametrize(("name", "heading", "n"), [("G1", "G1, touch by touch", 12), ("G2", "G2, touch by touch", 11)])
def test_every_touch_weighs_and_gives_what_the_page_works_out(warehouse, name, heading, n):
    expected = by_hand(heading)
    assert len(expected) == n
    rows = warehouse.frame(
        "select receipts.*, touches.weight_fresh, touches.episode_share from jsi_receipts as receipts "
        f"inner join fct_touches as touches using (touch_id) where receipts.account_id = '{name}'"
    )
    assert set(rows["touch_id"]) == set(expected)
    for row in rows.iter_rows(named=True):
        hand = expected[row["touch_id"]]
        built = (row["weight_fresh"], row["episode_share"], row["weight"], row["sentiment"], row["points"])
        assert built == pytest.approx(tuple(hand.values()), abs=1e-4), row["touch_id"]


@pytest.mark.parametrize(
    ("name", "jsi", "raw", "low", "high", "evidence", "level", "stale", "n"),
    [
        ("G1", 58.38, 61.00, 34.84, 81.92, 9.602, "solid", False, 12),
        ("G2", 76.17, 94.67, 52.62, 99.72, 4.244, "thin", False, 11),
        ("G3", 50.00, 50.00, 23.16, 76.84, 1.0, "insufficient", True, 1),
        ("G4", 50.00, None, 15.35, 84.65, 0.0, "insufficient", False, 0),
    ],
)
def test_the_index_of_each_account_is_as_worked_out(warehouse, name, jsi, raw, low, high, evidence, level, stale, n):
    row = account(warehouse, name)
    assert row["jsi"] == pytest.approx(jsi, abs=0.01)
    assert row["jsi_raw"] == (raw if raw is None else pytest.approx(raw, abs=0.01))
    assert (row["jsi_low"], row["jsi_high"]) == pytest.approx((low, high), abs=0.01)
    assert row["evidence"] == pytest.approx(evidence, abs=0.01)
    assert (row["evidence_level"], row["is_stale"], row["n_touches"]) == (level, stale, n)


def test_the_trend_of_each_account_is_as_worked_out(warehouse):
    row = account(warehouse, "G1")
    assert row["trend"] == "improving"
    assert row["trend_z"] == pytest.approx(1.909, abs=0.001)
    assert (row["trend_delta"], row["trend_low"], row["trend_high"]) == pytest.approx((37.90, -1.00, 76.80), abs=0.01)
    row = account(warehouse, "G2")
    assert row["trend"] == "no clear change"
    assert row["trend_z"] == pytest.approx(-0.794, abs=0.001)
    assert {account(warehouse, name)["trend"] for name in ("G3", "G4")} == {"insufficient"}


def test_a_group_of_three_accounts_has_the_wider_interval(warehouse):
    row = warehouse.row(
        f"select * from jsi_by_segment_week where dimension = 'region' and value = 'golden region' and week_on = '{T}'"
    )
    assert row["jsi"] == pytest.approx(69.21, abs=0.01)
    assert row["evidence"] == pytest.approx(13.808, abs=0.01)
    assert (row["jsi_low"], row["jsi_high"]) == pytest.approx((42.79, 95.64), abs=0.01)
    assert (row["evidence_level"], row["n_people"], row["n_accounts"], row["n_touches"]) == ("solid", 7, 3, 24)


def test_stage_and_role_are_those_of_the_touch_and_two_people_are_too_few_to_show(warehouse):
    touches = warehouse.frame("select touch_id, stage, role from fct_touches where account_id = 'G1'")
    placed = {row["touch_id"]: (row["stage"], row["role"]) for row in touches.iter_rows(named=True)}
    assert placed["s:GR1"] == ("adoption", "buyer")
    assert placed["s:GR3"] == ("renewal", "user")
    assert placed["m:GM4"] == ("renewal", "buyer")
    row = warehouse.row(
        f"select * from jsi_by_stage_role_week where stage = 'renewal' and role = 'user' and week_on = '{T}'"
    )
    assert (row["evidence_level"], row["jsi"], row["n_people"], row["n_touches"]) == ("suppressed", None, 2, 6)


def test_the_drivers_of_g1_are_as_worked_out(warehouse):
    rows = warehouse.frame("select driver_kind, driver, points, n_touches from drivers where scope = 'G1'")
    points = {(r["driver_kind"], r["driver"]): r["points"] for r in rows.iter_rows(named=True)}
    assert points == {
        ("cause", "reliability"): pytest.approx(-3.234, abs=0.001),
        ("cause", "performance"): pytest.approx(-1.377, abs=0.001),
        ("cause", "response_time"): pytest.approx(-1.275, abs=0.001),
        ("cause", "pricing"): pytest.approx(4.808, abs=0.001),
        ("cause", "untagged"): pytest.approx(9.457, abs=0.001),
        ("channel", "survey"): pytest.approx(7.135, abs=0.001),
        ("channel", "email"): pytest.approx(4.808, abs=0.001),
        ("channel", "product"): pytest.approx(0.622, abs=0.001),
        ("channel", "service"): pytest.approx(0.425, abs=0.001),
        ("channel", "ticket"): pytest.approx(-4.611, abs=0.001),
        ("stage", "adoption"): pytest.approx(6.800, abs=0.001),
        ("stage", "renewal"): pytest.approx(1.579, abs=0.001),
    }


def test_the_gates_are_as_worked_out(warehouse):
    rows = warehouse.frame("select * from gate_status where account_id like 'G_' order by account_id")
    assert rows.select("account_id", "stage", "threshold", "gate", "reason").rows() == [
        ("G1", "renewal", 70.0, "hold", "below_threshold"),
        ("G2", "value", 65.0, "insufficient", "threshold_inside_interval"),
        ("G3", "onboarding", 60.0, "insufficient", "too_little_evidence"),
        ("G4", "onboarding", 60.0, "insufficient", "too_little_evidence"),
    ]
    assert rows.row(0, named=True)["renews_on"] == date(2026, 5, 31)
    assert rows.row(0, named=True)["arr_usd"] == 48_000.0


def test_touches_that_say_nothing_yet_are_in_the_fact_with_their_reason(warehouse):
    rows = warehouse.frame(
        "select touch_id, account_id, sentiment, sentiment_source, null_reason, text_redacted, occurred_at "
        "from fct_touches where source = 'golden'"
    )
    assert rows.height == 30
    said = {row["touch_id"]: row for row in rows.iter_rows(named=True)}
    reasons = {touch: row["null_reason"] for touch, row in said.items() if row["sentiment"] is None}
    assert reasons == {"m:GM3": "author", "m:GM5": "language", "m:GM9": "no_consent"}
    assert said["m:GM3"]["text_redacted"] == "redacted text"
    assert said["m:GM9"]["text_redacted"] is None
    assert said["m:GM11"]["occurred_at"].isoformat() == "2026-04-02T00:00:00"
    assert said["m:GM12"]["account_id"] is None
    receipts = warehouse.frame("select touch_id from jsi_receipts where account_id like 'G_'")["touch_id"]
    assert set(receipts) - {"prior"} == set(said) - set(reasons) - {"m:GM11", "m:GM12", "t:GT2:resolution"}


def test_a_merged_person_speaks_under_the_survivors_id(warehouse):
    assert warehouse.row("select person_id from fct_touches where touch_id = 'm:GM1'")["person_id"] == "GP2"
    people = warehouse.frame("select person_id, role, is_in_crm from dim_people where person_id like 'GP%' order by 1")
    assert people.filter(pl.col("person_id") == "GP2-old").is_empty()
    assert people.filter(pl.col("person_id") == "GP3")["role"].item() == "buyer"
    assert people.filter(~pl.col("is_in_crm"))["person_id"].to_list() == ["GP6", "GP8"]
