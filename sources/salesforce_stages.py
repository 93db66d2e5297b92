"""Salesforce: histories of accounts' stage fields and of opportunities' sales steps → stage history.

Belongs here: which change is a change of stage, which sales step is which stage of the journey. Does not: records
(``salesforce_records``), telling the exports apart (``salesforce``).
"""

from __future__ import annotations

import polars as pl

from sources.connector_tables import START
from sources.contract import STAGES
from sources.declared import in_force, own_words
from sources.delimited import TextTable
from sources.extract import Extract, excluded_rows
from sources.reader import first_of, text_column
from sources.salesforce_records import contract_columns, done, is_renewal, version
from sources.vendor_times import utc

STAGE_FIELDS = ("Journey_Stage__c", "Customer_Stage__c", "Lifecycle_Stage__c", "Stage__c")
#: Where a history of opportunities carries the account; the last two are columns of a query over relationships.
ACCOUNT = ("AccountId", "Opportunity.AccountId", "Opportunity.Account.Id")

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
_NO_STEP = f"the sales step is none of {', '.join(_SALES_STAGES)}: nothing to do unless it is a step of the journey"


def account_stages(text: TextTable) -> Extract:
    """AccountHistory: one row per changed field; those of a stage field count."""
    field = _api_name(pl.col("Field"))
    is_stage = field.is_in(STAGE_FIELDS).fill_null(False)
    others = text.rows.filter(~is_stage)["source_row"]
    columns = dict(
        account_id=pl.col("AccountId"),
        stage=_words(pl.col("NewValue")),
        entered_at=utc(pl.col("CreatedDate")),
        **version(text.columns),
    )
    advice = f"the change is not to a stage field ({', '.join(STAGE_FIELDS)}): nothing to do"
    excluded = [excluded_rows(others, "not_a_stage_change", advice, "stage_history", "Field")]
    return done(text, "stage_history", text.rows.filter(is_stage), columns, excluded, used={"Field"})


def field_stages(text: TextTable) -> Extract:
    """OpportunityFieldHistory: one row per changed field; those of StageName that reach a step of the journey count."""
    is_step_field = (_api_name(pl.col("Field")) == "StageName").fill_null(False)
    others = text.rows.filter(~is_step_field)["source_row"]
    advice = "the change is not to StageName: nothing to do"
    excluded = excluded_rows(others, "not_a_stage_change", advice, "stage_history", "Field")
    return _steps(text, text.rows.filter(is_step_field), "NewValue", [excluded], {"Field"})


def opportunity_stages(text: TextTable) -> Extract:
    """OpportunityHistory: one row per change of stage, amount or close date."""
    return _steps(text, text.rows, "StageName", [], set())


def opportunity_versions(text: TextTable) -> Extract:
    """A connector's history of Opportunity: renewals are contracts, new business tells the account's stage."""
    renewal = is_renewal(text.columns)
    stage = _stage("StageName")
    is_step = stage.is_in(STAGES).fill_null(False)
    others = text.rows.filter(~renewal & ~is_step)["source_row"]
    advice = f"neither its Type says renewal nor is its step known; {_NO_STEP}"
    columns = dict(account_id=pl.col("AccountId"), stage=stage, entered_at=utc(pl.col(START)), **version(text.columns))
    return done(
        text,
        "contracts",
        text.rows.filter(renewal),
        contract_columns(text.columns),
        [excluded_rows(others, "not_a_renewal", advice, "contracts", "Type")],
        used={"Type"},
        more=[("stage_history", text.rows.filter(~renewal & is_step), columns)],
    )


def _steps(text: TextTable, rows: pl.DataFrame, step: str, excluded: list[pl.DataFrame], used: set[str]) -> Extract:
    """``rows`` whose sales step is one of the journey; without their account they cannot be placed."""
    stage = _stage(step)
    is_step = stage.is_in(STAGES).fill_null(False)
    others = rows.filter(~is_step)["source_row"]
    excluded = [*excluded, excluded_rows(others, "not_a_stage_change", _NO_STEP, "stage_history", step)]
    rows = rows.filter(is_step)
    if first_of(text.columns, ACCOUNT) is None:
        advice = "the export does not say whose opportunity this is: add Opportunity.AccountId to its query"
        excluded.append(excluded_rows(rows["source_row"], "unknown_account", advice, "stage_history", "account_id"))
        rows = rows.clear()
    columns = dict(
        account_id=text_column(text.columns, ACCOUNT),
        stage=stage,
        entered_at=utc(pl.col("CreatedDate")),
        **version(text.columns),
    )
    return done(text, "stage_history", rows, columns, excluded, used=used)


def _stage(step: str) -> pl.Expr:
    return own_words(pl.col(step), in_force().stages, _words(pl.col(step)).replace(_SALES_STAGES))


def _words(value: pl.Expr) -> pl.Expr:
    return value.str.strip_chars().str.to_lowercase()


def _api_name(field: pl.Expr) -> pl.Expr:
    """A field's API name, a connector's ``stage_name`` and ``journey_stage_c`` spelled back, a declared own field under
    the name that is read."""
    spelled = {name.lower().replace("__c", "_c"): name for name in STAGE_FIELDS} | {"stage_name": "StageName"}
    return field.str.strip_chars().replace(spelled | in_force().fields)
