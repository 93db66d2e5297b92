"""The clause bank in one place: judgements for any cause, and what happens in particular for each cause.

Belongs here: putting the banks together. Does not: the templates themselves.
"""

from __future__ import annotations

from simulator.causes import CAUSES
from simulator.grammar import judgements

GOOD, BAD = judgements.GOOD, judgements.BAD
VERY = ("very", "really", "so", "extremely", "quite", "pretty", "truly", "incredibly", "genuinely", "simply", "just",
        "rather", "overall", "frankly", "surprisingly", "", "", "")  # fmt: skip
JUDGEMENT = {-1: judgements.NEGATIVE, 0: judgements.NEUTRAL, 1: judgements.POSITIVE}
SPECIFIC_SHARE = 0.6
SPECIFIC: dict[str, dict[int, tuple[str, ...]]] = {cause: {-1: (), 0: (), 1: ()} for cause in CAUSES}
