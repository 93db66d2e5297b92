"""Which texts people should label: some of every kind, and those that the model is least sure of.

Belongs here: drawing. Does not: where the texts are, the sheet that people fill in.
"""

from __future__ import annotations

import numpy as np
import polars as pl

RANDOM, UNCERTAIN = "random", "uncertain"


def draw(texts: pl.DataFrame, n: int, uncertain_share: float = 0.25, seed: int = 1) -> pl.DataFrame:
    """``n`` distinct texts, in an order that says nothing, with ``drawn``: ``random`` or ``uncertain``.

    ``texts``: ``text_hash``, ``channel``, ``sentiment``, ``confidence``, one row a text; those without a sentiment are
    passed over. The random part has each channel and answer, the smaller ones more than their share (by the square
    root of their size): a rare one would have none. The uncertain part is what has the lowest confidence, equal ones
    by their hash. The same texts and seed give the same sample.
    """
    if not 0 <= uncertain_share <= 1:
        raise ValueError(f"{uncertain_share} is not a share: between 0 and 1")
    known = texts.filter(pl.col("sentiment").is_not_null()).unique("text_hash").sort("text_hash")
    n_uncertain = min(round(n * uncertain_share), known.height)
    unsure = known.sort("confidence", "text_hash").head(n_uncertain)
    rest = known.join(unsure, on="text_hash", how="anti", maintain_order="left")
    random = np.random.default_rng(seed)
    strata = rest.with_columns(key=random.permutation(rest.height)).partition_by("channel", "sentiment", as_dict=True)
    sizes = {stratum: strata[stratum].height for stratum in sorted(strata)}
    shares = _allot(list(sizes.values()), min(n - n_uncertain, rest.height))
    drawn = [strata[stratum].sort("key").head(share) for stratum, share in zip(sizes, shares, strict=True)]
    chosen = pl.concat(
        [
            unsure.with_columns(drawn=pl.lit(UNCERTAIN)),
            *(part.drop("key").with_columns(drawn=pl.lit(RANDOM)) for part in drawn),
        ]
    )
    return chosen[random.permutation(chosen.height)]


def _allot(sizes: list[int], n: int) -> list[int]:
    """How many of each stratum, ``n`` together: by the square root of its size, none more than it has."""
    given = [0] * len(sizes)
    for _ in range(n):
        # The next one to the stratum that is furthest behind its part; the first of equals.
        behind = [(given[k] + 1) / np.sqrt(size) if given[k] < size else np.inf for k, size in enumerate(sizes)]
        given[int(np.argmin(behind))] += 1
    return given
