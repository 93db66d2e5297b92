"""``jsi init``: a company's own shapes and words are proposed, asked, written and checked; nothing is overwritten."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import german_company
import polars as pl
import pytest
from typer.testing import CliRunner

from orchestration import init as company
from orchestration.cli import app
from orchestration.company_map import Question, look
from sources.catalog import company_map
from storage import accounting
from storage.ingest import ingest
from storage.layout import DATA_DIR_VARIABLE, DataDir

AT = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def paths(tmp_path) -> DataDir:
    return DataDir(tmp_path / "data")


@pytest.fixture
def german(tmp_path) -> Path:
    return german_company.write(tmp_path / "extracts")


def raw(paths: DataDir, table: str) -> pl.DataFrame:
    return pl.read_parquet(paths.raw_table(table) / "*.parquet")


def test_a_company_of_german_columns_and_its_own_words_gives_touches(paths, german):
    outcome = company.init(paths, german, ask=None)
    assert outcome.n_written == 7
    for zone in ("befragung", "nachrichten", "vorgaenge"):
        assert any(f"add 'time_zone' under own_tables.{zone}" in line for line in outcome.wrong)
    text = paths.company_map.read_text(encoding="utf-8")
    paths.company_map.write_text(
        text.replace("date_order: dmy", "date_order: dmy\n    time_zone: Europe/Berlin"), "utf-8"
    )
    report = ingest(german, paths.root, AT)
    assert {f.status for f in report.files} == {"loaded"}
    assert report.excluded.is_empty()
    assert accounting.unbalanced(pl.read_parquet(paths.files)).is_empty()
    assert report.newest_touch_at == datetime(2025, 7, 21, 10, tzinfo=UTC)
    messages = raw(paths, "messages").sort("message_id")
    assert messages.select("channel", "author_kind", "ticket_id").rows() == [
        ("email", "customer", "F1"),
        ("email", "agent", "F1"),
        ("call", "customer", "F2"),
    ]
    assert messages["sent_at"][0] == datetime(2025, 3, 31, 6, 15, tzinfo=UTC)
    assert messages["body"][0] == "Die Lieferung kam zu spät; ich bin enttäuscht"
    responses = raw(paths, "survey_responses").sort("response_id")
    assert responses.select("survey_type", "score", "scale_max").rows() == [("nps", 9.0, 10.0), ("nps", 3.0, 10.0)]
    tickets = raw(paths, "tickets").sort("ticket_id")
    assert tickets.select("priority", "topic").rows() == [("high", "Bestellwesen"), ("normal", "Störung")]
    assert raw(paths, "accounts").sort("account_id").select("account_name", "arr_usd").rows() == [
        ("Müller AG", 12500.5),
        ("Großhandel Jäger", 8000.0),
    ]
    stages = raw(paths, "stage_history").sort("account_id", "entered_at")["stage"].to_list()
    assert stages == ["purchase", "onboarding", "adoption"]
    roles = dict(raw(paths, "people").select("person_id", "role").rows())
    assert roles == {"P1": "buyer", "P2": "user", "P3": "executive", "501": "buyer", "502": None}


def test_a_second_call_writes_nothing_and_an_answer_of_ones_own_is_never_overwritten(paths, german):
    company.init(paths, german, ask=None)
    text = paths.company_map.read_text(encoding="utf-8")
    assert company.init(paths, german, ask=None).n_written == 0
    assert paths.company_map.read_text(encoding="utf-8") == text
    own = text.replace("Kundin: customer", "Kundin: bot   # our own answer").replace("        Fachanwender: user\n", "")
    paths.company_map.write_text("# our map\n" + own, encoding="utf-8")
    assert company.init(paths, german, ask=None).n_written == 1
    again = paths.company_map.read_text(encoding="utf-8")
    assert "Kundin: bot   # our own answer" in again
    assert again.startswith("# our map\n")
    assert "Fachanwender: user # 1 row of the sample; proposed, please check" in again


def test_answers_of_a_person_are_taken_and_what_is_left_open_stays_open(paths, german):
    seen: list[Question] = []

    def ask(question: Question):
        seen.append(question)
        if question.path[-1] == "time_zone":
            return "Europe/Berlin"
        return {"Hofnärrin": "none", "Leiterin Einkauf": None}.get(question.path[-1], question.proposal)

    outcome = company.init(paths, german, ask)
    assert len({q.path for q in seen}) == len(seen)
    assert [line for line in outcome.wrong if "time zone" in line] == []
    assert len(outcome.wrong) == 1
    assert "Leiterin Einkauf" in outcome.wrong[0]
    assert "Hofnärrin: none" in paths.company_map.read_text(encoding="utf-8")
    sample = look(german, company_map(paths.company_map.read_text(encoding="utf-8")))
    assert all(f.rows_kept == f.rows_read and f.fault is None for f in sample.files)


VENDORS = {
    "OpportunityHistory.csv": "OpportunityId,Opportunity.AccountId,StageName,CreatedDate\n"
    "O1,A1,Angebot,2025-01-01T00:00:00Z\nO2,A1,angebot ,2025-01-02T00:00:00Z\n"
    "O3,A1,Zielgruppe XY,2025-01-03T00:00:00Z\n",
    "Contact.csv": "Id,AccountId,LastName,Role__c\n1,A1,X,Geschäftsführung\n2,A1,Y,Hofnarr\n3,A1,Z,End User\n",
    "hubspot.csv": "Record ID,Survey type,Rating,Submission date\n1,Jahresumfrage,6,2025-01-01 10:00\n",
    "zendesk.csv": "id,requester_id,status,created_at,via_channel,_fivetran_synced\n"
    "1,2,open,2025-01-01 10:00:00,web,x\n",
    "history.csv": "company_id,name,value,source_id,timestamp\n"
    "7,lifecyclestage,Pilot,s,2025-01-01T00:00:00Z\n7,email,ann@example.org,s,2025-01-01T00:00:00Z\n",
    "tickets.csv": "ticket_id,created_at,topic\nT1,2025-01-01,Trial\nT2,2025-01-01,Lieferung\n",
    "broken.csv": "what,is,this\n1,2,3\n",
}


@pytest.fixture
def vendors(tmp_path) -> Path:
    folder = tmp_path / "vendors"
    folder.mkdir()
    for name, text in VENDORS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_what_the_map_does_not_answer_is_told_with_counts_and_proposals(vendors):
    sample = look(vendors, company_map(""), company.topics())
    found = {q.path: (q.n_rows, q.proposal, q.is_needed) for q in sample.questions}
    assert found == {
        ("sources", "salesforce", "stages", "Angebot"): (2, "purchase", True),
        ("sources", "salesforce", "stages", "Zielgruppe XY"): (1, None, True),
        ("sources", "salesforce", "roles", "Geschäftsführung"): (1, "executive", True),
        ("sources", "salesforce", "roles", "Hofnarr"): (1, None, True),
        ("sources", "hubspot", "surveys", "Jahresumfrage"): (1, None, True),
        ("sources", "hubspot", "stages", "Pilot"): (1, None, True),  # and no value of any other property
        ("sources", "hubspot", "time_zone"): (1, None, True),
        ("sources", "zendesk", "time_zone"): (1, "UTC", True),
        ("sources", "canonical", "touchpoints", "Lieferung"): (1, None, False),
    }
    by_name = {f.name: f for f in sample.files}
    assert by_name["broken.csv"].fault.startswith("no reader knows this file")
    assert by_name["OpportunityHistory.csv"].excluded == {"not_a_stage_change": 3}
    assert by_name["Contact.csv"].rows_kept == 3


def test_check_exits_1_with_the_sorted_list_of_what_is_wrong_and_the_line_to_edit(vendors, paths, monkeypatch):
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(paths.root))
    paths.create()
    paths.company_map.write_text(
        "sources:\n  hubspot:\n    time_zone: Europe/Berlin\n  salesforce:\n    stages:\n      Angebot: purchase\n"
    )
    done = CliRunner().invoke(app, ["init", str(vendors), "--check", "--json"])
    assert done.exit_code == 1, done.output
    wrong = json.loads(done.stdout)["wrong"]
    lines = [int(line.split(" line ")[1].split(":")[0]) for line in wrong]
    assert lines == sorted(lines)
    assert any(line.startswith("company.yml line 5: what is 'Zielgruppe XY'") for line in wrong)
    assert any(
        line.startswith("company.yml line 4: what is 'Hofnarr'") and "sources.salesforce.roles" in line
        for line in wrong
    )
    assert any("broken.csv: no reader knows this file" in line for line in wrong)
    assert not any("Lieferung" in line for line in wrong)
    assert not any("hubspot write times" in line for line in wrong)


def test_a_map_that_answers_everything_passes_the_check(vendors, paths, monkeypatch):
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(paths.root))
    (vendors / "broken.csv").unlink()
    assert CliRunner().invoke(app, ["init", str(vendors), "--yes", "--json"]).exit_code == 0
    text = paths.company_map.read_text(encoding="utf-8")
    text = text.replace("    stages:\n", "    stages:\n      Zielgruppe XY: none\n")
    text = text.replace("    roles:\n", "    roles:\n      Hofnarr: none\n")
    text += (
        "  hubspot:\n    time_zone: Europe/Berlin\n    surveys: {Jahresumfrage: none}\n    stages: {Pilot: adoption}\n"
    )
    paths.company_map.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["init", str(vendors), "--check"])
    assert done.exit_code == 0, done.output
    assert "The map answers everything" in done.output


def test_without_a_terminal_nothing_is_asked_and_a_bad_map_is_named(vendors, paths, monkeypatch):
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(paths.root))
    done = CliRunner().invoke(app, ["init", str(vendors)])
    assert done.exit_code == 2
    assert "--yes" in done.output
    paths.create()
    paths.company_map.write_text("sources: {salesforce: {time_zone: Mars/Olympus}}\n")
    for command in (["init", str(vendors), "--check"], ["init", str(vendors), "--yes"]):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 1
        assert "company.yml line 1: sources.salesforce.time_zone: there is no such time zone" in done.output
    assert CliRunner().invoke(app, ["ingest", str(vendors)]).exit_code == 2


def test_a_large_file_is_sampled_to_whole_rows(tmp_path, paths):
    from sources.inspection import SAMPLE_ROWS

    folder = tmp_path / "large"
    folder.mkdir()
    cell = '"two\nlines, one cell"'
    (folder / "messages.csv").write_text(
        "message_id,channel,author_kind,body,sent_at\n"
        + "".join(f"M{n},email,customer,{cell},2025-01-01\n" for n in range(SAMPLE_ROWS))
    )
    (file,) = look(folder, company_map("")).files
    assert not file.is_whole
    assert SAMPLE_ROWS / 2 - 2 <= file.rows_read == file.rows_kept <= SAMPLE_ROWS


SURVEYS = (
    "StartDate,EndDate,Status,Finished,RecordedDate,ResponseId,CSAT_ONBOARDING,NPS\n"
    "StartDate,EndDate,Status,Finished,RecordedDate,ResponseId,How was it?,Would you recommend us?\n"
    + ",".join(f'"{{""ImportId"":""{c}""}}"' for c in ("a", "b", "c", "d", "e", "f", "QID1", "QID2"))
    + "\n2026-01-01 10:00:00,2026-01-01 10:00:00,0,1,2026-01-01 10:00:00,R1,4,9\n"
)


def test_a_survey_whose_name_says_what_it_asks_about_is_proposed_and_counts_there(tmp_path, paths):
    folder = tmp_path / "surveys"
    folder.mkdir()
    (folder / "survey.csv").write_text(SURVEYS)
    outcome = company.init(paths, folder, ask=None)
    assert outcome.wrong == []
    assert "CSAT_ONBOARDING:\n        touchpoint: onboarding" in paths.company_map.read_text(encoding="utf-8")
    ingest(folder, paths.root, AT)
    assert raw(paths, "survey_responses").sort("survey_type")["touchpoint"].to_list() == ["onboarding", None]
    assert company.init(paths, folder, ask=None).n_written == 0


def test_a_touchpoint_that_the_policy_does_not_know_is_told_with_its_line(tmp_path, paths, monkeypatch):
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(paths.root))
    folder = tmp_path / "surveys"
    folder.mkdir()
    (folder / "survey.csv").write_text(SURVEYS)
    paths.create()
    own = "own_tables:\n  ours:\n    table: survey_responses\n    recognised_by: [Nr]\n    columns: {Nr: response_id}\n"
    ends = "survey_type: csat, score: 1, scale_min: 0, scale_max: 1, higher_is_better: true, answered_at: 2026-01-01"
    paths.company_map.write_text(
        "sources:\n  qualtrics:\n    surveys:\n      NPS:\n        touchpoint: kickoff\n"
        f"{own}    constants:\n      {{{ends}, touchpoint: trial}}\n"
    )
    done = CliRunner().invoke(app, ["init", str(folder), "--check", "--json"])
    assert done.exit_code == 1, done.output
    (wrong,) = json.loads(done.stdout)["wrong"]
    assert wrong.startswith("company.yml line 5: sources.qualtrics.surveys.NPS.touchpoint: the policy gives this")
    assert "implementation, onboarding, pre_sales" in wrong
    assert "or add survey/kickoff to policy_touchpoint_stages.csv" in wrong
