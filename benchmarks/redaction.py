"""``python -m benchmarks.redaction``: what share of planted identifiers is hidden, what share of clean texts is
    touched.

Belongs here: planting, counting what leaks, texts a second. Does not: the values (``redaction_values``), the engine.
A value leaks when, in its place in the sentence, two letters or digits are left beside the placeholders and the words
that announced it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.redaction_hostile import HOSTILE
from benchmarks.redaction_values import FIRST_NAMES, FORMATS, LAST_NAMES, NAME_FORMATS
from models_nlp.cleaning import clean
from models_nlp.redaction import redact
from models_nlp.redaction.names import Directory, compile_people

SEED = 20_27
CARRIERS = (
    "Hello, {} is what you asked for, please check.",
    "we still wait for an answer about {} since Monday",
    "Please use {} from now on. It worked before the update!",
    "I already gave you {}, why do you ask again?",
    "({})",
    "{} - that is all that I have",
    "The export failed and the log only says {}",
    "my colleague sent {} and nobody reacted; really disappointing",
    "See {}; the report is wrong, too.",
    "{}",
)
SALUTATIONS = (
    "Hi {}, the export fails again.",
    "Dear {}, please find our answer below.",
    "Hello {} I still wait for the refund.",
    "Thank you {}! That solved it.",
    "My name is {} and I cannot log in.",
    "It fails since Monday. Best regards, {}",
    "this is {} from the finance team, please call back",
    "We talked to Mr {} about the renewal.",
)
_RUN = re.compile(r"[^\W_]+")
_PLACEHOLDER = re.compile(r"\[[a-z]{2,6}\]")
# Words that announce a value and may stay: they are no part of it.
_ANNOUNCING = frozenset(
    """order number is no id invoice nr po purchase booking reference tracking customer account ref contract payment
    iban tel
    ext mailto ssn steuer sin passport password api key token my pin bearer mr at dot""".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Planted:
    """One value planted in a sentence that has ``{}`` in its place."""

    kind: str
    form: str
    carrier: str
    value: str

    @property
    def text(self) -> str:
        return self.carrier.format(self.value)


def structured(n_each: int, seed: int = SEED) -> Iterator[Planted]:
    """``n_each`` values of each format of each kind that has a form."""
    rng = random.Random(seed)
    for kind, forms in FORMATS.items():
        for form, make in forms.items():
            for _ in range(n_each):
                yield planted(kind, form, make(rng), rng)


def names(n_each: int, people: list[tuple[str, str]], seed: int = SEED) -> Iterator[Planted]:
    """``n_each`` names of ``people`` in each way of writing them."""
    rng = random.Random(seed)
    for form, write in NAME_FORMATS.items():
        for _ in range(n_each):
            yield planted("name", form, write(*rng.choice(people)), rng)


def saluted(n_each: int, people: list[tuple[str, str]], seed: int = SEED) -> Iterator[Planted]:
    """``n_each`` names in each of the ways in which letters name people."""
    rng = random.Random(seed)
    for carrier in SALUTATIONS:
        for _ in range(n_each):
            first, last = rng.choice(people)
            value = first if rng.random() < 0.5 else f"{first} {last}"
            yield Planted("name", carrier, carrier, value)


def planted(kind: str, form: str, value: str, rng: random.Random) -> Planted:
    """The value in a sentence."""
    return Planted(kind, form, rng.choice(CARRIERS), value)


def leaks(example: Planted, output: str) -> bool:
    """Whether a piece of the value is still there."""
    before, after = example.carrier.split("{}")
    if before.startswith(output):  # cleaning took a closing line away, name and all
        return False
    place = output.removeprefix(before).removesuffix(after)
    pieces = [run for run in _RUN.findall(_PLACEHOLDER.sub(" ", place).lower()) if run not in _ANNOUNCING]
    return sum(map(len, pieces)) >= 2


def account_people(seed: int = SEED) -> list[tuple[str, str]]:
    """Forty people with first and last names from our lists, each once, and two with names of two letters."""
    rng = random.Random(seed)
    return [*zip(rng.sample(FIRST_NAMES, len(FIRST_NAMES)), LAST_NAMES, strict=True), ("Bo", "Li"), ("Wu", "Ng")]


def measure(examples: list[Planted], directory: Directory | None = None) -> dict:
    """Recall by kind and the formats that leak: {"kind": {"n", "recall", "leaking": {format: n}}}."""
    n: dict[str, int] = defaultdict(int)
    leaking: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for example in examples:
        n[example.kind] += 1
        if leaks(example, redact(clean(example.text), directory)):
            leaking[example.kind][example.form] += 1
    figures = {}
    for kind, count in n.items():
        recall = 1 - sum(leaking[kind].values()) / count
        figures[kind] = {"n": count, "recall": round(recall, 4), "leaking": dict(leaking[kind])}
    return figures


def recall_of(figures: dict) -> float:
    """Recall over all kinds of :func:`measure`."""
    n = sum(row["n"] for row in figures.values())
    return round(sum(row["n"] * row["recall"] for row in figures.values()) / n, 4)


def touched(texts: list[str], directory: Directory | None = None) -> float:
    """Share of texts that redaction changes after cleaning."""
    cleaned = [clean(text) for text in texts]
    return sum(redact(text, directory) != text for text in cleaned) / max(1, len(cleaned))


def texts_per_second(texts: list[str], directory: Directory | None = None) -> float:
    """Cleaned texts redacted in a second of CPU time, after the libraries are loaded."""
    cleaned = [clean(text) for text in texts]
    redact("call 912345678")
    start = time.process_time()
    for text in cleaned:
        redact(text, directory)
    return len(cleaned) / (time.process_time() - start)


def slowest_hostile(directory: Directory) -> tuple[float, str]:
    """Seconds of CPU time of the hostile 100 kB that takes longest, and what it repeats."""
    redact("call 912345678")
    seconds = []
    for unit in HOSTILE:
        start = time.process_time()
        redact((unit * 100_000)[:100_000], directory)
        seconds.append((round(time.process_time() - start, 3), unit))
    return max(seconds)


def main() -> int:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.redaction", description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=20, help="values of each format (default 20)")
    parser.add_argument("--extracts", type=Path, help="canonical extracts whose texts are taken for clean ones")
    chosen = parser.parse_args()
    people = account_people()
    directory = compile_people((f"{first} {last}", None) for first, last in people)
    planted_values = list(structured(chosen.each))
    named = list(names(chosen.each, people))
    by_kind = measure(planted_values)
    from benchmarks.redaction_disguises import disguised

    hidden = list(disguised(chosen.each))
    by_disguise = measure(hidden)
    figures = {
        "structured": {"n": len(planted_values), "recall": recall_of(by_kind), "by_kind": by_kind},
        "in disguise": {"n": len(hidden), "recall": recall_of(by_disguise), "by_kind": by_disguise},
        "names in the directory": measure(named, directory)["name"],
        "names in no directory": measure(named)["name"],
        "names in no directory, in a greeting or closing": measure(list(saluted(chosen.each, people)))["name"],
        "slowest hostile 100 kB, seconds": slowest_hostile(directory),
        "planted texts per second": round(texts_per_second([e.text for e in planted_values], directory)),
    }
    if chosen.extracts:
        from benchmarks.score import distinct_texts

        texts = distinct_texts(chosen.extracts, 20_000)["body"].to_list()
        figures["texts of the extracts"] = {
            "n": len(texts),
            "touched": round(touched(texts), 5),
            "per second": round(texts_per_second(texts, directory)),
        }
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    shares = {name: found["recall"] for name, found in figures.items() if isinstance(found, dict) and "recall" in found}
    others = {name: figures.get(name) for name in ("slowest hostile 100 kB, seconds", "texts of the extracts")}
    print(json.dumps({"recall": shares, **others}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
