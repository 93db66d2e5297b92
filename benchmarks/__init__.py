"""Benchmarks: the product timed as its users meet it, beside its peers, with one command anyone can run.

Belongs here: what is timed and how. Does not: assertions (a slow machine is no bug), figures of the past.
"""
