"""Retention in a refresh: words past their date are in no layer, and no number moves."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from orchestration.assets import raw
from orchestration.refresh import refresh
from storage.publication import current, generations


def published(paths, mart: str) -> pl.DataFrame:
    return pl.read_parquet(paths.current.resolve() / f"{mart}.parquet")


@pytest.mark.slow
def test_words_go_from_every_layer_and_the_index_stays(own_copy, sample_extracts, tmp_path, monkeypatch):
    before = {m: published(own_copy, m) for m in ("fct_touches", "jsi_by_account_week")}
    policy = tmp_path / "policy_retention.csv"
    policy.write_text("channel,keep_text_days,valid_from,valid_to,owner,reason\nany,60,1900-01-01,,privacy,test\n")
    monkeypatch.setattr(raw, "RETENTION", policy)

    outcome = refresh(own_copy, sample_extracts, None)

    assert outcome.succeeded, [*outcome.failures, *outcome.warnings]
    assert generations(own_copy) == [current(own_copy).name], "older generations hold words that are gone"
    after = published(own_copy, "fct_touches")
    as_of = pl.read_parquet(own_copy.refresh)["as_of"][0].replace(tzinfo=None)
    old = after.filter((pl.col("occurred_at") < as_of - timedelta(days=60)) & pl.col("text_redacted").is_not_null())
    assert old.height > 500
    assert set(old["text_redacted"]) == {"[expired]"}
    young = after.filter(pl.col("occurred_at") >= as_of - timedelta(days=60))["text_redacted"].drop_nulls()
    assert young.len() > 100
    assert "[expired]" not in set(young)
    learnt = ["touch_id", "sentiment", "confidence", "emotion", "root_cause", "model_version", "null_reason"]
    assert_frame_equal(
        before["fct_touches"].select(learnt).sort("touch_id"), after.select(learnt).sort("touch_id"), check_exact=True
    )
    index = published(own_copy, "jsi_by_account_week").sort("account_id", "week_on")
    assert_frame_equal(before["jsi_by_account_week"].sort("account_id", "week_on"), index, check_exact=True)
