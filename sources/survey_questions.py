"""Which question is which survey: the scales, the words that name them, the wordings and answers that show them.

Belongs here: what holds of questions and answers whoever exports them. Does not: where a vendor writes them.

A question is recognised by what was declared for it, else by a word of ``SCALES`` in its tag or text (``Q4_CSAT7``,
``[NPS] …``), else by its wording: the one question of the net promoter score; a question of satisfaction or ease whose
answers are the words of a scale that is known. Bare numbers under a wording show neither how long the scale is nor
which end is best, so such a question is reported and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from sources.declared import Declared


@dataclass(frozen=True)
class Scale:
    """What a score means: the kind of survey, both ends, and which end is best."""

    survey_type: str
    low: int
    high: int
    higher_is_better: bool


#: What a tag means. The digit names the scale where two are in use. CES asks whether it was made easy (7 is best),
#: EFFORT is the older question of how much effort it took (5 is worst).
SCALES: dict[str, Scale] = {
    "NPS": Scale("nps", 0, 10, True),
    "CSAT": Scale("csat", 1, 5, True),
    "CSAT5": Scale("csat", 1, 5, True),
    "CSAT7": Scale("csat", 1, 7, True),
    "PSAT": Scale("psat", 1, 5, True),
    "PSAT5": Scale("psat", 1, 5, True),
    "PSAT7": Scale("psat", 1, 7, True),
    "CES": Scale("ces", 1, 7, True),
    "CES5": Scale("ces", 1, 5, True),
    "CES7": Scale("ces", 1, 7, True),
    "EFFORT": Scale("ces", 1, 5, False),
}


def _scale_of_words(*worst_to_best: str) -> dict[str, int]:
    return {word: at for at, words in enumerate(worst_to_best, start=1) for word in words.split("|")}


# The answers of the usual scales, worst to best. Two scales may share a word and place it differently ("very satisfied"
# is the best answer of one and the second of the other), so only a word that is in one of them alone decides.
_WORD_SCALES: dict[str, tuple[dict[str, int], ...]] = {
    "csat": (
        _scale_of_words(
            "very dissatisfied",
            "somewhat dissatisfied|dissatisfied",
            "neither satisfied nor dissatisfied|neutral",
            "somewhat satisfied|satisfied",
            "very satisfied",
        ),
        _scale_of_words(
            "not at all satisfied", "not so satisfied", "somewhat satisfied", "very satisfied", "extremely satisfied"
        ),
    ),
    "ces": (
        _scale_of_words(
            "strongly disagree",
            "disagree",
            "somewhat disagree",
            "neither agree nor disagree",
            "somewhat agree",
            "agree",
            "strongly agree",
        ),
        _scale_of_words("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
        _scale_of_words(
            "very difficult",
            "somewhat difficult|difficult",
            "neither easy nor difficult",
            "somewhat easy|easy",
            "very easy",
        ),
        _scale_of_words("not at all easy", "not so easy", "somewhat easy", "very easy", "extremely easy"),
    ),
}
_WORDINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("nps", re.compile(r"\bhow likely\b.*\brecommend\b", re.IGNORECASE | re.DOTALL)),
    ("csat", re.compile(r"\bhow satisfied\b", re.IGNORECASE)),
    ("ces", re.compile(r"\bmade it easy\b|\bhow easy\b", re.IGNORECASE)),
)
_STATED_SCALE = re.compile(r"(?:scale (?:of|from) |\()(\d+) ?(?:-|–|to) ?(\d+)", re.IGNORECASE)
_DECLARED = re.compile(r"(nps|csat|ces|psat|other):(\d+)-(\d+):(high|low)", re.IGNORECASE)
_NUMBER_FIRST = re.compile(r"\s*(\d+)\s*(?:[-–:=]\s*\D.*)?", re.DOTALL)
_NUMBER_LAST = re.compile(r"[^\d]*\s[-–:=]\s*(\d+)\s*", re.DOTALL)
WORDS_FOR_IT = ", ".join(SCALES)


@dataclass(frozen=True)
class Recognised:
    """A score question: its scale, the number of each word where answers are words, what it is said to ask about."""

    scale: Scale
    words: Mapping[str, int] = field(default_factory=dict)
    touchpoint: str | None = None

    def score(self, answer: str | None) -> str | None:
        """The answer's number as text; what holds no number comes back as it is, so that its row is excluded."""
        if answer is None:
            return None
        word = answer.strip().lower()
        if word in self.words:
            return str(self.words[word])
        found = _NUMBER_FIRST.fullmatch(answer) or _NUMBER_LAST.fullmatch(answer)
        return found[1] if found else answer


def declared_scale(word: str) -> Scale:
    """The scale that a declaration names. Raises ``ValueError`` saying how one is written."""
    if word.upper() in SCALES:
        return SCALES[word.upper()]
    found = _DECLARED.fullmatch(word.strip())
    if not found or int(found[2]) >= int(found[3]):
        raise ValueError(f"a survey question is declared as one of {WORDS_FOR_IT}, or as csat:1-10:high")
    return Scale(found[1].lower(), int(found[2]), int(found[3]), found[4].lower() == "high")


def tag_in(words: str) -> str | None:
    """The one word of ``SCALES``, in capitals, in a tag or text; None if there is none, or if there are several."""
    found = SCALES.keys() & set(re.split(r"[_\W]+", words))
    return found.pop() if len(found) == 1 else None


def contradiction(text: str, tag: str, scale: Scale) -> str | None:
    """Why the question's text does not fit ``scale``, if it states another one."""
    stated = _STATED_SCALE.search(text)
    if stated is None or (int(stated[1]), int(stated[2])) == (scale.low, scale.high):
        return None
    return (
        f"its text states a scale of {stated[1]} to {stated[2]}, and {tag} means {scale.low} to {scale.high}: change "
        "its tag to the scale that was asked"
    )


def recognise(names: Iterable[str], text: str, answers: Collection[str], declared: Declared) -> Recognised | str:
    """The scale and touchpoint of a question, or why it has no scale and what to declare.

    ``names``: what it may be declared under besides its text; ``answers``: the distinct answers given.
    """
    found = _recognise((*names, text), text, answers, declared.questions)
    return found if isinstance(found, str) else replace(found, touchpoint=declared.touchpoint_of(*names, text))


def _recognise(
    names: Iterable[str], text: str, answers: Collection[str], questions: Mapping[str, str]
) -> Recognised | str:
    said = next((questions[n] for n in names if n in questions), None)
    seen = {a.strip().lower() for a in answers}
    tag = tag_in(text)
    if said is not None or tag is not None:
        scale = declared_scale(said if said is not None else str(tag))
        if said is None and (why := contradiction(text, str(tag), scale)):
            return why
        sized = [w for group in _WORD_SCALES.values() for w in group if max(w.values()) == scale.high]
        fitting = [w for w in sized if seen & w.keys()]
        best = max(fitting, key=lambda w: len(seen & w.keys()), default={})
        return Recognised(scale, best if scale.low == 1 and scale.higher_is_better else {})
    kind = next((kind for kind, wording in _WORDINGS if wording.search(text)), None)
    declare = f"put one of {WORDS_FOR_IT} into its text, as in [NPS], or declare it"
    if kind is None:
        return f"neither its wording nor a word in its text says which survey it is: {declare}"
    if kind == "nps":
        return contradiction(text, "NPS", SCALES["NPS"]) or Recognised(SCALES["NPS"])
    decided = [w for w in _WORD_SCALES[kind] if seen & (w.keys() - _words_of_others(kind, w))]
    if len(decided) != 1:
        return f"it asks for {kind}, and its answers do not show which scale was offered: {declare}"
    return Recognised(Scale(kind, 1, max(decided[0].values()), True), decided[0])


def _words_of_others(kind: str, one: Mapping[str, int]) -> set[str]:
    return {word for words in _WORD_SCALES[kind] if words is not one for word in words}


# How other systems' ids are called where a survey carries them, in small letters and without signs between.
_LINKS: dict[str, tuple[str, ...]] = {
    "account_id": ("accountid", "salesforceaccountid"),
    "person_id": ("personid", "contactid", "salesforcecontactid", "externalreference", "externaldatareference"),
    "invitation_id": ("invitationid",),
    "ticket_id": ("ticketid", "zendeskticketid", "hubspotticketid", "intercomconversationid", "gongcallid"),
}
# Ids that the reader of the other system prefixes, because they are plain numbers there.
_PREFIXES = {"hubspotticketid": "hubspot:", "intercomconversationid": "intercom:", "gongcallid": "gong:"}


def link_names(names: Iterable[str]) -> Mapping[str, str]:
    """Which of ``names`` (columns, keys of properties) holds which link: canonical column → name."""
    return _link_names(tuple(names))


def link_value(name: str, value: str | None) -> str | None:
    """The id that a column or property of this name holds, as the other system's reader writes it."""
    prefix = _PREFIXES.get(_plain(name), "")
    return value if value is None or value.startswith(prefix) else prefix + value


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


@lru_cache(maxsize=1024)  # the records of a file have nearly all the same keys
def _link_names(names: tuple[str, ...]) -> Mapping[str, str]:
    plain = {_plain(name): name for name in reversed(names)}
    return {
        link: next(plain[word] for word in words if word in plain)
        for link, words in _LINKS.items()
        if plain.keys() & set(words)
    }
