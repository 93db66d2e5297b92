"""What the terminal shows of a candidate's trial."""

from __future__ import annotations

from orchestration.model_tables import shadow_tables


def test_texts_that_only_one_of_two_models_could_read_are_told():
    agreement = {"n_scored_by_both": 40, "share_equal": 1.0, "kappa": 1.0}
    found = {
        "against": "jsi_en-0.1.0+aa",
        "days": 90,
        "as_of": "2026-09-28",
        "agreement": {**agreement, "n_scored_after_only": 12, "n_scored_before_only": 3},
        "index_by_stage": [],
        "gates_flipped": [],
        "n_gates_flipped": 0,
        "n_accounts": 5,
        "arr_moved_usd": 0.0,
    }
    shown = shadow_tables("jsi_en-0.1.0+aa.de-bb", found)
    told = "40 texts read by both: 100.0% equal labels, κ 1.000; by this one alone 12, by the one in force alone 3"
    assert told in shown
