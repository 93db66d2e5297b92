"""The formula under each version of the policy: rows of seeds and the macro of the index, known by fingerprints.

Belongs here: what of the policy is formula, comparing it with what was published under the same name. Does not: whether
rows are sound and begin with a version (dbt's data tests), what they mean (the seeds).

Every published number names its policy version. One name must mean one formula, for every unit and at any time: a value
that is edited in place, or a row that is added for one unit, is refused until it has a version of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from storage.layout import DataDir
from storage.publication import current

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
VERSIONS = "seeds/policy_versions.csv"
MACRO = "macros/jsi_index.sql"
#: The seeds that decide a number; others name things (topics, metrics, currencies) and may gain rows at any time.
SEEDS = tuple(
    f"seeds/policy_{name}.csv"
    for name in (
        "index_parameters",
        "half_lives",
        "role_weights",
        "severity_weights",
        "source_reliability",
        "survey_scales",
        "behaviour_rules",
        "effort_signals",
        "transcript_floors",
        "stage_thresholds",
    )
)
_SAYS_NO_VALUE = ("valid_from", "valid_to", "owner", "reason")
_COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)

#: Version → file of the dbt project → fingerprint of what it says under that version.
Fingerprints = Mapping[str, Mapping[str, str]]


class UnnamedChange(ValueError):
    """A formula changed and kept its name; the message names the files and what to do."""


def fingerprints(on: date, project: Path = PROJECT) -> Fingerprints:
    """Of each version that has begun: the day, and the rows in force on that day; of the newest named, the macro of the
    index. A version that begins later has given no number yet, and may still change.

    The order of rows and columns, who owns them and why they are there change nothing.
    """
    versions = _read(project / VERSIONS).sort("valid_from").select("policy_version", "valid_from").rows()
    rows = {file: _read(project / file) for file in SEEDS}
    found = {
        version: {VERSIONS: _hash(day), **{file: _of_rows(frame, day) for file, frame in rows.items()}}
        for version, day in versions
        if day <= on.isoformat()
    }
    macro = " ".join(_COMMENT.sub(" ", (project / MACRO).read_text(encoding="utf-8")).split())
    found.setdefault(versions[-1][0], {})[MACRO] = _hash(macro)
    return found


def refuse_unnamed_changes(paths: DataDir, on: date, project: Path = PROJECT) -> None:
    """Raise :class:`UnnamedChange` where a version now means something else than when it was last published."""
    now, published = fingerprints(on, project), _published(paths)
    changed = [
        f"dbt_project/{file} is not what it was when {version} was published"
        for version, files in now.items()
        for file, fingerprint in files.items()
        if published.get(version, {}).get(file, fingerprint) != fingerprint
    ]
    if changed:
        raise UnnamedChange(
            f"{'; '.join(changed)}. Put it back; for a change end the rows that hold now, add the new ones, and name "
            f"the day and the change in dbt_project/{VERSIONS}: docs/how-to/change-the-policy.md"
        )


def to_publish(paths: DataDir, on: date, project: Path = PROJECT) -> Fingerprints:
    """What a publication keeps: its own fingerprints, and those of every version before it."""
    now, before = fingerprints(on, project), _published(paths)
    return {version: {**before.get(version, {}), **now.get(version, {})} for version in sorted({*before, *now})}


def _published(paths: DataDir) -> Fingerprints:
    generation = current(paths)
    return generation.manifest.get("formula", {}) if generation else {}


def _read(file: Path) -> pl.DataFrame:
    return pl.read_csv(file, infer_schema=False, null_values="")


def _of_rows(rows: pl.DataFrame, day: str) -> str:
    in_force = rows.filter((pl.col("valid_from") <= day) & (pl.col("valid_to").fill_null("9999-12-31") > day))
    values = in_force.drop(_SAYS_NO_VALUE)
    return _hash(
        json.dumps(sorted([[name, _cell(row[name])] for name in sorted(row)] for row in values.iter_rows(named=True)))
    )


def _cell(cell: str | None) -> str:
    """``0.60`` says what ``0.6`` says."""
    try:
        return repr(float(cell or ""))
    except ValueError:
        return cell or ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
