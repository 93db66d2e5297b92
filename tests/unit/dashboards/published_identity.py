"""Who is who in the made-up publication: two sources, and the people who lead to no account.

Belongs here: the two marts of identity. Does not: the rest of the publication (``published_company``).
"""

from __future__ import annotations

import polars as pl


def tables(heard: bool) -> dict[str, pl.DataFrame]:
    """Two sources that name people; a company that was never heard from has nobody to match."""
    counts = ["n_people", "n_by_id", "n_by_merge", "n_by_email", "n_by_domain", "n_unmatched"]
    sums = ["n_touches", "n_linked", "n_unlinked", "n_of_unknown_accounts"]
    rows = [["zendesk", 120, 90, 4, 20, 2, 4, 300, 296, 4, 0], ["delighted", 40, 0, 0, 30, 2, 8, 90, 80, 10, 0]]
    matches = pl.DataFrame(
        rows if heard else [],
        schema={"source": pl.String} | dict.fromkeys([*counts, *sums], pl.Int64),
        orient="row",
    )
    listed = pl.DataFrame(
        [
            {
                "source": source,
                "person_id": f"{source}-{n}",
                "reason": reason,
                "is_unmatched_person": True,
                "n_unlinked": 1,
            }
            for source, n_people, reason in (("zendesk", 4, "no_email"), ("delighted", 8, "ambiguous_email"))
            for n in range(n_people if heard else 0)
        ],
        schema={"source": pl.String, "person_id": pl.String, "reason": pl.String, "is_unmatched_person": pl.Boolean}
        | {"n_unlinked": pl.Int64},
    )
    rate = (1 - pl.col("n_unmatched") / pl.col("n_people")).alias("match_rate")
    return {"identity_matches": matches.with_columns(rate), "identity_unmatched": listed}
