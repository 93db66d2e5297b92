"""Product usage: CSV of metrics by account and day (here: one value a week, on its Sunday), three deliveries.

Belongs here: columns, overlaps, broken rows. Does not: the values (``usage``).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from simulator.deliveries import Delivery, Extracts, csv_line
from simulator.sample import Sample
from simulator.usage import METRICS

_COLUMNS = ("date", "account_id", "metric", "value")


def write(sample: Sample, extracts: Extracts) -> None:
    """Three deliveries that overlap by a week, and rows that must not count in the last."""
    world, used, shape = sample.world, sample.usage, sample.shape
    edges = [0, *(round(world.n_weeks * k / 3) * 7 for k in (1, 2)), world.n_days]
    order = np.lexsort((used.metric, used.account, used.day))
    for begin, end in pairwise(edges):
        file = extracts.file(f"product_usage/usage_{world.day(begin):%Y%m%d}_{world.day(end - 1):%Y%m%d}.csv")
        file.lines.append(csv_line(_COLUMNS))
        days = used.day[order]
        for i in order[(days >= begin - (7 if begin else 0)) & (days < end)].tolist():
            day = f"{world.day(int(used.day[i]) + 6):%Y-%m-%d}"
            account, metric = shape.account_id[int(used.account[i])], METRICS[int(used.metric[i])]
            file.lines.append(f"{day},{account},{metric},{int(used.value[i])}")
            file.kept_or_superseded("usage", (account, None, metric, day), None)
    _broken(sample, extracts, file)


def _broken(sample: Sample, extracts: Extracts, file: Delivery) -> None:
    account = sample.shape.account_id[0]
    last = f"{sample.world.last_day:%Y-%m-%d}"
    for line, kind, reason in (
        (f"2026-02-30,{account},active_users,12", "date that does not exist", "wrong_type"),
        (f"31/08/2026,{account},active_users,12", "date in another format", "wrong_type"),
        (f"{last},{account},exports,n/a", "value that is no number", "wrong_type"),
        (f"{last},,active_users,9", "row without an account", "missing_value"),
        (f"{last},{account},active_users", "row with a cell too few", "ragged_row"),
    ):
        file.lines.append(line)
        file.excluded(reason)
        extracts.plant(file, kind, "excluded", reason)
    for week in range(5):
        day = f"{sample.world.day(sample.world.n_days - 1 - 7 * week):%Y-%m-%d}"
        file.lines.append(f"{day},001UNKNOWNACCOUNT0,active_users,{8 + week}")
        file.kept_or_superseded("usage", ("001UNKNOWNACCOUNT0", None, "active_users", day), None)
        extracts.plant(file, "usage of an unknown account", "kept", "unknown_account")
