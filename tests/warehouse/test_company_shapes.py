"""Companies of odd shapes build too: where nobody speaks, and where there is nothing but messages."""

from __future__ import annotations

from datetime import date

import pytest
from company_on_disk import moment, raw_frame, scores_of

AS_OF = moment("2026-03-04T09:00")  # a Wednesday: the latest published week_on is Monday 2026-03-02


@pytest.fixture(scope="module")
def silent(build_company):
    """Accounts, and not one touch."""
    accounts = [{"account_id": f"S{n}", "account_name": "Silent"} for n in range(3)]
    return build_company({"accounts": raw_frame("accounts", accounts, "silent")}, None, AS_OF)


@pytest.fixture(scope="module")
def talk(build_company):
    """Messages alone, as from a public channel: accounts are names on messages, one has none, one is of 1970."""
    rows = [
        {"message_id": f"T{n}", "channel": "social", "author_kind": "customer", "body": "…", "person_id": f"W{n}"}
        | {"sent_at": moment("2026-02-25T10:00"), "account_id": f"AL-0{n % 2}" if n < 12 else None}
        for n in range(13)
    ]
    rows.append(rows[0] | {"message_id": "T-1970", "person_id": "W-1970", "sent_at": moment("1970-01-01T00:00")})
    raw = {"messages": raw_frame("messages", rows, "talk")}
    said = {r["message_id"]: {"sentiment": -1 if n % 3 else 1, "confidence": 0.8} for n, r in enumerate(rows)}
    return build_company(raw, scores_of("messages", raw["messages"], said, "message_id"), AS_OF)


def test_a_company_never_heard_from_has_one_week_at_the_baseline(silent):
    rows = silent.frame("jsi_by_account_week")
    assert rows["account_id"].sort().to_list() == ["S0", "S1", "S2"]
    assert set(rows["week_on"]) == {date(2026, 3, 2)}
    assert set(rows["jsi"]) == {50.0}
    assert set(rows["evidence_level"]) == {"insufficient"}
    company = silent.row("select * from jsi_by_segment_week where dimension = 'company'")
    assert (company["jsi"], company["evidence_level"], company["n_people"]) == (50.0, "insufficient", 0)
    assert set(silent.frame("gate_status")["gate"]) == {"insufficient"}
    for mart in ("fct_touches", "fct_jsi_cells", "jsi_by_person_week", "jsi_by_stage_role_week", "drivers"):
        assert silent.frame(mart).is_empty(), mart


def test_an_account_known_only_from_messages_is_listed_and_indexed_under_its_id(talk):
    accounts = talk.frame("select account_id, is_in_crm from dim_accounts order by account_id")
    assert accounts.rows() == [("AL-00", False), ("AL-01", False)]
    rows = talk.frame(
        "select account_id, evidence, n_touches from jsi_by_account_week where week_on = '2026-03-02' order by 1"
    )
    assert rows.rows() == [("AL-00", pytest.approx(6.0), 7), ("AL-01", pytest.approx(6.0), 6)]


def test_an_account_without_surveys_has_an_index_and_says_that_none_of_it_was_asked(talk):
    account = talk.row(
        "select accounts.n_solicited, accounts.n_unsolicited, weeks.jsi_raw, weeks.jsi, weeks.evidence_level "
        "from dim_accounts as accounts inner join jsi_by_account_week as weeks using (account_id) "
        "where account_id = 'AL-00' and week_on = '2026-03-02'"
    )
    # Two happy, four unhappy of equal weight: 50 (1 − 2/6), and with a prior of three 50 (1 − 6/9 · 2/6).
    assert (account["n_solicited"], account["n_unsolicited"]) == (0, 7)
    assert (account["jsi_raw"], account["jsi"]) == (pytest.approx(33.3333, abs=1e-3), pytest.approx(38.8889, abs=1e-3))
    assert account["evidence_level"] == "thin"


def test_a_wrong_date_asks_for_five_years_of_weeks_and_not_for_sixty(talk):
    weeks = talk.row("select count(*) as n, min(week_on) as first from int_weeks__published")
    assert weeks == {"n": 260, "first": date(2021, 3, 15)}
    person = talk.row("select * from jsi_by_person_week where person_id = 'W-1970' and week_on = '2026-03-02'")
    assert (person["n_touches"], person["evidence_level"], person["is_stale"]) == (1, "insufficient", True)


def test_a_touch_without_an_account_counts_for_the_company_and_for_no_account(talk):
    assert talk.row("select count(*) as n from fct_touches where account_id is null")["n"] == 1
    latest = "week_on = '2026-03-02'"
    company = talk.row(f"select * from jsi_by_segment_week where dimension = 'company' and {latest}")
    assert (company["n_touches"], company["n_people"], company["n_accounts"]) == (14, 14, 2)
    assert talk.row(f"select sum(n_touches) as n from jsi_by_account_week where {latest}")["n"] == 13
