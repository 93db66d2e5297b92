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

    Raises ``WrongCall`` for a column, channel or folder that does not exist and for ``file`` itself as ``out``,
    ``ValueError`` for a file that is not CSV or has a row of another length than its header.
    """
    from sources.delimited import read_delimited
    from sources.errors import WrongShape

    if channel not in CHANNELS:
        raise WrongCall(f"--channel {channel}: there is no such channel; one of {', '.join(CHANNELS)}")
    if not out.absolute().parent.is_dir():
        raise WrongCall(f"--out {out}: the folder {out.absolute().parent} does not exist; make it first")
    if out.exists() and out.samefile(file):
        raise WrongCall(
            f"--out {out}: this is the file of the texts, which the scores would replace; name another file"
        )
    try:
        found = read_delimited(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except WrongShape as error:
        raise ValueError(f"{file}: not readable as CSV in UTF-8 with a header row: {error.message}") from None
    if text_column not in found.columns:
        raise WrongCall(f"{file}: has no column {text_column!r}; its columns are {', '.join(found.columns)}")
    if found.excluded.height:
        first = found.excluded.sort("source_row").row(0, named=True)
        more = f" ({found.excluded.height - 1} more rows are wrong)" if found.excluded.height > 1 else ""
        raise ValueError(f"{file} row {first['source_row']}: {first['message']}{more}; nothing was scored")
    return found.rows.sort("source_row")[text_column].fill_null("").to_list()


def write_scores(scores: pl.DataFrame, out: Path) -> None:
    """One row a text, in order; intents are joined by semicolons. ``out`` is whole or as it was before.

    Only our own words and numbers are written, so no cell of it can be a formula that someone sent.
    """
    import polars as pl

    from storage.files import write_text

    joined = pl.col("intents").list.join(";")
    write_text(scores.select(joined if c == "intents" else pl.col(c) for c in SCORE_COLUMNS).write_csv(), out)
