"""Qualtrics by way of a connector: tables alone, and answers joined with their responses out of one archive."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from tests.examples import examples

SYNCED = "2024-06-01 00:00:00.341000"
HEADERS = {
    "survey_response": "id,_fivetran_synced,distribution_channel,end_date,finished,last_modified_date,recorded_date,"
    "start_date,status,survey_id",
    "question_response": "_fivetran_id,_fivetran_synced,loop_id,question,question_id,question_option_key,response_id,"
    "sub_question_key,sub_question_text,text,value",
    "question": "id,survey_id,_fivetran_deleted,data_export_tag,question_text,question_type,selector",
    "survey_embedded_data": "import_id,key,response_id,value,_fivetran_synced",
    "distribution_contact": "contact_id,distribution_id,_fivetran_synced,contact_lookup_id,response_id,sent_at,status,"
    "survey_session_id",
    "directory_contact": "directory_id,id,_fivetran_synced,email,ext_ref,first_name,last_modified,last_name",
    "core_contact": "_fivetran_synced,id,mailing_list_id,first_name,last_name,email,external_data_reference,"
    "_fivetran_deleted",
    "block": "id,survey_id,_fivetran_deleted,block_locking,block_visibility",
}
USUAL = {
    "survey_response": {
        "id": "R_1",
        "survey_id": "SV_1",
        "finished": "1",
        "status": "0",
        "distribution_channel": "email",
        "start_date": "2024-05-31 14:00:00.000000",
        "recorded_date": "2024-05-31 14:05:00.000000",
    },
    "question_response": {"question": "Recommend us?", "question_id": "QID1", "response_id": "R_1", "value": "9"},
    "question": {"id": "QID1", "survey_id": "SV_1", "data_export_tag": "Q1", "question_text": "?", "selector": "NPS"},
    "survey_embedded_data": {"key": "account_id", "response_id": "R_1", "value": "A1"},
    "distribution_contact": {
        "contact_id": "CID_1",
        "distribution_id": "EMD_1",
        "response_id": "R_1",
        "sent_at": "2024-05-30 09:00:00.896000",
    },
    "directory_contact": {"directory_id": "P", "id": "CID_1", "email": "p@example.com", "first_name": "Pat"},
    "core_contact": {"id": "CID_2", "mailing_list_id": "ML", "email": "q@example.com"},
    "block": {"id": "BL_1", "survey_id": "SV_1"},
}


def table(name, *changes):
    columns = HEADERS[name].split(",")
    rows = [[(USUAL[name] | change).get(c, "") for c in columns] for change in changes]
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode()


def alone(name, *changes):
    extract = catalog.read_bytes(table(name, *changes or ({},)), f"{name}.csv")
    assert extract.source == "qualtrics"
    return extract


def archive(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        for name, data in files.items():
            out.writestr(name, data)
    extract = catalog.read_bytes(packed.getvalue(), "qualtrics.zip")
    assert extract.source == "qualtrics"
    return extract


def together(**tables):
    usual = {"survey_response": ({},), "question_response": ({},), "question": ({},)}
    return archive({f"export/{name}.csv": table(name, *rows) for name, rows in (usual | tables).items()})


def responses(extract, *columns):
    return extract.tables["survey_responses"].select(columns).rows()


def reasons(extract):
    return sorted(extract.excluded.filter(~extract.excluded["is_derived"])["reason"].to_list())


def test_answers_are_joined_with_their_responses():
    extract = together(
        question_response=({}, {"question_id": "QID2", "value": "", "text": "Quick"}),
        survey_embedded_data=({},),
        distribution_contact=({},),
    )
    columns = ("response_id", "survey_type", "score", "verbatim", "account_id", "person_id", "invitation_id")
    assert responses(extract, *columns) == [("R_1:QID1", "nps", 9.0, "Quick", "A1", "CID_1", "EMD_1:CID_1")]
    assert str(responses(extract, "answered_at")[0][0]) == "2024-05-31 14:05:00+00:00"
    assert extract.tables["invitations"]["invitation_id"].to_list() == ["EMD_1:CID_1"]
    assert reasons(extract) == ["joined"] * 4
    assert extract.rows_read == 6


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"question_response": ({"response_id": "R_9"},)}, ["joined", "no_answer", "unknown_response"]),
        ({"survey_response": ({"finished": "0"},)}, ["joined", "unfinished", "unfinished"]),
        ({"survey_response": ({"status": "1"},)}, ["joined", "preview", "preview"]),
        ({"question": ({"selector": "SAVR"},)}, ["joined", "no_answer", "unmapped_question"]),
        ({"question_response": ({"value": ""},)}, ["joined", "no_answer", "no_answer"]),
        ({"question_response": ({"value": "12"},)}, ["joined", "joined", "out_of_range"]),
        ({"block": ({},)}, ["joined", "joined", "not_needed"]),
    ],
)
def test_what_cannot_be_joined_is_excluded_with_its_reason(tables, expected):
    assert reasons(together(**tables)) == expected


def test_a_question_that_is_no_score_is_told_by_its_id_and_never_by_a_damaged_cell():
    extract = together(question=({"selector": "SAVR"},), question_response=({}, {"question_id": "secret"}))
    assert extract.warnings["column_name"].to_list() == ["QID1", "without a readable id"]


def test_a_file_of_the_archive_that_is_no_table_is_counted_too():
    files = {
        "survey_response.csv": table("survey_response", {}),
        "question_response.csv": table("question_response", {}),
    }
    extract = archive(files | {"README.txt": b"about\nthis\nexport\n", "empty.csv": b""})
    assert reasons(extract) == ["no_answer", "unknown_object", "unknown_object", "unmapped_question"]


@pytest.mark.parametrize("name", ["survey_response", "question_response", "survey_embedded_data"])
def test_a_table_that_says_nothing_alone_names_what_to_deliver(name):
    extract = alone(name, {}, {}, {})
    assert reasons(extract) == ["needs_other_table"] * 3
    assert "one zip archive" in extract.excluded["message"][0]


def test_unfinished_and_preview_responses_are_told_even_alone():
    assert reasons(alone("survey_response", {"finished": "0"}, {"status": "2"})) == ["preview", "unfinished"]


def test_a_contact_is_a_person_merged_into_the_crms():
    extract = alone("directory_contact", {"ext_ref": "003A0000006Vm9r", "last_name": "Example"}, {"id": "CID_3"})
    people = extract.tables["people"].select("person_id", "merged_into", "email", "full_name").rows()
    assert people == [
        ("CID_1", "003A0000006Vm9rIAC", "p@example.com", "Pat Example"),
        ("CID_3", None, "p@example.com", "Pat"),
    ]


def test_a_contact_deleted_at_the_vendor_is_a_deleted_person():
    deleted = alone("core_contact", {"_fivetran_deleted": "true", "_fivetran_synced": SYNCED})
    assert deleted.tables["people"].select("person_id", "is_deleted").rows() == [("CID_2", True)]


def test_an_invitation_says_when_it_was_sent():
    sent = alone("distribution_contact", {}, {"sent_at": ""})
    assert str(sent.tables["invitations"]["invited_at"][0]) == "2024-05-30 09:00:00.896000+00:00"
    assert sent.excluded.select("source_row", "column_name", "reason").rows() == [(2, "invited_at", "missing_value")]


def test_a_warehouse_that_writes_capitals_is_read_alike():
    body = table("directory_contact", {})
    header, rest = body.split(b"\n", 1)
    extract = catalog.read_bytes(header.upper() + b"\n" + rest, "DIRECTORY_CONTACT.csv")
    assert extract.tables["people"]["person_id"].to_list() == ["CID_1"]


def test_the_real_tables_in_one_archive_are_accounted_for(shared_data):
    folder = shared_data / "vendor_seeds" / "qualtrics"
    if not folder.is_dir():
        pytest.skip("vendor_seeds/qualtrics is not here (set JSI_SHARED_DIR)")
    tables = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    extract = archive(tables)
    kept = sum((~frame["is_derived"]).sum() for frame in extract.tables.values())
    one_by_one = sum(catalog.read_bytes(data, name).rows_read for name, data in tables.items())
    assert extract.rows_read == one_by_one == kept + extract.rows_excluded
    assert {"unfinished", "unknown_response"} <= set(reasons(extract))


@examples(10)
@given(st.data())
def test_whatever_is_damaged_every_row_of_the_archive_has_one_outcome(data):
    files = {}
    for name in HEADERS:
        cells = st.dictionaries(st.sampled_from(HEADERS[name].split(",")), st.text('R_1 9,"', max_size=4), max_size=3)
        files[f"{name}.csv"] = table(name, *data.draw(st.lists(cells, min_size=1, max_size=2)))
    extract = archive(files)
    kept = sum((~frame["is_derived"]).sum() for frame in extract.tables.values())
    assert extract.rows_read == kept + extract.rows_excluded
