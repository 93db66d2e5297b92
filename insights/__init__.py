"""Insights: statistics that SQL cannot say. Pure functions, frame to frame, each a method of docs/method.md.

Belongs here: bootstrap, matching, regression, rank statistics and their intervals.
Does not: I/O, Dagster, anything a mart can compute in SQL.
"""
