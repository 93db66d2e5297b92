"""Whose words a message holds where another file tells it: a transcript's turns, and the calls that name the speakers.

Belongs here: filling messages in from the table ``speakers``, in whatever order the two arrived; taking the words of
withheld calls out of raw. Does not: what a vendor says of a speaker (``sources``), what is scored (``models_nlp``).

What a message says of its author is a function of its own row and of all speakers delivered so far, computed anew with
each ingest; so any order and any split of the deliveries ends in the same rows, and a run that was killed is mended by
the next one. A speaker whose id is the message's ``conversation_id`` stands for the call itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from sources.contract import POLARS_TYPE, TABLES
from sources.extract import Extract
from storage.files import write_parquet
from storage.layout import DataDir
from storage.markers import EXPIRED
from storage.raw import RAW_WARNINGS_SCHEMA, delivered_files, row_hashes

_FILLED = ("author_kind", "person_id", "account_id", "sent_at", "body")
_KNOWN = ("speaker_id", "author_kind", "person_id", "account_id", "started_at")
_ADVICE = (
    "nobody knows yet who wrote or said it ({} messages of this file): they are kept and not scored; deliver the calls "
    "with their parties, or the users, and they are read then"
)


def known_speakers(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a speaker (``_KNOWN``) from all versions in ``rows``: the newest counts, as for every key.

    Once any version says ``withheld`` it stays so: words that were taken out do not come back with a later file.
    """
    closed = rows.filter(pl.col("author_kind") == "withheld")["speaker_id"].unique()
    newest = (
        rows.with_columns(row_hashes(TABLES["speakers"], rows))
        .sort("updated_at", "row_hash", descending=True, nulls_last=True)
        .unique("speaker_id", keep="first", maintain_order=True)
    )
    kind = pl.when(pl.col("speaker_id").is_in(closed.implode())).then(pl.lit("withheld")).otherwise("author_kind")
    return newest.select(kind.alias("author_kind") if name == "author_kind" else name for name in _KNOWN)


def completed(messages: pl.DataFrame, speakers: pl.DataFrame) -> pl.DataFrame:
    """``messages`` (typed canonical rows, in order) with what ``speakers`` (of ``known_speakers``) tells of them.

    Where the speaker is known, kind and person are the speaker's; where the call is, time and account are the call's.
    Withheld words are dropped. Messages that name no speaker stay as they are.
    """
    own = speakers.rename({name: f"{name} of speaker" for name in _KNOWN[1:]})
    call = speakers.rename({name: f"{name} of call" for name in _KNOWN[1:]})
    joined = messages.join(own, on="speaker_id", how="left", maintain_order="left").join(
        call, left_on="conversation_id", right_on="speaker_id", how="left", maintain_order="left"
    )
    names = pl.col("speaker_id").is_not_null()
    has_call = names & pl.col("author_kind of call").is_not_null()
    kind = pl.coalesce("author_kind of speaker", "author_kind")
    kind = pl.when(pl.col("author_kind of call") == "withheld").then(pl.lit("withheld")).otherwise(kind)
    kind = pl.when(names).then(kind).otherwise("author_kind")
    since = pl.duration(microseconds=(pl.col("start_s") * 1_000_000).round())
    person = pl.when(pl.col("author_kind of speaker").is_not_null()).then("person_id of speaker").otherwise("person_id")
    found = {
        "author_kind": kind,
        "person_id": pl.when(names).then(pl.when(kind == "customer").then(person)).otherwise("person_id"),
        "account_id": pl.when(has_call)
        .then(pl.coalesce("account_id of speaker", "account_id of call"))
        .otherwise("account_id"),
        "sent_at": pl.when(has_call)
        .then(pl.col("started_at of call") + since.fill_null(timedelta()))
        .otherwise("sent_at"),
        "body": pl.when(kind != "withheld").then("body"),
    }
    return joined.with_columns(expr.alias(name) for name, expr in found.items()).select(messages.columns)


class Speakers:
    """All speakers that one ingest knows: those of raw, read once, and those of the files that it takes."""

    def __init__(self, paths: DataDir) -> None:
        self._paths = paths
        self._versions: list[pl.DataFrame] | None = None

    def complete(self, extract: Extract) -> Extract:
        """The extract with its messages filled in before they are written: withheld words never reach the disk."""
        messages, given = extract.tables.get("messages"), extract.tables.get("speakers")
        if given is not None and self._versions is not None:
            self._versions.append(given.select(TABLES["speakers"].column_names))
        if messages is None:
            return extract
        if messages["speaker_id"].null_count() < messages.height:
            ids = pl.concat([messages["speaker_id"], messages["conversation_id"]]).drop_nulls().unique().implode()
            rows = pl.concat(frame.filter(pl.col("speaker_id").is_in(ids)) for frame in self._known(given))
            messages = completed(messages, known_speakers(rows))
        messages = messages.with_columns(pl.when(pl.col("author_kind") != "withheld").then("body").alias("body"))
        return replace(extract, tables={**extract.tables, "messages": messages})

    def _known(self, given: pl.DataFrame | None) -> list[pl.DataFrame]:
        if self._versions is None:
            names = list(TABLES["speakers"].column_names)
            raw = [pl.read_parquet(p, columns=names) for p in delivered_files(self._paths.raw_table("speakers"))]
            self._versions = [*raw, *([given.select(names)] if given is not None else [])]
        none = pl.DataFrame(schema={c.name: POLARS_TYPE[c.kind] for c in TABLES["speakers"].columns})
        return [none, *self._versions]


def complete_raw(paths: DataDir) -> int:
    """Fill in all messages of raw from all speakers of raw; returns how many files changed.

    A message whose text has expired is left alone: its score hangs on its row as it was.
    """
    files = delivered_files(paths.raw_table("messages"))
    told = delivered_files(paths.raw_table("speakers"))
    if not files or not told:
        return 0
    speakers = known_speakers(pl.concat(pl.read_parquet(p) for p in told))
    changed = 0
    for path in files:
        waits = pl.col("speaker_id").is_not_null() & pl.col("body").ne_missing(EXPIRED)
        if not pl.scan_parquet(path).select(waits.any()).collect().item():
            continue
        frame = pl.read_parquet(path).with_row_index("nth")
        waiting = frame.filter(waits)
        filled = completed(waiting, speakers)
        if filled.select(_FILLED).equals(waiting.select(_FILLED)):
            continue
        filled = filled.with_columns(row_hashes(TABLES["messages"], filled))
        write_parquet(pl.concat([frame.filter(~waits), filled]).sort("nth").drop("nth"), path)
        changed += 1
    return changed


def unknown_speakers(paths: DataDir) -> pl.DataFrame:
    """A warning (``RAW_WARNINGS_SCHEMA``) for each file with messages of which nobody knows yet whose they are."""
    files = delivered_files(paths.raw_table("messages"))
    if not files:
        return pl.DataFrame(schema=RAW_WARNINGS_SCHEMA)
    found = (
        pl.scan_parquet(files)
        .filter(pl.col("author_kind") == "unknown")
        .group_by("source", "source_file", "loaded_at")
        .agg(pl.col("source_row").min(), pl.len().alias("n"))
        .collect()
    )
    said = {
        "table_name": "messages",
        "column_name": "author_kind",
        "reason": "speaker_unknown",
    }
    return found.with_columns(
        *(pl.lit(value).alias(name) for name, value in said.items()),
        pl.format("{} row {}: " + _ADVICE, "source_file", "source_row", "n").alias("message"),
    ).select(list(RAW_WARNINGS_SCHEMA))
