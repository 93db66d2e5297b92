"""The surface of a text: capitals, full stops, greetings, emoji, fillers, typing errors.

Belongs here: how sentences look once their content is settled. Does not: content, polarity.
"""

from __future__ import annotations

import re

from simulator.grammar.bank import by_polarity, sections
from simulator.grammar.engine import Draws, Slots, expand
from simulator.grammar.text import Draft

_TYPO_RATE = {"chat": 0.30, "social": 0.22, "ticket": 0.13, "community": 0.12, "email": 0.07, "review": 0.10}
_TYPO_RATE |= {"survey": 0.15, "call": 0.0}
_LEAD_RATE = {"chat": 0.2, "social": 0.12, "community": 0.12, "call": 0.12}  # other channels 0.15
_NEIGHBOURS = dict(zip("aeiotnsrlhucdmpgbywf", "sropymdtkgivfnohvtev", strict=True))
_KEEP = re.compile(r"[@+\d]|^(not|no|never|but|yet|nobody|cannot|nothing|without|isn.t|doesn.t)$", re.IGNORECASE)
_QUESTION = re.compile(
    r"^(could|can|would|where|how|who|which|what|when|is|was|did|have you|are you|do|does|will|why|may)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r"^(how (fast|long|quickly) (the|it)|what (we|a)|which is)\b", re.IGNORECASE)
_HESITATIONS = (" uh", " um", ", you know,", " like", " I guess", ", right,")
_BREAK = re.compile(r"(?<=[a-z]) (?=(that|because|and|but|when|while|since|so|to|for|on|at|in)\b)")


class Surface:
    """Dresses sentences for a channel, from one stream of chance."""

    def __init__(self, draws: Draws):
        self._draws = draws
        self._phrases = sections("phrases")
        self._leads, self._emoji = by_polarity("phrases", "lead_"), by_polarity("phrases", "emoji_")

    def dress(self, sentences: list[str], draft: Draft, slots: Slots) -> tuple[str, bool]:
        """Join ``sentences`` as people write in this channel. Returns the body and whether it holds a typing error."""
        draws, channel = self._draws, draft.channel
        if draft.form != "small_talk" and draws.happens(_LEAD_RATE.get(channel, 0.15)):
            lead = draws.pick(self._leads[draft.label])
            sentences = [f"{lead}{'' if lead.endswith('but') else ','} {sentences[0]}", *sentences[1:]]
        if channel == "call":
            return self._spoken(sentences), False
        is_shouted = channel in ("social", "review", "chat") and bool(draft.label) and draws.happens(0.25)
        body = " ".join(self._sentence(s, is_shouted) for s in sentences)
        has_typo = draws.happens(_TYPO_RATE[channel])
        if has_typo:
            body = self._mistype(body, draft)
        if channel == "chat" and draws.happens(0.45):
            body = _lower(body, draft)
        if channel == "social":
            body = self._social(body, draft.label)
        elif channel in ("chat", "review", "survey") and draws.happens(0.08):
            body = f"{body} {draws.pick(self._emoji[draft.label])}"
        if channel in ("email", "ticket") and draft.form in ("opening", "update"):
            body = self._letter(body, channel == "email", slots)
        return body, has_typo

    def _sentence(self, said: str, is_shouted: bool) -> str:
        draws = self._draws
        core = said.split(", ", 1)[-1] if said.count(", ") else said
        is_question = _QUESTION.match(said) or (_QUESTION.match(core) and said.split(", ", 1)[0].count(" ") < 4)
        is_question = is_question and not _STATEMENT.match(said) and not _STATEMENT.match(core)
        end = "?" if is_question else ("!" if is_shouted else ".")
        if end == "." and draws.happens(0.04):
            end = "..."
        return said[0].upper() + said[1:] + end

    def _spoken(self, sentences: list[str]) -> str:
        """A transcript: fillers, hesitations, now and then no punctuation at all."""
        draws, said = self._draws, []
        for sentence in sentences:
            if draws.happens(0.35):
                sentence = f"{draws.pick(self._phrases['spoken'])} {sentence}"
            if draws.happens(0.2):
                breaks = [m.start() for m in _BREAK.finditer(sentence)]
                if breaks:
                    at = draws.pick(breaks)
                    sentence = sentence[:at] + draws.pick(_HESITATIONS) + sentence[at:]
            said.append(sentence)
        if draws.happens(0.15):
            return " ".join(said).lower().replace(",", "")
        return " ".join(self._sentence(s, False) for s in said)

    def _social(self, body: str, label: int) -> str:
        draws = self._draws
        if draws.happens(0.7):
            body = f"@{draws.pick(('Corvane', 'CorvaneHelp', 'corvane_hq', 'CorvaneOps'))} {body}"
        if draws.happens(0.35):
            body = f"{body} {draws.pick(self._emoji[label])}"
        if draws.happens(0.45):
            body = f"{body} {draws.pick(self._phrases['hashtag'])}"
        return body

    def _letter(self, body: str, is_email: bool, slots: Slots) -> str:
        """Greeting and sign-off."""
        draws = self._draws
        if draws.happens(0.75 if is_email else 0.4):
            greeting = expand(draws.pick(self._phrases["greeting"]), slots, draws)
            body = greeting + ("\n" if is_email else " ") + body
        if draws.happens(0.8 if is_email else 0.3):
            sign_off = expand(draws.pick(self._phrases["sign_off"]), slots, draws)
            body = body + ("\n\n" if is_email else "\n") + sign_off
        return body

    def _mistype(self, body: str, draft: Draft) -> str:
        """One or two typing errors; names, numbers, addresses and negations are left alone."""
        draws, tokens = self._draws, body.split(" ")
        protected = set(f"{draft.full} {draft.company}".split())
        plain = [t.strip(".,!?") for t in tokens]
        candidates = [
            i for i, t in enumerate(plain) if len(t) > 3 and t.isalpha() and not _KEEP.search(t) and t not in protected
        ]
        for _ in range(1 + draws.happens(0.3)):
            if candidates:
                i = draws.pick(candidates)
                tokens[i] = self._slip(tokens[i])
        return " ".join(tokens)

    def _slip(self, token: str) -> str:
        """One slip inside a word: swapped, dropped, doubled or neighbouring letter."""
        draws = self._draws
        at = draws.between(1, len(token.rstrip(".,!?")) - 2)
        kind = draws.below(4)
        if kind == 0:
            return token[:at] + token[at + 1] + token[at] + token[at + 2 :]
        if kind == 1:
            return token[:at] + token[at + 1 :]
        if kind == 2:
            return token[:at] + token[at] + token[at:]
        return token[:at] + _NEIGHBOURS.get(token[at], token[at]) + token[at + 1 :]


def _lower(body: str, draft: Draft) -> str:
    """All in lower case, as in a hurry; texts that name the speaker keep their capitals, to be found again."""
    if any(name in body for name in (draft.full, draft.first, draft.company, draft.email)):
        return body
    return body.lower().removesuffix(".")
