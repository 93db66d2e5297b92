"""The review queue: texts that people should label next, published for the app.

Belongs here: which texts of those that are published stand in it. Does not: the sheet that people fill in
(``label_sheets``), drawing (``models_nlp/label_sampling``), showing it (``dashboards``).

A text stands in it only as ``fct_touches`` of the same refresh shows it: what refusal, retention or an erasure takes
from there is not here either, and one check of an older generation speaks for both.
"""

from __future__ import annotations

import polars as pl

from models_nlp import label_sampling
from orchestration.label_sheets import seed_of, unlabelled_texts
from storage.layout import DataDir
from storage.retention import SHEET_SPAN

#: The least sure, and as many of every channel and answer; nobody labels more in a month.
N_TEXTS, UNCERTAIN_SHARE = 400, 0.5
#: ``label_queue.parquet``.
SCHEMA: dict[str, pl.DataType] = {
    "touch_id": pl.String(),
    "message_id": pl.String(),
    "response_id": pl.String(),
    "account_id": pl.String(),
    "channel": pl.String(),
    "occurred_at": pl.Datetime("us", "UTC"),
    "text_redacted": pl.String(),
    "sentiment": pl.Int32(),
    "confidence": pl.Float64(),
    "drawn": pl.String(),
    "model_version": pl.String(),
}
#: The texts that may be shown, as the warehouse has them.
SHOWN = """
    select touch_id, account_id, channel, occurred_at, text_redacted, sentiment, confidence, model_version
    from fct_touches
    where sentiment_source = 'model' and text_redacted is not null
"""


def draw_queue(paths: DataDir, shown: pl.DataFrame) -> pl.DataFrame:
    """``SCHEMA``: the texts of the last month to label next, the least sure first; ``shown``: rows of ``SHOWN``.

    The same data and day give the same queue.
    """
    texts, as_of = unlabelled_texts(paths, SHEET_SPAN.days)
    touch = pl.coalesce(pl.format("m:{}", "message_id"), pl.format("sv:{}", "response_id"))
    told = texts.select("text_hash", "text_redacted", "message_id", "response_id", touch_id=touch)
    known = shown.join(told, on=["touch_id", "text_redacted"], maintain_order="left")
    drawn = label_sampling.draw(known, N_TEXTS, UNCERTAIN_SHARE, seed_of(as_of))
    return drawn.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()).sort("confidence", "touch_id")
