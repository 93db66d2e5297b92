"""The colours of the charts, by name. Their values stand in ``.streamlit/config.toml``, once a theme.

Belongs here: what the colours are called and how a chart asks for them. Does not: their values, what is drawn.
A chart names a tone, and the reader's browser takes its value from the theme that is on: a chart needs not know the
theme, and follows at once when the reader changes it. Blue is good, orange is bad and grey is "not enough evidence to
say": the three are told apart by colour-blind eyes and differ in lightness from one another.
"""

from __future__ import annotations

import altair as alt
import polars as pl

# In the order of the theme's chartCategoricalColors. text and faint are words on the background, ink is words on the
# scale of the index, hidden is the ground of a cell without a score.
TONES = ("bad", "grey", "good", "text", "faint", "ink", "hidden")

# A fixed scale: a colour means the same index on every page and in every week; beyond its ends it stays as it is.
SCALE_LOW, SCALE_MIDDLE, SCALE_HIGH = 20, 50, 80
# One stop for each of the theme's ten chartDivergingColors, five on either side of the middle.
STOPS = tuple(SCALE_LOW + (SCALE_HIGH - SCALE_LOW) * step / 9 for step in range(10))

# The symbols of a legend of shapes cannot take a tone: a grey that is told from both themes' grounds.
SYMBOL_GREY = "#7c8592"

_BY_NAME = alt.Scale(domain=list(TONES), range="category")


def chart(rows: pl.DataFrame) -> alt.Chart:
    """A chart of ``rows`` whose marks can take any ``tone``."""
    return alt.Chart(rows).transform_calculate(**{f"tone_{name}": f"'{name}'" for name in TONES})


def tone(name: str, channel: type = alt.Color) -> alt.Color | alt.Fill | alt.Stroke:
    """One tone for a whole mark of a ``chart`` made here, on its colour or on another ``channel``."""
    if name not in TONES:
        raise ValueError(f"there is no tone {name!r}; there are {', '.join(TONES)}")
    return channel(f"tone_{name}:N", scale=_BY_NAME, legend=None)


def tones(field: str) -> alt.Color:
    """A tone for each row, named in a column of the data."""
    return alt.Color(f"{field}:N", scale=_BY_NAME, legend=None)


def shapes(field: str, order: list[str] | None = None) -> alt.Shape:
    """A shape for each value of a column, with a legend above the chart."""
    legend = alt.Legend(title=None, orient="top", symbolFillColor=SYMBOL_GREY, symbolStrokeColor=SYMBOL_GREY)
    return alt.Shape(f"{field}:N", sort=order or "ascending", legend=legend)


def index_colour(title: str) -> alt.Color:
    """The diverging scale around 50, for rows whose ``jsi`` may be shown."""
    legend = alt.Legend(
        title=title,
        titleFontWeight="normal",
        orient="bottom",
        direction="horizontal",
        gradientLength=180,
        gradientThickness=10,
        values=[SCALE_LOW, SCALE_MIDDLE, SCALE_HIGH],
    )
    scale = alt.Scale(domain=list(STOPS), range="diverging", interpolate="rgb", clamp=True)
    return alt.Color("jsi:Q", scale=scale, legend=legend)
