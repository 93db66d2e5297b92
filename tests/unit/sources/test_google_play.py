"""Google Play: reviews with ratings and replies, what identifies one, statistics that hold none."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from tests.examples import examples

COLUMNS = [
    "Package Name",
    "App Version Code",
    "App Version Name",
    "Reviewer Language",
    "Device",
    "Review Submit Date and Time",
    "Review Submit Millis Since Epoch",
    "Review Last Update Date and Time",
    "Review Last Update Millis Since Epoch",
    "Star Rating",
    "Review Title",
    "Review Text",
    "Developer Reply Date and Time",
    "Developer Reply Millis Since Epoch",
    "Developer Reply Text",
    "Review Link",
]
USUAL = {
    "Package Name": "com.example.desk",
    "App Version Code": "210",
    "Reviewer Language": "en",
    "Device": "pixel8",
    "Review Submit Date and Time": "2026-09-01T10:00:00Z",
    "Review Submit Millis Since Epoch": "1788256800000",
    "Review Last Update Date and Time": "2026-09-01T10:00:00Z",
    "Review Last Update Millis Since Epoch": "1788256800000",
    "Star Rating": "4",
    "Review Text": "Does what it says",
    "Review Link": "https://play.google.com/console/reviews?reviewId=gp:one&corpus=PUBLIC_REVIEWS",
}


def report(*rows, encoding="utf-16"):
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *([(USUAL | row).get(c, "") for c in COLUMNS] for row in rows)])
    return out.getvalue().encode(encoding)


def read(*rows, encoding="utf-16"):
    extract = catalog.read_bytes(report(*rows, encoding=encoding), "reviews_202609.csv")
    assert extract.source == "google_play"
    return extract


def messages(extract, *columns):
    return extract.tables["messages"].select(columns).rows()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_review_is_a_customers_message_with_its_stars(encoding):
    extract = read({"Review Title": "Great"}, encoding=encoding)
    columns = ("message_id", "channel", "author_kind", "body", "rating", "rating_min", "rating_max", "is_public")
    assert messages(extract, *columns) == [
        ("google_play:gp:one", "review", "customer", "Great\nDoes what it says", 4.0, 1.0, 5.0, True)
    ]
    assert str(messages(extract, "sent_at")[0][0]) == "2026-09-01 10:00:00+00:00"
    assert messages(extract, "account_id", "person_id", "language") == [(None, None, None)]


def test_a_developers_reply_is_the_agents_and_derived():
    reply = {"Developer Reply Text": "Thank you", "Developer Reply Millis Since Epoch": "1788343200000"}
    extract = read(reply)
    found = messages(extract, "message_id", "author_kind", "conversation_id", "is_derived")
    assert found == [
        ("google_play:gp:one", "customer", "google_play:gp:one", False),
        ("google_play:gp:one:reply", "agent", "google_play:gp:one", True),
    ]
    assert str(messages(extract, "sent_at")[1][0]) == "2026-09-02 10:00:00+00:00"


def test_a_changed_review_counts_when_it_was_changed():
    extract = read({"Review Last Update Millis Since Epoch": "1788343200000"})
    assert [str(at) for at in messages(extract, "sent_at", "updated_at")[0]] == ["2026-09-02 10:00:00+00:00"] * 2


def test_ratings_without_text_and_link_are_kept_apart():
    alone = {"Review Text": "", "Review Link": ""}
    extract = read(alone, alone | {"Device": "fold"}, alone)
    ids = [i for (i,) in messages(extract, "message_id")]
    assert ids[0] == ids[2] != ids[1]
    assert messages(extract, "body", "rating")[0] == (None, 4.0)


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"Star Rating": "6"}, "rating", "out_of_range"),
        ({"Star Rating": "many"}, "rating", "wrong_type"),
        (
            {
                "Review Last Update Millis Since Epoch": "",
                "Review Last Update Date and Time": "",
                "Review Submit Millis Since Epoch": "x",
                "Review Submit Date and Time": "",
            },
            "sent_at",
            "wrong_type",
        ),
    ],
)
def test_a_review_that_cannot_be_read_is_excluded_with_its_reason(change, column, reason):
    extract = read(change, {})
    assert extract.excluded.select("source_row", "column_name", "reason").rows() == [(1, column, reason)]


def test_columns_that_are_not_used_are_kept_aside():
    assert read({}).extra_columns == ["App Version Code", "App Version Name", "Reviewer Language", "Device"]


@pytest.mark.parametrize(
    "header",
    [
        "Date,Package Name,Daily Average Rating,Total Average Rating",
        "date,package_name,daily_average_rating,total_average_rating,country,_fivetran_synced",
    ],
)
def test_statistics_are_counted_and_not_needed(header):
    row = ",".join("1" for _ in header.split(","))
    extract = catalog.read_bytes(f"{header}\n{row}\n{row}\n".encode(), "ratings.csv")
    assert extract.excluded.select("source_row", "reason").rows() == [(1, "not_needed"), (2, "not_needed")]


@examples(15)
@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=8), max_size=3), min_size=1, max_size=4))
def test_whatever_is_damaged_every_row_has_one_outcome(damages):
    clean = [{k: "".join(c for c in v if c.isprintable()) for k, v in d.items()} for d in damages]
    extract = read(*clean, encoding="utf-8")
    kept = extract.tables["messages"].filter(~extract.tables["messages"]["is_derived"]).height
    assert extract.rows_read == len(clean) == kept + extract.rows_excluded
