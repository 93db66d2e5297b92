"""A company's own tables, and its own words, columns and encodings in vendors' exports."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from sources.catalog import company_map, read_bytes
from sources.errors import WrongShape

MAP = """\
own_tables:
  faelle:
    table: tickets
    recognised_by: [Fallnummer, Eröffnet am]
    separator: semicolon
    decimal: comma
    date_order: dmy
    encoding: cp1252
    time_zone: Europe/Berlin
    columns:
      Fallnummer: ticket_id
      Eröffnet am: created_at
      Kunde: account_id
      Dringlichkeit: priority
      Wiederöffnungen: n_reopens
      Eskaliert: is_escalated
    values:
      priority: {hoch: high, mittel: normal, egal: none}
      is_escalated: {ja: true, nein: false}
  umfrage:
    table: survey_responses
    recognised_by: [Antwort, Weiterempfehlung]
    columns: {Antwort: response_id, Weiterempfehlung: score, Am: answered_at}
    constants: {survey_type: nps, scale_min: 0, scale_max: 10, higher_is_better: true}
"""
HEADER = "Fallnummer;Eröffnet am;Kunde;Dringlichkeit;Wiederöffnungen;Eskaliert;topic\n"


def faelle(*rows: str) -> bytes:
    return (HEADER + "".join(f"{row}\n" for row in rows)).encode("cp1252")


def read(data: bytes, name: str = "export.csv", text: str = MAP):
    return read_bytes(data, name, company=company_map(text))


def test_columns_words_numbers_dates_and_encoding_are_read_as_declared():
    extract = read(
        faelle(
            "F1;31.12.2025 14:05;K1;Hoch;1.234,5;ja;Rechnung",
            'F2;1.7.2025 8:00:30;"K;2";egal;0;nein;',
            "F3;2.7.2025;Käufer;mittel;;;",
        )
    )
    assert extract.source == "faelle"
    rows = extract.tables["tickets"].select(
        "ticket_id", "account_id", "created_at", "priority", "n_reopens", "is_escalated", "topic"
    )
    assert rows.rows() == [
        ("F1", "K1", datetime(2025, 12, 31, 13, 5, tzinfo=UTC), "high", 1234.5, True, None),
        ("F2", "K;2", datetime(2025, 7, 1, 6, 0, 30, tzinfo=UTC), None, 0.0, False, None),
        ("F3", "Käufer", datetime(2025, 7, 1, 22, tzinfo=UTC), "normal", None, None, None),
    ]


def test_a_column_that_is_not_mapped_is_kept_aside_even_under_a_name_of_ours():
    extract = read(faelle("F1;31.12.2025;K1;hoch;0;ja;Rechnung"))
    assert extract.extra_columns == ["topic in the file"]
    assert extract.extra["topic in the file"].to_list() == ["Rechnung"]


def test_what_is_not_written_as_declared_is_excluded_and_never_guessed():
    extract = read(
        faelle(
            "F1;31.12.2025;K1;dringend;0;ja;",
            "F2;12.31.2025;K1;hoch;0;ja;",
            "F3;2025-12-31T10:00:00Z;K1;hoch;1.5;ja;",
            "F4;31.12.2025;K1;hoch;0;vielleicht;",
            "F5;31.12.2025;K1;hoch;0",
            "F6;2025-12-31T10:00:00Z;K1;hoch;15;ja;",
        )
    )
    assert extract.tables["tickets"]["ticket_id"].to_list() == ["F6"]
    assert extract.excluded.select("source_row", "column_name", "reason").rows() == [
        (1, "priority", "not_allowed"),
        (2, "created_at", "wrong_type"),
        (3, "n_reopens", "wrong_type"),
        (4, "is_escalated", "wrong_type"),
        (5, None, "ragged_row"),
    ]
    assert "separator" in extract.excluded["message"][4]


def test_constants_fill_what_the_file_does_not_say():
    extract = read(b"Antwort,Weiterempfehlung,Am\nR1,9,2025-12-31\nR2,11,2025-12-31\n")
    columns = ("response_id", "survey_type", "score", "scale_min", "scale_max", "higher_is_better")
    assert extract.tables["survey_responses"].select(columns).rows() == [("R1", "nps", 9.0, 0.0, 10.0, True)]
    assert extract.excluded["reason"].to_list() == ["out_of_range"]


def test_the_same_table_as_json_lines_parquet_and_packed():
    rows = [{"Antwort": "R1", "Weiterempfehlung": "9", "Am": "2025-12-31", "Filiale": "Köln"}]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    parquet = io.BytesIO()
    pl.DataFrame(rows).with_columns(
        pl.col("Am").str.to_date(), pl.col("Weiterempfehlung").cast(pl.Int64)
    ).write_parquet(parquet)
    for data, name in ((lines, "x.jsonl"), (gzip.compress(lines), "x.jsonl.gz"), (parquet.getvalue(), "x.parquet")):
        extract = read(data, name)
        found = extract.tables["survey_responses"].select("response_id", "score", "answered_at").row(0)
        assert found == ("R1", 9.0, datetime(2025, 12, 31, tzinfo=UTC))
        assert extract.extra_columns == ["Filiale"]


def test_a_file_that_two_readers_know_is_an_error_that_names_both():
    twice = (
        MAP
        + "  umfragen_alt:\n    table: survey_responses\n    recognised_by: [Antwort]\n    columns: "
        + (
            "{Antwort: response_id, Weiterempfehlung: score, Am: answered_at}\n"
            "    constants: {survey_type: nps, scale_min: 0, scale_max: 10, higher_is_better: true}\n"
        )
    )
    with pytest.raises(WrongShape, match="umfrage and umfragen_alt both know this file") as told:
        read(b"Antwort,Weiterempfehlung,Am\nR1,9,2025-12-31\n", text=twice)
    assert told.value.reason == "ambiguous"
    columns = "{Id: person_id, AccountId: account_id}"
    vendors = f"own_tables: {{konten: {{table: people, recognised_by: [Id, LastName], columns: {columns}}}}}"
    with pytest.raises(WrongShape, match="salesforce and konten both know this file"):
        read(b"Id,AccountId,LastName,IsDeleted\n1,2,3,false\n", text=vendors)


def test_a_column_that_the_map_needs_and_the_file_lacks_is_named_with_the_map():
    with pytest.raises(WrongShape, match=r"no column Am, which own_tables.umfrage of company.yml maps"):
        read(b"Antwort,Weiterempfehlung\nR1,9\n")
    without_optional = HEADER.replace(";Kunde", "") + "F1;31.12.2025;hoch;0;ja;\n"
    assert read(without_optional.encode("cp1252")).tables["tickets"]["account_id"].to_list() == [None]


def test_a_file_in_another_encoding_than_declared_is_not_taken_for_its_source():
    with pytest.raises(WrongShape):
        read(faelle("F1;31.12.2025;K1;hoch;0;ja;").decode("cp1252").encode("utf-16-le"))
    marked = b"\xef\xbb\xbf" + HEADER.encode() + "F1;31.12.2025;Käufer;hoch;0;ja;\n".encode()
    assert read(marked).tables["tickets"]["account_id"].to_list() == ["Käufer"]


SALESFORCE = """\
sources:
  salesforce:
    encoding: cp1252
    fields: {Jahresumsatz__c: ARR__c, Kundenphase__c: Journey_Stage__c, Funktion__c: Role__c}
    stages: {Einführung: onboarding, Closed Won: none, Angebot: purchase}
    roles: {Geschäftsführung: executive, Decision Maker: none}
"""


def test_own_fields_stages_and_roles_of_a_crm():
    accounts = "Id,Name,ParentId,Jahresumsatz__c\n001,Müller AG,,1200\n".encode("cp1252")
    assert read(accounts, text=SALESFORCE).tables["accounts"].select("account_name", "arr_usd").rows() == [
        ("Müller AG", 1200.0)
    ]
    contacts = "Id,AccountId,LastName,Funktion__c\n1,A,X,geschäftsführung \n2,A,Y,Decision Maker\n3,A,Z,Procurement\n"
    people = read(contacts.encode("cp1252"), text=SALESFORCE).tables["people"]
    assert people.select("person_id", "role").rows() == [("1", "executive"), ("2", None), ("3", "buyer")]
    history = (
        "AccountId,Field,NewValue,CreatedDate\nA,Kundenphase__c,Einführung,2025-01-01T00:00:00Z\n"
        "A,Kundenphase__c,Unbekannt,2025-02-01T00:00:00Z\nA,Owner,Einführung,2025-02-01T00:00:00Z\n"
    )
    extract = read(history.encode("cp1252"), text=SALESFORCE)
    assert extract.tables["stage_history"]["stage"].to_list() == ["onboarding"]
    assert extract.excluded["reason"].to_list() == ["not_allowed", "not_a_stage_change"]
    steps = (
        "OpportunityId,Opportunity.AccountId,StageName,CreatedDate\nO,A,Angebot,2025-01-01T00:00:00Z\n"
        "O,A,Closed Won,2025-02-01T00:00:00Z\nO,A,Prospecting,2025-03-01T00:00:00Z\n"
    )
    extract = read(steps.encode("cp1252"), text=SALESFORCE)
    assert extract.tables["stage_history"]["stage"].to_list() == ["purchase", "awareness"]


HUBSPOT = """\
sources:
  hubspot:
    fields: {Datensatz-ID: Record ID, Unternehmensname: Company name, Rolle: Buying role}
    stages: {Pilotkunde: adoption, "10472": renewal, customer: none}
    roles: {Einkäufer: buyer}
    surveys: {Jahresumfrage: {kind: csat, scale: [1, 6], best: low}}
    touchpoints: {Abrechnung: purchase}
"""


def test_a_localised_view_of_hubspot_and_its_own_stages_roles_and_surveys():
    companies = "Datensatz-ID,Unternehmensname,hs_v2_date_entered_10472\n7,Müller AG,2025-01-01T00:00:00Z\n"
    extract = read(companies.encode(), text=HUBSPOT)
    assert extract.source == "hubspot"
    assert extract.tables["accounts"]["account_name"].to_list() == ["Müller AG"]
    assert extract.tables["stage_history"]["stage"].to_list() == ["renewal"]
    contacts = "Datensatz-ID,First Name,Email,Rolle\n1,A,a@example.org,Blogger;Einkäufer\n2,B,b@example.org,end user\n"
    assert read(contacts.encode(), text=HUBSPOT).tables["people"]["role"].to_list() == ["buyer", "user"]
    history = (
        "company_id,name,value,source_id,timestamp\nC,lifecyclestage,Pilotkunde,s,2025-01-01T00:00:00Z\n"
        "C,lifecyclestage,customer,s,2025-02-01T00:00:00Z\nC,lifecyclestage,lead,s,2025-03-01T00:00:00Z\n"
    )
    assert read(history.encode(), text=HUBSPOT).tables["stage_history"]["stage"].to_list() == ["adoption", "awareness"]
    answers = (
        "Record ID,Survey type,Rating,Submission date\n1,Jahresumfrage,6,2025-01-01T00:00:00Z\n"
        "2,NPS,10,2025-01-01T00:00:00Z\n"
    )
    found = read(answers.encode(), text=HUBSPOT).tables["survey_responses"]
    assert found.select("survey_type", "score", "scale_min", "scale_max", "higher_is_better").rows() == [
        ("csat", 6.0, 1.0, 6.0, False),
        ("nps", 10.0, 0.0, 10.0, True),
    ]
    tickets = "Record ID,Ticket name,Ticket status,Create date,Category\n1,x,New,2025-01-01T00:00:00Z,Abrechnung\n"
    assert read(tickets.encode(), text=HUBSPOT).tables["tickets"]["topic"].to_list() == ["purchase"]


def test_words_of_canonical_files_are_mapped_too():
    text = "sources: {canonical: {roles: {Anwender: user}, stages: {Nutzung: adoption, Pause: none}}}"
    people = read(b"person_id,account_id,role\nP1,A,Anwender\nP2,A,Buyer\n", "people.csv", text)
    assert people.tables["people"]["role"].to_list() == ["user", "buyer"]
    stages = b"account_id,stage,entered_at\nA,NUTZUNG,2025-01-01\nA,Pause,2025-02-01\n"
    extract = read(stages, "stage_history.csv", text)
    assert extract.tables["stage_history"]["entered_at"].dt.date().to_list() == [date(2025, 1, 1)]
    assert extract.excluded["reason"].to_list() == ["missing_value"]
