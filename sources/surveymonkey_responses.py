"""SurveyMonkey: one answered questionnaire → canonical rows, whichever export it was read from.

Belongs here: ids, which text belongs to which score, who answered. Does not: the export's columns
(``surveymonkey_export``), the API's objects (``surveymonkey``).

Each answered score question gives one survey response; the first is the source row's own, the others are derived.
Ids are kept as ``surveymonkey:<response>:<question>``. A respondent whom only an e-mail address tells is a person with
an id made from it, so that the address itself stays in the raw people table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import polars as pl

from sources.conform import text_frame
from sources.contract import TABLES
from sources.extract import Extract, excluded_rows, warning_rows
from sources.reader import make_extract
from sources.record_ids import long_reference
from sources.survey_questions import Recognised

TABLE = "survey_responses"
SOURCE = "surveymonkey"
_LEFT_OUT = {
    "preview": "the response is a preview or test of the survey, not a customer's: nothing to do",
    "unfinished": "the response is not finished: it counts once a later export holds it finished",
    "disqualified": "the respondent was disqualified or over quota: nothing to do",
    "no_answer": "none of the score questions is answered: nothing to do",
    "unmapped_question": "no question of this survey is known as a score: put NPS, CSAT5, CSAT7, CES7 … into its text, "
    "as in [NPS], or declare it",
    "ambiguous_date": "the dates do not show whether the day or the month comes first: declare date_order mdy or dmy, "
    "or export another span of time too",
    "unknown_object": "the object is no survey response with its pages of answers: fetch responses/bulk",
}


@dataclass(frozen=True)
class Answered:
    """One respondent's answers. ``scores``: question key → (scale, answer), in the questionnaire's order; ``texts``:
    (key of the score question it belongs to or None, what was written)."""

    source_row: int
    response_id: str | None
    answered_at: str | None
    started_at: str | None
    scores: Mapping[str, tuple[Recognised, str]]
    texts: Sequence[tuple[str | None, str]]
    links: Mapping[str, str | None] = field(default_factory=dict)
    email: str | None = None
    full_name: str | None = None

    @cached_property
    def person_id(self) -> str | None:
        if self.links.get("person_id"):
            return long_reference(self.links["person_id"])
        if self.email:
            return f"{SOURCE}:{sha256(self.email.strip().lower().encode()).hexdigest()[:24]}"
        return None

    def responses(self) -> list[dict[str, Any]]:
        """The survey responses, one a score; texts of no score of their own stand with the first."""
        first = next(iter(self.scores))
        return [
            {
                "source_row": self.source_row,
                "is_derived": key != first,
                "response_id": f"{SOURCE}:{self.response_id}:{key}" if self.response_id else None,
                "survey_type": found.scale.survey_type,
                "touchpoint": found.touchpoint,
                "score": found.score(answer),
                "scale_min": str(found.scale.low),
                "scale_max": str(found.scale.high),
                "higher_is_better": "true" if found.scale.higher_is_better else "false",
                "answered_at": self.answered_at,
                "updated_at": self.answered_at,
                "started_at": self.started_at,
                "account_id": long_reference(self.links.get("account_id")),
                "person_id": self.person_id,
                "ticket_id": self.links.get("ticket_id"),
                "invitation_id": self.links.get("invitation_id"),
                "verbatim": "\n".join(
                    text for owner, text in self.texts if (owner if owner in self.scores else first) == key
                )
                or None,
            }
            for key, (found, answer) in self.scores.items()
        ]

    def person(self) -> dict[str, Any] | None:
        """The respondent, where the export names them; ``updated_at`` stays empty, so that the CRM's own row wins."""
        if self.person_id is None or not (self.email or self.full_name):
            return None
        return {
            "source_row": self.source_row,
            "is_derived": True,
            "person_id": self.person_id,
            "account_id": long_reference(self.links.get("account_id")),
            "email": self.email,
            "full_name": self.full_name,
        }


def extract_of(
    answered: Sequence[Answered],
    left_out: Mapping[str, list[int]],
    unmapped: Mapping[str, str],
    rows_read: int,
    excluded: Sequence[pl.DataFrame],
    extra: pl.DataFrame,
    warnings: Sequence[pl.DataFrame] = (),
) -> Extract:
    """All of a file. ``left_out``: reason → source rows; ``unmapped``: question → why it has no scale."""
    rows = [row for one in answered for row in one.responses()]
    people = [person for one in answered if (person := one.person())]
    frames = [(TABLE, text_frame(rows, TABLES[TABLE].column_names))]
    frames += [("people", text_frame(people, TABLES["people"].column_names))] if people else []
    reasons = [excluded_rows(found, reason, _LEFT_OUT[reason], TABLE) for reason, found in left_out.items() if found]
    told = [
        warning_rows([None], "unmapped_question", f"question {name}: {why}", TABLE, name)
        for name, why in unmapped.items()
    ]
    return make_extract(SOURCE, frames, rows_read, [*excluded, *reasons], [*warnings, *told], extra)
