"""Consent fails closed: what nobody can read refuses, and where nobody can say whom it refuses, nothing is scored."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from models_nlp.eligibility import FEEDBACK, RECORDING, refusals
from orchestration.checks.raw import every_consent_was_read
from orchestration.resources import DataFolder
from storage.accounting import newest_versions
from storage.consents import unread_consents
from tests.unit.storage.conftest import NOON

HEADER = "person_id,purpose,recorded_at,state\n"


def consents(intake, *rows: str, name: str = "consents.csv", header: str = HEADER) -> pl.DataFrame:
    intake.deliver(name, header + "".join(f"{row}\n" for row in rows))
    intake.ingest()
    return pl.read_parquet(intake.paths.raw_table("consents") / "*.parquet")


def refused(rows: pl.DataFrame) -> set[tuple[str, str]]:
    return set(refusals(rows).select("person_id", "purpose").rows())


def warned(intake) -> list[tuple]:
    return pl.read_parquet(intake.paths.warnings).select("reason", "source_row").rows()


@pytest.mark.parametrize("word", ["withdrawn", "opt-out", "Opted_Out", "UNSUBSCRIBED", "revoked", "no", "false", "0"])
def test_vendors_words_for_no_refuse(intake, word):
    rows = consents(intake, f"ann,feedback_analysis,2026-01-01,{word}")
    assert refused(rows) == {("ann", FEEDBACK)}
    assert warned(intake) == []


@pytest.mark.parametrize("word", ["granted", "Opt-in", "opted in", "yes", "TRUE", "1", "given"])
def test_vendors_words_for_yes_agree(intake, word):
    rows = consents(intake, f"ann,Feedback Analysis,2026-01-01,{word}")
    assert rows.select("purpose", "state").rows() == [(FEEDBACK, "granted")]
    assert warned(intake) == []


@pytest.mark.parametrize("word", ["", "pending", "gelöscht", "2"])
def test_a_state_on_no_list_refuses_and_is_told(intake, word):
    rows = consents(intake, "ann,feedback_analysis,2026-01-01,granted", f"ann,feedback_analysis,2026-02-01,{word}")
    assert refused(rows) == {("ann", FEEDBACK)}
    assert warned(intake) == [("unknown_state", 2)]
    assert unread_consents(intake.paths).is_empty()


@pytest.mark.parametrize("purpose", ["", "everything"])
def test_a_refusal_of_an_unknown_purpose_refuses_all_and_an_agreement_to_it_is_left_out(intake, purpose):
    rows = consents(intake, f"ann,{purpose},2026-01-01,withdrawn", f"bob,{purpose},2026-01-01,granted")
    assert refused(rows) == {("ann", FEEDBACK), ("ann", RECORDING)}
    assert rows.select("source_row", "is_derived").sort("is_derived").rows() == [(1, False), (1, True)]
    assert intake.excluded()["reason"].to_list() == ["other_purpose"]
    assert unread_consents(intake.paths).is_empty()


@pytest.mark.parametrize(
    "row", ["ann,feedback_analysis,last week,denied", "ann,feedback_analysis,,denied", "ann,denied"]
)
def test_a_row_that_cannot_be_taken_stops_the_refresh_until_the_file_is_mended(intake, row):
    consents(intake, row, "bob,feedback_analysis,2026-01-01,granted")
    check = every_consent_was_read(DataFolder(root=str(intake.paths.root)))
    assert not check.passed
    (told,) = unread_consents(intake.paths)["message"]
    assert told.startswith("consents.csv row 1: ")
    assert "deliver the file again under the same name" in told
    assert "ann" not in told
    intake.deliver("consents.csv", HEADER + "ann,feedback_analysis,2026-01-01,denied\n")
    intake.ingest(loaded_at=NOON + timedelta(days=1))
    assert every_consent_was_read(DataFolder(root=str(intake.paths.root))).passed


def test_a_persons_address_in_a_files_name_is_not_told(intake):
    consents(intake, "ann,feedback_analysis,never,denied", name="consents ann.arbor@example.com.csv")
    check = every_consent_was_read(DataFolder(root=str(intake.paths.root)))
    assert not check.passed
    assert "[email]" in str(check.metadata)
    assert "ann.arbor" not in str(check.metadata)


def test_a_file_without_a_state_stops_the_refresh(intake):
    consents(intake, "ann,feedback_analysis,2026-01-01", header="person_id,purpose,recorded_at\n")
    assert every_consent_was_read(DataFolder(root=str(intake.paths.root))).passed is False
    assert unread_consents(intake.paths)["source_file"].to_list() == ["consents.csv"]


def test_a_file_that_was_set_aside_is_cleared_by_one_of_its_name_that_holds_only_a_header(intake):
    consents(intake, "ann,feedback_analysis,2026-01-01", header="person_id,purpose,recorded_at\n")
    assert not unread_consents(intake.paths).is_empty()
    intake.deliver("consents.csv", HEADER)
    intake.ingest(loaded_at=NOON + timedelta(days=1))
    assert unread_consents(intake.paths).is_empty()


def test_a_row_that_names_nobody_stops_nothing(intake):
    consents(intake, ",feedback_analysis,2026-01-01,denied")
    assert unread_consents(intake.paths).is_empty()


def test_a_table_of_the_companys_own_is_judged_alike(intake):
    intake.paths.create()
    intake.paths.company_map.write_text(
        "own_tables:\n  agreements:\n    table: consents\n    recognised_by: [who, said]\n"
        "    columns: {who: person_id, said: state, since: recorded_at}\n"
        "    constants: {purpose: feedback_analysis}\n"
    )
    intake.deliver("x.csv", "who,said,since\nann,opt-out,2026-01-01\nbob,yes,never\n")
    intake.ingest()
    assert refused(pl.read_parquet(intake.paths.raw_table("consents") / "*.parquet")) == {("ann", FEEDBACK)}
    assert unread_consents(intake.paths)["source_file"].to_list() == ["x.csv"]


PEOPLE = "person_id,account_id,email,full_name,valid_from,updated_at\n"


def test_a_refusal_for_a_number_that_only_a_vendor_gives_stops_the_refresh_until_it_says_whose(intake):
    intake.deliver("people.csv", PEOPLE + "zendesk:5,a,,Ann,2026-01-01,2026-01-01\n7,a,,Bob,2026-01-01,2026-01-01\n")
    consents(intake, "5,feedback_analysis,2026-01-01,denied", "7,feedback_analysis,2026-01-01,denied")
    (told,) = unread_consents(intake.paths)["message"]
    assert told.startswith("consents.csv row 1: refuses for an id that only stands elsewhere with a vendor's name")
    assert "(zendesk)" in told
    intake.deliver("consents.csv", HEADER + "zendesk:5,feedback_analysis,2026-01-01,denied\n")
    intake.ingest(loaded_at=NOON + timedelta(days=1))
    assert unread_consents(intake.paths).is_empty()


def test_a_refusal_for_a_number_of_ones_own_goes_through_once_a_row_of_people_says_that_there_is_such_a_person(intake):
    """The operator's way out, where the system that numbers people has not delivered that one yet."""
    intake.deliver("people.csv", PEOPLE + "zendesk:5,a,,Ann,2026-01-01,2026-01-01\n")
    consents(intake, "5,feedback_analysis,2026-01-01,denied")
    (told,) = unread_consents(intake.paths)["message"]
    assert "name them in a people.csv: the id alone does" in told
    intake.deliver("of_our_own/people.csv", "person_id,account_id\n5,\n")
    intake.ingest(loaded_at=NOON + timedelta(days=1))
    assert unread_consents(intake.paths).is_empty()
    assert refused(pl.read_parquet(intake.paths.raw_table("consents") / "*.parquet")) == {("5", FEEDBACK)}
    # When the CRM knows them at last, its row is the one that counts.
    intake.deliver("later/people.csv", PEOPLE + "5,b,,Bea,,2026-01-02\n")
    intake.ingest(loaded_at=NOON + timedelta(days=2))
    told = newest_versions(intake.paths, "people", ("person_id", "account_id"))
    assert dict(told.select("person_id", "account_id").iter_rows()) == {"5": "b", "zendesk:5": "a"}


@pytest.mark.parametrize("row", ["5,feedback_analysis,2026-01-01,granted", "6,feedback_analysis,2026-01-01,denied"])
def test_an_agreement_or_a_refusal_of_somebody_nobody_knows_stops_nothing(intake, row):
    intake.deliver("people.csv", PEOPLE + "zendesk:5,a,,Ann,2026-01-01,2026-01-01\n")
    consents(intake, row)
    assert unread_consents(intake.paths).is_empty()


def test_a_refusal_that_was_deleted_stops_nothing(intake):
    intake.deliver("people.csv", PEOPLE + "zendesk:5,a,,Ann,2026-01-01,2026-01-01\n")
    header = "person_id,purpose,recorded_at,state,is_deleted\n"
    consents(intake, "5,feedback_analysis,2026-01-01,denied,true", header=header)
    assert unread_consents(intake.paths).is_empty()
