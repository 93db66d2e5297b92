"""Stripe: customers and subscriptions, from JSON of its API or its events and from the tables a connector makes.

Belongs here: what each object becomes, which state of a subscription is a contract. Does not: prices
(``stripe_prices``), types (``conform``).

============  ======================================================================================================
object        becomes
============  ======================================================================================================
customer      accounts, merged into the CRM's account where ``metadata`` names it (``account_id``, ``crm_account_id``,
              ``salesforce_account_id``, ``hubspot_company_id``); people (derived), where there is an e-mail address
subscription  contracts: ``start_date``, the end of the current period, the items' prices a year
others        nothing: invoices, items, plans, prices, discounts, charges … are ``not_needed``
============  ======================================================================================================

A subscription's status: active, past_due, unpaid and paused are open contracts; canceled is churned on ``ended_at``, of
which the contract's end follows; trialing, and canceled before a trial was over, is no contract yet (``trial``);
incomplete and incomplete_expired never began (``not_started``). Test data (``livemode`` false) is set aside.

A connector's subscription table has no prices, and one file knows nothing of another: join price (or plan) and quantity
of its items to it (``unit_amount``, ``currency``, ``interval``, ``interval_count``), else its rows are ``no_price``.
Stripe does not say when an object changed. A newer version is told by the event's time, the connector's sync, or the
latest moment that the object speaks of.

https://docs.stripe.com/api/subscriptions/object, https://docs.stripe.com/api/customers/object,
https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from sources.conform import text_frame
from sources.connector_tables import DELETED, START, SYNCED
from sources.content import Content, Limits
from sources.contract import TABLES
from sources.delimited import read_delimited
from sources.extract import Extract, excluded_rows, warning_rows
from sources.jsonlines import as_text, as_text_table, read_json
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, make_extract
from sources.record_ids import long_reference
from sources.stripe_prices import worth
from sources.vendor_times import day_of, is_second

Row = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN = ("active", "past_due", "unpaid", "paused")
_LINKS = ("account_id", "crm_account_id", "salesforce_account_id", "sfdc_account_id", "hubspot_company_id")
_GONE = ("deleted", "is_deleted", DELETED)
_MOMENTS = ("created", "current_period_start", "canceled_at", "ended_at")
_READ = (
    *("id", "object", "customer", "customer_id", "status", "start_date", "current_period_end", "metadata", "livemode"),
    *("items", "plan", "quantity", "trial_end", "name", "email", "deleted", "is_deleted", "data", *_MOMENTS),
    *(SYNCED, START, DELETED, "unit_amount", "unit_amount_decimal", "plan_amount", "amount", "currency"),
    *("plan_currency", "interval", "plan_interval", "recurring_interval", "interval_count", "plan_interval_count"),
    *("recurring_interval_count", "usage_type", "recurring_usage_type", "discount", "discounts"),
)
_SAID = {
    "not_needed": "this object holds nothing that is read here: nothing to do, and it need not be delivered",
    "test_mode": "the object is test data (livemode is false): nothing to do",
    "trial": "the subscription is or ended in its trial, so nothing was paid yet: nothing to do",
    "not_started": "the first payment was never made, so there is no contract: nothing to do",
    "unknown_status": "the subscription's status is none of Stripe's: export the column status as it is",
    "no_price": "the subscription's price is not in the file, or has tiers: deliver the API's JSON, or join "
    "unit_amount, currency, interval, interval_count and quantity of its items to the table",
    "no_time": "the deletion has no date: deliver the event customer.deleted instead",
}
_NOTICED = {
    "usage_not_counted": "metered items are paid by use and are not in arr_usd: nothing to do",
    "discount_not_counted": "a discount is not taken off arr_usd: correct the amount in a contracts file if it lasts",
}


def _table_of(columns: Collection[str]) -> str | None:
    """Which object's table this is; ``other`` for those that hold nothing we need."""
    names = {c.strip().strip('"').lower() for c in columns}
    if {"id", "customer_id", "status", "cancel_at_period_end", "billing_cycle_anchor"} <= names:
        return "subscription"
    if {"id", "livemode", "created"} <= names and names & {"invoice_prefix", "delinquent", "tax_exempt"}:
        return "customer"
    is_other = {"id", "livemode"} <= names or {"coupon_id", "checkout_session"} <= names
    return "other" if is_other or {"id", "subscription_id", "plan_id", "quantity"} <= names else None


def _is_object(keys: Collection[str]) -> bool:
    return {"id", "object", "livemode"} <= set(keys) or {"id", "object", "deleted"} <= set(keys)


def _subscription(number: int, found: Row, changed: Any) -> Iterable[tuple[str, Row | str]]:
    status = str(found.get("status")).strip().lower()
    ended, trial_end = found.get("ended_at"), found.get("trial_end")
    if status in ("incomplete", "incomplete_expired"):
        return [("contracts", "not_started")]
    if status == "trialing" or (status == "canceled" and _is_by(ended, trial_end)):
        return [("contracts", "trial")]
    if status not in (*_OPEN, "canceled"):
        return [("contracts", "unknown_status")]
    items = _items(found)
    value = worth(items)
    if value.a_year is None:
        return [("contracts", "no_price")]
    is_over = status == "canceled"
    period_end = _latest([found.get("current_period_end"), *(item.get("current_period_end") for item in items)])
    over_on = _moment(ended) or _moment(found.get("canceled_at"))
    contract = {
        "source_row": number,
        "contract_id": as_text(found.get("id")),
        "account_id": _account(found),
        "starts_on": _day(_moment(found.get("start_date")) or _moment(found.get("created"))),
        "renews_on": _day(over_on if is_over and over_on else period_end),
        "arr_usd": value.a_year,
        "currency": value.currency,
        "outcome": "churned" if is_over else None,
        "outcome_on": _day(over_on) if is_over else None,
        "outcome_arr_usd": "0" if is_over else None,
        "is_deleted": as_text(_is_gone(found)),
        "updated_at": _moment(changed) or _latest([found.get(key) for key in _MOMENTS]),
    }
    made: list[tuple[str, Row | str]] = [("contracts", contract)]
    made += [("warning", "usage_not_counted")] if value.has_usage else []
    return [*made, ("warning", "discount_not_counted")] if found.get("discount") or found.get("discounts") else made


def _customer(number: int, found: Row, changed: Any) -> Iterable[tuple[str, Row | str]]:
    is_gone = _is_gone(found)
    updated = _moment(changed) or _moment(found.get("created"))
    if is_gone and updated is None:
        return [("accounts", "no_time")]
    own = as_text(found.get("id"))
    shared = {"source_row": number, "account_id": own, "updated_at": updated, "is_deleted": as_text(is_gone)}
    linked = _linked(found.get("metadata"))
    account = {"account_name": as_text(found.get("name")), "created_on": _day(_moment(found.get("created")))}
    made: list[tuple[str, Row | str]] = [("accounts", shared | account | {"merged_into": linked})]
    email = as_text(found.get("email"))
    person = shared | {"person_id": own, "email": email, "is_derived": True}
    return [*made, ("people", person)] if email or is_gone else made


def _items(found: Row) -> list[Row]:
    """The subscription's items; of older versions and of a joined table the one plan that stands beside it."""
    items = found.get("items")
    items = items.get("data") if isinstance(items, dict) else items
    if isinstance(items, list):
        return [item for item in items if isinstance(item, dict)]
    plan = found.get("plan")
    if not isinstance(plan, dict):
        named = (
            ("unit_amount", ("unit_amount_decimal", "unit_amount", "plan_amount", "amount")),
            ("currency", ("currency", "plan_currency")),
            ("interval", ("interval", "recurring_interval", "plan_interval")),
            ("interval_count", ("interval_count", "recurring_interval_count", "plan_interval_count")),
            ("usage_type", ("usage_type", "recurring_usage_type")),
        )
        plan = {key: next((found[n] for n in names if found.get(n)), None) for key, names in named}
    return [{"price": plan, "quantity": found.get("quantity")}]


def _account(found: Row) -> str | None:
    """The CRM's account that the metadata names, else Stripe's customer."""
    customer = found.get("customer") or found.get("customer_id")
    embedded = customer if isinstance(customer, dict) else {}
    plain = as_text(embedded.get("id")) if embedded else as_text(customer)
    return _linked(found.get("metadata")) or (_linked(embedded.get("metadata")) if embedded else None) or plain


def _linked(metadata: Any) -> str | None:
    if isinstance(metadata, str):
        try:
            metadata = json.loads(metadata)
        except (ValueError, RecursionError):
            return None  # what is no metadata names no account
    if not metadata or not isinstance(metadata, dict):
        return None
    return long_reference(next((as_text(metadata[key]) for key in _LINKS if metadata.get(key)), None))


def _moment(value: Any) -> str | int | None:
    """A time of the API (seconds since 1970) as it is, of a connector (UTC) as text; what is neither is for ``conform``
    to judge."""
    if value is None or is_second(value):
        return value
    if type(value) is int or (isinstance(value, str) and value.strip().isdecimal()):
        try:
            return (_EPOCH + timedelta(seconds=int(value))).isoformat()
        except (OverflowError, ValueError):
            return str(value)
    text = as_text(value)
    return text.strip() or None if text else None


def _latest(values: list[Any]) -> str | int | None:
    """The latest of these times that are known."""
    numbers = [value for value in values if type(value) is int]
    if len(numbers) == len(values) - values.count(None):
        return _moment(max(numbers, default=None))
    return max((text for value in values if (text := _written(_moment(value)))), default=None)


def _written(moment: str | int | None) -> str | None:
    return (_EPOCH + timedelta(seconds=moment)).isoformat() if type(moment) is int else moment


def _day(moment: str | int | None) -> str | None:
    if type(moment) is int:
        return day_of(moment)
    return moment[:10] if moment else None


def _is_by(first: Any, last: Any) -> bool:
    """True if both moments are known and ``first`` is not after ``last``."""
    if first is None or last is None:
        return False
    one, other = _written(_moment(first)), _written(_moment(last))
    return one is not None and other is not None and one <= other


def _is_gone(found: Row) -> bool:
    given = [key for key in _GONE if key in found]
    return bool(given) and any(_is(found[key], True) for key in given)


def _is(value: Any, wanted: bool) -> bool:
    if type(value) is bool:
        return value is wanted
    return str(value).strip().lower() == str(wanted).lower()


def _unwrapped(record: Row) -> tuple[Row, str, Any]:
    """The object, its kind, and when it was so: an event holds the object as it was then."""
    if record.get("object") == "event":
        data = record.get("data")
        held = data.get("object") if isinstance(data, dict) else None
        if not isinstance(held, dict):
            return {}, "event", None
        is_deletion = str(record.get("type")) == "customer.deleted"
        return held | ({"deleted": True} if is_deletion else {}), str(held.get("object")), record.get("created")
    return record, str(record.get("object")), None


def _read(content: Content, limits: Limits) -> Extract:
    if content.kind == "csv":
        text = read_delimited(content.body, limits=limits)
        kind = _table_of(text.columns)
        keys = {c: c.strip().strip('"').lower() for c in text.columns}
        rows = ({keys.get(c, c): cell for c, cell in row.items()} for row in text.rows.iter_rows(named=True))
        objects = [(row["source_row"], row, kind, row.get(START) or row.get(SYNCED)) for row in rows]
        used = [c for c in text.columns if kind == "other" or keys[c] in _READ]
        return _made(objects, text.rows_read, text.excluded, text.rows.drop(used))
    lines = read_json(content, limits)
    objects = [(number, *_unwrapped(record)) for number, record in lines.records]
    extra = as_text_table(lines, without=_READ, limits=limits).rows
    return _made(objects, lines.rows_read, lines.excluded, extra)


def _made(
    objects: Iterable[tuple[int, Row, Any, Any]], rows_read: int, unread: pl.DataFrame, extra: pl.DataFrame
) -> Extract:
    rows: dict[str, list[Row]] = {}
    out: dict[tuple[str | None, str], list[int]] = {}
    noticed: dict[str, list[int]] = {}
    build = {"subscription": (_subscription, "contracts"), "customer": (_customer, "accounts")}
    for number, found, kind, changed in objects:
        make, table = build.get(kind, (None, None))
        if make is None or _is(found.get("livemode"), False):
            out.setdefault((table, "test_mode" if make else "not_needed"), []).append(number)
            continue
        for name, made in make(number, found, changed):
            if isinstance(made, dict):
                rows.setdefault(name, []).append(made)
            elif name == "warning":
                noticed.setdefault(made, []).append(number)
            else:
                out.setdefault((name, made), []).append(number)
    return make_extract(
        "stripe",
        [(name, text_frame(found, TABLES[name].column_names)) for name, found in rows.items()],
        rows_read,
        [unread, *(excluded_rows(numbers, reason, _SAID[reason], name) for (name, reason), numbers in out.items())],
        [warning_rows(numbers, why, _NOTICED[why], "contracts", "arr_usd") for why, numbers in noticed.items()],
        extra,
    )


def _claims(head: Head) -> int:
    if head.kind == "csv":
        return BY_CONTENT if _table_of(head.columns) else NOT_MINE
    return BY_CONTENT if head.holds(_is_object) else NOT_MINE


READER = Reader(
    name="stripe",
    claims=_claims,
    read=_read,
    expects="JSON of the API ({object: list, data: [{id, object, livemode …}]}, or events) or a connector's tables of "
    "customers and subscriptions (id, customer_id, status, billing_cycle_anchor, cancel_at_period_end …)",
)
