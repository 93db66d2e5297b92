"""The house's rules, read from the code itself: who may import whom, what a room never holds. No exceptions."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = (
    "sources",
    "storage",
    "connections",
    "models_nlp",
    "expectations",
    "insights",
    "recovery",
    "orchestration",
    "dashboards",
    "simulator",
    "benchmarks",
)

# Which rooms a room may import.
MAY_IMPORT_ROOMS = {
    "sources": set(),
    "storage": {"sources"},
    "connections": {"sources", "storage"},
    "models_nlp": set(),
    "expectations": set(),
    "insights": set(),
    "recovery": set(),
    "orchestration": {"sources", "storage", "connections", "models_nlp", "expectations", "insights", "recovery"},
    "dashboards": {"recovery", "storage"},
    "simulator": set(),
    "benchmarks": set(ROOMS),
}
# Libraries that decide where a line of code lives: which rooms may use them.
LIBRARY_ROOMS = {
    "dagster": {"orchestration"},
    "dagster_dbt": {"orchestration"},
    "dbt": {"orchestration"},
    "streamlit": {"dashboards"},
    "altair": {"dashboards"},
    "great_expectations": {"expectations"},
    "spacy": {"models_nlp", "benchmarks"},
    "sklearn": {"models_nlp", "benchmarks"},
    "scipy": {"insights", "models_nlp", "expectations"},
    "duckdb": {"orchestration", "storage", "dashboards", "benchmarks"},
    "typer": {"orchestration"},
    "sqlite3": {"storage"},
    "dlt": {"connections"},
    "requests": {"connections"},
    "sqlalchemy": {"connections", "orchestration"},
    "psycopg": set(),
}
# Importing is free: these cost seconds and are loaded inside the functions that need them.
HEAVY = {"great_expectations", "spacy", "sklearn", "scipy", "statsmodels", "pandas", "dlt", "psycopg"}
# What the command line and the code location load when they start.
STARTS = (
    "orchestration.cli",
    "orchestration.build",
    "orchestration.assets.raw",
    "orchestration.assets.scored",
    "orchestration.assets.insights",
    "orchestration.assets.published",
    "orchestration.assets.rebuilt",
    "orchestration.checks.raw",
    "orchestration.checks.scored",
    "orchestration.sensors",
    "orchestration.schedules",
    "storage.ingest",
    "connections.pull",
    "models_nlp.scoring",
    "models_nlp.touches",
    "expectations.drift",
    "insights.revenue",
)


def modules(room: str) -> list[Path]:
    return sorted((CHECKOUT / room).rglob("*.py"))


@cache
def imports(path: Path) -> frozenset[str]:
    """First names of what a module imports (``dagster`` of ``from dagster.x import y``)."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return frozenset(found)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_it_may(room):
    allowed = MAY_IMPORT_ROOMS[room] | {room}
    wrong = {}
    for path in modules(room):
        may = allowed | {"simulator"} if path == CHECKOUT / "orchestration" / "cli.py" else allowed
        if bad := (imports(path) & set(ROOMS)) - may:
            wrong[str(path.relative_to(CHECKOUT))] = sorted(bad)
    assert not wrong, f"imports against the house's table: {wrong}"


def test_of_storage_the_dashboards_know_the_search_and_what_a_spreadsheet_takes():
    named = {
        (str(path.relative_to(CHECKOUT)), module)
        for path in modules("dashboards")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for module in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
        if module.split(".")[0] == "storage"
    }
    assert {module for _, module in named} == {"storage.search", "storage.spreadsheet"}, (
        f"storage knows where unpublished data lies: {named}"
    )


@pytest.mark.parametrize("library", sorted(LIBRARY_ROOMS))
def test_a_library_is_used_only_in_its_rooms(library):
    wrong = [
        str(path.relative_to(CHECKOUT))
        for room in ROOMS
        if room not in LIBRARY_ROOMS[library]
        for path in modules(room)
        if library in imports(path)
    ]
    assert not wrong, f"{library} belongs in {sorted(LIBRARY_ROOMS[library])}, found in {wrong}"


def test_importing_is_free():
    code = f"import sys, {', '.join(STARTS)}; print(*sorted(set({sorted(HEAVY)!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], "loaded by an import alone; import these inside the function that needs them"


def test_every_module_opens_by_saying_what_belongs_in_it():
    silent = [
        str(path.relative_to(CHECKOUT))
        for room in ROOMS
        for path in modules(room)
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent, f"no docstring at the top: {silent}"


def test_no_module_is_named_for_nothing():
    vague = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert not [str(p) for room in ROOMS for p in modules(room) if p.stem in vague]


def test_no_room_is_named_as_a_package_we_import():
    imported = {name for room in ROOMS for path in modules(room) for name in imports(path)}
    stdlib_or_third_party = imported - set(ROOMS)
    assert not stdlib_or_third_party & {p.name for p in CHECKOUT.iterdir() if p.is_dir()}


def test_only_staging_reads_sources_in_dbt():
    wrong = [
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / "dbt_project" / "models").rglob("*.sql")
        if "source(" in path.read_text(encoding="utf-8") and "staging" not in path.parts
    ]
    assert not wrong


def test_no_dbt_model_reads_the_clock():
    clock = re.compile(r"\b(now|current_date|current_timestamp|get_current_timestamp|today)\s*(\(|\b)", re.IGNORECASE)
    wrong = [
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / "dbt_project" / "models").rglob("*.sql")
        if clock.search(re.sub(r"--.*", "", path.read_text(encoding="utf-8")))
    ]
    assert not wrong, "as_of is passed in; a model that reads the clock cannot be replayed"


def test_every_published_mart_is_a_model_or_an_insight():
    from orchestration.names import DBT_MARTS

    models = {p.stem for p in (CHECKOUT / "dbt_project" / "models" / "marts").rglob("*.sql")}
    assert set(DBT_MARTS) == models


def test_every_public_mart_enforces_its_contract_and_says_its_grain():
    import yaml

    described = {}
    for file in (CHECKOUT / "dbt_project" / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            described[model["name"]] = model
    models = {p.stem for p in (CHECKOUT / "dbt_project" / "models" / "marts").rglob("*.sql")}
    assert set(described) >= models
    assert not [m for m in models if "grain" not in described[m]["description"].lower()]


def test_every_feature_has_one_row_that_says_where_it_lives():
    page = (CHECKOUT / "docs" / "features.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| [A-Z]{3}\d+ \|", line)]
    ids = [row.split("|")[1].strip() for row in rows]
    assert len(ids) == len(set(ids)), "an id appears twice"
    assert len(ids) >= 150
    for row in rows:
        for test in re.findall(r"`(tests/[^`:]+)(?:::[^`]*)?`", row):
            assert (CHECKOUT / test).exists(), f"{row.split('|')[1]}: {test} does not exist"
