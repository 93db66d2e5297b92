"""What agents and bots say: stored beside the customers' words, never scored.

Belongs here: replies of the support desk and of the chat bot. Does not: customers.
"""

from __future__ import annotations

from simulator import words
from simulator.grammar import phrases
from simulator.grammar.engine import Draws, expand, lines
from simulator.grammar.slots import FEATURES, SLOTS

_AGENT = {
    "first": lines(
        """[thanks|thank you] for [writing|getting in touch|the details], {first}. [I am|I'm] [looking into|checking] {thing} [now|right away|] and [will get back to you|come back] [by {clock}|before {weekday}|within {dur}].
        [Hi|Hello] {first}, {agent} here. [Could you|Can you] [tell me|confirm|send] [which version you run|the exact time|a screenshot|{document}] [for {thing}|so that I can reproduce it|]?
        [I have|I've] [opened|filed|logged] {ref} for {thing} and [assigned|passed] it to [the {feature} team|engineering|our billing desk|{agent}].
        [Sorry|Apologies] [about|for] [that|the trouble|the wait], {first}. [Let me|I will] [check|look at] {thing} [and call you back by {clock}|today|straight away]."""
    ),
    "middle": lines(
        """[could|can] you [try|repeat|test] [it|this] on {device} [and tell me what you see|after {clock}|]?
        [I see|I found] {n} entries for {thing} [from {month}|on our side|since {weekday}].
        [the team|engineering|{agent}] [is|are] [working on|testing] a [fix|change] for {thing}, [planned for|due on] {weekday}.
        [I have|I've] [updated|changed|corrected] {document}. [Please|Could you] [check|confirm] [when you can|by {weekday}|].
        [which|what] [site|user|order] does this [concern|affect]? [I have|I see] {ref} [open|on my screen] [here|]."""
    ),
    "last": lines(
        """[I have|I've] [released|applied|rolled out] the [change|fix|correction] for {thing}, [please check at your end|it is live since {clock}|version {version} has it].
        [anything else|is there anything else] [I can do|you need] [for {company}|on {thing}|today], {first}?
        [I am|I'm] [closing|setting] {ref} [to solved|as done] [now|today|on {weekday}]. [Just reply|Write back] if [{thing} acts up|anything is missing|it returns].
        [take care|have a good {weekday}|talk soon], {first}. {ref} [stays open until {weekday}|is closed now|is with {agent}]."""
    ),
    "note": lines(
        """[internal|note]: {first} at {company} [called|wrote|asked] about {thing}, [see|linked to] {ref}.
        [handing over|over] to {agent}: {thing}, [customer since|renewal in] {month}, [{n} users|{n} sites].
        [checked|compared] {document} with {ref}, [difference of|off by] {money}.
        [log shows|trace shows] {n} timeouts on {thing} between {clock} and {clock}."""
    ),
    "public": lines(
        """[Hi|Hello] there, [please|could you] [send us a direct message|DM us] [with {ref}|about {thing}|and we look into {thing}]?
        [thanks|thank you] for [sharing|raising] [this|{thing}]. [Our|The] {feature} team [reads along|has it on the list|will answer by {weekday}].
        [we have|we've] [noted|logged] {thing} as {ref} [for {month}|with the product team|]."""
    ),
}
_BOT = lines(
    """[Hi|Hello], [I am|I'm] the Corvane assistant. [Is this about|Do you mean] {thing}, {other} or something else?
    [Here are|I found] {n} articles on {thing}. [Did that help|Shall I connect you to an agent]?
    [You are|You're] number {n} in the queue, about {dur} [to go|left]. [Please keep this window open|Meanwhile, see our page on {thing}].
    [Please|Kindly] [type|enter] your [order|ticket|account] number, for example {ref}, so that I can find {thing}.
    [I will|Let me] hand you over to {agent}. [Topic noted|I have noted]: {thing}, {other}."""
)
_THING = ("the {feature}", "the {feature} question", "{document}", "the {feature} on {device}", "{ref}", "your {feature} request",
          "the {month} change", "the link to {system}", "the {feature} at {place}")  # fmt: skip


class AgentVoice:
    """Says what agents and bots say, from one stream of chance."""

    def __init__(self, draws: Draws):
        self._draws = draws
        self._slots: dict[str, object] = dict(SLOTS)
        self._slots.update(city=phrases.CITIES, thing=_THING, agent=words.AGENT_NAMES)

    def say(self, moment: str, product_line: int, first: str, company: str) -> str:
        """One turn; ``moment`` is first, middle, last, note, public or bot."""
        slots, draws = self._slots, self._draws
        slots["feature"] = FEATURES[words.PRODUCT_LINES[product_line]]
        slots.update(first=first, company=company, other=f"the {draws.pick(slots['feature'])}")
        said = expand(draws.pick(_BOT if moment == "bot" else _AGENT[moment]), slots, draws)
        return said[0].upper() + said[1:]
