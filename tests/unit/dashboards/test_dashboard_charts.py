"""Charts are valid, their colours are the palette's, and what has no evidence gets none of them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import polars as pl
import pytest

from dashboards import account_tables, charts, detail_charts, health_tables, palette, published, tables
from dashboards.palette import DARK, LIGHT
from tests.unit.dashboards.published_company import AS_OF, STAGES

NOW = AS_OF.replace(tzinfo=None)
DASHBOARDS = Path(palette.__file__).parent
BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture(scope="module")
def company(company_data):
    return published.open_current(company_data)


@pytest.fixture(scope="module")
def weeks(company):
    return tables.with_shown(company.read("jsi_by_account_week", account_id="A-0001").sort("week_on"))


def spec(chart) -> dict:
    """The Vega-Lite of a chart, validated against its schema."""
    return chart.to_dict(validate=True)


def rows_of(chart: dict) -> list[dict]:
    return [row for rows in chart["datasets"].values() for row in rows]


@BOTH
def test_the_line_draws_weeks_without_evidence_in_grey_only(weeks, colours):
    mixed = weeks.with_columns(is_shown=pl.int_range(pl.len()) % 2 == 0)
    drawn = spec(charts.index_line(mixed, colours, threshold=70.0, full_scale=True))
    data = [row for row in rows_of(drawn) if "is_shown" in row]
    assert len(data) == weeks.height
    assert all((row["shown_jsi"] is None) == (not row["is_shown"]) for row in data)
    assert all((row["shown_jsi_low"] is None) == (not row["is_shown"]) for row in data)
    coloured = [
        layer
        for layer in drawn["layer"]
        if "mark" in layer
        and layer["mark"].get("color") == colours.accent
        and layer["mark"]["type"] in ("line", "area")
    ]
    assert len(coloured) == 2
    assert all(layer["encoding"]["y"]["field"].startswith("shown_") for layer in coloured)


def test_a_week_without_a_score_names_no_number_in_its_tooltip(weeks):
    hidden = weeks.with_columns(evidence_level=pl.lit("insufficient"), is_shown=pl.lit(False))
    drawn = spec(charts.index_line(hidden, LIGHT))
    texts = {row["index_text"] for row in rows_of(drawn) if "index_text" in row}
    assert texts == {"insufficient"}


def test_the_line_of_the_company_looks_closely_but_always_shows_50(company):
    rows = tables.with_shown(company.read("jsi_by_segment_week", dimension="company").sort("week_on"))
    domain = spec(charts.index_line(rows, LIGHT))["layer"][3]["encoding"]["y"]["scale"]["domain"]
    shown = rows.filter("is_shown")
    assert domain[0] <= min(50, shown["jsi_low"].min())
    assert domain[1] >= max(50, shown["jsi_high"].max())
    assert domain[1] - domain[0] >= 30


def test_a_line_without_any_score_is_still_drawn(weeks):
    drawn = spec(charts.index_line(weeks.with_columns(is_shown=pl.lit(False)), LIGHT))
    assert drawn["layer"]


@BOTH
def test_the_journey_colours_only_cells_with_a_score(company, colours):
    cells = company.read("jsi_by_stage_role_week", week_on=company.latest_week())
    drawn = spec(charts.journey_map(tables.journey_cells(cells, STAGES, NOW), colours))
    rects = [layer for layer in drawn["layer"] if layer["mark"]["type"] == "rect"]
    by_filter = {layer["transform"][0]["filter"]: layer for layer in rects}
    assert by_filter["datum.is_shown"]["encoding"]["color"]["field"] == "jsi"
    assert by_filter["!datum.is_shown"]["mark"]["fill"] == colours.grey_fill
    assert "color" not in by_filter["!datum.is_shown"]["encoding"]
    assert all(row["jsi"] is None for row in rows_of(drawn) if not row["is_shown"])
    notes = [layer for layer in drawn["layer"] if "transform" not in layer]
    assert {layer["encoding"]["text"]["field"] for layer in notes} == {"n_text", "ago_text"}, "always, on every cell"


@BOTH
def test_every_cell_can_be_read(colours):
    for jsi in range(0, 101):
        fill = colours.fill(jsi)
        assert palette.contrast(colours.ink(fill), fill) >= 4.5, (jsi, fill)
    assert palette.contrast(colours.faint, colours.grey_fill) >= 4.5
    assert palette.contrast(colours.faint, colours.background) >= 4.5
    assert palette.contrast(colours.text, colours.background) >= 7


@BOTH
def test_one_ink_reads_on_the_whole_scale(colours):
    assert len({colours.ink(colours.fill(jsi)) for jsi in range(0, 101)}) == 1


@BOTH
def test_the_scale_diverges_around_50_and_stops_at_its_ends(colours):
    assert colours.fill(50) == colours.scale_middle
    assert colours.fill(0) == colours.fill(20) == colours.scale_low
    assert colours.fill(100) == colours.fill(80) == colours.scale_high


@BOTH
def test_the_theme_in_the_config_has_the_palettes_colours(colours):
    config = tomllib.loads((DASHBOARDS / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    theme = config["theme"][colours.name]
    assert (theme["backgroundColor"], theme["textColor"]) == (colours.background, colours.text)
    assert (theme["blueColor"], theme["orangeColor"]) == (colours.high, colours.low)
    assert theme["borderColor"] == colours.grid


@BOTH
def test_groups_without_a_score_have_a_word_and_no_mark(company, colours):
    week = company.read("jsi_by_segment_week", week_on=company.latest_week())
    week = week.with_columns(evidence_level=pl.lit("insufficient"))
    drawn = spec(charts.group_comparison(tables.segments(week, "region", NOW), colours, None))
    assert all(row["jsi"] is None for row in rows_of(drawn))
    words = [layer for layer in drawn["layer"] if layer.get("transform", [{}])[0].get("filter") == "!datum.is_shown"]
    assert [layer["mark"]["type"] for layer in words] == ["text"]


@BOTH
def test_the_other_charts_are_valid(company, weeks, colours):
    week = company.read("jsi_by_segment_week", week_on=company.latest_week())
    receipt = company.read("jsi_receipts", account_id="A-0001")
    facts = company.read("fct_touches", account_id="A-0001")
    health = company.read("model_health")
    drivers = tables.drivers(company.read("drivers", scope_kind="company"), "cause")
    steps = account_tables.receipt_steps(receipt, weeks["jsi"][-1])
    drawn = [
        charts.group_comparison(tables.segments(week, "segment", NOW), colours, 61.0),
        charts.driver_bars(drivers, colours),
        detail_charts.receipt_waterfall(steps, colours, True),
        detail_charts.surveys_beside_index(weeks, account_tables.survey_answers(facts), colours),
        detail_charts.renewal_auc(tables.associations(company.read("revenue_correlation")), colours),
        detail_charts.label_mix(health_tables.label_mix(health, None), colours),
        detail_charts.confidence_line(health_tables.confidence(health, None), colours),
    ]
    for chart in drawn:
        assert rows_of(spec(chart))


def test_a_receipt_without_a_score_is_grey(company, weeks):
    steps = account_tables.receipt_steps(company.read("jsi_receipts", account_id="A-0001"), weeks["jsi"][-1])
    text = json.dumps(spec(detail_charts.receipt_waterfall(steps, LIGHT, False)))
    assert LIGHT.high not in text
    assert LIGHT.low not in text
