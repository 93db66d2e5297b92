"""A few sentences in German, Spanish and French, for the language gate.

Belongs here: composing them. Does not: their templates (``bank/languages.txt``), English.
"""

from __future__ import annotations

from simulator.grammar.bank import POLARITIES, sections
from simulator.grammar.engine import Draws, Slots, expand
from simulator.grammar.slots import common_slots

LANGUAGES = ("de", "es", "fr")
_NAME = {sign: name for name, sign in POLARITIES.items()}


def foreign(language: str, label: int, product_line: int, draws: Draws) -> str:
    """One or two sentences in ``language`` with the polarity ``label``."""
    bank = sections("languages")
    slots: Slots = {**common_slots(product_line), "zahl": lambda d: str(d.between(2, 60))}
    slots |= {name: bank[name] for name in ("wann", "cuando", "quand")}
    said = []
    for _ in range(1 + draws.happens(0.3)):
        sentence = expand(draws.pick(bank[f"{language} {_NAME[label]}"]), slots, draws)
        said.append(sentence[0].upper() + sentence[1:] + ".")
    return " ".join(said)
