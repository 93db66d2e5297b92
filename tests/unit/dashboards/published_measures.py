"""The made-up publication's marts about how alike customers are heard.

Belongs here: channel_offsets, channel_scales, rule_agreement, provider_audit in the shape the refresh writes. Does not:
computing them (``insights``).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from insights.channels import OFFSETS, SCALES
from insights.providers import SCHEMA as PROVIDERS
from insights.rules import SCHEMA as RULES


def tables(heard: bool) -> dict[str, pl.DataFrame]:
    """All of them; where nothing was heard no two ways of hearing met."""
    return {
        "channel_offsets": pl.DataFrame(_OFFSETS if heard else [], schema=OFFSETS, orient="row"),
        "channel_scales": pl.DataFrame(_SCALES if heard else [], schema=SCALES, orient="row"),
        "provider_audit": pl.DataFrame([_audit(*row) for row in (_AUDITS if heard else [])], schema=PROVIDERS),
        "rule_agreement": pl.DataFrame([_rule(*row) for row in (_RULES if heard else _UNHEARD)], schema=RULES),
    }


_OFFSETS = [
    ("fortnight", "chat texts", "email texts", 57, 44, 0.1, -0.05, 0.25, 0.16, 0.28, "no offset seen"),
    ("episode", "survey texts", "survey answers", 1447, 120, -0.12, -0.17, -0.08, 1e-7, 2e-7, "offset"),
    ("episode", "call texts", "survey answers", 5, 5, None, None, None, None, None, "too few pairs"),
]
_SCALES = [
    ("email", "none", 800, 800, 0.21, 0.21, 0.75, 0.75, 0.7, 0.7, 0.16, 0.16),
    ("ticket", "of its own", 8200, 2000, 0.03, -0.1, 0.77, 0.8, 0.69, 0.74, 0.16, 0.15),
]
_RULES = [
    ("complaint_ticket", 271, 0.24, 0.2, 0.29, 0.24, "better than chance"),
    ("failed_payment", 9, None, None, None, None, "too few pairs"),
    ("resolution", 1097, 0.53, 0.49, 0.57, None, "better than chance"),
]
_UNHEARD = [("resolution", 0, None, None, None, None, "too few pairs")]


def _rule(rule: str, pairs: int, agreement: float | None, low: float | None, high: float | None, *rest: object) -> dict:
    figures = {"agreement": agreement, "agreement_low": low, "agreement_high": high, "chance": 0.2, "kappa": 0.07}
    counts = {"rule_id": rule, "n_touches": 2 * pairs, "n_pairs": pairs, "n_accounts": pairs // 2, "confidence": 0.5}
    return dict.fromkeys(RULES) | counts | figures | dict(zip(("proposed_confidence", "verdict"), rest, strict=True))


_OCTOBER, _NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
_AUDITS = [
    ("all", None, 900, 300, 0.55, None),
    ("call", None, 400, 0, None, None),
    ("chat", None, 500, 300, 0.55, None),
    ("all", _OCTOBER, 450, 160, 0.6, "not tested"),
    ("call", _OCTOBER, 200, 0, None, None),
    ("chat", _OCTOBER, 250, 160, 0.6, "not tested"),
    ("all", _NOVEMBER, 450, 140, 0.5, "drifted"),
    ("call", _NOVEMBER, 200, 0, None, None),
    ("chat", _NOVEMBER, 250, 140, 0.5, "drifted"),
]


def _audit(channel: str, month: date | None, texts: int, labels: int, kappa: float | None, drift: str | None) -> dict:
    of = {"provider": "Sentilab", "channel": channel, "month_on": month, "n_texts": texts, "n_labels": labels}
    found = of | {"coverage": labels / texts, "n_people": 0, "verdict": "too few labels", "drift": drift}
    if kappa is not None:
        found |= {"kappa": kappa, "kappa_low": kappa - 0.1, "kappa_high": kappa + 0.1, "mean_difference": -0.2}
        found |= {"share_negative": 0.5, "share_neutral": 0.1, "share_positive": 0.4, "verdict": "measured"}
    if month is None and labels:
        found |= {"sampling_bias": 0.1, "sampling_bias_low": 0.02, "sampling_bias_high": 0.18}
    return dict.fromkeys(PROVIDERS) | found
