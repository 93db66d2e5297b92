"""From feeling to the tone of one touch: an ordered logit, and nothing else.

Belongs here: P(−1), P(0), P(+1) given a feeling and a channel's bias. Does not: words.

    P(≤ −1) = σ(c₋ − η),  P(≤ 0) = σ(c₊ − η),  η = tone·feeling + bias of the channel and the moment
"""

from __future__ import annotations

import numpy as np

from simulator.world import SENTIMENT_CUTS

BIAS = {  # how much more (or less) cheerful a channel is than the feeling behind it
    "ticket_opening": -1.35,
    "ticket_update": -0.45,
    "ticket_solved": 1.25,
    "ticket_unsolved": -1.2,
    "chat": -0.15,
    "email": 0.05,
    "call": 0.0,
    "social": -0.25,
    "community": 0.1,
    "review": 0.35,
    "survey": 0.25,
}


def probabilities(eta: np.ndarray) -> np.ndarray:
    """n × 3: P(−1), P(0), P(+1)."""
    low, high = (1.0 / (1.0 + np.exp(np.asarray(eta) - cut)) for cut in SENTIMENT_CUTS)
    return np.stack([low, high - low, 1.0 - high], axis=-1)


def labels(draw: np.random.Generator, eta: np.ndarray) -> np.ndarray:
    """One of −1, 0, +1 for each η."""
    low, high = (1.0 / (1.0 + np.exp(np.asarray(eta) - cut)) for cut in SENTIMENT_CUTS)
    chance = draw.random(np.shape(eta))
    return (chance >= low).astype(np.int64) + (chance >= high) - 1
