"""Salesforce's Opportunity and AccountHistory, part of each delivery.

Belongs here: renewals with their outcome, first contracts, changes of the journey's stage. Does not: accounts and
contacts (``salesforce``). Quirks planted: new-business opportunities and history of other fields (set aside by design),
one amount in another currency.
"""

from __future__ import annotations

from typing import Any

from simulator import words
from simulator.deliveries import Delivery, Extracts, csv_line, csv_row
from simulator.identifiers import salesforce_id
from simulator.sample import Sample
from simulator.vendors.salesforce_rows import add_row, columns, office_hour, stamp

_OPPORTUNITY = columns(
    """Id IsDeleted AccountId Name StageName Amount Probability CloseDate Type LeadSource IsClosed IsWon
    CurrencyIsoCode Contract_Start_Date__c Renewal_Date__c Prior_ARR__c Loss_Reason__c OwnerId CreatedDate
    LastModifiedDate SystemModstamp"""
)
_HISTORY = columns("""Id IsDeleted AccountId CreatedById CreatedDate Field DataType OldValue NewValue""")


def write(sample: Sample, extracts: Extracts, folder: str, cut: int) -> None:
    """Both files of the delivery that ends before day ``cut``."""
    _opportunities(sample, extracts, extracts.file(f"{folder}/Opportunity.csv"), cut)
    _history(sample, extracts.file(f"{folder}/AccountHistory.csv"), cut)


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
        changed = office_hour(int(contract.outcome_day) if is_closed else contract.start_day, contract.contract)
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
            "CreatedDate": stamp(sample, office_hour(min(opened, contract.start_day), contract.contract)),
            "LastModifiedDate": stamp(sample, changed),
            "SystemModstamp": stamp(sample, changed + 1),
        }
        add_row(file, _OPPORTUNITY, row, "contracts", (row["Id"],), row["SystemModstamp"])
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
            "CreatedDate": stamp(sample, office_hour(world.n_days - 60)),
            "LastModifiedDate": stamp(sample, office_hour(world.n_days - 60)),
            "SystemModstamp": stamp(sample, office_hour(world.n_days - 60)),
        }
        file.lines.append(csv_row(_OPPORTUNITY, stray))
        file.excluded("unknown_currency")
        extracts.plant(file, "amount in another currency", "excluded", "unknown_currency")


def _new_business(sample: Sample, renewal: dict[str, Any], number: int, start_day: int) -> dict[str, Any]:
    closed = stamp(sample, office_hour(start_day, number))
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
        created = stamp(sample, office_hour(entry.day, number))
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
        add_row(file, _HISTORY, row, "stage_history", (row["AccountId"], created), None)
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
