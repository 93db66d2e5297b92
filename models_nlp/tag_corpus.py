"""Texts labelled with emotions and contact reasons, for the learned tags: read, mapped, split, without leaks.

Belongs here: which label of which file says which of our outputs. Does not: fitting (``tag_training``).
A contact reason of a data set speaks for some of our intents, for none of them (small talk), or is not used.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models_nlp.corpus import DEV_SHARE, CorpusError, bucket, key


@dataclass(frozen=True)
class TagText:
    """One text; ``labels``: its outputs; ``kind``: what it was labelled for; ``part``: train, dev or test."""

    text: str
    labels: frozenset[str]
    kind: str
    source: str
    part: str


def read(datasets: Path, recipe: dict, permissive_only: bool = False) -> list[TagText]:
    """All texts of the recipe's ``tags``; texts of dev and test are removed from train, repeated ones kept once."""
    texts: list[TagText] = []
    for asset in recipe["tags"]["corpora"]:
        if not (permissive_only and not asset["is_permissive"]):
            texts += _read_corpus(datasets, asset)
    held_out = {key(text.text) for text in texts if text.part != "train"}
    unique: dict[tuple[str, str], TagText] = {}
    for text in texts:
        if text.part != "train" or key(text.text) not in held_out:
            unique.setdefault((text.part, key(text.text)), text)
    return list(unique.values())


def targets(texts: list[TagText], outputs: list[str]) -> np.ndarray:
    """(n, outputs) of 0 and 1."""
    number = {name: at for at, name in enumerate(outputs)}
    found = np.zeros((len(texts), len(outputs)), dtype=np.float32)
    for row, text in enumerate(texts):
        for label in text.labels & number.keys():
            found[row, number[label]] = 1
    return found


def _read_corpus(datasets: Path, asset: dict) -> list[TagText]:
    meaning = _meaning(asset)
    texts = []
    with (datasets / asset["file"]).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names = row["label"].split(asset.get("separator", "|"))
            if meaning is None:
                labels = frozenset(names)
            elif all(name in meaning for name in names):
                labels = frozenset(label for name in names for label in meaning[name])
            else:
                continue
            if labels or bucket(row["text"]) % asset.get("small_talk_every", 1) == 0:
                texts.append(TagText(row["text"], labels, asset["kind"], asset["name"], _part(row, asset)))
    return texts


def _meaning(asset: dict) -> dict[str, frozenset[str]] | None:
    """Label of the file → our outputs; ``None`` where the file's own labels are the outputs."""
    if "means" not in asset:
        return None
    meaning: dict[str, set[str]] = {name: set() for name in asset.get("small_talk", "").split()}
    for output, names in asset["means"].items():
        for name in names.split():
            meaning.setdefault(name, set()).add(output)
    if twice := set(asset.get("small_talk", "").split()) & {n for ns in asset["means"].values() for n in ns.split()}:
        raise CorpusError(f"{asset['name']}: {', '.join(sorted(twice))} is small talk and has a meaning in project.yml")
    return {name: frozenset(outputs) for name, outputs in meaning.items()}


def _part(row: dict, asset: dict) -> str:
    """A file with a dev split keeps it; of another a hashed share of train is dev."""
    if row["split"] == "train" and not asset.get("has_dev"):
        return "dev" if bucket(row["text"]) % DEV_SHARE == 0 else "train"
    return row["split"]
