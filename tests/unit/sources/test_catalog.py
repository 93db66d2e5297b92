"""Which reader a file goes to, and canonical files in every format."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile

import polars as pl
import pytest

from sources import catalog
from sources.content import Limits
from sources.errors import WrongShape

TICKETS = b"ticket_id,created_at,priority\nT1,2024-05-31T14:05:00Z,high\n"


def read(data: bytes, name: str, **options):
    return catalog.read_bytes(data, name, **options)


@pytest.mark.parametrize(
    "name",
    ["tickets.csv", "tickets/2024-05.csv", "tickets/2024/05.csv", "crm/tickets.csv", "tickets.CSV", "tickets/x.txt"],
)
def test_a_canonical_file_is_named_by_itself_or_its_folder(name):
    extract = read(TICKETS, name)
    assert extract.source == "canonical"
    assert extract.tables["tickets"]["ticket_id"].to_list() == ["T1"]


def test_csv_json_lines_and_parquet_packed_or_not_give_the_same_rows():
    json_line = b'{"ticket_id": "T1", "created_at": "2024-05-31T14:05:00Z", "priority": "high"}\n'
    parquet = io.BytesIO()
    pl.read_csv(TICKETS, try_parse_dates=True).write_parquet(parquet)
    frames = []
    for data, name in ((TICKETS, "csv"), (json_line, "jsonl"), (parquet.getvalue(), "parquet")):
        frames.append(read(data, f"tickets.{name}").tables["tickets"])
        frames.append(read(gzip.compress(data), f"tickets.{name}.gz").tables["tickets"])
    assert all(frame.equals(frames[0]) for frame in frames[1:])


def test_extra_columns_are_kept_aside_and_reported():
    extract = read(b"account_id,account_name,mood\nA1,Acme,sunny\n", "accounts.csv")
    assert extract.extra_columns == ["mood"]
    assert extract.extra.rows() == [(1, "sunny")]
    assert extract.warnings.select("source_row", "column_name", "reason").rows() == [(None, "mood", "extra_columns")]


def test_columns_that_are_named_as_our_own_are_extra_columns():
    header, cells = "account_id,account_name,source_row,is_derived,row_key,loaded_at,good", "A1,Acme,9,true,x,y,z"
    extras = ["source_row in the file", "is_derived", "row_key", "loaded_at", "good"]
    json_line = json.dumps(dict(zip(header.split(","), cells.split(","), strict=True)))
    parquet = io.BytesIO()
    pl.DataFrame([json.loads(json_line)]).write_parquet(parquet)
    for data, kind in (
        (f"{header}\n{cells}\n".encode(), "csv"),
        (json_line.encode(), "jsonl"),
        (parquet.getvalue(), "parquet"),
    ):
        extract = read(data, f"accounts.{kind}")
        assert extract.extra_columns == extras
        assert extract.tables["accounts"].select("source_row", "is_derived").rows() == [(1, False)]


def test_lines_with_ever_new_keys_are_refused():
    lines = "\n".join(f'{{"account_id": "A", "account_name": "x", "k{n}": 1}}' for n in range(50))
    with pytest.raises(WrongShape, match="keys"):
        read(lines.encode(), "accounts.jsonl", limits=Limits(columns=20))


def test_order_of_columns_does_not_matter_and_missing_optional_ones_are_null():
    extract = read(b"account_name,account_id\nAcme,A1\n", "accounts.csv")
    assert extract.tables["accounts"].row(0, named=True)["account_id"] == "A1"
    assert extract.tables["accounts"]["region"].to_list() == [None]


def test_a_header_alone_is_arrived_and_empty():
    extract = read(b"ticket_id,created_at\n", "tickets.csv")
    assert extract.rows_read == 0
    assert extract.tables["tickets"].height == 0


def test_a_file_without_a_column_it_must_have_is_set_aside_with_its_lines_counted():
    with pytest.raises(WrongShape, match="no column created_at") as raised:
        read(b"ticket_id,priority\nT1,high\nT2,low\n", "tickets.csv")
    assert (raised.value.source, raised.value.rows_read, raised.value.column) == ("canonical", 2, "created_at")


def test_a_file_nobody_knows_is_refused_with_what_its_nearest_readers_expect():
    with pytest.raises(WrongShape) as raised:
        read(b"weather,requester_id,mood\nsunny,7,good\n", "notes.csv")
    assert raised.value.reason == "unclaimed"
    assert "zendesk" in raised.value.message
    assert "requester_id" in raised.value.message
    assert raised.value.message.count("\n") <= 3


def test_a_file_without_any_known_column_is_refused_in_one_line():
    with pytest.raises(WrongShape, match="none expects any of its columns") as raised:
        read(b"weather,mood\nsunny,good\n", "notes.csv")
    assert "\n" not in raised.value.message


def test_a_canonical_table_under_another_name_is_told_which_name_it_needs():
    header = b"response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,verbatim\n"
    with pytest.raises(WrongShape, match=r"name it survey_responses\.csv or put it into a folder survey_responses/"):
        read(header, "answers of may.csv")


def test_a_file_two_readers_know_is_refused_with_both_named():
    both = b"ticket_id,created_at,Id,AccountId,StageName,CloseDate\nT1,2024-05-31,1,2,3,2024-05-31\n"
    with pytest.raises(WrongShape, match="canonical and salesforce both know") as raised:
        read(both, "tickets.csv")
    assert raised.value.reason == "ambiguous"


def test_a_vendor_file_named_like_a_table_goes_to_its_vendor():
    assert read(b"Id,Name,IsDeleted\n001,Acme,false\n", "accounts.csv").source == "salesforce"


@pytest.mark.parametrize(("mark", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_other_separators_are_named_and_not_guessed(mark, word):
    with pytest.raises(WrongShape, match=word):
        read(TICKETS.replace(b",", mark.encode()), "tickets.csv")


@pytest.mark.parametrize("name", ["zendesk/x.jsonl", "salesforce/2024/Account.csv", "qualtrics/nps.csv"])
def test_an_empty_vendor_file_is_charged_to_its_vendor(name):
    with pytest.raises(WrongShape, match="empty") as raised:
        read(b"", name)
    assert raised.value.source == name.split("/")[0]
    assert raised.value.rows_read == 0


@pytest.mark.parametrize(
    "data", [b"PAR1 but no more", b"%PDF-1.7\n\x00\xff\xfe", bytes(range(256)) * 10, b"PK\x03\x04\x00"]
)
def test_other_kinds_of_files_are_refused_and_count_no_rows(data):
    with pytest.raises(WrongShape) as raised:
        read(data, "tickets.parquet")
    assert raised.value.rows_read in (0, 1)


def test_a_parquet_file_that_stands_for_billions_of_values_is_refused():
    parquet = io.BytesIO()
    pl.DataFrame({"ticket_id": ["x"] * 200_000, "created_at": ["2024-05-31"] * 200_000}).write_parquet(parquet)
    with pytest.raises(WrongShape, match="too many values"):
        read(parquet.getvalue(), "tickets.parquet", limits=Limits(file_bytes=1 << 20))


def test_a_typed_parquet_column_of_another_type_excludes_its_rows():
    parquet = io.BytesIO()
    pl.DataFrame({"ticket_id": [1, 2], "created_at": [[1], None]}).write_parquet(parquet)
    extract = read(parquet.getvalue(), "tickets.parquet")
    assert extract.excluded.select("source_row", "reason").rows() == [(1, "wrong_type"), (2, "missing_value")]


def test_a_declared_encoding_belongs_to_its_source():
    data = "account_id,account_name\nA1,Café\n".encode("cp1252")
    declared = read(data, "accounts.csv", company=catalog.company_map("sources: {canonical: {encoding: cp1252}}"))
    assert declared.tables["accounts"]["account_name"].to_list() == ["Café"]
    assert read(data, "accounts.csv").excluded["reason"].to_list() == ["bad_encoding"]


def test_every_row_of_every_fault_is_accounted_for():
    lines = [
        b"message_id,channel,author_kind,body,sent_at",
        b"M1,email,customer,fine,2024-05-31T14:05:00Z",
        b"M2,email,customer,no time,",
        b"M3,email",
        b"M4,email,customer,caf\xe9,2024-05-31T14:05:00Z",
        b'M5,email,customer,"open,2024-05-31T14:05:00Z',
        b"M6,pager,customer,fine,2024-05-31T14:05:00Z",
    ]
    extract = read(b"\n".join(lines), "messages.csv")
    reasons = dict(extract.excluded.select("source_row", "reason").rows())
    assert reasons == {2: "missing_value", 3: "ragged_row", 4: "bad_encoding", 5: "bad_quote"}
    assert extract.tables["messages"]["message_id"].to_list() == ["M1", "M6"]
    assert extract.rows_read == 6 == extract.tables["messages"].height + extract.rows_excluded


def test_a_file_alone_in_a_zip_is_read_as_if_it_were_not_packed():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export/tickets.csv", TICKETS)
    extract = read(packed.getvalue(), "crm/export.zip")
    assert extract.tables["tickets"].equals(read(TICKETS, "tickets.csv").tables["tickets"])
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as archive:
        archive.writestr("export.zip", packed.getvalue())
    with pytest.raises(WrongShape, match="another archive"):
        read(again.getvalue(), "export.zip")


def test_a_header_of_a_million_columns_is_refused_before_anyone_looks_at_its_names():
    header = ",".join(f"c{n}" for n in range(1_000_000)).encode()
    started = time.process_time()
    with pytest.raises(WrongShape, match="1000000 columns") as raised:
        read(header + b"\n1\n", "accounts.csv")
    assert time.process_time() - started < 5
    assert raised.value.reason == "too_large"


def test_a_csv_that_ends_within_a_line_is_told_since_its_last_cell_may_be_cut():
    assert read(TICKETS, "tickets.csv").warnings.is_empty()
    cut = read(b"account_id,account_name\nA1,Ac", "accounts.csv")
    assert cut.warnings.select("source_row", "reason").rows() == [(1, "no_line_end")]
