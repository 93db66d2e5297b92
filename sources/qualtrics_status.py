"""Which responses of Qualtrics count: finished ones of real people.

Belongs here: the codes and words of Status and Finished. Does not: where an export writes them.
Codes: https://www.qualtrics.com/support/survey-platform/data-and-analysis-module/data/download-data/understanding-your-dataset/
"""

from __future__ import annotations

import polars as pl

_PREVIEW = ("1", "2", "9", "17", "survey preview", "survey test", "offline survey preview")
_SPAM = ("8", "12", "spam", "imported spam")

#: Why a response does not count → what to do.
NOT_COUNTED: dict[str, str] = {
    "preview": "the response is a preview or test of the survey, not a customer's: nothing to do",
    "spam": "Qualtrics marked the response as spam: nothing to do",
    "unfinished": "the response is not finished: it counts once a later export holds it finished",
}


def why_not_counted(status: pl.Expr, finished: pl.Expr) -> pl.Expr:
    """A key of ``NOT_COUNTED``, or null for a response that counts."""
    status = status.str.strip_chars().str.to_lowercase()
    finished = finished.str.strip_chars().str.to_lowercase()
    return (
        pl.when(status.is_in(_PREVIEW))
        .then(pl.lit("preview"))
        .when(status.is_in(_SPAM))
        .then(pl.lit("spam"))
        .when(finished.is_in(["0", "false", "no"]))
        .then(pl.lit("unfinished"))
    )
