"""What a reader hands over: canonical rows, excluded rows, warnings, and the figures that must add up.

Belongs here: the shapes of those frames and how one is made. Does not: reading, casting, writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from sources.errors import WrongShape

#: One row per excluded canonical row. ``is_derived``: it was a second row of its source row, so it is not counted.
EXCLUDED_SCHEMA: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "table_name": pl.String(),
    "column_name": pl.String(),
    "reason": pl.String(),
    "message": pl.String(),
    "is_derived": pl.Boolean(),
}

#: One row per row (or column: ``source_row`` null) that was kept but deserves a look.
WARNING_SCHEMA: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "table_name": pl.String(),
    "column_name": pl.String(),
    "reason": pl.String(),
    "message": pl.String(),
}


@dataclass(frozen=True)
class Extract:
    """One file, read.

    ``tables``: canonical table → its typed columns + ``source_row`` + ``is_derived``.
    ``extra``: ``source_row`` + the columns that no canonical column takes, as text; None where there are none.
    """

    source: str
    tables: dict[str, pl.DataFrame]
    excluded: pl.DataFrame
    rows_read: int
    extra_columns: list[str] = field(default_factory=list)
    warnings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=WARNING_SCHEMA))
    extra: pl.DataFrame | None = None

    @property
    def rows_excluded(self) -> int:
        """Source rows that were excluded; what was derived from a row does not count."""
        return self.excluded.filter(~pl.col("is_derived"))["source_row"].n_unique()

    def check_sums(self) -> None:
        """Raise ``WrongShape`` unless each source row has one outcome: loaded once, or excluded once."""
        loaded = [f.filter(~pl.col("is_derived")).select("source_row") for f in self.tables.values()]
        outcomes = pl.concat(
            [*loaded, self.excluded.filter(~pl.col("is_derived")).select("source_row")], rechunk=False
        )["source_row"]
        if outcomes.len() != self.rows_read or outcomes.n_unique() != self.rows_read:
            raise WrongShape(
                f"the {self.source} reader took {self.rows_read} rows in and gives {outcomes.n_unique()} back "
                f"({outcomes.len()} outcomes): a defect of sources/{self.source}.py, please report it with the "
                "file's header",
                reason="unbalanced",
            )


def excluded_rows(
    rows: Iterable[int] | pl.Series,
    reason: str,
    message: str | Sequence[str],
    table: str | None = None,
    column: str | None = None,
    is_derived: bool = False,
) -> pl.DataFrame:
    """A frame of ``EXCLUDED_SCHEMA`` for these source rows; ``message`` is one for all or one for each."""
    numbers = pl.Series("source_row", rows, dtype=pl.Int64)
    said = pl.Series("message", [message] * numbers.len() if isinstance(message, str) else message, dtype=pl.String)
    return pl.DataFrame([numbers, said]).select(
        "source_row",
        pl.lit(table, pl.String).alias("table_name"),
        pl.lit(column, pl.String).alias("column_name"),
        pl.lit(reason, pl.String).alias("reason"),
        "message",
        pl.lit(is_derived).alias("is_derived"),
    )


def warning_rows(
    rows: Iterable[int | None] | pl.Series, reason: str, message: str, table: str | None, column: str | None
) -> pl.DataFrame:
    """A frame of ``WARNING_SCHEMA`` for these source rows."""
    return excluded_rows(rows, reason, message, table, column).drop("is_derived")


def stacked(frames: Iterable[pl.DataFrame], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """The frames under each other, in the columns of ``schema``; an empty frame when there are none."""
    return pl.concat([pl.DataFrame(schema=schema), *(f.select(list(schema)) for f in frames)])
