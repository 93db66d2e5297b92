"""The rows of the review page: texts to label, and the sheet in which people do.

Belongs here: pure functions over label_queue. Does not: reading, drawing, which texts stand in the queue (the refresh).
"""

from __future__ import annotations

import polars as pl

from dashboards.account_tables import feeling
from storage.spreadsheet import label_sheet

ALL = "all"
#: What is asked first, and what keeps the sheet from holding nothing but the hardest.
_WHY = {"uncertain": "least sure", "random": "sample"}


def channels(queue: pl.DataFrame) -> list[str]:
    """All, then each channel of the queue."""
    return [ALL, *queue["channel"].unique().sort()]


def of_channel(queue: pl.DataFrame, channel: str) -> pl.DataFrame:
    """The texts of one channel, or all of them."""
    return queue if channel == ALL else queue.filter(pl.col("channel") == channel)


def texts(queue: pl.DataFrame) -> pl.DataFrame:
    """The texts in words, the least sure first."""
    says = [feeling(sentiment) for sentiment in queue["sentiment"]]
    return queue.select(
        "occurred_at",
        pl.col("channel").str.replace_all("_", " "),
        "text_redacted",
        "confidence",
        pl.col("drawn").replace_strict(_WHY, default="sample").alias("why"),
        pl.Series("says", says, dtype=pl.String),
        "touch_id",
    ).sort("confidence", "touch_id")


def sheet(queue: pl.DataFrame) -> pl.DataFrame:
    """The queue as a sheet to fill in, in an order that says nothing."""
    return label_sheet(queue).sample(fraction=1, shuffle=True, seed=1)
