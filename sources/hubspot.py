"""HubSpot: CSV exports of its views, the tables a connector makes of its objects, and JSON of its API.

Belongs here: telling the objects apart, what each becomes. Does not: names of properties (``hubspot_properties``),
the rows themselves (``hubspot_records``, ``hubspot_activities``, ``hubspot_stages``).

======================  ==========================================================================================
object                  becomes
======================  ==========================================================================================
company                 accounts; merged ids become accounts that follow their survivor; the dates at which it became
                        a lead, customer and so on become stage history (both derived)
contact                 people; merged ids likewise
contact_merge_audit     people that follow their survivor
deal                    contracts, where its type or pipeline says renewal
ticket                  tickets; the text that a form, e-mail or chat brought in becomes a message (derived)
e-mail, call, note,     messages (``hubspot_activities`` says who wrote what)
message, inbox message
survey response         survey responses: net promoter score, effort (1–7) and satisfaction (0–2)
history of properties   stage history: a company's lifecycle stage; a deal's step where the company stands beside it
======================  ==========================================================================================

JSON is a page of the API ({"results": [{"id", "properties", "createdAt", "updatedAt", "archived"}]}), an array or
lines of such records: https://developers.hubspot.com/docs/guides/api/crm/understanding-the-crm. Tables of links
(deal_company, ticket_contact …) cannot be joined here, since each file is read by itself: the links are taken from the
records. Owners, users, teams, pipelines and definitions of properties hold nothing that is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import PurePosixPath

import polars as pl

from sources.connector_tables import SYNCED, bare_name
from sources.content import Content, Limits
from sources.delimited import read_delimited
from sources.extract import Extract
from sources.hubspot_activities import KINDS, activities, inbox
from sources.hubspot_properties import Made, Properties, flat, property_name
from sources.hubspot_records import companies, contact_merges, contacts, deals, feedback, tickets
from sources.hubspot_stages import property_history
from sources.jsonlines import JsonLines, as_text_table, read_json
from sources.reader import BY_CONTENT, BY_NAME, NOT_MINE, Head, Reader, make_extract

_ACTIVITY = {bare_name(name) for name in KINDS}
_LINKS = {"companyid", "contactid", "dealid", "ticketid", "engagementid"}
# Columns that only one of the other tables has.
_NOT_NEEDED = (
    ("ownerid", "portalid", "activeuserid"),
    ("ownerid", "portalid", "firstname", "createdat"),
    ("fivetranid", "hubspotobject", "fieldtype"),
    ("propertyid", "hubspotobject", "hidden"),
    ("pipelineid", "displayorder", "label"),
    ("mergeddealid", "dealid"),
    ("roleid", "primaryteamid"),
    ("requiresbillingwrite",),
    ("issecondaryuser", "teamid"),
)
_ENGAGEMENTS = {"portalid", "type", "fivetransynced"}  # the connector's list of activities, without their texts
_BARE_TABLE = {SYNCED, "id", "name"}  # teams; other vendors have tables of these very columns
_NO_NEED = "this table holds nothing that is read here: nothing to do, and it need not be delivered"
_NO_JOIN = (
    "links between records are read from the records themselves: deliver deals and tickets with "
    "hs_primary_associated_company, contacts with associatedcompanyid"
)
_UNKNOWN = "the record is no company, contact, deal, ticket, activity or survey response: request their properties"


def _not_needed(rows: Properties) -> Made:
    made = Made()
    made.exclude(rows.rows["source_row"], "not_needed", _NO_NEED, "")
    return made


def _links(rows: Properties) -> Made:
    made = Made()
    made.exclude(rows.rows["source_row"], "not_needed", _NO_JOIN, "")
    return made


def _unknown(rows: Properties) -> Made:
    made = Made()
    made.exclude(rows.rows["source_row"], "unknown_object", _UNKNOWN, "")
    return made


Build = Callable[[Properties], Made]


def record_of(names: Collection[str]) -> Build | None:
    """Which object has these properties (bare names)."""
    names = set(names)
    if "hssurveytype" in names or {"surveytype", "recordid"} <= names:
        return feedback
    if names & _ACTIVITY:
        return activities
    if names & {"dealname", "dealstage", "dealpipelineid"}:
        return deals
    if names & {"hspipelinestage", "hsticketpriority", "hsticketcategory", "ticketname", "ticketstatus"}:
        return tickets
    if names & {"firstname", "lastname", "email"}:
        return contacts
    if names & {"name", "companyname", "domain", "companydomainname"}:
        return companies
    return None


def _table_of(columns: Iterable[str]) -> Build | None:
    """Which object's CSV this is. None if nothing shows that it is HubSpot's."""
    columns = [c.strip().strip('"') for c in columns]
    names = {property_name(c) for c in columns}
    if {"canonicalvid", "vidtomerge"} <= names:
        return contact_merges
    if any({bare_name(c) for c in columns}.issuperset(marks) for marks in _NOT_NEEDED):
        return _not_needed
    if any(c.lower().startswith(("property_", "properties_")) for c in columns) and names & {"id", *_LINKS}:
        if {"engagementid", "type"} <= names:
            return activities
        return record_of(
            {property_name(c) for c in columns if c.lower().startswith("propert")} | names & {"dealpipelineid"}
        )
    if {"engagementid", "starttime", "meetingoutcome"} <= names:
        return activities
    is_history = {"name", "value", "sourceid"} <= names and names & {"timestamp", "timestampinstant"}
    if (is_history and names & _LINKS) or {"dealid", "dateentered", "value"} <= names:
        return property_history
    if names >= _ENGAGEMENTS:
        return _not_needed
    if len(names & _LINKS) == 2 and "category" in names and len(names) <= 6:
        return _links
    return record_of(names) if "recordid" in names or "hsobjectid" in names else None


def _is_mine(path: str) -> bool:
    """True if the folder or file is named after HubSpot: asked only where a header could be of several vendors."""
    return any(part.lower().startswith("hubspot") for part in PurePosixPath(path).parts)


def _claims(head: Head) -> int:
    if head.kind == "csv":
        if _table_of(head.columns) is not None:
            return BY_CONTENT
        return BY_NAME if set(head.columns) == _BARE_TABLE and _is_mine(head.relative_name) else NOT_MINE
    return BY_CONTENT if head.holds(lambda keys: _is_record(keys) or _is_inbox(keys)) else NOT_MINE


def _is_record(keys: Collection[str]) -> bool:
    return {"id", "properties", "createdAt", "updatedAt"} <= set(keys)


def _is_inbox(keys: Collection[str]) -> bool:
    return bool({"conversationsThreadId", "originalChannelId"} & set(keys))


def _read(content: Content, limits: Limits) -> Extract:
    return _read_table(content, limits) if content.kind == "csv" else _read_records(content, limits)


def _read_table(content: Content, limits: Limits) -> Extract:
    text = read_delimited(content.body, limits=limits)
    rows = Properties(text.rows)
    made = (_table_of(text.columns) or _not_needed)(rows)
    return make_extract(
        "hubspot", made.frames, text.rows_read, [text.excluded, *_settled(made)], made.warnings, rows.unread()
    )


def _read_records(content: Content, limits: Limits) -> Extract:
    lines = read_json(content, limits)
    groups: dict[Build, list[tuple[int, dict]]] = {}
    builds: dict[frozenset[str], Build] = {}
    messages = []
    for number, record in lines.records:
        if _is_inbox(record):
            messages.append((number, record))
            continue
        properties = record.get("properties")
        keys = frozenset(properties) if isinstance(properties, dict) else frozenset()
        if keys not in builds:
            builds[keys] = record_of({property_name(key) for key in keys}) or _unknown
        groups.setdefault(builds[keys], []).append((number, flat(record)))
    parts, extra = [inbox(messages)], [pl.DataFrame(schema={"source_row": pl.Int64})]
    excluded = [lines.excluded]
    for build, records in groups.items():
        no_faults = lines.excluded.clear()
        text = as_text_table(JsonLines(records, no_faults, len(records)), limits=limits)
        rows = Properties(text.rows)
        parts.append(build(rows))
        excluded.append(text.excluded)
        extra.append(rows.unread())
    return make_extract(
        "hubspot",
        [frame for made in parts for frame in made.frames],
        lines.rows_read,
        [*excluded, *(rows for made in parts for rows in _settled(made))],
        [rows for made in parts for rows in made.warnings],
        pl.concat(extra, how="diagonal"),
    )


def _settled(made: Made) -> list[pl.DataFrame]:
    """Excluded rows; those of no table at all name none."""
    return [rows.with_columns(pl.when(pl.col("table_name") != "").then(pl.col("table_name"))) for rows in made.excluded]


READER = Reader(
    name="hubspot",
    claims=_claims,
    read=_read,
    expects="a CSV export of companies, contacts, deals, tickets or survey responses (Record ID …), a connector's "
    "tables of them (id, property_… columns), or JSON of the API: {results: [{id, properties, createdAt, updatedAt}]}",
)
