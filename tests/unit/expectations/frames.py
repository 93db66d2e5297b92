"""Small frames that keep every agreement: tests spoil one cell and look at what turns red."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from sources.contract import TABLES, raw_schema

LOADED_AT = datetime(2026, 7, 1, tzinfo=UTC)
CELLS = {
    "channel": "ticket",
    "score": 9.0,
    "scale_min": 0.0,
    "scale_max": 10.0,
    "rating": 4.0,
    "rating_min": 1.0,
    "rating_max": 5.0,
    "label": 1.0,
    "transcript_confidence": 0.9,
    "starts_on": date(2025, 1, 1),
    "renews_on": date(2026, 1, 1),
    "created_at": datetime(2026, 6, 1, tzinfo=UTC),
    "is_deleted": False,
    "is_derived": False,
    "loaded_at": LOADED_AT,
}
BY_TYPE = {
    pl.String(): "some words",
    pl.Float64(): 3.0,
    pl.Int64(): 1,
    pl.Boolean(): True,
    pl.Date(): date(2026, 6, 1),
    pl.Datetime("us", "UTC"): datetime(2026, 6, 2, tzinfo=UTC),
}


def good_raw(table: str, rows: int = 3) -> pl.DataFrame:
    """``rows`` rows of one canonical table that keep every agreement."""
    columns = {}
    for name, dtype in raw_schema(table).items():
        allowed = TABLES[table].column(name).allowed if name in TABLES[table].column_names else ()
        columns[name] = pl.Series([allowed[0] if allowed else CELLS.get(name, BY_TYPE[dtype])] * rows, dtype=dtype)
    return pl.DataFrame(columns).with_columns(source_row=pl.int_range(1, rows + 1, dtype=pl.Int64))


def good_scores() -> pl.DataFrame:
    """One scored text, one without consent, one by an agent."""
    return pl.DataFrame(
        {
            "table_name": ["messages", "messages", "survey_responses"],
            "row_hash": ["a", "b", "a"],
            "channel": ["ticket", "chat", "survey"],
            "text_redacted": ["the export failed again", None, "thank you"],
            "text_hash": ["h1", None, "h3"],
            "language": ["en", None, "en"],
            "sentiment": pl.Series([-1, None, None], dtype=pl.Int8),
            "p_negative": [0.7, None, None],
            "p_neutral": [0.2, None, None],
            "p_positive": [0.1, None, None],
            "confidence": [0.7, None, None],
            "emotion": ["frustration", None, None],
            "emotion_intensity": [0.6, None, None],
            "intents": [["report_problem"], [], []],
            "root_causes": [["product_defect", "reliability"], [], []],
            "effort": [5.0, None, None],
            "resolution": ["unresolved", "unknown", "unknown"],
            "evidence_words": [["failed −1.5"], [], []],
            "unknown_share": [0.25, None, None],
            "null_reason": [None, "no_consent", "author"],
            "model_version": ["v1", "v1", "v1"],
        },
    )
