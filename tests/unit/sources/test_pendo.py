"""Pendo's tables → use, NPS answers, people, account names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from tests.examples import examples

EVENTS = "account_id,visitor_id,timestamp,num_events,num_minutes,page_id,_fivetran_id\n"
POLLS = "account_id,guide_id,poll_id,visitor_id,timestamp,poll_response,type,app_id,attribute_type\n"
VISITORS = "id,last_updated_at,account_id,agent_email,agent_full_name,first_visit,last_visit,id_hash\n"
ACCOUNTS = "id,last_updated_at,agent_name,first_visit,last_visit,id_hash\n"


def read(text):
    extract = catalog.read_bytes(text.encode(), "pendo/table.csv")
    assert extract.source == "pendo"
    return extract


def use(extract):
    """The winning value of each key, as the warehouse picks it."""
    rows = extract.tables["usage"].sort("updated_at").group_by("account_id", "metric", "used_on").last()
    return {(r["account_id"], r["metric"], str(r["used_on"])): r["value"] for r in rows.to_dicts()}


def test_the_events_of_the_hours_are_added_up_per_day():
    extract = read(
        EVENTS
        + "A1,V1,2021-07-28 11:00:00,21,4,allevents,f1\n"
        + "A1,V1,2021-07-28 09:00:00,4,1,allevents,f2\n"
        + "A1,V1,2021-07-28 09:00:00,4,1,allevents,f2\n"
        + "A1,V1,2021-07-29 00:00:00,1,1,allevents,f3\n"
    )
    assert use(extract) == {("A1", "events", "2021-07-28"): 25, ("A1", "events", "2021-07-29"): 1}
    assert extract.tables["usage"].height == 4 == extract.rows_read


def test_features_and_pages_are_metrics_of_their_own():
    pages = read(EVENTS + "A1,V1,2021-07-28 11:00:00,2,1,P77,\n")
    features = read(EVENTS.replace("page_id", "feature_id") + "A1,V1,2021-07-28 11:00:00,3,1,F77,\n")
    assert use(pages) == {("A1", "page:P77", "2021-07-28"): 2}
    assert use(features) == {("A1", "feature:F77", "2021-07-28"): 3}


def test_a_number_of_events_that_is_none_excludes_its_row_only():
    extract = read(EVENTS + "A1,V1,2021-07-28 11:00:00,many,4,allevents,\nA1,V1,2021-07-28 12:00:00,2,4,allevents,\n")
    assert extract.excluded.select("source_row", "column_name").rows() == [(1, "value")]
    assert use(extract) == {("A1", "events", "2021-07-28"): 2}


def test_an_nps_rating_and_its_reason_are_one_answer_of_two_versions():
    extract = read(
        POLLS
        + "A1,G1,p1,V1,2020-12-11 09:18:16.118,3,poll,1,NPSRating\n"
        + "A1,G1,p2,V1,2020-12-11 09:18:16.118,It is slow,poll,1,NPSReason\n"
        + "A1,G1,p1,V2,2020-12-11 10:00:00,9,poll,1,NPSRating\n"
    )
    rows = extract.tables["survey_responses"].sort("updated_at")
    assert rows.select("person_id", "score", "verbatim").rows() == [
        ("V1", 3.0, None),
        ("V1", 3.0, "It is slow"),
        ("V2", 9.0, None),
    ]
    assert rows["response_id"].n_unique() == 2
    assert set(rows["survey_type"]) == {"nps"}
    assert rows["answered_at"][0] == rows["answered_at"][1]


def test_a_reason_without_its_rating_says_so():
    extract = read(POLLS + "A1,G1,p2,V1,2020-12-11 09:18:16,It is slow,poll,1,NPSReason\n")
    assert extract.excluded["reason"].to_list() == ["no_score"]


@pytest.mark.parametrize("kind", ["", "NumberScale", "OpenText"])
def test_an_answer_to_a_poll_that_is_not_known_as_nps_is_excluded_and_says_what_to_join(kind):
    extract = read(POLLS + f"A1,G1,p1,V1,2020-12-11 09:18:16,9,poll,1,{kind}\n")
    assert extract.excluded["reason"].to_list() == ["unknown_poll"]
    assert "attribute_type" in extract.excluded["message"][0]


def test_a_rating_off_the_scale_is_excluded():
    extract = read(POLLS + "A1,G1,p1,V1,2020-12-11 09:18:16,11,poll,1,NPSRating\n")
    assert extract.excluded["reason"].to_list() == ["out_of_range"]


def test_of_a_visitors_versions_the_newest_is_read_and_never_outranks_the_crm():
    extract = read(
        VISITORS
        + "V1,2021-07-28 10:00:00,A2,v@b.c,Vera,2021-01-01 00:00:00,2021-07-28 00:00:00,1\n"
        + "V1,2021-07-27 10:00:00,A1,v@b.c,Vera,2021-01-01 00:00:00,2021-07-27 00:00:00,1\n"
        + ",2021-07-27 10:00:00,A1,,,2021-01-01 00:00:00,2021-07-27 00:00:00,1\n"
    )
    people = extract.tables["people"].select("person_id", "account_id", "email", "full_name", "updated_at").rows()
    assert people == [("V1", "A2", "v@b.c", "Vera", None)]
    assert dict(extract.excluded.select("source_row", "reason").rows()) == {2: "older_version", 3: "missing_value"}


def test_accounts_are_read_for_their_names():
    extract = read(ACCOUNTS + "A1,2021-07-28 10:00:00,Sandwich,2021-01-01 00:00:00,2021-07-28 00:00:00,1\n")
    assert extract.tables["accounts"].select("account_id", "account_name").rows() == [("A1", "Sandwich")]


@pytest.mark.parametrize(
    "header",
    [
        "id,_fivetran_synced,attribute_follow_up,attribute_type,question",
        "account_id,guide_id,timestamp,visitor_id,app_id,guide_step_id,type",
        "account_id,visitor_id,visitor_last_updated_at,_fivetran_synced",
        "page_id,page_last_updated_at,rule,_fivetran_synced",
    ],
)
def test_tables_that_hold_nothing_needed_are_counted_row_by_row(header):
    extract = read(f"{header}\n{',' * header.count(',')}\n".replace("\n,", "\nx,"))
    assert extract.excluded["reason"].to_list() == ["not_needed"]


cells = st.sampled_from(
    ["", " ", "x", "A1", "-1", "1e400", "2021-07-28 11:00:00", "2021-02-30", "9999-12-31", "NPSRating"]
)


@examples(50)
@given(
    st.sampled_from([EVENTS, POLLS, VISITORS, ACCOUNTS]), st.lists(st.lists(cells, min_size=9, max_size=9), max_size=4)
)
def test_any_cells_are_accounted_for(header, rows):
    width = header.count(",") + 1
    body = "".join(",".join(row[:width]) + "\n" for row in rows if any(row[:width]))
    assert read(header + body).rows_read == body.count("\n")
