"""One process that searches a million made-up texts: ours, beside reading them only and beside DuckDB's ``ilike``.

Belongs here: making the texts, timing queries in one warm process. Does not: what a query means (``storage/search``).
Texts have 8 to 44 words from a few common and three thousand rare ones, some with accents, written as a publication is.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from storage.search import COLUMNS, search

COMMON = """
the sync is broken again and nobody answered for days thanks new export works great your team was quick could you tell
me where monthly report invoice refund price dashboard slow login error café naïve résumé customer support
"""
RARE = [f"w{number}x" for number in range(3_000)]
QUERIES = ("refund", "cafe", "w77x", "refund cafe", '"broken again"', "work*")


def write_texts(folder: Path, n: int) -> None:
    """``fct_touches`` with the columns that a search reads; the same bytes for the same ``n``."""
    rng = np.random.default_rng(20261122)
    common = COMMON.split()
    words = [*common, *RARE]
    chance = np.r_[np.full(len(common), 0.7 / len(common)), np.full(len(RARE), 0.3 / len(RARE))]
    lengths = rng.integers(8, 45, n)
    drawn, ends = rng.choice(len(words), lengths.sum(), p=chance).tolist(), lengths.cumsum()
    texts = [" ".join(words[k] for k in drawn[end - m : end]) for m, end in zip(lengths, ends, strict=True)]
    frame = pl.DataFrame({"touch_id": [f"m:{k}" for k in range(n)], "text_redacted": texts}).with_columns(
        occurred_at=pl.from_epoch(pl.Series(rng.integers(1_700_000_000, 1_780_000_000, n)), time_unit="s"),
        account_id=pl.Series(rng.integers(0, 5_000, n)).cast(pl.String),
        stage=pl.lit("value"),
        channel=pl.lit("ticket"),
        source=pl.lit("desk"),
        sentiment=pl.lit(1, pl.Int32),
        null_reason=pl.lit(None, pl.String),
    )
    with duckdb.connect() as connection:  # as storage/publication.py writes it
        connection.register("texts", frame.select(COLUMNS))
        target = str(folder / "fct_touches.parquet").replace("'", "''")
        connection.execute(f"copy (select * from texts) to '{target}' (format parquet, compression zstd)")


def timed(work: Callable[[], int], runs: int) -> dict[str, float | int]:
    """The quickest of ``runs``: seconds on the clock, seconds of all processors together, what was found."""
    measured = []
    for _ in range(runs):
        clock, cpu = time.perf_counter(), time.process_time()
        found = work()
        measured.append((time.perf_counter() - clock, time.process_time() - cpu, found))
    seconds, cpu_seconds, found = min(measured)
    return {"seconds": round(seconds, 3), "cpu_seconds": round(cpu_seconds, 3), "found": found}


def main() -> None:
    """Print what each query costs, and the two floors, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=int, default=1_000_000, help="how many (default 1 000 000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each query; the quickest counts (default 3)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jsi-search-") as scratch:
        folder = Path(scratch)
        write_texts(folder, chosen.texts)
        file = folder / "fct_touches.parquet"
        length = pl.col("text_redacted").str.len_bytes().sum()
        like = f"select count(*) from '{file}' where text_redacted ilike '%refund%'"
        figures = {q: timed(lambda q=q: search(folder, q).n_found, chosen.runs) for q in QUERIES}
        figures["(reading the texts only, polars)"] = timed(
            lambda: pl.scan_parquet(file).select(length).collect().item(), chosen.runs
        )
        figures["(ilike '%refund%', DuckDB)"] = timed(lambda: duckdb.sql(like).fetchone()[0], chosen.runs)
        size = file.stat().st_size
    about = {"texts": chosen.texts, "megabytes": round(size / 1e6), "cpus": os.cpu_count(), "load": os.getloadavg()[0]}
    print(json.dumps(about | {"queries": figures}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
