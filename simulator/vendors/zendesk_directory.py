"""Zendesk's users and organisations as JSON lines, one full delivery.

Belongs here: everyone who asked, the agents, their companies. Does not: tickets (``zendesk``). Quirks planted: users
without a CRM id; users and organisations whose CRM record outranks them (superseded); agents (speakers only).
"""

from __future__ import annotations

from simulator import words
from simulator.deliveries import Extracts, json_line
from simulator.identifiers import AGENT, ORGANIZATION, USER, zendesk_id
from simulator.sample import Sample


def write(sample: Sample, extracts: Extracts) -> None:
    """Write both files."""
    _users(sample, extracts)
    _organizations(sample, extracts)


def _users(sample: Sample, extracts: Extracts) -> None:
    """Everyone who ever asked, and the agents (speakers only). Some are unknown to the CRM and keep Zendesk's id."""
    shape = sample.shape
    file = extracts.file(f"zendesk/{sample.world.last_day:%Y-%m-%d}/users.jsonl")
    asked = sorted({int(p) for p in sample.tickets.person})
    for person in asked:
        account = int(shape.person_account[person])
        record = {
            "id": zendesk_id(USER, person),
            "name": shape.full_name(person),
            "email": shape.email[person],
            "role": "end-user",
            "external_id": shape.person_id[person],
            "organization_id": zendesk_id(ORGANIZATION, account),
            "organization": {
                "id": zendesk_id(ORGANIZATION, account),
                "name": shape.account_name[account],
                "external_id": shape.account_id[account],
            },
            "active": True,
            "locale": "en-US",
            "time_zone": "UTC",
            "created_at": sample.world.stamp(0),
            "updated_at": sample.world.stamp(86_400),
        }
        file.lines.append(json_line(record))
        file.kept_or_superseded("people", (record["external_id"], None), None)
    for number in range(4):
        record = {
            "id": zendesk_id(USER, 90_000 + number),
            "name": f"{words.FIRST_NAMES[number * 11]} {words.LAST_NAMES[number * 13]}",
            "email": f"guest{number + 1}@unlisted.example",
            "role": "end-user",
            "external_id": None,
            "organization_id": None,
            "active": True,
            "created_at": sample.world.stamp(0),
            "updated_at": sample.world.stamp(86_400),
        }
        file.lines.append(json_line(record))
        file.kept_or_superseded("people", (f"zendesk:{record['id']}", None), None)
        extracts.plant(file, "user unknown to the CRM", "kept", "unknown_account")
    for number, name in enumerate(words.AGENT_NAMES):
        record = {
            "id": zendesk_id(AGENT, number),
            "name": name,
            "email": f"{name.lower().replace(' ', '.')}@corvane.example",
            "role": "agent" if number else "admin",
            "active": True,
            "created_at": sample.world.stamp(0),
            "updated_at": sample.world.stamp(0),
        }
        file.lines.append(json_line(record))
        file.kept_or_superseded("speakers", (f"zendesk:user:{record['id']}",), record["updated_at"])


def _organizations(sample: Sample, extracts: Extracts) -> None:
    shape = sample.shape
    file = extracts.file(f"zendesk/{sample.world.last_day:%Y-%m-%d}/organizations.jsonl")
    for a in range(shape.n_accounts):
        record = {
            "id": zendesk_id(ORGANIZATION, a),
            "name": shape.account_name[a],
            "domain_names": [shape.email_domain[a]],
            "external_id": shape.account_id[a],
            "shared_tickets": False,
            "created_at": sample.world.stamp(0),
            "updated_at": sample.world.stamp(0),
        }
        file.lines.append(json_line(record))
        file.kept_or_superseded("accounts", (record["external_id"], None), None)
