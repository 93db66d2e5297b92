"""The planted link of feeling to churn is found, and nothing is found where nothing was planted."""

from __future__ import annotations

import polars as pl
import pytest

from orchestration.refresh import refresh
from storage.layout import DataDir


@pytest.mark.slow
def test_the_sample_companys_planted_link_to_churn_is_found_and_its_null_world_stays_silent(tmp_path, monkeypatch):
    """One company of default size and seed. With some two dozen churned contracts other seeds may miss the link."""
    from simulator.company import write

    verdicts = {}
    for name, null_world in (("planted", False), ("null", True)):
        out = tmp_path / name / "extracts"
        write(out, null_world=null_world)
        paths = DataDir(tmp_path / name / "data")
        monkeypatch.setenv("JSI_DATA_DIR", str(paths.root))
        outcome = refresh(paths, out, None, quiet_seconds=0)
        assert outcome.succeeded, outcome.failures
        table = pl.read_parquet(outcome.generation.folder / "revenue_correlation.parquet").filter(predictor="jsi")
        verdicts[name] = table["verdict"].to_list()
    assert set(verdicts["planted"]) == {"associated"}
    assert set(verdicts["null"]) == {"no evidence"}
