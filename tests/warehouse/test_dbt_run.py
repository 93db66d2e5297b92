"""What dbt leaves behind when the platform calls it."""

from __future__ import annotations

import sys

from company_on_disk import project

from orchestration.dbt_run import invoke
from storage.layout import DataDir


def test_dbt_does_not_keep_whom_the_command_named(built, dbt_target, tmp_path, monkeypatch):
    paths = DataDir(tmp_path / "data").create()
    called = ["jsi", "erase", "--person", "ann"]
    monkeypatch.setattr(sys, "argv", called)
    monkeypatch.setenv("JSI_DATA_DIR", str(paths.root))
    assert invoke(paths, ["seed", "--select", "policy_ticket_statuses"], project=project(dbt_target)).success
    assert "--person" not in (paths.dbt_target / "run_results.json").read_text()
    assert sys.argv is called
