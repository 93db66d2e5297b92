"""Ids that two sources claim and may not mean the same by: told as warnings, so that nothing is taken for a version
of something else unseen.

Belongs here: which ids are suspect, and the warnings. Does not: who wins a key (``accounting``), which readers put
their vendor's name before an id so that two cannot meet (``sources/record_ids.py``), who is the same across sources
(``resolution``).

A ticket, message, response or contract is one system's: where two sources deliver one id, one of the rows is lost as an
older version of the other. Accounts and people are met on purpose under the CRM's id; there only an id whose sources
tell two names or addresses apart is suspect.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from storage.layout import DataDir
from storage.raw import RAW_WARNINGS_SCHEMA, delivered_files

REASON = "same_id_two_sources"
#: Tables of things that one system numbers → their id.
_OWNED = {
    "contracts": "contract_id",
    "invitations": "invitation_id",
    "survey_responses": "response_id",
    "tickets": "ticket_id",
    "messages": "message_id",
    "speakers": "speaker_id",
    "actions": "action_id",
}
#: Tables of what several systems know → their id, and what tells one from another, the surest first.
_SHARED = {"accounts": ("account_id", ("domains", "account_name")), "people": ("person_id", ("email", "full_name"))}
_LOST = (
    "{} row {}: another source ({}) has the same {} ({} ids of this file): the newer row counts and the other one is "
    "superseded; if they are two things, put the system's name before the ids of one of them in its export"
)
_MIXED = (
    "{} row {}: another source ({}) has the same {} under another name or address ({} ids of this file): they count as "
    "one; if they are not, put the system's name before the ids of one of them in its export"
)


def same_id_two_sources(paths: DataDir, doubled: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A warning (``RAW_WARNINGS_SCHEMA``) for each file, table and other source that claims an id of the file.

    ``doubled``: what ``accounting.contested`` gives. ``source_row`` is the first such row; the id is not repeated.
    """
    found = [pl.DataFrame(schema=RAW_WARNINGS_SCHEMA)]
    for table, key in _OWNED.items():
        keys = doubled[table]["row_key"].unique() if table in doubled else pl.Series(dtype=pl.String)
        if keys.is_empty():
            continue
        rows = _of_several(_claims(paths, table, key).filter(pl.col("row_key").is_in(keys.implode())).collect(), key)
        others = rows.select(key, "source").unique()
        found.append(_warned(rows.join(others, on=key, suffix="_other"), table, key, _LOST))
    for table, (key, telling) in _SHARED.items():
        if not delivered_files(paths.raw_table(table)):
            continue
        said = _of_several(_claims(paths, table, key, *telling).collect(), key)
        told = said.group_by(key, "source").agg(_said(column) for column in telling)
        pairs = told.join(told, on=key, suffix="_other").filter(pl.col("source") != pl.col("source_other"))
        apart = [row for row in pairs.iter_rows(named=True) if _tell_apart(row, telling)]
        suspect = pl.DataFrame(
            [(row[key], row["source"], row["source_other"]) for row in apart],
            schema={key: pl.String, "source": pl.String, "source_other": pl.String},
            orient="row",
        )
        found.append(_warned(said.join(suspect, on=[key, "source"]), table, key, _MIXED))
    return pl.concat(found)


def _claims(paths: DataDir, table: str, *columns: str) -> pl.LazyFrame:
    rows = pl.scan_parquet(delivered_files(paths.raw_table(table)))
    return rows.select(*columns, "row_key", "source", "source_file", "source_row", "loaded_at")


def _of_several(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """The rows whose id more than one source has."""
    return rows.filter(pl.col("source").n_unique().over(key) > 1) if rows["source"].n_unique() > 1 else rows.clear()


def _said(column: str) -> pl.Expr:
    return pl.col(column).drop_nulls().str.strip_chars().str.to_lowercase().unique()


def _tell_apart(pair: Mapping[str, object], telling: tuple[str, ...]) -> bool:
    """The first column that both sources fill decides; a name within the other one is the same name."""
    for column in telling:
        ours, theirs = pair[column], pair[f"{column}_other"]
        if ours and theirs:
            return not any(a in b or b in a for a in ours for b in theirs)
    return False


def _warned(pairs: pl.DataFrame, table: str, key: str, message: str) -> pl.DataFrame:
    """``pairs``: rows of ``_claims``, each with a ``source_other`` that has the same id."""
    told = (
        pairs.filter(pl.col("source") != pl.col("source_other"))
        .group_by("source", "source_file", "loaded_at", "source_other")
        .agg(pl.col("source_row").min(), pl.col(key).n_unique().alias("n"))
    )
    return told.with_columns(
        pl.lit(table).alias("table_name"),
        pl.lit(key).alias("column_name"),
        pl.lit(REASON).alias("reason"),
        pl.format(message, "source_file", "source_row", "source_other", pl.lit(key), "n").alias("message"),
    ).select(list(RAW_WARNINGS_SCHEMA))
