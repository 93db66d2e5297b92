"""How many examples a property is tried on: all of them in the campaigns of ``make test-all``, else a third."""

from __future__ import annotations

from typing import Any

from hypothesis import settings


class Campaign:
    """Set before the tests are collected (``tests/conftest.py``)."""

    is_on = False


def examples(n: int, **options: Any) -> settings:
    """``hypothesis.settings`` for ``n`` examples in a campaign. Time is no part of a property."""
    return settings(max_examples=n if Campaign.is_on else -(-n // 3), deadline=None, **options)
