"""Which files answer: a leaf that imports nothing heavy, so that a process can be told before it loads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Release:
    """A model folder (default: the one that comes with the package), and a recalibration, if one corrects it."""

    artefact: Path | None = None
    recalibration: Path | None = None


PACKAGED = Release()
