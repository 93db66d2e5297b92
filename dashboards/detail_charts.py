"""Charts of one thing at a time: the receipt, survey answers beside the index, listening posts, renewals, the model.

Belongs here: pure functions frame → Altair chart. Does not: charts that several pages share (``charts``).
"""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards import palette
from dashboards.charts import BARE, stage_grid, time_axis
from dashboards.palette import shapes, tone, tones


def receipt_waterfall(steps: pl.DataFrame, has_score: bool) -> alt.LayerChart:
    """From 50 to the index, one step a channel.

    steps: of ``account_tables.receipt_steps``; has_score false draws the sum in grey, for it is no score to act on.
    """
    order = steps["label"].to_list()
    ends = [*steps["start"].to_list()[1:-1], *steps["end"].to_list(), 50.0]
    low, high = 10 * ((min(ends) - 4) // 10), 10 * ((max(ends) + 14) // 10)
    scale = alt.Scale(domain=[max(low, 0), min(high, 100)], nice=False, zero=False, clamp=True)
    drawn = {"up": "good", "down": "bad", "total": "text"} if has_score else {}
    # A total is a mark on the axis, not a bar from zero: the axis does not start there.
    floor = max(low, 0)
    data = steps.with_columns(
        pl.when(pl.col("kind") == "total").then(floor).otherwise("start").alias("from"),
        pl.max_horizontal("start", "end").alias("right"),
        pl.col("kind").replace_strict(drawn, default="grey", return_dtype=pl.String).alias("tone"),
    )
    base = palette.chart(data).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=130, **BARE)),
        tooltip=[
            alt.Tooltip("label:N", title="step"),
            alt.Tooltip("text:N", title="points"),
            alt.Tooltip("note:N", title="from"),
        ],
    )
    axis = alt.Axis(title="index, 0–100", tickCount=5)
    return alt.layer(
        base.transform_filter("datum.kind != 'total'")
        .mark_bar(height=16, cornerRadius=3)
        .encode(x=alt.X("from:Q", scale=scale, axis=axis), x2="end:Q", color=tones("tone")),
        base.transform_filter("datum.kind == 'total'")
        .mark_tick(thickness=4, size=22)
        .encode(x=alt.X("end:Q", scale=scale, axis=axis), color=tones("tone")),
        base.mark_text(align="left", dx=7, fontWeight=600).encode(
            x=alt.X("right:Q", scale=scale), text="text:N", color=tone("text")
        ),
    ).properties(height=alt.Step(30))


def listening_map(cells: pl.DataFrame) -> alt.LayerChart:
    """Stages down, sources across: the day of the last touch, and in words whether that is too long ago.

    cells: of ``listening_tables.post_cells``, in the order in which they are drawn.
    """
    base = stage_grid(cells, across="source", padding=0.08, labelLimit=90, labelOverlap=False).encode(
        tooltip=[
            alt.Tooltip("stage:N"),
            alt.Tooltip("source:N"),
            alt.Tooltip("day_text:N", title="last touch"),
            alt.Tooltip("state_text:N", title="state"),
            alt.Tooltip("n_text:N", title="touches"),
            alt.Tooltip("people_text:N", title="people"),
            alt.Tooltip("limit_text:N", title="limit"),
        ],
    )
    # No index is shown here, so the ground stays that of a cell without one: edge, sign and word carry the state.
    layers = [
        base.transform_filter(f"datum.edge == '{edge}'")
        .mark_rect(cornerRadius=6, strokeWidth=1.6, strokeDash=dash)
        .encode(fill=tone("hidden", alt.Fill), stroke=tone(edge, alt.Stroke))
        for edge, dash in (("good", [1, 0]), ("bad", [5, 3]), ("grey", [2, 4]))
    ]
    return alt.layer(
        *layers,
        base.mark_text(dy=-13, fontSize=12, fontWeight=600).encode(text="day_text:N", color=tone("text")),
        base.mark_text(dy=4, fontSize=10.5).encode(text="state_text:N", color=tone("text")),
        base.mark_text(dy=18, fontSize=10).encode(text="n_text:N", color=tone("faint")),
    ).properties(height=alt.Step(56))


def surveys_beside_index(weeks: pl.DataFrame, answers: pl.DataFrame) -> alt.LayerChart:
    """Each survey answer on 0–100 of its own scale (100 = the happy end) beside the index of the same weeks.

    weeks: with ``is_shown``; answers: of ``account_tables.survey_answers``.
    """
    scale = alt.Scale(domain=[0, 100])
    axis = alt.Axis(title="0–100", tickCount=5)
    x = time_axis(weeks["week_on"])
    line = palette.chart(weeks.select("week_on", pl.when("is_shown").then("jsi").alias("jsi")))
    points = palette.chart(answers)
    return alt.layer(
        line.mark_line(strokeWidth=2.4).encode(
            x=alt.X("week_on:T", title=None, axis=x), y=alt.Y("jsi:Q", scale=scale, axis=axis), color=tone("good")
        ),
        points.mark_point(filled=True, size=60, opacity=0.6).encode(
            x=alt.X("occurred_at:T", title=None),
            y=alt.Y("position:Q", scale=scale, title=""),
            color=tone("text"),
            shape=shapes("survey"),
            tooltip=[
                alt.Tooltip("survey:N"),
                alt.Tooltip("native_score:Q", title="answer"),
                alt.Tooltip("native_scale:N", title="scale"),
                alt.Tooltip("occurred_at:T", title="on", format="%d %b %Y"),
            ],
        ),
    ).properties(height=240)


def renewal_auc(associations: pl.DataFrame) -> alt.LayerChart:
    """How well each predictor tells churners from stayers, by days before the renewal; 0.5 is chance.

    associations: of ``tables.associations``; rows that are not 'associated' are grey.
    """
    horizons = associations.sort("horizon_days")["horizon_text"].unique(maintain_order=True).to_list()
    found = pl.when(pl.col("verdict") == "associated").then(pl.lit("good")).otherwise(pl.lit("grey")).alias("tone")
    base = palette.chart(associations.filter(pl.col("auc").is_not_null()).with_columns(found)).encode(
        y=alt.Y("predictor_text:N", sort=alt.SortField("rank"), title=None, axis=alt.Axis(labelLimit=170, **BARE)),
        yOffset=alt.YOffset("horizon_text:N", sort=horizons),
        tooltip=[
            alt.Tooltip("predictor_text:N", title="predictor"),
            alt.Tooltip("horizon_text:N", title="before renewal"),
            alt.Tooltip("auc:Q", title="AUC", format=".2f"),
            alt.Tooltip("auc_low:Q", title="from", format=".2f"),
            alt.Tooltip("auc_high:Q", title="to", format=".2f"),
            alt.Tooltip("n:Q", title="renewals", format=","),
            alt.Tooltip("n_events:Q", title="churned", format=","),
            alt.Tooltip("verdict:N"),
        ],
    )
    scale = alt.Scale(domain=[0, 1])
    ticks = {"values": [0, 0.25, 0.5, 0.75, 1], "format": ".2f"}
    axis = alt.Axis(title="AUC (0.5 = chance)", **ticks)
    chance = palette.chart(pl.DataFrame({"at": [0.5]})).mark_rule(strokeDash=[2, 3])
    return alt.layer(
        chance.encode(x=alt.X("at:Q", scale=scale), color=tone("grey")),
        base.mark_rule(strokeWidth=4, opacity=0.35, strokeCap="round").encode(
            x=alt.X("auc_low:Q", scale=scale, axis=axis), x2="auc_high:Q", color=tones("tone")
        ),
        base.mark_point(filled=True, size=60, opacity=1).encode(
            x=alt.X("auc:Q", scale=scale, axis=axis),
            color=tones("tone"),
            shape=shapes("horizon_text", horizons),
        ),
    ).properties(height=alt.Step(16))


def label_mix(mix: pl.DataFrame) -> alt.Chart:
    """The weekly mix of labels, stacked to 100 %. mix: of ``health_tables.label_mix``."""
    order = ["unhappy", "neutral", "happy"]  # which take the first three tones: bad, grey, good
    return (
        palette.chart(
            mix.with_columns(pl.col("feeling").replace_strict({f: i for i, f in enumerate(order)}).alias("rank"))
        )
        .mark_area(line=False, opacity=0.9)
        .encode(
            x=alt.X("week_on:T", title=None, axis=time_axis(mix["week_on"])),
            y=alt.Y("share:Q", stack="normalize", axis=alt.Axis(title="share of texts", format="%", tickCount=4)),
            color=alt.Color(
                "feeling:N",
                sort=order,
                scale=alt.Scale(domain=order, range="category"),
                legend=alt.Legend(title=None, orient="top"),
            ),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("week_on:T", title="week to", format="%d %b %Y"),
                alt.Tooltip("feeling:N"),
                alt.Tooltip("share:Q", format=".0%"),
                alt.Tooltip("n_scored:Q", title="texts scored", format=","),
            ],
        )
        .properties(height=230)
    )


def confidence_line(weeks: pl.DataFrame) -> alt.Chart:
    """Mean calibrated confidence a week. weeks: of ``health_tables.confidence``."""
    return (
        palette.chart(weeks)
        .mark_line(strokeWidth=2.2)
        .encode(
            color=tone("good"),
            x=alt.X("week_on:T", title=None, axis=time_axis(weeks["week_on"])),
            y=alt.Y(
                "mean_confidence:Q",
                scale=alt.Scale(domain=[0.3, 1.0], clamp=True),
                axis=alt.Axis(title="mean confidence", tickCount=5),
            ),
            tooltip=[
                alt.Tooltip("week_on:T", title="week to", format="%d %b %Y"),
                alt.Tooltip("mean_confidence:Q", title="confidence", format=".2f"),
                alt.Tooltip("n_scored:Q", title="texts scored", format=","),
            ],
        )
        .properties(height=230)
    )
