"""Salesforce: accounts, contacts and opportunities → accounts, people and contracts.

Belongs here: which field becomes which column, roles, outcomes of renewals, versions and deletes. Does not: telling the
exports apart (``salesforce``), changes of stage (``salesforce_stages``), ids (``record_ids``), types (``conform``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from sources.casting import TRUTH
from sources.connector_tables import START, SYNCED, is_deleted
from sources.contract import ROLES
from sources.declared import in_force, own_words
from sources.delimited import TextTable
from sources.extract import Extract, excluded_rows, warning_rows
from sources.reader import make_extract, text_column
from sources.record_ids import long_ids
from sources.renewals import outcome_columns
from sources.vendor_times import day, utc

UPDATED = ("SystemModstamp", "LastModifiedDate", SYNCED)
_IDS = ("account_id", "person_id", "contract_id", "parent_account_id", "merged_into")
_SEGMENT = ("Segment__c", "Customer_Segment__c", "Market_Segment__c")
_REGION = ("Region__c", "Sales_Region__c")
_PRODUCT_LINE = ("Product_Line__c", "ProductLine__c")
_ARR = ("ARR__c", "Annual_Recurring_Revenue__c")
_ROLE = ("Role__c", "Buying_Role__c", "Contact_Role__c")
_PRIOR_ARR = ("Prior_ARR__c", "Prior_Contract_ARR__c", "Renewal_Base_ARR__c")
_STARTS = ("Contract_Start_Date__c", "ContractStartDate__c", "Term_Start_Date__c")
_RENEWS = ("Renewal_Date__c", "Contract_End_Date__c", "CloseDate")

#: Every field that is read; a connector writes ``AccountId`` as ``account_id`` and ``Region__c`` as ``region_c``.
FIELDS = (
    *("Id", "Name", "ParentId", "AccountId", "CurrencyIsoCode", "CreatedDate", "MasterRecordId", "IsDeleted"),
    "Website",
    *("FirstName", "LastName", "Email", "Type", "Amount", "IsClosed", "IsWon", "StageName", "CloseDate"),
    *("SystemModstamp", "LastModifiedDate", *_SEGMENT, *_REGION, *_PRODUCT_LINE, *_ARR, *_ROLE, *_PRIOR_ARR),
    *(*_STARTS, *_RENEWS, "OpportunityId", "Field", "OldValue", "NewValue"),
)

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


def accounts(text: TextTable) -> Extract:
    """Account, its current rows or a connector's history of them."""
    has = text.columns
    columns = dict(
        account_id=pl.col("Id"),
        account_name=pl.col("Name"),
        parent_account_id=text_column(has, ("ParentId",)),
        segment=text_column(has, _SEGMENT),
        region=text_column(has, _REGION),
        product_line=text_column(has, _PRODUCT_LINE),
        arr_usd=text_column(has, _ARR),
        currency=text_column(has, ("CurrencyIsoCode",)),
        created_on=day(text_column(has, ("CreatedDate",))),
        domains=text_column(has, ("Website",)),
        **_history(has),
    )
    return done(text, "accounts", text.rows, columns)


def people(text: TextTable) -> Extract:
    """Contact, its current rows or a connector's history of them."""
    has = text.columns
    said = text_column(has, _ROLE)
    role = own_words(said, in_force().roles, said.str.strip_chars().str.to_lowercase().replace(_ROLES))
    first, last = text_column(has, ("FirstName",)), text_column(has, ("LastName",))
    columns = dict(
        person_id=pl.col("Id"),
        account_id=pl.col("AccountId"),
        role=pl.when(role.is_in(ROLES)).then(role),
        email=text_column(has, ("Email",)),
        full_name=pl.coalesce(
            text_column(has, ("Name",)), pl.concat_str(first, last, separator=" ", ignore_nulls=True)
        ),
        **_history(has),
    )
    unread = text.rows.filter(said.is_not_null() & ~role.is_in(ROLES))["source_row"]
    message = f"the contact's role is none of {', '.join((*ROLES, *_ROLES))}: it counts as unknown; map it in the CRM"
    return done(
        text, "people", text.rows, columns, warnings=[warning_rows(unread, "unknown_role", message, "people", "role")]
    )


def is_renewal(has: list[str]) -> pl.Expr:
    """Whether the opportunity renews a contract: its Type says so."""
    kind = text_column(has, ("Type",)).str.to_lowercase()
    return kind.str.contains("renewal", literal=True).fill_null(False)


def contract_columns(has: list[str]) -> dict[str, pl.Expr]:
    """The contract that a renewal opportunity is. How likely it is to be won is not read."""
    amount = text_column(has, ("Amount",))
    base = pl.coalesce(text_column(has, _PRIOR_ARR), amount)
    closed, won = (text_column(has, (c,)).str.strip_chars().str.to_lowercase() for c in ("IsClosed", "IsWon"))
    is_unclear = pl.any_horizontal(~flag.is_in(list(TRUTH)).fill_null(True) for flag in (closed, won))
    closed, won = (flag.replace_strict(TRUTH, default=None, return_dtype=pl.Boolean) for flag in (closed, won))
    step = text_column(has, ("StageName",)).str.to_lowercase()
    won = (won if "IsWon" in has else step == "closed won").fill_null(False)
    closed = (closed if "IsClosed" in has else step.str.starts_with("closed")).fill_null(False)
    outcome = outcome_columns(closed, won, base, amount, day(text_column(has, ("CloseDate",))))
    # A word that is no outcome: the row is excluded for it, and a renewal of which nobody knows is not called churned.
    outcome["outcome"] = pl.when(is_unclear).then(pl.lit("unclear")).otherwise(outcome["outcome"])
    return dict(
        contract_id=pl.col("Id"),
        account_id=pl.col("AccountId"),
        starts_on=day(text_column(has, _STARTS)),
        renews_on=day(text_column(has, _RENEWS)),
        arr_usd=base,
        currency=text_column(has, ("CurrencyIsoCode",)),
        **outcome,
        **version(has),
    )


def contracts(text: TextTable) -> Extract:
    """Opportunity: renewals are contracts, the others are set aside."""
    renewal = is_renewal(text.columns)
    others = text.rows.filter(~renewal)["source_row"]
    advice = "only opportunities whose Type says renewal are contracts: nothing to do if this is new business"
    excluded = [excluded_rows(others, "not_a_renewal", advice, "contracts", "Type")]
    return done(text, "contracts", text.rows.filter(renewal), contract_columns(text.columns), excluded, used={"Type"})


def version(has: list[str]) -> dict[str, pl.Expr]:
    """``updated_at`` and ``is_deleted`` of a row that stands for its record alone, or for one version of it."""
    start = (START,) if START in has else ()
    return {
        "updated_at": utc(text_column(has, (*start, *UPDATED))),
        "is_deleted": is_deleted(has, ("IsDeleted",)),
    }


def _history(has: list[str]) -> dict[str, pl.Expr]:
    """The version columns of accounts and people, which keep their history.

    Salesforce marks a merged record as deleted and names the survivor; here it is merged only. In a history table each
    version holds from its own start; one that is deleted says that the record itself went then, which the row without
    ``valid_from`` stands for, so what was before stays history.
    """
    survivor = text_column(has, ("MasterRecordId",))
    columns = version(has)
    columns["is_deleted"] = pl.when(survivor.is_not_null()).then(pl.lit("false")).otherwise(columns["is_deleted"])
    columns["merged_into"] = survivor
    if START in has:
        is_gone = (columns["is_deleted"] == "true").fill_null(False)
        columns["valid_from"] = pl.when(~is_gone).then(utc(pl.col(START)))
    return columns


def done(
    text: TextTable,
    table: str,
    rows: pl.DataFrame,
    columns: dict[str, pl.Expr],
    excluded: Sequence[pl.DataFrame] = (),
    warnings: Sequence[pl.DataFrame] = (),
    used: Collection[str] = (),
    more: Sequence[tuple[str, pl.DataFrame, dict[str, pl.Expr]]] = (),
) -> Extract:
    """The canonical ``columns`` of ``rows``; columns of the export that none of them reads are kept aside.

    ``more``: further tables made from other rows of the same file.
    """
    parts = [(table, rows, columns), *more]
    unread = text.excluded.with_columns(pl.lit(table).alias("table_name"))
    read = {name for _, _, made in parts for column in made.values() for name in column.meta.root_names()}.union(used)
    extra = text.rows.drop([c for c in text.columns if c in read])
    frames = [(name, _frame(found, made)) for name, found, made in parts]
    return make_extract("salesforce", frames, text.rows_read, [unread, *excluded], warnings, extra)


def _frame(rows: pl.DataFrame, columns: dict[str, pl.Expr]) -> pl.DataFrame:
    frame = rows.select("source_row", pl.lit(False).alias("is_derived"), **columns)
    return frame.with_columns(long_ids(frame[name]) for name in _IDS if name in columns)
