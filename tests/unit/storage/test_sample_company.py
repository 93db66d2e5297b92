"""A data folder holds one company: the sample gives way to a real one, and a real one is never removed."""

from __future__ import annotations

import pytest

from storage.layout import DataDir
from storage.sample import holds_sample_company

SAMPLE = "account_id,account_name\nS1,Sample\n"
REAL = "account_id,account_name\nA1,Acme\n"


@pytest.fixture
def with_sample(intake):
    folder = intake.paths.sample_company
    folder.mkdir(parents=True)
    (folder / "accounts.csv").write_text(SAMPLE)
    report = intake.ingest(folder)
    assert report.is_sample_company
    intake.paths.scored.mkdir(exist_ok=True)
    intake.paths.touch_scores.write_bytes(b"scores of the sample")
    return intake


def test_real_extracts_take_the_samples_place_and_the_report_says_so(with_sample, by_name):
    with_sample.deliver("accounts.csv", REAL)
    report = with_sample.ingest()
    assert with_sample.raw("accounts")["account_id"].to_list() == ["A1"]
    assert with_sample.files()["source_file"].to_list() == ["accounts.csv"]
    assert not with_sample.paths.touch_scores.exists()
    assert not report.is_sample_company
    assert not holds_sample_company(with_sample.paths)
    assert "the sample company was removed" in report.notes[0]
    assert by_name(with_sample.ingest()) == {"accounts.csv": ("loaded", 1, 1, 0, 0)}


def test_whose_data_a_folder_holds_can_be_asked(with_sample, tmp_path):
    assert holds_sample_company(with_sample.paths)
    assert not holds_sample_company(DataDir(tmp_path / "nowhere"))


def test_an_empty_folder_does_not_remove_the_sample(with_sample):
    assert with_sample.ingest().notes == []
    assert with_sample.raw("accounts")["account_id"].to_list() == ["S1"]


def test_the_sample_is_refused_where_a_real_company_is(intake):
    intake.deliver("accounts.csv", REAL)
    intake.ingest()
    folder = intake.paths.sample_company
    folder.mkdir()
    (folder / "accounts.csv").write_text(SAMPLE)
    with pytest.raises(ValueError, match="set JSI_DATA_DIR to another folder"):
        intake.ingest(folder)
    assert intake.raw("accounts")["account_id"].to_list() == ["A1"]


def test_the_sample_written_anew_replaces_itself_and_repeated_changes_nothing(with_sample):
    folder = with_sample.paths.sample_company
    before = with_sample.everything()
    assert with_sample.ingest(folder).notes == []
    assert with_sample.everything() == before
    (folder / "accounts.csv").write_text(SAMPLE.replace("S1", "S2"))
    assert "written anew" in with_sample.ingest(folder).notes[0]
    assert with_sample.raw("accounts")["account_id"].to_list() == ["S2"]


def test_more_of_the_sample_adds_to_it(with_sample):
    folder = with_sample.paths.sample_company
    (folder / "accounts").mkdir()
    (folder / "accounts" / "later.csv").write_text(SAMPLE.replace("S1", "S2"))
    assert with_sample.ingest(folder).notes == []
    assert sorted(with_sample.raw("accounts")["account_id"]) == ["S1", "S2"]


def test_a_sample_of_another_data_folder_is_a_company_like_any(intake, tmp_path):
    folder = DataDir(tmp_path / "elsewhere").sample_company
    folder.mkdir(parents=True)
    (folder / "accounts.csv").write_text(SAMPLE)
    assert not intake.ingest(folder).is_sample_company
