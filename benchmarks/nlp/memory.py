"""The most memory that our scorer holds while a million distinct texts pass through it.

Belongs here: both ways of asking for the scores. Does not: starting the process (``apart``).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.nlp import data
from benchmarks.nlp.apart import in_own_process, peak_mib
from benchmarks.nlp.figures import OURS, Figure
from benchmarks.nlp.plan import Plan, Say

PEAK = "peak MiB while scoring 1 000 000"
PORTION = 20_000
SEED_TEXTS = 60_000  # real ones that the million is made of


def measure(datasets: Path, plan: Plan, say: Say) -> list[Figure]:
    """Peak of a process that scores the texts in portions, and of one that is given all at once."""
    n = plan.memory_texts
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.parquet"
        say(f"memory: {n:,} distinct texts are made")
        in_own_process(write_texts, datasets, n, file)
        say("memory: scored in portions")
        in_portions = in_own_process(score_in_portions, file)
        say("memory: scored at once")
        at_once = in_own_process(score_at_once, file)
    texts = f"{n:,} distinct texts"
    return [
        Figure(PEAK, OURS, in_portions, n, note=f"{texts}, {PORTION:,} at a time, scores written to disk"),
        Figure(f"{PEAK}, in one list", OURS, at_once, n, note=f"{texts}, all of them and all scores in memory"),
    ]


def write_texts(datasets: Path, n: int, file: Path) -> None:
    import polars as pl

    texts = data.varied(data.distinct_texts(datasets, SEED_TEXTS), n)
    pl.DataFrame({"text": list(texts)}).write_parquet(file)


def score_in_portions(file: Path) -> float:
    """As a service would: texts come in portions, scores are written and forgotten."""
    import polars as pl

    from models_nlp.release import PACKAGED
    from models_nlp.shared_scoring import scorer_of_process

    scorer = scorer_of_process(PACKAGED)
    texts = pl.scan_parquet(file)
    for start in range(0, texts.select(pl.len()).collect().item(), PORTION):
        portion = texts.slice(start, PORTION).collect()["text"].to_list()
        scorer.score(portion, ["email"] * len(portion)).write_parquet(file.with_name(f"scores_{start}.parquet"))
    return peak_mib()


def score_at_once(file: Path) -> float:
    """As a refresh does that meets all of them for the first time: one list in, one frame out."""
    import polars as pl

    from models_nlp.release import PACKAGED
    from models_nlp.shared_scoring import scorer_of_process

    texts = pl.read_parquet(file)["text"].to_list()
    scores = scorer_of_process(PACKAGED).score(texts, ["email"] * len(texts))
    assert scores.height == len(texts)
    return peak_mib()
