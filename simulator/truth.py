"""The truth: everything known about the sample company, written beside the extracts and never inside them.

Belongs here: the truth's tables and how they are keyed. Does not: judging the product by them (tests do).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from simulator import truth_tables as tables
from simulator import truth_texts
from simulator.deliveries import Extracts
from simulator.sample import Sample
from simulator.vendors.salesforce import Duplicates


def write(sample: Sample, extracts: Extracts, merged: Duplicates, given: dict[int, str], folder: Path) -> None:
    """Write all tables of the truth into ``folder`` as Parquet, and the world as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = {
        "latent_feeling": tables.latent_feeling(sample),
        "account_effects": tables.account_effects(sample),
        "people": tables.people(sample),
        "text_labels": truth_texts.text_labels(sample),
        "episodes": tables.episodes(sample),
        "outcomes": tables.outcomes(sample),
        "stages": tables.stages(sample),
        "planted_events": tables.planted_events(sample),
        "recovery_plays": tables.recovery_plays(sample),
        "time_to_value": tables.time_to_value(sample),
        "survey_answers": tables.survey_answers(sample),
        "gamed_rows": tables.survey_answers(sample).filter(pl.col("gaming").is_not_null()),
        "merged_records": tables.merged_records(sample, merged, given),
        "planted_rows": pl.DataFrame(
            extracts.planted,
            schema={"source_file": pl.String, "source_row": pl.Int64, "kind": pl.String, "expected": pl.String,
                    "reason": pl.String},
        ),
        "expected_accounting": extracts.expected_accounting(),
    }  # fmt: skip
    for name, table in frames.items():
        table.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=False)
    world = asdict(sample.world) | {
        "last_day": sample.world.last_day.isoformat(),
        "first_day": sample.world.first_day.isoformat(),
        "n_weeks": sample.world.n_weeks,
        "counts": tables.counts(sample),
    }
    (folder / "world.json").write_text(json.dumps(world, indent=2, sort_keys=True) + "\n", encoding="utf-8")
