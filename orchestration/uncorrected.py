"""What the model in force says of some texts without the correction that a company's labels gave it.

Belongs here: which texts are read again for that. Does not: reading (``models_nlp``), comparing (``insights``).
The hot path keeps one answer a text; so before and after a correction are compared on a sample, read when asked for.
"""

import polars as pl

from models_nlp.scoring import READ_BY_BASE
from orchestration.beside import Beside

#: The mean of a channel is then known to ± 0.04, and all channels together are read in some seconds.
TEXTS_OF_A_CHANNEL = 2_000


def uncorrected(scores: pl.DataFrame, beside: Beside) -> tuple[pl.DataFrame | None, frozenset[str]]:
    """``text_hash``, ``sentiment`` and ``confidence`` of up to ``TEXTS_OF_A_CHANNEL`` texts of each channel, and
    what the correction has parts for (as ``Recalibration.parts``); none at all where no correction is in force.

    ``scores``: of the model in force. The hash of a text decides whether it is read: the same ones each time.
    """
    if beside.release.recalibration is None:
        return None, frozenset()
    scorer = beside.scorer()
    # Words that are gone were read by another model, perhaps; they have no hash.
    whole = scores.filter(pl.col("sentiment").is_not_null() & pl.col("text_hash").is_not_null() & READ_BY_BASE)
    distinct = whole.select("text_hash", "text_redacted", "channel").unique("text_hash").sort("text_hash")
    sample = distinct.group_by("channel", maintain_order=True).head(TEXTS_OF_A_CHANNEL)
    return scorer.uncorrected(sample), frozenset(scorer.corrected_by.recalibration.parts)
