"""What another model would change, worked out by hand on four accounts."""

from __future__ import annotations

import json

import polars as pl
import pytest

from insights.shadow import compare


def side(sentiments: list[int | None], jsi: list[float], gates: list[str]) -> dict[str, pl.DataFrame]:
    n = len(sentiments)
    return {
        "scores": pl.DataFrame(
            {
                "table_name": ["messages"] * n,
                "row_hash": [f"r{k}" for k in range(n)],
                "channel": ["email", "chat"] * (n // 2),
                "sentiment": pl.Series(sentiments, dtype=pl.Int8),
                "null_reason": [None if s is not None else "language" for s in sentiments],
            }
        ),
        "gate_status": pl.DataFrame(
            {"account_id": list("ABCD"), "stage": ["renewal", "renewal", "value", "value"], "jsi": jsi, "gate": gates}
        ),
        "dim_accounts": pl.DataFrame({"account_id": list("ABCD"), "arr_usd": [1000.0, 250.5, None, 40.0]}),
        "jsi_by_stage_role_week": pl.DataFrame(
            {"stage": ["renewal"], "role": ["user"], "jsi": [jsi[0]], "evidence_level": ["solid"]}
        ),
    }


BEFORE = side([-1, -1, 0, 1, 1, None], [60.0, 72.0, 50.0, 66.0], ["hold", "pass", "hold", "pass"])
AFTER = side([-1, 0, 0, 1, 1, 1], [71.0, 69.0, 50.0, 66.0], ["pass", "hold", "pass", "pass"])


@pytest.fixture
def report():
    return compare(BEFORE, AFTER)


def test_labels_are_compared_where_both_models_gave_one(report):
    of = report["agreement"]
    assert (of["n_texts"], of["n_scored_by_both"], of["n_scored_after_only"], of["n_scored_before_only"]) == (
        6,
        5,
        1,
        0,
    )
    assert of["share_equal"] == 0.8
    # Equal .8; chance (2·1 + 1·2 + 2·2)/25 = .32.
    assert of["kappa"] == pytest.approx((0.8 - 0.32) / 0.68, abs=1e-4)
    assert of["confusion"] == [[1, 1, 0], [0, 1, 0], [0, 0, 2]]
    assert {row["channel"]: row["share_equal"] for row in of["by_channel"]} == {"chat": 0.5, "email": 1.0}


def test_the_index_moves_by_stage_and_the_largest_shift_is_told(report):
    renewal, value = report["index_by_stage"]
    assert (renewal["stage"], renewal["jsi_before"], renewal["jsi_after"], renewal["shift"]) == ("renewal", 66, 70, 4)
    assert renewal["largest_shift"] == 11
    assert value["shift"] == 0
    assert report["index_by_stage_role"][0]["shift"] == 11


def test_flipped_gates_are_listed_with_the_revenue_behind_them(report):
    assert report["n_gates_flipped"] == 3
    assert report["arr_moved_usd"] == 1250.5
    assert [row["account_id"] for row in report["flipped_accounts"]] == ["A", "B", "C"]
    assert report["gates_flipped"] == [
        {"gate_before": "hold", "gate_after": "pass", "n_accounts": 2, "arr_usd": 1000.0, "n_without_arr": 1},
        {"gate_before": "pass", "gate_after": "hold", "n_accounts": 1, "arr_usd": 250.5, "n_without_arr": 0},
    ]


def test_the_same_model_changes_nothing_and_a_report_is_plain_values():
    same = compare(BEFORE, BEFORE)
    assert same["agreement"]["kappa"] == 1.0
    assert (same["n_gates_flipped"], same["arr_moved_usd"], same["gates_flipped"]) == (0, 0.0, [])
    assert json.loads(json.dumps(same)) == same


def test_no_text_at_all_gives_no_agreement():
    nothing = side([None] * 6, [1.0, 2.0, 3.0, 4.0], ["hold"] * 4)
    of = compare(nothing, nothing)["agreement"]
    assert (of["share_equal"], of["kappa"], of["n_scored_by_both"]) == (None, None, 0)
