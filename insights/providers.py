"""Another provider's sentiment labels held against ours and people's: agreement, coverage, sampling bias, drift.

Belongs here: the audit of each provider, by channel and by month. Does not: reading labels, what "drifted" means (the
caller gives the drift test of the house).

A provider that labels only some texts may choose the happy ones: its sampling bias is how much happier we find the
texts that it labelled than those that it did not. κ as in Cohen 1960, its interval by resampling labels; the interval
of the bias is that of whole conversations.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from insights import thresholds
from insights.agreement import CLASSES, figures
from insights.clusters import rounded

EVERYTHING = "all"
MEASURED, TOO_FEW = "measured", "too few labels"
DRIFTED, WITH_OURS = "drifted", "moved with ours"
_SHARES = {"share_negative": -1, "share_neutral": 0, "share_positive": 1}
#: (reference, current) → channel, statistic, limit, verdict: as ``drift`` of expectations. Both frames have channel,
#: sentiment and conversation.
Drift = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]

SCHEMA = {
    "provider": pl.String(),
    "channel": pl.String(),  # or all
    "month_on": pl.Date(),  # the first day of the month; null: all of them
    "n_texts": pl.Int64(),  # that we scored
    "n_labels": pl.Int64(),  # of these, labelled by the provider
    "coverage": pl.Float64(),
    **dict.fromkeys(_SHARES, pl.Float64()),  # of the provider's labels
    "mean_difference": pl.Float64(),  # the provider's label less ours, of the same texts
    "kappa": pl.Float64(),  # the provider against us
    "kappa_low": pl.Float64(),
    "kappa_high": pl.Float64(),
    "n_people": pl.Int64(),  # labelled by the provider and by people
    "kappa_people": pl.Float64(),  # the provider against people
    "kappa_people_low": pl.Float64(),
    "kappa_people_high": pl.Float64(),
    "sampling_bias": pl.Float64(),  # our mean of the texts that it labelled less that of the others; all months only
    "sampling_bias_low": pl.Float64(),
    "sampling_bias_high": pl.Float64(),
    "verdict": pl.String(),  # measured, too few labels
    "mix_statistic": pl.Float64(),
    "mix_limit": pl.Float64(),
    "drift": pl.String(),  # steady, drifted, moved with ours, not tested; of months after the first, all channels
}
_DRIFT = ("channel", "month_on", "mix_statistic", "mix_limit", "drift")


def provider_audit(texts: pl.DataFrame, said: pl.DataFrame, drift: Drift, seed: int = 23) -> pl.DataFrame:
    """One row for each provider, channel (and all) and month since its first label (and all): ``SCHEMA``, sorted.

    ``texts``: table_name, record_id, channel, occurred_at (UTC), conversation, sentiment (ours), label (people's or
    null); those without our sentiment are passed over. ``said``: provider, table_name, record_id, label. Fewer than
    ``MINIMUM_LABELS`` labels of both: no κ. The mix of a month's labels is held against ``REFERENCE_MONTHS`` before.
    """
    known = texts.drop_nulls("sentiment").with_columns(month_on=pl.col("occurred_at").dt.truncate("1mo").dt.date())
    rng = np.random.default_rng(seed)
    parts = [pl.DataFrame(schema=SCHEMA)]
    for provider in said["provider"].unique().sort():
        own = said.filter(pl.col("provider") == provider).select("table_name", "record_id", theirs="label")
        joined = known.join(own, on=["table_name", "record_id"], how="left", maintain_order="left")
        labelled = joined.drop_nulls("theirs")
        if labelled.is_empty():
            continue
        heard = joined.filter(pl.col("month_on") >= labelled["month_on"].min())
        rows = [{"provider": provider, **key, **_figures(of, rng)} for key, of in _scopes(heard)]
        table = pl.DataFrame(rows, schema={name: SCHEMA[name] for name in SCHEMA if name not in _DRIFT[2:]})
        parts.append(table.join(_drifts(heard, drift), on=["channel", "month_on"], how="left").select(list(SCHEMA)))
    return pl.concat(parts).sort("provider", pl.col("channel") != EVERYTHING, "channel", "month_on")


def _scopes(heard: pl.DataFrame) -> list[tuple[dict[str, str | date | None], pl.DataFrame]]:
    """All texts, those of each channel, of each month, of each of both."""
    by_channel = [
        (EVERYTHING, heard),
        *((key[0], of) for key, of in sorted(heard.partition_by("channel", as_dict=True).items())),
    ]
    found = []
    for channel, of in by_channel:
        months = sorted(of.partition_by("month_on", as_dict=True).items())
        found.append(({"channel": channel, "month_on": None}, of))
        found += [({"channel": channel, "month_on": month[0]}, own) for month, own in months]
    return found


def _figures(texts: pl.DataFrame, rng: np.random.Generator) -> dict[str, float | int | str | None]:
    labelled = texts.drop_nulls("theirs")
    n = labelled.height
    row: dict[str, float | int | str | None] = {
        "n_texts": texts.height,
        "n_labels": n,
        "coverage": rounded(n / texts.height),
        "n_people": labelled["label"].drop_nulls().len(),
    }
    if n:
        row |= {name: rounded((labelled["theirs"] == value).mean()) for name, value in _SHARES.items()}
        row["mean_difference"] = rounded((labelled["theirs"].cast(pl.Float64) - labelled["sentiment"]).mean())
    ours = _kappa(labelled, "sentiment", "kappa", rng)
    row |= ours | _kappa(labelled.drop_nulls("label"), "label", "kappa_people", rng)
    row["verdict"] = MEASURED if ours else TOO_FEW
    return row if texts["month_on"].n_unique() == 1 else row | _sampling_bias(texts)


def _kappa(labelled: pl.DataFrame, against: str, name: str, rng: np.random.Generator) -> dict[str, float | None]:
    """κ of the provider against one other with its interval; nothing where the labels are too few, or all the same."""
    n = labelled.height
    if n < thresholds.MINIMUM_LABELS:
        return {}
    pair = ((labelled[against] + 1) * 3 + labelled["theirs"] + 1).to_numpy()
    counts = np.bincount(pair, minlength=len(CLASSES) ** 2)
    found = figures(counts.reshape(1, 3, 3))["kappa"][0]
    if not np.isfinite(found):
        return {}
    # To draw labels anew is to draw anew how many of them are of each pair.
    drawn = rng.multinomial(n, counts / n, size=thresholds.BOOTSTRAP_RESAMPLES).reshape(-1, 3, 3)
    tail = (1 - thresholds.INTERVAL_LEVEL) / 2
    low, high = np.nanquantile(figures(drawn)["kappa"], [tail, 1 - tail])
    return {name: rounded(found), f"{name}_low": rounded(low), f"{name}_high": rounded(high)}


def _sampling_bias(texts: pl.DataFrame) -> dict[str, float | None]:
    """Our mean of the texts that the provider labelled less that of the others; it varies between conversations."""
    is_labelled = texts["theirs"].is_not_null()
    n, n_others = int(is_labelled.sum()), int((~is_labelled).sum())
    if min(n, n_others) < thresholds.MINIMUM_LABELS:
        return {}
    mean, others = texts.filter(is_labelled)["sentiment"].mean(), texts.filter(~is_labelled)["sentiment"].mean()
    pull = (
        pl.when(is_labelled).then((pl.col("sentiment") - mean) / n).otherwise((others - pl.col("sentiment")) / n_others)
    )
    alone = pl.format("alone {}", pl.int_range(pl.len()))
    together = texts.select(pull=pull, conversation=pl.coalesce(pl.col("conversation"), alone))
    per_conversation = together.group_by("conversation").agg(pl.col("pull").sum())["pull"].to_numpy()
    groups = per_conversation.size
    spread = 1.96 * np.sqrt((per_conversation**2).sum() * groups / (groups - 1))
    bias = mean - others
    return {
        "sampling_bias": rounded(bias),
        "sampling_bias_low": rounded(bias - spread),
        "sampling_bias_high": rounded(bias + spread),
    }


def _drifts(heard: pl.DataFrame, drift: Drift) -> pl.DataFrame:
    """channel (all), month_on, mix_statistic, mix_limit, drift: each month's labels against the months before.

    Customers change too: so our labels of the same texts are held against the months before as well.
    """
    labelled = heard.drop_nulls("theirs").select("conversation", "month_on", "sentiment", "theirs")
    both = pl.concat(
        labelled.select("conversation", "month_on", sentiment=column, channel=pl.lit(column))
        for column in ("theirs", "sentiment")
    )
    rows = []
    for month in both["month_on"].unique().sort().to_list()[1:]:
        before = pl.lit(month).dt.offset_by(f"-{thresholds.REFERENCE_MONTHS}mo")
        reference = both.filter((pl.col("month_on") < month) & (pl.col("month_on") >= before))
        found = {row["channel"]: row for row in drift(reference, both.filter(month_on=month)).iter_rows(named=True)}
        mix, ours = found["theirs"], found["sentiment"]
        verdict = WITH_OURS if mix["verdict"] == ours["verdict"] == DRIFTED else mix["verdict"]
        row = {"channel": EVERYTHING, "month_on": month, "drift": verdict}
        rows.append(row | {"mix_statistic": rounded(mix["statistic"]), "mix_limit": rounded(mix["limit"])})
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in _DRIFT})
