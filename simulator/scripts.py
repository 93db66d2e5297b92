"""Scripts: planned conversations and answers become lines of text, spoken by customers, agents and bots.

Belongs here: which turn takes which form, when agents and bots answer, who speaks which language.
Does not: the words themselves (``grammar``), file shapes (``vendors``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator import words
from simulator.company_shape import Shape
from simulator.conversations import Conversations
from simulator.grammar.agents import AgentVoice
from simulator.grammar.compose import Composer
from simulator.grammar.engine import Draws
from simulator.grammar.text import Draft, Text
from simulator.surveys import Answers
from simulator.world import World

_LANGUAGES = {  # region → (language, share of conversations)
    "north_america": (("es", 0.008),),
    "emea": (("de", 0.03), ("fr", 0.02), ("es", 0.015)),
    "apac": (),
    "latam": (("es", 0.09),),
}
_PREFIX = {"ticket": "ZD", "chat": "CH", "email": "EM", "call": "CA", "social": "SO", "community": "CO", "review": "RE"}


@dataclass
class Line:
    """One message. ``at``: seconds after the window opens; ``text`` only for customers."""

    message_id: str
    channel: str
    conversation: int
    author_kind: str
    account: int
    person: int
    at: int
    body: str
    is_public: bool = True
    text: Text | None = None
    agent: int = -1
    start_s: float | None = None
    end_s: float | None = None
    rating: int | None = None
    ticket: int = -1


@dataclass
class Script:
    """All lines of one channel; ``stage`` etc. stay with the conversations."""

    channel: str
    lines: list[Line] = field(default_factory=list)


def is_garbled(channel: str, conversation: int) -> bool:
    """Whether the transcription of a call guesses: of one in fifty."""
    return channel == "call" and conversation % 50 == 7


class Voices:
    """Knows who speaks and lets them speak."""

    def __init__(self, world: World, shape: Shape, subject: str):
        self.world, self.shape = world, shape
        self.draws = Draws(world.chance(f"words {subject}"))
        self.composer = Composer(self.draws)
        self.agents = AgentVoice(self.draws)

    def language(self, account: int) -> str:
        """The language of a conversation with ``account``: English but for a few per cent."""
        if account < 0:
            return "en"
        chance = self.draws.uniform()
        for language, share in _LANGUAGES[words.REGIONS[self.shape.region[account]]]:
            chance -= share
            if chance < 0:
                return language
        return "en"

    def draft(
        self, channel: str, form: str, label: int, cause: int, second: int, account: int, person: int, agent: int,
        language: str,
    ) -> Draft:  # fmt: skip
        """Everything the composer needs to know; a speaker nobody knows gets an invented name."""
        shape, draws = self.shape, self.draws
        if person >= 0:
            first, full = shape.first_name[person], shape.full_name(person)
            email, phone, company = shape.email[person], shape.phone[person], shape.account_name[account]
            line = int(shape.product_line[account])
        else:
            first = draws.pick(words.FIRST_NAMES)
            full = f"{first} {draws.pick(words.LAST_NAMES)}"
            company = f"{draws.pick(words.COMPANY_HEADS)} {draws.pick(words.COMPANY_TAILS)}"
            email = f"{full.lower().replace(' ', '.')}@{company.lower().replace(' ', '-')}.example"
            phone, line = f"+1 {draws.between(200, 899)} 555 01{draws.between(10, 99)}", draws.below(3)
        return Draft(
            channel, form, label, cause, second, line, first, full, email, phone, company,
            words.AGENT_FIRST_NAMES[agent], language,
        )  # fmt: skip


def write_script(world: World, shape: Shape, plan: Conversations, tickets: Conversations | None) -> Script:
    """Let everyone in ``plan`` speak. Lines after the window's end are left unsaid."""
    voices = Voices(world, shape, plan.channel)
    script = Script(plan.channel)
    ends = plan.n_turns.cumsum().tolist()
    begin = 0
    for number, end in enumerate(ends):
        turns = range(begin, end)
        begin = end
        speak = _ticket if plan.channel == "ticket" else _conversation
        script.lines += speak(voices, plan, number, turns, tickets)
    last = world.n_days * 86_400
    script.lines = [line for line in script.lines if line.at < last]
    return script


def _ticket(
    voices: Voices, plan: Conversations, number: int, turns: range, _tickets: Conversations | None
) -> list[Line]:
    draws, facts = voices.draws, plan.ticket
    assert facts is not None
    account, person, start = int(plan.account[number]), int(plan.person[number]), int(plan.start[number])
    first_reply, resolved = int(facts.first_reply[number]), int(facts.resolved[number])
    agent = draws.below(len(words.AGENT_NAMES))
    language = voices.language(account)
    line_name, first = int(voices.shape.product_line[account]), voices.shape.first_name[person]
    company = voices.shape.account_name[account]
    lines: list[Line] = []

    def add(kind: str, at: int, body: str, public: bool = True, text: Text | None = None) -> None:
        lines.append(
            Line(f"{number}-{len(lines)}", "ticket", number, kind, account, person if kind == "customer" else -1, at,
                 body, public, text, agent if kind == "agent" else -1)
        )  # fmt: skip

    def agent_says(moment: str, at: int, public: bool = True) -> None:
        add("agent", at, voices.agents.say(moment, line_name, first, company), public)

    middle = first_reply if first_reply >= 0 else start + 172_800
    until = resolved if resolved >= 0 else middle + 400_000
    n_turns = len(turns)
    for i, turn in enumerate(turns):
        label = int(plan.label[turn])
        is_closing = i == n_turns - 1 and i > 0 and resolved >= 0
        form = "opening" if i == 0 else "update"
        at = start
        if is_closing:
            form = {1: "solved", -1: "unsolved", 0: "update"}[label]
            at = resolved + 700 + int(draws.uniform() * 90_000)
        elif i > 0:
            at = middle + int((until - middle) * (i - 1 + draws.uniform()) / max(1, n_turns - 1)) + 60
        text = voices.composer.compose(
            voices.draft("ticket", form, label, int(plan.cause[number]), int(plan.second_cause[number]), account,
                         person, agent, language)
        )  # fmt: skip
        add("customer", at, text.body, text=text)
        if i == 0 and draws.happens(0.3):
            add("bot", at + 20, voices.agents.say("bot", line_name, first, company))
        if i == 0 and first_reply >= 0:
            agent_says("first", first_reply)
            if draws.happens(0.22):
                agent_says("note", first_reply + 300, public=False)
        elif i > 0 and not is_closing and draws.happens(0.8):
            agent_says("middle", at + 900 + int(draws.uniform() * 20_000))
        if i == n_turns - (2 if n_turns > 1 else 1) and resolved >= 0:
            agent_says("last", resolved)
    return lines


def _conversation(
    voices: Voices, plan: Conversations, number: int, turns: range, tickets: Conversations | None
) -> list[Line]:
    draws, channel = voices.draws, plan.channel
    account, person, clock = int(plan.account[number]), int(plan.person[number]), int(plan.start[number])
    agent = draws.below(len(words.AGENT_NAMES))
    language = voices.language(account)
    line_name = int(voices.shape.product_line[account]) if account >= 0 else draws.below(3)
    first = voices.shape.first_name[person] if person >= 0 else "there"
    company = voices.shape.account_name[account] if account >= 0 else "your company"
    lines: list[Line] = []
    name = f"{_PREFIX[channel]}-{number + 1:06d}"
    heard = 0.0  # seconds into a call

    def add(kind: str, body: str, text: Text | None = None) -> Line:
        nonlocal heard
        line = Line(
            f"{name}-{len(lines) + 1:02d}", channel, number, kind, account, person if kind == "customer" else -1, clock,
            body, True, text, agent if kind == "agent" else -1,
        )  # fmt: skip
        if channel == "call":
            took = round(max(1.2, len(body.split()) / (2.2 + draws.uniform())), 1)
            line.start_s, line.end_s = round(heard, 1), round(heard + took, 1)
            line.at = int(plan.start[number]) + int(heard)
            heard = max(0.0, heard + took + draws.uniform() * 1.8 - 0.5)  # people interrupt each other
        lines.append(line)
        return line

    if channel == "chat" and draws.happens(0.5):
        add("bot", voices.agents.say("bot", line_name, first, company))
        clock += draws.between(8, 40)
    if channel == "call":
        add("agent", voices.agents.say("first", line_name, first, company))
    n_turns = len(turns)
    for i, turn in enumerate(turns):
        label = int(plan.label[turn])
        form = _form(channel, i, n_turns, label, bool(plan.is_small_talk[turn]), draws)
        text = voices.composer.compose(
            voices.draft(channel, form, label, int(plan.cause[number]), int(plan.second_cause[number]), account, person,
                         agent, language)
        )  # fmt: skip
        said = add("customer", text.body, text)
        if channel == "review":
            said.rating = {-1: 1 + draws.below(2), 0: 3, 1: 4 + draws.below(2)}[label]
        clock += {"chat": draws.between(15, 120), "email": draws.between(7_200, 130_000)}.get(
            channel, draws.between(1_800, 90_000)
        )
        answers = {"chat": 0.9, "call": 0.85, "email": 0.75, "social": 0.3, "community": 0.35, "review": 0.15}[channel]
        if draws.happens(answers):
            moment = (
                "public"
                if channel in ("social", "community", "review")
                else ("first" if i == 0 and channel != "call" else "last" if i == n_turns - 1 else "middle")
            )
            add("agent", voices.agents.say(moment, line_name, first, company))
            clock += {"chat": draws.between(10, 90), "email": draws.between(5_000, 90_000)}.get(
                channel, draws.between(900, 40_000)
            )
    if channel == "call" and tickets is not None and draws.happens(0.25):
        about = _open_ticket(tickets, account, int(plan.start[number]))
        for line in lines:
            line.ticket = about
    return lines


def _form(channel: str, i: int, n_turns: int, label: int, is_small_talk: bool, draws: Draws) -> str:
    if is_small_talk:
        return "small_talk"
    if channel == "email":
        return "opening" if i == 0 else "update"
    if channel in ("chat", "call"):
        if i == n_turns - 1 and label and draws.happens(0.5):
            return "solved" if label > 0 else "unsolved"
        return "turn"
    return "review" if channel == "review" else "post"


def _open_ticket(tickets: Conversations, account: int, at: int) -> int:
    """A ticket of the account that was open at ``at``; −1 without."""
    assert tickets.ticket is not None
    resolved = tickets.ticket.resolved
    is_open = (tickets.account == account) & (tickets.start < at) & ((resolved < 0) | (resolved > at))
    found = is_open.nonzero()[0]
    return int(found[-1]) if len(found) else -1


def write_verbatims(world: World, shape: Shape, answers: Answers) -> dict[int, Text]:
    """The words of survey answers: index of the answer → text."""
    voices = Voices(world, shape, "survey")
    said: dict[int, Text] = {}
    for i in answers.has_words.nonzero()[0].tolist():
        account, person = int(answers.account[i]), int(answers.person[i])
        draft = voices.draft(
            "survey", "verbatim", int(answers.label[i]), int(answers.cause[i]), int(answers.second_cause[i]), account,
            person, 0, voices.language(account),
        )  # fmt: skip
        said[i] = voices.composer.compose(draft)
    return said
