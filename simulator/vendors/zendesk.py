"""Zendesk: tickets and comments as JSON lines, a delivery a quarter.

Belongs here: Zendesk's own ids, side-loaded requester and organisation, metric sets, satisfaction ratings, tags.
Does not: what was said. Quirks planted: tickets as they stood when delivered (newer versions follow), overlapping
deliveries (exact duplicates), deleted tickets, private notes, Zendesk's own automations (author −1), an organisation
the CRM does not know, a line cut in half.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator import words
from simulator.causes import CAUSES
from simulator.company_shape import Shape
from simulator.conversations import PRIORITIES
from simulator.deliveries import Extracts, json_line
from simulator.identifiers import AGENT, COMMENT, ORGANIZATION, USER, zendesk_id
from simulator.sample import Sample
from simulator.scripts import Line
from simulator.vendors.qualtrics import ticket_id
from simulator.vendors.salesforce import Duplicates

_OVERLAP = 4 * 86_400
_CLOSED_AFTER = 14 * 86_400
_QUARTER_WEEKS = 13
_TOPICS = {cause: cause for cause in CAUSES} | {"other": "question"}


def write(sample: Sample, extracts: Extracts, merged: Duplicates) -> dict[int, str]:
    """Write all deliveries; returns tickets whose account is given by a merged duplicate's id (index → that id)."""
    world = sample.world
    rated = _Ratings(sample)
    given = _given_accounts(sample, merged)
    comments: dict[int, list[Line]] = {}
    for line in sample.scripts["ticket"].lines:
        comments.setdefault(line.conversation, []).append(line)
    deleted = _deleted(sample)
    last_change = _last_changes(sample, comments)
    begin = 0
    while begin < world.n_weeks:
        end = min(begin + _QUARTER_WEEKS, world.n_weeks)
        end = world.n_weeks if world.n_weeks - end < 4 else end
        since, until = begin * 7 * 86_400 - (_OVERLAP if begin else 0), end * 7 * 86_400
        day = world.day(end * 7 - 1)
        folder = f"zendesk/{day:%Y-%m-%d}"
        tickets, said = extracts.file(f"{folder}/tickets.jsonl"), extracts.file(f"{folder}/comments.jsonl")
        for t in range(len(sample.tickets)):
            if last_change[t] < since:
                continue
            lines = [line for line in comments.get(t, ()) if line.at < until]
            if not lines:
                continue
            record, version = _ticket(sample, rated, given, t, lines, until, t in deleted)
            if version >= since:
                tickets.lines.append(json_line(record))
                tickets.kept_or_superseded("tickets", (record["id"],), record["updated_at"])
            for number, line in enumerate(lines):
                if line.at >= since:
                    said.lines.append(json_line(_comment(sample, t, number, line)))
                    said.kept_or_superseded("messages", (comment_id(t, number),), None)
        if end == world.n_weeks:
            _orphans(sample, extracts, tickets)
            said.lines.append('{"id":1530099999999,"type":"Comment","author_id":1500000001001,"body":"cut off in the')
            said.excluded("bad_json")
            extracts.plant(said, "line cut in half", "excluded", "bad_json")
        begin = end
    return given


def comment_id(ticket: int, number: int) -> int:
    """The Zendesk id of the ``number``-th comment of ticket ``ticket``."""
    return zendesk_id(COMMENT, ticket * 40 + number)


class _Ratings:
    """Satisfaction ratings on the ticket itself: offered to a third of solved tickets, answered by some."""

    def __init__(self, sample: Sample):
        draw = sample.world.chance("satisfaction ratings")
        facts = sample.tickets.ticket
        assert facts is not None
        n = len(sample.tickets)
        self.offered = draw.random(n) < 0.33
        self.answered = self.offered & (draw.random(n) < 0.35)
        self.delay = draw.integers(900, 150_000, n)
        slip = draw.random(n) < 0.12
        self.good = facts.is_well_solved ^ slip
        if sample.world.null_world:
            self.good = draw.random(n) < 0.75


def _last_changes(sample: Sample, comments: dict[int, list[Line]]) -> list[int]:
    """For each ticket a second after which nothing of it can change any more."""
    facts = sample.tickets.ticket
    assert facts is not None
    late = 2 * _CLOSED_AFTER
    return [
        max([int(facts.resolved[t]), *(line.at for line in comments.get(t, ()))]) + late
        for t in range(len(sample.tickets))
    ]


def _deleted(sample: Sample) -> set[int]:
    draw = sample.world.chance("deleted tickets")
    n = len(sample.tickets)
    return set(draw.permutation(n)[: max(1, n // 150)].tolist())


def _given_accounts(sample: Sample, merged: Duplicates) -> dict[int, str]:
    """A few early tickets of merged accounts carry the duplicate's id, as they were filed before the merge."""
    given: dict[int, str] = {}
    half = sample.world.n_days * 43_200
    for loser, survivor in merged.accounts.items():
        mine = ((sample.tickets.account == survivor) & (sample.tickets.start < half)).nonzero()[0]
        for t in mine[::3].tolist():
            given[t] = loser
    return given


def _ticket(
    sample: Sample, rated: _Ratings, given: dict[int, str], t: int, lines: Sequence[Line], until: int, is_deleted: bool
) -> tuple[dict[str, Any], int]:  # fmt: skip
    """The ticket as it stood at second ``until``, and the second of its last change."""
    plan, facts, shape = sample.tickets, sample.tickets.ticket, sample.shape
    assert facts is not None
    account, person, start = int(plan.account[t]), int(plan.person[t]), int(plan.start[t])
    first = int(facts.first_reply[t])
    first = first if 0 <= first < until else -1
    solved = int(facts.resolved[t])
    solved = solved if 0 <= solved < until else -1
    changed = max(start, first, solved, max(line.at for line in lines))
    rating: dict[str, Any] = {"score": "unoffered"}
    if solved >= 0 and rated.offered[t]:
        rating = {"score": "offered"}
        at = solved + int(rated.delay[t])
        if rated.answered[t] and at < until:
            rating = {"score": "good" if rated.good[t] else "bad", "created_at": sample.world.stamp(at)}
            changed = max(changed, at)
    tags = [
        f"topic:{_TOPICS[CAUSES[plan.cause[t]]]}",
        f"product:{words.PRODUCT_LINES[shape.product_line[account]].lower()}",
    ]
    tags += ["complaint"] if facts.is_complaint[t] else []
    tags += ["escalated"] if facts.is_escalated[t] else []
    status = "solved" if solved >= 0 else "open" if first >= 0 else "new"
    if solved >= 0 and until - changed > _CLOSED_AFTER:  # Zendesk closes by itself, which is a change too
        status, changed = "closed", changed + _CLOSED_AFTER
    agent = t % len(words.AGENT_NAMES)
    record = {
        "url": f"https://corvane.example/api/v2/tickets/{ticket_id(t)}.json",
        "id": int(ticket_id(t)),
        "external_id": None,
        "via": {"channel": "email" if t % 3 else "web"},
        "created_at": sample.world.stamp(start),
        "updated_at": sample.world.stamp(changed),
        "type": "problem" if facts.is_complaint[t] else "question",
        "subject": _subject(sample, t),
        "description": lines[0].body,
        "priority": PRIORITIES[facts.priority[t]] if t % 17 else None,
        "status": "deleted" if is_deleted else status,
        "requester_id": zendesk_id(USER, person),
        "submitter_id": zendesk_id(USER, person),
        "assignee_id": zendesk_id(AGENT, agent),
        "organization_id": zendesk_id(ORGANIZATION, account),
        "has_incidents": False,
        "is_public": True,
        "tags": tags,
        "custom_fields": [],
        "satisfaction_rating": rating,
        "requester": _requester(shape, person),
        "organization": {
            "id": zendesk_id(ORGANIZATION, account),
            "name": shape.account_name[account],
            "external_id": given.get(t, shape.account_id[account]),
        },
        "metric_set": {
            "reopens": int(facts.n_reopens[t]),
            "replies": sum(line.author_kind == "agent" and line.is_public for line in lines),
            "assignee_stations": 1 + int(facts.n_transfers[t]),
            "reply_time_in_minutes": {"calendar": (first - start) // 60 if first >= 0 else None, "business": None},
            "solved_at": sample.world.stamp(solved) if solved >= 0 else None,
        },
    }
    return record, changed


def _requester(shape: Shape, person: int) -> dict[str, Any]:
    return {
        "id": zendesk_id(USER, person),
        "name": shape.full_name(person),
        "email": shape.email[person],
        "external_id": shape.person_id[person],
    }


def _subject(sample: Sample, t: int) -> str:
    topic = CAUSES[sample.tickets.cause[t]].replace("_", " ")
    return f"{topic.capitalize()} at {sample.shape.account_name[int(sample.tickets.account[t])]}"


def _comment(sample: Sample, t: int, number: int, line: Line) -> dict[str, Any]:
    person = int(sample.tickets.person[t])
    if line.author_kind == "bot":
        author_id, author = -1, {"id": -1, "name": "System", "role": "admin"}
    elif line.author_kind == "agent":
        author_id = zendesk_id(AGENT, line.agent)
        author = {"id": author_id, "name": words.AGENT_NAMES[line.agent], "role": "agent"}
    else:
        author_id = zendesk_id(USER, person)
        author = {
            "id": author_id,
            "name": sample.shape.full_name(person),
            "role": "end-user",
            "external_id": sample.shape.person_id[person],
        }
    return {
        "id": comment_id(t, number),
        "type": "Comment",
        "ticket_id": int(ticket_id(t)),
        "author_id": author_id,
        "author": author,
        "body": line.body,
        "public": line.is_public,
        "via": {"channel": "email" if t % 3 else "web"},
        "attachments": [],
        "created_at": sample.world.stamp(line.at),
    }


def _orphans(sample: Sample, extracts: Extracts, tickets: Any) -> None:
    """Tickets of an organisation that the CRM does not know: kept, with a warning."""
    for number in range(2):
        at = (sample.world.n_days - 9 + number) * 86_400 + 36_000
        organization = zendesk_id(ORGANIZATION, 90_000)
        record = {
            "id": 9_001 + number,
            "created_at": sample.world.stamp(at),
            "updated_at": sample.world.stamp(at + 5_000),
            "subject": "Question from a company not in the CRM",
            "priority": "normal",
            "status": "open",
            "requester_id": zendesk_id(USER, 90_000),
            "organization_id": organization,
            "tags": ["topic:login_of_guest1@unlisted.example"],  # a topic that tells a person
            "satisfaction_rating": {"score": "unoffered"},
            "organization": {"id": organization, "name": "Unlisted Partners", "external_id": None},
            "metric_set": {"reopens": 0, "assignee_stations": 1, "solved_at": None},
        }
        tickets.lines.append(json_line(record))
        tickets.kept_or_superseded("tickets", (record["id"],), record["updated_at"])
        extracts.plant(tickets, "ticket of an unknown account", "kept", "unknown_account")
