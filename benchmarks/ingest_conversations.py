"""Conversations as help desks and call recorders answer, for timing their readers: Zendesk, Intercom, Gong.

Belongs here: the pages of these vendors, in the shapes they document. Does not: other vendors, writing files
(``ingest_pages``). Objects carry the keys that real answers carry and nobody reads, for those cost time too.
"""

from __future__ import annotations

from benchmarks.ingest_draw import Draw, Made


def zendesk(n: int, draw: Draw) -> Made:
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


def zendesk_comments(n: int, draw: Draw) -> Made:
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


def intercom(n: int, draw: Draw) -> Made:
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


def gong(n: int, draw: Draw) -> Made:
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
