"""Every roll-up equals the naive join of touches and weeks: unrounded to 1e-9, published to the rounding."""

from __future__ import annotations

import polars as pl
import pytest
from naive_index import heard, index

NUMBERS = ("jsi", "jsi_raw", "jsi_low", "jsi_high", "evidence")
COUNTS = ("n_touches", "n_touches_week", "is_stale")
ROUNDED = 0.5e-4 + 1e-9


@pytest.fixture(scope="module")
def touches(warehouse) -> pl.DataFrame:
    return heard(warehouse.frame("fct_touches"))


@pytest.fixture(scope="module")
def weeks(warehouse) -> list:
    return warehouse.frame("select week_on from int_weeks__published order by week_on")["week_on"].to_list()


def beside(naive: pl.DataFrame, built: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Naive and built rows side by side; every naive row must have a built one."""
    joined = naive.join(built, on=[*keys, "week_on"], how="left", suffix="_built", validate="1:1")
    assert joined["n_touches_built"].null_count() == 0
    return joined


def largest_difference(joined: pl.DataFrame, column: str) -> float:
    return joined.select((pl.col(column) - pl.col(f"{column}_built")).abs().max()).item() or 0.0


def test_the_random_company_tries_every_level_and_trend(warehouse):
    words = warehouse.frame("select distinct evidence_level, trend from jsi_by_account_week")
    assert set(words["evidence_level"]) == {"insufficient", "thin", "solid"}
    assert set(words["trend"]) == {"insufficient", "no clear change", "improving", "declining"}
    assert warehouse.row("select count(*) as n from jsi_by_account_week where is_stale")["n"] > 50


def test_the_account_index_equals_the_naive_join_to_the_ninth_digit(warehouse, touches, weeks):
    naive = pl.DataFrame(list(index(touches.filter(pl.col("account_id").is_not_null()), ["account_id"], weeks, False)))
    joined = beside(naive, warehouse.frame("int_account_weeks__indexed"), ["account_id"])
    assert joined.height > 700
    for column in (*NUMBERS, "trend_z", "trend_delta"):
        assert largest_difference(joined, column) <= 1e-9, column
    for column in (*COUNTS, "has_trend"):
        assert joined.filter(pl.col(column) != pl.col(f"{column}_built")).is_empty(), column


@pytest.mark.parametrize(
    ("mart", "keys", "is_group"),
    [
        ("jsi_by_person_week", ["person_id"], False),
        ("jsi_by_stage_role_week", ["stage", "role"], True),
        ("jsi_by_segment_week", ["dimension", "value"], True),
    ],
)
def test_every_other_roll_up_equals_the_naive_join_to_its_rounding(warehouse, touches, weeks, mart, keys, is_group):
    grouped = touches.filter(pl.col("person_id").is_not_null()) if mart == "jsi_by_person_week" else touches
    if mart == "jsi_by_segment_week":
        grouped = pl.concat(
            touches.with_columns(dimension=pl.lit(name), value=pl.lit("all") if name == "company" else pl.col(name))
            for name in ("company", "segment", "region", "product_line", "channel")
        ).with_columns(pl.col("value").fill_null("unknown"))
    naive = pl.DataFrame(list(index(grouped, keys, weeks, is_group)))
    joined = beside(naive, warehouse.frame(mart), keys)
    shown = joined.filter(pl.col("evidence_level") != "suppressed")
    assert shown.height > 100
    for column in NUMBERS:
        assert largest_difference(shown, column) <= ROUNDED, column
    for column in (*COUNTS, *(("n_people", "n_accounts") if is_group else ())):
        assert joined.filter(pl.col(column) != pl.col(f"{column}_built")).is_empty(), column
    with_trend = shown.filter("has_trend")
    assert with_trend["trend_z_built"].null_count() == 0
    for column in ("trend_z", "trend_delta"):
        assert largest_difference(with_trend, column) <= ROUNDED, column
    if is_group:
        few = pl.col("n_people") < 5
        assert joined.filter(few != (pl.col("evidence_level") == "suppressed")).is_empty()
        assert joined.filter(few & pl.col("jsi_built").is_not_null()).is_empty()
