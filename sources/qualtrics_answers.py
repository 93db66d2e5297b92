"""Qualtrics: a connector's answers joined with the responses they belong to, out of one archive of its tables.

Belongs here: the join, what becomes of each row of each table. Does not: which columns make which table
(``qualtrics_connector``), scales (``survey_questions``).

Source rows are numbered through all tables of the archive, in the order of their names. An answer to a score question
is a survey response; the rows that only lend it something (the response with its times, open answers, questions,
embedded data, the invitation) are set aside as ``joined``, so that each row has one outcome.
A score question is known by its data_export_tag, its text, the selector NPS, or by declaration of one of these or its
id. The score is ``value``, the choice's recode value; an answer that has only ``text`` is an open one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import polars as pl

from sources.archive import members
from sources.conform import text_frame
from sources.connector_tables import is_deleted
from sources.content import Content, Limits, open_content
from sources.contract import TABLES
from sources.declared import Declared
from sources.delimited import TextTable
from sources.errors import WrongShape
from sources.extract import Extract, excluded_rows, warning_rows
from sources.qualtrics_status import NOT_COUNTED, why_not_counted
from sources.reader import make_extract, text_column
from sources.record_ids import long_reference
from sources.survey_questions import SCALES, Scale, contradiction, declared_scale, link_names, link_value, tag_in

Row = dict[str, Any]

TABLE = "survey_responses"
ADVICE = NOT_COUNTED | {
    "deleted": "the record was deleted at Qualtrics: nothing to do",
    "joined": "its content stands in the survey responses of the same archive: nothing to do",
    "no_answer": "no score question of the response is answered: nothing to do",
    "unknown_response": "the response it belongs to is not in survey_response: export both tables at one time",
    "unmapped_question": "its question is not known as a score: put NPS, CSAT5, CSAT7, CES7 … into its export tag, or "
    "declare it",
    "not_needed": "this table holds nothing that is read here: nothing to do, and it need not be delivered",
    "unknown_object": "the file is none of the connector's tables: leave it out of the archive",
}
_LENDING = ("question", "survey_embedded_data")
_JOINED = ("survey_response", "question_response", *_LENDING)


def invitation_id(columns: list[str]) -> pl.Expr:
    """One contact in one distribution; a contact may be told by its lookup id alone."""
    contact = pl.coalesce(pl.col("contact_id"), text_column(columns, ("contact_lookup_id",)))
    return pl.col("distribution_id") + ":" + contact


def read_archive(
    content: Content,
    limits: Limits,
    declared: Declared,
    read_table: Callable[[bytes, Limits], TextTable],
    table_of: Callable[[list[str]], str | None],
    alone: Callable[[str, TextTable], tuple[str, pl.DataFrame] | None],
) -> Extract:
    """Read all tables of the archive. ``alone``: the canonical rows of a table that needs no other.

    Raises ``WrongShape`` for a damaged archive.
    """
    tables: dict[str, list[Row]] = {}
    frames: list[tuple[str, pl.DataFrame]] = []
    outcomes: dict[str, list[int]] = {}
    excluded: list[pl.DataFrame] = []
    done = 0
    for name, data in members(content.body, limits):
        text = _table(name, data, limits, read_table)
        kind = table_of(text.columns) if isinstance(text, TextTable) else None
        if not isinstance(text, TextTable) or kind is None:
            lines = text if isinstance(text, int) else text.rows_read
            outcomes.setdefault("unknown_object", []).extend(range(done + 1, done + lines + 1))
            done += lines
            continue
        excluded.append(text.excluded.with_columns(pl.col("source_row") + done))
        rows = text.rows.with_columns(
            pl.col("source_row") + done,
            **{"why not": _why_not(text.columns)},
            **({"invitation": invitation_id(text.columns)} if kind == "distribution_contact" else {}),
        )
        own = alone(kind, text)
        frames += [(own[0], own[1].with_columns(pl.col("source_row") + done))] if own else []
        tables.setdefault(kind, []).extend(rows.to_dicts())
        if own is None and kind not in _JOINED:
            outcomes.setdefault("not_needed", []).extend(rows["source_row"])
        done += text.rows_read
    found, unmapped = _join(tables, declared, outcomes)
    excluded += [excluded_rows(rows, reason, ADVICE[reason], TABLE) for reason, rows in outcomes.items() if rows]
    warnings = [
        warning_rows([None], "unmapped_question", f"question {tag}: {why}", TABLE, tag) for tag, why in unmapped.items()
    ]
    frames.append((TABLE, text_frame(found, TABLES[TABLE].column_names)))
    return make_extract("qualtrics", frames, done, excluded, warnings)


def _table(name: str, data: bytes, limits: Limits, read_table: Callable[[bytes, Limits], TextTable]) -> TextTable | int:
    """The member as a table, or how many lines it has if it is none."""
    try:
        member = open_content(data, name, limits=limits)
    except WrongShape:
        return 0  # an empty member holds no row
    if member.kind != "csv":
        return member.data_lines
    try:
        return read_table(member.body, limits)
    except WrongShape:
        return member.data_lines


def _why_not(columns: list[str]) -> pl.Expr:
    gone = is_deleted(columns) == "true"
    reason = why_not_counted(text_column(columns, ("status",)), text_column(columns, ("finished",)))
    return pl.when(gone).then(pl.lit("deleted")).otherwise(reason if "finished" in columns else None)


def _join(
    tables: dict[str, list[Row]], declared: Declared, outcomes: dict[str, list[int]]
) -> tuple[list[Row], dict[str, str]]:
    """The survey responses, and the questions that are no score with why; each row's outcome goes to ``outcomes``."""
    responses = {r["id"]: r for r in tables.get("survey_response", []) if r["id"] is not None}
    questions = {(q["survey_id"], q["id"]): q for q in tables.get("question", [])}
    links = _links(tables)
    open_answers: dict[str, list[str]] = {}
    scored: dict[str, list[tuple[Row, Scale, str | None]]] = {}
    unmapped: dict[str, str] = {}
    for answer in tables.get("question_response", []):
        response = responses.get(answer["response_id"])
        reason = answer["why not"] or (response["why not"] if response else "unknown_response")
        value, text = answer["value"], answer.get("text")
        if reason is None and value is None:
            reason = "joined" if text else "no_answer"
            open_answers.setdefault(answer["response_id"], []).extend([text] if text else [])
        elif reason is None:
            question = questions.get((response["survey_id"], answer["question_id"]), {})
            scale = _scale(answer, question, declared)
            if isinstance(scale, Scale):
                touchpoint = declared.touchpoint_of(*_names(answer, question))
                scored.setdefault(answer["response_id"], []).append((answer, scale, touchpoint))
                continue
            unmapped[_name(answer)] = scale
            reason = "unmapped_question"
        outcomes.setdefault(reason, []).append(answer["source_row"])
    for response in tables.get("survey_response", []):
        reason = response["why not"] or ("joined" if response["id"] in scored else "no_answer")
        outcomes.setdefault(reason, []).append(response["source_row"])
    for kind in _LENDING:
        outcomes.setdefault("joined", []).extend(row["source_row"] for row in tables.get(kind, []))
    found = [
        _response(answer, scale, responses[identifier], links.get(identifier, {}))
        | {"verbatim": "\n".join(open_answers.get(identifier, [])) or None if at == 0 else None}
        | {"touchpoint": touchpoint}
        for identifier, answers in scored.items()
        for at, (answer, scale, touchpoint) in enumerate(answers)
    ]
    return found, unmapped


def _scale(answer: Row, question: Row, declared: Declared) -> Scale | str:
    """The scale of the answered question, or why it has none."""
    tag, _, text = named = _names(answer, question)
    said = next((declared.questions[n] for n in named if n in declared.questions), None)
    if said is not None:
        return declared_scale(said)
    word = "NPS" if str(question.get("selector")).upper() == "NPS" else tag_in(tag.upper()) or tag_in(text)
    if word is None or answer.get("sub_question_key"):
        return f"its tag and text hold none of {', '.join(SCALES)}: put one into its tag, or declare it"
    return contradiction(text, word, SCALES[word]) or SCALES[word]


def _names(answer: Row, question: Row) -> tuple[str, str, str]:
    """Tag, id and text of the question, as far as they are told."""
    text = question.get("question_text") or answer.get("question") or ""
    return question.get("data_export_tag") or "", answer["question_id"] or "", text


def _name(answer: Row) -> str:
    """The question's id for a message; a damaged cell is not shown."""
    found = re.fullmatch(r"QID\d+", answer["question_id"] or "")
    return found[0] if found else "without a readable id"


def _links(tables: dict[str, list[Row]]) -> dict[str, dict[str, str | None]]:
    """Response → what embedded data and the invitation say of account, person, ticket and invitation."""
    links: dict[str, dict[str, str | None]] = {}
    for sent in tables.get("distribution_contact", []):
        if sent.get("response_id") and sent["why not"] is None:
            links[sent["response_id"]] = {"person_id": sent["contact_id"], "invitation_id": sent["invitation"]}
    for datum in tables.get("survey_embedded_data", []):
        for link in link_names([datum["key"] or ""]):
            if datum["value"] and datum["why not"] is None:
                links.setdefault(datum["response_id"], {})[link] = link_value(datum["key"], datum["value"])
    return links


def _response(answer: Row, scale: Scale, response: Row, links: dict[str, str | None]) -> Row:
    return {
        "source_row": answer["source_row"],
        "response_id": f"{response['id']}:{answer['question_id']}",
        "survey_type": scale.survey_type,
        "score": answer["value"],
        "scale_min": str(scale.low),
        "scale_max": str(scale.high),
        "higher_is_better": "true" if scale.higher_is_better else "false",
        "answered_at": response.get("recorded_date") or response.get("end_date"),
        "started_at": response.get("start_date"),
        "updated_at": response.get("last_modified_date"),
        "account_id": long_reference(links.get("account_id")),
        "person_id": long_reference(links.get("person_id")),
        "ticket_id": links.get("ticket_id"),
        "invitation_id": links.get("invitation_id"),
    }
