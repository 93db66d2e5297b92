"""Good deliveries of records: our own tables, CRM, billing, help desks.

Belongs here: four rows a delivery, made with the builders of the readers' own tests. Does not: surveys, events, talk
(``good_signals``), faults.
"""

from __future__ import annotations

from tests.faults.delivered import NUMBERS, QUIXEL, TAGS, Good, numbered, objects, table_of
from tests.unit.sources import (
    hubspot_files,
    test_intercom,
    test_salesforce,
    test_stripe,
    test_zendesk,
    test_zendesk_warehouse,
)


def canonical() -> list[Good]:
    survey = "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,verbatim,account_id"
    message = {
        "channel": "email",
        "author_kind": "customer",
        "is_public": True,
        "rating": 4.5,
        "rating_min": 1,
        "rating_max": 5,
    }
    return [
        numbered(
            "accounts.csv",
            "canonical",
            "account_id,account_name,arr_usd,updated_at,is_deleted",
            "A{n},Acme {q} {n},1{n}00.5,2025-0{n}-03T10:00:00Z,false",
        ),
        numbered(
            "survey_responses.csv",
            "canonical",
            survey,
            "R{n},csat,{n},1,5,true,2025-12-0{n}T10:00:00Z,Fine {q} {n},A{n}",
        ),
        numbered(
            "messages/2025.csv",
            "canonical",
            "message_id,channel,author_kind,body,sent_at,account_id",
            'M{n},email,customer,"It fails, {q}\n says {n}",2025-12-0{n}T10:00:00+01:00,A{n}',
        ),
        numbered("people.csv", "canonical", "person_id,account_id,full_name", "P{n},A{n},Jo {q} {n}"),
        numbered("usage.csv", "canonical", "account_id,metric,used_on,value", "A{n},logins,2025-12-0{n},{n}.25"),
        objects(
            "messages.jsonl",
            "canonical",
            "lines",
            [
                message | {"message_id": f"M{n}", "body": f"Thanks {QUIXEL} {n}", "sent_at": f"2025-12-0{n}T10:00:00Z"}
                for n in NUMBERS
            ],
        ),
    ]


def salesforce() -> list[Good]:
    time = "2024-05-3{n}T14:05:00.000+0000".replace("3{n}", "0{n}")
    return [
        numbered(
            "salesforce/Account.csv",
            "salesforce",
            test_salesforce.ACCOUNT,
            f"A-{{n}},false,,Acme {{q}} {{n}},,smb,emea,12{{n}}0.5,USD,9000000,2024-01-02T08:00:00.000Z,{time}",
        ),
        numbered(
            "salesforce/Contact.csv",
            "salesforce",
            test_salesforce.CONTACT,
            f"C-{{n}},false,,A-{{n}},Doe {{q}} {{n}},Jo,{{q}}{{n}}@example.com,Executive Sponsor,{time}",
        ),
        numbered(
            "salesforce/Opportunity.csv",
            "salesforce",
            test_salesforce.OPPORTUNITY,
            f"O-{{n}},A-{{n}},Closed Won,12{{n}}0,2024-05-0{{n}},Renewal,true,true,2024-05-1{{n}},1000,{time}",
        ),
    ]


def hubspot() -> list[Good]:
    contacts = [
        hubspot_files.record(
            f"5{n}",
            {"email": f"{QUIXEL}{n}@example.com", "firstname": "Jo", "lastname": f"{QUIXEL} {n}"},
            associations=hubspot_files.linked(companies=[f"90{n}"]),
        )
        for n in NUMBERS
    ]
    return [
        numbered(
            "hubspot/companies.csv",
            "hubspot",
            "Record ID,Company name,Annual Revenue,Create Date,Last Modified Date,Became a Customer Date,ARR",
            "900{n},Acme {q} {n},5000000,2024-01-0{n} 08:00,2024-05-1{n} 14:05,2024-03-01 10:00,12{n}0",
        ),
        objects("hubspot/contacts.json", "hubspot", "page", contacts, "results", page={"paging": {}}),
    ]


def stripe() -> list[Good]:
    customers = [
        test_stripe.customer(id=f"cus_{n}", name=f"Acme {QUIXEL} {n}", created=test_stripe.JAN + n) for n in NUMBERS
    ]
    page = {"object": "list", "url": "/v1/customers", "has_more": False}
    contracts = [test_stripe.subscription(id=f"sub_{n}", customer=f"cus_{n}", quantity=n) for n in NUMBERS]
    return [
        objects("stripe/customers.json", "stripe", "page", customers, "data", page=page),
        objects("stripe/subscriptions.jsonl", "stripe", "lines", contracts),
    ]


def zendesk() -> list[Good]:
    tickets = [
        test_zendesk.TICKET | {"id": n, "tags": [f"topic:{n}"], "created_at": f"2024-05-0{n}T14:05:00Z"}
        for n in NUMBERS
    ]
    comments = [
        test_zendesk.COMMENT | {"id": n, "body": f"It fails {QUIXEL} {n}", "created_at": f"2024-05-0{n}T14:05:00Z"}
        for n in NUMBERS
    ]
    page = {"next_page": None, "count": 4}
    return [
        objects("zendesk/tickets.jsonl", "zendesk", "lines", tickets, may_fall_silent=TAGS),
        objects("zendesk/comments.json", "zendesk", "array", comments),
        objects(
            "zendesk/page.json",
            "zendesk",
            "page",
            tickets,
            "tickets",
            page=page,
            may_fall_silent=TAGS,
        ),
        table_of("zendesk/ticket.csv", "zendesk", test_zendesk_warehouse.TICKETS.replace("[3]", "[]")),
    ]


def intercom() -> list[Good]:
    contacts = [
        test_intercom.CONTACT | {"id": f"u{n}", "external_id": f"C-{n}", "name": f"Jo {QUIXEL} {n}"} for n in NUMBERS
    ]
    talks = [
        test_intercom.CONVERSATION
        | {
            "id": f"{n}",
            "source": test_intercom.CONVERSATION["source"] | {"body": f"<p>It fails {QUIXEL} {n}</p>"},
            "conversation_parts": {"conversation_parts": [test_intercom.part(40 + n, test_intercom.USER)]},
        }
        for n in NUMBERS
    ]
    return [
        objects("intercom/contacts.jsonl", "intercom", "lines", contacts),
        objects("intercom/conversations.json", "intercom", "array", talks),
    ]
