"""Insight assets: statistics that SQL cannot say, computed from the marts of the building warehouse.

Belongs here: loading marts, calling one pure function. Does not: statistics.
"""

import polars as pl

from storage.layout import DataDir


def read_warehouse(paths: DataDir, query: str) -> pl.DataFrame:
    """One query against the building warehouse; dbt has closed the file by then."""
    import duckdb

    with duckdb.connect(str(paths.building), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.sql(query).pl()
