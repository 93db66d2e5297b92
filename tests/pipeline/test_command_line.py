"""``jsi`` as a person or a script calls it: a real process, its exit code, its output."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def jsi(*arguments: object, data_dir: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "JSI_DATA_DIR": str(data_dir), **extra}
    command = [sys.executable, "-m", "orchestration.cli", *map(str, arguments)]
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )


def test_ingest_prints_per_file_what_became_of_every_row(sample_extracts, tmp_path):
    done = jsi("ingest", sample_extracts, "--json", "--quiet-seconds", 0, data_dir=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)["files"]
    assert len(files) == sum(1 for p in sample_extracts.rglob("*") if p.is_file())
    for file in files:
        assert file["read"] == file["kept"] + file["excluded"] + file["superseded"], file


def test_score_writes_one_row_per_input_row_in_order(tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    texts = ["I love how quick this was, thank you!", "", "Terrible. It never works.", "Please send me the invoice."]
    with source.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))
    done = jsi("score", source, "--text-column", "text", "--channel", "social", "--out", out, data_dir=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [r["sentiment"] for r in rows][:3] == ["1", "", "-1"]
    assert rows[1]["null_reason"] == "empty"
    assert set(rows[0]) == {
        "sentiment", "p_negative", "p_neutral", "p_positive", "confidence", "emotion", "emotion_intensity", "intents",
        "effort", "resolution", "null_reason", "model_version",
    }  # fmt: skip


def test_a_wrong_column_name_is_answered_with_the_columns_there_are(tmp_path):
    (tmp_path / "in.csv").write_text("id,comment\n1,fine\n", encoding="utf-8")
    done = jsi("score", tmp_path / "in.csv", "--out", tmp_path / "out.csv", data_dir=tmp_path)
    assert done.returncode == 2
    assert "comment" in done.stderr


def test_a_receipt_of_a_real_account_sums_to_its_index(refreshed):
    import polars as pl

    paths, outcome = refreshed
    index = pl.read_parquet(outcome.generation.folder / "jsi_by_account_week.parquet")
    account = index.sort("n_touches", descending=True)["account_id"][0]
    done = jsi("receipt", account, "--json", data_dir=paths.root)
    assert done.returncode == 0, done.stderr
    receipt = json.loads(done.stdout)
    total = receipt["base"] + sum(line["points"] for line in receipt["lines"])
    assert total == pytest.approx(receipt["jsi"], abs=0.01)


def test_an_unknown_account_is_an_error_that_helps(refreshed):
    done = jsi("receipt", "no-such-account", data_dir=refreshed[0].root)
    assert done.returncode == 2
    assert "no-such-account" in done.stderr


def test_a_receipt_before_the_first_publication_says_what_to_run(tmp_path):
    done = jsi("receipt", "A1", data_dir=tmp_path / "data")
    assert done.returncode == 1
    assert "make demo" in done.stderr


def test_the_doctor_finds_a_refreshed_folder_well(refreshed):
    done = jsi("doctor", "--json", data_dir=refreshed[0].root)
    findings = {f["what"]: f for f in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout
    assert findings["Publication"]["is_well"]


def test_a_date_that_is_none_is_refused_before_anything_runs(sample_extracts, tmp_path):
    done = jsi("refresh", "--extracts", sample_extracts, "--as-of", "next week", data_dir=tmp_path / "data")
    assert done.returncode == 2
    assert "2026-09-27" in done.stderr


def test_a_second_writer_leaves_with_a_clear_message(sample_extracts, own_copy):
    from orchestration.one_writer import one_writer

    with one_writer(own_copy):
        done = jsi("ingest", sample_extracts, data_dir=own_copy.root)
    assert done.returncode == 1
    assert "another refresh" in done.stderr
