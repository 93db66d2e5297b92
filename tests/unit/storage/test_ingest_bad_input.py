"""Bad input, case by case: a clear message with file and row; good rows load; nothing is lost or counted twice."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from storage.ledger import LedgerLost

ACCOUNTS = "account_id,account_name\nA1,Acme\nA2,Beta\n"
MESSAGES = "message_id,channel,author_kind,body,sent_at,account_id\n"
GOOD = "M{0},email,customer,The export fails,2025-12-0{0}T10:00:00Z,A1\n"
SURVEY = "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at\n"


def test_a_good_folder_loads_with_event_time_update_time_and_load_time(intake, by_name):
    intake.deliver_all({"accounts.csv": ACCOUNTS, "messages.csv": MESSAGES + GOOD.format(1)})
    report = intake.ingest()
    assert by_name(report) == {"accounts.csv": ("loaded", 2, 2, 0, 0), "messages.csv": ("loaded", 1, 1, 0, 0)}
    row = intake.raw("messages").row(0, named=True)
    assert str(row["sent_at"]) == "2025-12-01 10:00:00+00:00"
    assert str(row["loaded_at"]) == "2026-01-02 12:00:00+00:00"
    assert row["updated_at"] is None
    assert (row["source"], row["source_file"], row["source_row"]) == ("canonical", "messages.csv", 1)
    assert str(report.newest_touch_at) == "2025-12-01 10:00:00+00:00"


def test_missing_column_sets_the_file_aside_and_keeps_the_last_good_data(intake, by_name):
    intake.deliver("messages.csv", MESSAGES + GOOD.format(1))
    intake.ingest()
    intake.deliver("messages.csv", "message_id,channel,author_kind,body,account_id\nM2,email,customer,late,A1\n")
    report = intake.ingest()
    assert by_name(report) == {"messages.csv": ("rejected", 1, 0, 1, 0)}
    message = report.files[0].message
    assert message.startswith("messages.csv: ")
    assert "no column sent_at" in message
    assert "add it to the export" in message
    assert intake.raw("messages")["message_id"].to_list() == ["M1"]
    excluded = intake.excluded().row(0, named=True)
    assert (excluded["source_row"], excluded["column_name"], excluded["reason"]) == (1, "sent_at", "missing_column")


def test_missing_column_marks_its_source_stale_until_a_good_file_of_that_name_comes(intake):
    from storage.accounting import source_health

    intake.deliver("messages.csv", "message_id\nM1\n")
    intake.ingest()
    row = source_health(intake.files()).row(0, named=True)
    assert (row["source"], row["is_stale"], row["last_loaded_at"]) == ("canonical", True, None)
    assert "no column" in row["message"]
    intake.deliver("messages.csv", MESSAGES + GOOD.format(1))
    intake.ingest(loaded_at=intake.files()["loaded_at"][0] + timedelta(days=1))
    row = source_health(intake.files()).row(0, named=True)
    assert (row["is_stale"], row["message"]) == (False, None)


def test_wrong_type_excludes_the_row_and_names_file_row_and_column(intake, by_name):
    intake.deliver("messages.csv", MESSAGES + GOOD.format(1) + GOOD.format(2).replace("2025-12-02", "someday"))
    assert by_name(intake.ingest()) == {"messages.csv": ("loaded", 2, 1, 1, 0)}
    row = intake.excluded().row(0, named=True)
    assert (row["source_row"], row["table_name"], row["column_name"], row["reason"]) == (
        2,
        "messages",
        "sent_at",
        "wrong_type",
    )
    assert row["message"].startswith("messages.csv row 2: sent_at must be an existing time")
    assert "someday" not in row["message"]


def test_survey_score_out_of_range_excludes_the_row_and_3_7_stays_3_7(intake, by_name):
    rows = ["R1,csat,3.7,1,5,true,2025-12-01T10:00:00Z", "R2,csat,11,1,5,true,2025-12-01T10:00:00Z"]
    rows.append("R3,nps,-1,0,10,true,2025-12-01T10:00:00Z")
    intake.deliver("survey_responses.csv", SURVEY + "\n".join(rows))
    assert by_name(intake.ingest()) == {"survey_responses.csv": ("loaded", 3, 1, 2, 0)}
    assert intake.raw("survey_responses")["score"].to_list() == [3.7]
    assert intake.excluded()["reason"].to_list() == ["out_of_range", "out_of_range"]
    assert intake.excluded()["message"][0].startswith("survey_responses.csv row 2: score lies outside")


def test_unknown_account_is_kept_with_a_warning_that_names_its_first_row(intake, by_name):
    stray = GOOD.format(2).replace(",A1", ",A-900") + GOOD.format(3).replace(",A1", ",A-900")
    intake.deliver_all({"accounts.csv": ACCOUNTS, "messages.csv": MESSAGES + GOOD.format(1) + stray})
    report = intake.ingest()
    assert by_name(report)["messages.csv"] == ("loaded", 3, 3, 0, 0)
    warning = report.warnings.row(0, named=True)
    assert (warning["source_row"], warning["table_name"], warning["reason"]) == (2, "messages", "unknown_account")
    assert warning["message"].startswith("messages.csv row 2: ")
    assert "2 rows" in warning["message"]
    assert "A-900" not in warning["message"]
    intake.deliver("accounts/more.csv", "account_id,account_name\nA-900,Late\n")
    assert intake.ingest().warnings.is_empty()


def test_empty_file_is_set_aside_and_a_header_alone_is_arrived_and_empty(intake, by_name):
    intake.deliver_all({"tickets.csv": "", "messages.csv": MESSAGES, "usage.csv": ""})
    report = intake.ingest()
    assert by_name(report) == {
        "messages.csv": ("loaded", 0, 0, 0, 0),
        "tickets.csv": ("rejected", 0, 0, 0, 0),
        "usage.csv": ("rejected", 0, 0, 0, 0),
    }
    assert all("empty" in f.message for f in report.files if f.status == "rejected")
    assert report.newest_touch_at is None


def test_truncated_json_line_is_excluded_and_the_others_load(intake, by_name):
    line = '{"message_id": "M%d", "channel": "chat", "author_kind": "customer", "body": "x", "sent_at": "2025-12-01"}\n'
    intake.deliver("messages.jsonl", line % 1 + (line % 2)[:40] + "\n" + line % 3)
    assert by_name(intake.ingest()) == {"messages.jsonl": ("loaded", 3, 2, 1, 0)}
    row = intake.excluded().row(0, named=True)
    assert (row["source_row"], row["reason"]) == (2, "bad_json")
    assert row["message"].startswith("messages.jsonl row 2: the line is not one whole JSON object")


def test_invalid_utf8_excludes_its_row_and_the_others_load(intake, by_name):
    good = (MESSAGES + GOOD.format(1)).encode()
    intake.deliver(
        "messages.csv", good + b"M2,email,customer,caf\xe9,2025-12-02T10:00:00Z,A1\n" + GOOD.format(3).encode()
    )
    assert by_name(intake.ingest()) == {"messages.csv": ("loaded", 3, 2, 1, 0)}
    row = intake.excluded().row(0, named=True)
    assert (row["source_row"], row["reason"]) == (2, "bad_encoding")
    assert "UTF-8" in row["message"]


def test_invalid_utf8_throughout_sets_a_file_of_another_encoding_aside(intake, by_name):
    intake.deliver("messages.csv", (MESSAGES + GOOD.format(1)).encode("utf-16-le"))
    report = intake.ingest()
    assert report.files[0].status == "rejected"
    assert "export the file as UTF-8" in report.files[0].message


def test_duplicated_delivery_changes_nothing(intake):
    intake.deliver_all({"accounts.csv": ACCOUNTS, "messages.csv": MESSAGES + GOOD.format(1) + "M9,short\n"})
    first = intake.ingest()
    before = intake.everything()
    again = intake.ingest(loaded_at=first.files[0].loaded_at + timedelta(days=7))
    assert again.files == first.files
    assert again.newest_touch_at == first.newest_touch_at
    assert again.warnings.equals(first.warnings)
    assert intake.everything() == before


def test_duplicated_delivery_under_another_name_is_superseded_as_a_whole(intake, by_name):
    body = MESSAGES + GOOD.format(1) + GOOD.format(2) + "M9,short\n"
    intake.deliver_all({"messages/a.csv": body, "messages/b.csv": body})
    report = intake.ingest()
    assert by_name(report) == {
        "messages/a.csv": ("loaded", 3, 2, 1, 0),
        "messages/b.csv": ("duplicate", 3, 0, 0, 3),
    }
    assert "delivered as messages/a.csv" in report.files[1].message
    assert intake.raw("messages").height == 2


def test_overlapping_deliveries_count_each_row_once(intake, by_name):
    intake.deliver("messages/a.csv", MESSAGES + GOOD.format(1) + GOOD.format(2))
    intake.ingest()
    intake.deliver("messages/b.csv", MESSAGES + GOOD.format(2) + GOOD.format(3))
    report = intake.ingest(loaded_at=intake.files()["loaded_at"][0] + timedelta(days=1))
    assert by_name(report) == {"messages/a.csv": ("loaded", 2, 2, 0, 0), "messages/b.csv": ("loaded", 2, 1, 0, 1)}


def test_a_newer_version_supersedes_an_older_one_whenever_it_comes(intake, by_name):
    header = "account_id,account_name,updated_at\n"
    intake.deliver("accounts/new.csv", header + "A1,New name,2025-06-01T00:00:00Z\n")
    intake.ingest()
    intake.deliver("accounts/old.csv", header + "A1,Old name,2025-01-01T00:00:00Z\n")
    assert by_name(intake.ingest()) == {
        "accounts/new.csv": ("loaded", 1, 1, 0, 0),
        "accounts/old.csv": ("loaded", 1, 0, 0, 1),
    }


def test_a_file_nobody_knows_is_set_aside_and_the_others_load(intake, by_name):
    intake.deliver_all({"accounts.csv": ACCOUNTS, "notes.txt": "just\nsome\nnotes\n"})
    report = intake.ingest()
    assert by_name(report) == {"accounts.csv": ("loaded", 2, 2, 0, 0), "notes.txt": ("rejected", 2, 0, 2, 0)}
    assert "no reader knows this file" in report.files[1].message


def test_a_file_that_was_set_aside_loads_once_its_name_is_right(intake, by_name):
    intake.deliver("acounts.csv", ACCOUNTS)
    intake.ingest()
    (intake.extracts / "acounts.csv").rename(intake.extracts / "accounts.csv")
    assert by_name(intake.ingest()) == {"accounts.csv": ("loaded", 2, 2, 0, 0)}
    assert sorted(intake.files()["status"]) == ["duplicate", "loaded"]
    assert intake.excluded().is_empty()


def test_the_same_wrong_file_under_two_names_is_excluded_under_both(intake, by_name):
    intake.deliver_all({"a/x.txt": "some\nnotes\n", "b/x.txt": "some\nnotes\n"})
    assert by_name(intake.ingest()) == {"a/x.txt": ("rejected", 1, 0, 1, 0), "b/x.txt": ("rejected", 1, 0, 1, 0)}
    assert by_name(intake.ingest()) == {"a/x.txt": ("rejected", 1, 0, 1, 0), "b/x.txt": ("rejected", 1, 0, 1, 0)}


def test_extra_columns_are_kept_aside_per_file(intake):
    import polars as pl

    intake.deliver("accounts.csv", "account_id,account_name,mood\nA1,Acme,sunny\n")
    report = intake.ingest()
    assert report.files[0].extra_columns == "mood"
    assert report.warnings["reason"].to_list() == ["extra_columns"]
    assert pl.read_parquet(intake.paths.extra / "*.parquet").rows() == [(1, "sunny")]


def test_a_link_that_leads_out_of_the_folder_is_refused(intake, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(ACCOUNTS)
    (intake.extracts / "accounts.csv").symlink_to(secret)
    (intake.extracts / "tickets").symlink_to(tmp_path)
    report = intake.ingest()
    assert [f.status for f in report.files] == ["rejected", "rejected"]
    assert all("outside of the extracts folder" in f.message for f in report.files)
    assert intake.raw("accounts").is_empty()


def test_what_is_no_plain_file_is_not_opened(intake, by_name):
    os.mkfifo(intake.extracts / "messages.csv")
    assert by_name(intake.ingest()) == {"messages.csv": ("rejected", 0, 0, 0, 0)}


def test_names_of_any_bytes_are_escaped(intake):
    os.close(os.open(os.fsencode(intake.extracts) + b"/acc\xff\nounts.csv", os.O_CREAT))
    report = intake.ingest()
    assert report.files[0].source_file == "acc\\xff\\nounts.csv"
    assert report.files[0].status == "rejected"


def test_hidden_files_are_no_deliveries(intake):
    intake.deliver_all({".DS_Store": "x", ".git/config": "x", "accounts.csv": ACCOUNTS})
    assert [f.source_file for f in intake.ingest().files] == ["accounts.csv"]


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(intake, by_name, monkeypatch):
    from storage import delivery

    path = intake.deliver("accounts.csv", ACCOUNTS)
    hashed = delivery.hashlib.sha256

    def still_writing(data):
        with path.open("a") as file:
            file.write("A3,Gamma\n")
        return hashed(data)

    monkeypatch.setattr(delivery.hashlib, "sha256", still_writing)
    report = intake.ingest()
    assert by_name(report) == {"accounts.csv": ("deferred", 0, 0, 0, 0)}
    assert "changed while it was read" in report.files[0].message
    assert intake.files().is_empty()
    monkeypatch.undo()
    assert by_name(intake.ingest()) == {"accounts.csv": ("loaded", 3, 3, 0, 0)}


def test_a_time_to_come_does_not_move_the_newest_touch(intake):
    intake.deliver("messages.csv", MESSAGES + GOOD.format(1) + GOOD.format(2).replace("2025", "2099"))
    assert str(intake.ingest().newest_touch_at) == "2025-12-01 10:00:00+00:00"


def test_a_day_of_use_counts_at_its_end_and_deleted_rows_do_not(intake):
    intake.deliver("usage.csv", "account_id,metric,used_on,value\nA1,logins,2025-12-31,4\n")
    assert str(intake.ingest().newest_touch_at) == "2026-01-01 00:00:00+00:00"
    intake.deliver("tickets.csv", "ticket_id,created_at,is_deleted\nT1,2026-01-01T12:00:00Z,true\n")
    assert str(intake.ingest().newest_touch_at) == "2026-01-01 00:00:00+00:00"


def test_one_file_may_be_given_in_place_of_a_folder(intake, by_name):
    path = intake.deliver("accounts.csv", ACCOUNTS)
    intake.deliver("notes.txt", "x")
    assert by_name(intake.ingest(path)) == {"accounts.csv": ("loaded", 2, 2, 0, 0)}


def test_a_folder_that_is_not_there_or_holds_the_data_folder_is_refused(intake, tmp_path):
    with pytest.raises(FileNotFoundError, match="no extracts folder"):
        intake.ingest(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="lies inside"):
        intake.ingest(tmp_path)


def test_raw_can_be_read_before_anything_was_delivered(intake):
    from sources.contract import TABLES, raw_schema

    intake.ingest()
    for table in TABLES:
        assert dict(intake.raw(table).schema) == raw_schema(table)
    assert intake.files().is_empty()


def test_progress_is_told_file_by_file(intake):
    intake.deliver_all({"accounts.csv": ACCOUNTS, "messages.csv": MESSAGES})
    told = []
    intake.ingest(progress=lambda done, total, name: told.append((done, total, name)))
    assert told == [(0, 2, "accounts.csv"), (1, 2, "messages.csv"), (2, 2, "")]


@pytest.mark.parametrize("damage", ["removed", "emptied", "a page overwritten"])
def test_without_its_ledger_raw_is_left_alone_and_the_message_says_what_to_do(intake, damage):
    intake.deliver_all({"accounts.csv": ACCOUNTS})
    intake.ingest()
    paths = intake.paths
    before = {file: file.read_bytes() for file in paths.raw.rglob("*.parquet")}
    whole = paths.ledger.read_bytes()
    if damage == "removed":
        paths.ledger.unlink()
    else:
        paths.ledger.write_bytes(b"" if damage == "emptied" else whole[:4096] + b"\xff" * 4096 + whole[8192:])
    intake.deliver_all({"accounts.csv": ACCOUNTS + "A3,Gamma\n"})
    with pytest.raises(LedgerLost, match="backup"):
        intake.ingest()
    assert {file: file.read_bytes() for file in paths.raw.rglob("*.parquet")} == before
