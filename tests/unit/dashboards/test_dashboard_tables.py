"""From marts to what pages show: nothing without evidence has a score, sums still sum."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from dashboards import account_tables, call_tables, health_tables, published, tables, wording
from tests.unit.dashboards.published_company import AS_OF, STAGES

NOW = AS_OF.replace(tzinfo=None)


@pytest.fixture(scope="module")
def company(company_data):
    return published.open_current(company_data)


def test_scores_without_evidence_become_null_and_a_word_says_why():
    rows = pl.DataFrame(
        {
            "jsi": [60.0, 61.0, 62.0, 63.0],
            "jsi_low": [50.0] * 4,
            "jsi_high": [70.0] * 4,
            "evidence_level": ["solid", "insufficient", "suppressed", "thin"],
            "is_stale": [False, False, False, True],
        }
    )
    hidden = tables.hide_scores(rows)
    assert hidden["jsi"].to_list() == [60.0, None, None, None]
    assert hidden["jsi_low"].null_count() == hidden["jsi_high"].null_count() == 3
    assert hidden["evidence_word"].to_list() == ["solid", "insufficient", "suppressed", "stale"]


def test_the_journey_has_every_stage_also_where_nothing_was_heard(company):
    cells = company.read("jsi_by_stage_role_week", week_on=company.latest_week())
    journey = tables.journey_cells(cells, STAGES, NOW)
    assert journey["stage"].unique(maintain_order=True).to_list() == STAGES[:8]
    unheard = journey.filter(pl.col("stage") == "awareness")
    assert set(unheard["score_text"]) == {"not heard"}
    assert set(unheard["n_text"]) == {"n 0"}
    assert unheard["jsi"].null_count() == unheard.height


def test_a_cell_of_too_few_people_is_grey_and_keeps_its_count(company):
    cells = company.read("jsi_by_stage_role_week", week_on=company.latest_week())
    one = cells.head(1).with_columns(evidence_level=pl.lit("suppressed"), n_touches=pl.lit(9, pl.Int64))
    cell = tables.journey_cells(one, one["stage"].to_list(), NOW).filter(pl.col("role") == one["role"][0])
    assert cell["score_text"].to_list() == ["too few"]
    assert cell["n_text"].to_list() == ["n 9"]
    assert not cell["is_shown"].any()


def test_groups_without_a_score_come_last(company):
    week = company.read("jsi_by_segment_week", week_on=company.latest_week())
    week = week.with_columns(
        pl.when(pl.col("value") == "emea")
        .then(pl.lit("insufficient"))
        .otherwise("evidence_level")
        .alias("evidence_level")
    )
    regions = tables.segments(week, "region", NOW)
    assert regions["value"][-1] == "emea"
    assert regions["jsi"][-1] is None
    assert "insufficient · n" in regions["note"][-1]
    shown = regions.filter("is_shown")["jsi"].to_list()
    assert shown == sorted(shown, reverse=True)


def test_accounts_to_look_at_first_are_held_known_and_by_revenue(company):
    gates = company.read("gate_status")
    first = tables.accounts_first(gates)
    assert first.height > 0
    assert set(first["gate"]) == {"hold"}
    assert first["arr_usd"].to_list() == sorted(first["arr_usd"].to_list(), reverse=True)
    assert "A-0002" not in first["account_id"], "never heard from"
    assert (first["gap"] < 0).all()


def test_who_has_left_is_not_among_the_accounts_to_look_at(company):
    gates, accounts = company.read("gate_status"), company.read("dim_accounts")
    gone = accounts.with_columns(is_churned=pl.col("account_id") == "A-0001")
    assert tables.present(gates, accounts).height == gates.height
    assert set(gates["account_id"]) - set(tables.present(gates, gone)["account_id"]) == {"A-0001"}


def test_accounts_that_no_gate_judges_are_counted_with_the_reason(company):
    words = tables.not_judged(company.read("gate_status"))
    assert words.startswith("Not judged: 2 accounts;")
    assert "too little was heard to judge (1)" in words
    assert "what was heard is too old to judge (1)" in words
    assert tables.not_judged(company.read("gate_status").filter(pl.col("gate") == "hold")) == ""


def test_small_drivers_are_told_apart():
    rows = {"driver_kind": ["cause"] * 2, "driver": ["pricing", "usability"], "points": [0.14, -0.12]}
    rows |= {"n_touches": [3, 4], "share_of_touches": [0.4, 0.6], "mean_sentiment": [0.1, -0.1]}
    assert tables.drivers(pl.DataFrame(rows), "cause")["points_text"].to_list() == ["+0.14", "−0.12"]


def test_an_account_without_a_name_goes_by_its_id(company):
    gates = company.read("gate_status").with_columns(account_name=pl.lit(None, pl.String))
    assert tables.account_list(gates)["account_name"].to_list() == tables.account_list(gates)["account_id"].to_list()
    accounts = company.read("dim_accounts").with_columns(account_name=pl.lit(None, pl.String))
    assert tables.account_labels(accounts)["A-0001"] == "A-0001"


@pytest.mark.parametrize("kind", ["cause", "channel", "stage"])
def test_drivers_and_untagged_touches_sum_to_the_gap(company, kind):
    drivers = company.read("drivers", scope_kind="company")
    of_kind = drivers.filter(pl.col("driver_kind") == kind)
    gap = of_kind["jsi"][0] - of_kind["baseline_jsi"][0]
    untagged = of_kind.filter(pl.col("driver") == "untagged")["points"].sum()
    shown = tables.drivers(drivers, kind, most=3)
    assert shown.height <= 3
    assert shown["points"].sum() + untagged == pytest.approx(gap, abs=0.01)
    assert "untagged" not in shown["driver"]
    assert f"to {of_kind['jsi'][0]:.1f}" in tables.driver_sum(drivers, kind)


def test_causes_of_texts_that_were_read_by_two_lists_say_so(company):
    drivers = company.read("drivers", scope_kind="company")
    by_two = drivers.with_columns(taxonomy_version=pl.lit("jsi-1 + jsi-1/acme-1-0a1b2c3d"))
    assert "read by more than one list of causes" in tables.driver_sum(by_two, "cause")
    assert "more than one list" not in tables.driver_sum(by_two, "stage")
    for one_list in (
        drivers.drop("taxonomy_version", strict=False),
        by_two.with_columns(taxonomy_version=pl.lit("jsi-1")),
    ):
        assert "more than one list" not in tables.driver_sum(one_list, "cause")


def test_the_index_comes_first_among_the_predictors(company):
    found = tables.associations(company.read("revenue_correlation"))
    assert found["predictor"].unique(maintain_order=True).to_list()[0] == "jsi"
    assert found["horizon_days"].to_list()[:3] == [30, 60, 90]


@pytest.mark.parametrize("account_id", ["A-0001", "A-0003", "A-0004", "A-0005"])
def test_the_receipt_sums_to_the_published_index(company, account_id):
    receipt = company.read("jsi_receipts", account_id=account_id)
    jsi = company.read("jsi_by_account_week", account_id=account_id, week_on=company.latest_week())["jsi"][0]
    total = account_tables.receipt_sum(receipt, jsi)
    assert total.agrees
    assert total.total == pytest.approx(jsi, abs=0.01)
    assert f"= {total.total:.2f}" in total.words()
    steps = account_tables.receipt_steps(receipt, jsi)
    assert steps["end"][-2] == pytest.approx(jsi, abs=0.01)
    assert steps["start"][1] == 50.0


def test_a_receipt_that_does_not_sum_says_so(company):
    receipt = company.read("jsi_receipts", account_id="A-0001")
    assert not account_tables.receipt_sum(receipt, 99.0).agrees


def test_touches_keep_their_words_and_say_why_a_feeling_is_missing(company):
    facts = company.read("fct_touches", account_id="A-0001")
    shown = account_tables.touches(facts, company.read("jsi_receipts", account_id="A-0001"))
    assert shown["occurred_at"].is_sorted(descending=True)
    assert "not known: no consent" in shown["feeling"].to_list()
    silent = shown.filter(pl.col("feeling") == "not known: no consent")
    assert silent["text_redacted"].null_count() == silent.height
    assert set(shown["feeling"]) >= {"▲ happy", "▼ unhappy", "● neutral"}


def test_a_touch_says_which_model_rule_or_rating_judged_it_short_and_in_full():
    nothing = {"text_redacted": None, "evidence_words": ["w"], "root_cause": ["c"], "confidence": 1.0, "source": "s"}
    rows = [
        ("model", None, "jsi_en-0.1.0+9a782f03", None),
        ("model", None, "jsi_en-0.1.0+9a782f03.cal-12ab34cd.de-ab12cd34", None),
        ("rule", "usage_trend", None, None),
        ("rating", None, None, "0 to 10, higher is better"),
        (None, None, "jsi_en-0.1.0+9a782f03", None),
    ]
    facts = pl.DataFrame(
        [
            nothing
            | {"sentiment_source": by, "rule_id": rule, "model_version": model, "native_scale": scale}
            | {"touch_id": str(n), "occurred_at": NOW - timedelta(n), "sentiment": 1 if by else None}
            | {"null_reason": None if by else "language", "native_score": None, "policy_version": "policy-1"}
            | dict.fromkeys(("channel", "stage", "role", "emotion", "episode_id"), "x")
            for n, (by, rule, model, scale) in enumerate(rows)
        ],
        infer_schema_length=None,
    )
    shown = account_tables.touches(facts, pl.DataFrame(schema={"touch_id": pl.String, "points": pl.Float64}))
    assert shown["given_by"].to_list() == [
        "model jsi_en 0.1.0", "model jsi_en 0.1.0, corrected", "rule usage trend", "rating", None,
    ]  # fmt: skip
    assert shown["given_by_in_full"].to_list() == [
        "model jsi_en-0.1.0+9a782f03",
        "model jsi_en-0.1.0+9a782f03.cal-12ab34cd.de-ab12cd34",
        "rule usage_trend, policy-1",
        "rating 0 to 10, higher is better, policy-1",
        None,
    ]


def test_words_and_scores_of_an_episode_or_fortnight_are_counted_where_they_differ():
    rows = [
        ("a", "one", 0, "rating", 1),  # its own words are unhappy, whatever was said elsewhere
        ("b", "one", 1, "model", -1),
        ("c", "two", 20, "rating", -1),  # no words of its own: the happy ones, 14 days before
        ("d", "three", 6, "model", 1),
        ("e", "four", 40, "rating", 0),  # its words say both
        ("f", "four", 40, "model", 1),
        ("g", "four", 41, "model", -1),
        ("h", "five", 90, "rating", 1),  # nothing near
        ("i", "six", 105, "model", 1),
        ("j", "six", 90, "rule", -1),
        ("k", "six", 90, "model", None),
    ]
    facts = pl.DataFrame(rows, ["touch_id", "episode_id", "day", "sentiment_source", "sentiment"], orient="row")
    facts = facts.with_columns(occurred_at=NOW + pl.duration(days="day"))
    assert account_tables.words_beside_scores(facts) == (
        "Words and scores differ in 2 of 3 answers (67 %): the words are happier in 1, less happy in 1. "
        "1 answer has no words near."
    )
    assert account_tables.words_beside_scores(facts.filter(pl.col("day") > 60)) == (
        "No answer has words of the same episode or fortnight beside it."
    )


def test_a_call_tells_how_its_sides_spoke_or_why_not():
    cues = {"talk_seconds": 90.0, "customer_talk_share": 0.4, "overlap_share": 0.05, "longest_silence_seconds": 3.2}
    counts = {"n_interruptions_by_customer": 2, "n_interruptions_by_company": 0, "last_turn_at": NOW}
    spoken = {"call_id": "a", "episode_id": "t", "started_at": NOW - timedelta(minutes=2), "null_reason": None}
    nothing = dict.fromkeys((*cues, *counts)) | {"last_turn_at": NOW + timedelta(days=1)}
    poor = spoken | nothing | {"call_id": "b", "started_at": NOW + timedelta(days=1), "null_reason": "quality"}
    frame = pl.DataFrame([spoken | cues | counts | {"floor_missed": None}, poor | {"floor_missed": "speakers"}])
    assert call_tables.in_call(frame, "t", NOW) == (
        "The call: 1.5 minutes of talk, 40 % of it the customer's, both at once 5.0 %, "
        "interrupted 2 × by the customer, 0 × by us, longest silence 3 s."
    )
    assert call_tables.in_call(frame, "t", NOW + timedelta(days=1)) == (
        "The call: not read: most speakers are unknown."
    )
    assert call_tables.in_call(frame, "another", NOW) is None
    assert call_tables.calls(frame)["transcript"].to_list() == ["not read: most speakers are unknown", "read"]


def test_survey_answers_lie_on_their_own_scale():
    facts = pl.DataFrame(
        {
            "occurred_at": [NOW] * 4,
            "sentiment_source": ["rating"] * 3 + ["model"],
            "touchpoint": ["survey/nps", "survey/ces", "review", "survey/nps"],
            "native_score": [9.0, 2.0, 4.0, 9.0],
            "native_scale": [
                "0 to 10, higher is better",
                "1 to 5, lower is better",
                "1 to 5, higher is better",
                "0 to 10, higher is better",
            ],
        }
    )
    answers = account_tables.survey_answers(facts)
    assert dict(zip(answers["survey"], answers["position"], strict=True)) == {"NPS": 90.0, "CES": 75.0}
    assert account_tables.survey_summary(answers)["n_answers"].to_list() == [1, 1]


def test_a_file_balances_only_if_sql_counted_the_same(company):
    accounting = company.read("row_accounting")
    totals = health_tables.row_totals(accounting)
    assert totals.balances
    assert totals.read == totals.kept + totals.excluded + totals.superseded
    other = accounting.with_columns(
        rows_kept_in_staging=pl.col("rows_kept") - (pl.col("source") == "zendesk").cast(int)
    )
    assert health_tables.row_totals(other).n_balanced == totals.n_files - 2
    assert not health_tables.row_totals(other).balances
    assert health_tables.files(other)["balances"].to_list()[:2] == ["✗ no", "✗ no"]


def test_files_that_need_a_look_come_first(company):
    assert health_tables.files(company.read("row_accounting"))["status"][0] == "rejected"


def test_sources_with_the_most_touches_without_an_account_come_first_and_each_reason_is_said(company):
    matches = health_tables.matches(company.read("identity_matches"))
    assert matches["source"].to_list() == ["delighted", "zendesk"]
    assert matches["percent_matched"].round(1).to_list() == [80.0, 96.7]
    why = health_tables.unmatched(company.read("identity_unmatched"))
    assert why.select("source", "n_people", "n_unlinked").rows() == [("delighted", 8, 8), ("zendesk", 4, 4)]
    assert why["why"][0] == "two people have the same address"


def test_failed_checks_and_stale_sources_come_first(company):
    checks = health_tables.checks(company.manifest)
    assert checks["result"].to_list() == ["✗ fails", "✓ holds", "✓ holds"]
    assert checks["severity"][0] == "warning"
    sources = health_tables.sources(company.manifest)
    assert sources["source"].to_list() == ["qualtrics", "salesforce"]
    assert sources["last_loaded_at"].null_count() == 0


def test_a_source_that_never_loaded_has_no_time():
    manifest = {
        "sources": [
            {"source": "a", "last_loaded_at": None, "is_stale": True, "message": "x"},
            {"source": "b", "last_loaded_at": "2026-11-22 08:16:02+02:00", "is_stale": False, "message": None},
        ]
    }
    assert health_tables.sources(manifest)["last_loaded_at"].to_list() == [
        None,
        NOW.replace(hour=6, minute=16, second=2),
    ]


def test_a_manifest_that_says_nothing_gives_empty_tables():
    assert health_tables.checks({}).is_empty()
    assert health_tables.sources({}).is_empty()
    assert health_tables.versions("g", NOW, {})["value"].to_list()[2] == "–"


def test_the_label_mix_of_a_week_is_whole(company):
    health = company.read("model_health")
    for channel in (None, "ticket"):
        mix = health_tables.label_mix(health, channel)
        assert mix.group_by("week_on").agg(pl.col("share").sum())["share"].to_list() == pytest.approx(
            [1.0] * mix["week_on"].n_unique()
        )
    by_channel = health_tables.by_channel(health)
    labels = by_channel.select("percent_negative", "percent_neutral", "percent_positive").sum_horizontal()
    assert labels.to_list() == pytest.approx([100.0] * by_channel.height)
    assert health_tables.confidence(health, None)["mean_confidence"].is_between(0.5, 1.0).all()


def test_agreement_with_people_is_shown_with_its_range_all_first_then_channels_then_the_newest_week():
    def row(scope, value, verdict="measured", kappa=0.5):
        figures = {f"{name}{end}": kappa for name in ("kappa", "macro_f1") for end in ("", "_low", "_high")}
        known = {"negative_recall": None, "negative_recall_low": None, "negative_recall_high": None}
        return {"scope": scope, "value": value, "n_labels": 40, "n_texts": 900, **figures, **known, "verdict": verdict}

    found = pl.DataFrame(
        [
            row("week", "2026-03-02"),
            row("week", "2026-03-09"),
            row("channel", "email", kappa=0.567),
            row("channel", "chat", "too few labels"),
            row("all", ""),
        ],
        schema_overrides=dict.fromkeys(("negative_recall", "negative_recall_low", "negative_recall_high"), pl.Float64),
    )
    shown = health_tables.agreement(found)
    assert shown["what"].to_list() == ["all", "email", "week before 2026-03-09", "week before 2026-03-02"]
    assert shown.row(1, named=True)["kappa"] == "0.57 (0.57 to 0.57)"
    assert set(shown["negative_recall"]) == {wording.NOT_KNOWN}
    assert health_tables.agreement(None).is_empty()
    assert health_tables.agreement(found.filter(scope="channel", value="chat")).is_empty()
