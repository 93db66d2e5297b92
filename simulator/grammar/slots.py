"""The slots that every template may use: numbers, times, references drawn by code; words and phrases from the bank.

Belongs here: putting the slots together, number agreement of nouns. Does not: clauses.
"""

from __future__ import annotations

from functools import cache

from simulator import words
from simulator.grammar.bank import sections
from simulator.grammar.engine import Draws, Slots

_SINGULAR = {"is": "is", "was": "was", "has": "has", "does": "does", "s": "s"}
_PLURAL = {"is": "are", "was": "were", "has": "have", "does": "do", "s": ""}
_REFERENCES = ("INV", "WO", "PO", "Q", "J", "ST", "C", "A", "R", "DN", "REQ", "B")


def clock(draws: Draws) -> str:
    """A time of day: ``9:40``."""
    return f"{draws.between(6, 20)}:{draws.pick(('00', '05', '10', '15', '20', '30', '40', '45', '50', '55'))}"


def day(draws: Draws) -> str:
    """A day of the month: ``23rd``."""
    number = draws.between(1, 28)
    ending = "th" if 10 < number < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def version(draws: Draws) -> str:
    """A version: ``4.12`` or ``5.3.2``."""
    return f"{draws.between(3, 6)}.{draws.between(0, 19)}" + (f".{draws.between(1, 9)}" if draws.happens(0.4) else "")


def money(draws: Draws) -> str:
    """An amount with its currency: ``$1,250``."""
    amount = f"{draws.between(1, 38)},{draws.between(0, 99) * 10:03d}" if draws.happens(0.5) else draws.between(40, 990)
    return f"{draws.pick(('$', '$', '€', '£', 'USD '))}{amount}"


def percent(draws: Draws) -> str:
    """A share: ``12 percent``."""
    return f"{draws.between(3, 48)}{draws.pick((' percent', '%', ' per cent'))}"


def duration(draws: Draws) -> str:
    """A short stretch: ``25 minutes``."""
    unit = draws.pick(("minutes", "minutes", "mins", "seconds", "hours"))
    return f"{draws.between(2, 9) if unit == 'hours' else draws.between(2, 59)} {unit}"


def long_duration(draws: Draws) -> str:
    """A long stretch: ``three weeks``."""
    number = draws.pick(("two", "three", "four", "five", "six", "eight", "nine", "ten", "eleven", "twelve", "14", "20"))
    return f"{number} {draws.pick(('hours', 'days', 'days', 'weeks', 'working days', 'business days'))}"


def reference(draws: Draws) -> str:
    """A document's number: ``WO-48213``."""
    return f"{draws.pick(_REFERENCES)}-{draws.between(1_000, 99_999)}"


def number(draws: Draws) -> str:
    """A small count: ``37``."""
    return str(draws.between(3, 96))


def big_number(draws: Draws) -> str:
    """A large count: ``12,480``."""
    return f"{draws.between(2, 48)},{draws.between(0, 999):03d}" if draws.happens(0.6) else str(draws.between(110, 990))


@cache
def common_slots(product_line: int) -> Slots:
    """The slots of every template for one product line; callers add who speaks. Not to be changed."""
    line = words.PRODUCT_LINES[product_line]
    slots: Slots = {**sections("slots"), "feature": sections("features")[line]}
    judged = sections("judgements")
    slots |= {"good": judged["good"], "bad": judged["bad"]}
    slots |= {"clock": clock, "day": day, "version": version, "money": money, "percent": percent, "dur": duration}
    slots |= {"longdur": long_duration, "ref": reference, "n": number, "big": big_number}
    return slots


def agreement(noun: str) -> tuple[str, dict[str, str]]:
    """A noun template without its plural mark, and the verb slots that agree with it."""
    if noun.endswith("*"):
        return noun[:-1], _PLURAL
    return noun, _SINGULAR
