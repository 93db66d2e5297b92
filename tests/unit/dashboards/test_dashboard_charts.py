"""Charts are valid, name their colours, and what has no evidence gets none of the scale; the colours can be read."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import polars as pl
import pytest

from dashboards import account_tables, charts, detail_charts, health_tables, palette, published, tables
from dashboards.palette import TONES
from tests.unit.dashboards.published_company import AS_OF, STAGES

NOW = AS_OF.replace(tzinfo=None)
THEMES = tomllib.loads((Path(palette.__file__).parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))[
    "theme"
]
BOTH = pytest.mark.parametrize("theme", [THEMES["light"], THEMES["dark"]], ids=["light", "dark"])


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


def tone_of(layer: dict) -> str:
    """The tone a whole mark has."""
    return layer["encoding"].get("color", {}).get("field", "")


def test_the_line_draws_weeks_without_evidence_in_grey_only(weeks):
    mixed = weeks.with_columns(is_shown=pl.int_range(pl.len()) % 2 == 0)
    drawn = spec(charts.index_line(mixed, threshold=70.0, full_scale=True))
    data = [row for row in rows_of(drawn) if "is_shown" in row]
    assert len(data) == weeks.height
    assert all((row["shown_jsi"] is None) == (not row["is_shown"]) for row in data)
    assert all((row["shown_jsi_low"] is None) == (not row["is_shown"]) for row in data)
    lines = [layer for layer in drawn["layer"] if layer.get("mark", {}).get("type") in ("line", "area")]
    assert sorted(tone_of(layer) for layer in lines) == ["tone_good", "tone_good", "tone_grey", "tone_grey"]
    coloured = [layer for layer in lines if tone_of(layer) == "tone_good"]
    assert all(layer["encoding"]["y"]["field"].startswith("shown_") for layer in coloured)


def test_a_week_without_a_score_names_no_number_in_its_tooltip(weeks):
    hidden = weeks.with_columns(evidence_level=pl.lit("insufficient"), is_shown=pl.lit(False))
    drawn = spec(charts.index_line(hidden))
    texts = {row["index_text"] for row in rows_of(drawn) if "index_text" in row}
    assert texts == {"insufficient"}


def test_the_first_weeks_are_marked_one_by_one(weeks):
    few = [x for x in spec(charts.index_line(weeks.tail(1)))["layer"] if x.get("transform", [{}])[-1].get("filter")]
    assert {layer["mark"]["type"] for layer in few} == {"point", "rule"}
    assert not [x for x in spec(charts.index_line(weeks))["layer"] if x.get("transform", [{}])[-1].get("filter")]


def test_an_axis_of_a_few_weeks_names_days(weeks):
    days = weeks["week_on"]
    assert charts.time_axis(days).to_dict()["format"] == "%d %b"
    assert charts.time_axis(pl.concat([days, days.dt.offset_by("-1y")])).to_dict()["format"] == "%b %y"
    assert charts.time_axis(days.clear()).to_dict()["format"] == "%d %b"


def test_the_line_of_the_company_looks_closely_but_always_shows_50(company):
    rows = tables.with_shown(company.read("jsi_by_segment_week", dimension="company").sort("week_on"))
    domain = spec(charts.index_line(rows))["layer"][3]["encoding"]["y"]["scale"]["domain"]
    shown = rows.filter("is_shown")
    assert domain[0] <= min(50, shown["jsi_low"].min())
    assert domain[1] >= max(50, shown["jsi_high"].max())
    assert domain[1] - domain[0] >= 30


def test_a_line_without_any_score_is_still_drawn(weeks):
    drawn = spec(charts.index_line(weeks.with_columns(is_shown=pl.lit(False))))
    assert drawn["layer"]


def test_the_journey_colours_only_cells_with_a_score(company):
    cells = company.read("jsi_by_stage_role_week", week_on=company.latest_week())
    drawn = spec(charts.journey_map(tables.journey_cells(cells, STAGES, NOW)))
    rects = [layer for layer in drawn["layer"] if layer["mark"]["type"] == "rect"]
    by_filter = {layer["transform"][-1]["filter"]: layer["encoding"] for layer in rects}
    assert by_filter["datum.is_shown"]["color"]["field"] == "jsi"
    assert by_filter["!datum.is_shown"]["fill"]["field"] == "tone_hidden"
    assert "color" not in by_filter["!datum.is_shown"]
    assert all(row["jsi"] is None for row in rows_of(drawn) if not row["is_shown"])
    assert {row["tone"] for row in rows_of(drawn) if not row["is_shown"]} == {"faint"}
    notes = [layer for layer in drawn["layer"] if not any("filter" in step for step in layer["transform"])]
    assert {layer["encoding"]["text"]["field"] for layer in notes} == {"n_text", "ago_text"}, "always, on every cell"


def test_the_scale_of_the_index_is_fixed_and_diverges_around_50():
    colour = palette.index_colour("index").to_dict()
    stops = colour["scale"]["domain"]
    assert (stops[0], stops[-1]) == (20, 80)
    assert sum(stops) / len(stops) == pytest.approx(50)
    assert colour["scale"]["range"] == "diverging"
    assert colour["scale"]["clamp"] is True


def test_a_tone_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="hidden"):
        palette.tone("purple")


@BOTH
def test_the_theme_has_a_colour_for_every_tone_and_every_stop(theme):
    assert len(theme["chartCategoricalColors"]) == len(TONES)
    assert len(theme["chartDivergingColors"]) == len(palette.STOPS)
    tones = dict(zip(TONES, theme["chartCategoricalColors"], strict=True))
    assert tones["text"] == theme["textColor"]
    assert (tones["good"], tones["bad"]) == (theme["blueColor"], theme["orangeColor"])


@BOTH
def test_all_words_can_be_read(theme):
    tones = dict(zip(TONES, theme["chartCategoricalColors"], strict=True))
    for fill in theme["chartDivergingColors"]:
        assert contrast(tones["ink"], fill) >= 4.5, fill
    for ground in (tones["hidden"], theme["backgroundColor"]):
        assert contrast(tones["faint"], ground) >= 4.5, ground
    assert contrast(tones["text"], theme["backgroundColor"]) >= 7
    for mark in (tones["good"], tones["bad"], tones["grey"], palette.SYMBOL_GREY):
        assert contrast(mark, theme["backgroundColor"]) >= 3, mark


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two hex colours, 1 to 21."""

    def luminance(colour: str) -> float:
        shares = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_groups_without_a_score_have_a_word_and_no_mark(company):
    week = company.read("jsi_by_segment_week", week_on=company.latest_week())
    week = week.with_columns(evidence_level=pl.lit("insufficient"))
    drawn = spec(charts.group_comparison(tables.segments(week, "region", NOW), None))
    assert all(row["jsi"] is None for row in rows_of(drawn))
    words = [layer for layer in drawn["layer"] if layer.get("transform", [{}])[-1].get("filter") == "!datum.is_shown"]
    assert [layer["mark"]["type"] for layer in words] == ["text"]


def test_the_other_charts_are_valid(company, weeks):
    week = company.read("jsi_by_segment_week", week_on=company.latest_week())
    receipt = company.read("jsi_receipts", account_id="A-0001")
    facts = company.read("fct_touches", account_id="A-0001")
    health = company.read("model_health")
    drivers = tables.drivers(company.read("drivers", scope_kind="company"), "cause")
    steps = account_tables.receipt_steps(receipt, weeks["jsi"][-1])
    drawn = [
        charts.group_comparison(tables.segments(week, "segment", NOW), 61.0),
        charts.driver_bars(drivers),
        detail_charts.receipt_waterfall(steps, True),
        detail_charts.surveys_beside_index(weeks, account_tables.survey_answers(facts)),
        detail_charts.renewal_auc(tables.associations(company.read("revenue_correlation"))),
        detail_charts.label_mix(health_tables.label_mix(health, None)),
        detail_charts.confidence_line(health_tables.confidence(health, None)),
    ]
    for chart in drawn:
        assert rows_of(spec(chart))


def test_a_receipt_without_a_score_is_grey(company, weeks):
    steps = account_tables.receipt_steps(company.read("jsi_receipts", account_id="A-0001"), weeks["jsi"][-1])
    drawn = {flag: spec(detail_charts.receipt_waterfall(steps, flag)) for flag in (True, False)}
    assert {row["tone"] for row in rows_of(drawn[True])} == {"good", "bad", "text"}
    assert {row["tone"] for row in rows_of(drawn[False])} == {"grey"}


def test_no_chart_fixes_a_colour_of_its_own(company, weeks):
    cells = company.read("jsi_by_stage_role_week", week_on=company.latest_week())
    drawn = json.dumps(spec(charts.journey_map(tables.journey_cells(cells, STAGES, NOW)))["layer"])
    drawn += json.dumps(spec(charts.index_line(weeks, threshold=70.0))["layer"])
    assert "#" not in drawn, "the theme decides, also when the reader changes it"
