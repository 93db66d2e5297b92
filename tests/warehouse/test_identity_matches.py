"""One customer across silos: touches find their account, the rest is counted and listed with the reason."""

from __future__ import annotations

import pytest
import silo_company
from company_on_disk import moment


@pytest.fixture(scope="module")
def silos(build_company):
    return build_company(silo_company.raw_frames(), None, moment("2026-03-04T09:00"))


def test_touches_find_their_account_by_the_weakest_step_that_is_told(silos):
    touches = silos.frame(
        "select touch_id, account_id, person_id, matched_by, unlinked_reason from fct_touches order by touch_id"
    )
    assert touches.rows() == [
        ("s:R0", "A", "crm-ann", "email", None),
        ("s:R1", "W", "bob@web.example", "domain", None),
        ("s:R2", None, "twin@t.example", "none", "ambiguous_email"),
        ("s:R3", None, "eve@gmail.com", "none", "public_domain"),
        ("s:R4", None, "7", "none", "no_email"),
        ("s:R5", None, None, "none", "names_nobody"),
        ("u:A:failed_payments:2026-02-10", "A", None, "email", None),
        ("u:person:stranger:failed_payments:2026-02-10", None, "stranger", "none", "no_email"),
    ]


def test_everyone_is_counted_by_source_and_whoever_leads_to_no_account_is_listed(silos):
    counts = silos.frame(
        "select source, n_people, n_by_id, n_by_email, n_by_domain, n_unmatched, match_rate, n_touches, n_unlinked "
        "from identity_matches order by source"
    )
    assert counts.rows() == [
        ("product", 2, 0, 1, 0, 1, 0.5, 2, 1),
        ("salesforce", 3, 3, 0, 0, 0, 1.0, 0, 0),
        ("surveytool", 5, 0, 1, 1, 3, 0.4, 6, 4),
    ]
    listed = silos.frame("select source, person_id, reason, n_unlinked from identity_unmatched order by all")
    assert listed.rows() == [
        ("product", "stranger", "no_email", 1),
        ("surveytool", "7", "no_email", 1),
        ("surveytool", "eve@gmail.com", "public_domain", 1),
        ("surveytool", "twin@t.example", "ambiguous_email", 1),
        ("surveytool", None, "names_nobody", 1),
    ]


def test_a_touch_without_an_account_is_in_no_accounts_index_and_no_account_is_made_up(silos):
    assert silos.frame("select account_id from dim_accounts order by 1")["account_id"].to_list() == ["A", "T", "W"]
    heard = silos.frame("select account_id, n_touches from jsi_by_account_week where week_on = '2026-02-16' order by 1")
    assert heard.rows() == [("A", 2), ("T", 0), ("W", 1)]
