"""One process that scores distinct texts once: ours, or spaCy's blank tokenizer as the floor no scorer can beat.

Belongs here: reading the texts of extracts, one pass over them. Does not: repeating it (``timing``). Texts are
distinct, because a scorer that remembers looks several times faster on repeated ones.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import polars as pl


def distinct_texts(extracts: Path, at_most: int) -> pl.DataFrame:
    """Distinct customers' texts with their channel, from canonical messages in JSON lines.

    Raises SystemExit with what to do if there are none.
    """
    files = sorted(p for p in extracts.rglob("*.jsonl") if "messages" in (p.stem, p.parent.name))
    if not files:
        raise SystemExit(f"{extracts}: no messages.jsonl and no messages/*.jsonl; give a folder of canonical extracts")
    frames = [pl.read_ndjson(f, infer_schema_length=None).select("channel", "author_kind", "body") for f in files]
    texts = pl.concat(frames).filter(pl.col("author_kind") == "customer", pl.col("body").is_not_null())
    return texts.unique("body", keep="first", maintain_order=True).head(at_most)


def main() -> None:
    """Score the texts once and print seconds and texts a second, loading and scoring apart, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.score", description=__doc__.partition("\n")[0])
    parser.add_argument("--extracts", type=Path, required=True)
    parser.add_argument("--scorer", choices=("jsi", "blank"), default="jsi")
    parser.add_argument("--texts", type=int, default=10_000, help="how many at most (default 10 000)")
    chosen = parser.parse_args()
    texts = distinct_texts(chosen.extracts, chosen.texts)
    bodies, channels = texts["body"].to_list(), texts["channel"].to_list()
    start = time.perf_counter()
    if chosen.scorer == "jsi":
        from models_nlp.scoring import load

        scorer = load()
        loaded = time.perf_counter()
        done = scorer.score(bodies, channels).height
    else:
        import spacy

        nlp = spacy.blank("en")
        loaded = time.perf_counter()
        done = sum(1 for _ in nlp.pipe(bodies))
    seconds = time.perf_counter() - loaded
    figures = {"scorer": chosen.scorer, "texts": done, "load_seconds": round(loaded - start, 3)}
    print(json.dumps(figures | {"seconds": round(seconds, 3), "texts_per_second": round(done / seconds)}))


if __name__ == "__main__":
    main()
