"""Erasing a person from raw and scored, with the accounts right before and after, also after kill -9."""

from __future__ import annotations

import gzip
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from storage.accounting import unbalanced
from storage.erasure import erase_rows, person_of
from storage.identity import identity_key
from storage.ingest import ingest
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.person_rows import find_person
from storage.proof import where_told
from storage.resolution import read_policy, write_identities
from storage.suppression import suppress

AT = "2026-10-01T00:00:00+00:00"
LOADED_AT = datetime(2026, 10, 1, tzinfo=UTC)
CHECKOUT = Path(__file__).resolve().parents[3]
SEEDS = CHECKOUT / "dbt_project" / "seeds"

FILES = {
    "people.csv": "person_id,account_id,email,full_name,merged_into,valid_from\n"
    "ann,A1,ann.arbor@example.com,Ann Arbor,,2026-01-01\n"
    "ann-old,A1,a.arbor@example.org,,ann,2026-01-01\n"
    "bob,A1,bob@example.com,Bob Mills,,2026-01-01\n",
    "tickets.csv": "ticket_id,account_id,person_id,created_at\nT1,A1,ann-old,2026-09-01\nT2,A1,bob,2026-09-01\n",
    "messages.csv": "message_id,channel,author_kind,body,sent_at,account_id,person_id,ticket_id,note\n"
    "M1,ticket,customer,It broke,2026-09-01T10:00:00Z,A1,,T1,\n"
    "M2,ticket,agent,Hello Ann,2026-09-01T11:00:00Z,A1,,T1,\n"
    "M3,ticket,customer,Ask ann arbor about it,2026-09-01T10:00:00Z,A1,bob,T2,seen by ann.arbor@example.com\n"
    "M4,email,customer,Thanks,2026-09-01T10:00:00Z,A1,ann,,\n",
    "usage.csv": "account_id,person_id,metric,used_on,value\nA1,ann,logins,2026-09-01,3\nA1,,logins,2026-09-01,9\n",
}


@pytest.fixture(scope="module")
def ingested(tmp_path_factory) -> Path:
    """The extracts and the data folder after they were taken in. To be copied, not changed."""
    folder = tmp_path_factory.mktemp("ingested")
    (folder / "extracts").mkdir()
    for name, text in FILES.items():
        (folder / "extracts" / name).write_text(text)
    ingest(folder / "extracts", folder / "data", LOADED_AT)
    return folder


@pytest.fixture
def extracts(ingested, tmp_path) -> Path:
    return Path(shutil.copytree(ingested / "extracts", tmp_path / "extracts"))


@pytest.fixture
def paths(ingested, extracts, tmp_path) -> DataDir:
    return DataDir(shutil.copytree(ingested / "data", tmp_path / "data"))


def ids_in(paths: DataDir, table: str, column: str) -> set:
    return set(pl.read_parquet(paths.raw_table(table) / "*.parquet")[column].drop_nulls())


def erase(paths: DataDir, person_id: str):
    ledger, key = Ledger(paths.ledger), identity_key(paths)
    try:
        person = person_of(paths, ledger, person_id, key)
        suppress(paths, ledger, person, key, AT)
        return person, erase_rows(paths, ledger, person)
    finally:
        ledger.close()


def test_a_person_is_all_the_ids_that_merges_make_one(paths):
    person = find_person(paths, "ann")
    assert person.ids == {"ann", "ann-old"}
    assert "Ann Arbor" in person.marks
    assert "ann.arbor@example.com" in person.marks
    assert find_person(paths, "ann-old") == person


def test_a_person_is_also_the_ids_that_the_last_refresh_recognised_by_their_address(paths, extracts):
    (extracts / "usage").mkdir()
    used = "person_id,metric,used_on,value\nAnn.Arbor@example.com,logins,2026-09-02,1\n"
    (extracts / "usage" / "persons.csv").write_text(used)
    ingest(extracts, paths.root, LOADED_AT)
    write_identities(paths, identity_key(paths), read_policy(SEEDS, LOADED_AT))
    everyone = {"ann", "ann-old", "Ann.Arbor@example.com"}
    assert find_person(paths, "Ann.Arbor@example.com").ids == find_person(paths, "ann").ids == everyone


def test_an_id_that_no_row_names_is_refused(paths):
    with pytest.raises(LookupError, match="check the id"):
        find_person(paths, "nobody")


def test_what_they_wrote_and_what_was_said_to_them_goes_and_others_stay(paths):
    _, removed = erase(paths, "ann")
    assert removed.rows == {"people": 2, "tickets": 1, "messages": 3, "usage": 1}
    assert ids_in(paths, "messages", "message_id") == {"M3"}
    assert ids_in(paths, "tickets", "ticket_id") == {"T2"}
    assert ids_in(paths, "people", "person_id") == {"bob"}
    assert pl.read_parquet(paths.raw_table("usage") / "*.parquet").height == 1


def test_their_name_is_blanked_in_what_others_wrote(paths):
    erase(paths, "ann")
    assert ids_in(paths, "messages", "body") == {"Ask [erased] about it"}
    extra = pl.concat([pl.read_parquet(p) for p in paths.extra.glob("*.parquet")])
    assert extra["note"].drop_nulls().to_list() == ["seen by [erased]"]


def test_every_row_stays_accounted_for(paths):
    before = pl.read_parquet(paths.files)["rows_read"].sum()
    erase(paths, "ann")
    files = pl.read_parquet(paths.files)
    assert unbalanced(files).is_empty()
    assert files["rows_read"].sum() == before
    excluded = pl.read_parquet(paths.excluded / "*.parquet").filter(reason="erased")
    assert excluded.height == files["rows_excluded"].sum() == 7


def test_no_file_tells_them_afterwards(paths):
    person = find_person(paths, "ann")
    assert "raw/people" in {str(Path(f).parent) for f in where_told(paths, person)}
    erase(paths, "ann")
    assert where_told(paths, person) == []


def test_a_later_delivery_does_not_bring_them_back(paths, extracts):
    erase(paths, "ann")
    for name, text in FILES.items():
        (extracts / name).write_text(text.replace("2026-09-01T10", "2026-09-02T10") + "\n")
    report = ingest(extracts, paths.root, LOADED_AT)
    assert "ann" not in ids_in(paths, "people", "person_id")
    assert ids_in(paths, "messages", "message_id") == {"M3"}
    assert unbalanced(pl.read_parquet(paths.files)).is_empty()
    assert "erased" in set(report.excluded["reason"])


def test_erasing_again_before_the_proof_changes_nothing(paths):
    erase(paths, "ann")
    before = pl.read_parquet(paths.files)
    _, removed = erase(paths, "ann")
    assert removed.rows == {}
    assert pl.read_parquet(paths.files).equals(before)


def test_after_the_proof_nobody_is_left_to_erase(paths):
    erase(paths, "ann")
    paths.erasing.unlink()
    with pytest.raises(LookupError, match="erased before"):
        erase(paths, "ann")


def test_people_whose_ids_names_or_addresses_look_alike_are_untouched(extracts, tmp_path):
    (extracts / "people.csv").write_text(
        "person_id,account_id,email,full_name\n100001,A1,ann@x.com,Ann Lee\n1000010,A1,joann@x.com,Joann Leeds\n"
        "x-100001,A1,mann@x.com,Mann Leeson\n"
    )
    ingest(extracts, tmp_path / "data", LOADED_AT)
    paths = DataDir(tmp_path / "data")
    erase(paths, "100001")
    people = pl.read_parquet(paths.raw_table("people") / "*.parquet").sort("person_id")
    assert people["person_id"].to_list() == ["1000010", "x-100001"]
    assert people["email"].to_list() == ["joann@x.com", "mann@x.com"]
    assert people["full_name"].to_list() == ["Joann Leeds", "Mann Leeson"]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"seen,ANN ARBOR,"),
        b'{"name": "Ann Arb\\u006fr"}',
        "\ufeffid,name\n1,Ann Arbor\n".encode("utf-16-le"),
        b'[{"id": "ann"}]',
        b"id\nann\n",
    ],
    ids=["packed and in capitals", "an escaped letter", "two bytes a letter", "an id in JSON", "an id in a table"],
)
def test_the_proof_sees_a_person_in_every_coat(paths, content):
    person = find_person(paths, "ann")
    erase(paths, "ann")
    (paths.landing / "late.bin").write_bytes(content)
    assert where_told(paths, person) == ["landing/late.bin"]


def test_a_response_known_by_its_invitation_does_not_come_back(extracts, tmp_path):
    (extracts / "invitations.csv").write_text("invitation_id,survey_type,person_id,invited_at\nI1,nps,ann,2026-09-01\n")
    answer = "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,invitation_id,verbatim\n"
    (extracts / "survey_responses.csv").write_text(answer + "R1,nps,3,0,10,true,2026-09-02,I1,late again\n")
    ingest(extracts, tmp_path / "data", LOADED_AT)
    paths = DataDir(tmp_path / "data")
    _, removed = erase(paths, "ann")
    assert removed.rows["survey_responses"] == 1
    (extracts / "survey_responses.csv").write_text(answer + "R1,nps,3,0,10,true,2026-09-03,,late again\n")
    ingest(extracts, paths.root, LOADED_AT)
    assert ids_in(paths, "survey_responses", "response_id") == set()


# The first, one between and the last table; the others, which take the same way, in the campaign.
@pytest.mark.parametrize("nth", [n if n in (1, 4, 8) else pytest.param(n, marks=pytest.mark.slow) for n in range(1, 9)])
def test_killed_between_two_tables_and_called_again_finishes(paths, nth):
    program = (
        "import sys; from pathlib import Path; from storage.layout import DataDir; from storage.ledger import Ledger;"
        "from storage.erasure import erase_rows, person_of; from storage.suppression import suppress;"
        "from storage.identity import identity_key;"
        "paths = DataDir(Path(sys.argv[1])); ledger = Ledger(paths.ledger); key = identity_key(paths);"
        "person = person_of(paths, ledger, 'ann', key); suppress(paths, ledger, person, key, '2026');"
        "erase_rows(paths, ledger, person)"
    )
    environ = {"PATH": "/usr/bin:/bin", "JSI_FAIL_AT": f"erase_after_table:{nth}"}
    call = [sys.executable, "-c", program, str(paths.root)]
    person = find_person(paths, "ann")
    assert subprocess.run(call, cwd=CHECKOUT, env=environ, check=False).returncode == -signal.SIGKILL
    erase(paths, "ann")
    assert where_told(paths, person) == []
    assert ids_in(paths, "messages", "message_id") == {"M3"}
    assert pl.concat([pl.read_parquet(p) for p in paths.extra.glob("*.parquet")])["note"].null_count() == 0
    assert unbalanced(pl.read_parquet(paths.files)).is_empty()


def test_the_audit_trail_tells_the_act_and_not_the_person(paths):
    ledger = Ledger(paths.ledger)
    ledger.record_act("1", AT, "erase a person", "{}")
    assert ledger.acts() == [("1", AT, "erase a person", "{}")]
    ledger.close()
    erase(paths, "ann")
    assert b"ann" not in paths.ledger.read_bytes()
