"""From a mart's rows to the rows a page shows: order, words, what is hidden for want of evidence.

Belongs here: pure functions frame → frame. Does not: reading (``published``), drawing (``charts``), arithmetic of the
index: every number comes from a mart, and a score that may not be shown leaves here as null.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from dashboards import wording

ROLES = ("buyer", "user", "executive", "unknown")
UNTAGGED = "untagged"
SCORES = ("jsi", "jsi_low", "jsi_high")


def with_shown(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds ``is_shown``: whether the row's index may be shown as a score."""
    pairs = frame.select("evidence_level", "is_stale").iter_rows()
    return frame.with_columns(pl.Series("is_shown", [wording.shows_score(*pair) for pair in pairs], dtype=pl.Boolean))


def hide_scores(frame: pl.DataFrame) -> pl.DataFrame:
    """Scores of rows without enough evidence become null; a word says why. Adds ``is_shown`` and ``evidence_word``."""
    shown = with_shown(frame)
    words = [wording.evidence(*pair, short=True) for pair in frame.select("evidence_level", "is_stale").iter_rows()]
    return shown.with_columns(
        pl.Series("evidence_word", words, dtype=pl.String),
        *(pl.when("is_shown").then(pl.col(c)).alias(c) for c in SCORES if c in frame.columns),
    )


def journey_cells(frame: pl.DataFrame, stages: list[str], as_of: datetime) -> pl.DataFrame:
    """One row a stage and role for the heat map, also where nothing was heard.

    frame: latest week of jsi_by_stage_role_week; stages in the order of the journey. Adds ``score_text``, ``n_text``
    and ``ago_text`` (always) and ``is_shown``; roles nobody has and an unheard 'unknown' stage are left out.
    """
    heard_roles = [r for r in ROLES if r != "unknown" or r in frame["role"].to_list()]
    heard_stages = [s for s in stages if s != "unknown" or s in frame["stage"].to_list()]
    grid = pl.DataFrame({"stage": heard_stages}, schema={"stage": pl.String}).join(
        pl.DataFrame({"role": heard_roles}, schema={"role": pl.String}), how="cross"
    )
    cells = hide_scores(grid.join(frame, on=["stage", "role"], how="left", maintain_order="left"))
    rows = []
    for row in cells.iter_rows(named=True):
        n = row["n_touches"] or 0
        heard = wording.heard(row["last_touch_at"], as_of)
        unscored = wording.unscored(row["evidence_level"], row["is_stale"]) if n else "not heard"
        rows.append(
            {
                "score_text": wording.score(row["jsi"]) if row["is_shown"] else unscored,
                "n_text": f"n {n:,}",
                "ago_text": wording.heard(row["last_touch_at"], as_of, short=True),
                "interval_text": wording.interval(row["jsi_low"], row["jsi_high"]),
                "trend_text": wording.trend(row["trend"]),
                "touches_text": wording.count(n),
                "people_text": wording.count(row["n_people"]),
                "heard_text": heard,
                "evidence_text": wording.evidence(row["evidence_level"], row["is_stale"]),
            }
        )
    texts = pl.DataFrame(rows, schema=dict.fromkeys(_CELL_TEXTS, pl.String))
    return pl.concat([cells.select("stage", "role", *SCORES, "is_shown"), texts], how="horizontal")


_CELL_TEXTS = (
    "score_text",
    "n_text",
    "ago_text",
    "interval_text",
    "trend_text",
    "touches_text",
    "people_text",
    "heard_text",
    "evidence_text",
)


def segments(frame: pl.DataFrame, dimension: str, as_of: datetime) -> pl.DataFrame:
    """Latest week of one dimension of jsi_by_segment_week, best first, those without a score last."""
    rows = hide_scores(frame.filter(pl.col("dimension") == dimension))
    texts = [
        {
            "label": wording.plain(row["value"]),
            "note": f"{row['evidence_word']} · n {row['n_touches'] or 0:,}",
            "interval_text": wording.interval(row["jsi_low"], row["jsi_high"]),
            "trend_text": wording.trend(row["trend"]),
            "heard_text": wording.heard(row["last_touch_at"], as_of),
        }
        for row in rows.iter_rows(named=True)
    ]
    kinds = dict.fromkeys(("label", "note", "interval_text", "trend_text", "heard_text"), pl.String)
    return pl.concat([rows, pl.DataFrame(texts, schema=kinds)], how="horizontal").sort(
        ["is_shown", "jsi", "n_touches", "value"], descending=[True, True, True, False], nulls_last=True
    )


def present(gates: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """gate_status of the accounts that are still customers: who has left passes no gate any more."""
    left = accounts.filter(pl.col("is_churned").fill_null(False)).select("account_id")
    return gates.join(left, on="account_id", how="anti", maintain_order="left")


def accounts_first(gates: pl.DataFrame) -> pl.DataFrame:
    """Accounts held at their gate, the largest ARR first: where a leader looks first.

    Whoever is not judged for want of evidence is not in here: their number is said beside it.
    """
    held = with_shown(gates).filter((pl.col("gate") == "hold") & pl.col("is_shown"))
    intervals = [wording.interval(*pair) for pair in held.select("jsi_low", "jsi_high").iter_rows()]
    return (
        _named(held)
        .with_columns(
            (pl.col("jsi") - pl.col("threshold")).alias("gap"),
            pl.Series("interval_text", intervals, dtype=pl.String),
        )
        .sort(["arr_usd", "gap", "account_id"], descending=[True, False, False], nulls_last=True)
    )


def not_judged(gates: pl.DataFrame) -> str:
    """How many accounts no gate judges, and why: one sentence, empty where all are judged."""
    reasons = (
        gates.filter(pl.col("gate") == "insufficient")
        .group_by("reason")
        .len()
        .sort(["len", "reason"], descending=[True, False])
    )
    if reasons.is_empty():
        return ""
    parts = [f"{wording.gate_reason(reason)} ({n:,})" for reason, n in reasons.iter_rows()]
    return f"Not judged: {wording.count(int(reasons['len'].sum()), 'account')}; {', '.join(parts)}."


def account_labels(accounts: pl.DataFrame) -> dict[str, str]:
    """account_id → name for the search box, with the id behind it so that both can be typed; where both tell a person
    they are one key, said once."""
    return {
        row["account_id"]: " · ".join(dict.fromkeys(filter(None, (row["account_name"], row["account_id"]))))
        for row in accounts.sort("account_name", "account_id", nulls_last=True).iter_rows(named=True)
    }


def account_list(gates: pl.DataFrame) -> pl.DataFrame:
    """All accounts with their gate and, where the evidence allows it, their score; the largest ARR first."""
    rows = _named(hide_scores(gates))
    return rows.with_columns(
        pl.col("gate").map_elements(wording.gate, return_dtype=pl.String).alias("gate_word")
    ).sort(["arr_usd", "account_id"], descending=[True, False], nulls_last=True)  # fmt: skip


def drivers(frame: pl.DataFrame, driver_kind: str, most: int = 8) -> pl.DataFrame:
    """Drivers of one kind, the strongest first, the rest as one row; without touches that name none.

    With the points of ``untagged`` they sum to jsi − baseline_jsi.
    """
    rows = frame.filter((pl.col("driver_kind") == driver_kind) & (pl.col("driver") != UNTAGGED)).select(
        "driver", "points", "n_touches", "share_of_touches", "mean_sentiment"
    )
    rows = rows.sort([pl.col("points").abs(), pl.col("driver")], descending=[True, False])
    if rows.height > most:
        rest = rows.slice(most - 1)
        weights = pl.col("n_touches")
        other = rest.select(
            pl.format("{} others", pl.len()).alias("driver"),
            pl.col("points").sum(),
            pl.col("n_touches").sum(),
            pl.col("share_of_touches").sum(),
            ((pl.col("mean_sentiment") * weights).sum() / weights.sum()).alias("mean_sentiment"),
        )
        rows = pl.concat([rows.head(most - 1), other], how="vertical_relaxed")
    # Where no bar reaches a point, one decimal would make them all alike.
    decimals = 1 if (rows["points"].abs().max() or 0) >= 1 else 2
    texts = [
        {
            "label": wording.plain(row["driver"]),
            "volume_text": f"{row['n_touches']:,} · {wording.share(row['share_of_touches'])}",
            "points_text": wording.points(row["points"], unit=False, decimals=decimals),
        }
        for row in rows.iter_rows(named=True)
    ]
    kinds = dict.fromkeys(("label", "volume_text", "points_text"), pl.String)
    return pl.concat([rows, pl.DataFrame(texts, schema=kinds)], how="horizontal")


def driver_sum(frame: pl.DataFrame, driver_kind: str) -> str:
    """How all drivers of a kind lead from the baseline to the index, touches without one named apart; one line."""
    rows = frame.filter(pl.col("driver_kind") == driver_kind)
    if rows.is_empty():
        return ""
    untagged = rows.filter(pl.col("driver") == UNTAGGED)
    apart = (
        f"Touches that name no {wording.plain(driver_kind)} give {wording.points(untagged['points'][0])} "
        f"({wording.count(untagged['n_touches'][0], 'touch', 'touches')}). "
        if untagged.height
        else ""
    )
    return (
        f"{apart}All together {wording.points(rows['points'].sum())}: "
        f"from the baseline of {wording.score(rows['baseline_jsi'][0])} to {wording.score(rows['jsi'][0])}."
        f"{_taxonomies(rows) if driver_kind == 'cause' else ''}"
    )


def _taxonomies(rows: pl.DataFrame) -> str:
    """Causes of different lists are no comparison; a generation of before does not say by which texts were read."""
    read_by = rows["taxonomy_version"][0] if "taxonomy_version" in rows.columns else None
    if read_by is None or " + " not in read_by:
        return ""
    return f" Texts were read by more than one list of causes: {wording.inert(read_by)}."


def associations(frame: pl.DataFrame) -> pl.DataFrame:
    """revenue_correlation in words, the index first, then its baselines, the nearest horizon first."""
    order = {name: rank for rank, name in enumerate(("jsi", "last_nps", "open_tickets", "tenure_days"))}
    return frame.with_columns(
        pl.col("predictor").map_elements(wording.predictor, return_dtype=pl.String).alias("predictor_text"),
        pl.col("predictor").replace_strict(order, default=len(order), return_dtype=pl.Int64).alias("rank"),
        pl.format("{} days", "horizon_days").alias("horizon_text"),
    ).sort("rank", "horizon_days")


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """An account without a name in the CRM goes by its id; its revenue is shown in whole dollars."""
    return frame.with_columns(
        pl.coalesce("account_name", "account_id").alias("account_name"), pl.col("arr_usd").round(0)
    )
