"""Events of Segment, Amplitude, PostHog and Mixpanel → daily use."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from sources.event_counts import account_of
from tests.examples import examples


def read(text, source, name="events/export.csv"):
    extract = catalog.read_bytes(text if isinstance(text, bytes) else text.encode(), name)
    assert extract.source == source
    return extract


def lines(*records):
    return "\n".join(json.dumps(record) for record in records)


def use(extract):
    """The winning value of each key, as the warehouse picks it."""
    rows = extract.tables["usage"].sort("updated_at").group_by("account_id", "person_id", "metric", "used_on").last()
    return {(r["account_id"], r["person_id"], r["metric"], str(r["used_on"])): r["value"] for r in rows.to_dicts()}


# Segment -------------------------------------------------------------------------------------------------------------

TRACKS = "id,anonymous_id,user_id,received_at,timestamp,event,context_group_id\n"


def test_segment_tracks_are_counted_per_day_and_person():
    extract = read(
        TRACKS
        + "m1,x1,P1,2024-05-31 10:00:05,2024-05-31 10:00:00.123,report_run,A1\n"
        + "m2,x1,P1,2024-05-31 11:00:05,2024-05-31 11:00:00,report_run,A1\n"
        + "m2,x1,P1,2024-05-31 11:00:09,2024-05-31 11:00:00,report_run,A1\n"
        + "m3,x2,,2024-06-01 00:00:05,2024-06-01 00:00:00,report_run,A1\n",
        "segment",
    )
    assert use(extract) == {("A1", "P1", "report_run", "2024-05-31"): 2, ("A1", None, "report_run", "2024-06-01"): 1}
    assert extract.rows_read == 4 == extract.tables["usage"].height


def test_segment_pages_are_one_metric_whatever_their_address():
    extract = read(
        "id,anonymous_id,user_id,received_at,timestamp,url,company_id\n"
        "m1,x,P1,2024-05-31 10:00:00,2024-05-31 10:00:00,https://a.example/1,A1\n"
        "m2,x,P1,2024-05-31 10:01:00,2024-05-31 10:01:00,https://a.example/2,A1\n",
        "segment",
    )
    assert use(extract) == {("A1", "P1", "page_viewed", "2024-05-31"): 2}


def test_other_tables_of_segment_are_counted_as_not_needed():
    extract = read("id,anonymous_id,user_id,received_at,email\n1,x,P1,2024-05-31 10:00:00,a@b.c\n", "segment")
    assert extract.excluded["reason"].to_list() == ["not_needed"]


def test_a_segment_export_with_an_account_column_is_segments_and_not_plain_usage():
    header = "id,anonymous_id,user_id,received_at,timestamp,event,account_id\n"
    extract = read(header + "m1,x,P1,2024-05-31 10:00:00,2024-05-31 10:00:00,export,A1\n", "segment")
    assert use(extract) == {("A1", "P1", "export", "2024-05-31"): 1}


def test_an_event_that_names_only_a_person_is_theirs_and_one_that_names_nobody_is_excluded_for_that():
    moments = "2024-05-31 10:00:00,2024-05-31 10:00:00"
    extract = read(TRACKS + f"m1,x,P1,{moments},export,\nm2,x,,{moments},export,\n", "segment")
    assert use(extract) == {(None, "P1", "export", "2024-05-31"): 1}
    assert extract.excluded.select("source_row", "reason", "column_name").rows() == [(2, "missing_value", "account_id")]


# Amplitude -----------------------------------------------------------------------------------------------------------

AMPLITUDE = {
    "event_type": "report run",
    "event_time": "2024-05-31 10:00:00.000000",
    "client_event_time": "2024-05-31 09:59:00.000000",
    "server_received_time": "2024-05-31 10:00:01.000000",
    "user_id": "P1",
    "device_id": "d1",
    "uuid": "u1",
    "groups": {"org id": ["A1"]},
    "user_properties": {"plan": "pro"},
}


def amplitude_csv(*events):
    header = list(AMPLITUDE)
    cells = [[json.dumps(e[k]) if isinstance(e[k], dict) else str(e[k]) for k in header] for e in events]
    rows = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in cells]
    return "\n".join([",".join(header), *rows]) + "\n"


def test_amplitudes_groups_in_a_json_cell_give_the_account():
    extract = read(amplitude_csv(AMPLITUDE, AMPLITUDE | {"uuid": "u2"}), "amplitude")
    assert use(extract) == {("A1", "P1", "report run", "2024-05-31"): 2}


def test_an_event_time_after_receipt_gives_way_to_the_devices_time_and_is_warned_about():
    late = AMPLITUDE | {"event_time": "2024-06-30 10:00:00", "client_event_time": "2024-05-30 10:00:00"}
    extract = read(amplitude_csv(late), "amplitude")
    assert use(extract) == {("A1", "P1", "report run", "2024-05-30"): 1}
    assert extract.warnings["reason"].to_list() == ["event_time_after_receipt"]


def test_where_both_clocks_are_ahead_the_time_of_receipt_counts():
    both = AMPLITUDE | {"event_time": "2024-06-30 10:00:00", "client_event_time": "2024-06-30 10:00:00"}
    assert use(read(amplitude_csv(both), "amplitude")) == {("A1", "P1", "report run", "2024-05-31"): 1}


def test_amplitudes_archive_of_one_file_an_hour_is_one_delivery_and_a_copy_counts_once():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        for hour, uuid in ((1, "u1"), (2, "u2"), (3, "u2")):
            event = AMPLITUDE | {"uuid": uuid, "event_time": "2024-05-31 10:00:00", "$insert_id": None}
            out.writestr(f"218/218_2024-05-31_{hour}#0.json.gz", gzip.compress(json.dumps(event).encode()))
    extract = read(archive.getvalue(), "amplitude", "amplitude/export.zip")
    assert use(extract) == {("A1", "P1", "report run", "2024-05-31"): 2}
    assert extract.rows_read == 3


def test_amplitudes_table_of_event_types_is_not_needed():
    header = "id,project_name,totals_delta,timeline_hidden,in_waitroom,name,value"
    assert read(header + "\n1,p,0,FALSE,FALSE,a,a\n", "amplitude").excluded["reason"].to_list() == ["not_needed"]


# PostHog -------------------------------------------------------------------------------------------------------------

POSTHOG = {
    "uuid": "e1",
    "event": "report run",
    "distinct_id": "P1",
    "timestamp": "2024-05-31T10:00:00.123000+00:00",
    "properties": {"$groups": {"company": "A1"}},
}


def test_posthogs_page_of_events_is_counted():
    page = {
        "results": [POSTHOG | {"id": "e1"}, POSTHOG | {"uuid": "e2", "properties": {"$group_0": "A1"}}],
        "next": None,
    }
    extract = read(json.dumps(page), "posthog", "posthog/page.json")
    assert use(extract) == {("A1", "P1", "report run", "2024-05-31"): 2}


def test_posthogs_batch_export_may_hold_properties_as_text():
    export = lines(POSTHOG | {"properties": json.dumps({"account_id": "A2"})}, POSTHOG)
    extract = read(export, "posthog", "posthog/export.jsonl")
    assert set(use(extract)) == {(a, "P1", "report run", "2024-05-31") for a in ("A1", "A2")}


def test_exceptions_are_errors_and_what_a_library_sends_of_itself_is_no_use():
    export = lines(POSTHOG | {"event": "$exception"}, POSTHOG | {"event": "$identify"})
    extract = read(export, "posthog", "posthog/export.jsonl")
    assert extract.tables["usage"]["metric"].to_list() == ["errors"]
    assert extract.excluded.select("source_row", "reason").rows() == [(2, "not_use")]


# Mixpanel ------------------------------------------------------------------------------------------------------------

MIXPANEL = {
    "event": "report run",
    "properties": {"time": 1717149600, "distinct_id": "P1", "$insert_id": "i1", "account_id": "A1"},
}


def mixpanel(**properties):
    return MIXPANEL | {"properties": MIXPANEL["properties"] | properties}


def test_mixpanels_seconds_and_milliseconds_are_the_same_moment():
    export = lines(mixpanel(), mixpanel(**{"time": 1717149600_000, "$insert_id": "i2"}))
    extract = read(export, "mixpanel", "mixpanel/export.jsonl")
    assert use(extract) == {("A1", "P1", "report run", "2024-05-31"): 2}


def test_an_insert_id_that_comes_twice_counts_once():
    assert use(read(lines(MIXPANEL, MIXPANEL), "mixpanel", "mixpanel/export.jsonl")) == {
        ("A1", "P1", "report run", "2024-05-31"): 1
    }


@pytest.mark.parametrize(
    ("properties", "person"),
    [({"distinct_id": "$device:77"}, None), ({"distinct_id": "$device:77", "$user_id": "P9"}, "P9"), ({}, "P1")],
)
def test_a_device_is_no_person(properties, person):
    extract = read(lines(mixpanel(**properties)), "mixpanel", "mixpanel/export.jsonl")
    assert extract.tables["usage"]["person_id"].to_list() == [person]


def test_a_time_that_is_none_is_excluded_and_a_broken_line_too():
    export = lines(mixpanel(time="noon"), MIXPANEL) + '\n{"event": "cut'
    extract = read(export, "mixpanel", "mixpanel/export.jsonl")
    assert dict(extract.excluded.select("source_row", "reason").rows()) == {1: "wrong_type", 3: "bad_json"}


# What they share -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "account"),
    [
        ({"company": "A1"}, "A1"),
        ('{"Account ID": "A1", "company": "other"}', "A1"),
        ({"org id": ["A1"]}, "A1"),
        ({"company": ["A1", "A2"]}, None),
        ({"company": 7}, "7"),
        ({"company": True}, None),
        ("{broken", None),
        (None, None),
    ],
)
def test_the_account_is_found_by_what_companies_call_it_and_never_chosen_among_several(place, account):
    assert account_of(place)[0] == account
    assert account_of(place)[1] == (account is None and isinstance(place, dict))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["time", "company"]), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = ("event", "event_type", "event_time", "user_id", "groups", "distinct_id", "timestamp", "properties", "person")
EXAMPLES = {"amplitude": AMPLITUDE, "posthog": POSTHOG, "mixpanel": MIXPANEL}


@examples(60)
@given(st.sampled_from(sorted(EXAMPLES)), st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=3))
def test_any_value_under_any_key_is_accounted_for(source, odd):
    record = EXAMPLES[source]
    extract = read(lines(record, record | {k: v for k, v in odd.items() if k in record}), source, "x/export.jsonl")
    assert extract.rows_read == 2
