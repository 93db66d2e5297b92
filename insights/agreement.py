"""How far the model's answers agree with people's labels, with intervals.

Belongs here: Cohen's κ, macro-F1 and recall of negatives of a labelled sample that stands for all texts. Does not:
drawing the sample, reading labels.

Samples hold more of the rare and of the uncertain than there are. So each label counts for the texts that it stands
for: those of its channel, answer and band of confidence (post-stratification). Intervals are those of a bootstrap over
labels with these weights. κ as in Cohen 1960.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from insights import thresholds

CLASSES = (-1, 0, 1)
_BANDS = (0.5, 0.7, 0.9)
FIGURES = ("kappa", "macro_f1", "negative_recall")

SCHEMA = {
    "scope": pl.String(),  # all, channel or week
    "value": pl.String(),  # the channel, the Monday after the week; empty for all
    "n_labels": pl.Int64(),
    "n_texts": pl.Int64(),  # scored texts that the labels stand for: those of a kind without a label are none
    **{f"{name}{end}": pl.Float64() for name in FIGURES for end in ("", "_low", "_high")},
    "verdict": pl.String(),  # measured, too few labels
}


def agreement(labelled: pl.DataFrame, texts: pl.DataFrame, seed: int = 11) -> pl.DataFrame:
    """One row for all labels, for each channel and for each week that has labels (``SCHEMA``).

    ``texts``: ``channel``, ``occurred_at``, ``sentiment``, ``confidence`` of every scored text; ``labelled``: the same
    of those with a ``label``. Rows without a sentiment or a label are passed over.
    """
    known = [
        frame.filter(pl.col("sentiment").is_not_null()).select(*columns, *_SCOPES)
        for frame, columns in ((labelled, (*_STRATA, "label")), (texts, _STRATA))
    ]
    sample, population = known[0].drop_nulls("label"), known[1]
    rows = [_row("all", "", sample, population, seed)]
    for scope in ("channel", "week"):
        for value in sample[scope].unique().sort():
            own = [frame.filter(pl.col(scope) == value) for frame in (sample, population)]
            rows.append(_row(scope, value, *own, seed))
    return pl.DataFrame(rows, schema=SCHEMA)


_STRATA = (
    pl.col("channel").alias("stratum_channel"),
    pl.col("sentiment"),
    pl.col("confidence").cut(_BANDS, left_closed=True).cast(pl.String).alias("band"),
)
_SCOPES = (
    pl.col("channel"),
    (pl.col("occurred_at").dt.truncate("1w") + pl.duration(weeks=1)).dt.date().cast(pl.String).alias("week"),
)


def _row(scope: str, value: str, sample: pl.DataFrame, population: pl.DataFrame, seed: int) -> dict:
    stratum = ["stratum_channel", "sentiment", "band"]
    n_texts = population.join(sample, on=stratum, how="semi").height
    row = {"scope": scope, "value": value, "n_labels": sample.height, "n_texts": n_texts}
    if sample.height < thresholds.MINIMUM_LABELS or sample["label"].n_unique() < 2:
        return {**dict.fromkeys(SCHEMA), **row, "verdict": "too few labels"}
    sizes = population.group_by(stratum).agg(n_population=pl.len())
    numbered = sample.join(sizes, on=stratum, how="left", maintain_order="left")
    numbered = numbered.with_columns(weight=pl.col("n_population").fill_null(1) / pl.len().over(stratum))
    weights = numbered["weight"].to_numpy()
    # One column for each pair of what people said and what the model answered.
    pair = ((numbered["label"] + 1) * 3 + numbered["sentiment"] + 1).to_numpy()
    pairs = np.eye(9)[pair]
    drawn = _resampled(numbered.height, thresholds.BOOTSTRAP_RESAMPLES, seed)
    found = figures((weights[None, :] @ pairs).reshape(1, 3, 3))
    spread = figures(((drawn * weights) @ pairs).reshape(-1, 3, 3))
    tail = (1 - thresholds.INTERVAL_LEVEL) / 2
    for name in FIGURES:
        low, high = np.nanquantile(spread[name], [tail, 1 - tail]) if np.isfinite(spread[name]).any() else (None, None)
        row |= {name: _number(found[name][0]), f"{name}_low": _number(low), f"{name}_high": _number(high)}
    return {**row, "verdict": "measured"}


def figures(confusion: np.ndarray) -> dict[str, np.ndarray]:
    """κ, macro-F1 over the classes that people used, recall of negatives, of (n, 3, 3) weighted confusions.

    Rows are labels, columns answers, both in the order of ``CLASSES``. NaN where a figure is not defined.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = confusion / confusion.sum(axis=(1, 2), keepdims=True)
        said, answered = shares.sum(axis=2), shares.sum(axis=1)
        hit = np.einsum("nkk->nk", shares)
        chance = (said * answered).sum(axis=1)
        kappa = (hit.sum(axis=1) - chance) / (1 - chance)
        f1 = 2 * hit / (said + answered)
        macro = np.nanmean(np.where(said > 0, f1, np.nan), axis=1)
        return {"kappa": kappa, "macro_f1": macro, "negative_recall": hit[:, 0] / said[:, 0]}


@lru_cache(maxsize=4)  # what is drawn knows nothing of the labels: scopes of as many share it
def _resampled(n_labels: int, n: int, seed: int) -> np.ndarray:
    """(n, labels) how often each label is drawn. Not within strata: one that holds a single label would never vary."""
    return np.random.default_rng(seed).multinomial(n_labels, np.full(n_labels, 1 / n_labels), size=n).astype(np.float64)


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 4)
