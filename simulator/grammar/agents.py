"""What agents and bots say: stored beside the customers' words, never scored.

Belongs here: replies of the support desk and of the chat bot. Does not: customers, templates (``bank/agents.txt``).
"""

from __future__ import annotations

from simulator import words
from simulator.grammar.bank import sections
from simulator.grammar.engine import Draws, Slots, expand
from simulator.grammar.slots import common_slots


class AgentVoice:
    """Says what agents and bots say, from one stream of chance."""

    def __init__(self, draws: Draws):
        self._draws = draws
        self._bank = sections("agents")

    def say(self, moment: str, product_line: int, first: str, company: str) -> str:
        """One turn; ``moment`` is first, middle, last, note, public or bot."""
        slots: Slots = {**common_slots(product_line), "first": first, "company": company}
        slots |= {"thing": self._bank["thing"], "agent": words.AGENT_FIRST_NAMES}
        said = expand(self._draws.pick(self._bank[moment]), slots, self._draws)
        return said[0].upper() + said[1:]
