"""The labelled texts of a training run: read from the caller's folder, checked, split, without leaks.

Belongs here: which file may train, which only measures, how each is split. Does not: fitting, measuring.
The folder is given by the caller; ``project.yml`` names the files with their checksums. No text is kept in here.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from models_nlp.release import BASE_LANGUAGE

LABELS = {"neg": 0, "neu": 1, "pos": 2, "-1": 0, "0": 1, "+1": 2}
OWN_SOURCE = "own_support"
OWN_SENTENCES = Path(__file__).parent / "own_sentences" / "support.tsv"

# One text in this many of a training file that has no dev split of its own is held out for choosing and calibrating.
DEV_SHARE = 12
_NOT_WORD = re.compile(r"\W+")


class CorpusError(RuntimeError):
    """A dataset is missing or is not the one that the recipe was written for."""


@dataclass(frozen=True)
class Example:
    """One labelled text; ``part``: train, dev, test or calibration; ``label``: an index into ``vocabulary.CLASSES``."""

    text: str
    label: int
    source: str
    part: str
    weight: float = 1.0


def read(datasets: Path, recipe: dict, permissive_only: bool = False) -> list[Example]:
    """All examples of a recipe, texts of dev and test removed from train. Raises :class:`CorpusError`."""
    examples: list[Example] = []
    for asset in recipe["corpora"]:
        if permissive_only and not asset["is_permissive"] and asset["use"] == "train":
            continue
        examples += _read_corpus(datasets, asset)
    if recipe.get("language", BASE_LANGUAGE) == BASE_LANGUAGE:
        examples += own_sentences()
    kept_out = {key(e.text) for e in examples if e.part != "train"}
    unique: dict[str, Example] = {}
    for example in examples:
        if example.part == "train" and key(example.text) not in kept_out:
            unique.setdefault(key(example.text), example)
    return list(unique.values()) + [e for e in examples if e.part != "train"]


def check(examples: list[Example]) -> None:
    """There is enough to learn from and to choose by. Raises :class:`CorpusError` saying what is missing."""
    lacking = sorted(set(LABELS.values()) - {example.label for example in examples if example.part == "train"})
    if lacking:
        names = [next(name for name, number in LABELS.items() if number == label) for label in lacking]
        raise CorpusError(f"no text to train on has the label {', '.join(names)}: each of the three needs some.")
    if not any(example.part == "dev" for example in examples):
        raise CorpusError(
            f"no text is left to choose by: about one in {DEV_SHARE} of those to train on is held out. Give more texts."
        )


def own_sentences() -> list[Example]:
    """The project's own sentences of business customers: dev, never train."""
    rows = [line.split("\t") for line in OWN_SENTENCES.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    return [Example(text, LABELS[label.replace("−", "-")], OWN_SOURCE, "dev") for label, text in rows]


def check_assets(datasets: Path, recipe: dict, permissive_only: bool = False) -> None:
    """Every file that the recipe names is there and has its checksum. Raises :class:`CorpusError` naming those not."""
    wrong = []
    for asset in [*recipe["corpora"], *recipe.get("tags", {}).get("corpora", ()), *recipe.get("tables", ())]:
        if permissive_only and not asset["is_permissive"] and asset.get("use", "train") == "train":
            continue
        path = datasets / asset["file"]
        if not path.is_file():
            wrong.append(f"{asset['file']} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != asset["sha256"]:
            wrong.append(f"{asset['file']} has another checksum than the recipe")
    if wrong:
        raise CorpusError(f"{datasets}: {'; '.join(wrong)}. Give the folder of the recipe's files with --datasets.")


def _read_corpus(datasets: Path, asset: dict) -> Iterator[Example]:
    with (datasets / asset["file"]).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if missing := [name for name in ("text", "label", "split") if not rows or name not in rows[0]]:
        raise CorpusError(f"{asset['file']}: no column {', '.join(missing)}, or no row.")
    if "every" in asset:  # a sample of contact reasons as weakly neutral requests
        rows = [row for row in rows if row["split"] == "train" and bucket(row["text"]) % asset["every"] == 0]
    if asset["use"] == "calibration":
        yield from _polarities(rows, asset)
        return
    for line, row in enumerate(rows, start=2):
        label = asset.get("label") or row["label"]
        if label not in LABELS or not row["text"]:
            what = f"{label!r} is no label ({', '.join(LABELS)})" if label not in LABELS else "there is no text"
            raise CorpusError(f"{asset['file']}, row {line}: {what}.")
        yield Example(row["text"], LABELS[label], asset["name"], _part(row, asset), asset.get("weight", 1.0))


def _polarities(rows: list[dict], asset: dict) -> Iterator[Example]:
    """Texts of one split whose labels all speak for one class."""
    meaning = {name: label for label, names in asset["means"].items() for name in names}
    for row in rows:
        said = {meaning.get(name) for name in row["label"].split(asset["separator"])}
        if row["split"] == asset["split"] and len(said) == 1 and None not in said:
            yield Example(row["text"], LABELS[said.pop()], asset["name"], "calibration", asset["weight"])


def calibration(examples: list[Example]) -> list[Example]:
    """What temperatures are fitted on: the dev splits, each alike, and the texts for calibration alone.

    Our own sentences are left out: they are easy, and their few pulled the confidence up for everyone.
    """
    dev = [replace(e, weight=1.0) for e in examples if e.part == "dev" and e.source != OWN_SOURCE]
    return dev + [e for e in examples if e.part == "calibration"]


def _part(row: dict, asset: dict) -> str:
    """Evaluation files keep their dev and test; a training file's own dev split is a test, a hashed share its dev."""
    if asset["use"] == "evaluation":
        return "test" if asset.get("all_test") else row["split"]
    if row["split"] != "train":
        return "test"
    return "dev" if "label" not in asset and bucket(row["text"]) % DEV_SHARE == 0 else "train"


def bucket(text: str) -> int:
    """A number that only the text's words decide, for samples and splits that anyone can repeat."""
    return int.from_bytes(hashlib.sha256(key(text).encode()).digest()[:4])


def key(text: str) -> str:
    """Two texts with one key are the same text: case, marks and spaces apart."""
    return _NOT_WORD.sub(" ", text.lower()).strip()
