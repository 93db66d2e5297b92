"""What every reader is: a name, how it recognises its files, what it expects, how it reads one.

Belongs here: the shape of a reader, what several readers do alike. Does not: any vendor's knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from sources import consent_words
from sources.conform import conform
from sources.content import Content, Kind, Limits
from sources.contract import TABLES
from sources.declared import in_our_words
from sources.delimited import TextTable
from sources.extract import EXCLUDED_SCHEMA, WARNING_SCHEMA, Extract, excluded_rows, stacked

#: How sure a reader is that a file is its own.
NOT_MINE, BY_NAME, BY_CONTENT = 0, 1, 2


@dataclass(frozen=True)
class Head:
    """What is seen of a file before anyone reads it: its name, its kind, its column names or keys.

    ``first_keys``: for JSON, the key sets of the first objects; ``columns`` is their union. ``lists``: for a page of
    an API, the keys of its lists. ``members``: for a zip archive, the names of its files.
    """

    relative_name: str
    kind: Kind
    columns: tuple[str, ...]
    first_keys: tuple[frozenset[str], ...] = ()
    lists: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    def has(self, *names: str) -> bool:
        """True if all these columns are there."""
        return set(names) <= set(self.columns)

    def holds(self, is_one: Callable[[frozenset[str]], object]) -> bool:
        """True for JSON in which ``is_one`` knows one of the first objects by its keys."""
        return self.kind in ("json", "jsonl") and any(map(is_one, self.first_keys))


@dataclass(frozen=True)
class Reader:
    """``claims`` gives ``NOT_MINE``, ``BY_NAME`` or ``BY_CONTENT``; ``expects`` words what its files look like.

    ``separator``: the sign between the cells of its CSV.
    """

    name: str
    claims: Callable[[Head], int]
    read: Callable[[Content, Limits], Extract]
    expects: str
    separator: str = ","


def first_of(columns: Sequence[str], names: Sequence[str]) -> str | None:
    """The first of ``names`` that is among ``columns``."""
    return next((name for name in names if name in columns), None)


def text_column(columns: Sequence[str], names: Sequence[str]) -> pl.Expr:
    """The first of ``names`` that the file has, as an expression; nulls if it has none."""
    found = first_of(columns, names)
    return pl.col(found) if found is not None else pl.lit(None, pl.String)


def make_extract(
    source: str,
    frames: Sequence[tuple[str, pl.DataFrame]],
    rows_read: int,
    excluded: Sequence[pl.DataFrame] = (),
    warnings: Sequence[pl.DataFrame] = (),
    extra: pl.DataFrame | None = None,
) -> Extract:
    """Conform ``frames`` (table name, text columns + ``source_row`` + ``is_derived``) and add everything up.

    ``extra``: ``source_row`` + columns that no canonical column takes.
    """
    tables: dict[str, pl.DataFrame] = {}
    left_out, noticed = list(excluded), list(warnings)
    for name, frame in frames:
        frame = in_our_words(name, frame)
        if name == consent_words.TABLE:
            frame, not_ours, unsure = consent_words.in_plain_words(frame)
            left_out.append(not_ours)
            noticed.append(unsure)
        conformed = conform(TABLES[name], frame)
        tables[name] = pl.concat([tables[name], conformed.rows]) if name in tables else conformed.rows
        left_out.append(conformed.excluded)
        noticed.append(conformed.warnings)
    columns = [c for c in extra.columns if c != "source_row"] if extra is not None else []
    return Extract(
        source,
        tables,
        stacked(left_out, EXCLUDED_SCHEMA).sort("source_row", "is_derived", maintain_order=True),
        rows_read,
        columns,
        stacked(noticed, WARNING_SCHEMA),
        extra if columns else None,
    )


def not_needed(source: str, text: TextTable) -> Extract:
    """An export of the vendor that holds no touch, account or person: read, counted, every row set aside as such."""
    rows = text.rows["source_row"]
    message = "this export holds nothing that is read here: nothing to do, and it need not be delivered"
    return make_extract(source, [], text.rows_read, [text.excluded, excluded_rows(rows, "not_needed", message)])
