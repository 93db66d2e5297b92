"""Terms that the model or the taxonomy does not know yet: what a yearly refresh of both begins with.

Belongs here: counting terms. Does not: which texts, the file they are written to.
A term is told only where several texts of several conversations hold it: a rare one may tell who somebody is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from models_nlp.features import is_learned, normal_form, word_bucket
from models_nlp.tokens import cut

MIN_TEXTS, MIN_CONVERSATIONS = 5, 3
#: How many standard errors a term's untagged share lies above that of all texts to be told.
MIN_Z = 3.0

SCHEMA = {
    "term": pl.String(),
    "why": pl.String(),  # unknown to the model; untagged: in texts without intent and root cause more than elsewhere
    "n_texts": pl.Int64(),
    "n_conversations": pl.Int64(),
    "share_negative": pl.Float64(),
    "share_untagged": pl.Float64(),
}


def unknown_terms(
    texts: Sequence[str],
    conversations: Sequence[str],
    sentiments: Sequence[int],
    is_tagged: Sequence[bool],
    idf: np.ndarray,
    silent: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    """Words that the model never learned, then those that the taxonomy misses, by ``n_texts`` (``SCHEMA``).

    ``idf``: of the model's word buckets, 0 where nothing was learned. Buckets are shared by words, so some unknown ones
    are taken for known. ``silent``: words that the model leaves to the lexicon.
    """
    from spacy.lang.en.stop_words import STOP_WORDS

    rows = [
        (term, number)
        for number, text in enumerate(texts)
        for term in {normal_form(token) for token in cut(text) if is_learned(token.lower(), silent)}
        if len(term) > 2 and term.isalpha() and term not in STOP_WORDS
    ]
    held = pl.DataFrame(rows, schema={"term": pl.String, "text": pl.Int64}, orient="row")
    of_texts = pl.DataFrame(
        {
            "text": np.arange(len(texts)),
            "conversation": pl.Series(conversations, dtype=pl.String),
            "is_negative": pl.Series(sentiments, dtype=pl.Int8) == -1,
            "is_untagged": ~pl.Series(is_tagged, dtype=pl.Boolean),
        }
    )
    untagged = float(of_texts["is_untagged"].mean() or 0.0)
    found = (
        held.join(of_texts, on="text")
        .group_by("term")
        .agg(
            n_texts=pl.len().cast(pl.Int64),
            n_conversations=pl.col("conversation").n_unique().cast(pl.Int64),
            share_negative=pl.col("is_negative").mean().round(4),
            share_untagged=pl.col("is_untagged").mean().round(4),
        )
        .filter(pl.col("n_texts") >= MIN_TEXTS, pl.col("n_conversations") >= MIN_CONVERSATIONS)
    )
    buckets = np.array([word_bucket(term) for term in found["term"]], dtype=np.int64)
    error = np.sqrt(max(untagged * (1 - untagged), 1e-9)) / found["n_texts"].sqrt()
    is_untagged = (found["share_untagged"] - untagged) / error > MIN_Z
    why = pl.when(pl.Series(idf[buckets] == 0)).then(pl.lit("unknown")).when(is_untagged).then(pl.lit("untagged"))
    return (
        found.with_columns(why=why)
        .drop_nulls("why")
        .sort("why", "n_texts", "term", descending=[True, True, False])
        .sort(pl.col("why") == "untagged", maintain_order=True)
        .select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    )
