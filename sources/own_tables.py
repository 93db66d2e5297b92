"""Tables of a company's own shape, read as its map says: its columns, its words, its way of writing.

Belongs here: the reader that one entry of ``own_tables`` makes. Does not: what may stand in the map (``company_map``),
types (``conform``).

Only what is mapped is read: a column that happens to be called like one of ours is kept aside as any other.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sources.canonical import plain_extract, read_parquet
from sources.company_map import NONE, SEPARATORS, CompanyMap, OwnTable
from sources.content import Content, Limits
from sources.contract import TABLES
from sources.declared import own_words, plain_word
from sources.delimited import read_delimited
from sources.errors import WrongShape
from sources.extract import Extract
from sources.jsonlines import as_text_table, read_json
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader

# 31.12.2025, 31/12/2025 14:05:00; the order of day and month is declared, never guessed.
_NUMBERED_DAY = r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T,]+(\d{1,2}:\d{2}(?::\d{2})?))?$"
_DECIMAL_COMMA = r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$"


def readers(company: CompanyMap) -> tuple[Reader, ...]:
    """One reader an own table, in the order of their names."""
    return tuple(_reader(name, own) for name, own in sorted(company.own_tables.items()))


def _reader(name: str, own: OwnTable) -> Reader:
    shown = set(own.recognised_by)
    return Reader(
        name=name,
        claims=lambda head: BY_CONTENT if _is_plain(head) and shown <= set(head.columns) else NOT_MINE,
        read=lambda content, limits: _read(name, own, content, limits),
        expects=f"an own table of company.yml with the columns {', '.join(own.recognised_by)}",
        separator=SEPARATORS[own.separator],
    )


def _is_plain(head: Head) -> bool:
    return head.kind != "zip" and not any(head.lists)


def _read(name: str, own: OwnTable, content: Content, limits: Limits) -> Extract:
    table, excluded = TABLES[own.table], None
    if content.kind == "parquet":
        rows = read_parquet(content, limits)
        rows_read = rows.height
    else:
        if content.kind == "csv":
            text = read_delimited(content.body, limits=limits, separator=SEPARATORS[own.separator])
        else:
            text = as_text_table(read_json(content, limits), plain=list(own.columns), limits=limits)
        rows, rows_read = text.rows, text.rows_read
        excluded = text.excluded.with_columns(pl.lit(table.name).alias("table_name"))
    missing = [c for c in own.columns if c not in rows.columns and _is_needed(own, c)]
    if missing and content.kind in ("csv", "parquet"):
        raise WrongShape(
            f"the file has no column {', '.join(missing)}, which own_tables.{name} of company.yml maps: add it to the "
            "export, or correct the map",
            rows_read,
            reason="missing_column",
            column=missing[0],
        )
    return plain_extract(name, table, _canonical(own, rows), rows_read, excluded)


def _is_needed(own: OwnTable, column: str) -> bool:
    """An optional column may be missing from single files."""
    return TABLES[own.table].column(own.columns[column]).in_header


def _canonical(own: OwnTable, rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` under canonical names, in our words and spellings."""
    table = TABLES[own.table]
    taken = {c: own.columns[c] for c in rows.columns if c in own.columns}
    others = {c: f"{c} in the file" for c in rows.columns if c not in own.columns and c in table.column_names}
    rows = rows.rename(taken | others)
    spelled = [
        _spelled(own, pl.col(column), table.column(column).kind, own.values.get(column, {})).alias(column)
        for column in taken.values()
        if rows.schema[column] == pl.String
    ]
    constants = [pl.lit(_text(value)).alias(column) for column, value in own.constants.items()]
    return rows.with_columns(spelled).with_columns(constants)


def _spelled(own: OwnTable, value: pl.Expr, kind: str, words: Mapping[str, object]) -> pl.Expr:
    if words:
        return own_words(value, {plain_word(w): None if to == NONE else _text(to) for w, to in words.items()}, value)
    plain = value.str.strip_chars()
    if kind in ("date", "timestamp") and own.date_order != "ymd":
        day, month = (1, 2) if own.date_order == "dmy" else (2, 1)
        part = {n: plain.str.extract(_NUMBERED_DAY, n) for n in (1, 2, 3, 4)}
        iso = pl.format("{}-{}-{}", part[3], part[month].str.zfill(2), part[day].str.zfill(2))
        hour = part[4].str.split(":").list.get(0, null_on_oob=True).str.zfill(2)
        time = pl.format("T{}{}", hour, part[4].str.replace(r"^\d{1,2}", ""))
        return pl.when(iso.is_not_null()).then(pl.concat_str(iso, time.fill_null(""))).otherwise(value)
    if kind == "number" and own.decimal == "comma":
        point = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        # With a decimal comma, 1.5 is no number: it is passed on spelled so that it is excluded, never read as 15.
        return pl.when(plain.str.contains(_DECIMAL_COMMA)).then(point).otherwise(pl.format("{} (comma?)", value))
    return value


def _text(value: object) -> str:
    """A constant as a cell would hold it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
