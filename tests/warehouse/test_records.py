"""Complaints, merged and deleted ids, newer versions, churn: what records alone make of an index."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
import records_company
from company_on_disk import moment


@pytest.fixture(scope="module")
def records(build_company):
    """The company of records as of Wednesday 2026-03-04: the latest published week_on is 2026-03-02."""
    return build_company(records_company.raw_frames(), None, moment("2026-03-04T09:00"), records_company.RATES)


def test_only_complaints_become_touches_and_quiet_accounts_keep_the_baseline(records):
    touches = records.frame("select touch_id, account_id, sentiment, rule_id from fct_touches order by touch_id")
    assert touches.rows() == [
        ("t:K-D:complaint_ticket", None, -1, "complaint_ticket"),
        ("t:K-M-old:complaint_ticket", "M", -1, "complaint_ticket"),
        ("t:K-T1:complaint_ticket", "T1", -1, "complaint_ticket"),
    ]
    latest = records.frame(
        "select account_id, jsi, evidence_level from jsi_by_account_week where week_on = '2026-03-02' order by 1"
    )
    indexed = {"B": 50.0, "L": 50.0, "M": 37.5, "T1": 37.5, "T2": 50.0}
    assert latest.rows() == [(account, jsi, "insufficient") for account, jsi in indexed.items()]


def test_merged_and_deleted_accounts_are_not_listed_and_the_newest_version_counts(records):
    accounts = records.frame("select account_id, segment, n_merged_ids from dim_accounts order by 1")
    assert accounts.filter(~pl.col("account_id").is_in(["B", "L"])).rows() == [
        ("M", "large", 1),
        ("T1", None, 0),
        ("T2", None, 0),
    ]


def test_an_account_is_gone_from_its_deletion_on_and_back_with_the_next_row_of_its_history(records):
    named = records.frame("select account_id from dim_accounts where account_id in ('G', 'B', 'L') order by 1")
    assert named["account_id"].to_list() == ["B", "L"]
    gone = records.frame("select account_id from stg_deleted_accounts order by 1")
    assert gone["account_id"].to_list() == ["D", "G", "M-old"]


def test_what_a_tickets_history_tells_counts_though_the_ticket_itself_is_newer(records):
    tickets = records.frame(
        "select ticket_id, status, n_reopens, n_transfers, first_reply_at, resolved_at from stg_tickets "
        "where ticket_id like 'H-%' order by 1"
    )
    replied, solved = (moment(at).replace(tzinfo=None) for at in ("2026-02-10T11:00", "2026-02-12"))
    assert tickets.rows() == [
        ("H-open", "open", 1.0, None, None, None),
        ("H-solved", "solved", 2.0, 1.0, replied, solved),
    ]


def test_a_churned_account_says_so_and_keeps_its_renewal_date(records):
    rows = records.frame("select account_id, is_churned, churned_on, renews_on, arr_usd from dim_accounts order by 1")
    assert rows.filter(pl.col("account_id") == "T1").row(0)[1:] == (True, date(2026, 2, 28), date(2026, 2, 28), 46.0)
    assert rows.filter(pl.col("account_id") == "T2").row(0)[1:] == (False, None, date(2026, 2, 28), 46.0)


def test_money_in_another_currency_is_worth_the_rate_of_its_own_day(records):
    worth = dict(records.frame("select account_id, arr_usd from dim_accounts").iter_rows())
    # T1: 23 euros, said in 2026, at 2. T2: 40 euros of a contract that starts in 2025, at 1.15.
    assert worth == {"B": None, "L": None, "M": None, "T1": pytest.approx(46.0), "T2": pytest.approx(46.0)}


def test_the_rows_kept_are_the_same_by_the_ledger_and_by_sql(records):
    files = records.frame(
        "select source_file, rows_read, rows_kept, rows_superseded, rows_kept_in_staging, is_balanced "
        "from row_accounting order by 1"
    )
    assert files.row(0) == ("records/accounts.csv", 13, 12, 1, 12, True)
    assert files["is_balanced"].all()
