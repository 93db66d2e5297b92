"""How a renewal in a CRM's pipeline ended: the outcome columns of a contract.

Belongs here: what a closed deal's amounts say. Does not: which deals are renewals, which fields hold the amounts (the
vendor's module).
"""

from __future__ import annotations

import polars as pl


def outcome_columns(
    closed: pl.Expr, won: pl.Expr, base: pl.Expr, amount: pl.Expr, closed_on: pl.Expr
) -> dict[str, pl.Expr]:
    """``outcome``, ``outcome_on`` and ``outcome_arr_usd``; null while the deal is open.

    ``closed``, ``won``: booleans without nulls. ``base``: what was paid a year before, ``amount``: what is paid from
    then on, both text. ``closed_on``: a date as text.
    """
    growth = amount.cast(pl.Float64, strict=False) - base.cast(pl.Float64, strict=False)
    outcome = (
        pl.when(~closed)
        .then(None)
        .when(~won)
        .then(pl.lit("churned"))
        .when(growth > 0)
        .then(pl.lit("expanded"))
        .when(growth < 0)
        .then(pl.lit("contracted"))
        .otherwise(pl.lit("renewed"))
    )
    return {
        "outcome": outcome,
        "outcome_on": pl.when(closed).then(closed_on),
        "outcome_arr_usd": pl.when(closed & won).then(amount).when(closed).then(pl.lit("0")),
    }
