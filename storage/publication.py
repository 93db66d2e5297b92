"""Publishing: a generation is written aside, synced, and becomes current by one switch of a symlink.

Belongs here: exporting marts to ``published/<generation>/``, the manifest, the switch, keeping three generations.
Does not: deciding whether a generation may be published (blocking checks do), reading for people (``dashboards``).
A reader resolves ``published/current`` once and then sees one generation only, whatever happens meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from storage import failpoints
from storage.files import sync, write_text
from storage.layout import DataDir
from storage.markers import EXPIRED

GENERATIONS_KEPT = 3  # the current one and two to fall back on; older ones are only disk
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Generation:
    """One published generation: ``tables`` maps a mart's name to rows, bytes, sha256 (and its documentation)."""

    name: str
    folder: Path
    manifest: dict[str, Any]


def export_marts(warehouse: Path, marts: Iterable[str], folder: Path) -> None:
    """Write each mart of the DuckDB file at ``warehouse`` to ``folder/<mart>.parquet``; the file is read only."""
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        for mart in marts:
            target = str(folder / f"{mart}.parquet").replace("'", "''")
            connection.execute(f"copy (select * from {mart}) to '{target}' (format parquet, compression zstd)")


def publish(
    paths: DataDir,
    warehouse_marts: Iterable[str],
    insight_marts: Iterable[str],
    about: Mapping[str, Any],
    documentation: Mapping[str, Mapping[str, Any]],
) -> Generation:
    """Write a new generation from the building warehouse and the insights, and make it current.

    ``about``: what the manifest says of the run (as_of, refresh_id, checks …); ``documentation``: per mart its
    ``description`` and ``columns``. Before the switch nothing a reader can see has changed.
    """
    name = _next_name(paths, str(about["as_of"])[:10])
    aside = paths.published / f".{name}"
    _remove_leftovers(paths)
    aside.mkdir(parents=True)
    export_marts(paths.building, warehouse_marts, aside)
    for mart in insight_marts:
        shutil.copyfile(paths.insight(mart), aside / f"{mart}.parquet")
    tables = {
        file.stem: {**_measured(file), **documentation.get(file.stem, {})} for file in sorted(aside.glob("*.parquet"))
    }
    manifest = {"generation": name, **about, "tables": tables}
    write_text(json.dumps(manifest, indent=1, ensure_ascii=False, default=str), aside / MANIFEST)
    for file in aside.iterdir():
        sync(file)
    sync(aside)
    failpoints.reach("publish_before_rename")
    folder = paths.published / name
    aside.rename(folder)
    sync(paths.published)
    failpoints.reach("publish_before_switch")
    _switch(paths, name)
    failpoints.reach("publish_after_switch")
    _keep_newest(paths, name)
    return Generation(name, folder, manifest)


def current(paths: DataDir) -> Generation | None:
    """The generation that readers see now; None before the first publication."""
    if not paths.current.exists():
        return None
    folder = paths.current.resolve()
    return Generation(folder.name, folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def remove_generations(paths: DataDir, is_outdated: Callable[[Mapping[str, Any]], bool]) -> list[str]:
    """Remove the generations, but the current one, whose manifest says that they hold what must be gone."""
    now = current(paths)
    removed = []
    for name in generations(paths):
        folder = paths.published / name
        if now is not None and name != now.name:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if is_outdated(manifest):
                shutil.rmtree(folder)
                removed.append(name)
    return removed


def shows_what_is_gone(older: Path, now: Generation) -> bool:
    """Whether an older generation shows words whose time is over by now, or a touch of a person who refuses by now."""
    gone = (
        pl.scan_parquet(now.folder / "fct_touches.parquet")
        .select(
            "touch_id",
            is_refused=(pl.col("null_reason") == "no_consent").fill_null(False),
            is_expired=(pl.col("text_redacted") == EXPIRED).fill_null(False),
        )
        .filter(pl.col("is_refused") | pl.col("is_expired"))
    )
    then = pl.scan_parquet(older / "fct_touches.parquet").select("touch_id", "null_reason", "text_redacted")
    heard = pl.col("is_refused") & pl.col("null_reason").ne_missing("no_consent")
    worded = pl.col("is_expired") & pl.col("text_redacted").is_not_null() & pl.col("text_redacted").ne(EXPIRED)
    return then.join(gone, on="touch_id").select((heard | worded).any()).collect().item()


def generations(paths: DataDir) -> list[str]:
    """Names of the complete generations, oldest first."""
    if not paths.published.is_dir():
        return []
    return sorted(p.name for p in paths.published.iterdir() if re.match(r"\d{6}-", p.name) and p.is_dir())


def _next_name(paths: DataDir, as_of: str) -> str:
    """Names sort by age: a running number, then the as-of day for the reader's eye."""
    last = max((int(g.split("-", 1)[0]) for g in generations(paths)), default=0)
    return f"{last + 1:06d}-{as_of}"


def _measured(file: Path) -> dict[str, Any]:
    with file.open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    rows = pl.scan_parquet(file).select(pl.len()).collect().item()
    return {"rows": rows, "bytes": file.stat().st_size, "sha256": sha256}


def _switch(paths: DataDir, name: str) -> None:
    """One rename of a symlink: the only step a reader can notice."""
    link = paths.published / f".current.{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(paths.current)
    sync(paths.published)


def _remove_leftovers(paths: DataDir) -> None:
    """What a killed publication left behind: folders and links whose names start with a dot."""
    paths.published.mkdir(parents=True, exist_ok=True)
    for left in paths.published.glob(".*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _keep_newest(paths: DataDir, now_current: str) -> None:
    """Remove all but the newest generations; never the current one."""
    for name in generations(paths)[:-GENERATIONS_KEPT]:
        if name != now_current:
            shutil.rmtree(paths.published / name)
