"""The architecture page says what the tests of the architecture hold, and what the marts and the data folder are."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from markdown_pages import CHECKOUT, table_below

from orchestration.names import INSIGHT_MARTS, INSIGHTS, PUBLIC_MARTS
from storage.layout import DataDir

PAGE = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
COMMON_COLUMNS = re.search(r"Every `jsi_by_…` mart has (.*?)\. ", PAGE, re.DOTALL)[1]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def rules():
    """``tests/architecture/test_rooms.py`` as a module: the tables that it holds the code to."""
    spec = importlib.util.spec_from_file_location("rules", CHECKOUT / "tests" / "architecture" / "test_rooms.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def described() -> dict[str, set[str]]:
    """Mart → the columns that its yml describes."""
    found = {}
    for file in sorted((CHECKOUT / "dbt_project" / "models").rglob("*.yml")):
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        insights = [table for s in read.get("sources", []) if s["name"] == INSIGHTS for table in s["tables"]]
        for model in [*read.get("models", []), *insights]:
            found[model["name"]] = {column["name"] for column in model.get("columns", [])}
    return found


def test_the_page_says_which_rooms_a_room_may_import(rules):
    said = {words(room)[0]: cell for room, cell in table_below(PAGE, "Who may import whom")}
    assert {room: set(words(cell)) for room, cell in said.items() if cell != "all"} == {
        room: allowed for room, allowed in rules.MAY_IMPORT_ROOMS.items() if allowed != set(rules.ROOMS)
    }


def test_the_page_says_where_each_library_may_be_used(rules):
    part = PAGE.split("so they are tied to rooms:")[1]
    said: dict[str, set[str]] = {}
    for line in part.strip().splitlines()[2:]:
        if not line.startswith("|"):
            break
        libraries, rooms = line.strip("|").split("|")
        said |= {name.strip(): set(words(rooms)) for name in libraries.split(",")}
    assert said == rules.LIBRARY_ROOMS


def test_the_page_lists_every_room_that_exists(rules):
    rooms = {words(row[0])[0].rstrip("/") for row in table_below(PAGE, "The rooms")}
    assert rooms == {*rules.ROOMS, "dbt_project", "tests", "docs"}


def test_the_page_lists_the_public_marts_and_no_other():
    assert [words(row[0])[0] for row in table_below(PAGE, "The public marts")] == list(PUBLIC_MARTS)


def test_each_column_that_the_page_names_is_a_column_of_its_mart(described):
    wrong = {}
    for mart, _, columns in table_below(PAGE, "The public marts"):
        mart = words(mart)[0]
        named = set(words(columns)) | (set(words(COMMON_COLUMNS)) if mart.startswith("jsi_by_") else set())
        if missing := named - described[mart]:
            wrong[mart] = sorted(missing)
    assert not wrong, f"not in the marts' yml: {wrong}"


def test_each_insight_is_described_with_columns_that_it_has(described):
    from insights import agreement, channels, providers, revenue, rules
    from orchestration import label_queue

    frames = {
        "revenue_correlation": revenue.SCHEMA,
        "label_agreement": agreement.SCHEMA,
        "channel_scales": channels.SCALES,
        "channel_offsets": channels.OFFSETS,
        "rule_agreement": rules.SCHEMA,
        "label_queue": label_queue.SCHEMA,
        "provider_audit": providers.SCHEMA,
    }
    assert set(frames) == set(INSIGHT_MARTS)
    assert not [name for name, frame in frames.items() if not described[name] or described[name] - set(frame)]


def test_the_page_names_every_place_in_the_data_folder():
    root = Path("/data")
    paths = DataDir(root)
    places = [
        getattr(paths, n).relative_to(root).as_posix() for n, v in vars(DataDir).items() if isinstance(v, property)
    ]
    said = [span for row in table_below(PAGE, "The data folder") for span in words(row[0])]
    missing = [
        place for place in places if not any(s.startswith(place) or place.startswith(s.rstrip("/")) for s in said)
    ]
    assert not missing
