"""dbt in this process: the manifest that the definitions read, and a build whose events become Dagster's.

Belongs here: calling dbt, translating its nodes to assets. Does not: SQL, or what a failure stops.
dbt runs in process because a second interpreter costs eight seconds of imports a refresh.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from orchestration import names
from orchestration.errors import without_quotes
from orchestration.progress import report
from storage.files import write_text
from storage.layout import DATA_DIR_VARIABLE, DataDir

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"


_DATABASE_ERROR = re.compile(r"Error: |^\s*LINE \d+:")


class DbtFailed(RuntimeError):
    """dbt could not build; the message names each node that failed."""


class Translator(DagsterDbtTranslator):
    """dbt node → asset: the key is the layer and the name, as the folders have it."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        kind, name = dbt_resource_props["resource_type"], dbt_resource_props["name"]
        if kind == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], name])
        if kind == "seed":
            return dg.AssetKey([names.POLICY, name])
        return dg.AssetKey([dbt_resource_props["fqn"][1], name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return self.get_asset_key(dbt_resource_props).path[0]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return names.OWNERS[self.get_group_name(dbt_resource_props)]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        # The default appends the SQL with the data folder's path in it; the description alone reads better.
        return dbt_resource_props.get("description") or ""


#: Projects parsed by this process: a build that follows does not read them again.
_parsed: dict[DataDir, Any] = {}


@cache
def manifest(paths: DataDir) -> dict[str, Any]:
    """The parsed project, for the definitions; parsed once where it is missing or older than the project."""
    path = paths.dbt_target / "manifest.json"
    if not path.exists() or path.stat().st_mtime < _newest_change():
        report("Reading the dbt project")
        _parsed[paths] = invoke(paths, ["parse"]).result
    return json.loads(path.read_text(encoding="utf-8"))


def build(paths: DataDir, context: dg.AssetExecutionContext) -> Iterator[Any]:
    """``dbt build`` of the whole project into ``paths.building``; yields Dagster events as they come.

    Raises ``DbtFailed`` when a model, seed or data test failed, after all events were yielded.
    """
    from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
    from google.protobuf.json_format import MessageToDict

    known = manifest(paths)
    translator = Translator()
    total = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)
    queue: SimpleQueue[Any] = SimpleQueue()

    def run() -> None:
        try:
            # Unit tests judge the SQL, not today's data: `make test` runs them, a refresh does not.
            arguments = ["build", "--exclude-resource-type", "unit_test"]
            queue.put(invoke(paths, arguments, on_event=queue.put, parsed=_parsed.pop(paths, None)))
        except BaseException as error:  # handed over to the step's own thread, which raises it
            queue.put(error)

    thread = threading.Thread(target=run, name="dbt", daemon=True)
    thread.start()
    done = 0
    while True:
        event = queue.get()
        if isinstance(event, BaseException):
            raise event
        if not hasattr(event, "info"):
            break
        if event.info.name not in ("LogSeedResult", "LogModelResult", "LogTestResult"):
            continue
        done += 1
        report("Building the marts", done, total)
        raw_event = MessageToDict(event, preserving_proto_field_name=True)
        message = DbtCoreCliEventMessage(raw_event=raw_event, event_history_metadata={})
        if not message.is_result_event:
            continue
        yield from message.to_default_asset_events(
            manifest=known, dagster_dbt_translator=translator, context=context, target_path=paths.dbt_target
        )
    thread.join()
    failed = [
        f"{r.node.name}: {without_quotes(str(r.message))}"
        for r in event.result or []
        if r.status in ("error", "fail", "runtime error")
    ]
    if not event.success:
        raise DbtFailed(
            "the marts were not built, the last publication stays.\n"
            + ("\n".join(failed) if failed else without_quotes(str(event.exception)))
            + f"\nThe log is {paths.dbt_logs / 'dbt.log'}"
        )


def documentation(paths: DataDir) -> dict[str, dict[str, Any]]:
    """Per mart its description and its columns' descriptions: the help texts of the app."""
    nodes = manifest(paths)["nodes"].values()
    return {
        node["name"]: {
            "description": node["description"],
            "columns": {name: column["description"] for name, column in node["columns"].items()},
        }
        for node in nodes
        if node["resource_type"] == "model" and node["name"] in names.DBT_MARTS
    }


def _newest_change() -> float:
    """Time of the newest change in the project's files."""
    folders = ("models", "seeds", "macros", "tests")
    files = [f for folder in folders for f in (PROJECT / folder).rglob("*") if f.is_file()]
    return max(f.stat().st_mtime for f in [*files, PROJECT / "dbt_project.yml", PROJECT / "profiles.yml"])


def invoke(paths: DataDir, arguments: list[str], on_event: Any = None, parsed: Any = None) -> Any:
    """Run dbt in this process on one data folder and close its DuckDB file afterwards (it keeps it open otherwise).

    ``on_event`` is called with each of dbt's events; ``parsed`` is the project if this process has read it already.
    Raises ``DbtFailed`` when the project cannot even be read.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    where = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(paths.dbt_target)]
    quiet = ["--log-path", str(paths.dbt_logs), "--log-level", "none", "--no-use-colors", "--no-version-check"]
    before = os.environ.get(DATA_DIR_VARIABLE)
    os.environ[DATA_DIR_VARIABLE] = str(paths.root)
    try:
        result = dbtRunner(manifest=parsed, callbacks=[on_event] if on_event else []).invoke(
            [*arguments, *where, *quiet]
        )
        if not result.success:
            _hide_values(paths)
    finally:
        DuckDBConnectionManager.close_all_connections()
        if before is None:
            del os.environ[DATA_DIR_VARIABLE]
        else:
            os.environ[DATA_DIR_VARIABLE] = before
    if result.result is None and not result.success:
        raise DbtFailed(f"the dbt project could not be read: {result.exception}")
    return result


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
