"""Publishing: one switch, three generations, nothing half seen, also after kill −9."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from storage.layout import DataDir
from storage.publication import Generation, current, generations, publish, shows_what_is_gone

ABOUT = {"as_of": datetime(2026, 9, 27, tzinfo=UTC).isoformat(), "refresh_id": "r1"}
DOCUMENTATION = {"fct": {"description": "A fact.", "columns": {"value": "The value."}}}


@pytest.fixture
def paths(tmp_path) -> DataDir:
    return DataDir(tmp_path / "data").create()


def build_warehouse(paths: DataDir, value: int) -> None:
    paths.building.unlink(missing_ok=True)
    with duckdb.connect(str(paths.building)) as connection:
        for mart in ("fct", "dim"):
            connection.execute(f"create table {mart} as select {value} as value from range(1000)")
    pl.DataFrame({"value": [value]}).write_parquet(paths.insight("insight"))


def publish_value(paths: DataDir, value: int):
    build_warehouse(paths, value)
    return publish(paths, ["fct", "dim"], ["insight"], ABOUT, DOCUMENTATION)


def published_values(paths: DataDir) -> set[int]:
    folder = paths.current.resolve()
    return {pl.read_parquet(folder / f"{m}.parquet")["value"][0] for m in ("fct", "dim", "insight")}


def test_before_the_first_publication_there_is_no_current_generation(paths):
    assert current(paths) is None


def test_a_generation_holds_every_mart_and_a_manifest_that_measures_it(paths):
    generation = publish_value(paths, 1)
    manifest = json.loads((generation.folder / "manifest.json").read_text())
    assert set(manifest["tables"]) == {"fct", "dim", "insight"}
    assert manifest["tables"]["fct"]["rows"] == 1000
    assert len(manifest["tables"]["fct"]["sha256"]) == 64
    assert manifest["tables"]["fct"]["columns"] == {"value": "The value."}
    assert current(paths).name == generation.name == "000001-2026-09-27"


def test_the_last_three_generations_stay(paths):
    names = [publish_value(paths, value).name for value in range(5)]
    assert generations(paths) == names[-3:]
    assert published_values(paths) == {4}


@pytest.mark.parametrize(
    ("point", "seen_afterwards"),
    [("publish_before_rename", 1), ("publish_before_switch", 1), ("publish_after_switch", 2)],
)
def test_a_kill_in_the_middle_leaves_one_whole_generation_and_the_next_run_succeeds(paths, point, seen_afterwards):
    publish_value(paths, 1)
    build_warehouse(paths, 2)
    code = (
        "from pathlib import Path; from storage.layout import DataDir; from storage.publication import publish;"
        f"publish(DataDir(Path({str(paths.root)!r})), ['fct', 'dim'], ['insight'], {ABOUT!r}, {{}})"
    )
    checkout = Path(__file__).resolve().parents[3]
    killed = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "JSI_FAIL_AT": point}, cwd=checkout, timeout=60, check=False
    )
    assert killed.returncode == -9
    assert published_values(paths) == {seen_afterwards}
    assert publish_value(paths, 3).name > "000001"
    assert published_values(paths) == {3}
    assert not list(paths.published.glob(".*")), "the killed run's leftovers are gone"


def test_a_reader_that_resolved_the_link_keeps_its_generation_while_a_new_one_is_published(paths):
    publish_value(paths, 1)
    folder = paths.current.resolve()
    publish_value(paths, 2)
    assert pl.read_parquet(folder / "fct.parquet")["value"][0] == 1
    assert published_values(paths) == {2}


def touches(folder, rows) -> Generation:
    schema = {"touch_id": pl.String, "null_reason": pl.String, "text_redacted": pl.String}
    folder.mkdir()
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(folder / "fct_touches.parquet")
    return Generation(folder.name, folder, {})


@pytest.mark.parametrize(
    ("then", "now", "is_outdated"),
    [
        ((None, "words"), (None, "words"), False),
        ((None, "words"), (None, "[expired]"), True),
        ((None, "[expired]"), (None, "[expired]"), False),
        ((None, None), ("no_consent", None), True),
        (("no_consent", None), ("no_consent", None), False),
        (("no_consent", None), (None, "words"), False),
    ],
)
def test_an_older_generation_is_outdated_if_it_shows_what_is_gone_now(tmp_path, then, now, is_outdated):
    older = touches(tmp_path / "older", [("m:1", *then), ("m:2", "author", None)])
    newer = touches(tmp_path / "newer", [("m:1", *now), ("m:2", "author", None)])
    assert shows_what_is_gone(older.folder, newer) is is_outdated
