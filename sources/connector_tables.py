"""Tables that a connector (Fivetran and its like) copied from a vendor's API into a warehouse.

Belongs here: the columns that connectors add, spellings of headers and truth values that all such tables share,
whether the vendor still has the record. Does not: any vendor's own columns (the vendor's
module), spellings of times (``vendor_times``).
Warehouses write one column name in several ways (``id``, ``ID``, ``"default"`` in its own quotes); here it is one.
``_fivetran_synced`` is when the row was last written, ``_fivetran_deleted`` that the vendor has the record no more; a
history table has one row per version, from ``_fivetran_start`` until ``_fivetran_end`` (9999-12-31: to this day), and
``_fivetran_active`` on the newest.
Documentation: https://fivetran.com/docs/core-concepts/system-columns-and-tables
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from sources.casting import TRUTH
from sources.content import Content, Limits
from sources.delimited import TextTable, column_name, read_delimited
from sources.errors import WrongShape
from sources.reader import text_column

SYNCED, DELETED, ACTIVE, START = "_fivetran_synced", "_fivetran_deleted", "_fivetran_active", "_fivetran_start"
# Databases that were dumped write the short words as well.
_TRUTH = {**TRUTH, "t": True, "f": False}
_TRUE = [word for word, is_true in _TRUTH.items() if is_true]


def plain_name(name: str) -> str:
    """A column's name without the warehouse's quotes and capitals."""
    return column_name(name.strip().strip('"').strip().lower())


def bare_name(name: str) -> str:
    """A column's name without case, spaces and punctuation: ``Last Modified Date`` and ``last_modified_date`` agree."""
    return "".join(c for c in name.lower() if c.isalnum())


def read_table(content: Content, limits: Limits) -> TextTable:
    """The CSV with plain column names. Raises ``WrongShape`` if two columns become one."""
    text = read_delimited(content.body, limits=limits)
    names = [plain_name(name) for name in text.columns]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise WrongShape(
            f"the header names {', '.join(doubled)} more than once, in different letters: keep one column of each name",
            text.rows_read,
            reason="duplicate_column",
            column=doubled[0],
        )
    rows = text.rows.rename(dict(zip(text.columns, names, strict=True)))
    return TextTable(names, rows, text.excluded, text.rows_read, text.headers)


def truth(value: Any) -> Any:
    """True or False however a warehouse or an API spells it; anything else as it is."""
    return _TRUTH.get(value.strip().lower(), value) if isinstance(value, str) else value


def is_gone(record: dict[str, Any]) -> bool:
    """True if the connector saw the record deleted at the vendor."""
    return truth(record.get(DELETED)) is True


def is_deleted(columns: Sequence[str], own: Sequence[str] = ()) -> pl.Expr:
    """``true`` where the vendor's ``own`` marks or the connector's say that the record is gone; else the mark itself.

    Null where no column speaks of it.
    """
    marks = [name for name in (*own, DELETED) if name in columns]
    gone = pl.any_horizontal(
        pl.lit(False), *(pl.col(mark).str.strip_chars().str.to_lowercase().is_in(_TRUE) for mark in marks)
    )
    return pl.when(gone).then(pl.lit("true")).otherwise(text_column(columns, marks))
