"""The domains of accounts, as each vendor writes them: what people are later recognised by."""

from __future__ import annotations

import json

import pytest

from sources import catalog

ZENDESK = {"id": 7, "name": "Acme", "shared_tickets": False, "domain_names": ["acme.com", "acme.de"]}
INTERCOM = {
    "id": "c1",
    "type": "company",
    "company_id": "A7",
    "name": "Acme",
    "app_id": "x",
    "website": "https://acme.com",
}
SALESFORCE = (
    "Id,Name,ParentId,IsDeleted,CreatedDate,Website\n001A0000006Vm9rIAC,Acme,,false,2024-01-01,https://www.acme.com\n"
)
HUBSPOT = "Record ID,Company name,Company Domain Name,Website URL\n7,Acme,acme.com,https://acme.com/en\n"


@pytest.mark.parametrize(
    ("name", "text", "domains"),
    [
        ("zendesk/organizations.jsonl", json.dumps(ZENDESK), "acme.com acme.de"),
        ("intercom/companies.jsonl", json.dumps(INTERCOM), "https://acme.com"),
        ("salesforce/export.csv", SALESFORCE, "https://www.acme.com"),
        ("hubspot/companies.csv", HUBSPOT, "acme.com https://acme.com/en"),
        ("accounts.csv", "account_id,account_name,domains\nA7,Acme,acme.com\n", "acme.com"),
    ],
)
def test_an_account_keeps_the_domains_that_the_vendor_tells(name, text, domains):
    extract = catalog.read_bytes(text.encode(), name)
    assert set(extract.tables["accounts"]["domains"]) == {domains}
    assert extract.extra is None or not {"domain_names", "website", "Website"} & set(extract.extra.columns)


def test_an_organisation_without_domains_has_none():
    extract = catalog.read_bytes(json.dumps(ZENDESK | {"domain_names": []}).encode(), "zendesk/organizations.jsonl")
    assert extract.tables["accounts"]["domains"].to_list() == [None]
