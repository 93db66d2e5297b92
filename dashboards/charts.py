"""Charts of the index: line with interval, heat map of the journey, comparison of groups, drivers.

Belongs here: pure functions frame → Altair chart. Does not: choosing rows (``tables``), reading, pages. Charts of the
receipt, of survey answers and of the model's health are in ``detail_charts``.
Rows with ``is_shown`` false never get a colour of the scale: they are grey, and a word says why.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from dashboards import palette, wording
from dashboards.palette import index_colour, tone, tones

# From here on an axis of dates names months.
LONG_DAYS = 200
# Up to here every week is marked by itself.
FEW_WEEKS = 8

#: An axis of words, without lines.
BARE = {"domain": False, "ticks": False}

_SHOWN = "datum.is_shown"
_HIDDEN = "!datum.is_shown"


def index_line(
    weeks: pl.DataFrame, threshold: float | None = None, full_scale: bool = False, height: int = 260
) -> alt.LayerChart:
    """The index over the weeks with its 95 % interval; weeks without enough evidence are a grey dashed line.

    weeks: week_on, jsi, jsi_low, jsi_high, evidence_level, is_stale, is_shown, n_touches_week, of one group;
    suppressed weeks (null) are gaps. threshold: a gate's, drawn as a rule. full_scale: 0–100 instead of a close look.
    """
    words = [
        {
            "index_text": f"{wording.score(r['jsi'])}  ({wording.interval(r['jsi_low'], r['jsi_high'])})"
            if r["is_shown"]
            else wording.evidence(r["evidence_level"], r["is_stale"], short=True),
            "heard_text": wording.count(r["n_touches_week"], "touch", "touches"),
        }
        for r in weeks.iter_rows(named=True)
    ]
    texts = pl.DataFrame(words, schema={"index_text": pl.String, "heard_text": pl.String})
    scores = ("jsi", "jsi_low", "jsi_high")
    shown = [pl.when("is_shown").then(c).alias(f"shown_{c}") for c in scores]
    data = pl.concat([weeks.select("week_on", *scores, "is_shown"), texts], how="horizontal").with_columns(shown)

    domain = [0.0, 100.0] if full_scale else _close_look(weeks, threshold)
    scale = alt.Scale(domain=domain, nice=False, zero=False, clamp=True)
    base = palette.chart(data).encode(x=alt.X("week_on:T", title=None, axis=time_axis(data["week_on"])))
    axis = alt.Axis(title="index, 0–100", tickCount=5)
    y = alt.Y("jsi:Q", scale=scale, axis=axis)
    hover = alt.selection_point(fields=["week_on"], nearest=True, on="pointerover", empty=False, clear="pointerout")
    layers: list[alt.Chart] = [
        _rule(50, "50 balanced", "grey", [2, 3], scale),
        base.mark_area(opacity=0.16).encode(
            y=alt.Y("jsi_low:Q", scale=scale, title=""), y2="jsi_high:Q", color=tone("grey")
        ),
        base.mark_area(opacity=0.2).encode(
            y=alt.Y("shown_jsi_low:Q", scale=scale, title=""), y2="shown_jsi_high:Q", color=tone("good")
        ),
        base.mark_line(strokeWidth=1.4, strokeDash=[4, 3]).encode(y=y, color=tone("grey")),
        base.mark_line(strokeWidth=2.4).encode(y=alt.Y("shown_jsi:Q", scale=scale, title=""), color=tone("good")),
    ]
    if weeks.height <= FEW_WEEKS:
        # A line needs two weeks to be seen; a first week is a point with its interval.
        dots = base.transform_filter(_SHOWN)
        layers += [
            dots.mark_rule(strokeWidth=5, opacity=0.3, strokeCap="round").encode(
                y=alt.Y("jsi_low:Q", scale=scale, title=""), y2="jsi_high:Q", color=tone("good")
            ),
            dots.mark_point(filled=True, size=60, opacity=1).encode(y=y, color=tone("good")),
        ]
    if threshold is not None:
        layers.append(_rule(threshold, f"gate {threshold:g}", "bad", [6, 3], scale))
    layers += [
        base.mark_rule().encode(opacity=alt.condition(hover, alt.value(0.5), alt.value(0)), color=tone("faint")),
        base.mark_point(filled=True, size=70)
        .encode(
            y=y,
            color=tone("good"),
            opacity=alt.condition(hover, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("week_on:T", title="week to", format="%d %b %Y"),
                alt.Tooltip("index_text:N", title="index"),
                alt.Tooltip("heard_text:N", title="heard that week"),
            ],
        )
        .add_params(hover),
    ]
    return alt.layer(*layers).properties(height=height)


def stage_grid(cells: pl.DataFrame, across: str, padding: float, **axis: Any) -> alt.Chart:
    """The ground of a map: ``cells`` with their stage down and ``across``, both in the order in which they come.

    padding: the gap between two rows, as a share of a row. axis: more about the words above the columns.
    """
    stages, columns = (cells[name].unique(maintain_order=True).to_list() for name in ("stage", across))
    top = alt.Axis(orient="top", labelAngle=0, labelFontWeight=600, **axis, **BARE)
    left = alt.Axis(labelFontWeight=600, **BARE)
    return palette.chart(cells).encode(
        x=alt.X(f"{across}:N", sort=columns, title=None, axis=top, scale=alt.Scale(paddingInner=0.03)),
        y=alt.Y("stage:N", sort=stages, title=None, axis=left, scale=alt.Scale(paddingInner=padding)),
    )


def journey_map(cells: pl.DataFrame) -> alt.LayerChart:
    """Stages down, roles across: the index in its colour, or a grey cell with the reason; n and last heard always.

    cells: of ``tables.journey_cells``, in the order in which they are drawn.
    """
    data = cells.with_columns(pl.when("is_shown").then(pl.lit("ink")).otherwise(pl.lit("faint")).alias("tone"))
    base = stage_grid(data, across="role", padding=0.07).encode(
        tooltip=[
            alt.Tooltip("stage:N"),
            alt.Tooltip("role:N"),
            alt.Tooltip("score_text:N", title="index"),
            alt.Tooltip("interval_text:N", title="95 % interval"),
            alt.Tooltip("trend_text:N", title="trend"),
            alt.Tooltip("evidence_text:N", title="evidence"),
            alt.Tooltip("touches_text:N", title="touches"),
            alt.Tooltip("people_text:N", title="people"),
            alt.Tooltip("heard_text:N", title="last heard"),
        ],
    )
    words = {"color": tones("tone")}
    box = {"cornerRadius": 6}
    shown, hidden = base.transform_filter(_SHOWN), base.transform_filter(_HIDDEN)
    dashed = {"strokeDash": [3, 3], "strokeOpacity": 0.6}
    return (
        alt.layer(
            shown.mark_rect(**box).encode(color=index_colour("index (grey: no score)")),
            hidden.mark_rect(**box, **dashed).encode(fill=tone("hidden", alt.Fill), stroke=tone("grey", alt.Stroke)),
            shown.mark_text(dy=-13, fontSize=17, fontWeight=600).encode(text="score_text:N", **words),
            hidden.mark_text(dy=-13, fontSize=11).encode(text="score_text:N", **words),
            base.mark_text(dy=5, fontSize=10).encode(text="n_text:N", **words),
            base.mark_text(dy=18, fontSize=10).encode(text="ago_text:N", **words),
        )
        .resolve_scale(color="independent")
        .properties(height=alt.Step(56))
    )


def group_comparison(groups: pl.DataFrame, company: float | None) -> alt.LayerChart:
    """One row a group: its index with interval, or a grey word where the evidence does not carry one.

    groups: of ``tables.segments``; company: the company's index, drawn as a line to compare with.
    """
    order = groups["label"].to_list()
    scale = alt.Scale(domain=_close_look(groups, company), nice=False, zero=False, clamp=True)
    base = palette.chart(groups).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=130, **BARE)),
        tooltip=[
            alt.Tooltip("label:N", title="group"),
            alt.Tooltip("jsi:Q", title="index", format=".1f"),
            alt.Tooltip("interval_text:N", title="95 % interval"),
            alt.Tooltip("trend_text:N", title="trend"),
            alt.Tooltip("note:N", title="evidence"),
            alt.Tooltip("n_people:Q", title="people", format=","),
            alt.Tooltip("heard_text:N", title="last heard"),
        ],
    )
    x_axis = alt.Axis(title="index, 0–100", tickCount=5)
    shown = base.transform_filter(_SHOWN)
    layers = [
        shown.mark_rule(strokeWidth=5, opacity=0.3, strokeCap="round").encode(
            x=alt.X("jsi_low:Q", scale=scale, axis=x_axis), x2="jsi_high:Q", color=tone("good")
        ),
        shown.mark_point(filled=True, size=95, opacity=1).encode(
            x=alt.X("jsi:Q", scale=scale, axis=x_axis), color=tone("good")
        ),
        shown.mark_text(dy=-12, fontWeight=600).encode(
            x=alt.X("jsi:Q", scale=scale), text=alt.Text("jsi:Q", format=".1f"), color=tone("text")
        ),
        base.transform_filter(_HIDDEN)
        .mark_text(align="left", dx=4)
        .encode(x=alt.datum(scale.domain[0]), text="note:N", color=tone("faint")),
    ]
    if company is not None:
        layers.insert(0, _upright(company, scale))
    return alt.layer(*layers).properties(height=alt.Step(38))


def driver_bars(drivers: pl.DataFrame) -> alt.LayerChart:
    """Points above or below the baseline by driver, with its volume beside: touches and their share.

    drivers: of ``tables.drivers``.
    """
    order = drivers["label"].to_list()
    widest = max((abs(p) for p in drivers["points"].to_list()), default=1.0) or 1.0
    scale = alt.Scale(domain=[-1.45 * widest, 1.45 * widest], nice=False)
    signs = pl.when(pl.col("points") < 0).then(pl.lit("bad")).otherwise(pl.lit("good")).alias("tone")
    base = palette.chart(drivers.with_columns(signs)).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=130, **BARE)),
        tooltip=[
            alt.Tooltip("label:N", title="driver"),
            alt.Tooltip("points_text:N", title="points"),
            alt.Tooltip("volume_text:N", title="touches · share"),
            alt.Tooltip("mean_sentiment:Q", title="mean feeling, −1 to +1", format="+.2f"),
        ],
    )
    x = alt.X("points:Q", scale=scale, axis=alt.Axis(title="points of index", grid=False, labels=False, **BARE))
    down, up = "datum.points < 0", "datum.points >= 0"
    words = {"text": "points_text:N", "x": x, "color": tone("text")}
    volume = {"text": "volume_text:N", "x": alt.datum(0), "color": tone("faint")}
    return alt.layer(
        base.mark_bar(height=16, cornerRadius=3).encode(x=x, color=tones("tone")),
        _upright(0, scale, dash=(1, 0)),
        base.transform_filter(down).mark_text(align="right", dx=-5, fontWeight=600).encode(**words),
        base.transform_filter(up).mark_text(align="left", dx=5, fontWeight=600).encode(**words),
        base.transform_filter(down).mark_text(align="left", dx=7, fontSize=10.5).encode(**volume),
        base.transform_filter(up).mark_text(align="right", dx=-7, fontSize=10.5).encode(**volume),
    ).properties(height=alt.Step(30))


def time_axis(days: pl.Series) -> alt.Axis:
    """An axis for dates: months over a long time, days where that would name one month again and again."""
    first, last = days.min(), days.max()
    is_long = first is not None and (last - first).days > LONG_DAYS
    return alt.Axis(
        format="%b %y" if is_long else "%d %b", grid=False, tickCount=8 if is_long else "week", labelOverlap=True
    )


def _close_look(rows: pl.DataFrame, also: float | None) -> list[float]:
    """A domain in tens that holds 50, every shown interval and ``also``, and is never narrower than 30 points."""
    shown = rows.filter("is_shown")
    values = [50.0, *([also] if also is not None else []), *shown["jsi_low"].to_list(), *shown["jsi_high"].to_list()]
    known = [v for v in values if v is not None]
    low, high = 10 * ((min(known) - 1) // 10), 10 * ((max(known) + 10.9) // 10)
    while high - low < 30:
        low, high = max(low - 10, 0.0), min(high + 10, 100.0)
    return [max(low, 0.0), min(high, 100.0)]


def _rule(value: float, label: str, colour: str, dash: list[int], scale: alt.Scale) -> alt.LayerChart:
    rule = palette.chart(pl.DataFrame({"at": [value], "label": [label]})).encode(
        y=alt.Y("at:Q", scale=scale, title=""), color=tone(colour)
    )
    return rule.mark_rule(strokeDash=dash) + rule.mark_text(
        align="left", baseline="bottom", dx=4, dy=-3, fontSize=11
    ).encode(x=alt.value(0), text="label:N")


def _upright(value: float, scale: alt.Scale, dash: tuple[int, int] = (2, 3)) -> alt.Chart:
    rule = palette.chart(pl.DataFrame({"at": [value]})).mark_rule(strokeDash=list(dash))
    return rule.encode(x=alt.X("at:Q", scale=scale), color=tone("grey"))
