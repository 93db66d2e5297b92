"""``jsi erase`` where no refresh has succeeded yet, and in a data folder that an earlier version wrote."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.erase import erase
from sources.contract import TABLES
from storage.identity import identity_key
from storage.ingest import ingest
from storage.labels import labels
from storage.layout import DataDir
from storage.person_rows import NoSuchPerson, find_person
from storage.proof import where_told
from storage.raw import delivered_files

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PEOPLE = "person_id,account_id,email,full_name\nann,A1,ann.arbor@example.com,Ann Arbor\nbob,A1,bob@example.com,Bob B\n"
MESSAGES = (
    "message_id,channel,author_kind,body,sent_at,account_id,person_id\n"
    "M1,email,customer,It broke,2026-09-01T10:00:00Z,A1,Ann.Arbor@example.com\n"
    "M2,email,customer,Ask Ann Arbor,2026-09-01T10:00:00Z,A1,bob\n"
)
SURVEYS = (
    "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,person_id,verbatim\n"
    "R1,nps,9,0,10,true,2026-01-01,ann,fine\nR2,nps,9,0,10,true,2026-01-01,bob,Ann Arbor helped\n"
)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory) -> Path:
    """The extracts and the data folder after they were taken in. To be copied, not changed."""
    folder = tmp_path_factory.mktemp("ingested")
    (folder / "extracts").mkdir()
    for name, text in (("people", PEOPLE), ("messages", MESSAGES), ("survey_responses", SURVEYS)):
        (folder / "extracts" / f"{name}.csv").write_text(text)
    ingest(folder / "extracts", folder / "data", NOW)
    return folder


@pytest.fixture
def paths(ingested, tmp_path, monkeypatch) -> DataDir:
    shutil.copytree(ingested, tmp_path, dirs_exist_ok=True)
    paths = DataDir(tmp_path / "data")
    monkeypatch.setenv("JSI_DATA_DIR", str(paths.root))
    return paths


def of_an_earlier_version(paths: DataDir) -> None:
    """As it was before surveys had a touchpoint and actions an owner."""
    for table, column in (("survey_responses", "touchpoint"), ("actions", "owner")):
        assert column in TABLES[table].column_names
        for path in [paths.raw_schema_file(table), *delivered_files(paths.raw_table(table))]:
            pl.read_parquet(path).drop(column).write_parquet(path)


def test_what_a_failed_first_refresh_left_behind_goes_and_the_proof_holds(paths):
    with duckdb.connect(str(paths.building)) as connection:
        connection.execute("create table stg_messages as select 'Ask Ann Arbor' as body")
    paths.building.with_name("building.duckdb.wal.tmp").write_text("Ann Arbor")
    pl.DataFrame({"who": ["Ann Arbor"]}).write_parquet(paths.insight("left"))
    pl.DataFrame({"word": ["Ann Arbor"]}).write_parquet(paths.words)
    pl.DataFrame({"record_id": ["from Ann Arbor"]}).write_parquet(paths.record_keys)
    (paths.raw_table("people") / ".left.parquet.123").write_bytes(b"PAR1 half")
    (paths.published / ".000001-2026-10-01").mkdir()
    pl.DataFrame({"who": ["Ann Arbor"]}).write_parquet(paths.published / ".000001-2026-10-01" / "fct_touches.parquet")
    person = find_person(paths, "ann")

    erased = erase(paths, "ann", NOW)

    assert erased.is_proven, erased
    assert where_told(paths, person) == []
    assert not paths.erasing.exists()
    assert list(paths.warehouse.iterdir()) == []
    # Recognised by the address, though no refresh had done so.
    assert erased.rows == {"messages": 1, "people": 1, "survey_responses": 1}
    assert set(pl.read_parquet(paths.person_keys)["person_id"]) == {"bob"}
    assert erase(paths, "bob", NOW).is_proven, "nobody else's erasure is held up"


@pytest.mark.parametrize(("person_id", "is_proven"), [("severity", True), ("frustration", True), ("annarbor", False)])
def test_an_id_that_the_platform_uses_as_a_word_is_not_looked_for_in_what_the_tools_keep(paths, person_id, is_proven):
    extracts = paths.root.parent / "extracts"
    (extracts / "people.csv").write_text(PEOPLE + f"{person_id},A1,,\n")
    ingest(extracts, paths.root, NOW)
    paths.published.mkdir(exist_ok=True)
    (paths.root / "left.json").write_text(f'{{"columns": ["{person_id}"]}}')
    erased = erase(paths, person_id, NOW)
    assert erased.rows == {"people": 1}
    assert erased.still_told == ([] if is_proven else ["left.json"])


def test_rows_that_an_earlier_version_wrote_are_brought_to_the_present_columns_first(paths):
    of_an_earlier_version(paths)
    done = CliRunner().invoke(app, ["erase", "--person", "ann"])
    assert done.exit_code == 0, done.output
    rows = pl.read_parquet(paths.raw_table("survey_responses") / "*.parquet")
    assert rows.select("response_id", "verbatim", "touchpoint").rows() == [("R2", "[erased] helped", None)]


def test_somebody_whom_nobody_knows_is_a_wrong_call_and_changes_no_list(paths):
    of_an_earlier_version(paths)
    done = CliRunner().invoke(app, ["erase", "--person", "nobody"])
    assert (done.exit_code, "check the id" in done.output) == (2, True)
    with pytest.raises(NoSuchPerson):
        erase(paths, "nobody", NOW)
    assert not paths.erasing.exists()
    assert identity_key(paths)
    assert erase(paths, "ann", NOW).is_proven


def test_labels_of_their_texts_go_with_the_file_that_brought_them_and_those_of_others_stay(paths):
    landed = paths.landing / "labels" / "labels-1.csv"
    landed.parent.mkdir(parents=True)
    rows = "M1,,-1,cat,2026-09-02T10:00:00Z\n,R1,1,cat,2026-09-02T10:00:00Z\nM2,,0,cat,2026-09-02T10:00:00Z\n"
    landed.write_text(f"message_id,response_id,label,labelled_by,labelled_at\n{rows}")
    erased = erase(paths, "ann", NOW)
    assert erased.is_proven, erased
    assert erased.rows["labels"] == 2
    assert erased.files_removed == ["labels/labels-1.csv"]
    assert labels(paths).select("record_id", "label").rows() == [("M2", 0)]
