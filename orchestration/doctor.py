"""``jsi doctor``: looks at the installation and the data folder and says what to do about what is missing.

Belongs here: findings that a person can act on. Does not: mending anything by itself.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from storage.layout import DATA_DIR_VARIABLE, DataDir

FREE_GB_NEEDED = 1.0  # a refresh writes a warehouse, a generation and raw copies of the extracts


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ``found`` is what is there, ``to_do`` what to do when it is not well."""

    what: str
    is_well: bool
    found: str
    to_do: str = ""


def examine(paths: DataDir) -> list[Finding]:
    """Every finding, in the order in which things are needed."""
    looks: tuple[Callable[[DataDir], Finding], ...] = (
        _python,
        _packages,
        _folder,
        _disk,
        _model,
        _connections,
        _raw,
        _publication,
    )
    return [look(paths) for look in looks]


def _python(_: DataDir) -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", (3, 11) <= sys.version_info < (3, 14), found, "install Python 3.11, 3.12 or 3.13")


def _packages(_: DataDir) -> Finding:
    wanted = ("dagster", "dagster-dbt", "dbt-core", "dbt-duckdb", "duckdb", "polars", "spacy", "great-expectations",
              "streamlit")  # fmt: skip
    found, missing = [], []
    for name in wanted:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    to_do = f"missing: {', '.join(missing)}; run `make setup`"
    return Finding("Packages", not missing, ", ".join(found), to_do)


def _folder(paths: DataDir) -> Finding:
    place = paths.root
    while not place.exists():
        place = place.parent
    return Finding(
        "Data folder",
        os.access(place, os.W_OK),
        f"{paths.root}" + ("" if paths.root.exists() else " (will be made)"),
        f"you may not write there; set {DATA_DIR_VARIABLE} to a folder of your own",
    )


def _disk(paths: DataDir) -> Finding:
    place = paths.root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    to_do = f"make room, or set {DATA_DIR_VARIABLE} to a folder on another disk"
    return Finding("Free disk", free >= FREE_GB_NEEDED, f"{free:.1f} GB (needs {FREE_GB_NEEDED:.0f})", to_do)


def _model(paths: DataDir) -> Finding:
    try:
        from models_nlp.scoring import load
        from orchestration.model_releases import in_force

        return Finding("Scoring model", True, load(in_force(paths)).model_version)
    except (OSError, ValueError, RuntimeError) as error:
        return Finding("Scoring model", False, "cannot be loaded", str(error))


def _connections(paths: DataDir) -> Finding:
    if not paths.connections.exists():
        return Finding("Connections", True, "none configured; extracts come as files")
    from connections.configuration import load

    try:
        found = load(paths.connections).connections
    except ValueError as error:
        return Finding("Connections", False, "the file cannot be used", str(error))
    return Finding("Connections", True, ", ".join(f"{name} ({c.kind})" for name, c in found.items()))


def _raw(paths: DataDir) -> Finding:
    if not paths.files.exists():
        return Finding("Extracts", True, "none read yet; put files into the landing folder or run `make demo`")
    import polars as pl

    from storage.accounting import set_aside

    files = pl.read_parquet(paths.files)
    rejected = set_aside(files)["source_file"].to_list()
    found = f"{files.height} files, {int(files['rows_read'].sum()):,} rows"
    return Finding("Extracts", not rejected, found, f"set aside: {', '.join(rejected)}; see `jsi ingest` for why")


def _publication(paths: DataDir) -> Finding:
    from storage.publication import current

    try:
        generation = current(paths)
    except (OSError, ValueError) as error:
        return Finding("Publication", False, "cannot be read", f"{error}; run `jsi refresh` to publish anew")
    if generation is None:
        return Finding("Publication", True, "none yet; run `make demo` or `jsi refresh --extracts FOLDER`")
    return Finding("Publication", True, f"{generation.name}, as of {generation.manifest['as_of']}")
