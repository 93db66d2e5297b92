"""HubSpot's files as such: histories of properties, tables that hold nothing needed, headers of many vendors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import WrongShape
from tests.examples import examples
from tests.unit.sources.hubspot_files import page, read, reasons, record, rows


def test_a_history_of_company_properties_becomes_stage_history():
    extract = read(
        "company_id,name,timestamp,_fivetran_synced,source,source_id,value",
        ["1", "lifecyclestage", "2024-05-01 08:00:00", "2024-06-01", "", "", "evangelist"],
        ["1", "city", "2024-05-01 08:00:00", "2024-06-01", "", "", "customer"],
    )
    assert rows(extract, "stage_history", "account_id", "stage") == [("1", "advocacy")]
    assert reasons(extract) == {2: "not_a_stage_change"}


def test_a_deals_steps_need_its_company_beside_them():
    header = "_fivetran_start,deal_id,_fivetran_active,_fivetran_end,date_entered,value"
    start = "2021-01-07 6:49:18"
    entered = [
        [start, "70", "TRUE", "2050-01-01 00:00:00", start, step] for step in ("closedwon", "Contract Sent", "x")
    ]
    assert reasons(read(header, *entered)) == {1: "unknown_account", 2: "unknown_account", 3: "not_a_stage_change"}
    extract = read(f"{header},company_id", *([*step, "1"] for step in entered))
    assert rows(extract, "stage_history", "account_id", "stage") == [("1", "onboarding"), ("1", "purchase")]


@pytest.mark.parametrize(
    "header",
    [
        "company_id,deal_id,type_id,category",
        "_fivetran_synced,ticket_id,contact_id,category",
        "owner_id,_fivetran_synced,created_at,portal_id,type,updated_at,email,first_name,last_name",
        "label,property_id,_fivetran_synced,display_order,hidden,value,hubspot_object,name",
        "pipeline_id,_fivetran_deleted,active,display_order,label",
        "deal_id,merged_deal_id,_fivetran_synced",
        "id,type,_fivetran_synced,portal_id",
    ],
)
def test_tables_that_hold_nothing_needed_are_counted_row_by_row(header):
    extract = read(header, ["x"] * len(header.split(",")))
    assert all(frame.is_empty() for frame in extract.tables.values())
    assert reasons(extract) == {1: "not_needed"}


def test_a_header_that_many_vendors_have_is_only_taken_from_a_folder_of_hubspots():
    assert reasons(read("id,name,_fivetran_synced", ["1", "x", ""], name="hubspot/team.csv")) == {1: "not_needed"}
    with pytest.raises(WrongShape, match="no reader knows this file"):
        read("id,name,_fivetran_synced", ["1", "x", ""], name="elsewhere/team.csv")


def test_a_record_without_telling_properties_is_excluded_and_named_as_such():
    assert reasons(page(record("1", {"hs_object_id": "1"}), record("2", None))) == {
        1: "unknown_object",
        2: "unknown_object",
    }


CELLS = st.sampled_from([None, "", " ", "x", "1;2", ";", "9999-12-31", "-1", "true", "NPS", "renewal", "NOTE", "\n", 7])
NAMES = (
    "name",
    "email",
    "dealtype",
    "hs_survey_type",
    "hs_value",
    "hs_note_body",
    "hs_timestamp",
    "hs_merged_object_ids",
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"id": CELLS, "properties": st.dictionaries(st.sampled_from(NAMES), CELLS), "archived": CELLS}
        ),
        max_size=4,
    )
)
@examples(60)
def test_whatever_the_records_hold_each_is_kept_or_excluded(damaged):
    records = [record("1", {"name": "Acme"}), *(r | {"createdAt": None, "updatedAt": "x"} for r in damaged)]
    extract = page(*records)
    assert extract.rows_read == len(records)
    extract.check_sums()
