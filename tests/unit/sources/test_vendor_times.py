"""Spellings of time that vendors' tables share."""

from __future__ import annotations

import polars as pl
import pytest

from sources.vendor_times import day


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-05-31", "2024-05-31"),
        ("2024-05-31T14:05:00.000+0000", "2024-05-31"),
        ("2020-12-30 3:15:52", "2020-12-30"),
        ("1717164300", "2024-05-31"),
        ("2024-05-31T25:00:00Z", "2024-05-31T25:00:00Z"),
        ("2024-05-312", "2024-05-312"),
        ("2024-05-31 or so", "2024-05-31 or so"),
    ],
)
def test_a_day_is_taken_from_a_date_or_a_time_and_from_nothing_else(written, read):
    assert pl.DataFrame({"t": [written]}).select(day(pl.col("t"))).item() == read
