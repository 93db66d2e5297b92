"""The index, its receipts, gates and drivers of a made-up company, by METHOD's formulas in their naive form.

Belongs here: touches → marts of the index, every touch at every week. Does not: the touches (``published_company``).
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

LATEST_WEEK = date(2026, 11, 16)
STAGES = ["awareness", "evaluation", "purchase", "onboarding", "adoption", "value", "renewal", "advocacy", "unknown"]
THRESHOLDS = [40, 50, 55, 60, 60, 65, 70, 80, None]
PRIOR_MASS, MODEL, POLICY = 3.0, "lexicon-1+textcat-1", "2026.1"


def index(touches: pl.DataFrame, spine: pl.DataFrame, keys: list[str], weeks: list[date]) -> pl.DataFrame:
    """The index of every group and week, METHOD §4 and §5, for touches as ``published_company`` makes them."""
    calendar = pl.DataFrame({"week_on": weeks}, schema={"week_on": pl.Date})
    rows = spine.join(calendar, how="cross").join(touches, on=keys, how="left")
    age = (pl.col("week_on").cast(pl.Datetime("us")) - pl.col("occurred_at")).dt.total_seconds() / 86400
    rows = rows.with_columns(age.alias("age")).with_columns(
        pl.when(pl.col("age") >= 0).then(pl.col("v") * 2 ** (-pl.col("age") / pl.col("half_life"))).alias("w"),
        pl.when(pl.col("age").is_between(0, 28)).then("v").alias("v1"),
        pl.when(pl.col("age").is_between(28.000001, 56)).then("v").alias("v0"),
    )
    s = pl.col("sentiment")
    sums = rows.group_by(*keys, "week_on").agg(
        *(pl.col(c).sum().alias(c.upper()) for c in ("w", "v1", "v0")),
        *((pl.col(c) ** 2).sum().alias(f"{c}_q") for c in ("w", "v1", "v0")),
        *((pl.col(c) * s).sum().alias(f"{c}_s") for c in ("w", "v1", "v0")),
        (pl.col("w") * s.abs()).sum().alias("w_felt"),
        pl.col("w").is_not_null().sum().cast(pl.Int64).alias("n_touches"),
        pl.col("age").is_between(0, 7).sum().cast(pl.Int64).alias("n_touches_week"),
        pl.col("occurred_at").filter(pl.col("w").is_not_null()).max().alias("last_touch_at"),
        pl.col("person_id").filter(pl.col("w").is_not_null()).n_unique().cast(pl.Int64).alias("n_people"),
        pl.col("account_id").filter(pl.col("w").is_not_null()).n_unique().cast(pl.Int64).alias("n_accounts")
        if "account_id" not in keys
        else pl.lit(1, dtype=pl.Int64).alias("n_accounts"),
    )
    n_eff = (pl.col("W") ** 2 / pl.col("w_q")).fill_nan(0).fill_null(0)
    raw = (pl.col("w_s") / pl.col("W")).fill_nan(None)
    sums = sums.with_columns(n_eff.alias("evidence"), raw.alias("mean")).with_columns(
        (pl.col("evidence") * pl.col("mean").fill_null(0) / (PRIOR_MASS + pl.col("evidence"))).alias("m"),
        ((PRIOR_MASS / 2 + pl.col("evidence") * (pl.col("w_felt") / pl.col("W")).fill_nan(0))
         / (PRIOR_MASS + pl.col("evidence"))).alias("felt"),
    )  # fmt: skip
    half = 98 * ((pl.col("felt") - pl.col("m") ** 2) / (PRIOR_MASS + pl.col("evidence") + 1)).sqrt()
    delta = 50 * (pl.col("v1_s") / pl.col("V1") - pl.col("v0_s") / pl.col("V0"))
    margin = 98 * (pl.col("v1_q") / pl.col("V1") ** 2 + pl.col("v0_q") / pl.col("V0") ** 2).sqrt() * 0.8
    known = (pl.col("V1") ** 2 >= 2 * pl.col("v1_q")) & (pl.col("V0") ** 2 >= 2 * pl.col("v0_q")) & (pl.col("V0") > 0)
    level = (
        pl.when(pl.col("evidence") < 2).then(pl.lit("insufficient")).when(pl.col("evidence") < 8).then(pl.lit("thin"))
    )
    silent = pl.col("week_on").cast(pl.Datetime("us")) - pl.col("last_touch_at")
    return (
        sums.with_columns(pl.when(known).then(delta).alias("trend_delta"), pl.when(known).then(margin).alias("margin"))
        .select(
            *keys,
            "week_on",
            (50 * (1 + pl.col("m"))).round(4).alias("jsi"),
            (50 * (1 + pl.col("mean"))).round(4).alias("jsi_raw"),
            (50 * (1 + pl.col("m")) - half).clip(0, 100).round(4).alias("jsi_low"),
            (50 * (1 + pl.col("m")) + half).clip(0, 100).round(4).alias("jsi_high"),
            pl.col("evidence").round(4),
            level.otherwise(pl.lit("solid")).alias("evidence_level"),
            (silent > timedelta(days=60)).fill_null(False).alias("is_stale"),
            pl.when(pl.col("trend_delta").is_null()).then(pl.lit("insufficient"))
            .when(pl.col("trend_delta") > pl.col("margin")).then(pl.lit("improving"))
            .when(pl.col("trend_delta") < -pl.col("margin")).then(pl.lit("declining"))
            .otherwise(pl.lit("no clear change")).alias("trend"),
            (1.96 * pl.col("trend_delta") / pl.col("margin")).round(4).alias("trend_z"),
            pl.col("trend_delta").round(4),
            (pl.col("trend_delta") - pl.col("margin")).round(4).alias("trend_low"),
            (pl.col("trend_delta") + pl.col("margin")).round(4).alias("trend_high"),
            "n_touches", "n_touches_week", "n_people", "n_accounts", "last_touch_at",
            pl.lit(POLICY).alias("policy_version"), pl.lit(MODEL).alias("model_version"),
        )
        .sort(*keys, "week_on")
    )  # fmt: skip


def group(touches: pl.DataFrame, keys: list[str], weeks: list[date]) -> pl.DataFrame:
    """The index of groups of accounts; fewer than five people are suppressed."""
    frame = index(touches, touches.select(keys).unique(), keys, weeks).filter(pl.col("n_touches") > 0)
    few = pl.col("n_people") < 5
    hidden = ["jsi", "jsi_raw", "jsi_low", "jsi_high", "evidence", "trend_z", "trend_delta", "trend_low", "trend_high"]
    return frame.with_columns(
        *(pl.when(~few).then(c).alias(c) for c in hidden),
        pl.when(few).then(pl.lit("suppressed")).otherwise("evidence_level").alias("evidence_level"),
        pl.when(few).then(pl.lit("insufficient")).otherwise("trend").alias("trend"),
    )


def dimension(touches: pl.DataFrame, dimension: str, weeks: list[date]) -> pl.DataFrame:
    """One dimension of jsi_by_segment_week."""
    if dimension == "company":
        spine = pl.DataFrame({"value": ["all"]})
        frame = index(touches.with_columns(pl.lit("all").alias("value")), spine, ["value"], weeks)
    else:
        frame = group(touches.with_columns(pl.col(dimension).alias("value")), ["value"], weeks)
    return frame.select(pl.lit(dimension).alias("dimension"), pl.all())


def receipts(touches: pl.DataFrame, latest: pl.DataFrame) -> pl.DataFrame:
    """jsi_receipts of the latest week."""
    age = (pl.lit(LATEST_WEEK).cast(pl.Datetime("us")) - pl.col("occurred_at")).dt.total_seconds() / 86400
    w = pl.col("v") * 2 ** (-age / pl.col("half_life"))
    rows = touches.with_columns(w.alias("weight")).join(
        latest.select("account_id", "evidence", "week_on"), on="account_id"
    )
    part = pl.col("weight") / pl.col("weight").sum().over("account_id")
    points = 50 * pl.col("evidence") / (PRIOR_MASS + pl.col("evidence")) * part * pl.col("sentiment")
    columns = [
        "account_id",
        "week_on",
        "touch_id",
        "points",
        "sentiment",
        "weight",
        "weight_share",
        "occurred_at",
        "channel",
    ]
    said = rows.with_columns(points.alias("points"), part.alias("weight_share")).select(columns)
    prior = latest.select("account_id", "week_on", pl.lit("prior").alias("touch_id"), pl.lit(0.0).alias("points"))
    return pl.concat([said, prior], how="diagonal")


def gates(accounts: pl.DataFrame, latest: pl.DataFrame) -> pl.DataFrame:
    """gate_status of the latest week."""
    thresholds = {s: float(t) for s, t in zip(STAGES, THRESHOLDS, strict=True) if t}
    rows = accounts.select("account_id", "account_name", "stage", "renews_on", "arr_usd").join(
        latest.drop("n_people", "n_accounts"), on="account_id"
    )
    rows = rows.with_columns(pl.col("stage").replace_strict(thresholds, default=None).alias("threshold"))
    inside = pl.col("threshold").is_between("jsi_low", "jsi_high")
    reason = (
        pl.when(pl.col("evidence_level") == "insufficient").then(pl.lit("too_little_evidence"))
        .when("is_stale").then(pl.lit("stale_evidence"))
        .when((pl.col("evidence_level") == "thin") & inside).then(pl.lit("threshold_inside_interval"))
        .when(pl.col("jsi") >= pl.col("threshold")).then(pl.lit("at_or_above_threshold"))
        .otherwise(pl.lit("below_threshold"))
    )  # fmt: skip
    gates = {"at_or_above_threshold": "pass", "below_threshold": "hold"}
    return rows.with_columns(reason.alias("reason")).select(
        "account_id", "account_name", "week_on", "stage", "threshold", "jsi", "jsi_low", "jsi_high", "evidence",
        "evidence_level", "is_stale",
        pl.col("reason").replace_strict(gates, default="insufficient").alias("gate"),
        ("gate/" + pl.col("stage")).alias("rule_id"), "reason", "renews_on", "arr_usd", "policy_version",
    )  # fmt: skip


def drivers(touches: pl.DataFrame) -> pl.DataFrame:
    """Drivers of the company and of each account, by cause, channel and stage."""
    age = (pl.lit(LATEST_WEEK).cast(pl.Datetime("us")) - pl.col("occurred_at")).dt.total_seconds() / 86400
    rows = touches.with_columns((pl.col("v") * 2 ** (-age / pl.col("half_life"))).alias("w"))
    scopes = [rows.with_columns(pl.lit("company").alias("scope_kind"), pl.lit("all").alias("scope"))]
    scopes += [rows.with_columns(pl.lit("account").alias("scope_kind"), pl.col("account_id").alias("scope"))]
    kinds = {"cause": pl.col("root_cause").list.first().fill_null("untagged"), "channel": "channel", "stage": "stage"}
    parts = [
        scope.with_columns(
            pl.lit(kind).alias("driver_kind"), (of if isinstance(of, pl.Expr) else pl.col(of)).alias("driver")
        )
        for scope in scopes
        for kind, of in kinds.items()
    ]
    group = ["scope_kind", "scope", "driver_kind"]
    whole = pl.col("w").sum().over(group)
    n_eff = whole**2 / (pl.col("w") ** 2).sum().over(group)
    scale = n_eff / (PRIOR_MASS + n_eff)
    return (
        pl.concat(parts)
        .with_columns(
            (50 * scale * pl.col("w") * pl.col("sentiment") / whole).alias("points"),
            (1 / pl.len().over(group)).alias("share"),
        )
        .group_by(*group, "driver")
        .agg(
            pl.len().cast(pl.Int64).alias("n_touches"),
            pl.col("share").sum().alias("share_of_touches"),
            pl.col("sentiment").mean().alias("mean_sentiment"),
            pl.col("points").sum(),
        )
        .with_columns(
            (50 + pl.col("points").sum().over(group)).alias("jsi"),
            pl.lit(50.0).alias("baseline_jsi"),
            pl.lit(LATEST_WEEK).alias("week_on"),
            pl.lit(POLICY).alias("policy_version"),
        )
        .sort(*group, "driver")
    )
