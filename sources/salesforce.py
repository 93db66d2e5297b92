"""Salesforce: CSV exports of its objects (Data Loader, weekly export), API names as header.

Belongs here: what Account, Contact, Opportunity, AccountHistory and OpportunityHistory exports look like.
Does not: ids (``record_ids``), types (``conform``).

=====================  ===========================================================================================
export                 becomes
=====================  ===========================================================================================
Account                accounts: Id, Name, ParentId, ``Segment__c``, ``Region__c``, ``Product_Line__c``, ``ARR__c``,
                       CurrencyIsoCode, CreatedDate; SystemModstamp (or LastModifiedDate) is ``updated_at``
Contact                people: Id, AccountId, Email, Name (or FirstName, LastName), ``Role__c``
Opportunity            contracts, for those whose Type holds "renewal": Id, AccountId, ``Contract_Start_Date__c``,
                       ``Renewal_Date__c`` (else CloseDate), ``Prior_ARR__c`` (else Amount); IsClosed, IsWon and Amount
                       give the outcome
AccountHistory         stage_history: rows whose Field is the stage field (``Journey_Stage__c``)
OpportunityHistory     stage_history, where the export carries the account (``Opportunity.AccountId``)
=====================  ===========================================================================================

AnnualRevenue is what the customer earns, not what it pays us, so it is never read as ARR. A merged record is deleted in
Salesforce; here it is marked as merged only, so that what was said to it follows the survivor.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import polars as pl

from sources.content import Content, Limits
from sources.contract import ROLES, STAGES
from sources.delimited import TextTable, read_delimited
from sources.errors import WrongShape
from sources.extract import Extract, excluded_rows, warning_rows
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, first_of, make_extract, text_column
from sources.record_ids import long_ids

_UPDATED = ("SystemModstamp", "LastModifiedDate")
_STAGE_FIELDS = ("Journey_Stage__c", "Customer_Stage__c", "Lifecycle_Stage__c", "Stage__c")
_HISTORY_ACCOUNT = ("AccountId", "Opportunity.AccountId", "Opportunity.Account.Id")

_IDS = ("account_id", "person_id", "contract_id", "parent_account_id", "merged_into")

# What the sales process calls its steps; a step that is no step of the journey is left out with a reason.
_SALES_STAGES = {
    "prospecting": "awareness",
    "qualification": "awareness",
    "needs analysis": "evaluation",
    "value proposition": "evaluation",
    "id. decision makers": "evaluation",
    "perception analysis": "evaluation",
    "proposal/price quote": "purchase",
    "negotiation/review": "purchase",
    "closed won": "onboarding",
}
_ROLES = {
    "decision maker": "buyer",
    "economic buyer": "buyer",
    "economic decision maker": "buyer",
    "procurement": "buyer",
    "end user": "user",
    "business user": "user",
    "admin": "user",
    "executive sponsor": "executive",
    "executive": "executive",
}


def _accounts(text: TextTable) -> Extract:
    has = text.columns
    columns = dict(
        account_id=pl.col("Id"),
        account_name=pl.col("Name"),
        parent_account_id=text_column(has, ("ParentId",)),
        segment=text_column(has, ("Segment__c", "Customer_Segment__c", "Market_Segment__c")),
        region=text_column(has, ("Region__c", "Sales_Region__c")),
        product_line=text_column(has, ("Product_Line__c", "ProductLine__c")),
        arr_usd=text_column(has, ("ARR__c", "Annual_Recurring_Revenue__c")),
        currency=text_column(has, ("CurrencyIsoCode",)),
        created_on=_day(has, ("CreatedDate",)),
        **_version(has),
    )
    return _done(text, "accounts", text.rows, columns)


def _people(text: TextTable) -> Extract:
    has = text.columns
    said = text_column(has, ("Role__c", "Buying_Role__c", "Contact_Role__c"))
    role = said.str.strip_chars().str.to_lowercase().replace(_ROLES)
    first, last = text_column(has, ("FirstName",)), text_column(has, ("LastName",))
    columns = dict(
        person_id=pl.col("Id"),
        account_id=pl.col("AccountId"),
        role=pl.when(role.is_in(ROLES)).then(role),
        email=text_column(has, ("Email",)),
        full_name=pl.coalesce(
            text_column(has, ("Name",)), pl.concat_str(first, last, separator=" ", ignore_nulls=True)
        ),
        **_version(has),
    )
    unread = text.rows.filter(said.is_not_null() & ~role.is_in(ROLES))["source_row"]
    message = f"the contact's role is none of {', '.join((*ROLES, *_ROLES))}: it counts as unknown; map it in the CRM"
    return _done(
        text, "people", text.rows, columns, warnings=[warning_rows(unread, "unknown_role", message, "people", "role")]
    )


def _contracts(text: TextTable) -> Extract:
    has = text.columns
    kind = text_column(has, ("Type",)).str.to_lowercase()
    is_renewal = kind.str.contains("renewal", literal=True).fill_null(False)
    others = text.rows.filter(~is_renewal)["source_row"]
    amount = text_column(has, ("Amount",))
    prior = text_column(has, ("Prior_ARR__c", "Prior_Contract_ARR__c", "Renewal_Base_ARR__c"))
    base = pl.coalesce(prior, amount)
    closed, won = (text_column(has, (c,)).str.to_lowercase().is_in(["true", "1"]) for c in ("IsClosed", "IsWon"))
    step = text_column(has, ("StageName",)).str.to_lowercase()
    won = (won if "IsWon" in has else step == "closed won").fill_null(False)
    closed = (closed if "IsClosed" in has else step.str.starts_with("closed")).fill_null(False)
    growth = amount.cast(pl.Float64, strict=False) - base.cast(pl.Float64, strict=False)
    outcome = (
        pl.when(~closed)
        .then(None)
        .when(~won)
        .then(pl.lit("churned"))
        .when(growth > 0)
        .then(pl.lit("expanded"))
        .when(growth < 0)
        .then(pl.lit("contracted"))
        .otherwise(pl.lit("renewed"))
    )
    columns = dict(
        contract_id=pl.col("Id"),
        account_id=pl.col("AccountId"),
        starts_on=_day(has, ("Contract_Start_Date__c", "ContractStartDate__c", "Term_Start_Date__c")),
        renews_on=_day(has, ("Renewal_Date__c", "Contract_End_Date__c", "CloseDate")),
        arr_usd=base,
        currency=text_column(has, ("CurrencyIsoCode",)),
        outcome=outcome,
        outcome_on=pl.when(closed).then(_day(has, ("CloseDate",))),
        outcome_arr_usd=pl.when(closed & won).then(amount).when(closed).then(pl.lit("0")),
        **_version(has, merged=False),
    )
    advice = "only opportunities whose Type says renewal are contracts: nothing to do if this is new business"
    excluded = [excluded_rows(others, "not_a_renewal", advice, "contracts", "Type")]
    return _done(text, "contracts", text.rows.filter(is_renewal), columns, excluded, used={"Type"})


def _account_stages(text: TextTable) -> Extract:
    is_stage = pl.col("Field").is_in(_STAGE_FIELDS)
    others = text.rows.filter(~is_stage.fill_null(False))["source_row"]
    columns = dict(
        account_id=pl.col("AccountId"),
        stage=pl.col("NewValue").str.strip_chars().str.to_lowercase(),
        entered_at=pl.col("CreatedDate"),
        **_version(text.columns, merged=False),
    )
    advice = f"the change is not to a stage field ({', '.join(_STAGE_FIELDS)}): nothing to do"
    excluded = [excluded_rows(others, "not_a_stage_change", advice, "stage_history", "Field")]
    return _done(text, "stage_history", text.rows.filter(is_stage), columns, excluded, used={"Field"})


def _opportunity_stages(text: TextTable) -> Extract:
    stage = pl.col("StageName").str.strip_chars().str.to_lowercase()
    stage = stage.replace(_SALES_STAGES)
    is_step = stage.is_in(STAGES).fill_null(False)
    others = text.rows.filter(~is_step)["source_row"]
    columns = dict(
        account_id=text_column(text.columns, _HISTORY_ACCOUNT),
        stage=stage,
        entered_at=pl.col("CreatedDate"),
        **_version(text.columns, merged=False),
    )
    advice = f"the sales step is none of {', '.join(_SALES_STAGES)}: nothing to do unless it is a step of the journey"
    excluded = [excluded_rows(others, "not_a_stage_change", advice, "stage_history", "StageName")]
    return _done(text, "stage_history", text.rows.filter(is_step), columns, excluded)


def _version(has: list[str], merged: bool = True) -> dict[str, pl.Expr]:
    """``updated_at``, ``is_deleted`` and ``merged_into``; merged records are not counted as deleted."""
    survivor = text_column(has, ("MasterRecordId",))
    deleted = text_column(has, ("IsDeleted",)).str.to_lowercase()
    columns = {
        "updated_at": text_column(has, _UPDATED),
        "is_deleted": pl.when(survivor.is_not_null()).then(pl.lit("false")).otherwise(deleted) if merged else deleted,
    }
    return {**columns, "merged_into": survivor} if merged else columns


def _day(has: list[str], names: tuple[str, ...]) -> pl.Expr:
    """The day of a date or date-time field; all its times are UTC."""
    return text_column(has, names).str.slice(0, 10)


def _done(
    text: TextTable,
    table: str,
    rows: pl.DataFrame,
    columns: dict[str, pl.Expr],
    excluded: Sequence[pl.DataFrame] = (),
    warnings: Sequence[pl.DataFrame] = (),
    used: Collection[str] = (),
) -> Extract:
    """The canonical ``columns`` of ``rows``; columns of the export that none of them reads are kept aside."""
    frame = rows.select("source_row", pl.lit(False).alias("is_derived"), **columns)
    frame = frame.with_columns(long_ids(frame[name]) for name in _IDS if name in columns)
    unread = text.excluded.with_columns(pl.lit(table).alias("table_name"))
    read = {name for column in columns.values() for name in column.meta.root_names()}.union(used)
    extra = text.rows.drop([c for c in text.columns if c in read])
    return make_extract("salesforce", [(table, frame)], text.rows_read, [unread, *excluded], warnings, extra)


def _object(head: Head) -> Callable[[TextTable], Extract] | None:
    """Which object's export this is, by the columns that only it has."""
    is_history = first_of(head.columns, _HISTORY_ACCOUNT) is not None
    if head.kind != "csv":
        return None
    if head.has("AccountId", "Field", "NewValue", "CreatedDate"):
        return _account_stages
    if head.has("OpportunityId", "StageName", "CreatedDate") and is_history:
        return _opportunity_stages
    if head.has("Id", "AccountId", "StageName", "CloseDate"):
        return _contracts
    if head.has("Id", "AccountId", "LastName"):
        return _people
    is_account = first_of(head.columns, ("IsDeleted", "ParentId", "MasterRecordId", *_UPDATED)) is not None
    if head.has("Id", "Name") and is_account and "AccountId" not in head.columns:
        return _accounts
    return None


def _read(content: Content, limits: Limits) -> Extract:
    text = read_delimited(content.body, limits=limits)
    build = _object(Head(content.relative_name, content.kind, tuple(text.columns)))
    if build is None:
        raise WrongShape(f"this is no export of a known object: {READER.expects}")
    return build(text)


READER = Reader(
    name="salesforce",
    claims=lambda head: BY_CONTENT if _object(head) else NOT_MINE,
    read=_read,
    expects="a CSV export of Account (Id, Name, ParentId …), Contact (Id, AccountId, LastName …), Opportunity (Id, "
    "AccountId, StageName, CloseDate, Type …), AccountHistory (AccountId, Field, NewValue, CreatedDate) or "
    "OpportunityHistory (OpportunityId, Opportunity.AccountId, StageName, CreatedDate), with API names as header",
)
