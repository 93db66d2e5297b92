"""Timing of whole processes: start to exit, imports included, as a user waits for them.

Belongs here: running a command several times and measuring it. Does not: which commands (``run``).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Run:
    """One run of a command: wall and processor seconds, peak memory of its largest process, how it ended."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    exit_code: int
    last_words: str = ""  # the end of stderr, where it failed
    reported: dict | None = None  # what the command itself measured: its last line, if that is a JSON object


@dataclass(frozen=True)
class Timing:
    """All runs of one command under its name."""

    name: str
    command: list[str]
    runs: list[Run] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return any(r.exit_code for r in self.runs)

    def spread(self, figure: str = "seconds") -> dict[str, float]:
        """Minimum, median and maximum of one figure of the runs."""
        values = [getattr(r, figure) for r in self.runs]
        return {"min": min(values), "median": round(statistics.median(values), 3), "max": max(values)}


def time_command(
    name: str,
    command: Sequence[str],
    runs: int,
    environment: Mapping[str, str] | None = None,
    before_each: Callable[[], Mapping[str, str]] | None = None,
) -> Timing:
    """Run ``command`` ``runs`` times, one after the other, and stop at the first that fails.

    ``environment`` is added to this process's own; ``before_each`` prepares a run outside the clock and returns
    further variables, for instance a fresh data folder.
    """
    timing = Timing(name, list(command))
    for _ in range(runs):
        extra = before_each() if before_each else {}
        timing.runs.append(_run(timing.command, {**os.environ, **(environment or {}), **extra}))
        if timing.failed:
            break
    return timing


def _run(command: list[str], environment: dict[str, str]) -> Run:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # reaped here; Popen must not wait again
        said, complained = _last_line(output), _last_line(errors)
    return Run(
        seconds=round(seconds, 3),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 3),
        peak_mb=round(usage.ru_maxrss / 1024, 1),  # kilobytes on Linux
        exit_code=process.returncode,
        last_words=complained if process.returncode else "",
        reported=json.loads(said) if said.startswith("{") and said.endswith("}") else None,
    )


def _last_line(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace").strip().rpartition("\n")[2]


def fresh_folder(parent: Path, stem: str) -> Path:
    """A new empty folder below ``parent``."""
    return Path(tempfile.mkdtemp(prefix=f"{stem}-", dir=parent))
