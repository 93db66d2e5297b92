"""Texts as customers write them, for the files that ingest is timed on: seeded, with quotes, commas and line ends.

Belongs here: sentences, their mixture. Does not: the files (``ingest_tables``, ``ingest_pages``).
"""

from __future__ import annotations

import random

_OPENINGS = ("Hello,", "Hi team,", "Good morning,", "Guten Tag,", "Bonjour à tous,", "Dear support,", "")
_SENTENCES = (
    'The export of {thing} stops at {number} % and says "unknown error".',
    "Since {day} nobody here can open {thing}, and our month ends soon.",
    "Thank you, {thing} works again and the answer was quick.",
    "We pay for {number} seats, but only half of them see {thing}.",
    "Is there a way to filter {thing} by region, product and owner?",
    'My colleague wrote: "please, not {thing} again", and I agree.',
    "It took {number} minutes until the page with {thing} was there; before, it took seconds.",
    "The training on {thing} was clear, friendly and short: we would book it again.",
    "Für {thing} fehlt uns noch eine Schnittstelle, sonst sind wir zufrieden 🙂.",
    "I had to explain {thing} three times, to three people, in {number} days.",
)
_THINGS = ("the invoice report", "the dashboard", "single sign-on", "the import", "the mobile app", "user roles")
_DAYS = ("Monday", "Tuesday", "the update", "last week", "the first of the month")
_CLOSINGS = ("Best regards", "Thanks", "Kind regards,\nthe operations team", "Viele Grüße", "")


def texts(n: int, seed: int) -> list[str]:
    """``n`` texts of one to four sentences, about 150 characters; some have line ends, quotes, signs beyond ASCII."""
    draw = random.Random(seed)
    return [_text(draw) for _ in range(n)]


def _text(draw: random.Random) -> str:
    said = (
        draw.choice(_SENTENCES).format(thing=draw.choice(_THINGS), day=draw.choice(_DAYS), number=draw.randint(2, 99))
        for _ in range(draw.choice((1, 1, 2, 2, 3, 4)))
    )
    parts = [draw.choice(_OPENINGS), " ".join(said), draw.choice(_CLOSINGS)]
    return draw.choice(("\n", " ", "\n\n")).join(part for part in parts if part)
