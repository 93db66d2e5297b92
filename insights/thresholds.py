"""Every number that an insight's verdict depends on: its value, why, and since when.

Belongs here: numbers with their reason and date. Does not: the statistics themselves.
"""

from __future__ import annotations

# 2026-11-22 · Accounts of each outcome (churned, stayed) below which an association is not judged. Measured over 400
# samples: with 5 churned of 60 the 95 % interval of the AUC holds the truth in 94–98 %, with 3 in 80–94 % only.
MINIMUM_OF_EACH_OUTCOME = 5

# 2026-11-22 · Renewals for which a predictor must rest on data instead of its prior: with fewer its ranks are almost
# all one tie, and a single account decides.
MINIMUM_HEARD = 5

# 2026-11-22 · Share of false discoveries allowed among "associated" (Benjamini–Hochberg over the whole table). Where
# nothing is linked to anything this is also the chance that a table shows any association at all.
FALSE_DISCOVERY_RATE = 0.05

# 2026-11-22 · Intervals hold with this probability.
INTERVAL_LEVEL = 0.95

# 2026-11-22 · Resamples of accounts behind an interval: its ends move by less than 0.005 between seeds.
BOOTSTRAP_RESAMPLES = 1_000

# 2026-11-22 · Days before a renewal at which the index is held against the outcome.
HORIZONS_DAYS = (30, 60, 90)

# 2026-11-22 · The index of an account never heard from: 50(1 + m0) with the policy's m0 = 0.
PRIOR_INDEX = 50.0

# 2026-11-22 · The last NPS answer of an account that never answered: the middle of the neutral band 7–8, so that it
# ranks between promoters and detractors as the prior of the index does.
PRIOR_NPS = 7.5

# 2026-11-23 · Labels below which the model's agreement with people is not stated: with 30 the 95 % interval of κ is
# about ± 0.3 wide already.
MINIMUM_LABELS = 30

# 2026-11-23 · Pairs, and accounts that they come from, below which two ways of hearing the same customers are not held
# against each other. With 10 accounts of 3 pairs each a table of six rows claimed an offset where there was none in 5.5
# of 100 draws; an offset of a third between 25 accounts of 4 pairs was found in 93 (measured, 200 draws each).
MINIMUM_PAIRS = 30
MINIMUM_PAIRED_ACCOUNTS = 10

# 2026-11-23 · Days before an outcome by which an account must have been seen in a stage: later its index may know.
EXIT_DAYS = 30

# 2026-11-23 · What holding an account costs that would have stayed, as a share of what losing one costs. Agreed with
# nobody yet: at 0.2 a gate holds where more than one dollar in six leaves. `jsi thresholds propose --cost-ratio` asks
# with another.
HELD_IN_VAIN_COST = 0.2

# 2026-11-23 · Points by which an index counts as spread when the costs of thresholds are compared. Measured over 360
# stages with a planted link: without it the 95 % interval of the cheapest threshold held the truth in 83–88 %, with it
# in 94–96 %; with 10 points it is wider and off its place (88 %).
INDEX_BLUR = 5.0

# 2026-11-23 · The months before one that a provider's mix of labels is held against: a quarter, as the drift of our own
# labels is.
REFERENCE_MONTHS = 3
