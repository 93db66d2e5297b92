"""The how-to of the dashboard uses the app's own words and the policy's own numbers."""

from __future__ import annotations

import csv
import re

from markdown_pages import CHECKOUT, table_below

from dashboards import wording

PAGE = (CHECKOUT / "docs" / "how-to" / "read-the-dashboard.md").read_text(encoding="utf-8")
WORDS = {word: meaning for word, meaning, _ in table_below(PAGE, "The words")}
BOLD = {bold for word in WORDS for bold in re.findall(r"\*\*([^*]+)\*\*", word)}


def seed(name: str) -> list[dict[str, str]]:
    with (CHECKOUT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["valid_to"]]


def test_every_word_for_how_much_is_known_is_explained():
    levels = ("solid", "thin", "insufficient", "suppressed")
    shown = {wording.evidence(level, is_stale, short=True) for level in levels for is_stale in (False, True)}
    assert shown <= BOLD


def test_every_word_for_a_trend_and_a_gate_is_explained():
    trends = {wording.trend(t).lower() for t in ("improving", "declining", "no clear change", "insufficient")}
    gates = {wording.gate(g) for g in ("pass", "hold", "insufficient")}
    assert trends | gates <= BOLD


def test_every_verdict_about_renewals_is_explained():
    from insights import revenue

    assert {revenue.ASSOCIATED, revenue.NO_EVIDENCE, revenue.INSUFFICIENT} <= BOLD


def test_the_limits_named_are_those_of_the_policy():
    (limits,) = seed("policy_index_parameters")
    half_lives = {row["feedback_kind"]: float(row["half_life_days"]) for row in seed("policy_half_lives")}
    thin, insufficient = limits["thin_below"], limits["insufficient_below"]
    assert f"at least {thin} equal" in WORDS["**solid**"]
    assert f"worth {insufficient} to {thin} equal" in WORDS["**thin**"]
    assert f"less than {insufficient} equal" in WORDS["**insufficient**"]
    stale = [f"{float(limits['stale_after_half_lives']) * half_lives[k]:.0f} days" for k in half_lives]
    assert not [days for days in stale if days not in WORDS["**stale**"]]
    assert limits["suppress_below_people"] == "5"
    assert "fewer than five people" in WORDS["**suppressed**"]
