"""A CSV file of texts in, a CSV file of scores out: what ``jsi score`` does around the scorer.

Belongs here: reading the one column, saying what is wrong with a call, the columns of the answer. Does not: scoring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

SCORE_COLUMNS = (
    "sentiment",
    "p_negative",
    "p_neutral",
    "p_positive",
    "confidence",
    "emotion",
    "emotion_intensity",
    "intents",
    "effort",
    "resolution",
    "null_reason",
    "model_version",
)

CHANNELS = ("ticket", "chat", "email", "call", "social", "community", "review", "survey")


class WrongCall(ValueError):
    """The call names what is not there; the message says what is."""


def read_texts(file: Path, text_column: str, channel: str, out: Path) -> list[str]:
    """The texts of a column, in order, empty where there is none.

    Raises ``WrongCall`` for a column, channel or folder that does not exist, ``ValueError`` for a file that is not CSV.
    """
    import polars as pl

    try:
        frame = pl.read_csv(file, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        # The parser's own words may quote a cell, so only its kind is told.
        raise ValueError(
            f"{file}: not readable as CSV in UTF-8 with a header row ({type(error).__name__}); check quotes, the "
            "number of cells in each row, and the encoding"
        ) from None
    if text_column not in frame.columns:
        raise WrongCall(f"{file}: has no column {text_column!r}; its columns are {', '.join(frame.columns)}")
    if channel not in CHANNELS:
        raise WrongCall(f"--channel {channel}: there is no such channel; one of {', '.join(CHANNELS)}")
    if not out.absolute().parent.is_dir():
        raise WrongCall(f"--out {out}: the folder {out.absolute().parent} does not exist; make it first")
    return frame[text_column].fill_null("").to_list()


def write_scores(scores: pl.DataFrame, out: Path) -> None:
    """One row a text, in order; intents are joined by semicolons."""
    import polars as pl

    joined = pl.col("intents").list.join(";")
    scores.select(joined if c == "intents" else pl.col(c) for c in SCORE_COLUMNS).write_csv(out)
