"""The monthly loop with the real parts: texts to label, labels back, a candidate, its trial, and the way back."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import polars as pl
import pytest
from test_command_line import jsi as run_jsi

from orchestration.build import build_definitions
from orchestration.label_sheets import WrongSheet, take_sheet
from orchestration.model_releases import version_in_force
from orchestration.refresh import refresh
from orchestration.resources import DataFolder
from storage import models
from storage.labels import labelled_texts, scored_texts
from storage.spreadsheet import LABEL_COLUMNS


def jsi(*arguments: object):
    """The command on the copy that the test may change."""
    return run_jsi(*arguments, data_dir=os.environ["JSI_DATA_DIR"])


AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def sheet_of(own_copy, tmp_path, n: int = 160):
    out = tmp_path / "sheet.csv"
    done = jsi("labels", "sample", "--out", str(out), "--n", str(n), "--days", "600")
    assert done.returncode == 0, done.stderr
    return pl.read_csv(out, infer_schema=False), out


def labelled_by_truth(sheet: pl.DataFrame, extracts, out) -> None:
    """What the simulated customers felt stands in for the people who label."""
    truth = pl.read_parquet(extracts.parent / f"{extracts.name}_truth" / "text_labels.parquet").select("id", "label")
    ids = sheet.with_columns(id=pl.coalesce("message_id", "response_id"))
    filled = ids.drop("label").join(truth, on="id", how="left", maintain_order="left")
    filled.select(pl.col(c).cast(pl.String) for c in LABEL_COLUMNS).write_csv(out)


def test_a_sheet_shows_redacted_words_and_no_answer_of_the_model(own_copy, tmp_path):
    sheet, out = sheet_of(own_copy, tmp_path, 60)
    assert tuple(sheet.columns) == LABEL_COLUMNS
    assert sheet.height == 60
    texts = set(scored_texts(own_copy)["text_redacted"])
    assert set(sheet["text"].str.strip_prefix("'")) <= texts
    assert jsi("labels", "sample", "--out", str(out)).returncode == 2, "a filled sheet is never overwritten"


@pytest.mark.parametrize(
    ("cells", "means"),
    [
        ({"label": "good"}, "row 1: the label is none of"),
        ({"label": "1", "message_id": "unknown-1"}, "row 1: its id is that of no scored text"),
        ({"label": ""}, "holds no label"),
    ],
)
def test_a_sheet_that_cannot_be_taken_is_refused_by_row_and_nothing_lands(own_copy, tmp_path, cells, means):
    sheet, out = sheet_of(own_copy, tmp_path, 3)
    row = {**sheet.filter(pl.col("message_id").is_not_null()).row(0, named=True), **cells}
    pl.DataFrame([row], schema=dict.fromkeys(LABEL_COLUMNS, pl.String)).write_csv(out)
    with pytest.raises(WrongSheet, match=means):
        take_sheet(own_copy, out, "eve", AT)
    assert not own_copy.landing_taken.exists()


def test_a_sheet_from_a_spreadsheet_with_semicolons_and_words_is_taken(own_copy, tmp_path):
    sheet, out = sheet_of(own_copy, tmp_path, 3)
    sheet.with_columns(label=pl.Series(["negative", "−1", " Positive "])).write_csv(out, separator=";")
    taken = take_sheet(own_copy, out, "eve", AT)
    assert (taken.n_rows, taken.n_labels) == (3, 3)
    assert pl.read_csv(taken.file)["label"].to_list() == [-1, -1, 1]


@pytest.mark.slow
@pytest.mark.timeout(1_200)  # a refresh, a trial and eight commands, also on a busy machine
def test_labels_become_a_model_that_answers_after_its_trial_and_can_be_taken_back(own_copy, sample_extracts, tmp_path):
    uncorrected = pl.read_parquet(own_copy.touch_scores)
    base = uncorrected["model_version"][0]
    sheet, out = sheet_of(own_copy, tmp_path)
    labelled_by_truth(sheet, sample_extracts, out)
    taken = take_sheet(own_copy, out, "eve", AT)
    assert taken.n_labels == taken.n_rows
    assert jsi("ingest", own_copy.landing, "--quiet-seconds", 0).returncode == 0
    assert labelled_texts(own_copy).filter(labelled_by="eve").height == taken.n_labels

    proposed = jsi("model", "propose", "--json")
    assert proposed.returncode == 0, proposed.stderr
    version = json.loads(proposed.stdout)["version"]
    assert jsi("model", "promote", version, "--by", "eve", "--reason", "hope").returncode == 1, "it was not tried"

    published = own_copy.current.resolve()
    told = json.loads(jsi("model", "shadow", version, "--json").stdout)
    assert own_copy.current.resolve() == published, "nothing was published"
    assert not own_copy.shadow.exists()
    assert told["agreement"]["n_scored_by_both"] > 100
    assert 0.5 < told["agreement"]["share_equal"] < 1
    assert {row["stage"] for row in told["index_by_stage"]} & {"renewal", "value", "adoption"}
    assert told["against"] == base

    assert jsi("model", "promote", version, "--by", "eve", "--reason", "tried").returncode == 0
    assert refresh(own_copy, None, None, quiet_seconds=0).succeeded
    scores = pl.read_parquet(own_copy.touch_scores)
    assert scores["model_version"].unique().to_list() == [version]
    marts = own_copy.current.resolve()
    assert pl.read_parquet(marts / "jsi_by_account_week.parquet")["model_version"].unique().to_list() == [version]
    agreed = pl.read_parquet(marts / "label_agreement.parquet")
    assert agreed.row(0, named=True)["verdict"] == "too few labels", "it is not judged on labels it learned from"

    scales = pl.read_parquet(marts / "channel_scales.parquet")
    assert "of the company" in scales["correction"].to_list()
    before = uncorrected.group_by("channel").agg(pl.col("sentiment", "confidence").mean()).sort("channel")
    told_before = scales.select("channel", "mean_sentiment_before", "mean_confidence_before")
    assert told_before.rows() == [pytest.approx(row, abs=1e-4) for row in before.drop_nulls().rows()]

    assert jsi("model", "rollback", "--by", "eve", "--reason", "drill").returncode == 0
    assert version_in_force(own_copy) == base
    assert [step.version for step in models.releases(own_copy)] == [base, version, base]


@pytest.mark.slow
def test_the_review_lays_out_a_sheet_and_terms_and_leaves_a_sheet_that_is_there(own_copy):
    job = build_definitions(own_copy, DataFolder(root=str(own_copy.root))).resolve_job_def("review")
    assert job.execute_in_process().success
    folder = next(own_copy.review.iterdir())
    sheet = folder / "label_sheet.csv"
    rows = pl.read_csv(sheet, infer_schema=False)
    assert rows.height > 0
    assert pl.read_csv(folder / "unknown_terms.csv", infer_schema=False).columns[:2] == ["term", "why"]
    rows.with_columns(label=pl.lit("1")).write_csv(sheet)
    assert job.execute_in_process().success
    assert pl.read_csv(sheet, infer_schema=False)["label"].unique().to_list() == ["1"]
