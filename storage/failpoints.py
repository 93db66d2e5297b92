"""Named points at which a process can be told to die, so that a test can show that nothing is lost there.

Belongs here: the points' one function. Does not: what is written before or after a point.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

FAIL_AT_VARIABLE = "JSI_FAIL_AT"

_reached: Counter[str] = Counter()


def reach(name: str) -> None:
    """Kill this process with SIGKILL if ``JSI_FAIL_AT`` is ``name``, or ``name:3`` at the third time; else nothing."""
    wanted = os.environ.get(FAIL_AT_VARIABLE)
    if not wanted:
        return
    wanted_name, _, nth = wanted.partition(":")
    if wanted_name == name:
        _reached[name] += 1
        if _reached[name] >= int(nth or 1):
            os.kill(os.getpid(), signal.SIGKILL)
