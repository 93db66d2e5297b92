"""Expectations: what a frame from outside SQL must look like, and what "drifted" means.

Belongs here: Great Expectations suites, drift statistics, thresholds with their reason and date.
Does not: any other room's code, I/O, the decision what a failure stops (``orchestration/checks``).
"""
