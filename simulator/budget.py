"""How the touches that a World asks for are divided among channels.

Belongs here: shares. Does not: drawing who says what.
"""

from __future__ import annotations

from simulator.world import World

_SURVEY_SHARE = 0.185
_SURVEY_LIMIT = 0.28  # answers and verbatims per person and month that the surveys' calendar can bear
_SHARES = {  # of what is not surveys
    "ticket": 0.43,
    "chat": 0.155,
    "email": 0.12,
    "call": 0.185,
    "social": 0.04,
    "community": 0.045,
    "review": 0.0125,  # each is a rating and a text: two touches
}


def budget(world: World) -> dict[str, int]:
    """Customer texts of each channel, and ``survey``: ratings and verbatims together."""
    survey = min(_SURVEY_SHARE * world.touches, _SURVEY_LIMIT * world.people * world.months)
    rest = world.touches - survey
    whole = sum(_SHARES.values()) + _SHARES["review"]
    return {channel: max(1, round(rest * share / whole)) for channel, share in _SHARES.items()} | {
        "survey": round(survey)
    }
