"""Who there is: accounts and people with everything about them that feeling does not change.

Belongs here: names, segments, roles, contract anniversaries, who is a prospect, who merged or was deleted.
Does not: feeling (``feeling``), outcomes and stages (``outcomes``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import words
from simulator.identifiers import salesforce_id
from simulator.world import World

ROLES = ("buyer", "executive", "user", "unknown")
BUYER, EXECUTIVE, USER, UNKNOWN = range(4)

_SEGMENT_SIZE = (1.9, 1.0, 0.55)  # relative number of people and touches
_SEGMENT_ARR = (185_000.0, 62_000.0, 17_000.0)  # median US dollars


@dataclass(frozen=True)
class Shape:
    """Accounts (length A) and people (length P) as parallel arrays. Days count from the window's first day."""

    account_id: list[str]
    account_name: list[str]
    email_domain: list[str]
    segment: np.ndarray  # index into words.SEGMENTS
    region: np.ndarray
    product_line: np.ndarray
    arr_usd: np.ndarray
    parent: np.ndarray  # index of the parent account, −1 without
    owner: np.ndarray  # index into words.ACCOUNT_OWNERS
    is_new: np.ndarray  # enters the journey inside the window
    first_seen_day: np.ndarray  # first day of the account's awareness (very negative for old customers)
    contract_day: np.ndarray  # first day of the contract that runs when the window opens, or of the first one
    size: np.ndarray  # relative volume of touches
    is_hidden_risk: np.ndarray  # happy users, unhappy buyer
    person_id: list[str]
    first_name: list[str]
    last_name: list[str]
    email: list[str]
    phone: list[str]
    title: list[str]
    person_account: np.ndarray
    role: np.ndarray  # index into ROLES
    activity: np.ndarray  # relative volume of touches
    people_start: np.ndarray  # person index where account a begins; people are sorted by account; length A + 1

    @property
    def n_accounts(self) -> int:
        """How many accounts there are, merged duplicates not counted."""
        return len(self.account_id)

    @property
    def n_people(self) -> int:
        """How many people there are, merged duplicates not counted."""
        return len(self.person_id)

    def full_name(self, person: int) -> str:
        """First and last name of a person."""
        return f"{self.first_name[person]} {self.last_name[person]}"


def build(world: World) -> Shape:
    """Draw the accounts and people of ``world``."""
    draw = world.chance("company")
    n = world.accounts
    segment = draw.choice(3, n, p=words.SEGMENT_SHARES)
    region = draw.choice(4, n, p=words.REGION_SHARES)
    product_line = draw.choice(3, n, p=words.PRODUCT_LINE_SHARES)
    size = np.array(_SEGMENT_SIZE)[segment] * draw.lognormal(0.0, 0.35, n)
    arr = np.array(_SEGMENT_ARR)[segment] * draw.lognormal(0.0, 0.45, n)
    names, domains = _company_names(draw, n)

    is_new = draw.random(n) < 0.24
    # Old customers: the running contract renews at least 35 days into the window, so that its feeling 30 days
    # before is known. New ones walk the whole journey, from awareness on.
    contract_day = draw.integers(35, 400, n) - 365
    contract_day = np.where(draw.random(n) < 0.06, contract_day + 365, contract_day)  # two-year contracts
    first_seen = contract_day - 365 * draw.integers(0, 6, n) - draw.integers(60, 160, n)
    journey = draw.integers(70, 150, n)
    new_seen = draw.integers(0, max(1, round(world.n_days * 0.8)), n)
    first_seen = np.where(is_new, new_seen, first_seen)
    contract_day = np.where(is_new, new_seen + journey, contract_day)

    parent = np.full(n, -1)
    children = np.flatnonzero(draw.random(n) < 0.08)
    large = np.flatnonzero((segment == 0) & ~np.isin(np.arange(n), children))
    if len(large):
        parent[children] = large[draw.integers(0, len(large), len(children))]

    people_of = _people_per_account(draw, size, world.people)
    start = np.concatenate([[0], np.cumsum(people_of)])
    person_account = np.repeat(np.arange(n), people_of)
    role = _roles(draw, people_of)
    first, last, email, phone, title = _people_names(draw, person_account, role, domains)
    activity = draw.lognormal(0.0, 0.6, world.people) * np.array([0.9, 0.45, 1.0, 0.5])[role]
    return Shape(
        account_id=[salesforce_id("001", i + 1) for i in range(n)],
        account_name=names,
        email_domain=domains,
        segment=segment,
        region=region,
        product_line=product_line,
        arr_usd=np.round(arr, -2),
        parent=parent,
        owner=draw.integers(0, len(words.ACCOUNT_OWNERS), n),
        is_new=is_new,
        first_seen_day=first_seen,
        contract_day=contract_day,
        size=size,
        is_hidden_risk=draw.random(n) < 0.10,
        person_id=[salesforce_id("003", i + 1) for i in range(world.people)],
        first_name=first,
        last_name=last,
        email=email,
        phone=phone,
        title=title,
        person_account=person_account,
        role=role,
        activity=activity,
        people_start=start,
    )


def _company_names(draw: np.random.Generator, n: int) -> tuple[list[str], list[str]]:
    heads, tails = words.COMPANY_HEADS, words.COMPANY_TAILS
    n_pairs = len(heads) * len(tails)
    picks = draw.permutation(n_pairs)[: min(n, n_pairs)]
    names = [f"{heads[k // len(tails)]} {tails[k % len(tails)]}" for k in picks]
    names += [f"{names[i % n_pairs]} {i // n_pairs + 1}" for i in range(n_pairs, n)]
    return names, [name.lower().replace(" ", "-") + ".example" for name in names]


def _people_per_account(draw: np.random.Generator, size: np.ndarray, people: int) -> np.ndarray:
    """At least one person an account, the rest by size."""
    extra = draw.multinomial(people - len(size), size / size.sum())
    return extra + 1


def _roles(draw: np.random.Generator, people_of: np.ndarray) -> np.ndarray:
    """In each account: a buyer first, an executive from four people on, more buyers in large ones, then users."""
    roles = []
    for count in people_of.tolist():
        here = [BUYER] + ([EXECUTIVE] if count >= 4 else []) + ([BUYER] if count >= 11 else [])
        roles += (here + [USER] * count)[:count]
    role = np.array(roles)
    unknown = (draw.random(len(role)) < 0.05) & (role == USER)
    return np.where(unknown, UNKNOWN, role)


def _people_names(
    draw: np.random.Generator, person_account: np.ndarray, role: np.ndarray, domains: list[str]
) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    n = len(role)
    first = [words.FIRST_NAMES[i] for i in draw.integers(0, len(words.FIRST_NAMES), n)]
    last = [words.LAST_NAMES[i] for i in draw.integers(0, len(words.LAST_NAMES), n)]
    taken: set[str] = set()
    emails = []
    for i in range(n):
        address = f"{first[i]}.{last[i]}".lower()
        while f"{address}@{domains[person_account[i]]}" in taken:
            address += "2"
        emails.append(f"{address}@{domains[person_account[i]]}")
        taken.add(emails[-1])
    digits = draw.integers(0, 10_000, (n, 2))
    # Numbers reserved for fiction: +1 area 555 01xx, +44 20 7946 0xxx.
    phones = [
        f"+1 {200 + a % 700} 555 01{b % 100:02d}" if b % 3 else f"+44 20 7946 0{a % 1000:03d}"
        for a, b in digits.tolist()
    ]
    picks = draw.integers(0, 1_000, n).tolist()
    titles = [
        words.TITLES[ROLES[r]][k % len(words.TITLES[ROLES[r]])] for r, k in zip(role.tolist(), picks, strict=True)
    ]
    return first, last, emails, phones, titles
