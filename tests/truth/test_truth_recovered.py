"""What was planted is found, and nothing is found where nothing was planted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from orchestration.refresh import refresh
from storage.layout import DataDir


def truth(extracts, name: str) -> pl.DataFrame:
    return pl.read_parquet(extracts.with_name(extracts.name + "_truth") / f"{name}.parquet")


def published(outcome, name: str) -> pl.DataFrame:
    return pl.read_parquet(outcome.generation.folder / f"{name}.parquet")


def test_the_scorer_reads_the_planted_feeling_of_most_texts(refreshed, sample_extracts):
    """Texts whose clauses all point one way; mixed ones are a matter of taste."""
    labels = truth(sample_extracts, "text_labels").filter(
        ~pl.col("is_mixed") & pl.col("expected_null_reason").is_null() & (pl.col("table_name") == "messages")
    )
    touches = published(refreshed[1], "fct_touches").select("touch_id", "sentiment")
    both = labels.with_columns(touch_id="m:" + pl.col("id")).join(touches, on="touch_id").drop_nulls("sentiment")
    assert both.height > 500
    recalls = [
        both.filter(label=wanted).select((pl.col("sentiment") == pl.col("label")).mean()).item()
        for wanted in (-1, 0, 1)
    ]
    assert np.mean(recalls) > 0.6, dict(zip((-1, 0, 1), recalls, strict=True))


def test_accounts_that_feel_worse_have_a_lower_index(refreshed, sample_extracts):
    index = published(refreshed[1], "jsi_by_account_week").filter(pl.col("evidence_level") == "solid")
    feeling = truth(sample_extracts, "latent_feeling")
    felt = pl.mean_horizontal("buyer", "user", "executive").alias("feeling")
    planted = feeling.select("account_id", "week_on", felt)
    both = index.join(planted, on=["account_id", "week_on"])
    by_account = both.group_by("account_id").agg(pl.col("jsi").mean(), pl.col("feeling").mean())
    assert by_account.height > 15
    assert by_account.select(pl.corr("jsi", "feeling", method="spearman")).item() > 0.6


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
        table = published(outcome, "revenue_correlation").filter(predictor="jsi")
        verdicts[name] = table["verdict"].to_list()
    assert set(verdicts["planted"]) == {"associated"}
    assert set(verdicts["null"]) == {"no evidence"}
