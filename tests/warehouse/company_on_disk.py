"""A company put straight into a data folder as raw and scored Parquet, and the real dbt project built on it.

Belongs here: landing small frames, running dbt in process, opening the warehouse. Does not: expected numbers.
Ingest and scoring are not run: a warehouse test fixes what SQL is given, to the last digit.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from sources.contract import TABLES, raw_schema
from storage.account_keys import telling_accounts
from storage.layout import DataDir
from storage.record_keys import telling_records
from storage.resolution import read_policy, resolve, with_hashes
from storage.words import WORDS_SCHEMA

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
MODEL_VERSION = "model-test"
LOADED_AT = datetime(2026, 4, 1, tzinfo=UTC)
TEXTS = pl.List(pl.String())

SCORE_SCHEMA: dict[str, pl.DataType] = {
    "table_name": pl.String(),
    "row_hash": pl.String(),
    "channel": pl.String(),
    "text_redacted": pl.String(),
    "text_hash": pl.String(),
    "language": pl.String(),
    "sentiment": pl.Int8(),
    "p_negative": pl.Float64(),
    "p_neutral": pl.Float64(),
    "p_positive": pl.Float64(),
    "confidence": pl.Float64(),
    "emotion": pl.String(),
    "emotion_intensity": pl.Float64(),
    "intents": TEXTS,
    "root_causes": TEXTS,
    "effort": pl.Float64(),
    "resolution": pl.String(),
    "evidence_words": TEXTS,
    "null_reason": pl.String(),
    "model_version": pl.String(),
}
FILE_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "source_file": pl.String(),
    "file_sha256": pl.String(),
    "tables": pl.String(),
    "status": pl.String(),
    "rows_read": pl.Int64(),
    "rows_kept": pl.Int64(),
    "rows_excluded": pl.Int64(),
    "rows_superseded": pl.Int64(),
    "message": pl.String(),
    "loaded_at": pl.Datetime("us", "UTC"),
    "extra_columns": pl.String(),
}

Rows = Sequence[Mapping[str, Any]]


def moment(text: str) -> datetime:
    """``2026-03-31`` or ``2026-03-31T12:00`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def raw_frame(table: str, rows: Rows, company: str) -> pl.DataFrame:
    """Rows in the raw schema, as one delivered file of ``company``; key, hash and provenance are filled in."""
    schema = raw_schema(table)
    file = f"{company}/{table}.csv"
    full = []
    for number, row in enumerate(rows, start=1):
        unknown = set(row) - set(TABLES[table].column_names)
        if unknown:
            raise KeyError(f"{table} has no column {sorted(unknown)}; see sources/contract.py")
        values = {name: row.get(name) for name in TABLES[table].column_names}
        key = "\x1f".join("" if values[k] is None else str(values[k]) for k in TABLES[table].key)
        provenance = {
            "source": company,
            "source_file": file,
            "file_sha256": hashlib.sha256(file.encode()).hexdigest(),
            "source_row": number,
            "is_derived": False,
            "row_key": key,
            "row_hash": hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest(),
            "loaded_at": LOADED_AT,
        }
        full.append(values | provenance)
    return pl.DataFrame(full, schema=schema)


def scores_of(table: str, raw: pl.DataFrame, scores: Mapping[str, Mapping[str, Any]], key: str) -> pl.DataFrame:
    """Score rows for the raw rows whose ``key`` is in ``scores``: what the model would have said about them."""
    rows = []
    for raw_row in raw.iter_rows(named=True):
        given = scores.get(raw_row[key])
        if given is None:
            continue
        sentiment = given.get("sentiment")
        confidence = given.get("confidence") if sentiment is not None else None
        blank = dict.fromkeys(SCORE_SCHEMA)
        lists = {name: [] for name, kind in SCORE_SCHEMA.items() if kind == TEXTS}
        rows.append(
            blank
            | lists
            | {"resolution": "unknown", "channel": raw_row.get("channel") or "survey", "model_version": MODEL_VERSION}
            | {"table_name": table, "row_hash": raw_row["row_hash"], "text_redacted": "redacted text"}
            | {name: 0.0 for name in ("p_negative", "p_neutral", "p_positive") if confidence is not None}
            | dict(given)
            | {"confidence": confidence}
        )
    return pl.DataFrame(rows, schema=SCORE_SCHEMA)


def land(data_dir: Path, raw: Mapping[str, pl.DataFrame], scores: pl.DataFrame | None, as_of: datetime) -> DataDir:
    """Write a data folder: every raw table (empty ones too), a balanced ledger, the refresh and the scores."""
    paths = DataDir(data_dir).create()
    files = []
    for table in TABLES:
        empty = pl.DataFrame(schema=raw_schema(table))
        paths.raw_table(table).mkdir(parents=True, exist_ok=True)
        empty.write_parquet(paths.raw_schema_file(table))
        for delivery in raw.get(table, empty).partition_by("file_sha256", maintain_order=True):
            delivery.write_parquet(paths.raw_file(table, delivery["file_sha256"][0]))
            files.append(_ledger_row(table, delivery))
    pl.DataFrame(files, schema=FILE_SCHEMA).write_parquet(paths.files)
    people, accounts = resolve(paths, read_policy(PROJECT / "seeds", as_of))
    # The hash of a person is the person here, so that expected rows can be read.
    with_hashes(people, people["person_id"]).write_parquet(paths.person_keys)
    accounts.write_parquet(paths.account_matches)
    telling = telling_accounts(paths, accounts["account_id"], people["person_id"])
    telling.select("account_id", account_key="keyed " + telling["spelled"]).write_parquet(paths.account_keys)
    records = telling_records(paths)
    pl.DataFrame({"record_id": records, "record_key": "keyed " + records}).write_parquet(paths.record_keys)
    pl.DataFrame(schema=WORDS_SCHEMA).write_parquet(paths.words)
    refresh = pl.DataFrame(
        {"as_of": [as_of], "refresh_id": ["refresh-test"]},
        schema={"as_of": pl.Datetime("us", "UTC"), "refresh_id": pl.String()},
    )
    refresh.write_parquet(paths.refresh)
    (pl.DataFrame(schema=SCORE_SCHEMA) if scores is None else scores).write_parquet(paths.touch_scores)
    return paths


def _ledger_row(table: str, frame: pl.DataFrame) -> dict[str, Any]:
    read = frame.filter(~pl.col("is_derived"))
    newest = frame.sort(
        ["updated_at", "row_hash", "source_row"], descending=[True, True, False], nulls_last=True
    ).unique("row_key", keep="first", maintain_order=True)
    kept = newest.filter(~pl.col("is_derived")).height
    return {
        "source": frame["source"][0],
        "source_file": frame["source_file"][0],
        "file_sha256": frame["file_sha256"][0],
        "tables": table,
        "status": "loaded",
        "rows_read": read.height,
        "rows_kept": kept,
        "rows_excluded": 0,
        "rows_superseded": read.height - kept,
        "message": None,
        "loaded_at": frame["loaded_at"][0],
        "extra_columns": None,
    }


#: The project as dbt has read it, by target: reading it takes longer than building a small company.
_projects: dict[Path, Any] = {}


def project(target: Path) -> Any:
    """The project as dbt read it for the builds of ``target``; KeyError before the first of them."""
    return _projects[target]


def build(paths: DataDir, target: Path, *arguments: str) -> Any:
    """Run dbt (``build`` unless ``arguments`` say otherwise) in this process; returns dbt's result.

    dbt reaches every company through one link, so that the project is parsed once a session: another data folder
    would be another environment. Views keep that link, so read tables of the warehouse, not staging.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    wanted = {
        "JSI_DATA_DIR": str(_link(paths, target)),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
    try:
        if target not in _projects:
            _projects[target] = dbtRunner().invoke(["parse", *folders]).result
        return dbtRunner(manifest=_projects[target]).invoke([*(arguments or ("build",)), *folders])
    finally:
        DuckDBConnectionManager.close_all_connections()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def statements(result: Any) -> list[str]:
    """What a successful build had DuckDB create, model by model in its order, contracts included."""
    models = [r.node for r in result.result if str(r.node.resource_type) == "model"]
    return [(PROJECT / node.build_path).read_text(encoding="utf-8").replace("__dbt_tmp", "") for node in models]


def build_again(paths: DataDir, target: Path, creating: Sequence[str]) -> None:
    """Build another company's models with the ``statements`` of an earlier build of ``target``.

    A sixth of what dbt takes, most of which is dbt itself.
    """
    _link(paths, target)
    with duckdb.connect(str(paths.building)) as connection:
        connection.execute("set TimeZone = 'UTC'")  # as the profile says
        for statement in creating:
            connection.execute(statement)


def _link(paths: DataDir, target: Path) -> Path:
    link = target / "company"
    link.unlink(missing_ok=True)
    link.symlink_to(paths.root)
    return link


def failures(result: Any) -> list[str]:
    """What failed in a dbt run, in words."""
    if result.exception is not None:
        return [str(result.exception)]
    bad = ("error", "fail", "runtime error")
    return [f"{r.node.name}: {r.message}" for r in (result.result or []) if str(r.status) in bad]


class Warehouse:
    """The built warehouse, read only."""

    def __init__(self, paths: DataDir) -> None:
        self.connection = duckdb.connect(str(paths.building), read_only=True)

    def frame(self, query: str) -> pl.DataFrame:
        """The result of a query, or of a whole table when only its name is given."""
        return self.connection.sql(query if " " in query else f"select * from {query}").pl()

    def row(self, query: str) -> dict[str, Any]:
        """The only row of a query's result; LookupError where there is none or more than one."""
        found = self.frame(query)
        if found.height != 1:
            raise LookupError(f"{found.height} rows instead of one: {query}")
        return found.row(0, named=True)

    def close(self) -> None:
        self.connection.close()
