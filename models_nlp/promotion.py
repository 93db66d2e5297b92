"""May the learned blend answer, or does the transparent lexicon alone?

Belongs here: the rule. Does not: computing the figures that it judges.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Decision:
    """The outcome with the two figures that were compared."""

    is_promoted: bool
    blend_macro_f1: float
    lexicon_macro_f1: float
    reason: str

    def as_dict(self) -> dict:
        return asdict(self)


def decide(blend: dict[str, dict], lexicon: dict[str, dict]) -> Decision:
    """The blend answers if its macro-F1 on the dev splits, each split counting alike, is above the lexicon's.

    Both arguments are ``evaluation.by_source`` of the same dev splits. A tie goes to the lexicon: it is the simpler.
    """
    if set(blend) != set(lexicon) or not blend:
        raise ValueError(f"compared on different dev splits: {sorted(blend)} and {sorted(lexicon)}")
    ours = float(np.mean([blend[name]["macro_f1"] for name in sorted(blend)]))
    baseline = float(np.mean([lexicon[name]["macro_f1"] for name in sorted(lexicon)]))
    is_promoted = ours > baseline
    comparison = f"mean macro-F1 over {len(blend)} dev splits {ours:.4f} against {baseline:.4f}"
    verdict = (
        "the blend beats the lexicon alone" if is_promoted else "the blend does not beat the lexicon: it is not used"
    )
    return Decision(is_promoted, round(ours, 4), round(baseline, 4), f"{verdict} ({comparison})")
