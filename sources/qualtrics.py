"""Qualtrics: CSV exports of survey responses, with their three header rows or, in the legacy format, two.

Belongs here: the header rows, which question is which survey. Does not: which responses count (``qualtrics_status``),
a connector's tables (``qualtrics_connector``), scales (``survey_questions``), types (``conform``).

Row 1 names the columns (question tags, embedded data), row 2 is the question text, row 3 is JSON: ``{"ImportId":
"QID1"}``, sometimes with the ``timeZone`` that times are written in. The legacy format has no row 3: its first columns
are called V1, V2 …, and row 2 says what they are (ResponseID, Status, StartDate …). A response gives one survey
response for each answered question that is mapped; the first of them is the source row's own, the others are derived.

Which question is which survey is told by the word NPS, CSAT, PSAT, CES or EFFORT in its tag (``NPS``, ``Q4_CSAT7``), or
in its text, or by the ``…_NPS_GROUP`` column that Qualtrics adds, or by declaration. A question that none of these
maps, or whose text states another scale, is reported and never guessed.
Open answers (``…_TEXT``, ``…_COMMENT``) become the verbatim of the question whose tag they begin with, else of the
response's first score. Embedded data link it: ``account_id``, ``person_id`` (or ExternalReference), ``invitation_id``,
``ticket_id`` (or ``GongCallId``, ``IntercomConversationId``).
"""

from __future__ import annotations

import json
import re
import zoneinfo
from dataclasses import dataclass, replace

import polars as pl

from sources import qualtrics_connector
from sources.content import Content, Limits
from sources.declared import NOTHING_DECLARED, Declared, in_force, reading
from sources.delimited import TextTable, read_delimited
from sources.errors import WrongShape
from sources.extract import Extract, excluded_rows, warning_rows
from sources.qualtrics_status import NOT_COUNTED, why_not_counted
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader, first_of, make_extract, text_column
from sources.record_ids import long_references
from sources.survey_questions import SCALES, Scale, contradiction, declared_scale, tag_in

TABLE = "survey_responses"


_ACCOUNT = ("account_id", "AccountId", "AccountID", "SalesforceAccountId")
_PERSON = ("person_id", "contact_id", "ContactId", "SalesforceContactId", "ExternalReference", "ExternalDataReference")
_INVITATION = ("invitation_id", "InvitationId")
_TICKET = ("ticket_id", "TicketId", "ZendeskTicketId")
_CONVERSATIONS = {"HubSpotTicketId": "hubspot:", "GongCallId": "gong:", "IntercomConversationId": "intercom:"}
_OPEN_ANSWER = re.compile(r"(^|[_\W])(TEXT|COMMENTS?|VERBATIM|REASON|WHY)$", re.IGNORECASE)
_ANALYSIS = re.compile(r" - |_NPS_GROUP$|_(SENTIMENT|TOPICS?)$", re.IGNORECASE)  # what Qualtrics adds by itself
# What the first columns of the legacy format are, by row 2, in the names that the present format gives them.
_LEGACY = {
    "ResponseID": "ResponseId",
    "ExternalDataReference": "ExternalDataReference",
    "Status": "Status",
    "StartDate": "StartDate",
    "EndDate": "EndDate",
    "Finished": "Finished",
}
_LEGACY_META = re.compile(r"V\d+|Location\w+|unnamed_\d+")


@dataclass(frozen=True)
class Questions:
    """``scores``: column → scale, in column order; ``texts``: open answers; ``unmapped``: column → why it is not.
    ``touchpoints``: column → what it was declared to ask about."""

    scores: dict[str, Scale]
    texts: list[str]
    unmapped: dict[str, str]
    touchpoints: dict[str, str]


def find_questions(
    columns: list[str], labels: list[str], import_ids: list[str], declared: Declared = NOTHING_DECLARED
) -> Questions:
    """Tell the questions apart by tag, text and ImportId (three lists of one length)."""
    scores: dict[str, Scale] = {}
    texts, unmapped, touchpoints = [], {}, {}
    for name, label, import_id in zip(columns, labels, import_ids, strict=True):
        if not import_id.startswith("QID") or _ANALYSIS.search(name):
            continue
        said = next((declared.questions[n] for n in (name, import_id, label) if n in declared.questions), None)
        if said is None and (_OPEN_ANSWER.search(name) or import_id.endswith("_TEXT")):
            texts.append(name)
            continue
        if touchpoint := declared.touchpoint_of(name, import_id, label):
            touchpoints[name] = touchpoint
        tag = "NPS" if f"{name}_NPS_GROUP" in columns else tag_in(name.upper()) or tag_in(label)
        if said is not None:
            scores[name] = declared_scale(said)
        elif tag is None:
            unmapped[name] = f"its tag and text hold none of {', '.join(SCALES)}: put one into its tag, or declare it"
        elif why := contradiction(label, tag, SCALES[tag]):
            unmapped[name] = why
        else:
            scores[name] = SCALES[tag]
    return Questions(scores, texts, unmapped, touchpoints)


def _read(content: Content, limits: Limits) -> Extract:
    declared = in_force()
    if qualtrics_connector.is_mine(content):
        return qualtrics_connector.read(content, limits, declared)
    if re.match(rb'"?V1"?,', content.body):
        text, labels, import_ids = _legacy(read_delimited(content.body, header_rows=2, limits=limits))
        time_zone = declared.time_zone
    else:
        text = read_delimited(content.body, header_rows=3, limits=limits)
        import_ids, time_zone = _third_row(text, declared)
        labels = [*text.headers[1], *[""] * len(text.columns)][: len(import_ids)]
    questions = find_questions(text.columns, labels, import_ids, declared)
    counted, excluded = _countable(text)
    rows, silent = _answered(counted, questions)
    frames = [(TABLE, _responses(rows, questions, name)) for name in questions.scores]
    unread = text.excluded.with_columns(pl.lit(TABLE).alias("table_name"))
    warnings = [
        warning_rows([None], "unmapped_question", f"question {name}: {why}", TABLE, name)
        for name, why in questions.unmapped.items()
    ]
    linked = {first_of(text.columns, names) for names in (_ACCOUNT, _INVITATION)}
    linked |= {*_PERSON, *_TICKET, *_CONVERSATIONS}
    used = {*questions.scores, *questions.texts, *linked, "ResponseId", "StartDate", "RecordedDate", "EndDate"}
    extra = text.rows.drop([c for c in text.columns if c in used])
    with reading(replace(declared, time_zone=time_zone)):
        return make_extract("qualtrics", frames, text.rows_read, [unread, *excluded, silent], warnings, extra)


def _legacy(text: TextTable) -> tuple[TextTable, list[str], list[str]]:
    """The table under the present names, its question texts, and an ImportId where a column is a question."""
    labels = [*text.headers[1], *[""] * len(text.columns)][: len(text.columns)]
    renamed = {c: _LEGACY[label] for c, label in zip(text.columns, labels, strict=True) if label in _LEGACY}
    if len(set(renamed.values())) < len(renamed) or not {"ResponseId", "EndDate"} <= set(renamed.values()):
        raise WrongShape(
            "row 2 does not say which column holds ResponseID and EndDate, or says so twice: export the responses "
            "again, without the legacy format",
            text.rows_read,
        )
    columns = [renamed.get(c, c) for c in text.columns]
    known = {*renamed, *_ACCOUNT, *_PERSON, *_INVITATION, *_TICKET, *_CONVERSATIONS}
    is_meta = [c in known or _LEGACY_META.fullmatch(c) is not None for c in text.columns]
    import_ids = ["" if meta else "QID" for meta in is_meta]
    return (
        TextTable(columns, text.rows.rename(renamed), text.excluded, text.rows_read, text.headers),
        labels,
        import_ids,
    )


def _third_row(text: TextTable, declared: Declared) -> tuple[list[str], str | None]:
    """The ImportIds, and the time zone that times are written in: row 3's, else the declared one, else UTC (None)."""
    cells = text.headers[2]
    try:
        found = [json.loads(cell) for cell in cells]
        import_ids = [str(cell["ImportId"]) for cell in found]
    except (ValueError, KeyError, TypeError) as error:
        raise WrongShape(
            "row 3 is not the row of ImportIds: export as CSV with the three header rows Qualtrics writes (names, "
            "question texts, ImportIds)"
        ) from error
    if len(import_ids) != len(text.columns):
        raise WrongShape("rows 1 and 3 of the header differ in length: export the responses again")
    zones = {str(cell["timeZone"]) for cell in found if cell.get("timeZone")}
    zone = zones.pop() if len(zones) == 1 else declared.time_zone
    if not zones and (zone is None or zone.upper() in ("Z", "UTC", "GMT")):
        return import_ids, None
    if zones or zone not in zoneinfo.available_timezones():
        raise WrongShape("row 3 names a time zone that is not known, or several: export with times in UTC")
    return import_ids, zone


def _countable(text: TextTable) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The finished responses of real people, and the others with their reasons."""
    status, finished = text_column(text.columns, ("Status",)), text_column(text.columns, ("Finished",))
    reasons = text.rows.with_columns(why_not_counted(status, finished).alias("reason of exclusion"))[
        "reason of exclusion"
    ]
    excluded = [
        excluded_rows(text.rows.filter(reasons == code)["source_row"], code, message, TABLE)
        for code, message in NOT_COUNTED.items()
    ]
    return text.rows.filter(reasons.is_null()), excluded


def _answered(rows: pl.DataFrame, questions: Questions) -> tuple[pl.DataFrame, pl.DataFrame]:
    if not questions.scores:
        advice = (
            f"no question of this survey is mapped ({', '.join(questions.unmapped) or 'there are none'}): put one of "
            f"{', '.join(SCALES)} into the tag of each score question and export again, or declare the questions"
        )
        return rows.clear(), excluded_rows(rows["source_row"], "unmapped_question", advice, TABLE)
    has_score = rows.select(pl.any_horizontal(pl.col(list(questions.scores)).is_not_null())).to_series()
    advice = f"none of the score questions ({', '.join(questions.scores)}) is answered: nothing to do"
    return rows.filter(has_score), excluded_rows(rows.filter(~has_score)["source_row"], "no_answer", advice, TABLE)


def _responses(rows: pl.DataFrame, questions: Questions, name: str) -> pl.DataFrame:
    """The survey responses of one question, as text columns."""
    names = list(questions.scores)
    earlier = names[: names.index(name)]
    scale, has = questions.scores[name], rows.columns
    is_first = pl.all_horizontal(pl.lit(True), *(pl.col(c).is_null() for c in earlier))
    own = [t for t in questions.texts if _owner(t, names) == name]
    free = [t for t in questions.texts if _owner(t, names) is None]
    plain_id = name == names[0]
    frame = rows.filter(pl.col(name).is_not_null()).select(
        "source_row",
        is_derived=~is_first,
        response_id=pl.col("ResponseId") if plain_id else pl.col("ResponseId") + ":" + name.lower(),
        survey_type=pl.lit(scale.survey_type),
        touchpoint=pl.lit(questions.touchpoints.get(name), pl.String),
        score=pl.col(name),
        scale_min=pl.lit(str(scale.low)),
        scale_max=pl.lit(str(scale.high)),
        higher_is_better=pl.lit("true" if scale.higher_is_better else "false"),
        answered_at=text_column(has, ("RecordedDate", "EndDate")),
        started_at=text_column(has, ("StartDate",)),
        account_id=text_column(has, _ACCOUNT),
        person_id=pl.coalesce(*(text_column(has, (c,)) for c in _PERSON)),
        invitation_id=text_column(has, _INVITATION),
        ticket_id=pl.coalesce(
            *(text_column(has, (c,)) for c in _TICKET),
            *(pl.format(f"{prefix}{{}}", c) for c, prefix in _CONVERSATIONS.items() if c in has),
        ),
        verbatim=pl.concat_str(
            pl.lit(None, pl.String),
            *(pl.col(t) for t in own),
            *(pl.when(is_first).then(pl.col(t)) for t in free),
            separator="\n",
            ignore_nulls=True,
        ),
    )
    return frame.with_columns(long_references(frame["account_id"]), long_references(frame["person_id"]))


def _owner(text: str, scores: list[str]) -> str | None:
    """The score question whose tag the open answer's tag begins with."""
    owners = [s for s in scores if text.upper().startswith(f"{s.upper()}_")]
    return max(owners, key=len, default=None)


def _claims(head: Head) -> int:
    is_export = head.has("ResponseId") and first_of(head.columns, ("RecordedDate", "EndDate")) is not None
    is_legacy = head.has("V1", "V2", "V8", "V10")
    is_mine = (head.kind == "csv" and (is_export or is_legacy)) or qualtrics_connector.knows(head)
    return BY_CONTENT if is_mine else NOT_MINE


READER = Reader(
    name="qualtrics",
    claims=_claims,
    read=_read,
    expects="a CSV export of responses with three header rows (StartDate, EndDate, Status, …, ResponseId, "
    "questions) or the legacy two (V1, V2 …), or a connector's tables (survey_response with question_response in "
    "one zip …)",
)
