"""Salesforce: Account, Contact, Opportunity and AccountHistory as Data Loader exports them, two deliveries.

Belongs here: API names, 18-character ids, IsDeleted and MasterRecordId, older versions in the older delivery.
Does not: what happened. Quirks planted: merged duplicates, deleted test records, new-business opportunities and
history of other fields (both set aside by design), one amount in another currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from simulator import words
from simulator.company_shape import ROLES
from simulator.deliveries import Delivery, Extracts, csv_line, csv_row
from simulator.identifiers import salesforce_id
from simulator.sample import Sample

_ACCOUNT = [
    "Id",
    "IsDeleted",
    "MasterRecordId",
    "Name",
    "Type",
    "ParentId",
    "BillingCountry",
    "Industry",
    "NumberOfEmployees",
    "AnnualRevenue",
    "Segment__c",
    "Region__c",
    "Product_Line__c",
    "ARR__c",
    "CurrencyIsoCode",
    "Journey_Stage__c",
    "OwnerId",
    "CreatedDate",
    "LastModifiedDate",
    "SystemModstamp",
]
_CONTACT = [
    "Id",
    "IsDeleted",
    "MasterRecordId",
    "AccountId",
    "LastName",
    "FirstName",
    "Salutation",
    "Name",
    "Email",
    "Phone",
    "Title",
    "Department",
    "Role__c",
    "LeadSource",
    "CreatedDate",
    "LastModifiedDate",
    "SystemModstamp",
]
_OPPORTUNITY = [
    "Id",
    "IsDeleted",
    "AccountId",
    "Name",
    "StageName",
    "Amount",
    "Probability",
    "CloseDate",
    "Type",
    "LeadSource",
    "IsClosed",
    "IsWon",
    "CurrencyIsoCode",
    "Contract_Start_Date__c",
    "Renewal_Date__c",
    "Prior_ARR__c",
    "Loss_Reason__c",
    "OwnerId",
    "CreatedDate",
    "LastModifiedDate",
    "SystemModstamp",
]
_HISTORY = ["Id", "IsDeleted", "AccountId", "CreatedById", "CreatedDate", "Field", "DataType", "OldValue", "NewValue"]
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
    contacts = draw.permutation(shape.n_people)[: max(2, round(0.01 * shape.n_people))].tolist()
    return Duplicates(
        {salesforce_id("001", 900_000 + i): a for i, a in enumerate(accounts)},
        {salesforce_id("003", 900_000 + i): p for i, p in enumerate(contacts)},
        {salesforce_id("003", 900_000 + i): shape.account_id[shape.person_account[p]] for i, p in enumerate(contacts)},
    )


def stamp(moment: datetime) -> str:
    """A Salesforce date-time: ``2026-05-02T08:15:00.000Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def write(sample: Sample, extracts: Extracts, merged: Duplicates) -> None:
    """Two full exports: one two thirds through the window, one at its end."""
    world = sample.world
    for share in (2 / 3, 1.0):
        cut = round(world.n_weeks * share) * 7
        folder = f"salesforce/{world.day(cut - 1):%Y-%m-%d}"
        _accounts(sample, extracts.file(f"{folder}/Account.csv"), merged, cut)
        _contacts(sample, extracts.file(f"{folder}/Contact.csv"), merged, cut)
        _opportunities(sample, extracts, extracts.file(f"{folder}/Opportunity.csv"), cut)
        _history(sample, extracts.file(f"{folder}/AccountHistory.csv"), cut)


def _moment(sample: Sample, day: int, salt: int = 0) -> datetime:
    return sample.world.opens_at + timedelta(days=int(day), seconds=30_000 + (salt * 7_919) % 40_000)


def _stage_at(sample: Sample, account: int, cut: int) -> tuple[str | None, int | None]:
    """The stage of an account before day ``cut`` and the day it was entered."""
    found = [s for s in sample.outcomes.stages if s.account == account and s.day < cut]
    return (found[-1].stage, found[-1].day) if found else (None, None)


def _accounts(sample: Sample, file: Delivery, merged: Duplicates, cut: int) -> None:
    shape, world = sample.shape, sample.world
    file.lines.append(csv_line(_ACCOUNT))
    pick = np.random.Generator(np.random.PCG64(world.seed)).integers(0, 1_000, (shape.n_accounts, 3)).tolist()
    arr = _arr_by_account(sample, cut)
    for a in range(shape.n_accounts):
        if shape.first_seen_day[a] >= cut:
            continue
        stage, stage_day = _stage_at(sample, a, cut)
        arr_usd, arr_day = arr[a]
        created = _moment(sample, max(int(shape.first_seen_day[a]), -2_500), a)
        changed = max(created, _moment(sample, max(stage_day or -400, arr_day, -400), a))
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
            "CreatedDate": stamp(created),
            "LastModifiedDate": stamp(changed),
            "SystemModstamp": stamp(changed + timedelta(seconds=2)),
        }
        _add(file, _ACCOUNT, row, "accounts", (row["Id"], None), row["SystemModstamp"])
    for number, (loser, survivor) in enumerate(merged.accounts.items()):
        created, changed = _moment(sample, -300, number), _moment(sample, round(0.5 * world.n_days), number)
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
            "CreatedDate": stamp(created),
            "LastModifiedDate": stamp(changed),
            "SystemModstamp": stamp(changed),
        }
        _add(file, _ACCOUNT, row, "accounts", (loser, None), row["SystemModstamp"])
    for number in range(2):
        created = _moment(sample, -200 + number, number)
        row = {
            "Id": salesforce_id("001", 950_000 + number),
            "IsDeleted": True,
            "Name": f"Test account {number + 1}, do not use",
            "CurrencyIsoCode": "USD",
            "CreatedDate": stamp(created),
            "LastModifiedDate": stamp(created + timedelta(days=3)),
            "SystemModstamp": stamp(created + timedelta(days=3)),
        }
        _add(file, _ACCOUNT, row, "accounts", (row["Id"], None), row["SystemModstamp"])


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
    draw = np.random.Generator(np.random.PCG64(world.seed + 1))
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
        changed = _moment(sample, max(created_day, int(moved[p]) if has_moved else created_day), p)
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
            "Role__c": _ROLE_WORDS[ROLES[shape.role[p]]],
            "LeadSource": ("Web", "Partner", "Event", None)[sources[p]],
            "CreatedDate": stamp(_moment(sample, created_day, p)),
            "LastModifiedDate": stamp(changed),
            "SystemModstamp": stamp(changed + timedelta(seconds=1)),
        }
        _add(file, _CONTACT, row, "people", (row["Id"], None), row["SystemModstamp"])
    for number, (loser, survivor) in enumerate(merged.contacts.items()):
        changed = _moment(sample, round(0.45 * world.n_days), number)
        row = {
            "Id": loser,
            "IsDeleted": True,
            "MasterRecordId": shape.person_id[survivor],
            "AccountId": merged.contact_account[loser],
            "LastName": shape.last_name[survivor],
            "FirstName": shape.first_name[survivor][0] + ".",
            "Name": f"{shape.first_name[survivor][0]}. {shape.last_name[survivor]}",
            "CreatedDate": stamp(_moment(sample, -120, number)),
            "LastModifiedDate": stamp(changed),
            "SystemModstamp": stamp(changed),
        }
        _add(file, _CONTACT, row, "people", (loser, None), row["SystemModstamp"])


def _opportunities(sample: Sample, extracts: Extracts, file: Delivery, cut: int) -> None:
    shape, world = sample.shape, sample.world
    file.lines.append(csv_line(_OPPORTUNITY))
    for contract in sample.outcomes.contracts:
        opened = max(contract.renew_day - 150, contract.start_day)
        if contract.start_day >= cut:
            continue
        is_closed = contract.outcome is not None and contract.outcome_day is not None and contract.outcome_day < cut
        is_won = is_closed and contract.outcome != "churned"
        a = contract.account
        close_day = contract.outcome_day if is_closed else contract.renew_day
        amount = contract.outcome_arr_usd if is_won else contract.arr_usd
        changed = _moment(sample, int(contract.outcome_day) if is_closed else contract.start_day, contract.contract)
        row = {
            "Id": salesforce_id("006", contract.contract + 1),
            "IsDeleted": False,
            "AccountId": shape.account_id[a],
            "Name": f"{shape.account_name[a]} renewal {world.day(contract.renew_day):%Y}",
            "StageName": "Closed Won" if is_won else "Closed Lost" if is_closed else "Negotiation/Review",
            "Amount": amount,
            "Probability": 100 if is_won else 0 if is_closed else 60,
            "CloseDate": f"{world.day(int(close_day)):%Y-%m-%d}",
            "Type": "Existing Customer - Renewal" if contract.contract % 3 else "Renewal",
            "IsClosed": is_closed,
            "IsWon": is_won,
            "CurrencyIsoCode": "USD",
            "Contract_Start_Date__c": f"{world.day(contract.start_day):%Y-%m-%d}",
            "Renewal_Date__c": f"{world.day(contract.renew_day):%Y-%m-%d}",
            "Prior_ARR__c": contract.arr_usd,
            "Loss_Reason__c": None,
            "OwnerId": salesforce_id("005", int(shape.owner[a]) + 1),
            "CreatedDate": stamp(_moment(sample, min(opened, contract.start_day), contract.contract)),
            "LastModifiedDate": stamp(changed),
            "SystemModstamp": stamp(changed + timedelta(seconds=1)),
        }
        _add(file, _OPPORTUNITY, row, "contracts", (row["Id"],), row["SystemModstamp"])
        if shape.is_new[a] and contract.start_day == shape.contract_day[a]:
            file.lines.append(csv_row(_OPPORTUNITY, _new_business(sample, row, contract.contract, contract.start_day)))
            file.excluded("not_a_renewal")
    if cut == world.n_days:
        stray = {
            "Id": salesforce_id("006", 980_000),
            "IsDeleted": False,
            "AccountId": shape.account_id[0],
            "Name": "Side agreement in francs",
            "StageName": "Negotiation/Review",
            "Amount": 4_000,
            "CloseDate": f"{world.day(world.n_days + 40):%Y-%m-%d}",
            "Type": "Renewal",
            "IsClosed": False,
            "IsWon": False,
            "CurrencyIsoCode": "CHF",
            "Contract_Start_Date__c": f"{world.day(world.n_days - 320):%Y-%m-%d}",
            "Renewal_Date__c": f"{world.day(world.n_days + 45):%Y-%m-%d}",
            "CreatedDate": stamp(_moment(sample, world.n_days - 60)),
            "LastModifiedDate": stamp(_moment(sample, world.n_days - 60)),
            "SystemModstamp": stamp(_moment(sample, world.n_days - 60)),
        }
        file.lines.append(csv_row(_OPPORTUNITY, stray))
        file.excluded("unknown_currency")
        extracts.plant(file, "amount in another currency", "excluded", "unknown_currency")


def _new_business(sample: Sample, renewal: dict[str, Any], number: int, start_day: int) -> dict[str, Any]:
    closed = stamp(_moment(sample, start_day, number))
    return renewal | {
        "Id": salesforce_id("006", 500_000 + number),
        "Name": renewal["Name"].split(" renewal")[0] + " first contract",
        "StageName": "Closed Won",
        "Amount": renewal["Prior_ARR__c"],
        "Probability": 100,
        "CloseDate": renewal["Contract_Start_Date__c"],
        "Type": "New Business",
        "IsClosed": True,
        "IsWon": True,
        "Prior_ARR__c": None,
        "LastModifiedDate": closed,
        "SystemModstamp": closed,
    }


def _history(sample: Sample, file: Delivery, cut: int) -> None:
    """Changes of the stage, and of the owner now and then (another field: set aside)."""
    shape = sample.shape
    file.lines.append(csv_line(_HISTORY))
    previous: dict[int, str] = {}
    for number, entry in enumerate(sample.outcomes.stages):
        if entry.day >= cut:
            continue
        created = stamp(_moment(sample, entry.day, number))
        old = previous.get(entry.account)
        previous[entry.account] = entry.stage
        row = {
            "Id": salesforce_id("017", number + 1),
            "IsDeleted": False,
            "AccountId": shape.account_id[entry.account],
            "CreatedById": salesforce_id("005", int(shape.owner[entry.account]) + 1),
            "CreatedDate": created,
            "Field": "Journey_Stage__c",
            "DataType": "DynamicEnum",
            "OldValue": old.capitalize() if old else None,
            "NewValue": entry.stage.capitalize(),
        }
        _add(file, _HISTORY, row, "stage_history", (row["AccountId"], created), None)
        if number % 9 == 0:
            other = row | {
                "Id": salesforce_id("017", 800_000 + number),
                "Field": "Owner",
                "DataType": "EntityId",
                "OldValue": words.ACCOUNT_OWNERS[number % 8],
                "NewValue": words.ACCOUNT_OWNERS[(number + 1) % 8],
            }
            file.lines.append(csv_row(_HISTORY, other))
            file.excluded("not_a_stage_change")


def _add(
    file: Delivery, columns: Sequence[str], row: dict[str, Any], table: str, key: tuple, version: str | None
) -> None:
    file.lines.append(csv_row(columns, row))
    file.kept_or_superseded(table, key, version)
