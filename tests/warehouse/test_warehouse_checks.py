"""The data tests turn red when something is wrong: a built warehouse is damaged in known places, and dbt must say so.

Belongs here: that checks can fail. That they pass on sound data, every build of this folder shows.
"""

from __future__ import annotations

import shutil

import duckdb
from company_on_disk import build

from storage.layout import DataDir

#: Data test → a damage that only it (and its kin in this table) should notice.
DAMAGE = {
    "role_weights_follow_without_gap_or_overlap": "update policy_role_weights set valid_to = '2026-01-01' "
    "where role = 'user'",
    "every_policy_change_has_a_version": None,  # the same new date
    "stage_thresholds_are_of_known_stages": "update policy_stage_thresholds set stage = 'moon' where stage = 'value'",
    "half_lives_lie_between_4_days_and_10_years": "update policy_half_lives set half_life_days = 1 "
    "where feedback_kind = 'inferred'",
    "index_parameters_are_sound": "update policy_index_parameters set baseline_positive = 0.3",
    "survey_scales_give_no_score_two_sentiments": "update policy_survey_scales set negative_to = 9 "
    "where survey_type = 'nps'",
    "touches_are_listed_once": "insert into fct_touches from fct_touches where touch_id = 's:GR1'",
    "touches_have_a_sentiment_with_source_and_weight_or_a_reason": "update fct_touches set null_reason = null "
    "where touch_id = 'm:GM5'",
    "the_points_of_drivers_sum_to_the_gap": "update drivers set points = points + 1 where scope = 'G1' "
    "and driver = 'pricing'",
    "the_points_of_a_receipt_sum_to_the_index": "delete from jsi_receipts where account_id = 'G4'",
    "every_account_has_every_published_week": "delete from jsi_by_account_week where account_id = 'G4' "
    "and week_on = '2026-03-23'",
    "the_touches_of_the_fact_are_in_the_roll_ups": "update jsi_by_segment_week set n_touches = n_touches + 1 "
    "where dimension = 'company'",
    "every_row_is_kept_excluded_or_superseded": "update row_accounting set is_balanced = false",
    "rows_kept_are_the_same_by_the_ledger_and_by_sql": "update row_accounting set rows_kept = rows_kept + 1",
    "gates_pass_hold_or_are_insufficient": "update gate_status set gate = 'pass' where account_id = 'G1'",
}


def test_every_damage_turns_its_own_check_red(built, dbt_target, tmp_path):
    paths = DataDir(tmp_path / "data").create()
    shutil.copy(built.building, paths.building)
    with duckdb.connect(str(paths.building)) as connection:
        for statement in filter(None, DAMAGE.values()):
            connection.execute(statement)
    result = build(paths, dbt_target, "test", "--select", *DAMAGE)
    outcomes = {r.node.name: str(r.status) for r in result.result}
    assert outcomes == dict.fromkeys(DAMAGE, "fail")


def test_a_source_that_fell_silent_is_told_and_only_that_one(built, dbt_target, tmp_path):
    paths = DataDir(tmp_path / "data").create()
    shutil.copy(built.building, paths.building)
    shutil.copytree(built.raw, paths.raw, dirs_exist_ok=True)
    with duckdb.connect(str(paths.building)) as connection:
        sources = connection.execute("select distinct source from fct_touches order by 1").fetchall()
        connection.execute("update policy_source_rhythms set max_days = 36500")
        quiet = sources[0][0]
        connection.execute(
            "insert into policy_source_rhythms values (?, 'daily', 1, '1900-01-01', null, 'data engineering', 'test')",
            [quiet],
        )
        connection.execute("update fct_touches set occurred_at = '2026-01-01' where source = ?", [quiet])
    result = build(paths, dbt_target, "test", "--select", "sources_speak_as_often_as_declared")
    (judged,) = result.result.results
    assert (str(judged.status), judged.failures) == ("warn", 1)
