"""Stripe: what a subscription is worth a year, from its items' prices.

Belongs here: minor units of currencies, intervals, quantities. Does not: which subscription is a contract (``stripe``).
Amounts are in the currency's smallest unit: https://docs.stripe.com/currencies#minor-units. A year has 365 days, 52
weeks and 12 months. Discounts and taxes are no part of a price; metered usage has no fixed amount and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

_ZERO_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_THREE_DECIMALS = ("BHD", "JOD", "KWD", "OMR", "TND")
_A_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Worth:
    """``a_year``: in whole units of ``currency``, None where an item's price is not known. ``has_usage``: metered items
    come on top."""

    a_year: str | None
    currency: str | None
    has_usage: bool = False


def worth(items: list[dict[str, Any]]) -> Worth:
    """Of subscription items: ``quantity`` and ``price`` (or the older ``plan``), as the API nests them."""
    total, has_usage, n_priced = Decimal(0), False, 0
    currency: str | None = None
    for item in items:
        price = next((item[key] for key in ("price", "plan") if isinstance(item.get(key), dict)), {})
        recurring = price.get("recurring") if isinstance(price.get("recurring"), dict) else price
        currency = str(price["currency"]).strip().upper() if price.get("currency") else currency
        if recurring.get("usage_type") == "metered":
            has_usage = True
            continue
        amount = _first_number(price, "unit_amount_decimal", "unit_amount", "amount_decimal", "amount")
        a_year = _A_YEAR.get(str(recurring.get("interval")).strip().lower())
        every = _number(recurring.get("interval_count") or 1)
        quantity = _quantity(item, price)
        if amount is None or a_year is None or every is None or every <= 0 or quantity is None or currency is None:
            return Worth(None, currency, has_usage)
        total += amount * quantity * a_year / every
        n_priced += 1
    if not n_priced or currency is None:
        return Worth(None, currency, has_usage)
    unit = 1 if currency in _ZERO_DECIMALS else 1000 if currency in _THREE_DECIMALS else 100
    try:
        return Worth(f"{(total / unit).quantize(_CENT):f}", currency, has_usage)
    except InvalidOperation:
        return Worth(None, currency, has_usage)  # more digits than any amount has


def _quantity(item: dict[str, Any], price: dict[str, Any]) -> Decimal | None:
    """How many times the price is paid; sold in packs, if the price says so."""
    given = item.get("quantity")
    quantity = _number(1 if given is None or given == "" else given)
    packs = price.get("transform_quantity") or price.get("transform_usage")
    if quantity is None or not isinstance(packs, dict):
        return quantity
    size = _number(packs.get("divide_by"))
    if size is None or size <= 0:
        return None
    return (quantity / size).to_integral_value(ROUND_FLOOR if packs.get("round") == "down" else ROUND_CEILING)


def _first_number(record: dict[str, Any], *keys: str) -> Decimal | None:
    return next((found for key in keys if (found := _number(record.get(key))) is not None), None)


def _number(value: Any) -> Decimal | None:
    """A finite number of plain size; None for anything else."""
    if value is None or isinstance(value, bool):
        return None
    return _decimal(str(value).strip())


@lru_cache(maxsize=1024)  # a price list is short, and so are intervals and quantities
def _decimal(written: str) -> Decimal | None:
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e18") else None
