"""Events in JSON → usage: what all vendors' JSON events share.

Belongs here: from one record to one counted row. Does not: counting (``event_counts``), a vendor's keys (its module).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import polars as pl

from sources.content import Content, Limits
from sources.event_counts import NO_ACCOUNT, daily_use
from sources.extract import Extract, excluded_rows
from sources.jsonlines import as_column, as_text_table, read_json
from sources.reader import make_extract

_NOT_COUNTED = {
    "not_use": "the event tells of the vendor's library or of trouble, not of use: nothing to do",
    "wrong_type": NO_ACCOUNT,
}


class Event(NamedTuple):
    """What of an event is counted, as the JSON holds it."""

    account_id: Any
    person_id: Any
    metric: Any
    time: Any
    event_id: Any


def read_events(
    source: str,
    content: Content,
    limits: Limits,
    event_of: Callable[[dict[str, Any]], Event | str],
    used: Collection[str],
) -> Extract:
    """``event_of``: a record's event, or ``not_use`` or ``wrong_type``. ``used``: keys that are not kept aside."""
    lines = read_json(content, limits)
    numbers: list[int] = []
    events: list[Event] = []
    left_out: dict[str, list[int]] = {reason: [] for reason in _NOT_COUNTED}
    for number, record in lines.records:
        event = event_of(record)
        if isinstance(event, str):
            left_out[event].append(number)
        else:
            numbers.append(number)
            events.append(event)
    frame = pl.DataFrame(
        [
            pl.Series("source_row", numbers, dtype=pl.Int64),
            *(as_column(name, [e[at] for e in events], lines.has_long) for at, name in enumerate(Event._fields)),
        ]
    )
    columns = {"not_use": "metric", "wrong_type": "account_id"}
    excluded = [
        lines.excluded,
        *(excluded_rows(rows, why, _NOT_COUNTED[why], "usage", columns[why]) for why, rows in left_out.items()),
    ]
    extra = as_text_table(lines, without=used, limits=limits).rows
    return make_extract(source, [("usage", daily_use(frame))], lines.rows_read, excluded, extra=extra)
