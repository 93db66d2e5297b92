"""Numbers into words: signs, units, and never more certainty than there is."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import wording
from tests.examples import examples

AS_OF = datetime(2026, 11, 22, 21, 30)  # noqa: DTZ001 - UTC without an offset, as the app has it


@pytest.mark.parametrize(
    ("level", "is_stale", "shown"),
    [
        ("solid", False, True),
        ("thin", False, True),
        ("solid", True, False),
        ("thin", True, False),
        ("insufficient", False, False),
        ("suppressed", False, False),
        (None, None, False),
    ],
)
def test_a_score_shows_only_on_fresh_and_sufficient_evidence(level, is_stale, shown):
    assert wording.shows_score(level, is_stale) is shown


def test_a_score_that_may_not_show_gives_no_number():
    value, note = wording.standing(61.8, 50.0, 70.0, "insufficient", False)
    assert (value, note) == ("No score", "insufficient evidence")
    assert wording.standing(61.8, 57.6, 66.0, "solid", False) == ("61.8", "± 4.2, 95 % interval")


@pytest.mark.parametrize(
    ("value", "words"),
    [(4.12, "+4.1 points"), (-0.31, "−0.3 points"), (0.0, "±0.0 points"), (-0.04, "±0.0 points"), (None, "–")],
)
def test_a_difference_always_has_its_sign(value, words):
    assert wording.points(value) == words


@pytest.mark.parametrize(
    ("usd", "words"),
    [(None, "–"), (0, "$ 0"), (840, "$ 840"), (84_000, "$ 84.0 k"), (1_240_000, "$ 1.2 M"), (3.2e9, "$ 3.2 B")],
)
def test_money_is_short_and_has_its_unit(usd, words):
    assert wording.money(usd) == words


def test_what_is_not_nothing_does_not_read_as_nothing():
    assert wording.share(0.001) == "< 1 %"
    assert wording.share(0.0) == "0 %"
    assert wording.share(0.83) == "83 %"


@pytest.mark.parametrize(
    ("moment", "words", "short"),
    [
        (None, "never", "never"),
        (AS_OF, "today", "today"),
        (datetime(2026, 11, 21, 23, 59), "yesterday", "yesterday"),  # noqa: DTZ001
        (datetime(2026, 11, 19), "3 days ago", "3 d ago"),  # noqa: DTZ001
        (datetime(2026, 6, 22), "5 months ago", "5 mo ago"),  # noqa: DTZ001
        (datetime(2023, 11, 22), "3 years ago", "3 y ago"),  # noqa: DTZ001
    ],
)
def test_last_heard_counts_from_the_as_of_date(moment, words, short):
    assert wording.heard(moment, AS_OF) == words
    assert wording.heard(moment, AS_OF, short=True) == short


def test_the_trend_has_an_arrow_only_for_a_change_beyond_chance():
    assert wording.trend_icon("improving")
    assert wording.trend_icon("declining")
    assert wording.trend_icon("no clear change") is None
    assert wording.trend_icon("insufficient") is None


def test_the_trend_says_its_size_and_interval():
    words = wording.trend_size("improving", 4.1, 1.0, 7.2)
    assert words == "+4.1 points (+1.0 to +7.2) against the 28 days before"
    assert wording.trend_size("insufficient", None, None, None) == "too few touches in the last 56 days to compare"


@pytest.mark.parametrize(
    ("low", "high", "words"), [(52, 60, "more often happy"), (40, 48, "more often unhappy"), (45, 55, "balance")]
)
def test_the_headline_claims_no_more_than_its_interval(low, high, words):
    assert words in wording.headline((low + high) / 2, low, high, "solid", False)


def test_the_headline_of_stale_evidence_claims_nothing():
    assert wording.headline(80, 75, 85, "solid", True).startswith("Stale")


def test_a_gate_names_its_threshold_and_its_reason():
    row = {"gate": "hold", "threshold": 70.0, "reason": "below_threshold"}
    assert wording.gate_standing(row) == ("Hold", "gate 70: the index is below the threshold")
    assert wording.gate_standing(None)[0] == "Not judged"


def association(horizon, verdict, auc=0.5):
    return {"horizon_days": horizon, "verdict": verdict, "auc": auc, "n": 80, "n_events": 20}


def test_the_verdict_says_no_evidence_when_there_is_none():
    assert wording.verdict([association(30, "no evidence")]).startswith("No evidence")
    assert wording.verdict([association(30, "insufficient", None)]).startswith("Too few")
    assert wording.verdict([]).startswith("Too few")


def test_the_verdict_names_horizons_and_the_best_pair_share():
    rows = [association(d, "associated", auc) for d, auc in ((30, 0.71), (60, 0.66), (90, 0.62))]
    words = wording.verdict(rows)
    assert "30, 60 and 90 days" in words
    assert "71 %" in words


def test_an_association_the_wrong_way_round_is_not_sold_as_a_success():
    assert "wrong way round" in wording.verdict([association(30, "associated", 0.3)])


def test_nothing_heard_is_said_and_not_counted():
    assert wording.known(0.0, 0, None, AS_OF) == "nothing was heard yet"
    assert wording.known(24.2, 131, AS_OF, AS_OF) == "worth 24 equal touches of 131, last heard today"
    assert wording.worth(1.0) == "worth 1.0 equal touch"


def test_dates_and_codes_read_as_words():
    assert wording.day(date(2026, 11, 2)) == "2 Nov 2026"
    assert wording.plain("product_defect") == "product defect"
    assert wording.plain("nps") == "NPS"
    assert wording.count(1, "touch", "touches") == "1 touch"
    assert wording.count(1204, "touch", "touches") == "1,204 touches"


@examples(60)
@given(st.text(max_size=60))
def test_text_of_others_is_inert_in_markdown(text):
    inert = wording.inert(text)
    assert "\n" not in inert
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", inert)
    assert not re.search(r"[!-/:-@\[-`{-~]", bare), "every sign that Markdown could read is escaped"


def test_an_image_in_a_name_stays_text():
    assert wording.inert("![x](http://evil.example/p.png)").startswith(r"\!\[x\]\(http\:\/\/evil")
