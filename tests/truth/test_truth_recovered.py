"""What was planted in texts and feelings is found."""

from __future__ import annotations

import numpy as np
import polars as pl


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


def test_another_providers_planted_habits_are_found(refreshed):
    """It finds many neutral texts unhappy, prefers happy texts, and sees no call."""
    audit = published(refreshed[1], "provider_audit").filter(pl.col("provider") == "Sentilab")
    months = audit.filter(pl.col("month_on").is_null())
    everything = months.row(by_predicate=pl.col("channel") == "all", named=True)
    assert everything["verdict"] == "measured"
    assert 0.2 < everything["kappa"] < 0.8
    assert everything["sampling_bias_low"] > 0
    assert months.filter(pl.col("channel") == "call")["coverage"].to_list() == [0.0]
    assert months.filter(pl.col("channel") == "chat")["mean_difference"].item() < -0.05
