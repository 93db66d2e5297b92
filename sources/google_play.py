"""Google Play: the monthly CSV of an app's reviews; its statistics hold no review and are set aside as not needed.

Belongs here: the columns of Play Console's reports, what identifies a review. Does not: types (``conform``), UTF-16
(a byte order mark declares it, ``content``).

Reports are described at https://support.google.com/googleplay/android-developer/answer/6135870: UTF-16 with a byte
order mark, one file a month and app; times are written twice, as text and as milliseconds since 1970. A review that was
changed stands in the file with its present text and rating, so it counts when it was last changed. A row without text
is a rating alone. The developer's reply is the agent's message in the same conversation.
A review is told by the ``reviewId`` of its link; a rating alone has no link and is told by app, moment, device and
language. Nothing says which account a reviewer belongs to.
"""

from __future__ import annotations

from hashlib import sha256

import polars as pl

from sources.content import Content, Limits
from sources.delimited import read_delimited
from sources.extract import Extract
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, make_extract, not_needed, text_column

_REVIEW = ("Package Name", "Star Rating", "Review Text", "Review Submit Millis Since Epoch")
# Averages and totals a day, as Play Console writes them and as a warehouse connector does.
_STATISTICS = (
    ("Date", "Package Name", "Daily Average Rating", "Total Average Rating"),
    ("date", "package_name", "daily_average_rating", "total_average_rating"),
)
_USED = (
    *_REVIEW,
    "Review Title",
    "Review Link",
    "Review Submit Date and Time",
    "Review Last Update Date and Time",
    "Review Last Update Millis Since Epoch",
    "Developer Reply Date and Time",
    "Developer Reply Millis Since Epoch",
    "Developer Reply Text",
)
_IDENTITY = ("Package Name", "Review Submit Millis Since Epoch", "Device", "Reviewer Language", "App Version Code")


def _read(content: Content, limits: Limits) -> Extract:
    text = read_delimited(content.body, limits=limits)
    if not set(_REVIEW) <= set(text.columns):
        return not_needed("google_play", text)
    rows = text.rows.with_columns(
        _moment(text.columns, "Review Submit").alias("submitted at"),
        _moment(text.columns, "Review Last Update").alias("changed at"),
        _moment(text.columns, "Developer Reply").alias("replied at"),
        pl.Series("review id", _review_ids(text.rows), dtype=pl.String),
    )
    unread = text.excluded.with_columns(pl.lit("messages").alias("table_name"))
    frames = [("messages", _reviews(rows)), ("messages", _replies(rows))]
    extra = text.rows.drop([c for c in text.columns if c in _USED])
    return make_extract("google_play", frames, text.rows_read, [unread], extra=extra)


def _moment(columns: list[str], what: str) -> pl.Expr:
    """Milliseconds since 1970 as a timestamp; where there are none the text, for ``conform`` to judge."""
    millis = text_column(columns, (f"{what} Millis Since Epoch",))
    written = text_column(columns, (f"{what} Date and Time",))
    stamp = pl.from_epoch(millis.str.extract(r"^\s*(\d{12,13})\s*$", 1).cast(pl.Int64), time_unit="ms")
    return pl.coalesce(stamp.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"), written, millis)


def _review_ids(rows: pl.DataFrame) -> list[str]:
    """The id in the review's link, else a hash of what tells one rating from another."""
    columns = rows.columns
    found = rows.select(
        link=text_column(columns, ("Review Link",)).str.extract(r"(?:[?&]reviewId=|ReviewPlace:id=)([^&#\s]+)", 1),
        told=pl.concat_str([text_column(columns, (name,)).fill_null("") for name in _IDENTITY], separator="\x1f"),
    )
    return [
        "google_play:" + (link or sha256(told.encode()).hexdigest()[:32])
        for link, told in zip(found["link"], found["told"], strict=True)
    ]


def _reviews(rows: pl.DataFrame) -> pl.DataFrame:
    sent_at = pl.coalesce("changed at", "submitted at")
    return rows.select(
        "source_row",
        is_derived=pl.lit(False),
        message_id=pl.col("review id"),
        channel=pl.lit("review"),
        author_kind=pl.lit("customer"),
        body=pl.concat_str(
            text_column(rows.columns, ("Review Title",)), pl.col("Review Text"), separator="\n", ignore_nulls=True
        ),
        sent_at=sent_at,
        updated_at=sent_at,
        conversation_id=pl.col("review id"),
        is_public=pl.lit("true"),
        rating=pl.col("Star Rating"),
        rating_min=pl.lit("1"),
        rating_max=pl.lit("5"),
    )


def _replies(rows: pl.DataFrame) -> pl.DataFrame:
    reply = text_column(rows.columns, ("Developer Reply Text",))
    return rows.filter(reply.is_not_null()).select(
        "source_row",
        is_derived=pl.lit(True),
        message_id=pl.col("review id") + ":reply",
        channel=pl.lit("review"),
        author_kind=pl.lit("agent"),
        body=reply,
        sent_at=pl.col("replied at"),
        updated_at=pl.col("replied at"),
        conversation_id=pl.col("review id"),
        is_public=pl.lit("true"),
    )


def _claims(head: Head) -> int:
    is_mine = head.has(*_REVIEW) or any(head.has(*names) for names in _STATISTICS)
    return BY_CONTENT if head.kind == "csv" and is_mine else NOT_MINE


READER = Reader(
    name="google_play",
    claims=_claims,
    read=_read,
    expects="Play Console's CSV of reviews (Package Name, Star Rating, Review Text, Review Submit Millis …)",
)
