"""The suites of the raw tables: green on good rows, red by name on each broken agreement, silent about values."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from expectations.suites import check_raw, raw
from sources.contract import PROVENANCE, TABLES, raw_schema
from tests.unit.expectations.frames import LOADED_AT, good_raw


def red(results) -> dict[str, str]:
    return {r.name: r.severity for r in results if not r.passed}


def spoiled(table: str, **cells) -> pl.DataFrame:
    """A good frame whose second row has other cells; a callable makes a cell from the row."""
    frame = good_raw(table)
    for name, value in cells.items():
        changed = pl.when(pl.col("source_row") == 2).then(pl.lit(value, dtype=frame.schema[name]))
        frame = frame.with_columns(changed.otherwise(pl.col(name)).alias(name))
    return frame


def test_the_suites_agree_with_the_contract_of_the_sources():
    assert list(raw.AGREED) == list(TABLES)
    assert set(raw.PROVENANCE) == set(PROVENANCE)
    for name, table in TABLES.items():
        agreed = raw.AGREED[name]
        assert set(agreed.names) == set(table.column_names), name
        assert set(agreed.filled) == {c.name for c in table.columns if c.filled}, name
        allowed = {c.name: (*c.allowed, *([c.otherwise] if c.otherwise else [])) for c in table.columns if c.allowed}
        limits = {c.name: (c.minimum, c.maximum) for c in table.columns if (c.minimum, c.maximum) != (None, None)}
        for column, (low, high) in dict(limits).items():  # -1, 0, 1 is a list here, two limits and a rule there
            if column in agreed.listed:
                assert (low, high) == (min(agreed.listed[column]), max(agreed.listed[column])), name
                allowed[column] = agreed.listed[column]
                del limits[column]
        assert dict(agreed.listed) == allowed, name
        assert {c: low for c, (low, _) in agreed.ranges.items()} == {c: low for c, (low, _) in limits.items()}, name
        assert tuple([agreed.either] if agreed.either else []) == table.one_of, name


def test_good_rows_of_every_table_pass_every_statement():
    results = check_raw({table: good_raw(table) for table in TABLES})
    assert red(results) == {}
    assert {r.table for r in results} == set(TABLES)
    assert all(r.metadata["rows"] == 3 for r in results)
    assert len({(r.table, r.name) for r in results}) == len(results)


def test_an_empty_table_passes_every_statement():
    results = check_raw({table: pl.DataFrame(schema=raw_schema(table)) for table in TABLES})
    assert red(results) == {}
    statements = {table: {s.name for s in raw.suite(table).statements} for table in TABLES}
    for table in TABLES:
        assert {r.name for r in results if r.table == table} == statements[table] | {"all_columns_are_present"}


@pytest.mark.parametrize(
    ("table", "cells", "statement", "severity"),
    [
        ("tickets", {"ticket_id": None}, "required_cells_are_filled", "error"),
        ("labels", {"message_id": None, "response_id": None}, "required_cells_are_filled", "error"),
        ("contracts", {"outcome": "vanished"}, "only_listed_values_occur", "error"),
        ("accounts", {"arr_usd": -1.0}, "numbers_lie_in_their_range", "error"),
        ("accounts", {"arr_usd": float("inf")}, "numbers_lie_in_their_range", "error"),
        ("survey_responses", {"score": 11.0}, "scores_lie_within_their_scale", "error"),
        ("survey_responses", {"score": -1.0}, "scores_lie_within_their_scale", "error"),
        ("messages", {"rating": 6.0}, "scores_lie_within_their_scale", "error"),
        ("usage", {"value": None}, "required_cells_are_filled", "error"),
        ("messages", {"sent_at": datetime(1970, 1, 1, tzinfo=UTC)}, "times_are_sane", "error"),
        ("messages", {"source_row": 0}, "every_row_says_where_it_came_from", "error"),
        ("people", {"row_key": None}, "every_row_says_where_it_came_from", "error"),
        ("tickets", {"source_row": 1}, "each_source_row_is_stored_once", "error"),
        (
            "messages",
            {"sent_at": LOADED_AT + timedelta(days=3)},
            "nothing_happened_after_it_was_loaded",
            "warn",
        ),
        ("contracts", {"renews_on": datetime(9999, 12, 31).date()}, "other_times_are_plausible", "warn"),  # noqa: DTZ001
        ("tickets", {"resolved_at": datetime(2026, 5, 1, tzinfo=UTC)}, "ends_follow_their_starts", "warn"),
        ("messages", {"channel": "unknown"}, "values_are_known", "warn"),
        ("labels", {"label": 0.5}, "only_listed_values_occur", "error"),
    ],
)
def test_one_broken_cell_turns_exactly_its_statement_red(table, cells, statement, severity):
    rows = spoiled(table, **{k: v for k, v in cells.items() if k != "source_row"})
    if "source_row" in cells:
        rows = rows.with_columns(
            source_row=pl.when(pl.col("source_row") == 2).then(cells["source_row"]).otherwise("source_row")
        )
    results = check_raw({table: rows})
    assert red(results) == {statement: severity}
    broken = next(r for r in results if not r.passed).metadata
    assert set(broken["broken"].values()) <= {1, 2}
    assert broken["what_to_do"]


def test_two_canonical_rows_from_one_source_row_are_not_a_double_load():
    rows = good_raw("messages", 2).with_columns(source_row=pl.lit(1, pl.Int64), is_derived=pl.Series([False, True]))
    assert red(check_raw({"messages": rows})) == {}


def test_a_missing_column_is_named_and_nothing_that_needs_it_passes():
    results = check_raw({"tickets": good_raw("tickets").drop("priority", "ticket_id")})
    by_name = {r.name: r for r in results}
    assert by_name["all_columns_are_present"].metadata["missing_columns"] == ["priority", "ticket_id"]
    assert not by_name["only_listed_values_occur"].passed
    assert "priority is a listed value" in by_name["only_listed_values_occur"].metadata["could_not_be_judged"]
    assert by_name["times_are_sane"].passed


def test_an_error_inside_the_engine_is_a_failed_check_that_names_its_kind_and_no_value():
    rows = good_raw("accounts").with_columns(arr_usd=pl.lit("secret-cell"))
    results = check_raw({"accounts": rows})
    broken = next(r for r in results if r.name == "numbers_lie_in_their_range")
    assert not broken.passed
    assert broken.metadata["could_not_be_judged"]["arr_usd is in its range"].endswith("Error")
    assert "secret-cell" not in repr(results)


def test_no_value_of_a_cell_reaches_a_result():
    rows = spoiled("people", role="secret-role", email="secret@example.com").with_columns(
        person_id=pl.when(pl.col("source_row") == 2).then(None).otherwise(pl.lit("secret-person"))
    )
    results = check_raw({"people": rows})
    assert len(red(results)) == 2
    assert "secret" not in repr(results)
    json.dumps([r.metadata for r in results])


def test_a_table_without_a_suite_is_refused_by_name():
    with pytest.raises(ValueError, match="No suite for invoices"):
        check_raw({"invoices": pl.DataFrame()})


def test_importing_the_suites_does_not_import_great_expectations():
    code = "import sys, expectations.suites, expectations.drift; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
