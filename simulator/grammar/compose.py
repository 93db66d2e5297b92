"""Composing one customer text: clauses with known polarity and cause, put together and labelled by rule.

Belongs here: which parts a text of each form has, the labelling rule, what the truth keeps. Does not: vocabulary.

The rule: every clause has a polarity (−1, 0, +1) and a weight: 2 after "but" and its like, else 1. The text's label is
the sign of Σ polarity · weight. So "support was great but the bill is wrong" is −1, and praise and blame side by side
in two sentences of their own are 0. Greetings, small talk, context and requests weigh nothing.
"""

from __future__ import annotations

from simulator import words
from simulator.causes import CAUSES
from simulator.grammar import bank
from simulator.grammar.engine import Draws, Slots, expand
from simulator.grammar.foreign import LANGUAGES, foreign
from simulator.grammar.slots import agreement, common_slots
from simulator.grammar.surface import Surface
from simulator.grammar.text import Draft, Text, label_of

EMOTIONS = {  # polarity → (emotion, relative frequency)
    -1: (
        ("frustration", 0.36),
        ("disappointment", 0.24),
        ("anger", 0.16),
        ("confusion", 0.12),
        ("fear", 0.08),
        ("sadness", 0.04),
    ),
    1: (("gratitude", 0.40), ("joy", 0.32), ("trust", 0.16), ("surprise", 0.12)),
}
INTENSITY = {
    "anger": 0.9,
    "frustration": 0.75,
    "disappointment": 0.65,
    "confusion": 0.5,
    "fear": 0.7,
    "sadness": 0.6,
    "joy": 0.8,
    "gratitude": 0.7,
    "trust": 0.6,
    "surprise": 0.6,
}
# How often a text of a form has a part; forms not named take the last number.
_CONTEXT = {"opening": 0.75, "review": 0.45, "post": 0.2, "update": 0.25, "turn": 0.22, "": 0.1}
_REQUEST = {"opening": 0.5, "update": 0.3, "turn": 0.12, "review": 0.15, "": 0.1}
_FEELING, _EFFORT, _CONTACT = 0.32, 0.14, 0.05
_SPECIFIC, _MIXED, _BALANCED, _TWO_CAUSES = 0.62, 0.13, 0.09, 0.13


class Composer:
    """Composes texts from one stream of chance. The same drafts in the same order give the same texts."""

    def __init__(self, draws: Draws):
        self._draws = draws
        self._phrases = bank.sections("phrases")
        self._causes = bank.causes()
        self._judgements = bank.by_polarity("judgements")
        self._requests = bank.by_polarity("phrases", "request_")
        self._surface = Surface(draws)
        self._slots: Slots = {}

    def compose(self, draft: Draft) -> Text:
        """One text for ``draft``; its label is the draft's."""
        text = Text(label=draft.label, language=draft.language)
        if draft.language in LANGUAGES:
            text.body = foreign(draft.language, draft.label, draft.product_line, self._draws)
            text.clauses.append((CAUSES[draft.cause], draft.label, 1))
            return text
        self._slots = {
            **common_slots(draft.product_line),
            "first": draft.first,
            "full": draft.full,
            "email": draft.email,
            "phone": draft.phone,
            "company": draft.company,
            "agent": (draft.agent, draft.agent, *words.AGENT_FIRST_NAMES),
        }
        sentences = self._sentences(draft, text)
        if label_of(text.clauses) != draft.label:
            raise AssertionError(f"clauses {text.clauses} do not give the label {draft.label}")
        text.body, text.has_typo = self._surface.dress(sentences, draft, self._slots)
        text.canaries = [c for c in (draft.email, draft.phone, draft.full) if c in text.body]
        return text

    # Which parts a text has -----------------------------------------------------------------------------------------

    def _sentences(self, draft: Draft, text: Text) -> list[str]:
        draws, label, form = self._draws, draft.label, draft.form
        if form == "small_talk":
            return [self._phrase("small_talk")]
        if form in ("solved", "unsolved") and label:
            return self._closing(draft, text)
        if form == "update" and label == 0 and draws.happens(0.7):
            text.intents.append("information")
            return [self._phrase("update")]
        sentences = self._point(draft, text)
        if label and draws.happens(_FEELING):
            self._feel(label, text, sentences)
        if label and draws.happens(_EFFORT):
            text.effort = "high" if label < 0 else "low"
            sentences.append(self._phrase(f"effort_{text.effort}"))
        if draws.happens(_CONTEXT.get(form, _CONTEXT[""])):
            sentences.insert(0 if draws.happens(0.3) else len(sentences), self._phrase("context"))
        if draws.happens(_REQUEST.get(form, _REQUEST[""])):
            text.intents.append({-1: "escalation", 0: "request", 1: "praise"}[label])
            sentences.append(self._say(draws.pick(self._requests[label])))
        if form in ("opening", "update", "turn") and draws.happens(_CONTACT):
            sentences.append(self._phrase("contact"))
        return sentences

    def _point(self, draft: Draft, text: Text) -> list[str]:
        """The sentences that carry the label."""
        draws, label = self._draws, draft.label
        first, second = CAUSES[draft.cause], CAUSES[draft.second_cause]
        is_long = draft.form in ("opening", "review", "post") or draft.channel in ("email", "community")
        if label == 0:
            if draws.happens(_BALANCED):
                text.is_mixed = True
                both = [self._clause(first, 1, 1, text), self._clause(second, -1, 1, text)]
                return both if draws.happens(0.5) else both[::-1]
            parts = [self._clause(first, 0, 1, text)]
            if is_long and draws.happens(0.3):
                parts.append(self._clause(second if draws.happens(0.4) else first, 0, 1, text))
            return parts
        if draws.happens(_MIXED):
            return self._mixed(first, second, label, text)
        parts = [self._clause(first, label, 1, text)]
        if draws.happens(_TWO_CAUSES):
            joiner = draws.pick((" and ", ", and ", ", plus ", " and on top of that ", ", also "))
            extra = self._clause(second, label, 1, text)
            parts = [parts[0] + joiner + extra] if draws.happens(0.5) else [parts[0], extra]
        elif is_long and draws.happens(0.4):
            parts.append(self._clause(first, label, 1, text))
        return parts

    def _mixed(self, first: str, second: str, label: int, text: Text) -> list[str]:
        """The other feeling first, then the one that counts, after "but" or its like."""
        draws = self._draws
        text.is_mixed = True
        aside = self._clause(second, -label, 1, text)
        main = self._clause(first, label, 2, text)
        if draws.happens(0.65):
            return [f"{aside}{',' if draws.happens(0.6) else ''} but {main}"]
        return [aside, f"{draws.pick(self._phrases['turn'])} {main}"]

    def _closing(self, draft: Draft, text: Text) -> list[str]:
        """The last word on a request: solved or not."""
        draws, label = self._draws, draft.label
        text.resolution = "resolved" if label > 0 else "unresolved"
        text.intents.append("confirmation" if label > 0 else "complaint")
        text.clauses.append((CAUSES[draft.cause], label, 1))
        sentences = [self._phrase(text.resolution)]
        if draws.happens(0.5):
            self._feel(label, text, sentences)
        if draws.happens(0.25):
            sentences.append(self._clause(CAUSES[draft.cause], label, 1, text))
        return sentences

    def _feel(self, label: int, text: Text, sentences: list[str]) -> None:
        """Add a sentence that names a feeling."""
        chance = self._draws.uniform()
        text.emotion = EMOTIONS[label][-1][0]
        for emotion, share in EMOTIONS[label]:
            chance -= share
            if chance < 0:
                text.emotion = emotion
                break
        text.emotion_intensity = INTENSITY[text.emotion]
        said = self._phrase(text.emotion)
        sentences.insert(0 if self._draws.happens(0.35) else len(sentences), said)

    # Words ----------------------------------------------------------------------------------------------------------

    def _clause(self, cause: str, polarity: int, weight: int, text: Text) -> str:
        """A clause about ``cause``: what happened in particular, or a judgement of something that belongs to it."""
        draws, known = self._draws, self._causes[cause]
        text.clauses.append((cause, polarity, weight))
        intent = {-1: "complaint", 0: "question", 1: "praise"}[polarity]
        if intent not in text.intents:
            text.intents.append(intent)
        if draws.happens(_SPECIFIC):
            return self._say(draws.pick(known.clauses[polarity]))
        noun, verbs = agreement(draws.pick(known.nouns))
        template = draws.pick(self._judgements[polarity])
        return expand(template, {**self._slots, **verbs, "subject": noun}, draws)

    def _phrase(self, section: str) -> str:
        return self._say(self._draws.pick(self._phrases[section]))

    def _say(self, template: str) -> str:
        return expand(template, self._slots, self._draws)
