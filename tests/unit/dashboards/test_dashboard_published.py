"""Reading the publication: one generation per page load, clear words when it cannot be read."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime

import polars as pl
import pytest

from dashboards import published
from tests.unit.dashboards.published_company import Company, write


def test_before_the_first_publication_there_is_none(tmp_path):
    assert published.open_current(tmp_path) is None


def test_the_manifest_and_the_tables_of_the_current_generation_are_read(company_data):
    opened = published.open_current(company_data)
    assert opened.generation == "000001-2026-11-22"
    assert opened.as_of == datetime(2026, 11, 22, 21, 30)  # noqa: DTZ001 - UTC without an offset, as shown
    assert opened.latest_week() == date(2026, 11, 16)
    assert opened.has("gate_status")
    assert not opened.has("no_such_table")


def test_a_filter_compares_values_and_never_builds_text(company_data):
    opened = published.open_current(company_data)
    assert opened.read("gate_status", account_id="A-0001").height == 1
    assert opened.read("gate_status", account_id="' or 1=1 --").is_empty()
    assert opened.read("jsi_by_account_week", ["jsi"], week_on=date(2026, 11, 16)).columns == ["jsi"]


def test_a_page_keeps_its_generation_while_another_is_published(tmp_path):
    write(tmp_path, Company(accounts=4, touches=50))
    before = published.open_current(tmp_path)
    rows = before.read("dim_accounts").height
    write(tmp_path, Company(accounts=6, touches=50), generation="000002-2026-11-29")
    assert before.read("dim_accounts").height == rows == 4
    assert published.open_current(tmp_path).read("dim_accounts").height == 6


def test_what_was_kept_of_an_older_generation_is_dropped_when_a_newer_one_is_opened(tmp_path):
    write(tmp_path, Company(accounts=4, touches=50))
    before = published.open_current(tmp_path)
    before.read("fct_touches")
    after = write(tmp_path, Company(accounts=4, touches=50), generation="000002-2026-11-29")
    shutil.rmtree(before.folder)
    assert published.open_current(tmp_path).folder == after
    with pytest.raises(published.UnreadablePublication, match="fct_touches"):
        before.read("fct_touches")


def test_a_link_that_leaves_the_published_folder_is_refused(tmp_path, company_data):
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "current").symlink_to(published.open_current(company_data).folder)
    with pytest.raises(published.UnreadablePublication, match="outside"):
        published.open_current(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"as_of": "yesterday"}'])
def test_a_damaged_manifest_says_what_to_do(tmp_path, content):
    folder = write(tmp_path, Company(accounts=3, touches=20))
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(published.UnreadablePublication, match="make demo"):
        published.open_current(tmp_path)


def test_a_link_to_a_generation_that_is_gone_says_what_to_do(tmp_path):
    shutil.rmtree(write(tmp_path, Company(accounts=3, touches=20)))
    with pytest.raises(published.UnreadablePublication, match="make demo"):
        published.open_current(tmp_path)


def test_a_damaged_table_is_named_and_no_value_is(tmp_path):
    folder = write(tmp_path, Company(accounts=3, touches=20))
    (folder / "fct_touches.parquet").write_bytes(b"PAR1 secret@example.com")
    with pytest.raises(published.UnreadablePublication, match="fct_touches") as caught:
        published.open_current(tmp_path).read("fct_touches")
    assert "secret" not in str(caught.value)


def test_a_missing_table_is_named(company_data):
    with pytest.raises(published.UnreadablePublication, match="jsi_month"):
        published.open_current(company_data).read("jsi_month")


def test_descriptions_come_from_the_manifest_and_may_be_absent(company_data):
    opened = published.open_current(company_data)
    assert opened.description("gate_status") == "Whether an account may leave its stage."
    assert opened.description("gate_status", "gate") == "pass, hold or insufficient."
    assert opened.description("gate_status", "jsi") is None
    assert opened.description("drivers") is None
    assert opened.description("no_such_table", "x") is None


def test_times_with_an_offset_are_shown_in_utc(tmp_path):
    folder = write(tmp_path, Company(accounts=3, touches=20))
    moment = pl.DataFrame({"loaded_at": ["2026-11-22T23:00:00+02:00"]}).with_columns(
        pl.col("loaded_at").str.to_datetime(time_zone="Europe/Helsinki")
    )
    moment.write_parquet(folder / "row_accounting.parquet")
    read = published.open_current(tmp_path).read("row_accounting")
    assert read["loaded_at"].to_list() == [datetime(2026, 11, 22, 21, 0)]  # noqa: DTZ001


def test_the_data_folder_comes_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("JSI_DATA_DIR", str(tmp_path))
    assert published.data_dir() == tmp_path.resolve()
    monkeypatch.setenv("JSI_DATA_DIR", "")
    assert published.data_dir().name == "data"


def test_a_manifest_without_tables_is_read(tmp_path):
    folder = write(tmp_path, Company(accounts=3, touches=20))
    (folder / "manifest.json").write_text(json.dumps({"as_of": "2026-11-22"}), encoding="utf-8")
    assert not published.open_current(tmp_path).has("drivers")
