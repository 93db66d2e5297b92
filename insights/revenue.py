"""Does the index say beforehand who leaves? Ranks of index and baselines against the outcomes of renewals.

Belongs here: what was known of an account some days before its renewal, and the table ``revenue_correlation``.
Does not: the rank statistics themselves (``ranks``), numbers with their reasons (``thresholds``), any I/O.

One observation is one contract with an outcome, seen ``h`` days before its moment T: the renewal date, or the day its
outcome was known if that was earlier, since nothing that came after an outcome may predict it. What is known then is
what happened before 00:00 UTC of day T − h. An account never heard from takes part with the prior and is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from insights import thresholds
from insights.ranks import associate, benjamini_hochberg, resampling_weights

ASSOCIATED, NO_EVIDENCE, INSUFFICIENT = "associated", "no evidence", "insufficient"

# Predictor → the sign that makes it a risk: churn is expected of a low index, a low last NPS answer, many open
# tickets, a short tenure. With it AUC > 0.5 and Spearman > 0 mean "predicts churn" for each of them.
SIGN_OF_RISK = {"jsi": -1.0, "last_nps": -1.0, "open_tickets": 1.0, "tenure_days": -1.0}

SCHEMA = {
    "outcome": pl.String(),  # 'churn'
    "predictor": pl.String(),  # jsi, last_nps, open_tickets, tenure_days
    "horizon_days": pl.Int64(),
    "stage": pl.String(),  # 'all'
    "role": pl.String(),  # 'all'
    "n": pl.Int64(),  # renewals with an outcome
    "n_events": pl.Int64(),  # of these, churned
    "n_heard": pl.Int64(),  # of these, predictor known from data; the others take part with its prior
    "spearman": pl.Float64(),
    "spearman_low": pl.Float64(),
    "spearman_high": pl.Float64(),
    "auc": pl.Float64(),
    "auc_low": pl.Float64(),
    "auc_high": pl.Float64(),
    "p_value": pl.Float64(),
    "q_value": pl.Float64(),
    "verdict": pl.String(),  # associated, no evidence, insufficient
    "policy_version": pl.String(),
    "model_version": pl.String(),
}


def revenue_correlation(
    jsi_by_account_week: pl.DataFrame,
    contracts: pl.DataFrame,
    touches: pl.DataFrame,
    tickets: pl.DataFrame,
    accounts: pl.DataFrame,
    horizons: Sequence[int] = thresholds.HORIZONS_DAYS,
    seed: int = 7,
    n_bootstrap: int = thresholds.BOOTSTRAP_RESAMPLES,
    as_of: date | None = None,
) -> pl.DataFrame:
    """Association of index and baselines with churn: one row per predictor and horizon (``SCHEMA``).

    Takes ``jsi_by_account_week`` (account_id, week_on, jsi, n_touches, policy_version, model_version), ``contracts``
    (contract_id, account_id, renews_on, outcome, outcome_on), ``touches`` as ``fct_touches`` (account_id, touch_id,
    touchpoint, sentiment_source, native_score, occurred_at), ``tickets`` (ticket_id, account_id, created_at,
    resolved_at) and ``accounts`` as ``dim_accounts`` (account_id, created_on); account ids follow merges already,
    times are UTC. Outcomes after ``as_of`` are still open.

    Fewer than ``MINIMUM_OF_EACH_OUTCOME`` accounts that churned or stayed, or a predictor known of fewer than
    ``MINIMUM_HEARD`` renewals: the verdict is "insufficient" and nothing is estimated. Otherwise "associated" needs
    q ≤ ``FALSE_DISCOVERY_RATE`` over the whole table and an AUC interval without 0.5; in which direction, the AUC
    says. The same input and seed give the same table.
    """
    renewals = _renewals(contracts, as_of)
    cluster = renewals["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
    weights = resampling_weights(int(cluster.max(initial=0)) + 1, n_bootstrap, seed)
    versions = _versions(jsi_by_account_week)
    rows = []
    for horizon in horizons:
        seen = known_before(renewals, horizon, jsi_by_account_week, touches, tickets, accounts)
        for predictor, sign in SIGN_OF_RISK.items():
            rows.append(
                {"outcome": "churn", "predictor": predictor, "horizon_days": horizon, "stage": "all", "role": "all"}
                | _judged(seen, predictor, sign, cluster, weights)
                | versions
            )
    table = pl.DataFrame(rows, schema=SCHEMA)
    return _with_verdicts(table).sort("horizon_days", "predictor")


def known_before(
    renewals: pl.DataFrame,
    horizon: int,
    jsi_by_account_week: pl.DataFrame,
    touches: pl.DataFrame,
    tickets: pl.DataFrame,
    accounts: pl.DataFrame,
) -> pl.DataFrame:
    """Each renewal (account_id, decided_on, is_churned) with its predictors ``horizon`` days before ``decided_on``.

    Adds ``cut_on``, and for each predictor its value and ``<predictor>_is_heard``: false where the value is its
    prior. Rows keep their order.
    """
    cut = renewals.with_row_index("row").with_columns(cut_on=pl.col("decided_on") - pl.duration(days=horizon))
    at_midnight = pl.col("cut_on").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    cut = cut.with_columns(cut_at=at_midnight)
    return (
        cut.join(_index(cut, jsi_by_account_week), on="row", how="left")
        .join(_last_nps(cut, touches), on="row", how="left")
        .join(_open_tickets(cut, tickets), on="row", how="left")
        .join(_tenure(cut, accounts), on="row", how="left")
        .with_columns(
            jsi_is_heard=pl.col("jsi_is_heard").fill_null(False),
            last_nps_is_heard=pl.col("last_nps").is_not_null(),
            open_tickets_is_heard=pl.col("open_tickets").is_not_null(),
            tenure_days_is_heard=pl.col("tenure_days").is_not_null(),
        )
        .with_columns(
            pl.col("jsi").fill_null(thresholds.PRIOR_INDEX),
            pl.col("last_nps").fill_null(thresholds.PRIOR_NPS),
            pl.col("open_tickets").fill_null(0.0),
            pl.col("tenure_days").fill_null(pl.col("tenure_days").median()).fill_null(0.0),
        )
        .sort("row")
        .drop("row", "cut_at")
    )


def _renewals(contracts: pl.DataFrame, as_of: date | None) -> pl.DataFrame:
    """Contracts with an outcome: account_id, decided_on (T), is_churned; in a fixed order."""
    decided_on = pl.min_horizontal("renews_on", "outcome_on")
    known = contracts.filter(
        pl.col("outcome").is_not_null(), decided_on.is_not_null(), pl.col("account_id").is_not_null()
    )
    if as_of is not None:
        known = known.filter(pl.coalesce("outcome_on", "renews_on") <= as_of)
    return known.sort("account_id", "renews_on", "contract_id").select(
        "account_id", decided_on=decided_on, is_churned=pl.col("outcome") == "churned"
    )


def _index(cut: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """The account's index of the last week published by the cut; heard if any touch stands behind it."""
    published = weeks.select("account_id", "week_on", "jsi", jsi_is_heard=pl.col("n_touches") > 0)
    return (
        cut.sort("cut_on")
        .join_asof(
            published.sort("week_on"), left_on="cut_on", right_on="week_on", by="account_id", check_sortedness=False
        )
        .select("row", "jsi", "jsi_is_heard")
    )


def _last_nps(cut: pl.DataFrame, touches: pl.DataFrame) -> pl.DataFrame:
    """The last NPS answer given before the cut, as it was given."""
    is_answer = pl.col("touchpoint").str.ends_with("nps") & (pl.col("sentiment_source") == "rating")
    answers = (
        touches.filter(is_answer, pl.col("account_id").is_not_null(), pl.col("native_score").is_not_null())
        .select("account_id", "touch_id", answered_at=_utc("occurred_at"), last_nps=pl.col("native_score"))
        .sort("answered_at", "touch_id")
    )
    return (
        cut.sort("cut_at")
        .join_asof(
            answers,
            left_on="cut_at",
            right_on="answered_at",
            by="account_id",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .select("row", pl.col("last_nps").cast(pl.Float64))
    )


def _open_tickets(cut: pl.DataFrame, tickets: pl.DataFrame) -> pl.DataFrame:
    """Tickets created and not yet resolved at the cut; null where the account had none by then.

    A ticket whose resolution time is unknown counts as open: when it was closed cannot be said.
    """
    opened = tickets.select("account_id", created_at=_utc("created_at"), resolved_at=_utc("resolved_at"))
    is_open = pl.col("resolved_at").is_null() | (pl.col("resolved_at") >= pl.col("cut_at"))
    return (
        cut.select("row", "account_id", "cut_at")
        .join(opened, on="account_id", how="inner")
        .filter(pl.col("created_at") < pl.col("cut_at"))
        .group_by("row")
        .agg(open_tickets=is_open.sum().cast(pl.Float64))
    )


def _tenure(cut: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Days since the account was created; null where that is unknown or lies after the cut."""
    created = accounts.select("account_id", "created_on").unique("account_id", keep="first", maintain_order=True)
    days = (pl.col("cut_on") - pl.col("created_on")).dt.total_days()
    return cut.join(created, on="account_id", how="left").select(
        "row", tenure_days=pl.when(days >= 0).then(days).cast(pl.Float64)
    )


def _utc(column: str) -> pl.Expr:
    """Times come as UTC, zoned from Parquet or plain from the warehouse."""
    return pl.col(column).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _versions(weeks: pl.DataFrame) -> dict[str, str | None]:
    """Policy and model of the newest published week."""
    newest = weeks.sort("week_on", "account_id").tail(1).select("policy_version", "model_version")
    return newest.row(0, named=True) if newest.height else {"policy_version": None, "model_version": None}


def _judged(
    seen: pl.DataFrame, predictor: str, sign: float, cluster: np.ndarray, weights: np.ndarray
) -> dict[str, float | int | None]:
    """Counts, and where they suffice the association."""
    event = seen["is_churned"].to_numpy()
    row: dict[str, float | int | None] = {
        "n": seen.height,
        "n_events": int(event.sum()),
        "n_heard": int(seen[f"{predictor}_is_heard"].sum()),
    }
    accounts = [np.unique(cluster[at]).size for at in (event, ~event)]
    if min(accounts) < thresholds.MINIMUM_OF_EACH_OUTCOME or row["n_heard"] < thresholds.MINIMUM_HEARD:
        return row
    found = associate(sign * seen[predictor].to_numpy(), event, cluster, weights, thresholds.INTERVAL_LEVEL)
    return row | vars(found)


def _with_verdicts(table: pl.DataFrame) -> pl.DataFrame:
    """q-values over all tested rows, verdicts, and the rounding of published numbers."""
    tested = table["p_value"].is_not_null()
    q_values = np.full(table.height, np.nan)
    q_values[tested.to_numpy()] = benjamini_hochberg(table["p_value"].drop_nulls().to_numpy())
    off_half = (pl.col("auc_low") > 0.5) | (pl.col("auc_high") < 0.5)
    estimates = ["spearman", "spearman_low", "spearman_high", "auc", "auc_low", "auc_high"]
    return table.with_columns(q_value=pl.Series(q_values).fill_nan(None)).with_columns(
        pl.when(pl.col("p_value").is_null())
        .then(pl.lit(INSUFFICIENT))
        .when((pl.col("q_value") <= thresholds.FALSE_DISCOVERY_RATE) & off_half)
        .then(pl.lit(ASSOCIATED))
        .otherwise(pl.lit(NO_EVIDENCE))
        .alias("verdict"),
        pl.col(estimates).round(4),
        pl.col("p_value", "q_value").round_sig_figs(4),
    )
