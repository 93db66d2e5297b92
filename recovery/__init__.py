"""Recovery: who must act by when. Cases, owners, SLA clocks, routing, outbox, audit trail.

Belongs here: people's work in a SQL database. Does not: Dagster, drawing.
"""
