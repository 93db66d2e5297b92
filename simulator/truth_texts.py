"""What is known of every customer text: label, causes, emotion, intents, effort, resolution, canaries.

Belongs here: the table of labels. Does not: composing texts (``grammar``).
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from simulator.grammar.text import Text
from simulator.sample import CHANNELS, Sample
from simulator.scripts import is_garbled
from simulator.vendors.qualtrics import response_id
from simulator.vendors.zendesk import comment_id

_PLAIN = ("label", "emotion", "emotion_intensity", "effort", "resolution", "is_mixed", "has_typo", "language")


def text_labels(sample: Sample) -> pl.DataFrame:
    """One row per customer text: id, intended label, causes, emotion and what else its clauses say."""
    texts: list[Text] = []
    reasons: list[str | None] = []
    head: dict[str, list[str | None]] = {"table_name": [], "id": [], "channel": [], "account_id": [], "person_id": []}

    def add(text: Text, reason: str | None, table: str, name: str, channel: str, account: int, person: int) -> None:
        texts.append(text)
        reasons.append(reason)
        ids = (_id(sample.shape.account_id, account), _id(sample.shape.person_id, person))
        for column, value in zip(head.values(), (table, name, channel, *ids), strict=True):
            column.append(value)

    for channel in CHANNELS:
        number: dict[int, int] = {}
        for line in sample.scripts[channel].lines:
            nth = number.get(line.conversation, 0)
            number[line.conversation] = nth + 1
            if line.text is not None:
                name = str(comment_id(line.conversation, nth)) if channel == "ticket" else line.message_id
                reason = _null_reason(sample, channel, line.text, line.person, line.at)
                reason = reason or ("quality" if is_garbled(channel, line.conversation) else None)
                add(line.text, reason, "messages", name, channel, line.account, line.person)
    for i, text in sample.verbatims.items():
        account, person = int(sample.answers.account[i]), int(sample.answers.person[i])
        reason = _null_reason(sample, "survey", text, person, int(sample.answers.answered[i]))
        add(text, reason, "survey_responses", response_id(i), "survey", account, person)
    plain = {name: [getattr(t, name) for t in texts] for name in _PLAIN}
    lists = {
        "causes": _lists(t.causes for t in texts),
        "clauses": _lists([f"{cause}:{polarity:+d}:{weight}" for cause, polarity, weight in t.clauses] for t in texts),
        "intents": _lists(t.intents for t in texts),
        "canaries": _lists(t.canaries for t in texts),
    }
    return pl.DataFrame({**head, **plain, **lists, "expected_null_reason": pl.Series(reasons, dtype=pl.String)})


def _null_reason(sample: Sample, channel: str, text: Text, person: int, at: int) -> str | None:
    """Why no sentiment can be expected of a text: consent first, then language."""
    purposes = ("feedback_analysis", "call_recording") if channel == "call" else ("feedback_analysis",)
    if not all(sample.consents.may_be_heard(person, purpose, at) for purpose in purposes):
        return "no_consent"
    return None if text.language == "en" else "language"


def _lists(values: Iterable[list[str]]) -> pl.Series:
    """A column of lists of texts, built from joined texts: polars makes it many times faster than from lists."""
    joined = pl.Series(["\x1f".join(v) if v else None for v in values], dtype=pl.String)
    return joined.str.split("\x1f").fill_null(pl.lit([], dtype=pl.List(pl.String)))


def _id(ids: list[str], index: int) -> str | None:
    return ids[index] if index >= 0 else None
