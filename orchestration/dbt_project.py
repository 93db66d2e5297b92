"""The dbt project as Dagster sees it: its manifest, its nodes as assets, its events as theirs.

Belongs here: translating. Does not: calling dbt (``dbt_run``), SQL, or what a failure stops.
dbt builds in the process beside this one: it and Dagster's bookkeeping of its nodes are Python, each for one core.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from orchestration import dbt_run, names
from orchestration.beside import Beside
from orchestration.dbt_run import PROJECT, DbtFailed
from orchestration.progress import report
from storage.layout import DataDir


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


@cache
def manifest(paths: DataDir) -> dict[str, Any]:
    """The parsed project, for the definitions; parsed once where it is missing or older than the project."""
    path = paths.dbt_target / "manifest.json"
    if not path.exists() or path.stat().st_mtime < _newest_change():
        report("Reading the dbt project")
        dbt_run.invoke(paths, ["parse"])
    return json.loads(path.read_text(encoding="utf-8"))


def build(paths: DataDir, context: dg.AssetExecutionContext, beside: Beside) -> Iterator[Any]:
    """``dbt build`` of the whole project into ``paths.building``; yields Dagster events as they come.

    Raises ``DbtFailed`` when a model, seed or data test failed, after all events were yielded.
    """
    from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

    known = manifest(paths)
    translator = Translator()
    total = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)
    try:
        with closing(beside.told_by(dbt_run.build, paths)) as events:
            for done, event in enumerate(events, 1):
                report("Building the marts", done, total)
                message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
                if message.is_result_event:
                    yield from message.to_default_asset_events(
                        manifest=known, dagster_dbt_translator=translator, context=context, target_path=paths.dbt_target
                    )
    except DbtFailed as error:  # it comes from another process, and whose words it holds is not seen there
        raise DbtFailed(str(error)) from None


def documentation(paths: DataDir) -> dict[str, dict[str, Any]]:
    """Per mart its description and its columns' descriptions: the help texts of the app."""
    known = manifest(paths)
    models = [node for node in known["nodes"].values() if node["resource_type"] == "model"]
    insights = [node for node in known["sources"].values() if node["source_name"] == names.INSIGHTS]
    return {
        node["name"]: {
            "description": node["description"],
            "columns": {name: column["description"] for name, column in node["columns"].items()},
        }
        for node in [*models, *insights]
        if node["name"] in names.PUBLIC_MARTS
    }


def _newest_change() -> float:
    """Time of the newest change in the project's files."""
    folders = ("models", "seeds", "macros", "tests")
    files = [f for folder in folders for f in (PROJECT / folder).rglob("*") if f.is_file()]
    return max(f.stat().st_mtime for f in [*files, PROJECT / "dbt_project.yml", PROJECT / "profiles.yml"])
