"""``python -m benchmarks.run``: time the product's commands, print a table, write JSON.

Belongs here: the list of what is timed, the table, the command line. Does not: the clock (``timing``), what happens
inside a timed process (``score``).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.ingest_pages import PAGES, page_name
from benchmarks.timing import Timing, fresh_folder, time_command

CHECKOUT = Path(__file__).resolve().parents[1]
JSI = str(Path(sys.executable).parent / "jsi")


@dataclass(frozen=True)
class Benchmark:
    """``command`` gets the folder of extracts for ``{extracts}``, that of generated files for ``{files}``; a ``fresh``
    one an empty data folder each run."""

    name: str
    says: str
    command: tuple[str, ...]
    fresh: bool = True


def _file(name: str, path: str, *readers: str) -> tuple[Benchmark, ...]:
    """One file taken in by the product, and read by each of ``readers``: the floor."""
    command = (sys.executable, "-m", "benchmarks.ingest", "--file", f"{{files}}/{path}", "--with")
    says = {
        "jsi": "taken in, each row accounted for",
        "polars": "only read, by polars",
        "duckdb": "only read, by DuckDB",
    }
    return tuple(
        Benchmark(f"{name}_{reader}" if reader != "jsi" else name, f"{path} {says[reader]}", (*command, reader), False)
        for reader in ("jsi", *readers)
    )


BENCHMARKS = (
    Benchmark("doctor", "start the command line and look around", (JSI, "doctor", "--json"), fresh=False),
    Benchmark("simulate", "write the sample company", (JSI, "simulate", "--out", "{scratch}/sample_company")),
    Benchmark("ingest", "extracts to raw, nothing known yet", (JSI, "ingest", "{extracts}", "--json")),
    Benchmark("refresh", "extracts to published index, first time", (JSI, "refresh", "--extracts", "{extracts}")),
    Benchmark("refresh_again", "the same with nothing new", (JSI, "refresh", "--extracts", "{extracts}"), fresh=False),
    Benchmark(
        "score",
        "our scorer, whole process",
        (sys.executable, "-m", "benchmarks.score", "--extracts", "{extracts}", "--scorer", "jsi"),
    ),
    Benchmark(
        "score_floor",
        "spaCy's blank tokenizer on the same texts",
        (sys.executable, "-m", "benchmarks.score", "--extracts", "{extracts}", "--scorer", "blank"),
    ),
    Benchmark(
        "redaction",
        "planted identifiers hidden, clean texts left alone",
        (sys.executable, "-m", "benchmarks.redaction", "--extracts", "{extracts}"),
    ),
    *(
        benchmark
        for kind in ("csv", "parquet")
        for table in ("messages", "tickets", "survey_responses")
        for benchmark in _file(f"{kind}_{table}", f"{kind}/{table}.{kind}", "polars", "duckdb")
    ),
    *(
        benchmark
        for vendor in PAGES
        for benchmark in _file(f"json_{vendor}", f"json/{page_name(vendor)}", "polars", "duckdb")
    ),
    *_file("json_all", "json"),
)


def main(arguments: list[str] | None = None) -> int:
    """Time what the command line names; the exit code is 1 if a timed command failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"which ones: {', '.join(b.name for b in BENCHMARKS)} (default: all)")
    parser.add_argument("--command", action="append", default=[], help="also time this command line, as it is")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default 5)")
    parser.add_argument("--extracts", type=Path, help="folder of extracts (default: a sample company, written first)")
    parser.add_argument(
        "--rows", type=int, default=1_000_000, help="rows of each generated table, 50 times those of a JSON page"
    )
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    chosen = parser.parse_args(arguments)
    known = {b.name: b for b in BENCHMARKS}
    if unknown := sorted(set(chosen.names) - set(known)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    if chosen.runs < 1:
        parser.error("--runs must be at least 1")
    names = chosen.names or ([] if chosen.command else list(known))
    with tempfile.TemporaryDirectory(prefix="jsi-benchmarks-") as scratch:
        timings = _measure(
            [known[n] for n in names], chosen.command, chosen.runs, chosen.extracts, Path(scratch), chosen.rows
        )
    _print(timings)
    if chosen.json:
        chosen.json.write_text(json.dumps(as_json(timings), indent=1) + "\n", encoding="utf-8")
        print(f"figures: {chosen.json}")
    return int(any(t.failed for t in timings))


def as_json(timings: list[Timing]) -> dict:
    """Machine, versions and every run, ready for JSON."""
    return {
        "machine": {
            "cpus": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "versions": {name: version(name) for name in ("dagster", "dbt-core", "duckdb", "polars", "spacy")},
        },
        "timings": [asdict(t) | {"seconds": t.spread(), "peak_mb": t.spread("peak_mb")} for t in timings],
    }


def _measure(
    benchmarks: list[Benchmark], commands: list[str], runs: int, extracts: Path | None, scratch: Path, rows: int
) -> list[Timing]:
    if extracts is None and any("{extracts}" in part for b in benchmarks for part in b.command):
        extracts = scratch / "sample_company"
        written = time_command("sample company", [JSI, "simulate", "--out", str(extracts)], 1, _data_in(scratch))
        if written.failed:
            return [written]
    files = scratch / "files"
    if any("{files}" in part for b in benchmarks for part in b.command):
        written = time_command(
            "files", [sys.executable, "-m", "benchmarks.ingest", "--write", str(files), *_sizes(rows)], 1
        )
        if written.failed:
            return [written]
    kept = fresh_folder(scratch, "kept")
    timings = []
    for benchmark in benchmarks:
        command = [p.format(extracts=extracts, scratch=scratch / "written", files=files) for p in benchmark.command]
        print(f"· {benchmark.name}: {benchmark.says}", file=sys.stderr)
        if benchmark.name == "refresh_again":  # what is not new must have come once
            time_command("first refresh", command, 1, _data_in(kept))
        before_each = _fresh_data(scratch) if benchmark.fresh else None
        timings.append(time_command(benchmark.name, command, runs, _data_in(kept), before_each))
    timings += [time_command(line, shlex.split(line), runs) for line in commands]
    return timings


def _sizes(rows: int) -> list[str]:
    return ["--rows", str(rows), "--json-rows", str(max(rows // 50, 10))]


def _data_in(folder: Path) -> dict[str, str]:
    return {"JSI_DATA_DIR": str(folder), "DAGSTER_HOME": str(folder / "dagster")}


def _fresh_data(scratch: Path) -> Callable[[], Mapping[str, str]]:
    return lambda: _data_in(fresh_folder(scratch, "data"))


def _print(timings: list[Timing]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="whole processes, imports included")
    table.add_column("what")
    for column in ("runs", "min s", "median s", "max s", "CPU s", "peak MB"):
        table.add_column(column, justify="right")
    for timing in timings:
        seconds = timing.spread()
        figures = [f"{seconds[k]:.2f}" for k in ("min", "median", "max")]
        more = [f"{timing.spread('cpu_seconds')['median']:.2f}", f"{timing.spread('peak_mb')['max']:.0f}"]
        table.add_row(timing.name, str(len(timing.runs)), *figures, *more)
    Console().print(table)
    for timing in timings:
        if timing.runs[-1].reported:
            print(f"{timing.name} says of itself: {json.dumps(timing.runs[-1].reported)}")
        if timing.failed:
            last = timing.runs[-1]
            print(f"{timing.name}: exit code {last.exit_code}: {last.last_words}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
