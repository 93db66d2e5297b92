"""Storage: the data folder on disk. Landing, ledger, raw Parquet, score cache, published generations.

Belongs here: paths under ``JSI_DATA_DIR``, claiming a file by its hash, writing and switching atomically.
Does not: what a vendor's row means (``sources``), what a score is (``models_nlp``), Dagster.
"""
