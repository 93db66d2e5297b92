"""Salesforce: Account, Contact, Opportunity and AccountHistory as Data Loader exports them, two deliveries.

Belongs here: accounts and contacts: API names, IsDeleted and MasterRecordId, older versions in the older delivery.
Does not: opportunities and history (``salesforce_deals``). Quirks planted: merged duplicates, deleted test records.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import words
from simulator.company_shape import ROLES
from simulator.deliveries import Delivery, Extracts, csv_line
from simulator.identifiers import salesforce_id
from simulator.sample import Sample
from simulator.vendors import salesforce_deals
from simulator.vendors.salesforce_rows import add_row, columns, office_hour, stamp

_ACCOUNT = columns(
    """Id IsDeleted MasterRecordId Name Type ParentId BillingCountry Industry NumberOfEmployees AnnualRevenue
    Segment__c Region__c Product_Line__c ARR__c CurrencyIsoCode Journey_Stage__c OwnerId CreatedDate
    LastModifiedDate SystemModstamp"""
)
_CONTACT = columns(
    """Id IsDeleted MasterRecordId AccountId LastName FirstName Salutation Name Email Phone Title Department Role__c
    LeadSource CreatedDate LastModifiedDate SystemModstamp"""
)
_ROLE_WORDS = {"buyer": "Economic Buyer", "executive": "Executive Sponsor", "user": "End User", "unknown": None}
_COUNTRIES = {
    "north_america": ("United States", "Canada"),
    "emea": ("Germany", "United Kingdom", "France", "Sweden", "Spain"),
    "apac": ("Japan", "Australia", "Singapore"),
    "latam": ("Brazil", "Mexico", "Chile"),
}  # fmt: skip
_INDUSTRIES = (
    "Facilities",
    "Construction",
    "Healthcare",
    "Logistics",
    "Energy",
    "Retail",
    "Manufacturing",
    "Hospitality",
)


@dataclass(frozen=True)
class Duplicates:
    """Accounts and contacts entered twice and merged later: the loser's id → the survivor's index."""

    accounts: dict[str, int]
    contacts: dict[str, int]
    contact_account: dict[str, str]


def duplicates(sample: Sample) -> Duplicates:
    """Which records were entered twice: about 2 % of accounts, 1 % of contacts."""
    shape, draw = sample.shape, sample.world.chance("duplicates")
    accounts = draw.permutation(shape.n_accounts)[: max(2, round(0.02 * shape.n_accounts))].tolist()
    denied = frozenset().union(*sample.consents.denied.values())  # a refusal holds for both records: keep it simple
    people = [p for p in draw.permutation(shape.n_people).tolist() if p not in denied]
    contacts = people[: max(2, round(0.01 * shape.n_people))]
    return Duplicates(
        {salesforce_id("001", 900_000 + i): a for i, a in enumerate(accounts)},
        {salesforce_id("003", 900_000 + i): p for i, p in enumerate(contacts)},
        {salesforce_id("003", 900_000 + i): shape.account_id[shape.person_account[p]] for i, p in enumerate(contacts)},
    )


def write(sample: Sample, extracts: Extracts, merged: Duplicates) -> None:
    """Two full exports: one two thirds through the window, one at its end."""
    world = sample.world
    for share in (2 / 3, 1.0):
        cut = round(world.n_weeks * share) * 7
        folder = f"salesforce/{world.day(cut - 1):%Y-%m-%d}"
        _accounts(sample, extracts.file(f"{folder}/Account.csv"), merged, cut)
        _contacts(sample, extracts.file(f"{folder}/Contact.csv"), merged, cut)
        salesforce_deals.write(sample, extracts, folder, cut)


def _stages_at(sample: Sample, cut: int) -> dict[int, tuple[str, int]]:
    """Account → its stage before day ``cut`` and the day it was entered."""
    return {s.account: (s.stage, s.day) for s in sample.outcomes.stages if s.day < cut}


def _accounts(sample: Sample, file: Delivery, merged: Duplicates, cut: int) -> None:
    shape, world = sample.shape, sample.world
    file.lines.append(csv_line(_ACCOUNT))
    pick = world.chance("account details").integers(0, 1_000, (shape.n_accounts, 3)).tolist()
    arr, stages = _arr_by_account(sample, cut), _stages_at(sample, cut)
    for a in range(shape.n_accounts):
        if shape.first_seen_day[a] >= cut:
            continue
        stage, stage_day = stages.get(a, (None, -400))
        arr_usd, arr_day = arr[a]
        created = office_hour(max(int(shape.first_seen_day[a]), -2_500), a)
        changed = max(created, office_hour(max(stage_day, arr_day, -400), a))
        region = words.REGIONS[shape.region[a]]
        row = {
            "Id": shape.account_id[a],
            "IsDeleted": False,
            "Name": shape.account_name[a],
            "Type": "Prospect" if arr_usd is None else "Customer",
            "ParentId": shape.account_id[shape.parent[a]] if shape.parent[a] >= 0 else None,
            "BillingCountry": _COUNTRIES[region][pick[a][0] % len(_COUNTRIES[region])],
            "Industry": _INDUSTRIES[pick[a][1] % len(_INDUSTRIES)],
            "NumberOfEmployees": 10 + int(shape.size[a] * 180) + pick[a][2] % 40,
            "AnnualRevenue": int(shape.arr_usd[a]) * 140,
            "Segment__c": words.SEGMENTS[shape.segment[a]],
            "Region__c": region,
            "Product_Line__c": words.PRODUCT_LINES[shape.product_line[a]].lower(),
            "ARR__c": arr_usd,
            "CurrencyIsoCode": "USD",
            "Journey_Stage__c": stage.capitalize() if stage else None,
            "OwnerId": salesforce_id("005", int(shape.owner[a]) + 1),
            "CreatedDate": stamp(sample, created),
            "LastModifiedDate": stamp(sample, changed),
            "SystemModstamp": stamp(sample, changed + 2),
        }
        add_row(file, _ACCOUNT, row, "accounts", (row["Id"], None), row["SystemModstamp"])
    for number, (loser, survivor) in enumerate(merged.accounts.items()):
        created, changed = office_hour(-300, number), office_hour(round(0.5 * world.n_days), number)
        row = {
            "Id": loser,
            "IsDeleted": True,
            "MasterRecordId": shape.account_id[survivor],
            "Name": f"{shape.account_name[survivor]} Ltd",
            "Type": "Customer",
            "Segment__c": words.SEGMENTS[shape.segment[survivor]],
            "Region__c": words.REGIONS[shape.region[survivor]],
            "Product_Line__c": words.PRODUCT_LINES[shape.product_line[survivor]].lower(),
            "CurrencyIsoCode": "USD",
            "CreatedDate": stamp(sample, created),
            "LastModifiedDate": stamp(sample, changed),
            "SystemModstamp": stamp(sample, changed),
        }
        add_row(file, _ACCOUNT, row, "accounts", (loser, None), row["SystemModstamp"])
    for number in range(2):
        created = office_hour(-200 + number, number)
        row = {
            "Id": salesforce_id("001", 950_000 + number),
            "IsDeleted": True,
            "Name": f"Test account {number + 1}, do not use",
            "CurrencyIsoCode": "USD",
            "CreatedDate": stamp(sample, created),
            "LastModifiedDate": stamp(sample, created + 259_200),
            "SystemModstamp": stamp(sample, created + 259_200),
        }
        add_row(file, _ACCOUNT, row, "accounts", (row["Id"], None), row["SystemModstamp"])


def _arr_by_account(sample: Sample, cut: int) -> list[tuple[float | None, int]]:
    """What each account pays on day ``cut``, and since when; None before its first contract."""
    paid: list[tuple[float | None, int]] = [(None, -400)] * sample.shape.n_accounts
    for contract in sample.outcomes.contracts:
        if contract.start_day < cut:
            paid[contract.account] = (contract.arr_usd, contract.start_day)
        if contract.outcome is not None and contract.outcome_day is not None and contract.outcome_day < cut:
            paid[contract.account] = (contract.outcome_arr_usd, contract.outcome_day)
    return paid


def _contacts(sample: Sample, file: Delivery, merged: Duplicates, cut: int) -> None:
    shape, world = sample.shape, sample.world
    file.lines.append(csv_line(_CONTACT))
    draw = world.chance("contact details")
    joined = draw.integers(-900, -2, shape.n_people)
    moved = np.where(draw.random(shape.n_people) < 0.25, draw.integers(0, world.n_days, shape.n_people), 10**6)
    sources = draw.integers(0, 4, shape.n_people)
    for p in range(shape.n_people):
        account = int(shape.person_account[p])
        created_day = (
            max(int(joined[p]), int(shape.first_seen_day[account])) if shape.is_new[account] else int(joined[p])
        )
        if created_day >= cut:
            continue
        has_moved = moved[p] < cut
        changed = office_hour(max(created_day, int(moved[p]) if has_moved else created_day), p)
        row = {
            "Id": shape.person_id[p],
            "IsDeleted": False,
            "AccountId": shape.account_id[account],
            "LastName": shape.last_name[p],
            "FirstName": shape.first_name[p],
            "Name": shape.full_name(p),
            "Email": shape.email[p],
            "Phone": shape.phone[p],
            "Title": shape.title[p] if has_moved or p % 5 else None,
            "Role__c": _ROLE_WORDS[ROLES[shape.role[p]]] or ("Influencer" if p % 4 == 0 else None),
            "LeadSource": ("Web", "Partner", "Event", None)[sources[p]],
            "CreatedDate": stamp(sample, office_hour(created_day, p)),
            "LastModifiedDate": stamp(sample, changed),
            "SystemModstamp": stamp(sample, changed + 1),
        }
        add_row(file, _CONTACT, row, "people", (row["Id"], None), row["SystemModstamp"])
    for number, (loser, survivor) in enumerate(merged.contacts.items()):
        changed = office_hour(round(0.45 * world.n_days), number)
        row = {
            "Id": loser,
            "IsDeleted": True,
            "MasterRecordId": shape.person_id[survivor],
            "AccountId": merged.contact_account[loser],
            "LastName": shape.last_name[survivor],
            "FirstName": shape.first_name[survivor][0] + ".",
            "Name": f"{shape.first_name[survivor][0]}. {shape.last_name[survivor]}",
            "CreatedDate": stamp(sample, office_hour(-120, number)),
            "LastModifiedDate": stamp(sample, changed),
            "SystemModstamp": stamp(sample, changed),
        }
        add_row(file, _CONTACT, row, "people", (loser, None), row["SystemModstamp"])
