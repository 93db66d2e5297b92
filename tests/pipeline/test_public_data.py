"""Public data in the canonical shape: real tweets to six airlines, a real telecom's customers."""

from __future__ import annotations

import polars as pl
import pytest

from orchestration.refresh import refresh
from storage.layout import DataDir

pytestmark = pytest.mark.slow


@pytest.fixture
def run(shared_data, tmp_path, monkeypatch):
    def run(folder: str):
        paths = DataDir(tmp_path / "data")
        monkeypatch.setenv("JSI_DATA_DIR", str(paths.root))
        outcome = refresh(paths, shared_data / "real_input" / folder, None)
        assert outcome.succeeded, outcome.failures
        accounting = pl.read_parquet(outcome.generation.folder / "row_accounting.parquet")
        assert accounting["is_balanced"].all()
        lines = pl.read_csv(shared_data / "real_input" / folder / "accounts.csv", infer_schema=False)
        index = pl.read_parquet(outcome.generation.folder / "jsi_by_account_week.parquet")
        latest = index.filter(pl.col("week_on") == pl.col("week_on").max())
        assert set(latest["account_id"]) == set(lines["account_id"]), "account_id comes through as given"
        assert latest.height == lines.height
        return outcome.generation.folder, latest

    return run


def test_six_airlines_get_a_solid_index(run):
    folder, latest = run("airlines")
    assert set(latest["evidence_level"]) == {"solid"}
    touches = pl.read_parquet(folder / "fct_touches.parquet")
    assert touches.height == 8_689


def test_telecom_customers_never_heard_from_are_insufficient_not_dropped(run):
    folder, latest = run("telecom")
    touches = pl.read_parquet(folder / "fct_touches.parquet")
    assert touches["rule_id"].unique().to_list() == ["complaint_ticket"]
    assert touches.height == 135
    heard = latest.filter(pl.col("n_touches") > 0)
    silent = latest.filter(pl.col("n_touches") == 0)
    assert (heard.height, silent.height) == (135, 1_755)
    assert set(silent["evidence_level"]) == {"insufficient"}
    assert silent["jsi"].unique().to_list() == [50.0]
    churn = pl.read_parquet(folder / "revenue_correlation.parquet").filter(predictor="jsi")
    assert churn["n"].min() == 1_890, "customers never heard from take part in the churn table"
