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
    return build_company(records_company.raw_frames(), None, moment("2026-03-04T09:00"))


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
    assert latest.rows() == [("M", 37.5, "insufficient"), ("T1", 37.5, "insufficient"), ("T2", 50.0, "insufficient")]


def test_merged_and_deleted_accounts_are_not_listed_and_the_newest_version_counts(records):
    accounts = records.frame("select account_id, segment, n_merged_ids from dim_accounts order by 1")
    assert accounts.rows() == [("M", "large", 1), ("T1", None, 0), ("T2", None, 0)]


def test_a_churned_account_says_so_and_keeps_its_renewal_date(records):
    rows = records.frame("select account_id, is_churned, churned_on, renews_on, arr_usd from dim_accounts order by 1")
    assert rows.filter(pl.col("account_id") == "T1").row(0)[1:] == (True, date(2026, 2, 28), date(2026, 2, 28), 46.0)
    assert rows.filter(pl.col("account_id") == "T2").row(0)[1:] == (False, None, date(2026, 2, 28), 46.0)


def test_the_rows_kept_are_the_same_by_the_ledger_and_by_sql(records):
    files = records.frame(
        "select source_file, rows_read, rows_kept, rows_superseded, rows_kept_in_staging, is_balanced "
        "from row_accounting order by 1"
    )
    assert files.row(0) == ("records/accounts.csv", 6, 5, 1, 5, True)
    assert files["is_balanced"].all()
