"""Good deliveries of what customers say and do: surveys, events, talk, reviews.

Belongs here: four rows a delivery, made with the builders of the readers' own tests. Does not: records
(``good_records``), faults.
"""

from __future__ import annotations

from typing import Any

from tests.faults.delivered import NUMBERS, QUIXEL, Good, numbered, objects, table_of
from tests.unit.sources import (
    test_app_store,
    test_delighted,
    test_gong,
    test_google_play,
    test_jira,
    test_pendo,
    test_product_events,
    test_qualtrics,
    test_slack,
    test_surveymonkey,
)


def surveys() -> list[Good]:
    kind, joined = test_qualtrics.NPS, frozenset({"unknown_scale"})
    answers = [{"Q1": str(5 + n), "Q2": f"Love it {QUIXEL} {n}", "account_id": f"A{n}"} for n in NUMBERS]
    monkeys = [
        {"Respondent ID": f"11{n}", 0: str(5 + n), 1: f"Kind {QUIXEL} {n}", "Email Address": f"{QUIXEL}{n}@example.com"}
        for n in NUMBERS
    ]
    bulk = [
        test_surveymonkey.response(
            str(n), test_surveymonkey.asked(words=str(5 + n)), test_surveymonkey.written(f"Kind {QUIXEL} {n}")
        )
        for n in NUMBERS
    ]
    delighted = [
        test_delighted.USUAL | {"id": str(n), "person": f"1{n}", "score": 5 + n, "comment": f"Quick {QUIXEL} {n}"}
        for n in NUMBERS
    ]
    monkey_page = {"per_page": 100, "page": 1, "total": 4, "links": {"self": "x"}}
    return [
        table_of("qualtrics/nps.csv", "qualtrics", test_qualtrics.export(kind, *answers, zone="UTC"), 3, joined=joined),
        table_of(
            "surveymonkey/all.csv",
            "surveymonkey",
            test_surveymonkey.export(test_surveymonkey.SURVEY, *monkeys),
            2,
            joined=joined | {"ambiguous_time"},
        ),
        objects("surveymonkey/bulk.json", "surveymonkey", "page", bulk, "data", page=monkey_page, joined=joined),
        objects("delighted/responses.json", "delighted", "array", delighted, joined=joined),
    ]


def events() -> list[Good]:
    amplitude = [
        test_product_events.AMPLITUDE | {"uuid": f"u{n}", "user_id": f"P{n}", "groups": {"org id": [f"A{n}"]}}
        for n in NUMBERS
    ]
    posthog = [
        test_product_events.POSTHOG
        | {"uuid": f"e{n}", "distinct_id": f"P{n}", "properties": {"$groups": {"company": f"A{n}"}}}
        for n in NUMBERS
    ]
    mixpanel = [
        test_product_events.mixpanel(**{"$insert_id": f"i{n}", "distinct_id": f"P{n}", "account_id": f"A{n}"})
        for n in NUMBERS
    ]
    return [
        numbered(
            "segment/tracks.csv",
            "segment",
            test_product_events.TRACKS,
            "m{n},x{n},P{n},2024-05-0{n} 10:00:05,2024-05-0{n} 10:00:00.123,report_run,A{n}",
        ),
        objects("amplitude/events.jsonl", "amplitude", "lines", amplitude),
        objects("posthog/page.json", "posthog", "page", posthog, "results", page={"next": None}),
        objects("mixpanel/export.jsonl", "mixpanel", "lines", mixpanel),
        numbered(
            "pendo/page_event.csv", "pendo", test_pendo.EVENTS, "A{n},V{n},2021-07-2{n} 11:00:00,2{n},4,allevents,f{n}"
        ),
        numbered(
            "usage/daily.csv",
            "product_usage",
            "date,account_id,user_id,metric,value",
            "2024-05-0{n},A{n},P{n},logins,{n}.5",
        ),
    ]


def talk() -> list[Good]:
    slack = [test_slack.MESSAGE | {"ts": f"145298882{n}.000002", "text": f"Slow {QUIXEL} {n}"} for n in NUMBERS]
    issues = [
        test_jira.issue(summary=f"Login fails {QUIXEL} {n}") | {"id": f"1001{n}", "key": f"SUP-{n}"} for n in NUMBERS
    ]
    calls = [test_gong.CALL | {"metaData": test_gong.CALL["metaData"] | {"id": f"7{n}"}} for n in (1, 2)]
    spoken = [
        {"callId": f"7{n}", "transcript": [test_gong.TURNS[0], _turn(f"It is slow {QUIXEL} {n}")]} for n in (1, 2)
    ]
    page = Good(
        "gong/export.json",
        "gong",
        "page",
        (*calls, *spoken),
        lists=("calls", "calls", "callTranscripts", "callTranscripts"),
        together={1: (3,), 2: (4,), 3: (1,), 4: (2,)},
        words=("Salesforce", "Account", "Internal", "External"),
    )
    return [
        objects("slack/general/2016-01-17.json", "slack", "array", slack),
        objects("jira/issues.json", "jira", "page", issues, "issues", page={"total": 4}),
        page,
    ]


def _turn(text: str) -> dict[str, Any]:
    return test_gong.TURNS[1] | {"sentences": [{"start": 61_250, "end": 62_000, "text": text}]}


def reviews() -> list[Good]:
    reviews = [
        {
            "Review Text": f"Does it {QUIXEL} {n}",
            "Star Rating": str(n),
            "Review Link": f"https://play.google.com/console/reviews?reviewId=gp:{n}&corpus=PUBLIC_REVIEWS",
        }
        for n in NUMBERS
    ]
    store = [test_app_store.review(f"2{n}", body=f"Saves time {QUIXEL} {n}", title="Handy", rating=n) for n in NUMBERS]
    return [
        table_of(
            "google_play/reviews.csv",
            "google_play",
            test_google_play.report(*reviews, encoding="utf-8"),
            encoding="utf-16",
        ),
        objects("app_store/reviews.json", "app_store", "page", store, "data", page={"links": {"self": "x"}}),
    ]
