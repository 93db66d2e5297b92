"""Vendors: the simulated company's happenings in the shapes and with the quirks of each vendor's export.

Belongs here: columns, header rows, ids, deletes, versions, deliveries. Does not: what happened.
"""
