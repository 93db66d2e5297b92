"""What is to be said and what was said: the draft, the text with its truth, and the rule that labels it.

Belongs here: the two shapes and the rule. Does not: composing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Clause = tuple[str, int, int]  # cause, polarity, weight


@dataclass(frozen=True)
class Draft:
    """What is to be said: by whom, where, about what, and how it should come out (``label`` is met exactly).

    ``form``: opening, update, solved, unsolved, turn, small_talk, post, review or verbatim. Causes are indices into
    ``causes.CAUSES``.
    """

    channel: str
    form: str
    label: int
    cause: int
    second_cause: int
    product_line: int
    first: str
    full: str
    email: str
    phone: str
    company: str
    agent: str
    language: str = "en"


@dataclass
class Text:
    """A finished text and everything the truth knows about it. ``effort``: high, low or unknown."""

    body: str = ""
    label: int = 0
    clauses: list[Clause] = field(default_factory=list)
    emotion: str = "none"
    emotion_intensity: float = 0.0
    intents: list[str] = field(default_factory=list)
    effort: str = "unknown"
    resolution: str = "unknown"
    canaries: list[str] = field(default_factory=list)
    is_mixed: bool = False
    has_typo: bool = False
    language: str = "en"

    @property
    def causes(self) -> list[str]:
        """The causes spoken of with a feeling, else those spoken of at all; in order, each once."""
        felt = [c for c, polarity, _ in self.clauses if polarity and c != "other"]
        return list(dict.fromkeys(felt or [c for c, _, _ in self.clauses if c != "other"]))


def label_of(clauses: list[Clause]) -> int:
    """The rule: the sign of Σ polarity · weight."""
    total = sum(polarity * weight for _, polarity, weight in clauses)
    return (total > 0) - (total < 0)
