"""Orchestration: the Dagster definitions and the command line. Decides when, in what order, and what stops.

Belongs here: assets, checks, jobs, schedules, sensors, resources, the ``jsi`` commands.
Does not: logic of its own; an asset loads, calls one pure function, hands over frame and metadata.
"""
