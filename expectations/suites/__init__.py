"""Suites: what each frame from outside SQL must look like, one module per door.

Belongs here: statements about raw tables (``raw``) and scores (``scored``). Does not: how they are run (``judge``).
"""

from expectations.suites.raw import check_raw
from expectations.suites.scored import check_scored

__all__ = ["check_raw", "check_scored"]
