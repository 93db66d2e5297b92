"""Recalibrations on disk: one small JSON file each, named by the hash of what it does.

Belongs here: the file's layout, its checks. Does not: fitting (``recalibration``), which file is in force (the caller).
A file says whose labels it was learned from, how many, when, upon which model, and how held-out labels judged it. It
holds weights and numbers of buckets; no text and no word. What a score depends on, the weights and the model, makes the
version: the same labels give the same one on any day, whoever says whose they are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from models_nlp.artefact import ArtefactError
from models_nlp.recalibration import Judgement, Part, Recalibration

FORMAT = 2
_DIGITS = 6


class RecalibrationError(ArtefactError):
    """A file is not the one that its name says, is damaged, or belongs to another model."""


@dataclass(frozen=True)
class Stored:
    """A recalibration with its origin; ``version`` goes with every score that it touched."""

    version: str
    recalibration: Recalibration
    whose: str
    made_on: date
    base_model_version: str
    judged: dict[str, Judgement]


def write(
    folder: Path,
    recalibration: Recalibration,
    judged: dict[str, Judgement],
    *,
    whose: str,
    made_on: date,
    base_model_version: str,
) -> Path:
    """Store what was accepted as ``recalibration-<hash>.json``; gives the path. The same correction is the same file,
    which keeps its first date."""
    content = {
        "format": FORMAT,
        "whose": whose,
        "made_on": made_on.isoformat(),
        "base_model_version": base_model_version,
        "parts": {name: _as_json(part) for name, part in recalibration.parts.items()},
        "judged": {name: asdict(judgement) for name, judgement in judged.items()},
    }
    path = folder / f"recalibration-{_digest(content)}.json"
    if _is_whole(path):
        return path
    folder.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    fresh.write_bytes(_as_bytes(content) + b"\n")
    fresh.replace(path)
    return path


def read(path: Path, base_model_version: str) -> Stored:
    """A stored recalibration for this model. Raises :class:`RecalibrationError` saying what to do."""
    if not path.is_file():
        raise RecalibrationError(f"{path} is missing: restore it, or go back with `jsi model rollback`.")
    try:
        content = json.loads(path.read_bytes())
        known, digest = content["format"], _digest(content)
    except (ValueError, KeyError, TypeError) as error:
        raise RecalibrationError(f"{path.name} is damaged ({type(error).__name__}). Restore it.") from error
    if known != FORMAT:
        raise RecalibrationError(f"{path.name} has format {known}, this code reads {FORMAT}: fit it anew.")
    if path.name != f"recalibration-{digest}.json":
        raise RecalibrationError(f"{path.name} was changed: its content has the hash {digest}. Restore it.")
    if content["base_model_version"] != base_model_version:
        raise RecalibrationError(
            f"{path.name} corrects {content['base_model_version']}, the model is {base_model_version}: "
            "fit it anew from the same labels."
        )
    return Stored(
        f"cal-{digest}",
        Recalibration({name: _part(values) for name, values in content["parts"].items()}),
        content["whose"],
        date.fromisoformat(content["made_on"]),
        content["base_model_version"],
        {name: _judgement(values) for name, values in content["judged"].items()},
    )


def _as_json(part: Part) -> dict:
    return {
        "n_labels": part.n_labels,
        "weights": {name: _rounded(weights) for name, weights in part.weights.items()},
        "buckets": list(part.buckets),
        "word_weights": _rounded(part.word_weights),
        "bias": _rounded(part.bias),
    }


def _part(values: dict) -> Part:
    return Part(
        values["n_labels"],
        {name: np.array(weights) for name, weights in values["weights"].items()},
        tuple(values["buckets"]),
        np.array(values["word_weights"]).reshape(len(values["buckets"]), 3),
        np.array(values["bias"]),
    )


def _judgement(values: dict) -> Judgement:
    pairs = {name: tuple(values[name]) for name in ("macro_f1", "negative_recall", "ece")}
    base = values["base"]
    return Judgement(**{**values, **pairs, "base": base and tuple(base)})


def _rounded(values: np.ndarray) -> list:
    return np.round(values, _DIGITS).tolist()


def _digest(content: dict) -> str:
    of_scores = {name: content[name] for name in ("format", "base_model_version", "parts")}
    return hashlib.sha256(_as_bytes(of_scores)).hexdigest()[:12]


def _as_bytes(content: dict) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _is_whole(path: Path) -> bool:
    try:
        return path.name == f"recalibration-{_digest(json.loads(path.read_bytes()))}.json"
    except (OSError, ValueError, KeyError, TypeError):
        return False
