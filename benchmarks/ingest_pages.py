"""Nested JSON as the vendors' interfaces answer, for timing their readers: seeded, in the shapes they document.

Belongs here: one object of each vendor, its page. Does not: sentences (``ingest_texts``), timing (``ingest``).
Objects carry the keys that real answers carry and nobody reads, for those cost time too.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.ingest_texts import texts

Made = dict[str, Any]
_FROM = datetime(2025, 1, 1, tzinfo=UTC)
_EPOCH = int(_FROM.timestamp())


class _Draw:
    """Seeded values that several vendors' objects need."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.pool = texts(2_000, seed)

    def text(self) -> str:
        return f"{self.random.choice(self.pool)} ({self.random.randrange(10**9)})"

    def seconds(self) -> int:
        return _EPOCH + self.random.randrange(30_000_000)

    def time(self) -> str:
        return (_FROM + timedelta(seconds=self.random.randrange(30_000_000))).isoformat().replace("+00:00", "Z")

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def below(self, n: int) -> int:
        return self.random.randrange(n)

    def uuid(self) -> str:
        return f"{self.random.getrandbits(128):032x}"


def zendesk(n: int, draw: _Draw) -> Made:
    """An incremental export of tickets with metrics and a rating, users beside them: one row in ten is a user."""
    tickets = []
    for number in range(n - n // 10):
        requester = 10_000_000_000 + draw.below(n // 10 or 1)
        tickets.append(
            {
                "url": f"https://example.zendesk.com/api/v2/tickets/{number}.json",
                "id": 500_000 + number,
                "external_id": None,
                "via": {"channel": "email", "source": {"from": {"address": "a@example.com", "name": "A"}, "rel": None}},
                "created_at": draw.time(),
                "updated_at": draw.time(),
                "type": "question",
                "subject": draw.text()[:60],
                "raw_subject": draw.text()[:60],
                "description": draw.text(),
                "priority": draw.one_of("low", "normal", "high", "urgent"),
                "status": draw.one_of("open", "pending", "solved", "closed"),
                "recipient": None,
                "requester_id": requester,
                "submitter_id": requester,
                "assignee_id": 20_000_000_000 + draw.below(50),
                "organization_id": 30_000_000_000 + draw.below(500),
                "group_id": 360_001,
                "collaborator_ids": [],
                "follower_ids": [],
                "has_incidents": False,
                "is_public": True,
                "tags": draw.one_of(["topic:billing", "vip"], ["complaint"], []),
                "custom_fields": [{"id": 360_000 + field, "value": None} for field in range(4)],
                "satisfaction_rating": {"score": draw.one_of("good", "bad", "offered", "unoffered"), "comment": "ok"},
                "brand_id": 1_234,
                "metric_set": {
                    "reopens": draw.below(3),
                    "assignee_stations": 1,
                    "reply_time_in_minutes": {"calendar": draw.below(500), "business": 10},
                    "solved_at": draw.time(),
                },
            }
        )
    users = [
        {
            "id": 10_000_000_000 + number,
            "url": f"https://example.zendesk.com/api/v2/users/{number}.json",
            "name": f"Person {number}",
            "email": f"p{number}@example.com",
            "created_at": draw.time(),
            "updated_at": draw.time(),
            "time_zone": "UTC",
            "locale": "en-US",
            "organization_id": 30_000_000_000 + draw.below(500),
            "role": "end-user",
            "active": True,
            "tags": [],
            "external_id": f"003A{number:011d}",
        }
        for number in range(n // 10)
    ]
    return {"tickets": tickets, "users": users, "next_page": None, "count": n, "end_of_stream": True}


def zendesk_comments(n: int, draw: _Draw) -> Made:
    """Comments, one row each."""
    comments = [
        {
            "id": 700_000 + number,
            "type": "Comment",
            "ticket_id": 500_000 + number // 3,
            "author_id": 10_000_000_000 + draw.below(1_000),
            "author": {"role": draw.one_of("end-user", "agent"), "name": "Person"},
            "body": draw.text(),
            "html_body": f'<div class="zd-comment">{draw.text()}</div>',
            "plain_body": draw.text(),
            "public": draw.one_of(True, True, False),
            "attachments": [],
            "audit_id": 900_000 + number,
            "via": {"channel": draw.one_of("email", "web", "chat"), "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": draw.time(),
            "metadata": {"system": {"client": "Mozilla/5.0", "latitude": 52.52}, "custom": {}},
        }
        for number in range(n)
    ]
    return {"comments": comments, "next_page": None}


def intercom(n: int, draw: _Draw) -> Made:
    """Conversations as ``GET /conversations/{id}`` gives them, a source and two parts each."""

    def author(kind: str) -> Made:
        number = draw.below(5_000)
        return {"type": kind, "id": f"6{number:023x}", "name": f"Person {number}", "email": f"p{number}@example.com"}

    def part(identifier: int, kind: str) -> Made:
        return {
            "type": "conversation_part",
            "id": str(identifier),
            "part_type": "comment",
            "body": f"<p>{draw.text()}</p>",
            "created_at": draw.seconds(),
            "updated_at": draw.seconds(),
            "notified_at": draw.seconds(),
            "assigned_to": None,
            "author": author(kind),
            "attachments": [],
            "external_id": None,
            "redacted": False,
        }

    def conversation(number: int) -> Made:
        parts = [part(number * 10 + 1, "admin"), part(number * 10 + 2, "user")]
        return {
            "type": "conversation",
            "id": str(400_000 + number),
            "created_at": draw.seconds(),
            "updated_at": draw.seconds(),
            "waiting_since": None,
            "snoozed_until": None,
            "source": {
                "type": "conversation",
                "id": str(300_000 + number),
                "delivered_as": "customer_initiated",
                "subject": "",
                "body": f"<p>{draw.text()}</p>",
                "author": author("user"),
                "attachments": [],
                "url": None,
                "redacted": False,
            },
            "contacts": {
                "type": "contact.list",
                "contacts": [{"type": "contact", "id": f"6{draw.below(5_000):023x}", "external_id": None}],
            },
            "first_contact_reply": {"created_at": draw.seconds(), "type": "conversation", "url": None},
            "admin_assignee_id": 814_860,
            "team_assignee_id": None,
            "open": True,
            "state": "open",
            "read": True,
            "tags": {"type": "tag.list", "tags": []},
            "priority": "not_priority",
            "sla_applied": None,
            "statistics": {"type": "conversation_statistics", "time_to_assignment": 0, "count_reopens": 0},
            "conversation_rating": None
            if number % 5
            else {
                "rating": draw.below(5) + 1,
                "remark": "",
                "created_at": draw.seconds(),
                "contact": author("contact"),
            },
            "conversation_parts": {"type": "conversation_part.list", "total_count": 2, "conversation_parts": parts},
        }

    return {"type": "conversation.list", "conversations": [conversation(number) for number in range(n)]}


def stripe(n: int, draw: _Draw) -> Made:
    """Subscriptions with one item each."""

    def subscription(number: int) -> Made:
        price = {
            "id": f"price_{number % 20}",
            "object": "price",
            "active": True,
            "billing_scheme": "per_unit",
            "currency": "usd",
            "livemode": True,
            "metadata": {},
            "product": "prod_1",
            "recurring": {"interval": draw.one_of("month", "year"), "interval_count": 1, "usage_type": "licensed"},
            "type": "recurring",
            "unit_amount": draw.below(90_000) + 100,
            "unit_amount_decimal": "5000",
        }
        item = {
            "id": f"si_{number}",
            "object": "subscription_item",
            "created": draw.seconds(),
            "metadata": {},
            "price": price,
            "quantity": draw.below(50) + 1,
            "subscription": f"sub_{number}",
        }
        return {
            "id": f"sub_{number:014d}",
            "object": "subscription",
            "application": None,
            "automatic_tax": {"enabled": False, "liability": None},
            "billing_cycle_anchor": draw.seconds(),
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "collection_method": "charge_automatically",
            "created": draw.seconds(),
            "currency": "usd",
            "current_period_end": draw.seconds(),
            "current_period_start": draw.seconds(),
            "customer": f"cus_{draw.below(n):014d}",
            "default_payment_method": None,
            "discounts": [],
            "ended_at": None,
            "items": {"object": "list", "data": [item], "has_more": False, "total_count": 1, "url": "/v1/x"},
            "latest_invoice": f"in_{number}",
            "livemode": True,
            "metadata": {"account_id": f"001A{number:011d}"} if number % 3 else {},
            "start_date": draw.seconds(),
            "status": draw.one_of("active", "active", "past_due", "canceled"),
            "trial_end": None,
        }

    return {
        "object": "list",
        "url": "/v1/subscriptions",
        "has_more": False,
        "data": [subscription(i) for i in range(n)],
    }


def mixpanel(n: int, draw: _Draw) -> list[Made]:
    """Lines of the raw event export."""
    return [
        {
            "event": draw.one_of("report opened", "file exported", "dashboard shared"),
            "properties": {
                "time": draw.seconds(),
                "distinct_id": f"user-{draw.below(5_000)}",
                "$browser": "Chrome",
                "$browser_version": 126,
                "$city": "Berlin",
                "$insert_id": draw.uuid(),
                "$lib_version": "2.50.0",
                "$mp_api_endpoint": "api-eu.mixpanel.com",
                "$os": "Linux",
                "$screen_height": 1080,
                "$user_id": f"user-{draw.below(5_000)}",
                "account_id": f"A-{draw.below(500):05d}",
                "mp_country_code": "DE",
                "mp_processing_time_ms": draw.seconds() * 1000,
            },
        }
        for _ in range(n)
    ]


def posthog(n: int, draw: _Draw) -> Made:
    """A page of the events endpoint."""
    results = [
        {
            "id": draw.uuid(),
            "distinct_id": f"user-{draw.below(5_000)}",
            "properties": {
                "$ip": "192.0.2.1",
                "$os": "Linux",
                "$browser": "Chrome",
                "$current_url": "https://app.example.com/reports",
                "$host": "app.example.com",
                "$lib": "web",
                "$lib_version": "1.150.0",
                "$groups": {"company": f"A-{draw.below(500):05d}"},
                "$session_id": draw.uuid(),
                "$screen_height": 1080,
                "plan": "team",
            },
            "event": draw.one_of("$pageview", "report opened", "$exception", "file exported"),
            "timestamp": draw.time(),
            "person": {"is_identified": True, "distinct_ids": ["a", "b"], "properties": {"email": "p@example.com"}},
            "elements": [],
            "elements_chain": "",
        }
        for _ in range(n)
    ]
    return {"next": None, "results": results}


def gong(n: int, draw: _Draw) -> Made:
    """Calls and their transcripts, half of the rows each; a transcript has four turns of two sentences."""

    def call(number: int) -> Made:
        account = {"objectType": "Account", "objectId": f"001A{draw.below(500):011d}", "fields": []}
        return {
            "metaData": {
                "id": str(7_000_000 + number),
                "url": f"https://app.gong.io/call?id={number}",
                "title": "Weekly",
                "started": draw.time(),
                "duration": 1_800,
                "isPrivate": False,
                "direction": "Conference",
                "media": "Video",
                "language": "eng",
            },
            "context": [{"system": "Salesforce", "objects": [account]}],
            "parties": [
                {
                    "id": "1",
                    "speakerId": "s1",
                    "affiliation": "Internal",
                    "emailAddress": "r@us.example",
                    "userId": "u",
                },
                {
                    "id": "2",
                    "speakerId": "s2",
                    "affiliation": "External",
                    "emailAddress": f"p{draw.below(5_000)}@example.com",
                    "name": "Cleo",
                    "context": [],
                },
            ],
        }

    def turn(nth: int) -> Made:
        sentences = [{"start": nth * 9_000 + at * 4_000, "end": nth * 9_000 + at * 4_000 + 3_900} for at in range(2)]
        return {
            "speakerId": "s2" if nth % 2 else "s1",
            "topic": None,
            "sentences": [sentence | {"text": draw.text()[:80]} for sentence in sentences],
        }

    calls = [call(number) for number in range(n // 2)]
    transcripts = [{"callId": made["metaData"]["id"], "transcript": [turn(nth) for nth in range(4)]} for made in calls]
    return {"requestId": "r", "records": {"totalRecords": n}, "calls": calls, "callTranscripts": transcripts}


def surveymonkey(n: int, draw: _Draw) -> Made:
    """A page of ``responses/bulk?simple=true``: a score and an open answer."""

    def response(number: int) -> Made:
        score = {
            "id": "101",
            "variant_id": "",
            "family": "single_choice",
            "subtype": "vertical",
            "heading": "How likely is it that you would recommend us to a friend?",
            "answers": [{"choice_id": str(draw.below(11)), "simple_text": str(draw.below(11))}],
        }
        words = {
            "id": "102",
            "family": "open_ended",
            "subtype": "essay",
            "heading": "Why?",
            "answers": [{"text": draw.text(), "simple_text": "x"}],
        }
        return {
            "id": str(118_000_000 + number),
            "recipient_id": "",
            "collection_mode": "default",
            "response_status": "completed",
            "custom_value": "",
            "first_name": "",
            "last_name": "",
            "email_address": "",
            "ip_address": "192.0.2.1",
            "logic_path": {},
            "metadata": {"contact": {"email": {"type": "string", "value": f"p{draw.below(5_000)}@example.com"}}},
            "page_path": [],
            "collector_id": "50253586",
            "survey_id": "105723396",
            "custom_variables": {"account_id": f"A-{draw.below(500):05d}"},
            "edit_url": "https://www.surveymonkey.com/r/",
            "analyze_url": "https://www.surveymonkey.com/analyze/",
            "total_time": 144,
            "date_modified": draw.time(),
            "date_created": draw.time(),
            "href": f"https://api.surveymonkey.com/v3/surveys/1/responses/{number}",
            "pages": [{"id": "73527947", "questions": [score, words]}],
        }

    return {"data": [response(number) for number in range(n)], "per_page": n, "page": 1, "total": n, "links": {}}


def delighted(n: int, draw: _Draw) -> list[Made]:
    """The array of survey responses, with ``expand[]=person``."""
    return [
        {
            "id": str(5_000_000 + number),
            "person": {
                "id": str(8_000_000 + draw.below(5_000)),
                "email": f"p{draw.below(5_000)}@example.com",
                "name": "Cleo",
                "created_at": draw.seconds(),
                "phone_number": None,
            },
            "survey_type": "nps",
            "score": draw.below(11),
            "comment": draw.text(),
            "permalink": f"https://app.delighted.com/r/{draw.uuid()}",
            "created_at": draw.seconds(),
            "updated_at": draw.one_of(None, draw.seconds()),
            "person_properties": {"Account ID": f"A-{draw.below(500):05d}", "Country": "DE", "Plan": "team"},
            "notes": [],
            "tags": ["eu"],
            "additional_answers": [],
        }
        for number in range(n)
    ]


PAGES: dict[str, Callable[[int, _Draw], Made | list[Made]]] = {
    "zendesk": zendesk,
    "zendesk_comments": zendesk_comments,
    "intercom": intercom,
    "stripe": stripe,
    "mixpanel": mixpanel,
    "posthog": posthog,
    "gong": gong,
    "surveymonkey": surveymonkey,
    "delighted": delighted,
}


LINES = ("mixpanel",)  # whose export is one object a line


def page_name(vendor: str) -> str:
    """The file's name below ``json/``."""
    return f"{vendor}.jsonl" if vendor in LINES else f"{vendor}.json"


def write(folder: Path, rows: int) -> None:
    """Write ``json/<page_name>`` for each vendor."""
    (folder / "json").mkdir(parents=True, exist_ok=True)
    for seed, (name, made) in enumerate(PAGES.items(), start=1):
        page = made(rows, _Draw(seed))
        parts = [json.dumps(one, ensure_ascii=False) for one in (page if name in LINES else [page])]
        (folder / "json" / page_name(name)).write_text("\n".join(parts) + "\n", encoding="utf-8")
