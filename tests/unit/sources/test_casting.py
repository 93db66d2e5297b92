"""Text → typed values: nothing is rounded, no format is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from sources.casting import cast

AT = datetime(2024, 5, 31, 14, 5, tzinfo=UTC)


def one(text, kind):
    return cast(pl.Series("x", [text], dtype=pl.String), kind)[0]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-31T14:05:00Z", AT),
        ("2024-05-31T16:05:00+02:00", AT),
        ("2024-05-31T16:05:00.000+0200", AT),
        ("2024-05-31T09:05:00-05", AT),
        ("2024-05-31 14:05:00", AT),
        ("2024-05-31 14:05:00 UTC", AT),
        ("2024-05-31T14:05Z", AT),
        ("2024-05-31 14:05:00.123456789", AT.replace(microsecond=123456)),
        ("2024-05-31", datetime(2024, 5, 31, tzinfo=UTC)),
    ],
)
def test_times_are_read_with_their_offset_and_as_utc_without_one(text, moment):
    assert one(text, "timestamp") == moment


@pytest.mark.parametrize(
    "text", ["2024-02-30T00:00:00Z", "31/05/2024", "05/31/2024 14:05", "1716000000", "2024-05-31T25:00:00Z", "soon"]
)
def test_impossible_and_ambiguous_times_are_not_read(text):
    assert one(text, "timestamp") is None


def test_numbers_stay_what_they_are():
    texts = ["3.7", " 5 ", "1e3", "-0.5", "1,5", "1.000,0", "nan", "inf", "1e400", "0x10", "five", None]
    assert cast(pl.Series("x", texts), "number").to_list() == [3.7, 5.0, 1000.0, -0.5, *[None] * 8]


def test_booleans_and_dates_have_one_spelling_each():
    truths = pl.Series("x", ["TRUE", "0", "Yes", "no", "2", "t"])
    assert cast(truths, "boolean").to_list() == [
        True,
        False,
        True,
        False,
        None,
        None,
    ]
    days = ["2024-05-31", "2024-02-30", "2024-5-1", "2024-05-31T00:00:00Z"]
    assert cast(pl.Series("x", days), "date").to_list() == [date(2024, 5, 31), None, None, None]


def test_typed_columns_are_taken_only_without_loss():
    assert cast(pl.Series("x", [1, 2]), "number").to_list() == [1.0, 2.0]
    assert cast(pl.Series("x", [7]), "text").to_list() == ["7"]
    assert cast(pl.Series("x", [AT.replace(tzinfo=None)]), "timestamp").to_list() == [AT]
    assert cast(pl.Series("x", [float("nan"), 1.0]), "number").to_list() == [None, 1.0]
    assert cast(pl.Series("x", [0, 1, 2]), "boolean").to_list() == [False, True, None]
    assert cast(pl.Series("x", [[1]]), "text").to_list() == [None]


def test_an_integer_that_would_only_be_kept_rounded_is_not_read():
    values = ["9007199254740993", "12345678901234567891", "9007199254740992", "0.1234567890123456789", "1e18"]
    assert cast(pl.Series(values), "number").to_list() == [None, None, 2.0**53, 0.1234567890123456789, 1e18]
