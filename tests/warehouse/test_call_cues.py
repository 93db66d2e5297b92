"""Cues of calls against a naive count of tenths of a second; what becomes of transcripts below the floor."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
import random_company

SIDES = {"customer": "customer", "agent": "company", "bot": "company"}


def turns_of_calls() -> dict[str, pl.DataFrame]:
    turns = random_company.raw_frames()["messages"].filter(pl.col("conversation_id").str.starts_with("RC"))
    return {f"conversation:{call}": of for (call,), of in turns.partition_by("conversation_id", as_dict=True).items()}


def naive(turns: pl.DataFrame) -> dict[str, float | None]:
    """What the page of the method says, counted tick by tick."""
    timed = [
        (kind, round(10 * start), round(10 * end))
        for kind, start, end in turns.select("author_kind", "start_s", "end_s").iter_rows()
        if start is not None and end > start
    ]
    ticks: dict[int, set[str]] = {}
    for kind, start, end in timed:
        for tick in range(start, end):
            ticks.setdefault(tick, set()).add(SIDES.get(kind, kind))
    talk = {tick: who & {"customer", "company"} for tick, who in ticks.items() if who & {"customer", "company"}}
    heard = {side: sum(side in who for who in talk.values()) for side in ("customer", "company")}
    has_both = all(heard.values())

    def interruptions(by: str, of: str) -> int:
        theirs = [(s, e) for kind, s, e in timed if SIDES.get(kind) == of]
        mine = [start for kind, start, _ in timed if SIDES.get(kind) == by]
        return sum(any(s < start < e for s, e in theirs) for start in mine)

    return {
        "talk_seconds": len(talk) / 10,
        "overlap_share": sum(len(who) == 2 for who in talk.values()) / len(talk) if has_both else None,
        "customer_talk_share": heard["customer"] / sum(heard.values()) if has_both else None,
        "n_interruptions_by_customer": interruptions("customer", "company") if has_both else None,
        "n_interruptions_by_company": interruptions("company", "customer") if has_both else None,
        "longest_silence_seconds": max([b - a - 1 for a, b in pairwise(sorted(ticks))], default=0) / 10,
    }


def test_cues_of_calls_are_those_of_a_naive_count(warehouse):
    published = {row["call_id"]: row for row in warehouse.frame("select * from call_cues").iter_rows(named=True)}
    heard = 0
    for call, turns in turns_of_calls().items():
        row = published[call]
        if row["null_reason"] is None:
            expected = naive(turns)
            assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-4), call
            assert row["overlap_share"] is None or 0 <= row["overlap_share"] <= 1
            heard += expected["overlap_share"] is not None
    assert heard > 20


def test_a_transcript_below_the_floor_is_listed_without_cues_and_its_turns_say_quality(warehouse):
    poor = warehouse.frame("select * from call_cues where floor_missed = 'confidence'")
    assert set(poor["call_id"]) == {f"conversation:RC{call}" for call in range(0, 40, 9)}
    assert set(poor["null_reason"]) == {"quality"}
    assert poor["overlap_share"].null_count() == poor.height
    turns = warehouse.frame(
        "select null_reason, sentiment, is_customer from int_touches__weighted "
        "where episode_id in (select call_id from call_cues where floor_missed = 'confidence')"
    )
    assert set(turns.filter("is_customer")["null_reason"]) == {"quality"}
    assert turns["sentiment"].null_count() == turns.height
    counted = warehouse.row("select sum(n_touches) as n from unscored_touches where null_reason = 'quality'")
    assert counted["n"] == turns.filter("is_customer").height


def test_a_call_that_was_refused_tells_nothing_of_how_it_went(warehouse):
    row = warehouse.row("select * from call_cues where call_id = 'message:GM9'")
    assert (row["null_reason"], row["account_id"], row["talk_seconds"]) == ("no_consent", "G2", None)
