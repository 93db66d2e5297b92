"""Retention: with the clock moved, words past their date are gone, and everything else is as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from storage.ingest import ingest
from storage.layout import DataDir
from storage.retention import EXPIRED, expire_texts, read_policy

NOW = datetime(2026, 10, 1, tzinfo=UTC)
KEEP = {"any": 365, "call": 30}

MESSAGES = (
    "message_id,channel,author_kind,body,sent_at,account_id,note\n"
    "OLD,email,customer,long ago,2025-09-30T23:59:59Z,A1,quotes the words\n"
    "EDGE,email,customer,a year ago,2025-10-01T00:00:00Z,A1,\n"
    "CALL,call,customer,spoken,2026-08-31T00:00:00Z,A1,\n"
    "NEW,call,customer,yesterday,2026-09-30T00:00:00Z,A1,kept\n"
)
RESPONSES = (
    "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,account_id,verbatim\n"
    "R1,nps,3,0,10,true,2024-01-01T00:00:00Z,A1,slow\nR2,nps,9,0,10,true,2024-01-01T00:00:00Z,A1,\n"
)


@pytest.fixture
def paths(tmp_path) -> DataDir:
    paths = DataDir(tmp_path / "data").create()
    (paths.landing / "messages.csv").write_text(MESSAGES)
    (paths.landing / "survey_responses.csv").write_text(RESPONSES)
    (paths.landing / "accounts.csv").write_text("account_id,account_name\nA1,Acme\n")
    ingest(paths.landing, paths.root, NOW)
    return paths


def texts(paths: DataDir, table: str, key: str, text: str) -> dict:
    frame = pl.read_parquet(paths.raw_table(table) / "*.parquet")
    return dict(frame.select(key, text).iter_rows())


def test_words_past_their_date_go_and_the_others_stay(paths):
    expired = expire_texts(paths, KEEP, NOW)
    assert expired.n_texts == 3
    bodies = texts(paths, "messages", "message_id", "body")
    assert bodies == {"OLD": EXPIRED, "EDGE": "a year ago", "CALL": EXPIRED, "NEW": "yesterday"}
    assert texts(paths, "survey_responses", "response_id", "verbatim") == {"R1": EXPIRED, "R2": None}


def test_rows_hashes_and_scores_of_surveys_stay(paths):
    columns = ["response_id", "score", "answered_at", "row_hash", "row_key"]
    before = pl.read_parquet(paths.raw_table("survey_responses") / "*.parquet").select(columns)
    expire_texts(paths, KEEP, NOW)
    assert pl.read_parquet(paths.raw_table("survey_responses") / "*.parquet").select(columns).equals(before)


def test_with_the_clock_moved_the_next_text_goes(paths):
    expire_texts(paths, KEEP, NOW)
    assert expire_texts(paths, KEEP, NOW + timedelta(seconds=1)).n_texts == 1
    assert texts(paths, "messages", "message_id", "body")["EDGE"] == EXPIRED


def test_the_same_call_again_changes_nothing(paths):
    expire_texts(paths, KEEP, NOW)
    again = expire_texts(paths, KEEP, NOW)
    assert (again.n_texts, again.files_removed) == (0, [])


def test_no_word_is_left_in_any_file(paths):
    expired = expire_texts(paths, KEEP, NOW)
    assert expired.files_removed == ["messages.csv", "survey_responses.csv"]
    assert [p.name for p in paths.landing.iterdir()] == ["accounts.csv"]
    extra = pl.concat([pl.read_parquet(p) for p in paths.extra.glob("*.parquet")])
    assert extra["note"].drop_nulls().to_list() == ["kept"]
    for word in (b"long ago", b"spoken", b"slow", b"quotes the words"):
        assert not [p for p in paths.root.rglob("*") if p.is_file() and word in p.read_bytes()]


def test_nothing_to_expire_leaves_every_landed_file(paths):
    assert expire_texts(paths, {"any": 36_500}, NOW).files_removed == []
    assert len(list(paths.landing.iterdir())) == 3


def test_the_policy_in_force_at_the_time_counts(tmp_path):
    seed = tmp_path / "policy_retention.csv"
    seed.write_text(
        "channel,keep_text_days,valid_from,valid_to,owner,reason\n"
        "any,730,1900-01-01,2026-07-01,privacy,x\nany,365,2026-07-01,,privacy,x\ncall,90,2026-07-01,,privacy,x\n"
    )
    assert read_policy(seed, datetime(2026, 6, 30, tzinfo=UTC)) == {"any": 730}
    assert read_policy(seed, datetime(2026, 7, 1, tzinfo=UTC)) == {"any": 365, "call": 90}


def test_a_policy_that_limits_only_some_channels_is_refused(tmp_path):
    seed = tmp_path / "policy_retention.csv"
    seed.write_text("channel,keep_text_days,valid_from,valid_to,owner,reason\ncall,90,1900-01-01,,privacy,x\n")
    with pytest.raises(ValueError, match="no row 'any'"):
        read_policy(seed, NOW)


def test_the_policy_of_the_project_can_be_read():
    seed = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds" / "policy_retention.csv"
    assert read_policy(seed, NOW)["any"] > 0


SCHEMA = {
    "table_name": pl.String(),
    "row_hash": pl.String(),
    "channel": pl.String(),
    "text_redacted": pl.String(),
    "text_hash": pl.String(),
    "sentiment": pl.Int8(),
    "root_causes": pl.List(pl.String()),
    "evidence_words": pl.List(pl.String()),
    "null_reason": pl.String(),
    "model_version": pl.String(),
}


def test_labels_stay_when_their_words_go(paths):
    from storage.scores import scores_of_expired, write_touch_scores

    messages = pl.read_parquet(paths.raw_table("messages") / "*.parquet").sort("message_id")
    hashes = dict(messages.select("message_id", "row_hash").iter_rows())
    row = {"table_name": "messages", "channel": "email", "root_causes": ["billing"], "model_version": "one"}
    scored = [
        row | {"row_hash": hashes["OLD"], "text_redacted": "long ago", "text_hash": "h", "sentiment": -1,
               "evidence_words": ["long −1.0"]},
        row | {"row_hash": hashes["NEW"], "text_redacted": "yesterday", "text_hash": "i", "sentiment": 1},
    ]  # fmt: skip
    write_touch_scores(paths, pl.DataFrame(scored, schema=SCHEMA))
    expire_texts(paths, KEEP, NOW)
    kept = scores_of_expired(paths, SCHEMA)
    assert kept.height == 3, "the call and the survey were never scored"
    old = kept.filter(row_hash=hashes["OLD"]).row(0, named=True)
    assert (old["sentiment"], old["root_causes"], old["model_version"]) == (-1, ["billing"], "one")
    assert (old["text_redacted"], old["text_hash"], old["evidence_words"]) == (EXPIRED, None, [])
    others = kept.filter(pl.col("row_hash") != hashes["OLD"])
    assert others["null_reason"].to_list() == ["empty", "empty"]
