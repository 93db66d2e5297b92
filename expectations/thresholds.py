"""Every number that a check or a drift test compares with: its value, why, and since when.

Belongs here: numbers with their reason and date. Does not: the comparison itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# 2026-11-22 · Times in extracts. Before 2000 no channel that is read here was stored with a time zone, and the usual
# way to get such a time is an epoch of zero (1970) or an Excel zero (1899). The publication has one row per account
# and week since the first touch, so a single touch of 1970 would add 2 900 weeks of nothing for every account.
EARLIEST_TIME = datetime(2000, 1, 1, tzinfo=UTC)

# 2026-11-22 · Contracts may end decades ahead; 2100 still tells a date from a placeholder such as 9999-12-31.
LATEST_TIME = datetime(2100, 1, 1, tzinfo=UTC)

# 2026-11-22 · Vendors' clocks and missing zones shift times by up to a day; two days tell that from a wrong year.
CLOCK_TOLERANCE = timedelta(days=2)

# 2026-11-22 · Above the largest contract value a year ever published by anyone, below every overflow (1e400, inf).
LARGEST_MONEY = 1e12

# 2026-11-22 · Probabilities are published with six decimals, so three of them miss 1 by up to 1.5e-6.
PROBABILITY_TOLERANCE = 2e-6

# 2026-11-22 · The largest of three probabilities cannot be below one third.
LOWEST_CONFIDENCE = 1 / 3 - PROBABILITY_TOLERANCE

# 2026-11-22 · Drift: the chance that a week without any drift raises the alarm, for all channels and features of the
# week together (each of the m comparisons is held to a m-th of it). One false alarm in 20 weeks is worth a look.
DRIFT_FALSE_ALARM_RATE = 0.05

# 2026-11-22 · Drift: draws per comparison. 60 comparisons (10 channels × 6 features) need a tail of 0.05/60 = 1/1 200
# to be seen; 4 999 draws leave four of them beyond it and take 3–15 ms (measured, 3–11 categories).
DRIFT_DRAWS = 4_999

# 2026-11-22 · Drift: below these sizes the limit is honest but so wide that only a turned-over mix passes it. At 100
# against 30, with 42 comparisons, a fall of the largest of three classes from 50 % to 10 % was found in 73 of 100
# draws, to 20 % in 26 (at 1 000 against 100: in all 100).
DRIFT_MINIMUM_REFERENCE = 100
DRIFT_MINIMUM_CURRENT = 30

# 2026-11-22 · Drift: the finished weeks before the current one that it is compared with. A quarter holds every
# recurring event of a month three times, and is short enough for last year's product to be forgotten.
DRIFT_REFERENCE_WEEKS = 12

# 2026-11-22 · Drift: bins for a number (confidence, length): tenths of both windows together, so the bins do not
# depend on which window a value came from and the permutation limit stays exact.
DRIFT_BINS = 10
