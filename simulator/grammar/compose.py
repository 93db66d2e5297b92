"""Composing one customer text: clauses with known polarity and cause, put together and labelled by rule.

Belongs here: which parts a text of each form has, the labelling rule, what the truth keeps. Does not: vocabulary.

The rule: every clause has a polarity (−1, 0, +1) and a weight: 2 after "but" and its like, else 1. The text's label is
the sign of Σ polarity · weight. So "support was great but the bill is wrong" is −1, and praise and blame side by side
in two sentences of their own are 0. Greetings, small talk, context and requests weigh nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator import words
from simulator.causes import CAUSES
from simulator.grammar import clauses, phrases
from simulator.grammar.engine import Draws, expand
from simulator.grammar.foreign import LANGUAGES, foreign
from simulator.grammar.slots import FEATURES, NOUNS, SLOTS
from simulator.grammar.surface import dress

BUT = ("but", "but", "but", "however", "yet", "still", "then again")
FORMS = ("opening", "update", "solved", "unsolved", "turn", "small_talk", "post", "review", "verbatim")


@dataclass(frozen=True)
class Draft:
    """What is to be said: by whom, where, how it should come out. ``label`` is met exactly."""

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
    agent: str = "team"
    language: str = "en"


@dataclass
class Text:
    """A finished text and everything the truth knows about it."""

    body: str = ""
    label: int = 0
    clauses: list[tuple[str, int, int]] = field(default_factory=list)  # (cause, polarity, weight)
    emotion: str = "none"
    emotion_intensity: float = 0.0
    intents: list[str] = field(default_factory=list)
    effort: str = "unknown"  # high, low, unknown
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


def label_of(spoken: list[tuple[str, int, int]]) -> int:
    """The rule: the sign of Σ polarity · weight."""
    total = sum(polarity * weight for _, polarity, weight in spoken)
    return (total > 0) - (total < 0)


class Composer:
    """Composes texts from one stream of chance. The same drafts in the same order give the same texts."""

    def __init__(self, draws: Draws):
        self._draws = draws
        self._slots: dict[str, object] = dict(SLOTS)
        self._slots["city"] = phrases.CITIES
        self._slots["very"] = clauses.VERY
        self._slots["good"] = clauses.GOOD
        self._slots["bad"] = clauses.BAD

    def compose(self, draft: Draft) -> Text:
        """One text for ``draft``."""
        text = Text(label=draft.label, language=draft.language)
        if draft.language in LANGUAGES:
            text.body = foreign(draft.language, draft.label, draft.product_line, self._draws)
            text.clauses.append((CAUSES[draft.cause], draft.label, 1))
            return text
        slots = self._slots
        slots["feature"] = FEATURES[words.PRODUCT_LINES[draft.product_line]]
        slots.update(first=draft.first, full=draft.full, email=draft.email, phone=draft.phone)
        slots.update(company=draft.company, agent=draft.agent)
        sentences = self._sentences(draft, text)
        if label_of(text.clauses) != draft.label:
            raise AssertionError(f"clauses {text.clauses} do not give the label {draft.label}")
        text.body, text.has_typo = dress(sentences, draft, text, self._draws)
        text.canaries = [c for c in (draft.email, draft.phone, draft.full) if c and c in text.body]
        return text

    # The parts of a text -------------------------------------------------------------------------------------------

    def _sentences(self, draft: Draft, text: Text) -> list[str]:
        draws, label = self._draws, draft.label
        if draft.form == "small_talk":
            return [self._say(draws.pick(phrases.SMALL_TALK))]
        if draft.form in ("solved", "unsolved") and label != 0:
            return self._closing(draft, text)
        if draft.form == "update" and label == 0 and draws.happens(0.75):
            text.intents.append("information")
            return [self._say(draws.pick(phrases.UPDATE))]
        sentences = self._point(draft, text)
        if label and draws.happens(0.32):
            self._feel(label, text, sentences)
        if label and draws.happens(0.14):
            text.effort = "high" if label < 0 else "low"
            sentences.append(self._say(draws.pick(phrases.EFFORT_HIGH if label < 0 else phrases.EFFORT_LOW)))
        longer = {"opening": 0.75, "review": 0.45, "post": 0.2, "update": 0.25, "turn": 0.22, "verbatim": 0.1}
        if draws.happens(longer.get(draft.form, 0.2)):
            place = 0 if draws.happens(0.3) else len(sentences)
            sentences.insert(place, self._say(draws.pick(phrases.CONTEXT)))
        if draws.happens({"opening": 0.5, "update": 0.3, "turn": 0.12, "review": 0.15}.get(draft.form, 0.1)):
            text.intents.append({-1: "escalation", 0: "request", 1: "praise"}[label])
            sentences.append(self._say(draws.pick(phrases.REQUEST[label])))
        if draft.form in ("opening", "update", "turn") and draws.happens(0.05):
            sentences.append(self._say(draws.pick(phrases.CONTACT)))
        return sentences

    def _point(self, draft: Draft, text: Text) -> list[str]:
        """The sentences that carry the label."""
        draws, label = self._draws, draft.label
        first, second = CAUSES[draft.cause], CAUSES[draft.second_cause]
        long_form = draft.form in ("opening", "review", "post") or draft.channel in ("email", "community")
        if label == 0:
            if draws.happens(0.09):
                text.is_mixed = True
                return [self._clause(first, 1, 1, text), self._clause(second, -1, 1, text)]
            parts = [self._clause(first, 0, 1, text)]
            if long_form and draws.happens(0.3):
                parts.append(self._clause(second if draws.happens(0.4) else first, 0, 1, text))
            return parts
        if draws.happens(0.13):
            text.is_mixed = True
            other = self._clause(second, -label, 1, text)
            main = self._clause(first, label, 2, text)
            if draws.happens(0.65):
                return [f"{other}{',' if draws.happens(0.6) else ''} but {main}"]
            return [
                other,
                f"{draws.pick(('however,', 'still,', 'but', 'then again,', 'even so,', 'on the other hand,'))} {main}",
            ]
        parts = [self._clause(first, label, 1, text)]
        if draws.happens(0.13):  # two causes, one feeling
            joiner = draws.pick((" and ", ", and ", ", plus ", " and on top of that ", ", also "))
            extra = self._clause(second, label, 1, text)
            if draws.happens(0.5):
                parts[0] = parts[0] + joiner + extra
            else:
                parts.append(extra)
        elif long_form and draws.happens(0.4):
            parts.append(self._clause(first, label, 1, text))
        return parts

    def _closing(self, draft: Draft, text: Text) -> list[str]:
        draws, label = self._draws, draft.label
        text.resolution = "resolved" if label > 0 else "unresolved"
        text.clauses.append((CAUSES[draft.cause], label, 1))
        sentences = [self._say(draws.pick(phrases.RESOLVED if label > 0 else phrases.UNRESOLVED))]
        text.intents.append("confirmation" if label > 0 else "complaint")
        if draws.happens(0.6):
            self._feel(label, text, sentences)
        if draws.happens(0.2):
            sentences.append(self._clause(CAUSES[draft.cause], label, 1, text))
        return sentences

    def _feel(self, label: int, text: Text, sentences: list[str]) -> None:
        """Add a sentence that names a feeling."""
        draws = self._draws
        chance = draws.uniform()
        for emotion, weight in phrases.EMOTIONS[label]:
            chance -= weight
            if chance < 0:
                break
        text.emotion, text.emotion_intensity = emotion, phrases.INTENSITY[emotion]
        said = self._say(draws.pick(phrases.FEELING[emotion]))
        sentences.insert(0 if draws.happens(0.35) else len(sentences), said)

    def _clause(self, cause: str, polarity: int, weight: int, text: Text) -> str:
        """A clause about ``cause``: what happened in particular, or a judgement of something that belongs to it."""
        draws = self._draws
        text.clauses.append((cause, polarity, weight))
        intent = {-1: "complaint", 0: "question", 1: "praise"}[polarity]
        if intent not in text.intents:
            text.intents.append(intent)
        specific = clauses.SPECIFIC[cause][polarity]
        if specific and draws.happens(clauses.SPECIFIC_SHARE):
            return self._say(draws.pick(specific))
        self._slots["subject"] = NOUNS[cause]
        return self._say(draws.pick(clauses.JUDGEMENT[polarity]))

    def _say(self, template: str) -> str:
        return expand(template, self._slots, self._draws)
