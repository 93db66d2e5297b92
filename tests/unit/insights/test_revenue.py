"""The table of index against outcomes: what was known when, worked out by hand; silent in a world without a link."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from insights import thresholds
from insights.revenue import SCHEMA, known_before, revenue_correlation

MONDAY = date(2026, 1, 5)
TOUCH_COLUMNS = {
    "account_id": pl.String(),
    "touch_id": pl.String(),
    "touchpoint": pl.String(),
    "sentiment_source": pl.String(),
    "native_score": pl.Float64(),
    "occurred_at": pl.Datetime("us", "UTC"),
}
TICKET_COLUMNS = {
    "ticket_id": pl.String(),
    "account_id": pl.String(),
    "created_at": pl.Datetime("us", "UTC"),
    "resolved_at": pl.Datetime("us", "UTC"),
}


def at(day: int, month: int = 1, year: int = 2026, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def weeks(rows: list[tuple]) -> pl.DataFrame:
    """Published weeks: (account_id, week_on, jsi, n_touches)."""
    frame = pl.DataFrame(rows, schema=["account_id", "week_on", "jsi", "n_touches"], orient="row")
    frame = frame.cast({"account_id": pl.String, "week_on": pl.Date, "jsi": pl.Float64, "n_touches": pl.Int64})
    return frame.with_columns(policy_version=pl.lit("policy-1"), model_version=pl.lit("model-1"))


def contracts(rows: list[tuple]) -> pl.DataFrame:
    """Contracts: (contract_id, account_id, renews_on, outcome, outcome_on)."""
    schema = {
        "contract_id": pl.String(),
        "account_id": pl.String(),
        "renews_on": pl.Date(),
        "outcome": pl.String(),
        "outcome_on": pl.Date(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def touches(rows: list[tuple] | None = None) -> pl.DataFrame:
    return pl.DataFrame(rows or [], schema=TOUCH_COLUMNS, orient="row")


def tickets(rows: list[tuple] | None = None) -> pl.DataFrame:
    return pl.DataFrame(rows or [], schema=TICKET_COLUMNS, orient="row")


def accounts(created: dict[str, date | None]) -> pl.DataFrame:
    columns = {"account_id": list(created), "created_on": list(created.values())}
    return pl.DataFrame(columns, schema={"account_id": pl.String(), "created_on": pl.Date()})


def renewal(account_id: str, decided_on: date) -> pl.DataFrame:
    return pl.DataFrame({"account_id": [account_id], "decided_on": [decided_on], "is_churned": [False]})


def one_row(table: pl.DataFrame, predictor: str, horizon: int) -> dict:
    chosen = (pl.col("predictor") == predictor) & (pl.col("horizon_days") == horizon)
    return table.row(by_predicate=chosen, named=True)


class TestKnownBefore:
    """What counts as known h days before: nothing from the day of the cut on."""

    decided_on = date(2026, 3, 6)  # a Friday; 30 days before: Wednesday 4 February, 00:00

    def seen(self, jsi=None, answers=None, opened=None, created=date(2025, 2, 4), horizon=30) -> dict:
        frame = known_before(
            renewal("A", self.decided_on),
            horizon,
            weeks(jsi or []),
            touches(answers),
            tickets(opened),
            accounts({"A": created}),
        )
        assert frame.height == 1
        return frame.row(0, named=True)

    def test_the_index_is_that_of_the_last_week_published_by_the_cut(self):
        published = [("A", date(2026, 1, 26), 40, 3), ("A", date(2026, 2, 2), 41, 4), ("A", date(2026, 2, 9), 99, 9)]
        found = self.seen(jsi=[*published, ("B", date(2026, 2, 2), 1, 1)])
        assert (found["cut_on"], found["jsi"], found["jsi_is_heard"]) == (date(2026, 2, 4), 41.0, True)

    def test_a_week_that_starts_on_the_day_of_the_cut_is_known(self):
        assert self.seen(jsi=[("A", date(2026, 2, 2), 41, 4)], horizon=32)["jsi"] == 41.0
        assert self.seen(jsi=[("A", date(2026, 2, 2), 41, 4)], horizon=33)["jsi_is_heard"] is False

    def test_where_the_published_weeks_end_early_the_last_one_counts(self):
        assert self.seen(jsi=[("A", date(2025, 6, 2), 44, 1)])["jsi"] == 44.0

    def test_an_account_never_heard_from_has_the_prior(self):
        found = self.seen(jsi=[("A", date(2026, 2, 2), 50, 0)], created=None)
        assert (found["jsi"], found["jsi_is_heard"]) == (thresholds.PRIOR_INDEX, False)
        assert (found["last_nps"], found["last_nps_is_heard"]) == (thresholds.PRIOR_NPS, False)
        assert (found["open_tickets"], found["open_tickets_is_heard"]) == (0.0, False)
        assert found["tenure_days_is_heard"] is False

    def test_the_last_nps_answer_before_the_cut_counts_and_its_verbatim_does_not(self):
        found = self.seen(
            answers=[
                ("A", "s:1", "survey/nps", "rating", 9.0, at(1)),
                ("A", "s:2", "survey/nps", "rating", 3.0, at(3, 2, hour=23)),
                ("A", "sv:2", "survey/nps", "model", None, at(3, 2, hour=23)),
                ("A", "s:3", "survey/csat", "rating", 5.0, at(3, 2, hour=23)),
                ("A", "s:4", "survey/nps", "rating", 10.0, at(4, 2)),
                (None, "s:5", "survey/nps", "rating", 0.0, at(3, 2)),
            ]
        )
        assert (found["last_nps"], found["last_nps_is_heard"]) == (3.0, True)

    def test_tickets_count_while_they_are_open_at_the_cut(self):
        found = self.seen(
            opened=[
                ("t1", "A", at(1), at(3)),  # resolved before
                ("t2", "A", at(1), at(4, 2)),  # resolved at the very moment: still open
                ("t3", "A", at(3, 2), None),  # never resolved
                ("t4", "A", at(4, 2), None),  # created at the cut: not known
                ("t5", "B", at(1), None),
            ]
        )
        assert (found["open_tickets"], found["open_tickets_is_heard"]) == (2.0, True)

    def test_tenure_runs_to_the_cut(self):
        assert self.seen()["tenure_days"] == 365.0
        assert self.seen(created=date(2026, 2, 5))["tenure_days_is_heard"] is False

    def test_times_without_a_zone_from_the_warehouse_mean_utc(self):
        naive = touches([("A", "s:1", "survey/nps", "rating", 3.0, at(3, 2, hour=23))])
        naive = naive.with_columns(pl.col("occurred_at").dt.replace_time_zone(None))
        found = known_before(
            renewal("A", self.decided_on), 30, weeks([]), naive, tickets(), accounts({"A": date(2025, 1, 1)})
        )
        assert found["last_nps"].to_list() == [3.0]


def hand_company() -> dict[str, pl.DataFrame]:
    """Twelve accounts; six churned. Index a week before the cut: churners 20 … 45, stayers 40 … 90; two unheard."""
    churned = {"C1": 20.0, "C2": 25.0, "C3": 30.0, "C4": 35.0, "C5": 45.0, "C6": None}
    stayed = {"S1": 40.0, "S2": 60.0, "S3": 70.0, "S4": 80.0, "S5": 90.0, "S6": None}
    index = {**churned, **stayed}
    renews_on = date(2026, 6, 1)
    return {
        "jsi_by_account_week": weeks(
            [(a, MONDAY, 50.0 if jsi is None else jsi, 0 if jsi is None else 5) for a, jsi in index.items()]
        ),
        "contracts": contracts(
            [(f"k{a}", a, renews_on, "churned" if a in churned else "renewed", renews_on) for a in index]
        ),
        "touches": touches([("C1", "s:1", "survey/nps", "rating", 2.0, at(6))]),
        "tickets": tickets([(f"t{i}", f"C{i}", at(7), None) for i in range(1, 7)]),
        "accounts": accounts(dict.fromkeys(index, date(2025, 1, 1))),
    }


def test_the_hand_worked_company_gives_its_hand_worked_row():
    table = revenue_correlation(**hand_company(), n_bootstrap=500)
    row = one_row(table, "jsi", 60)
    # churner < stayer, pair by pair against 40 50 60 70 80 90: 20, 25, 30, 35 win 6 each, 45 wins 5, the unheard 50
    # wins 4 and ties the other unheard: 24 + 5 + 4.5 of 36
    assert (row["n"], row["n_events"], row["n_heard"]) == (12, 6, 10)
    assert row["auc"] == pytest.approx(33.5 / 36, abs=1e-4)
    # ranks of risk from the top: churners 12 11 10 9 7 5.5 (mean 9.0833 against 6.5), sum of squares 142.5
    covariance, deviations = 6 * (54.5 / 6 - 6.5), 142.5
    assert row["spearman"] == pytest.approx(covariance / np.sqrt(deviations * 3), abs=1e-4)
    assert 0.5 < row["auc_low"] <= row["auc"] <= row["auc_high"] == 1.0
    assert row["verdict"] == "associated"
    assert (row["policy_version"], row["model_version"]) == ("policy-1", "model-1")


def test_each_baseline_is_turned_so_that_more_than_one_half_predicts_churn():
    row = one_row(revenue_correlation(**hand_company(), n_bootstrap=100), "open_tickets", 30)
    assert (row["auc"], row["n_heard"]) == (1.0, 6)
    company = hand_company()
    company["accounts"] = accounts(
        {f"{k}{i}": date(2025 if k == "C" else 2020, 1, i) for k in "CS" for i in range(1, 7)}
    )
    assert one_row(revenue_correlation(**company, n_bootstrap=100), "tenure_days", 90)["auc"] == 1.0
    company["touches"] = touches(
        [
            (f"{k}{i}", f"s:{k}{i}", "survey/nps", "rating", n, at(6))
            for k, n in (("C", 4.0), ("S", 9.0))
            for i in range(1, 7)
        ]
    )
    assert one_row(revenue_correlation(**company, n_bootstrap=100), "last_nps", 90)["auc"] == 1.0


def test_a_baseline_that_hardly_anyone_has_is_insufficient_and_not_estimated():
    row = one_row(revenue_correlation(**hand_company(), n_bootstrap=100), "last_nps", 30)
    assert (row["n_heard"], row["verdict"], row["auc"], row["q_value"]) == (1, "insufficient", None, None)


def test_four_churned_accounts_are_insufficient_however_many_contracts_they_held():
    company = hand_company()
    four = company["contracts"].filter(~pl.col("account_id").is_in(["C5", "C6"]))
    company["contracts"] = pl.concat([four, four.with_columns(contract_id=pl.col("contract_id") + "b")])
    table = revenue_correlation(**company, n_bootstrap=50)
    assert table["verdict"].unique().to_list() == ["insufficient"]
    assert table["n_events"].unique().to_list() == [8]


def test_open_contracts_and_outcomes_after_the_date_looked_from_do_not_count():
    company = hand_company()
    undecided = contracts([("k1", "C1", date(2026, 6, 1), None, None), ("k2", "C2", None, "churned", None)])
    company["contracts"] = pl.concat([company["contracts"], undecided])
    assert revenue_correlation(**company, n_bootstrap=50)["n"].unique().to_list() == [12]
    table = revenue_correlation(**company, n_bootstrap=50, as_of=date(2026, 5, 31))
    assert table["n"].unique().to_list() == [0]
    assert table["verdict"].unique().to_list() == ["insufficient"]


def test_an_outcome_known_before_the_renewal_date_moves_the_cut_before_it():
    company = hand_company()
    late = company["jsi_by_account_week"].with_columns(week_on=MONDAY + timedelta(weeks=12), jsi=pl.lit(50.0))
    company["jsi_by_account_week"] = pl.concat([company["jsi_by_account_week"], late])
    early = company["contracts"].with_columns(outcome_on=MONDAY + timedelta(days=60))
    at_renewal = one_row(revenue_correlation(**company, n_bootstrap=50), "jsi", 30)
    company["contracts"] = early
    before_outcome = one_row(revenue_correlation(**company, n_bootstrap=50), "jsi", 30)
    assert at_renewal["auc"] == 0.5
    assert before_outcome["auc"] == pytest.approx(33.5 / 36, abs=1e-4)


def test_no_contracts_at_all_give_the_whole_table_as_insufficient():
    company = {name: frame.clear() for name, frame in hand_company().items()}
    table = revenue_correlation(**company)
    assert dict(table.schema) == SCHEMA
    assert table.height == 12
    assert table.select("n", "verdict").unique().rows() == [(0, "insufficient")]


def test_the_order_of_rows_changes_nothing_and_the_same_seed_gives_the_same_table():
    company = hand_company()
    table = revenue_correlation(**company, n_bootstrap=100)
    turned = {name: frame.reverse() for name, frame in company.items()}
    assert_frame_equal(table, revenue_correlation(**turned, n_bootstrap=100), check_exact=True)


def world(seed: int, effect: float, n: int = 120) -> dict[str, pl.DataFrame]:
    """``n`` accounts with a wandering index, NPS, tickets and tenure; churn follows the index by ``effect``."""
    rng = np.random.default_rng(seed)
    ids = [f"A{i:03d}" for i in range(n)]
    feeling = rng.normal(size=(n, 1)) + 0.2 * rng.normal(size=(n, 20)).cumsum(axis=1)
    jsi = np.clip(50 + 15 * feeling, 0, 100)
    week_on = [MONDAY + timedelta(weeks=int(w)) for w in range(20)]
    renews_on = MONDAY + timedelta(weeks=20)
    churned = rng.random(n) < 1 / (1 + np.exp(1.2 + effect * feeling[:, 10]))
    written = [at(6) + timedelta(days=int(d)) for d in rng.integers(0, 130, 3 * n)]
    of = rng.choice(ids, 3 * n)
    score = rng.integers(0, 11, 3 * n).astype(float)
    return {
        "jsi_by_account_week": weeks([(a, w, jsi[i, j], 3) for i, a in enumerate(ids) for j, w in enumerate(week_on)]),
        "contracts": contracts(
            [
                (f"k{a}", a, renews_on, "churned" if c else "renewed", renews_on)
                for a, c in zip(ids, churned, strict=True)
            ]
        ),
        "touches": touches(
            [
                (a, f"s:{i}", "survey/nps", "rating", s, t)
                for i, (a, s, t) in enumerate(zip(of, score, written, strict=True))
            ]
        ),
        "tickets": tickets(
            [(f"t{i}", a, t, t + timedelta(days=20)) for i, (a, t) in enumerate(zip(of[::-1], written, strict=True))]
        ),
        "accounts": accounts(
            {a: date(2020, 1, 1) + timedelta(days=int(d)) for a, d in zip(ids, rng.integers(0, 2000, n), strict=True)}
        ),
    }


@pytest.mark.slow  # a campaign over many worlds
def test_in_worlds_without_a_link_hardly_any_table_claims_one():
    tables = [revenue_correlation(**world(seed, effect=0.0), n_bootstrap=100) for seed in range(60)]
    claims = sum((t["verdict"] == "associated").any() for t in tables)
    assert claims <= 7  # at most 5 % are promised; more than 7 of 60 would come by chance once in 90 times
    assert all((t["verdict"] != "insufficient").all() for t in tables)


def test_a_planted_link_of_the_index_is_found_and_the_unlinked_baselines_stay_silent():
    table = revenue_correlation(**world(1, effect=2.0), n_bootstrap=300)
    by_index = table.filter(pl.col("predictor") == "jsi")
    assert by_index["verdict"].to_list() == ["associated"] * 3
    assert (by_index["auc_low"] > 0.5).all()
    assert table.filter(pl.col("predictor") != "jsi")["verdict"].unique().to_list() == ["no evidence"]


def telecom() -> Path | None:
    shared = Path(os.environ.get("JSI_SHARED_DIR", Path(__file__).resolve().parents[4] / "shared"))
    folder = shared / "real_input" / "telecom"
    return folder if folder.is_dir() else None


@pytest.mark.skipif(telecom() is None, reason="real_input/telecom is not beside the checkout")
def test_complaints_of_real_telecom_customers_precede_their_churn():
    folder = telecom()
    read = {t: pl.read_csv(folder / f"{t}.csv", try_parse_dates=True) for t in ("contracts", "tickets", "accounts")}
    opened = read["tickets"].with_columns(resolved_at=pl.lit(None, pl.Datetime("us", "UTC")))
    complained = read["contracts"]["account_id"].is_in(opened["account_id"].to_list())
    index = read["contracts"].select(
        "account_id",
        week_on=pl.lit(date(2025, 9, 29)),
        jsi=pl.when(complained).then(37.5).otherwise(50.0),
        n_touches=complained.cast(pl.Int64),
        policy_version=pl.lit("p"),
        model_version=pl.lit("m"),
    )
    table = revenue_correlation(index, read["contracts"], touches(), opened, read["accounts"], n_bootstrap=200)
    row = one_row(table, "jsi", 60)
    assert (row["n"], row["n_heard"], row["verdict"]) == (1890, 135, "associated")
    # of the complaints among churned and among stayed: AUC = ½ + ½ (share − share)
    churned = read["contracts"]["outcome"] == "churned"
    shares = complained.filter(churned).mean(), complained.filter(~churned).mean()
    assert row["auc"] == pytest.approx(0.5 + (shares[0] - shares[1]) / 2, abs=1e-4)
    assert one_row(table, "last_nps", 60)["verdict"] == "insufficient"
    assert one_row(table, "tenure_days", 60)["verdict"] == "no evidence"
