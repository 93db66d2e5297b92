"""Salesforce: CSV exports of its objects (Data Loader, weekly export) and the tables a connector makes of them.

Belongs here: telling the exports apart, what each becomes. Does not: ids (``record_ids``), types (``conform``), the
fields of records (``salesforce_records``), changes of stage (``salesforce_stages``).

=======================  =========================================================================================
export                   becomes
=======================  =========================================================================================
Account                  accounts: Id, Name, ParentId, ``Segment__c``, ``Region__c``, ``Product_Line__c``,
                         ``ARR__c``, CurrencyIsoCode, CreatedDate; SystemModstamp (else LastModifiedDate, else the
                         connector's ``_fivetran_synced``) is ``updated_at``
Contact                  people: Id, AccountId, Email, Name (or FirstName, LastName), ``Role__c``
Opportunity              contracts, for those whose Type holds "renewal": Id, AccountId, ``Contract_Start_Date__c``,
                         ``Renewal_Date__c`` (else CloseDate), ``Prior_ARR__c`` (else Amount); IsClosed, IsWon and
                         Amount give the outcome
AccountHistory           stage_history: rows whose Field is the stage field (``Journey_Stage__c``)
OpportunityHistory,      stage_history, where the export carries the account (``Opportunity.AccountId``)
OpportunityFieldHistory
a connector's history    one row a version: accounts and people with ``valid_from``; contracts and stage history of
table of the first three opportunities
=======================  =========================================================================================

Task, Event, Lead, Order, Product2, OpportunityLineItem, OpportunityContactRole, User and UserRole hold nothing that is
read here. AnnualRevenue is what the customer earns, not what it pays us, so it is never read as ARR. A merged record is
deleted in Salesforce; here it is marked as merged only, so that what was said to it follows the survivor.
Fields: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/
(sforce_api_objects_opportunityfieldhistory.htm and its siblings)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sources.connector_tables import START, bare_name
from sources.content import Content, Limits
from sources.delimited import TextTable, read_delimited
from sources.errors import WrongShape
from sources.extract import Extract
from sources.reader import BY_CONTENT, NOT_MINE, Reader, not_needed
from sources.salesforce_records import FIELDS, accounts, contracts, people
from sources.salesforce_stages import ACCOUNT, account_stages, field_stages, opportunity_stages, opportunity_versions

Build = Callable[[TextTable], Extract]

_ACCOUNT_FIELDS = ("isdeleted", "parentid", "masterrecordid", "systemmodstamp", "lastmodifieddate")
# Columns that a connector's tables of these objects share, and other vendors' tables do not have two of.
_CONNECTOR_FIELDS = {
    *("isdeleted", "systemmodstamp", "masterrecordid", "lastmodifiedbyid", "createdbyid", "ownerid", "recordtypeid"),
    *("lastvieweddate", "lastreferenceddate", "lastactivitydate", "photourl", "reportstoid"),
}
_USER_ROLE = ("developername", "opportunityaccessforaccountowner")
# What tells the exports apart that hold nothing we need; User stands before Contact, which has some of its columns.
_NOT_NEEDED = (
    ("username", "profileid"),
    ("username", "userroleid"),
    _USER_ROLE,
    ("ordernumber", "effectivedate"),
    ("opportunityid", "pricebookentryid"),
    ("opportunityid", "product2id"),
    ("opportunityid", "contactid", "role"),
    ("whoid", "whatid"),
    ("lastname", "company", "isconverted"),
    ("lastname", "company", "convertedaccountid"),
    ("productcode", "name", "isactive"),
)


def _object(columns: Sequence[str]) -> Build | None:
    """Which object's export this is, by the columns that only it has."""
    names, has = {bare_name(c) for c in columns}, set(columns)
    is_api = bool({"Id", "AccountId", "OpportunityId"} & has)
    is_connector = any(c.startswith("_fivetran_") for c in columns)
    if not (is_api or is_connector or "ID" in has):
        return None
    is_known = is_api or len(names & _CONNECTOR_FIELDS) > 1 or names >= set(_USER_ROLE)
    if is_known and any(names.issuperset(marks) for marks in _NOT_NEEDED):
        return lambda text: not_needed("salesforce", text)
    if {"opportunityid", "field", "newvalue", "createddate"} <= names:
        return field_stages
    if {"accountid", "field", "newvalue", "createddate"} <= names:
        return account_stages
    if {"opportunityid", "stagename", "createddate"} <= names:
        return opportunity_stages
    if {"id", "accountid", "stagename", "closedate"} <= names:
        return opportunity_versions if START in has else contracts
    if {"id", "accountid", "lastname"} <= names and is_known:
        return people
    if {"id", "name"} <= names and names & set(_ACCOUNT_FIELDS) and "accountid" not in names and is_known:
        return accounts
    return None


def _with_api_names(text: TextTable) -> TextTable:
    """The table with the fields that are read under their API names, however the export spells them."""
    wanted = {bare_name(field): field for field in (*FIELDS, *ACCOUNT)}
    spelled: dict[str, str] = {}
    for column in text.columns:
        field = wanted.get(bare_name(column))
        if field is not None and field not in text.columns and field not in spelled.values():
            spelled[column] = field
    columns = [spelled.get(column, column) for column in text.columns]
    return TextTable(columns, text.rows.rename(spelled), text.excluded, text.rows_read, text.headers)


def _read(content: Content, limits: Limits) -> Extract:
    text = read_delimited(content.body, limits=limits)
    build = _object(text.columns)
    if build is None:
        raise WrongShape(f"this is no export of a known object: {READER.expects}")
    return build(_with_api_names(text))


READER = Reader(
    name="salesforce",
    claims=lambda head: BY_CONTENT if head.kind == "csv" and _object(head.columns) else NOT_MINE,
    read=_read,
    expects="a CSV export of Account (Id, Name, ParentId …), Contact (Id, AccountId, LastName …), Opportunity (Id, "
    "AccountId, StageName, CloseDate, Type …), AccountHistory (AccountId, Field, NewValue, CreatedDate), "
    "OpportunityHistory (OpportunityId, Opportunity.AccountId, StageName, CreatedDate) or OpportunityFieldHistory "
    "(OpportunityId, Field, NewValue, CreatedDate), with API names as header, or a connector's tables of them",
)
