"""One measured figure: of whom, on what, how much; and what the project promises.

Belongs here: the record and the promises. Does not: measuring, printing (``table``).
"""

from __future__ import annotations

from dataclasses import dataclass

OURS = "ours"


@dataclass(frozen=True)
class Figure:
    """``spread``: standard deviation over draws or folds, where there are several. ``n``: texts behind it."""

    name: str
    who: str
    value: float
    n: int
    spread: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Promise:
    """What a figure has to reach; ``is_ceiling``: the lower the better."""

    least: float
    aim: float
    is_ceiling: bool = False

    def is_kept(self, value: float) -> bool:
        return value <= self.least if self.is_ceiling else value >= self.least


PROMISES = {
    "TweetEval macro-recall": Promise(0.645, 0.68),
    "senti4sd macro-F1, 5-fold": Promise(0.79, 0.83),
    "airline macro-F1": Promise(0.62, 0.67),
    "airline negative recall": Promise(0.60, 0.68),
    "airline macro-F1 after 100 labels": Promise(0.71, 0.73),
    "airline macro-F1 after 1000 labels": Promise(0.74, 0.76),
    "ECE in domain": Promise(0.03, 0.02, is_ceiling=True),
    "ECE across domains": Promise(0.06, 0.04, is_ceiling=True),
    "ECE after 200 labels": Promise(0.045, 0.03, is_ceiling=True),
    "emotions, 8 classes macro-F1": Promise(0.61, 0.64),
    "GoEmotions-28 macro-F1": Promise(0.455, 0.48),
    "Banking77 accuracy": Promise(0.92, 0.935),
    "CLINC in scope accuracy": Promise(0.935, 0.95),
    "scorer alone, docs/s": Promise(6_000, 10_000),
    "whole, docs/s": Promise(2_500, 5_000),
    "peak MiB while scoring 1 000 000": Promise(1_024, 512, is_ceiling=True),
}
