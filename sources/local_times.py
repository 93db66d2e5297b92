"""Times without an offset → UTC, in the zone that their source declares.

Belongs here: what the clocks of a zone skip or show twice. Does not: spellings of times (``casting``).

In spring the clocks skip an hour: a time in it never was. In autumn they show an hour twice: a time in it is two
moments. Neither is moved to a neighbour. The first is excluded; the second too, unless the source declares which of
the two its export means (``fold``).
"""

from __future__ import annotations

import polars as pl

from sources.declared import in_force

SKIPPED, REPEATED = "skipped_time", "repeated_time"
_AMBIGUOUS = {"first": "earliest", "second": "latest"}


def utc(local: pl.Series) -> pl.Series:
    """Local times (no zone) as moments in UTC; null where they are no single one."""
    declared = in_force()
    if declared.time_zone is None:
        return local.dt.replace_time_zone("UTC")
    ambiguous = _AMBIGUOUS.get(declared.fold or "", "null")
    there = local.dt.replace_time_zone(declared.time_zone, ambiguous=ambiguous, non_existent="null")
    return there.dt.convert_time_zone("UTC")


def faults(local: pl.Series) -> pl.Series:
    """``SKIPPED`` or ``REPEATED`` for each local time that is no single moment, else null."""
    zone = in_force().time_zone
    if zone is None:
        return pl.Series(local.name, [None] * local.len(), dtype=pl.String)
    either = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    lost = local.is_not_null() & utc(local).is_null()
    skipped = pl.when(lost & either.is_null()).then(pl.lit(SKIPPED)).when(lost).then(pl.lit(REPEATED))
    return pl.select(skipped.alias(local.name)).to_series()


def advice(column: str, fault: str) -> str:
    """What is wrong with such a time and what to do."""
    zone = in_force().time_zone
    if fault == SKIPPED:
        return (
            f"{column} is a time that the clocks of {zone} skip: it never was; export times in UTC or with their "
            "offset, or correct the time_zone of the source in company.yml"
        )
    return (
        f"{column} is a time that the clocks of {zone} show twice: export times in UTC or with their offset, or "
        "declare fold: first or second for the source in company.yml"
    )
