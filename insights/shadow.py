"""What another model would change: labels, the index by stage, gates, and the revenue behind them.

Belongs here: comparing two models' scores and the marts built from each. Does not: scoring, building marts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from insights.agreement import CLASSES, figures

_DIGITS = 4


def compare(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """A report of plain values, fit for JSON.

    Each side holds ``scores`` (``table_name``, ``row_hash``, ``channel``, ``sentiment``, ``null_reason``: the same rows
    on both sides), ``gate_status`` (account_id, stage, jsi, gate), ``dim_accounts`` (account_id, arr_usd) and
    ``jsi_by_stage_role_week`` of one week (stage, role, jsi, evidence_level).
    """
    return {
        "agreement": _agreement(before["scores"], after["scores"]),
        "index_by_stage": _by_stage(before["gate_status"], after["gate_status"]),
        "index_by_stage_role": _by_stage_role(before["jsi_by_stage_role_week"], after["jsi_by_stage_role_week"]),
        **_gates(before, after),
    }


def _agreement(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, Any]:
    """How often both give one label, and κ; the texts that only one of them could read are told apart."""
    both = before.join(after, on=["table_name", "row_hash"], how="inner", suffix="_after", nulls_equal=True)
    scored = both.drop_nulls(["sentiment", "sentiment_after"])
    found: dict[str, Any] = {
        "n_texts": both.height,
        "n_scored_by_both": scored.height,
        "n_scored_before_only": both.filter(
            pl.col("sentiment").is_not_null() & pl.col("sentiment_after").is_null()
        ).height,
        "n_scored_after_only": both.filter(
            pl.col("sentiment").is_null() & pl.col("sentiment_after").is_not_null()
        ).height,
    }
    if scored.is_empty():
        return {**found, "share_equal": None, "kappa": None, "confusion": [], "by_channel": []}
    confusion = np.zeros((1, 3, 3))
    for old, new, n in scored.group_by("sentiment", "sentiment_after").len().iter_rows():
        confusion[0, CLASSES.index(old), CLASSES.index(new)] = n
    kappa = float(figures(confusion)["kappa"][0])
    is_equal = pl.col("sentiment") == pl.col("sentiment_after")
    by_channel = scored.group_by("channel").agg(n=pl.len(), share_equal=is_equal.mean().round(_DIGITS)).sort("channel")
    return {
        **found,
        "share_equal": round(float(scored.select(is_equal.mean()).item()), _DIGITS),
        "kappa": round(kappa, _DIGITS) if np.isfinite(kappa) else None,
        "confusion": confusion[0].astype(int).tolist(),  # rows: before, columns: after; −1, 0, +1
        "by_channel": by_channel.to_dicts(),
    }


def _by_stage(before: pl.DataFrame, after: pl.DataFrame) -> list[dict[str, Any]]:
    """Mean index of each stage's accounts, before and after, and the largest shift of one account."""
    both = before.select("account_id", "stage", "jsi").join(after.select("account_id", after="jsi"), on="account_id")
    return (
        both.drop_nulls(["jsi", "after"])
        .group_by("stage")
        .agg(
            n_accounts=pl.len(),
            jsi_before=pl.col("jsi").mean().round(2),
            jsi_after=pl.col("after").mean().round(2),
            largest_shift=(pl.col("after") - pl.col("jsi")).abs().max().round(2),
        )
        .with_columns(shift=(pl.col("jsi_after") - pl.col("jsi_before")).round(2))
        .sort("stage")
        .to_dicts()
    )


def _by_stage_role(before: pl.DataFrame, after: pl.DataFrame) -> list[dict[str, Any]]:
    """The index of each stage and role, before and after, where both show one."""
    keys = ["stage", "role"]
    both = before.select(*keys, "jsi", "evidence_level").join(after.select(*keys, after="jsi"), on=keys)
    return (
        both.drop_nulls(["jsi", "after"])
        .select(
            *keys,
            "evidence_level",
            jsi_before=pl.col("jsi").round(2),
            jsi_after=pl.col("after").round(2),
            shift=(pl.col("after") - pl.col("jsi")).round(2),
        )
        .sort(keys)
        .to_dicts()
    )


def _gates(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """The accounts whose gate says another word, and their revenue; unknown revenue is counted, not taken for none."""
    flipped = (
        before["gate_status"]
        .select("account_id", "stage", gate_before="gate")
        .join(after["gate_status"].select("account_id", gate_after="gate"), on="account_id")
        .filter(pl.col("gate_before") != pl.col("gate_after"))
        .join(before["dim_accounts"].select("account_id", "arr_usd"), on="account_id", how="left")
        .sort("arr_usd", "account_id", descending=[True, False], nulls_last=True)
    )
    moves = (
        flipped.group_by("gate_before", "gate_after")
        .agg(
            n_accounts=pl.len(),
            arr_usd=pl.col("arr_usd").sum().round(2),
            n_without_arr=pl.col("arr_usd").is_null().sum(),
        )
        .sort("gate_before", "gate_after")
    )
    return {
        "n_accounts": before["gate_status"].height,
        "gates_flipped": moves.to_dicts(),
        "n_gates_flipped": flipped.height,
        "arr_moved_usd": round(float(flipped["arr_usd"].sum()), 2),
        "flipped_accounts": flipped.to_dicts(),
    }
