"""Do the channels speak on one scale? What a correction of the model did to each, and how far two of them lie apart.

Belongs here: mean and spread of each channel, before and after a correction; the offsets of two ways of hearing the
same customer. Does not: correcting (``models_nlp/recalibration``), reading texts without the correction.

An offset says that two ways of hearing lie apart where they speak of the same customer; it does not say why. The words
of a survey and its own score are of one matter and one moment: there it is the scale. A ticket begins with something
wrong and its survey comes after the solution: within an episode, and more so within a fortnight, it may be the moment.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insights import thresholds
from insights.clusters import Accounts, fortnight, interval, p_value_of_mean, rounded
from insights.ranks import benjamini_hochberg

NO_CORRECTION, OF_THE_COMPANY, OF_ITS_OWN = "none", "of the company", "of its own"
TOO_FEW, OFFSET, NO_OFFSET = "too few pairs", "offset", "no offset seen"
EPISODE, SAME_FORTNIGHT = "episode", "fortnight"
#: What is held against others: an answer on a scale is the customer's own number, a text is what the model makes of it.
_ANSWERS = ("survey answers", "review stars")

SCALES = {
    "channel": pl.String(),
    "correction": pl.String(),  # none, of the company, of its own
    "n_texts": pl.Int64(),  # scored texts
    "n_read": pl.Int64(),  # of these, the ones that the figures are of
    **{
        f"{figure}_{what}{when}": pl.Float64()
        for what in ("sentiment", "confidence")
        for figure in ("mean", "sd")
        for when in ("_before", "")
    },
}
OFFSETS = {
    "paired_by": pl.String(),  # episode, fortnight
    "voice": pl.String(),
    "against": pl.String(),
    "n_pairs": pl.Int64(),
    "n_accounts": pl.Int64(),
    "mean_difference": pl.Float64(),  # voice less against, of −1 … +1
    "difference_low": pl.Float64(),
    "difference_high": pl.Float64(),
    "p_value": pl.Float64(),
    "q_value": pl.Float64(),
    "verdict": pl.String(),
}


def channel_scales(
    texts: pl.DataFrame, uncorrected: pl.DataFrame | None = None, corrected: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """Mean and standard deviation of sentiment and confidence of each channel's scored texts (``SCALES``).

    ``texts``: text_hash, channel, sentiment, confidence as published; ``uncorrected``: the same texts, or some of each
    channel, as the model reads them without its correction (text_hash, sentiment, confidence). Without it no correction
    is in force, and before is after. ``corrected``: the channels with a correction of their own, and the empty name if
    one holds for all.
    """
    known = texts.drop_nulls("sentiment")
    counts = known.group_by("channel").agg(n_texts=pl.len())
    if uncorrected is None:
        read = known.with_columns(pl.col("sentiment", "confidence").name.suffix("_before"))
        correction = pl.lit(NO_CORRECTION)
    else:
        read = known.join(uncorrected.unique("text_hash"), on="text_hash", suffix="_before")
        is_own = pl.col("channel").is_in(sorted(corrected))
        correction = (
            pl.when(is_own)
            .then(pl.lit(OF_ITS_OWN))
            .otherwise(pl.lit(OF_THE_COMPANY if "" in corrected else NO_CORRECTION))
        )
    figures = [
        part.round(4).alias(f"{figure}_{what}{when}")
        for what in ("sentiment", "confidence")
        for when in ("_before", "")
        for figure, part in (("mean", pl.col(what + when).mean()), ("sd", pl.col(what + when).std()))
    ]
    found = read.group_by("channel").agg(*figures, n_read=pl.len())
    return (
        counts.join(found, on="channel", how="left")
        .with_columns(pl.col("n_read").fill_null(0), correction=correction)
        .select(pl.col(name).cast(kind) for name, kind in SCALES.items())
        .sort("channel")
    )


def channel_offsets(touches: pl.DataFrame, seed: int = 19) -> pl.DataFrame:
    """How far each two ways of hearing that ever met lie apart (``OFFSETS``), in one episode and in one fortnight.

    ``touches`` as ``fct_touches``: episode_id, account_id, person_id, channel, sentiment_source, occurred_at (UTC),
    sentiment. What a rule read is passed over (``rules``). In an episode, or in a fortnight of one person (of the
    account, where nobody is named), each way of hearing counts with its mean. Benjamini–Hochberg over all rows tested.
    """
    known = touches.filter(pl.col("sentiment").is_not_null(), pl.col("sentiment_source").is_in(["rating", "model"]))
    said = known.select(
        "sentiment",
        voice=_voice(),
        episode="episode_id",
        fortnight=pl.concat_str(
            pl.coalesce("person_id", "account_id"), fortnight("occurred_at").cast(pl.String), separator="\x1f"
        ),
        account=pl.coalesce("account_id", "person_id", "episode_id"),
    )
    pairs = pl.concat(_pairs(said, unit) for unit in (EPISODE, SAME_FORTNIGHT))
    accounts = Accounts.of(pairs["account"], seed)
    names = ("paired_by", "voice", "against")
    rows = [
        dict(zip(names, which, strict=True)) | _tested(own, accounts)
        for which, own in sorted(pairs.partition_by(names, as_dict=True).items())
    ]
    return _judged(pl.DataFrame(rows, schema=OFFSETS))


def _voice() -> pl.Expr:
    """``ticket texts``, ``survey answers``, ``survey texts``, ``review stars`` …"""
    answers = pl.when(pl.col("channel") == "survey").then(pl.lit(_ANSWERS[0])).otherwise(pl.lit(_ANSWERS[1]))
    return pl.when(pl.col("sentiment_source") == "rating").then(answers).otherwise(pl.format("{} texts", "channel"))


def _pairs(said: pl.DataFrame, unit: str) -> pl.DataFrame:
    """paired_by, voice, against, account and the difference of means, one row for each unit in which both speak."""
    rank = pl.col("voice").replace_strict({name: at for at, name in enumerate(_ANSWERS)}, default=len(_ANSWERS))
    means = (
        said.drop_nulls(unit)
        .group_by(unit, "voice")
        .agg(pl.col("sentiment").mean(), pl.col("account").min())
        .with_columns(order=pl.concat_str(rank.cast(pl.String), "voice"))
    )
    both = means.join(means.select(unit, "order", against="voice", base="sentiment"), on=unit, suffix="_against")
    apart = both.filter(pl.col("order") > pl.col("order_against"))
    difference = pl.col("sentiment") - pl.col("base")
    return apart.select(
        "voice", "against", "account", difference=difference, n=pl.lit(1.0), paired_by=pl.lit(unit)
    ).sort("voice", "against", "account", "difference")


def _tested(pairs: pl.DataFrame, accounts: Accounts) -> dict[str, float | int | None]:
    n_accounts = pairs["account"].n_unique()
    row: dict[str, float | int | None] = {"n_pairs": pairs.height, "n_accounts": n_accounts}
    if pairs.height < thresholds.MINIMUM_PAIRS or n_accounts < thresholds.MINIMUM_PAIRED_ACCOUNTS:
        return row
    sums, counts = accounts.sums(pairs, "difference"), accounts.sums(pairs, "n")
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = interval(accounts.resampled(sums) / accounts.resampled(counts), n_accounts)
    return row | {
        "mean_difference": rounded(sums.sum() / counts.sum()),
        "difference_low": rounded(low),
        "difference_high": rounded(high),
        "p_value": p_value_of_mean(sums, counts),
    }


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    """q-values over all rows tested, and verdicts: an offset is beyond chance by its test and by its interval."""
    is_tested = table["p_value"].is_not_null().to_numpy()
    q_values = np.full(table.height, np.nan)
    q_values[is_tested] = benjamini_hochberg(table["p_value"].drop_nulls().to_numpy())
    is_apart = (pl.col("difference_low") > 0) | (pl.col("difference_high") < 0)
    return table.with_columns(q_value=pl.Series(q_values, dtype=pl.Float64).fill_nan(None)).with_columns(
        pl.when(pl.col("p_value").is_null())
        .then(pl.lit(TOO_FEW))
        .when((pl.col("q_value") <= thresholds.FALSE_DISCOVERY_RATE) & is_apart)
        .then(pl.lit(OFFSET))
        .otherwise(pl.lit(NO_OFFSET))
        .alias("verdict"),
        pl.col("p_value", "q_value").round_sig_figs(4),
    )
