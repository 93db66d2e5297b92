"""Small good deliveries, at least one for every reader: what the campaign damages.

Belongs here: the list. Does not: the deliveries (``good_records``, ``good_signals``), faults (``faulty_files``).
"""

from __future__ import annotations

from tests.faults import good_records, good_signals
from tests.faults.delivered import QUIXEL, Good, plain_json

__all__ = ["QUIXEL", "Good", "good_deliveries", "plain_json"]


def good_deliveries() -> list[Good]:
    """All of them, in a fixed order."""
    records, signals = good_records, good_signals
    groups = (
        *(records.canonical, records.salesforce, records.hubspot, records.stripe, records.zendesk, records.intercom),
        *(signals.surveys, signals.events, signals.talk, signals.reviews),
    )
    return [good for group in groups for good in group()]
