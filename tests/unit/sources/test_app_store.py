"""App Store Connect: customer reviews, the developer's responses, a connector's statistics."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from tests.examples import examples


def review(identifier="00000028", response=None, **attributes):
    usual = {
        "rating": 5,
        "title": "Handy",
        "body": "Saves me an hour a day",
        "reviewerNickname": "someone",
        "createdDate": "2026-09-01T03:00:00-07:00",
        "territory": "USA",
    }
    links = {"links": {"related": "https://api.example/response"}}
    related = links | ({"data": {"type": "customerReviewResponses", "id": response}} if response else {})
    return {
        "type": "customerReviews",
        "id": identifier,
        "attributes": usual | attributes,
        "relationships": {"response": related},
    }


def answer(identifier="R1", review_id=None, **attributes):
    usual = {"responseBody": "Glad to hear", "lastModifiedDate": "2026-09-02T10:00:00Z", "state": "PUBLISHED"}
    related = {"review": {"data": {"type": "customerReviews", "id": review_id}}} if review_id else {}
    return {
        "type": "customerReviewResponses",
        "id": identifier,
        "attributes": usual | attributes,
        "relationships": related,
    }


def read(*reviews, included=()):
    page = {"data": list(reviews), "links": {"self": "https://api.example"}, "meta": {"paging": {"total": 1}}}
    page |= {"included": list(included)} if included else {}
    extract = catalog.read_bytes(json.dumps(page).encode(), "reviews.json")
    assert extract.source == "app_store"
    return extract


def messages(extract, *columns):
    return extract.tables["messages"].select(columns).rows()


def test_a_review_is_a_customers_message_with_its_stars():
    extract = read(review())
    columns = ("message_id", "channel", "author_kind", "body", "rating", "rating_min", "rating_max")
    body = "Handy\nSaves me an hour a day"
    assert messages(extract, *columns) == [("app_store:00000028", "review", "customer", body, 5.0, 1.0, 5.0)]
    assert str(messages(extract, "sent_at")[0][0]) == "2026-09-01 10:00:00+00:00"
    assert extract.extra_columns == ["reviewerNickname", "territory"]


@pytest.mark.parametrize(
    ("of_review", "of_answer"), [({"response": "R1"}, {}), ({}, {"review_id": "00000028"})], ids=["review", "answer"]
)
def test_a_published_response_is_the_agents_in_the_reviews_conversation(of_review, of_answer):
    extract = read(review(**of_review), included=[answer(**of_answer)])
    assert messages(extract, "author_kind", "conversation_id", "is_derived", "source_row") == [
        ("customer", "app_store:00000028", False, 1),
        ("agent", "app_store:00000028", False, 2),
    ]


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (answer(), "unlinked_reply"),
        (answer(review_id="00000028", state="PENDING_PUBLISH"), "unpublished"),
        ({"type": "territories", "id": "USA", "attributes": {"currency": "USD"}}, "unknown_object"),
    ],
)
def test_what_is_no_review_is_excluded_with_its_reason(resource, reason):
    extract = read(review(), included=[resource])
    assert extract.excluded.select("source_row", "reason").rows() == [(2, reason)]


@pytest.mark.parametrize(
    ("change", "column"), [({"rating": 0}, "rating"), ({"createdDate": None}, "sent_at"), ({"rating": [5]}, "rating")]
)
def test_a_review_that_cannot_be_read_is_excluded_with_its_column(change, column):
    extract = read(review(**change), review("2"))
    assert extract.excluded.select("source_row", "column_name").rows() == [(1, column)]


def test_a_connectors_statistics_are_counted_and_not_needed():
    table = b"_fivetran_id,app_id,date,device,crashes,unique_devices\nx,1,2026-09-01,iPhone,2,1\n"
    extract = catalog.read_bytes(table, "app_crash_daily.csv")
    assert extract.source == "app_store"
    assert extract.excluded["reason"].to_list() == ["not_needed"]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)  # else no reader knows the page


@examples(15)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["rating", "title", "body", "createdDate"]),
            st.one_of(
                st.none(),
                st.integers(-3, 9),
                st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5),
                st.lists(st.integers(), max_size=1),
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_damaged_every_row_has_one_outcome(damages):
    extract = read(*(review(str(n), **damage) for n, damage in enumerate(damages)))
    assert extract.rows_read == len(damages) == extract.tables["messages"].height + extract.rows_excluded
