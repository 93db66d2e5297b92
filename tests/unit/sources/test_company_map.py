"""The company map: what it declares, and a clear message with its line for everything that cannot be meant."""

from __future__ import annotations

import pytest

from sources import catalog
from sources.catalog import company_map
from sources.company_map import EMPTY
from sources.contract import ROLES, STAGES, SURVEY_TYPES
from sources.map_text import MapError

GOOD = """\
sources:
  salesforce:
    encoding: cp1252
    time_zone: Europe/Berlin
    fold: first
    fields: {Umsatz__c: ARR__c}
    stages: {Angebot: purchase, No: none, 2: adoption}
    roles: {Einkauf: buyer}
  qualtrics:
    surveys:
      QID1: CSAT7
      QID2: {kind: other, scale: [1, 10], best: low}
own_tables:
  faelle:
    table: tickets
    recognised_by: [Fallnummer]
    columns: {Fallnummer: ticket_id, Eingang: created_at, Dringlichkeit: priority}
    values: {priority: {hoch: high}}
"""


def test_what_the_map_says_is_declared_for_its_source_alone():
    company = company_map(GOOD)
    salesforce = company.declared("salesforce")
    assert (salesforce.encoding, salesforce.time_zone, salesforce.fold) == ("cp1252", "Europe/Berlin", "first")
    assert salesforce.stages == {"angebot": "purchase", "no": None, "2": "adoption"}
    assert salesforce.roles == {"einkauf": "buyer"}
    assert company.declared("qualtrics").questions == {"QID1": "csat:1-7:high", "QID2": "other:1-10:low"}
    assert company.declared("zendesk").time_zone is None


def test_an_empty_file_declares_nothing():
    assert company_map("") == company_map("# only a comment\n") == EMPTY


@pytest.mark.parametrize(
    ("was", "now", "line", "said"),
    [
        ("Europe/Berlin", "Europe/Berln", 4, "did you mean Europe/Berlin?"),
        ("stages:", "stges:", 7, "there is no such key; did you mean stages?"),
        ("Angebot: purchase", "Angebot: buying", 7, "must be one of awareness, evaluation, purchase"),
        ("Einkauf: buyer", "Einkauf: byer", 8, "must be one of buyer, user"),
        ("salesforce", "salesfroce", 2, "there is no such source; did you mean salesforce?"),
        ("cp1252", "cp12520", 3, "there is no such encoding"),
        ("cp1252", "base64", 3, "there is no such encoding"),
        ("CSAT7", "CSAT9", 11, "declared as one of NPS"),
        ("[1, 10]", "[10, 1]", 12, "the scale is impossible"),
        ("[1, 10]", "[5]", 12, "lowest and its highest answer"),
        ("kind: other", "kind: nps", 12, "a net promoter score goes from 0 to 10"),
        ("kind: other", "kind: smile", 12, "must be one of nps, csat"),
        ("kind: other, ", "", 12, "it is missing: add it"),
        ("    time_zone: Europe/Berlin\n", "", 4, "it says nothing without a time_zone"),
        ("Eingang: created_at", "Eingang: ticket_id", 17, "ticket_id is filled twice: keep one column"),
        ("Eingang: created_at", "Eingang: create_at", 17, "no such column of tickets; did you mean created_at?"),
        ("Eingang: created_at, ", "", 17, "nothing fills created_at of tickets"),
        ("hoch: high", "hoch: hi", 18, "priority must be one of urgent, high, normal, low"),
        ("values: {priority", "values: {prio", 18, "no such mapped column"),
        ("table: tickets", "table: ticket", 15, "must be one of accounts"),
        ("faelle", "qualtrics", 14, "a reader or table has this name already"),
        ("faelle", "Fälle", 14, "small letters, digits and _ only"),
        ("roles: {Einkauf: buyer}", "roles: {Einkauf: buyer, Einkauf: user}", 8, "Einkauf stands twice"),
        ("roles: {Einkauf: buyer}", "roles: {Einkauf: buyer, EINKAUF: user}", 8, "the same word as Einkauf"),
        ("roles: {Einkauf: buyer}", "roles: [", 10, "this is no YAML"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line_and_what_to_do(was, now, line, said):
    assert was in GOOD
    with pytest.raises(MapError) as told:
        company_map(GOOD.replace(was, now))
    message = str(told.value)
    assert any(said in one and f"line {line}:" in one for one in message.splitlines()), message
    assert all(one.startswith("company.yml line") for one in message.splitlines())


def test_all_faults_are_told_at_once_in_the_order_of_lines():
    with pytest.raises(MapError) as told:
        company_map(GOOD.replace("Europe/Berlin", "Mars/Olympus").replace("hoch: high", "hoch: hi"))
    lines = str(told.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["company.yml line 4", "company.yml line 18"]


def test_a_map_may_neither_run_code_nor_unfold():
    with pytest.raises(MapError, match="line 1"):
        company_map("sources: !!python/object/apply:os.getcwd []")
    nested = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    with pytest.raises(MapError, match="meant twice"):
        company_map("a0: &a0 [x]\n" + nested)


def test_the_fingerprint_changes_with_what_applies_to_a_source_and_with_nothing_else():
    company = company_map(GOOD)
    assert EMPTY.fingerprint("zendesk") == ""
    assert company_map("sources: {salesforce: {roles: {Einkauf: buyer}}}").fingerprint("zendesk") == ""
    other_role = company_map(GOOD.replace("Einkauf: buyer", "Einkauf: user"))
    assert other_role.fingerprint("salesforce") != company.fingerprint("salesforce")
    assert other_role.fingerprint("qualtrics") == company.fingerprint("qualtrics")
    # which reader takes a file may change for any file
    other_table = company_map(GOOD.replace("[Fallnummer]", "[Fallnummer, Eingang]"))
    assert other_table.fingerprint("qualtrics") != company.fingerprint("qualtrics")
    assert company_map("# a comment\n" + GOOD).fingerprint("salesforce") == company.fingerprint("salesforce")


def test_the_words_that_may_be_answered_are_those_of_the_contract():
    from sources.company_map import Role, Source, Stage, Survey

    assert Stage.__args__ == (*STAGES, "none")
    assert Role.__args__ == (*ROLES, "none")
    assert Survey.model_fields["kind"].annotation.__args__ == (*SURVEY_TYPES, "none")
    assert set(Source.model_fields) >= {"encoding", "time_zone", "stages", "roles", "surveys", "touchpoints"}
    assert all(company_map(f"sources: {{{r.name}: {{time_zone: UTC}}}}") for r in catalog.READERS)
