"""``python -m benchmarks.nlp``: measure the reader of feeling beside its peers, print a table, write JSON and a page.

Belongs here: the command line and what the machine was. Does not: measuring (a module a section), the table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.nlp import emotions, intents, memory, own_labels, peers, sentiment, speed, table
from benchmarks.nlp.figures import Figure
from benchmarks.nlp.plan import FOLDS, Plan, Say

CHECKOUT = Path(__file__).resolve().parents[2]
SECTIONS: dict[str, Callable[[Path, Plan, Say], list[Figure]]] = {
    "sentiment": sentiment.measure,
    "own_labels": own_labels.measure,
    "emotions": emotions.measure,
    "intents": intents.measure,
    "speed": speed.measure,
    "memory": memory.measure,
}


def main(arguments: list[str] | None = None) -> int:
    """Measure the chosen sections; 1 when the data sets are missing, else 0: a missed promise is said in the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlp", description=__doc__.partition("\n")[0])
    parser.add_argument("sections", nargs="*", help=f"which: {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--datasets", type=Path, default=_datasets(), help="folder of the labelled files")
    parser.add_argument("--quick", action="store_true", help="samples only: whether it runs, not how good it is")
    parser.add_argument("--folds", type=int, choices=range(1, FOLDS + 1), help="answer so many folds of senti4sd")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--page", type=Path, help="write the table as Markdown to this file")
    parser.add_argument(
        "--with", dest="earlier", type=Path, action="append", default=[], help="figures of an earlier run"
    )
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.sections) - set(SECTIONS)):
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    if not chosen.datasets.is_dir():
        print(f"{chosen.datasets} is not there: give the folder of the labelled files with --datasets", file=sys.stderr)
        return 1
    if lacking := peers.missing():
        print(f"not installed, so not measured: {', '.join(lacking)} (make peers)", file=sys.stderr)
    earlier = [figure for path in chosen.earlier for figure in read(path)]
    plan = Plan.quick() if chosen.quick else Plan()
    plan = replace(plan, folds=chosen.folds or plan.folds)
    figures = measure(chosen.datasets, plan, chosen.sections or list(SECTIONS))
    report(earlier + figures, chosen.json, chosen.page, chosen.quick)
    return 0


def measure(datasets: Path, plan: Plan, sections: list[str], say: Say | None = None) -> list[Figure]:
    """The figures of some sections, one thread for all models."""
    from threadpoolctl import threadpool_limits

    started = time.monotonic()

    def told(line: str) -> None:
        print(f"{time.monotonic() - started:7.1f} s  {line}", file=sys.stderr, flush=True)

    with threadpool_limits(limits=1):
        return [figure for name in sections for figure in SECTIONS[name](datasets, plan, say or told)]


def report(figures: list[Figure], as_json: Path | None, as_page: Path | None, is_quick: bool = False) -> None:
    """Print the table; write it and all figures where asked."""
    warning = "Samples only: whether it runs, not how good it is.\n\n" if is_quick else ""
    page = f"{warning}{_machine_line()}\n\n{table.markdown(figures)}\n"
    print(page)
    if as_json:
        content = {"machine": machine(), "figures": [asdict(figure) for figure in figures]}
        as_json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if as_page:
        as_page.write_text(page, encoding="utf-8")
    if below := table.missed(figures):
        print(f"below what was asked: {', '.join(below)}", file=sys.stderr)


def read(path: Path) -> list[Figure]:
    """The figures that an earlier run wrote with ``--json``."""
    return [Figure(**row) for row in json.loads(path.read_text(encoding="utf-8"))["figures"]]


def machine() -> dict:
    """What was measured on, and how busy it was."""
    packages = ("spacy", "scikit-learn", "numpy", "scipy")
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpus": os.cpu_count(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }


def _machine_line() -> str:
    found = machine()
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"{found['measured_at'][:10]}, {found['cpus']} cores, load {found['load_average'][0]} at the end, "
        f"Python {found['python']}, {versions}; one thread a model."
    )


def _datasets() -> Path:
    return Path(os.environ.get("JSI_SHARED_DIR", CHECKOUT.parent / "shared")) / "datasets"


if __name__ == "__main__":
    sys.exit(main())
