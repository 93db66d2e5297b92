"""What a connection raises when it cannot be pulled; each message says what is wrong and what to do.

Belongs here: exceptions of this room. Does not: faults of single rows (ingest excludes them, each with its reason).
No message ever holds a password, a token or a cell's value: messages reach logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class BadConfiguration(ValueError):
    """``connections.yml``, or an environment variable that it names, is not as it must be."""


class Unreachable(ConnectionError):
    """The database or API could not be asked, or stopped answering. What has landed stays; the next pull goes on."""


class Interrupted(Unreachable):
    """The link broke in a way that mends itself (a restart, a cut line): asking again soon may succeed."""


class SourceChanged(ValueError):
    """The source no longer has the shape that was declared. ``problems``: all that is wrong, sorted."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("; ".join(self.problems))


#: What ends the pull of a connection and is told; anything else is a defect and is not caught.
FAULTS = (BadConfiguration, Unreachable, SourceChanged)


def in_words(error: Exception, configured_in: Path) -> str:
    """What is wrong and what to do; ``configured_in``: the file that says how the source is read."""
    if isinstance(error, SourceChanged):
        wrong = "\n".join(f"  - {problem}" for problem in error.problems)
        return f"the source does not have the shape that was declared:\n{wrong}\nMend it there, or edit {configured_in}"
    if isinstance(error, BadConfiguration):
        return f"{configured_in}: {error}"
    return f"{error}. What has landed stays; the next pull goes on from there"
