"""HubSpot: one spelling of properties for its three kinds of export, and what a builder of rows hands over.

Belongs here: names of properties in CSV exports, connector tables and JSON, associations, shared columns.
Does not: what a property means for an object (``hubspot_records``, ``hubspot_activities``, ``hubspot_stages``).
A property is ``hs_ticket_priority`` to the API, ``property_hs_ticket_priority`` to a connector and ``Priority`` to the
CSV export of a view; names are compared without prefix, case and punctuation, so a builder asks for both wordings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import polars as pl

from sources.connector_tables import DELETED, SYNCED, bare_name, is_deleted
from sources.declared import in_force
from sources.extract import excluded_rows
from sources.jsonlines import as_text
from sources.vendor_times import utc

_PREFIX = re.compile(r"^propert(?:y|ies)[_.]")
_ID = ("record_id", "id", "hs_object_id")
_DELETED = ("is_deleted", "archived")
#: Of the record itself and of the primary one of its associated records.
ACCOUNT = (
    *("hs_primary_associated_company", "primary_associated_company_id", "associated_company_ids_primary"),
    *("primary_company_id", "associatedcompanyid", "associated_company_id", "associated_company_ids", "company_id"),
)
PERSON = ("associated_contact_id", "associated_contact_ids", "contact_id", "hs_contact_id")
_ASSOCIATED = (
    ("companies", "associated_company_ids"),
    ("contacts", "associated_contact_ids"),
    ("tickets", "associated_ticket_ids"),
)
TICKET = ("associated_ticket_id", "associated_ticket_ids", "ticket_id")


@lru_cache(maxsize=10_000)  # a page's records repeat the same keys
def property_name(column: str) -> str:
    """The bare name of a column or key: ``property_hs_ticket_priority`` → ``hsticketpriority``."""
    return bare_name(_PREFIX.sub("", column.strip().strip('"').lower()))


def hubspot_ticket(number: pl.Expr) -> pl.Expr:
    """The id of the ticket of this number: surveys mean the help desk's by a plain one."""
    return pl.format("hubspot:{}", number)


@dataclass
class Properties:
    """Rows of one object: ``rows`` holds ``source_row`` and text columns. What is asked for is noted as read."""

    rows: pl.DataFrame
    read: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._columns: dict[str, str] = {}
        for column in self.rows.columns:
            if column != "source_row":
                self._columns.setdefault(property_name(in_force().fields.get(column, column)), column)

    def has(self, *names: str) -> bool:
        """True if one of these properties is a column."""
        return any(bare_name(name) in self._columns for name in names)

    def text(self, *names: str) -> pl.Expr:
        """The first filled one of these properties; nulls if the file has none."""
        found = [self._columns[key] for name in names if (key := bare_name(name)) in self._columns]
        self.read.update(found)
        return pl.coalesce([pl.lit(None, pl.String), *(_filled(c) for c in dict.fromkeys(found))])

    def record_id(self, *names: str) -> pl.Expr:
        """The id of the record; ``names`` are those that its own table gives it."""
        return self.text(*names, *_ID)

    def only(self, names: Sequence[str]) -> pl.Expr:
        """The one associated record; null where there are several, since nothing says which one it is."""
        found = self.text(*names)
        return pl.when(~found.str.contains(";", literal=True)).then(found.str.strip_chars())

    def ticket(self) -> pl.Expr:
        """The one associated ticket. The help desk numbers its tickets, too, so these say whose they are."""
        return hubspot_ticket(self.only(TICKET))

    def version(self) -> dict[str, pl.Expr]:
        """``updated_at`` and ``is_deleted``. A connector that finds a record deleted says so with a newer sync only."""
        modified = ("updatedAt", "hs_lastmodifieddate", "lastmodifieddate", "last_modified_date")
        marks = [column for name in (*_DELETED, DELETED) if (column := self._columns.get(bare_name(name)))]
        self.read.update(marks)
        return {
            "updated_at": utc(self.text(SYNCED, *modified)),
            "is_deleted": is_deleted(marks, marks),
        }

    def where(self, mask: pl.Expr) -> Properties:
        """The rows for which ``mask`` is true; what was read is noted for all together."""
        part = Properties(self.rows.filter(mask))
        part.read = self.read
        return part

    def frame(self, is_derived: bool = False, **columns: pl.Expr) -> pl.DataFrame:
        """Canonical columns of the rows, with ``source_row`` and ``is_derived``."""
        return self.rows.select("source_row", pl.lit(is_derived).alias("is_derived"), **columns)

    def numbers(self, mask: pl.Expr) -> pl.Series:
        """The row numbers for which ``mask`` is true."""
        return self.rows.filter(mask)["source_row"]

    def unread(self) -> pl.DataFrame:
        """``source_row`` and the columns that no builder asked for."""
        return self.rows.drop([c for c in self.rows.columns if c in self.read])


def _filled(column: str) -> pl.Expr:
    """The column, blank cells null."""
    return pl.when(pl.col(column).str.strip_chars().str.len_bytes() > 0).then(pl.col(column))


@dataclass
class Made:
    """What a builder makes of one object's rows: canonical frames, excluded rows, warnings."""

    frames: list[tuple[str, pl.DataFrame]] = field(default_factory=list)
    excluded: list[pl.DataFrame] = field(default_factory=list)
    warnings: list[pl.DataFrame] = field(default_factory=list)

    def exclude(self, rows: pl.Series, reason: str, message: str, table: str, column: str | None = None) -> None:
        """Set these rows aside."""
        self.excluded.append(excluded_rows(rows, reason, message, table, column))


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record of the API with its properties and the ids of its associated records beside its own keys."""
    own = {k: v for k, v in record.items() if k not in ("properties", "associations", "propertiesWithHistory")}
    properties = record.get("properties")
    history = record.get("propertiesWithHistory")
    stages = history.get("lifecyclestage") if isinstance(history, dict) else None
    return {
        **(properties if isinstance(properties, dict) else {}),
        **_entered(stages),
        **_associated(record.get("associations")),
        **own,
    }


def _associated(associations: Any) -> dict[str, str]:
    """``associated_company_ids`` and its like; of several records only those that are no mere ``…_unlabeled`` link."""
    found: dict[str, str] = {}
    for plural, name in _ASSOCIATED if isinstance(associations, dict) else ():
        links = associations.get(plural)
        results = links.get("results") if isinstance(links, dict) else None
        every: dict[str, bool] = {}
        for link in results if isinstance(results, list) else ():
            if isinstance(link, dict) and link.get("id") is not None:
                identifier = as_text(link["id"]) or ""
                is_primary = not str(link.get("type", "")).endswith("_unlabeled")
                every[identifier] = every.get(identifier, False) or is_primary
        primary = [identifier for identifier, is_primary in every.items() if is_primary]
        if every:
            found[name] = ";".join(primary if len(primary) == 1 else every)
    return found


def _entered(history: Any) -> dict[str, str]:
    """When each lifecycle stage was last entered, under the names that the property of that date has."""
    found: dict[str, str] = {}
    for change in history if isinstance(history, list) else []:
        if isinstance(change, dict) and change.get("value") and change.get("timestamp"):
            key, time = f"hs_lifecyclestage_{change['value']}_date", str(change["timestamp"])
            found[key] = max(found.get(key, ""), time)
    return found
