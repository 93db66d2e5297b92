"""dbt run in the process that calls it, which need not know Dagster.

Belongs here: calling dbt on one data folder, saying which nodes failed. Does not: what its nodes are to Dagster
(``dbt_project``), SQL.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestration.told import without_quotes
from storage.files import write_text
from storage.full_disk import disk_error_in
from storage.layout import DATA_DIR_VARIABLE, DataDir

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"

_DATABASE_ERROR = re.compile(r"Error: |^\s*LINE \d+:")
_RESULTS = ("LogSeedResult", "LogModelResult", "LogTestResult")


class DbtFailed(RuntimeError):
    """dbt could not build; the message names each node that failed."""


#: Projects this process has read, by data folder: the build that follows does not read them again.
_read: dict[DataDir, Any] = {}


def get_ready(paths: DataDir) -> None:
    """Import dbt and read its project, which takes seconds, before there is anything to build."""
    _read[paths] = invoke(paths, ["parse"]).result


def forget() -> None:
    """Let go of projects that were read and not built: their locks would outlive a process that ends at once."""
    if _read:
        _read.clear()
        gc.collect()


def build(paths: DataDir, tell: Callable[[dict[str, Any]], None]) -> None:
    """``dbt build`` of the whole project into ``paths.building``; ``tell`` gets the event of each node's result.

    Raises ``DbtFailed`` when a model, seed or data test failed, ``OSError`` when the disk is full, after all events
    were told.
    """
    from google.protobuf.json_format import MessageToDict

    def told(event: Any) -> None:
        if event.info.name in _RESULTS:
            tell(MessageToDict(event, preserving_proto_field_name=True))

    # Unit tests judge the SQL, not today's data: `make test` runs them, a refresh does not.
    result = invoke(paths, ["build", "--exclude-resource-type", "unit_test"], told, _read.pop(paths, None))
    if not result.success:
        if (full := disk_error_in(" ".join(str(r.message) for r in result.result or []))) is not None:
            raise full
        failed = [
            f"{r.node.name}: {without_quotes(str(r.message))}"
            for r in result.result or []
            if r.status in ("error", "fail", "runtime error")
        ]
        raise DbtFailed(
            "the marts were not built, the last publication stays.\n"
            + ("\n".join(failed) if failed else without_quotes(str(result.exception)))
            + f"\nThe log is {paths.dbt_logs / 'dbt.log'}"
        )


def invoke(
    paths: DataDir, arguments: list[str], on_event: Callable[[Any], None] | None = None, project: Any = None
) -> Any:
    """Run dbt in this process on one data folder and close its DuckDB file afterwards (it keeps it open otherwise).

    ``on_event`` is called with each of dbt's events; ``project`` is what ``parse`` gave, if it has been read already.
    Raises ``DbtFailed`` when the project cannot even be read.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner

    where = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(paths.dbt_target)]
    quiet = ["--log-path", str(paths.dbt_logs), "--log-level", "none", "--no-use-colors", "--no-version-check"]
    before, called = os.environ.get(DATA_DIR_VARIABLE), sys.argv
    os.environ[DATA_DIR_VARIABLE] = str(paths.root)
    sys.argv = ["dbt", arguments[0]]  # dbt keeps it with its results, and ours may name a person: jsi erase --person
    try:
        result = dbtRunner(manifest=project, callbacks=[on_event] if on_event else []).invoke(
            [*arguments, *where, *quiet]
        )
        if not result.success:
            _hide_values(paths)
    finally:
        DuckDBConnectionManager.close_all_connections()
        sys.argv = called
        reset_adapters()  # and with them their locks, which would outlive a process that ends at once
        if before is None:
            del os.environ[DATA_DIR_VARIABLE]
        else:
            os.environ[DATA_DIR_VARIABLE] = before
    if _is_interrupted(result.exception):
        raise KeyboardInterrupt
    if result.result is None and not result.success:
        raise DbtFailed(f"the dbt project could not be read: {result.exception}")
    return result


def _is_interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind it: dbt and its libraries take that for an error of what they were reading."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _hide_values(paths: DataDir) -> None:
    """Take what a database's error quotes (a cell that could not be cast) out of dbt's log and results."""
    log, results = paths.dbt_logs / "dbt.log", paths.dbt_target / "run_results.json"
    if log.exists():
        lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
        write_text("".join(without_quotes(x) if _DATABASE_ERROR.search(x) else x for x in lines), log)
    if results.exists():
        found = json.loads(results.read_text(encoding="utf-8"))
        for result in found["results"]:
            result["message"] = without_quotes(result["message"] or "")
        write_text(json.dumps(found), results)
