"""Sources: what each vendor's extract looks like, and the one canonical contract they all end in.

Belongs here: one module per vendor (bytes in, canonical rows and exclusions out), the canonical contract.
Does not: where files are kept, what was loaded before (``storage``), SQL, Dagster.
"""
