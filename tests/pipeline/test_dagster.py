"""What data engineers see in the Dagster UI: described assets, schedules, a week that can be built again."""

from __future__ import annotations

import html

import dagster as dg
import polars as pl
import pytest

from orchestration import names
from orchestration.assets.published import as_markdown
from orchestration.assets.raw import raw_key
from orchestration.assets.rebuilt import MARTS
from orchestration.build import build_definitions
from orchestration.instance import open_instance


@pytest.fixture(scope="session")
def definitions(refreshed) -> dg.Definitions:
    return build_definitions(refreshed[0])


def test_every_asset_has_group_owner_kind_and_description(definitions):
    graph = definitions.resolve_asset_graph()
    keys = {node.key for node in graph.asset_nodes if node.is_materializable}
    assert len(keys) > 80
    bare = [
        spec.key.to_user_string()
        for spec in definitions.resolve_all_asset_specs()
        if spec.key in keys and not (spec.group_name and spec.owners and spec.kinds and spec.description)
    ]
    assert bare == []


def test_every_door_is_an_asset_by_its_name(definitions):
    keys = {spec.key for spec in definitions.resolve_all_asset_specs()}
    assert {raw_key("tickets"), dg.AssetKey(["scored", "touch_scores"])} <= keys
    assert {dg.AssetKey([names.PUBLISHED, mart]) for mart in names.PUBLIC_MARTS} <= keys


def test_row_counts_and_previews_were_recorded_without_customers_words(refreshed):
    instance = open_instance(refreshed[0])
    event = instance.get_latest_materialization_event(dg.AssetKey([names.PUBLISHED, "jsi_by_account_week"]))
    metadata = event.asset_materialization.metadata
    assert metadata["dagster/row_count"].value > 0
    assert "account_id" in metadata["preview"].value
    touches = instance.get_latest_materialization_event(dg.AssetKey([names.PUBLISHED, "fct_touches"]))
    assert "preview" not in touches.asset_materialization.metadata


def test_no_name_of_an_account_is_in_what_dagster_keeps(refreshed):
    paths, _ = refreshed
    names_of_accounts = pl.read_parquet(paths.current / "gate_status.parquet")["account_name"].drop_nulls().unique()
    assert names_of_accounts.len() > 20
    kept = [p.read_bytes() for p in paths.dagster_home.rglob("*") if p.is_file() and not p.is_symlink()]
    assert sum(map(len, kept)) > 1_000_000
    assert [name for name in names_of_accounts if any(name.encode() in content for content in kept)] == []
    event = open_instance(paths).get_latest_materialization_event(dg.AssetKey([names.PUBLISHED, "gate_status"]))
    preview = event.asset_materialization.metadata["preview"].value
    assert "account_id" in preview
    assert "account_name" not in preview


@pytest.mark.parametrize(
    "cell",
    ["![x](http://evil.example/p.png)", "[a](javascript:alert(1))", "<img src=x onerror=a>", "a | b", "`c`\n# *d*"],
)
def test_a_previewed_cell_is_neither_link_nor_picture_nor_tag_nor_column(cell):
    lines = as_markdown(pl.DataFrame({"driver": [cell], "n": [1]})).splitlines()
    assert len(lines) == 3
    assert lines[-1].count("|") == 3
    shown = lines[-1].split("|")[1]
    assert not set(shown) & set("[]()<>!`*")
    assert html.unescape(shown).strip() == " ".join(cell.split())


def test_the_weekly_and_monthly_schedules_and_the_sensor_start_the_refresh_and_the_others_their_reviews(
    definitions,
):
    jobs = {s.name: s.job_name for s in [*definitions.schedules, *definitions.sensors]}
    refreshing = dict.fromkeys(("weekly_refresh", "monthly_refresh", "landing_sensor"), "refresh")
    reviewing = {"monthly_review": "review", "change_sensor": "review", "quarterly_thresholds": "revalidate_thresholds"}
    assert jobs == {**refreshing, **reviewing}


@pytest.mark.slow
def test_a_past_week_is_rebuilt_from_its_partition_and_equals_what_is_published(own_copy):
    week_on = pl.read_parquet(own_copy.current / f"{MARTS[0]}.parquet")["week_on"].unique().sort()[-5]
    partition = str(week_on.fromordinal(week_on.toordinal() - 7))
    before = own_copy.current.resolve()
    job = build_definitions(own_copy).resolve_job_def("rebuild_week")
    for _ in range(2):  # a re-run changes nothing
        result = job.execute_in_process(instance=open_instance(own_copy), partition_key=partition)
        assert result.success
        (check,) = result.get_asset_check_evaluations()
        assert check.passed, check.metadata
        rebuilt = pl.read_parquet(own_copy.root / "rebuilt" / str(week_on) / f"{MARTS[0]}.parquet")
        assert rebuilt["week_on"].unique().to_list() == [week_on]
        assert rebuilt.height > 10
    assert own_copy.current.resolve() == before, "what is published stays as it is"
