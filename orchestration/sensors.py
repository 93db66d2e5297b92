"""Sensors: a new extract in the landing folder starts one refresh, once, also after the daemon was restarted; a launch
or a change of policy opens one review.

Belongs here: noticing. Does not: reading the extract. A file that goes (by retention, an erasure, by hand) is nothing
new.

The cursor holds a short hash of each file that lay at rest when the sensor last looked, and since when files are waited
for: so it grows with the folder, by 13 characters a file, and what is gone leaves it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

import dagster as dg
import polars as pl

from orchestration.jobs import refresh, review
from storage.layout import DataDir
from storage.publication import current

QUIET_SECONDS = 30  # a file that changed more recently may still be being written
CHECK_EVERY_SECONDS = 60
_DIGITS = 12  # of a hash: two of a million files are alike once in 500 folders
PATIENCE_SECONDS = 1_800  # so long may one file that never rests keep the others waiting


def landed(landing: Path, now: float, but: Path | None = None) -> tuple[list[str], bool]:
    """Identity (path, size, time) of each file that has come to rest, and whether any has not yet.

    Files below ``but`` are passed by.
    """
    at_rest, is_moving = [], False
    files = (p for p in landing.rglob("*") if p.is_file() and not p.name.startswith("."))
    for file in sorted(p for p in files if but is None or not p.is_relative_to(but)):
        about = file.stat()
        if 0 <= now - about.st_mtime < QUIET_SECONDS:  # a time in the future is a clock's slip, not a writer
            is_moving = True
        else:
            at_rest.append(f"{file.relative_to(landing)}\t{about.st_size}\t{about.st_mtime_ns}")
    return at_rest, is_moving


def fingerprint(identities: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(identities).encode()).hexdigest()


def _marks(identities: Iterable[str]) -> list[str]:
    return [fingerprint([identity])[:_DIGITS] for identity in identities]


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=CHECK_EVERY_SECONDS,
    description="Looks into the landing folder; when new files have come to rest, starts one refresh for them. A "
    "file that never rests is left for later after half an hour.",
)
def landing_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    paths = DataDir.from_env()
    landing = paths.landing
    # A refresh reads what it pulled itself: taken for an extract that somebody dropped, it would start the next one.
    now = time.time()
    at_rest, is_moving = landed(landing, now, but=paths.landing_pulled)
    if not at_rest:
        return dg.SkipReason(f"nothing has landed in {landing.name}/ yet")
    known, _, waiting_since = (context.cursor or "").partition(" ")
    if is_moving:
        since = float(waiting_since or now)
        if now - since < PATIENCE_SECONDS:
            why = "files are still being written; waiting until all are at rest"
            return dg.SensorResult(skip_reason=why, cursor=f"{known} {since:.0f}")
    company_map = DataDir.from_env().company_map
    # A changed company map reads the files anew, so it is as good as a delivery.
    declared = hashlib.sha256(company_map.read_bytes()).hexdigest() if company_map.exists() else "no company map"
    identities = [*at_rest, declared]
    if paths.taxonomy.exists():  # with other intents every text is read anew
        identities.append(hashlib.sha256(paths.taxonomy.read_bytes()).hexdigest())
    found = _marks(identities)
    cursor = ",".join(found) + (f" {waiting_since}" if is_moving else "")
    if set(found) <= set(known.split(",")):
        return dg.SensorResult(skip_reason="nothing new since the last refresh", cursor=cursor)
    # The key is made of names, sizes and times: the same files never start a second run, whoever lost the cursor.
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=fingerprint(identities))], cursor=cursor)


@dg.sensor(
    job=review,
    minimum_interval_seconds=10 * CHECK_EVERY_SECONDS,
    description="Looks into the calendar of events; when a launch or a change of policy has begun since the last "
    "review and a refresh has published what customers said since, opens one review outside the monthly rhythm.",
)
def change_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    from orchestration.assets.review import OF_CHANGES
    from orchestration.review import open_changes

    paths, generation = DataDir.from_env(), None
    if paths.refresh.exists():
        generation = current(paths)
    refresh_id = pl.read_parquet(paths.refresh)["refresh_id"][0] if generation else None
    if generation is None or generation.manifest["refresh_id"] != refresh_id:
        return dg.SkipReason("waiting for a refresh that publishes")
    if not (found := open_changes(paths)):
        return dg.SkipReason("no launch and no change of policy has begun since the last review")
    told = ", ".join(map(str, found))
    # A review that fails is asked for again after the next refresh.
    return dg.RunRequest(run_key=f"{told} {refresh_id}", run_config=OF_CHANGES, tags={"jsi/opened_by": told})


SENSORS = [landing_sensor, change_sensor]
