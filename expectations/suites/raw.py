"""Suites of the raw tables: the canonical shape that every reader agreed to deliver.

Belongs here: one suite per canonical table. Does not: reading, excluding single rows (``sources``): a row that
breaks an agreement was set aside there, so what is still wrong here is a fault of a reader, and it blocks.
The lists are written out here on purpose: the judge does not ask the judged what was agreed. A test holds both
equal. What ingestion keeps on purpose although it looks odd (an end before its start, an unknown channel) warns.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

import polars as pl

from expectations import statements as st
from expectations import thresholds
from expectations.judge import judge
from expectations.results import CheckResult
from expectations.statements import Expect, Statement, Suite

PROVENANCE = ("source", "source_file", "file_sha256", "source_row", "is_derived", "row_key", "row_hash", "loaded_at")
CHANNELS = ("ticket", "chat", "email", "call", "social", "community", "review")
AUTHOR_KINDS = ("customer", "agent", "bot", "unknown", "withheld")
SURVEY_TYPES = ("nps", "csat", "ces", "psat", "other")
MONEY = (0.0, thresholds.LARGEST_MONEY)


@dataclass(frozen=True)
class Agreed:
    """What was agreed for one table.

    ``columns``: all of them, ``!`` marks those whose cells are all filled. ``listed``: allowed values; ``usually``:
    values that the policy knows. ``ranges``: smallest and largest number. ``scale``: a score, its lowest and highest
    value. ``happened``: the time of what the row tells, which cannot lie after its loading. ``times``: other times
    and dates. ``ordered``: pairs (earlier, later). ``either``: one of them is filled.
    """

    columns: str
    listed: Mapping[str, tuple] = field(default_factory=dict)
    usually: Mapping[str, tuple] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    scale: tuple[str, str, str] | None = None
    happened: str | None = None
    times: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    either: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.rstrip("!") for c in self.columns.split())

    @property
    def filled(self) -> tuple[str, ...]:
        return tuple(c[:-1] for c in self.columns.split() if c.endswith("!"))


AGREED: dict[str, Agreed] = {
    "accounts": Agreed(
        "account_id! account_name parent_account_id segment region product_line arr_usd currency created_on "
        "valid_from merged_into domains updated_at is_deleted",
        ranges={"arr_usd": MONEY},
        times=("valid_from", "created_on"),
    ),
    "people": Agreed(
        "person_id! account_id role email full_name valid_from merged_into updated_at is_deleted",
        listed={"role": ("buyer", "user", "executive")},
        times=("valid_from",),
    ),
    "stage_history": Agreed(
        "account_id! stage! entered_at! updated_at is_deleted",
        listed={
            "stage": (
                "awareness",
                "evaluation",
                "purchase",
                "onboarding",
                "adoption",
                "value",
                "renewal",
                "advocacy",
            )
        },
        happened="entered_at",
    ),
    "contracts": Agreed(
        "contract_id! account_id! starts_on! renews_on! arr_usd! currency outcome outcome_on outcome_arr_usd "
        "updated_at is_deleted",
        listed={"outcome": ("renewed", "expanded", "contracted", "churned")},
        ranges={"arr_usd": MONEY, "outcome_arr_usd": MONEY},
        times=("starts_on", "renews_on", "outcome_on"),
        ordered=(("starts_on", "renews_on"),),
    ),
    "invitations": Agreed(
        "invitation_id! survey_type! account_id person_id invited_at! channel updated_at is_deleted",
        listed={"survey_type": SURVEY_TYPES},
        happened="invited_at",
    ),
    "survey_responses": Agreed(
        "response_id! survey_type! score! scale_min! scale_max! higher_is_better! answered_at! account_id person_id "
        "verbatim invitation_id ticket_id started_at touchpoint updated_at is_deleted",
        listed={"survey_type": SURVEY_TYPES},
        scale=("score", "scale_min", "scale_max"),
        happened="answered_at",
        ordered=(("started_at", "answered_at"),),
    ),
    "tickets": Agreed(
        "ticket_id! account_id person_id created_at! priority status is_escalated first_reply_at resolved_at "
        "n_reopens n_transfers topic product_line updated_at is_deleted",
        listed={"priority": ("urgent", "high", "normal", "low")},
        ranges={"n_reopens": (0, None), "n_transfers": (0, None)},
        happened="created_at",
        ordered=(("created_at", "first_reply_at"), ("created_at", "resolved_at")),
    ),
    "messages": Agreed(
        "message_id! channel! author_kind! body sent_at account_id person_id conversation_id speaker_id ticket_id "
        "is_public start_s end_s language rating rating_min rating_max transcript_confidence updated_at is_deleted",
        listed={"author_kind": AUTHOR_KINDS, "channel": (*CHANNELS, "unknown")},
        usually={"channel": CHANNELS},
        ranges={"transcript_confidence": (0, 1)},
        scale=("rating", "rating_min", "rating_max"),
        happened="sent_at",
        ordered=(("start_s", "end_s"),),
        either=("sent_at", "speaker_id"),
    ),
    "speakers": Agreed(
        "speaker_id! author_kind! person_id account_id started_at updated_at is_deleted",
        listed={"author_kind": AUTHOR_KINDS},
        times=("started_at",),
    ),
    "usage": Agreed(
        "account_id person_id metric! used_on! value! updated_at is_deleted",
        happened="used_on",
        either=("account_id", "person_id"),
    ),
    "service_levels": Agreed(
        "account_id metric! target_minutes! updated_at is_deleted", ranges={"target_minutes": (0, None)}
    ),
    "consents": Agreed(
        "person_id! purpose! recorded_at! state! updated_at is_deleted",
        listed={"purpose": ("feedback_analysis", "call_recording"), "state": ("granted", "denied")},
        happened="recorded_at",
    ),
    "events_calendar": Agreed(
        "event_id! name! kind! starts_on! ends_on! segment region product_line updated_at is_deleted",
        listed={"kind": ("launch", "policy_change", "incident", "holiday", "other")},
        times=("starts_on", "ends_on"),
        ordered=(("starts_on", "ends_on"),),
    ),
    "actions": Agreed(
        "action_id! account_id! play! started_at! ended_at owner updated_at is_deleted",
        times=("started_at", "ended_at"),
        ordered=(("started_at", "ended_at"),),
    ),
    "labels": Agreed(
        "message_id response_id label! labelled_by! labelled_at! labelled_kind updated_at is_deleted",
        listed={"label": (-1, 0, 1), "labelled_kind": ("person", "provider")},
        happened="labelled_at",
        either=("message_id", "response_id"),
    ),
}


def check_raw(frames: Mapping[str, pl.DataFrame], elsewhere: Executor | None = None) -> list[CheckResult]:
    """Judge raw tables (all row versions, as in ``raw/<table>/*.parquet``) by their suites.

    Returns one result per table and statement, tables in the order given. Raises ValueError for a table that has
    no suite. The first call in a process imports Great Expectations, which takes seconds; ``elsewhere`` is a process
    that has done so already.
    """
    unknown = sorted(set(frames) - set(AGREED))
    if unknown:
        raise ValueError(f"No suite for {', '.join(unknown)}: add it to AGREED in expectations/suites/raw.py.")
    return judge(((suite(table), frame) for table, frame in frames.items()), elsewhere)


def suite(table: str) -> Suite:
    """The suite of one canonical table."""
    agreed = AGREED[table]
    return Suite(
        table=table,
        columns=(*agreed.names, *PROVENANCE),
        statements=tuple(s for s in _statements(table, agreed) if s.expects),
        derived={
            "n_empty_provenance_cells": pl.sum_horizontal(pl.col(c).is_null() for c in PROVENANCE),
            "accounted_row": pl.when(~pl.col("is_derived")).then(
                pl.concat_str("file_sha256", pl.lit(":"), "source_row")
            ),
            "latest_believable_at": pl.col("loaded_at") + thresholds.CLOCK_TOLERANCE,
            "happened_at": pl.col(agreed.happened or "loaded_at").cast(pl.Datetime("us", "UTC")),
            "either": pl.coalesce(pl.col(name).cast(pl.String) for name in agreed.either or ("source",)),
        },
    )


def _statements(table: str, agreed: Agreed) -> tuple[Statement, ...]:
    reader = f"Mend the reader in sources/ that wrote these rows of {table}: it must set such rows aside."
    vendor = f"Nothing is lost: the rows are used as they are. Ask the vendor of {table} which side is right."
    return (
        Statement(
            "every_row_says_where_it_came_from",
            "Source, file, row, key, hash and load time are filled in each row.",
            (
                st.between("n_empty_provenance_cells", 0, 0, "all provenance columns are filled"),
                st.between("source_row", 1),
            ),
            "The ledger in storage/ writes these columns: ingest the extract again, and report it if it stays.",
        ),
        Statement(
            "each_source_row_is_stored_once",
            "No row of a file was loaded twice (second rows made from one source row not counted).",
            (st.unique("accounted_row", about="file and source row are unique"),),
            "Remove the second copy under raw/ (the ledger claims a file once) and ingest again.",
        ),
        Statement(
            "required_cells_are_filled",
            "Keys and all other cells that the agreement requires are filled.",
            (
                *(st.filled(c) for c in agreed.filled),
                *([st.filled("either", about=" or ".join(agreed.either) + " is filled")] if agreed.either else ()),
            ),
            reader,
        ),
        Statement(
            "only_listed_values_occur",
            "Columns with a fixed list of values hold nothing else.",
            tuple(st.listed(c, values) for c, values in agreed.listed.items()),
            reader,
        ),
        Statement(
            "numbers_lie_in_their_range",
            "Money, counts and durations are neither negative nor absurd.",
            tuple(st.between(c, low, high) for c, (low, high) in agreed.ranges.items()),
            reader,
        ),
        Statement(
            "scores_lie_within_their_scale",
            "Each score lies between the ends of its own scale, and the scale has two ends.",
            _scale(agreed),
            reader,
        ),
        Statement(
            "times_are_sane",
            "What happened lies between 2000 and 2100: no epoch of zero, no placeholder.",
            (st.between("happened_at", thresholds.EARLIEST_TIME, thresholds.LATEST_TIME),) if agreed.happened else (),
            reader,
        ),
        Statement(
            "nothing_happened_after_it_was_loaded",
            "No event is later than two days after its file was loaded.",
            (st.not_below("latest_believable_at", "happened_at", f"{agreed.happened} is before loading"),)
            if agreed.happened
            else (),
            f"Check the time zone that the source of {table} declares; such rows count in a later week.",
            severity="warn",
        ),
        Statement(
            "other_times_are_plausible",
            "Dates of contracts, versions and plans lie between 2000 and 2100.",
            tuple(st.between(c, thresholds.EARLIEST_TIME, thresholds.LATEST_TIME) for c in agreed.times),
            vendor,
            severity="warn",
        ),
        Statement(
            "ends_follow_their_starts",
            "Whatever has a start and an end ends no earlier than it starts.",
            tuple(st.not_below(later, earlier) for earlier, later in agreed.ordered),
            vendor,
            severity="warn",
        ),
        Statement(
            "values_are_known",
            "No value had to be kept as unknown because no list knows it.",
            tuple(st.listed(c, values) for c, values in agreed.usually.items()),
            "raw/warnings names the files: let the vendor's reader map the value, or the contract list it.",
            severity="warn",
        ),
    )


def _scale(agreed: Agreed) -> tuple[Expect, ...]:
    if agreed.scale is None:
        return ()
    score, low, high = agreed.scale
    return st.not_below(score, low), st.not_below(high, score), st.not_below(high, low, strictly=True)
