"""CSV → text, strictly: every row is read as it stands or excluded with its number; nothing is padded, cut or guessed.

Belongs here: records, quotes, ragged rows, encodings of single rows. Does not: what a column means.
Readers of CSV are silently wrong in many ways (short rows become nulls, an unclosed quote swallows rows). So polars
reads the rows, and rows and cells are counted a second time over the bytes (``delimited_count``); where the two
disagree, or anything looks irregular, the standard library's strict reader goes through the file record by record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from sources.content import DEFAULT_LIMITS, Limits
from sources.delimited_count import regular_rows
from sources.errors import WrongShape
from sources.extract import EXCLUDED_SCHEMA, excluded_rows, stacked

_COMMA = ","
_ADVICE = {
    "ragged_row": "it has {found} cells and the header {expected}: quote cells that hold {separator} or line ends",
    "bad_quote": "a quote is not closed or stands inside a cell: double the quotes inside a quoted cell",
    "bad_encoding": "it holds bytes that are not UTF-8 text: export the file as UTF-8",
    "nul": "it holds a NUL (a byte of zero: padding of a file that was not written to its end, or UTF-16?): export the "
    "file again, as UTF-8",
    "too_long": "a cell is longer than {limit} characters: shorten it in the export",
    "repeated_header": "it repeats the header (several exports put together?): nothing to do",
}


@dataclass(frozen=True)
class TextTable:
    """``rows``: ``source_row`` (1-based, headers not counted) + one text column a header name, empty cells null.

    ``headers``: all header records as they stand (Qualtrics has three); the first names the columns.
    ``excluded``: rows that could not be told apart into cells; ``table_name`` is null.
    """

    columns: list[str]
    rows: pl.DataFrame
    excluded: pl.DataFrame
    rows_read: int
    headers: list[list[str]]


def read_header(body: bytes, header_rows: int = 1, separator: str = _COMMA) -> tuple[list[list[str]], bytes]:
    """The first ``header_rows`` records, and the bytes after them. Raises ``WrongShape`` if there are fewer."""
    headers, start = header_of(body, header_rows, separator)
    return headers, body[start:]


def header_of(body: bytes, header_rows: int = 1, separator: str = _COMMA) -> tuple[list[list[str]], int]:
    """As ``read_header``, with the place where the rows begin: bytes of a large file are not copied."""
    stream = io.BytesIO(body)

    def lines() -> Iterator[str]:
        while line := stream.readline():
            yield line.decode("utf-8")

    headers: list[list[str]] = []
    try:
        reader = csv.reader(lines(), strict=True, delimiter=separator)
        while len(headers) < header_rows:
            if record := next(reader):
                headers.append(record)
    except UnicodeDecodeError as error:
        raise WrongShape("the header is not UTF-8 text: export the file as UTF-8", reason="bad_encoding") from error
    except csv.Error as error:
        raise WrongShape("the header has a quote that is not closed: export the file again") from error
    except StopIteration as error:
        raise WrongShape(f"the file ends before its {header_rows} header rows do: export it again") from error
    return headers, stream.tell()


def read_delimited(
    body: bytes, header_rows: int = 1, limits: Limits = DEFAULT_LIMITS, separator: str = _COMMA
) -> TextTable:
    """Read CSV text whose cells ``separator`` (one ASCII sign) parts.

    Raises ``WrongShape`` if the header itself is unusable.
    """
    headers, start = header_of(body, header_rows, separator)
    columns = _column_names(headers[0], limits)
    end = _end_of_rows(body, start)
    # Neither count waits for the other, and both leave Python's lock alone while they work.
    with ThreadPoolExecutor(1) as beside:
        counting = beside.submit(regular_rows, body, start, end, len(columns), separator)
        rows = _read_fast(body, start, end, columns, separator)
        regular = counting.result()
    if rows is not None and rows.height == regular:
        return _without_long_cells(columns, rows, headers, limits)
    return _read_strictly(body[start:end], columns, headers, limits, separator)


def _end_of_rows(body: bytes, start: int) -> int:
    """Where the last row ends: line ends at the end of the file are no rows."""
    end = len(body)
    while end > start and body[end - 1] in b"\r\n":
        end -= 1
    return end


def column_name(name: str) -> str:
    """A header's name as a column; ``source_row`` is ours, so a file's own one gets another name."""
    return f"{name} in the file" if name == "source_row" else name


def _column_names(header: list[str], limits: Limits) -> list[str]:
    names = [column_name(name.strip() or f"unnamed_{at}") for at, name in enumerate(header, start=1)]
    if any("\0" in name for name in names):
        raise WrongShape("the header holds NUL bytes: export the file as UTF-8 text", reason="bad_encoding")
    if len(names) > limits.columns:
        raise WrongShape(f"the header has {len(names)} columns, more than {limits.columns}", reason="too_large")
    doubled = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if doubled:
        raise WrongShape(
            f"the header names {', '.join(doubled)} more than once: keep one column of each name",
            reason="duplicate_column",
            column=doubled[0],
        )
    return names


def _read_fast(body: bytes, start: int, end: int, columns: list[str], separator: str) -> pl.DataFrame | None:
    if start >= end:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String)).with_row_index("source_row", offset=1)
    # One line end at the end of the file is as good as none; then the bytes are read where they are.
    is_whole = body[end:] in (b"", b"\n", b"\r\n")
    try:
        return pl.read_csv(
            body if is_whole else body[start:end],
            has_header=False,
            separator=separator,
            skip_lines=body.count(b"\n", 0, start) if is_whole else 0,
            schema=dict.fromkeys(columns, pl.String),
            row_index_name="source_row",
            row_index_offset=1,
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None  # it also meets what the second count finds irregular


def _without_long_cells(columns: list[str], rows: pl.DataFrame, headers: list[list[str]], limits: Limits) -> TextTable:
    lengths = rows.select(
        *(pl.col(name).str.len_bytes().min().alias(f"{at} least") for at, name in enumerate(columns)),
        *(pl.col(name).str.len_bytes().max().alias(f"{at} most") for at, name in enumerate(columns)),
    ).row(0)
    least, most = lengths[: len(columns)], lengths[len(columns) :]
    empty = [name for name, length in zip(columns, least, strict=True) if length == 0]
    rows = rows.with_columns(
        pl.col("source_row").cast(pl.Int64),
        *(pl.when(pl.col(name).str.len_bytes() > 0).then(pl.col(name)).alias(name) for name in empty),
    )
    rows_read, excluded = rows.height, []
    is_header = _is_header(columns, rows, headers)
    if is_header is not None:
        excluded.append(
            excluded_rows(rows.filter(is_header)["source_row"], "repeated_header", _ADVICE["repeated_header"])
        )
        rows = rows.filter(~is_header)
    if max((n or 0 for n in most), default=0) > limits.cell_chars:
        is_long = pl.any_horizontal(pl.col(columns).str.len_chars().fill_null(0) > limits.cell_chars)
        numbers = rows.filter(is_long)["source_row"]
        excluded.append(excluded_rows(numbers, "too_long", _ADVICE["too_long"].format(limit=limits.cell_chars)))
        rows = rows.filter(~is_long)
    return TextTable(columns, rows, stacked(excluded, EXCLUDED_SCHEMA), rows_read, headers)


def _is_header(columns: list[str], rows: pl.DataFrame, headers: list[list[str]]) -> pl.Series | None:
    """Which rows repeat the header word by word; null, at the price of looking at one column, where none does."""
    names = [pl.lit(name) if name else None for name in headers[0]]
    first = next((at for at, name in enumerate(headers[0]) if name), None)
    if first is None or not (rows[columns[first]] == headers[0][first]).any():
        return None
    same = [pl.col(c).is_null() if n is None else pl.col(c) == n for c, n in zip(columns, names, strict=True)]
    return rows.select(pl.all_horizontal(same).fill_null(False)).to_series()


def _read_strictly(
    rest: bytes, columns: list[str], headers: list[list[str]], limits: Limits, separator: str
) -> TextTable:
    """Record by record; a record that cannot be read costs its first line only, and reading resumes on the next."""
    numbers: list[int] = []
    kept: list[list[str]] = []
    excluded: list[pl.DataFrame] = []
    number = 0
    for number, cells, fault in _records(rest.decode("utf-8", "surrogateescape"), limits, separator):
        if fault is None and any(not _is_clean(cell) for cell in cells):
            fault = "bad_encoding"
        if fault is None and len(cells) != len(columns):
            fault = "ragged_row"
        if fault is None:
            numbers.append(number)
            kept.append(cells)
            continue
        parted_by = "commas" if separator == _COMMA else "the separator"
        is_nul = fault == "bad_encoding" and any("\0" in cell for cell in cells)
        advice = _ADVICE["nul" if is_nul else fault].format(
            found=len(cells), expected=len(columns), limit=limits.cell_chars, separator=parted_by
        )
        excluded.append(excluded_rows([number], fault, advice))
    by_column = list(zip(*kept, strict=True)) if kept else [()] * len(columns)
    rows = pl.DataFrame(
        [
            pl.Series("source_row", numbers, dtype=pl.Int64),
            *(pl.Series(name, cells, dtype=pl.String) for name, cells in zip(columns, by_column, strict=True)),
        ]
    )
    read = _without_long_cells(columns, rows, headers, limits)
    return TextTable(columns, read.rows, stacked([*excluded, read.excluded], EXCLUDED_SCHEMA), number, headers)


def _is_clean(cell: str) -> bool:
    """False for what was not UTF-8 (kept as lone surrogates) and for NUL bytes."""
    return (cell.isascii() and "\0" not in cell) or not any(c == "\0" or "\udc80" <= c <= "\udcff" for c in cell)


def _records(text: str, limits: Limits, separator: str) -> Iterator[tuple[int, list[str], str | None]]:
    """(number, cells, fault) of each record; blank lines are no records."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]

    def feed(at: int) -> Iterator[str]:
        while at < len(lines):
            yield lines[at]
            at += 1

    previous = csv.field_size_limit(limits.cell_chars)
    try:
        at, number = 0, 0
        while at < len(lines):
            base, reader = at, csv.reader(feed(at), strict=True, delimiter=separator)
            try:
                for cells in reader:
                    at = base + reader.line_num
                    if cells:
                        number += 1
                        yield number, cells, None
            except csv.Error as error:
                at += 1
                number += 1
                yield number, [], "too_long" if "field limit" in str(error) else "bad_quote"
    finally:
        csv.field_size_limit(previous)
