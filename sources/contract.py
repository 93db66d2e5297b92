"""The canonical contract: every table of the entrance, its key, its columns and what they may hold.

Belongs here: names, types, allowed values, keys. Does not: how a vendor writes them (its own module), reading.
One place for each fact: readers, the conforming step, raw Parquet schemas and the documentation all read this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal["text", "number", "boolean", "timestamp", "date"]

POLARS_TYPE: dict[Kind, pl.DataType] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "timestamp": pl.Datetime("us", "UTC"),
    "date": pl.Date(),
}


@dataclass(frozen=True)
class Column:
    """One column. ``in_header``: the file must have it. ``filled``: and no cell of it may be empty.

    ``allowed``: the only values it may hold; ``otherwise``: what is kept, with a warning, in place of any other value
    (null: the row is excluded). ``minimum``, ``maximum``: limits of a number, both included.
    """

    name: str
    kind: Kind = "text"
    in_header: bool = False
    filled: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    otherwise: str | None = None


@dataclass(frozen=True)
class Table:
    """One canonical table: ``key`` identifies a row; the newer ``updated_at`` of a key wins.

    ``one_of``: groups of columns of which at least one must be in the header and filled in each row.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def header(self) -> tuple[str, ...]:
        """The columns that a file must have."""
        return tuple(c.name for c in self.columns if c.in_header)

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


# Every table may carry these two; they are typed like any other column.
VERSION_COLUMNS = (Column("updated_at", "timestamp"), Column("is_deleted", "boolean"))

# Where a raw row came from; written by ``storage``, never by a vendor.
PROVENANCE: dict[str, pl.DataType] = {
    "source": pl.String(),  # the vendor, e.g. "zendesk"
    "source_file": pl.String(),  # path below the extracts folder
    "file_sha256": pl.String(),
    "source_row": pl.Int64(),  # 1-based row of data in the file (headers not counted)
    "is_derived": pl.Boolean(),  # true: a second canonical row from one source row; not counted in row accounting
    "row_key": pl.String(),  # the key's values joined by U+001F
    "row_hash": pl.String(),  # sha256 over the canonical columns: equal rows have equal hashes
    "loaded_at": pl.Datetime("us", "UTC"),  # when this file was first claimed
}

STAGES = ("awareness", "evaluation", "purchase", "onboarding", "adoption", "value", "renewal", "advocacy")
ROLES = ("buyer", "user", "executive")
CHANNELS = ("ticket", "chat", "email", "call", "social", "community", "review")
PRIORITIES = ("urgent", "high", "normal", "low")
# The longest message or comment that is one: about 400 printed pages.
MOST_CHARS = 1_000_000
# The money of every figure; amounts in another currency are kept as they are and converted by a dated rate in SQL.
CURRENCY = "USD"
# Above any contract a year there has been; what is larger is a slip or an overflow.
MOST_MONEY = 1e12
# Who wrote or said it. ``unknown``: another file may tell; ``withheld``: the words may not be read.
AUTHOR_KINDS = ("customer", "agent", "bot", "unknown", "withheld")
# Whose word a label is. A provider's is compared with others and never learned from; none said: a person's.
LABELLED_KINDS = ("person", "provider")
SURVEY_TYPES = ("nps", "csat", "ces", "psat", "other")


def _table(
    name: str,
    key: str,
    columns: str,
    allowed: dict[str, tuple[str, ...]] | None = None,
    minimum: dict[str, float] | None = None,
    maximum: dict[str, float] | None = None,
    otherwise: dict[str, str] | None = None,
    one_of: tuple[tuple[str, ...], ...] = (),
) -> Table:
    """Read the short notation: ``name`` must be there and filled, ``name~`` there, ``name?`` neither; ``name:kind``."""
    allowed, minimum, maximum, otherwise = allowed or {}, minimum or {}, maximum or {}, otherwise or {}
    parsed = []
    for word in columns.split():
        spec, _, kind = word.partition(":")
        column, mark = (spec[:-1], spec[-1]) if spec[-1] in "~?" else (spec, "")
        parsed.append(
            Column(
                column,
                kind or "text",
                in_header=mark != "?",
                filled=not mark,
                allowed=allowed.get(column, ()),
                minimum=minimum.get(column),
                maximum=maximum.get(column),
                otherwise=otherwise.get(column),
            )
        )
    names = {c.name for c in parsed}
    parsed += [c for c in VERSION_COLUMNS if c.name not in names]
    return Table(name, tuple(key.split()), tuple(parsed), one_of)


TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        _table(
            "accounts",
            "account_id valid_from",
            "account_id account_name~ parent_account_id? segment? region? product_line? arr_usd?:number currency? "
            "created_on?:date valid_from?:timestamp merged_into? domains?",
            minimum={"arr_usd": 0},
            maximum={"arr_usd": MOST_MONEY},
        ),
        _table(
            "people",
            "person_id valid_from",
            "person_id account_id~ role? email? full_name? valid_from?:timestamp merged_into?",
            allowed={"role": ROLES},
        ),
        _table(
            "stage_history",
            "account_id entered_at",
            "account_id stage entered_at:timestamp",
            allowed={"stage": STAGES},
        ),
        _table(
            "contracts",
            "contract_id",
            "contract_id account_id starts_on:date renews_on:date arr_usd:number currency? outcome? outcome_on?:date "
            "outcome_arr_usd?:number",
            allowed={"outcome": ("renewed", "expanded", "contracted", "churned")},
            minimum={"arr_usd": 0, "outcome_arr_usd": 0},
            maximum={"arr_usd": MOST_MONEY, "outcome_arr_usd": MOST_MONEY},
        ),
        _table(
            "invitations",
            "invitation_id",
            "invitation_id survey_type account_id? person_id? invited_at:timestamp channel?",
            allowed={"survey_type": SURVEY_TYPES},
        ),
        _table(
            "survey_responses",
            "response_id",
            "response_id survey_type score:number scale_min:number scale_max:number higher_is_better:boolean "
            "answered_at:timestamp account_id? person_id? verbatim? invitation_id? ticket_id? started_at?:timestamp "
            "touchpoint?",
            allowed={"survey_type": SURVEY_TYPES},
        ),
        _table(
            "tickets",
            "ticket_id",
            "ticket_id account_id? person_id? created_at:timestamp priority? status? is_escalated?:boolean "
            "first_reply_at?:timestamp resolved_at?:timestamp n_reopens?:number n_transfers?:number topic? "
            "product_line?",
            allowed={"priority": PRIORITIES},
            minimum={"n_reopens": 0, "n_transfers": 0},
        ),
        _table(
            "messages",
            "message_id",
            "message_id channel author_kind body~ sent_at?:timestamp account_id? person_id? conversation_id? "
            "speaker_id? ticket_id? is_public?:boolean start_s?:number end_s?:number language? rating?:number "
            "rating_min?:number rating_max?:number transcript_confidence?:number",
            minimum={"transcript_confidence": 0},
            maximum={"transcript_confidence": 1},
            allowed={"author_kind": AUTHOR_KINDS, "channel": CHANNELS},
            otherwise={"channel": "unknown"},  # a new channel is no reason to lose what a customer wrote
            one_of=(("sent_at", "speaker_id"),),
        ),
        _table(
            "speakers",
            "speaker_id",
            "speaker_id author_kind person_id? account_id? started_at?:timestamp",
            allowed={"author_kind": AUTHOR_KINDS},
        ),
        _table(
            "usage",
            "account_id person_id metric used_on",
            "account_id? person_id? metric used_on:date value:number",
            one_of=(("account_id", "person_id"),),
        ),
        _table(
            "service_levels",
            "account_id metric",
            "account_id? metric target_minutes:number",
            minimum={"target_minutes": 0},
        ),
        _table(
            "consents",
            "person_id purpose recorded_at",
            "person_id purpose recorded_at:timestamp state",
            allowed={"purpose": ("feedback_analysis", "call_recording"), "state": ("granted", "denied")},
        ),
        _table(
            "events_calendar",
            "event_id",
            "event_id name kind starts_on:date ends_on:date segment? region? product_line?",
            allowed={"kind": ("launch", "policy_change", "incident", "holiday", "other")},
        ),
        _table(
            "actions",
            "action_id",
            "action_id account_id play started_at:timestamp ended_at?:timestamp owner?",
        ),
        _table(
            "labels",
            "message_id response_id labelled_by",
            "message_id? response_id? label:number labelled_by labelled_at:timestamp labelled_kind?",
            allowed={"labelled_kind": LABELLED_KINDS},
            minimum={"label": -1},
            maximum={"label": 1},
            one_of=(("message_id", "response_id"),),
        ),
    )
}


def raw_schema(table: str) -> dict[str, pl.DataType]:
    """Column name → polars type of ``raw/<table>/*.parquet``: the canonical columns, then the provenance."""
    columns = {c.name: POLARS_TYPE[c.kind] for c in TABLES[table].columns}
    return {**columns, **PROVENANCE}
