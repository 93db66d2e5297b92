"""The company map and what is loaded already: the same map and files give the same raw rows, whatever came first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.map_text import MapError
from storage import accounting
from storage.ingest import ingest
from storage.layout import DataDir
from storage.ledger import BEING_READ, Ledger
from tests.examples import examples

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
FILES = {
    "people.csv": "person_id,account_id,role\nP1,A1,Anwender\nP2,A1,buyer\n",
    "copies/people.csv": "person_id,account_id,role\nP1,A1,Anwender\nP2,A1,buyer\n",
    "faelle.csv": "Fallnummer,Eingang,Fach\nF1,2025-07-01 08:00:00,x\nF2,2025-10-26 02:30:00,y\n",
    "tickets.csv": "ticket_id,created_at\nT1,2025-07-01 08:00:00\n",
}
OWN = """\
own_tables:
  {name}:
    table: {table}
    recognised_by: [Fallnummer]
    columns: {{Fallnummer: {key}, Eingang: {at}}}
{more}
"""
TICKETS = OWN.format(name="faelle", table="tickets", key="ticket_id", at="created_at", more="")
ZONED = TICKETS.rstrip() + "\n    time_zone: Europe/Berlin\nsources: {canonical: {roles: {Anwender: user}}}\n"
OTHER = OWN.format(
    name="faelle", table="events_calendar", key="event_id", at="starts_on",
    more="    constants: {name: Fall, kind: other, ends_on: 2025-12-31}",
)  # fmt: skip
TWO = ZONED.replace("own_tables:\n", "own_tables:\n" + TICKETS.removeprefix("own_tables:\n").replace("faelle", "noch"))
MAPS = ("", TICKETS, ZONED, OTHER, TWO)


def state(paths: DataDir) -> dict[str, list[tuple]]:
    """All raw rows, excluded rows, warnings and accounts but for the time they were loaded at."""
    files = pl.read_parquet(paths.files)
    assert accounting.unbalanced(files).is_empty()
    return {
        str(p.relative_to(paths.raw)): sorted(map(str, pl.read_parquet(p).drop("loaded_at", strict=False).rows()))
        for p in sorted(paths.raw.rglob("*.parquet"))
    }


def put_map(paths: DataDir, text: str) -> None:
    paths.root.mkdir(parents=True, exist_ok=True)
    paths.company_map.write_text(text, encoding="utf-8")


def deliver(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@examples(6)
@given(st.lists(st.sampled_from(range(len(MAPS))), min_size=1, max_size=3), st.sampled_from(range(len(MAPS))))
def test_whatever_maps_came_before_the_last_one_and_the_files_decide(tmp_path_factory, earlier, last):
    folder = tmp_path_factory.mktemp("maps")
    extracts = deliver(folder / "extracts")
    clean, changed = DataDir(folder / "clean"), DataDir(folder / "changed")
    put_map(clean, MAPS[last])
    ingest(extracts, clean.root, NOON)
    for day, at in enumerate([*earlier, last, last]):
        put_map(changed, MAPS[at])
        report = ingest(extracts, changed.root, NOON + timedelta(days=day))
        assert not [note for note in report.notes if "earlier company map" in note]
    assert state(changed) == state(clean)


def test_a_changed_map_reads_the_affected_files_again_and_no_others(intake):
    intake.deliver_all(FILES)
    put_map(intake.paths, TICKETS)
    intake.ingest()
    before = {p: p.stat().st_mtime_ns for p in intake.paths.raw.rglob("*.parquet") if p.parent.name != "raw"}
    put_map(intake.paths, TICKETS + "sources: {canonical: {roles: {Anwender: user}}}\n")
    report = intake.ingest(loaded_at=NOON + timedelta(days=1))
    after = {p: p.stat().st_mtime_ns for p in before}
    written = {p.parent.name for p in before if before[p] != after[p]}
    assert written == {"people", "excluded", "tickets"}
    assert intake.raw("people").select("person_id", "role").sort("person_id").rows() == [
        ("P1", "user"),
        ("P2", "buyer"),
    ]
    assert {f.source_file: f.status for f in report.files}["copies/people.csv"] in ("loaded", "duplicate")
    # the moment at which a file was first claimed stays
    assert set(intake.files()["loaded_at"]) == {NOON}
    own = next(
        p for p in before if p.parent.name == "tickets" and "faelle" in str(pl.read_parquet(p)["source"].to_list())
    )
    assert before[own] == after[own]


def test_a_file_that_is_not_delivered_again_keeps_its_rows_and_is_told(intake, tmp_path):
    intake.deliver_all(FILES)
    intake.ingest()
    put_map(intake.paths, "sources: {canonical: {roles: {Anwender: user}}}\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "accounts.csv").write_text("account_id,account_name\nA1,Acme\n")
    report = intake.ingest(elsewhere)
    (note,) = [n for n in report.notes if "earlier company map" in n]
    assert "deliver them again" in note
    assert "tickets.csv" in note
    assert intake.raw("people")["person_id"].to_list() == ["P2"]


def test_a_map_that_cannot_be_used_stops_before_anything_is_touched(intake):
    intake.deliver_all(FILES)
    put_map(intake.paths, TICKETS)
    intake.ingest()
    before = intake.everything()
    put_map(intake.paths, TICKETS.replace("Eingang: created_at", "Eingang: ticket_id"))
    with pytest.raises(
        MapError, match=r"company.yml line 5: own_tables.faelle.columns.Eingang: ticket_id is filled twice"
    ):
        intake.ingest()
    assert intake.everything() == before


def test_rows_that_were_being_replaced_when_a_process_died_are_believed_by_no_run(intake, tmp_path):
    intake.deliver_all(FILES)
    intake.ingest()
    ledger = Ledger(intake.paths.ledger)
    (loaded,) = [e for e in ledger.entries() if e.source_file == "tickets.csv"]
    ledger.record(type(loaded)(**{**loaded.__dict__, "map_sha256": BEING_READ}))
    ledger.close()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    report = ingest(elsewhere, intake.paths.root, NOON)
    assert intake.raw("tickets").is_empty()
    assert any("tickets.csv" in note for note in report.notes)
    assert accounting.unbalanced(intake.files())["source_file"].to_list() == ["tickets.csv"]
    intake.ingest()
    assert intake.raw("tickets").height == 1


def test_a_ledger_from_before_the_map_is_read_on(intake):
    import sqlite3

    intake.deliver_all(FILES)
    intake.ingest()
    connection = sqlite3.connect(intake.paths.ledger)
    connection.execute("alter table files drop column map_sha256")
    connection.close()
    before = intake.everything()
    intake.ingest(loaded_at=NOON + timedelta(days=1))
    assert intake.everything() == before


def test_when_a_rate_is_added_the_rows_that_had_none_are_read_again(tmp_path):
    extracts, data = tmp_path / "extracts", tmp_path / "data"
    extracts.mkdir()
    (extracts / "accounts.csv").write_text("account_id,account_name,arr_usd,currency\nA1,A,10,USD\nA2,B,20,eur\n")
    before = ingest(extracts, data, NOON, currencies=["USD"])
    assert before.excluded["reason"].to_list() == ["unknown_currency"]
    after = ingest(extracts, data, NOON + timedelta(days=1), currencies=["USD", "EUR"])
    (file,) = after.files
    assert (file.rows_read, file.rows_kept, file.rows_excluded) == (2, 2, 0)
    rows = pl.read_parquet(DataDir(data).raw_table("accounts") / "*.parquet")
    assert rows.sort("account_id").select("arr_usd", "currency").rows() == [(10.0, "USD"), (20.0, "eur")]
