"""The surface of a text: capitals, full stops, greetings, emoji, fillers, typing errors.

Belongs here: how sentences look once their content is settled. Does not: content, polarity.
"""

from __future__ import annotations

import re

from simulator.grammar import phrases
from simulator.grammar.engine import Draws, expand

_TYPO_RATE = {"chat": 0.30, "social": 0.22, "ticket": 0.13, "community": 0.12, "email": 0.07, "review": 0.10,
              "survey": 0.15, "call": 0.0}  # fmt: skip
_NEIGHBOURS = {"a": "s", "e": "r", "i": "o", "o": "p", "t": "r", "n": "m", "s": "d", "r": "t", "l": "k", "h": "g",
               "u": "i", "c": "v", "d": "f", "m": "n", "p": "o", "g": "h", "b": "v", "y": "t", "w": "e", "f": "g"}  # fmt: skip
_KEEP = re.compile(r"[@+\d]|^(not|no|never|but|yet|nobody|cannot)$|n't$|n.t$", re.IGNORECASE)
_QUESTION = re.compile(
    r"^(could|can|would|where|how|who|which|what|when|is there|was there|is it|did|have you|are you|do you|does|will|why|am I)\b",
    re.IGNORECASE,
)


def dress(sentences: list[str], draft, text, draws: Draws) -> tuple[str, bool]:
    """Join the sentences as people write in this channel. Returns the body and whether it holds a typing error."""
    channel = draft.channel
    lead = {"email": 0.15, "ticket": 0.15, "chat": 0.2, "review": 0.15, "survey": 0.15}.get(channel, 0.12)
    if draft.form != "small_talk" and draws.happens(lead):
        sentences = [_lead_in(draws.pick(phrases.LEAD_IN[draft.label]), sentences[0]), *sentences[1:]]
    if channel == "call":
        return _spoken(sentences, draws), False
    shouted = channel in ("social", "review", "chat") and draft.label and draws.happens(0.25)
    body = " ".join(_sentence(s, draws, shouted) for s in sentences)
    has_typo = draws.happens(_TYPO_RATE[channel])
    if has_typo:
        body = mistype(body, draft, draws)
    if channel == "chat" and draws.happens(0.45):
        body = _lower(body, draft)
    if channel == "social":
        body = _social(body, draft.label, draws)
    elif channel in ("chat", "review", "survey") and draws.happens(0.08):
        body = f"{body} {draws.pick(phrases.EMOJI[draft.label])}"
    if channel in ("email", "ticket") and draft.form in ("opening", "update"):
        slots = {"agent": draft.agent, "first": draft.first, "full": draft.full, "company": draft.company}
        if draws.happens(0.75 if channel == "email" else 0.4):
            body = expand(draws.pick(phrases.GREETING), slots, draws) + ("\n" if channel == "email" else " ") + body
        if draws.happens(0.8 if channel == "email" else 0.3):
            body = body + ("\n\n" if channel == "email" else "\n") + expand(draws.pick(phrases.SIGN_OFF), slots, draws)
    return body, has_typo


def _lead_in(lead: str, sentence: str) -> str:
    if lead.endswith((",", "but")):
        return f"{lead} {sentence}"
    return f"{lead}, {sentence}"


def _sentence(words: str, draws: Draws, shouted: bool) -> str:
    end = "?" if _QUESTION.match(words) else ("!" if shouted else ".")
    if not shouted and end == "." and draws.happens(0.04):
        end = "..."
    return words[0].upper() + words[1:] + end


def _spoken(sentences: list[str], draws: Draws) -> str:
    """A transcript: fillers, fewer capitals, now and then no punctuation at all."""
    said = []
    for words in sentences:
        if draws.happens(0.35):
            words = f"{draws.pick(phrases.SPOKEN)} {words}"
        if draws.happens(0.2):
            at = words.find(" ", len(words) // 2)
            if at > 0:
                words = f"{words[:at]}{draws.pick((' uh', ' um', ', you know,', ' like', ' I guess', ', right,'))}{words[at:]}"
        said.append(words)
    if draws.happens(0.15):
        return " ".join(said).lower().replace(",", "")
    return " ".join(_sentence(words, draws, False) for words in said)


def _lower(body: str, draft) -> str:
    kept = {draft.full, draft.first, draft.company, draft.email}
    if any(k and k in body for k in kept):
        return body
    return body.lower().removesuffix(".")


def _social(body: str, label: int, draws: Draws) -> str:
    if draws.happens(0.7):
        body = f"@{draws.pick(('Corvane', 'CorvaneHelp', 'corvane_hq', 'CorvaneOps'))} {body}"
    if draws.happens(0.35):
        body = f"{body} {draws.pick(phrases.EMOJI[label])}"
    if draws.happens(0.45):
        body = f"{body} {draws.pick(phrases.HASHTAGS)}"
    return body


def mistype(body: str, draft, draws: Draws) -> str:
    """One or two typing errors; names, numbers, addresses and negations are left alone."""
    tokens = body.split(" ")
    protected = set(f"{draft.full} {draft.company}".split())
    candidates = [
        i for i, t in enumerate(tokens) if len(t) > 3 and t.strip(".,!?").isalpha() and not _KEEP.search(t)
        and t.strip(".,!?") not in protected
    ]  # fmt: skip
    for _ in range(1 + draws.happens(0.3)):
        if not candidates:
            break
        i = draws.pick(candidates)
        tokens[i] = _slip(tokens[i], draws)
    return " ".join(tokens)


def _slip(token: str, draws: Draws) -> str:
    at = draws.between(1, len(token.rstrip(".,!?")) - 2)
    kind = draws.below(4)
    if kind == 0:
        return token[:at] + token[at + 1] + token[at] + token[at + 2 :]
    if kind == 1:
        return token[:at] + token[at + 1 :]
    if kind == 2:
        return token[:at] + token[at] + token[at:]
    return token[:at] + _NEIGHBOURS.get(token[at], token[at]) + token[at + 1 :]
