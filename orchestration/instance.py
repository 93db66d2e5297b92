"""The Dagster instance below the data folder: its settings, made once before anything else starts.

Two first starts at once corrupt a fresh SQLite home, so every command goes through ``open_instance``.
"""

from __future__ import annotations

import fcntl
import json
import os

import dagster as dg

from storage.files import write_text
from storage.layout import DataDir

SETTINGS = """\
# Written by jsi at each start; settings of your own belong in a Dagster instance of your own.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: orchestration.event_log
  class: OpenSqliteEventLogStorage
  config:
    base_dir: {history}
run_monitoring:
  enabled: true
  max_runtime_seconds: 7200
run_retries:
  enabled: true
  max_retries: 1
concurrency:
  pools:
    default_limit: 1
"""


def open_instance(paths: DataDir) -> dg.DagsterInstance:
    """The instance of this data folder; the first caller sets it up while all others wait."""
    paths.create()
    home = paths.dagster_home
    os.environ["DAGSTER_HOME"] = str(home)
    settings = SETTINGS.format(history=json.dumps(str(home / "history" / "runs")))
    with (home / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = home / "dagster.yaml"
        if not file.exists() or file.read_text(encoding="utf-8") != settings:
            write_text(settings, file)
        instance = dg.DagsterInstance.from_config(str(home))
        instance.get_runs_count()  # makes the tables
        instance.all_asset_keys()
        return instance
