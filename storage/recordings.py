"""Calls whose recording was refused: their words are not kept.

Belongs here: leaving the words out before rows are written, taking them out of raw when a refusal comes later, bringing
them back from the landed file when none holds any more. Does not: who has refused (ingest is given a judge).

What raw holds depends on what was delivered, not on its order: a row without its words is hashed without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from sources.contract import TABLES
from sources.extract import Extract
from storage.files import write_parquet
from storage.layout import DataDir
from storage.markers import WITHHELD
from storage.raw import delivered_files, with_provenance, with_words

#: ``table(name)`` gives all versions of a canonical table's rows, those that are about to be written among them.
TableOf = Callable[[str], pl.DataFrame]
#: Rows of calls (``_ABOUT``) and the other tables → true for each row whose words must not be kept.
Judge = Callable[[pl.DataFrame, TableOf], pl.Series]

_MESSAGES = "messages"
_ABOUT = ("message_id", "conversation_id", "ticket_id", "person_id", "author_kind", "sent_at")
# Withheld speakers have no words: what they said is settled (``speakers``).
_IS_CALL = ((pl.col("channel") == "call") & (pl.col("author_kind") != "withheld")).fill_null(False)
_ROW = ["source_row", "is_derived", "row_key"]


def has_calls(extract: Extract) -> bool:
    """Whether a file brings anything that was said on a call."""
    frame = extract.tables.get(_MESSAGES)
    return frame is not None and bool(_is_call(frame).any())


def without_refused(paths: DataDir, judge: Judge, extracts: Sequence[Extract]) -> list[Extract]:
    """The extracts, in order, judged together and with what raw holds; refused calls without their words."""
    if not extracts:
        return []
    known = _raw_calls(paths).select(_ABOUT)
    calls = [e.tables[_MESSAGES].filter(_is_call(e.tables[_MESSAGES])).select(_ABOUT) for e in extracts]
    refused = judge(pl.concat([known, *calls]), lambda name: _table(paths, name, extracts))
    at, clean = known.height, []
    for extract, rows in zip(extracts, calls, strict=True):
        clean.append(_without_words(extract, refused.slice(at, rows.height)))
        at += rows.height
    return clean


def settle(paths: DataDir, judge: Judge, read_again: Callable[[str], Extract | None]) -> list[str]:
    """Make raw hold the words of exactly those calls that nobody refuses; what was changed, in words.

    ``read_again`` gives the landed file of this sha256; null where it is gone, and then its rows stay without words.
    """
    n_out, permitted = sweep(paths, judge)
    extracts = [(digest, read_again(digest)) for digest in sorted(permitted)]
    n_back = sum(restore(paths, judge, digest, extract) for digest, extract in extracts if extract is not None)
    said = [f"{n_out} texts of calls were taken out: their recording is refused"] if n_out else []
    return said + ([f"{n_back} texts of calls are back: their recording is not refused any more"] if n_back else [])


def sweep(paths: DataDir, judge: Judge) -> tuple[int, set[str]]:
    """Take the words of refused calls out of raw. The same call again changes nothing.

    Returns how many texts lost their words now, and the files (sha256) with rows that may have theirs again.
    """
    calls = _judged(paths, judge)
    told = calls.filter(pl.col("is_refused") & ~pl.col("is_withheld"))
    for digest in told["file_sha256"].unique().sort():
        mine = calls.filter(file_sha256=digest)
        # Cells that no canonical column takes may quote the words: they go first, a killed run finds the row again.
        _drop_extra(paths.extra / f"{digest}.parquet", mine.filter("is_refused")["source_row"])
        path = paths.raw_file(_MESSAGES, digest)
        frame = pl.read_parquet(path)
        is_told = _scattered(frame, mine["is_refused"] & ~mine["is_withheld"])
        write_parquet(with_words(TABLES[_MESSAGES], frame, "body", is_told, WITHHELD), path)
    return told.height, set(calls.filter(~pl.col("is_refused") & pl.col("is_withheld"))["file_sha256"])


def restore(paths: DataDir, judge: Judge, digest: str, extract: Extract) -> int:
    """Give the rows of one file their words back where nothing is refused any more; returns how many.

    ``extract``: the same file, read again.
    """
    path = paths.raw_file(_MESSAGES, digest)
    frame = pl.read_parquet(path)
    mine = _judged(paths, judge).filter(file_sha256=digest)
    may_be_back = _scattered(frame, mine["is_withheld"] & ~mine["is_refused"])
    origin = frame.row(0, named=True)
    names = (origin["source"], origin["source_file"], digest, origin["loaded_at"])
    read_again = with_provenance(TABLES[_MESSAGES], extract.tables[_MESSAGES], *names)
    whole = frame.with_row_index("place").filter(may_be_back).select("place", *_ROW)
    whole = whole.join(read_again, on=_ROW, how="inner", maintain_order="left").unique("place", maintain_order=True)
    places = whole["place"]
    columns = [frame[name].scatter(places, whole[name]) for name in ("body", "row_hash")]
    write_parquet(frame.with_columns(columns), path)
    if extract.extra is not None:
        held = pl.read_parquet(paths.extra / f"{digest}.parquet")
        gone = pl.concat([held["source_row"], mine.filter("is_refused")["source_row"]])
        here = pl.col("source_row").is_in(frame["source_row"].implode())
        missing = extract.extra.filter(here & ~pl.col("source_row").is_in(gone.implode()))
        write_parquet(pl.concat([held, missing]).sort("source_row"), paths.extra / f"{digest}.parquet")
    return len(places)


def n_withheld(paths: DataDir) -> int:
    """How many rows of raw are without their words."""
    return int(_raw_calls(paths)["is_withheld"].sum())


def _is_call(messages: pl.DataFrame) -> pl.Series:
    return messages.select(_IS_CALL).to_series()


def _judged(paths: DataDir, judge: Judge) -> pl.DataFrame:
    calls = _raw_calls(paths)
    return calls.with_columns(is_refused=judge(calls.select(_ABOUT), lambda name: _table(paths, name)))


def _raw_calls(paths: DataDir) -> pl.DataFrame:
    """All rows of calls that raw holds, in the order of files and rows: what they are about, whether words are out."""
    is_withheld = (pl.col("body") == WITHHELD).fill_null(False).alias("is_withheld")
    calls = pl.scan_parquet(_files(paths, _MESSAGES)).filter(
        (pl.col("channel") == "call") & (pl.col("author_kind") != "withheld")
    )
    return calls.select(*_ABOUT, "file_sha256", "source_row", is_withheld).collect()


def _table(paths: DataDir, name: str, extracts: Sequence[Extract] = ()) -> pl.DataFrame:
    new = [extract.tables[name] for extract in extracts if name in extract.tables]
    return pl.concat([pl.read_parquet(_files(paths, name)), *new], how="diagonal")


def _files(paths: DataDir, table: str) -> list[Path]:
    return delivered_files(paths.raw_table(table)) or [paths.raw_schema_file(table)]


def _scattered(messages: pl.DataFrame, of_calls: pl.Series) -> pl.Series:
    """One entry a row of a call, in order → one entry a row."""
    return pl.Series([False] * messages.height, dtype=pl.Boolean()).scatter(_is_call(messages).arg_true(), of_calls)


def _without_words(extract: Extract, refused: pl.Series) -> Extract:
    """``refused``: one entry a row of a call, in order."""
    if not refused.any():
        return extract
    frame, extra = extract.tables[_MESSAGES], extract.extra
    is_refused = _scattered(frame, refused)
    rows = frame.filter(is_refused)["source_row"]
    body = pl.when(is_refused).then(pl.lit(WITHHELD)).otherwise(pl.col("body")).alias("body")
    return replace(
        extract,
        tables=extract.tables | {_MESSAGES: frame.with_columns(body)},
        extra=extra.filter(~pl.col("source_row").is_in(rows.implode())) if extra is not None else None,
    )


def _drop_extra(path: Path, rows: pl.Series) -> None:
    if path.exists():
        extra = pl.read_parquet(path)
        left = extra.filter(~pl.col("source_row").is_in(rows.implode()))
        if left.height < extra.height:
            write_parquet(left, path)
