"""Qualtrics: the tables that a warehouse connector writes of its API.

Belongs here: which columns make which table, what a table alone becomes. Does not: answers joined with their responses
(``qualtrics_answers``), exports of the survey itself (``qualtrics``).

==========================  =========================================================================================
table                       becomes
==========================  =========================================================================================
directory_contact,          people, under the contact's own id; where it carries the CRM's id (ext_ref,
core_contact                external_data_reference) the person is merged into that one
distribution_contact        invitations: one a contact and distribution, when it was sent
survey_response,            survey responses, where they come together in one zip archive: the answers have no times,
question_response,          and the responses have no answers. Alone their rows are set aside, with the reason
survey_embedded_data
all others                  nothing: they hold no touch, account or person
==========================  =========================================================================================

Columns: https://fivetran.com/docs/connectors/applications/qualtrics/connector-schema. Times are UTC.
``_fivetran_deleted`` is a deleted row.
"""

from __future__ import annotations

import polars as pl

from sources import qualtrics_answers
from sources.connector_tables import DELETED, SYNCED, is_deleted
from sources.content import Content, Limits
from sources.declared import Declared
from sources.delimited import TextTable, column_name, header_of, read_delimited
from sources.errors import WrongShape
from sources.extract import Extract, excluded_rows
from sources.qualtrics_status import NOT_COUNTED, why_not_counted
from sources.reader import Head, make_extract, not_needed, text_column
from sources.record_ids import long_references

_TABLES: dict[str, frozenset[str]] = {
    "survey_response": frozenset(("id", "survey_id", "finished", "recorded_date", "distribution_channel")),
    "question_response": frozenset(("response_id", "question_id", "question_option_key", "value")),
    "survey_embedded_data": frozenset(("import_id", "key", "response_id", "value")),
    "question": frozenset(("id", "survey_id", "data_export_tag", "question_text")),
    "question_option": frozenset(("key", "question_id", "survey_id", "recode_value")),
    "sub_question": frozenset(("key", "question_id", "survey_id", "choice_data_export_tag")),
    "survey": frozenset(("id", "project_category", "registry_sha")),
    "survey_version": frozenset(("id", "survey_id", "version_number", "was_published")),
    "block": frozenset(("id", "survey_id", "block_locking", "block_visibility")),
    "block_question": frozenset(("block_id", "question_id", "survey_id")),
    "distribution": frozenset(("id", "request_type", "survey_link_survey_id")),
    "distribution_contact": frozenset(("contact_id", "distribution_id", "sent_at", "survey_session_id")),
    "directory": frozenset(("id", "deduplication_criteria_email", "is_default")),
    "directory_contact": frozenset(("id", "directory_id", "ext_ref")),
    "directory_mailing_list": frozenset(("id", "directory_id", "creation_date", "owner_id")),
    "contact_mailing_list_membership": frozenset(("contact_lookup_id", "mailing_list_id", "unsubscribed")),
    "core_contact": frozenset(("id", "mailing_list_id", "external_data_reference")),
    "core_mailing_list": frozenset(("id", "library_id", "category", "folder")),
    "user": frozenset(("id", "division_id", "user_type", "response_count_auditable")),
}
_CONTACTS = ("directory_contact", "core_contact")
_ELSEWHERE = {
    "survey_response": "the answers stand in question_response",
    "question_response": "when it was answered stands in survey_response",
    "survey_embedded_data": "the response stands in survey_response",
}


def table_of(columns: list[str] | tuple[str, ...]) -> str | None:
    """Which table has these columns; None if it is none of Qualtrics'."""
    plain = {_plain(name) for name in columns}
    return next((name for name, own in _TABLES.items() if own <= plain), None)


def knows(head: Head) -> bool:
    """True for one of the tables, or for an archive that holds both responses and answers."""
    if head.kind == "zip":
        names = {name.rsplit("/", 1)[-1].lower().split(".")[0] for name in head.members}
        return {"survey_response", "question_response"} <= names
    return head.kind == "csv" and table_of(head.columns) is not None


def is_mine(content: Content) -> bool:
    """``knows``, for a file that was claimed already."""
    return content.kind == "zip" or table_of(header_of(content.body)[0][0]) is not None


def read(content: Content, limits: Limits, declared: Declared) -> Extract:
    """Read one table, or an archive of them."""
    if content.kind == "zip":
        return qualtrics_answers.read_archive(content, limits, declared, read_table, table_of, _alone)
    text = read_table(content.body, limits)
    name = table_of(text.columns) or ""
    if own := _alone(name, text):
        return _extract(text, *own)
    return _set_aside(text, name) if name in _ELSEWHERE else not_needed("qualtrics", text)


def _alone(name: str, text: TextTable) -> tuple[str, pl.DataFrame] | None:
    """The canonical table and rows of a table that needs no other."""
    if name in _CONTACTS:
        return "people", _people(text)
    return ("invitations", _invitations(text)) if name == "distribution_contact" else None


def read_table(body: bytes, limits: Limits) -> TextTable:
    """A table under plain column names: some warehouses write them in capitals or quotes."""
    text = read_delimited(body, limits=limits)
    names = [column_name(_plain(name)) for name in text.columns]
    if len(set(names)) < len(names):
        raise WrongShape("the header names a column twice, in different letters: keep one", text.rows_read)
    rows = text.rows.rename(dict(zip(text.columns, names, strict=True)))
    return TextTable(names, rows, text.excluded, text.rows_read, text.headers)


def _plain(name: str) -> str:
    return name.strip().strip('"').strip().lower()


def _people(text: TextTable) -> pl.DataFrame:
    crm = text_column(text.columns, ("ext_ref", "external_data_reference"))
    names = [text_column(text.columns, (name,)) for name in ("first_name", "last_name")]
    rows = text.rows.select(
        "source_row",
        is_derived=pl.lit(False),
        person_id=pl.col("id"),
        account_id=pl.lit(None, pl.String),
        email=text_column(text.columns, ("email",)),
        full_name=pl.concat_str(names, separator=" ", ignore_nulls=True).replace("", None),
        merged_into=crm,
        updated_at=text_column(text.columns, ("last_modified", SYNCED)),
        is_deleted=is_deleted(text.columns),
    )
    return rows.with_columns(long_references(rows["merged_into"]))


def _invitations(text: TextTable) -> pl.DataFrame:
    """The table does not say which survey was sent, so its kind is ``other``."""
    return text.rows.select(
        "source_row",
        is_derived=pl.lit(False),
        invitation_id=qualtrics_answers.invitation_id(text.columns),
        survey_type=pl.lit("other"),
        person_id=pl.col("contact_id"),
        invited_at=pl.col("sent_at"),
        updated_at=text_column(text.columns, (SYNCED,)),
        is_deleted=is_deleted(text.columns),
    )


def _extract(text: TextTable, table: str, frame: pl.DataFrame) -> Extract:
    used = {"id", "ext_ref", "external_data_reference", "email", "first_name", "last_name", "last_modified"}
    used |= {"contact_id", "distribution_id", "contact_lookup_id", "sent_at", SYNCED, DELETED}
    extra = text.rows.drop([c for c in text.columns if c in used])
    unread = text.excluded.with_columns(pl.lit(table).alias("table_name"))
    return make_extract("qualtrics", [(table, frame)], text.rows_read, [unread], extra=extra)


def _set_aside(text: TextTable, name: str) -> Extract:
    """One of the tables that say something only together."""
    columns, table = text.columns, "survey_responses"
    reason = why_not_counted(text_column(columns, ("status",)), text_column(columns, ("finished",)))
    reason = pl.when(is_deleted(columns) == "true").then(pl.lit("deleted")).otherwise(reason)
    advice = NOT_COUNTED | {
        "deleted": qualtrics_answers.ADVICE["deleted"],
        "needs_other_table": f"{_ELSEWHERE[name]}: put survey_response, question_response, question and "
        "survey_embedded_data into one zip archive and deliver that",
    }
    reasons = text.rows.with_columns(why=reason.fill_null("needs_other_table"))["why"]
    excluded = [
        excluded_rows(text.rows.filter(reasons == code)["source_row"], code, message, table)
        for code, message in advice.items()
    ]
    unread = text.excluded.with_columns(pl.lit(table).alias("table_name"))
    return make_extract("qualtrics", [], text.rows_read, [unread, *excluded])
