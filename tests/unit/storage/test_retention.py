"""Retention: with the clock moved, words past their date are gone, and everything else is as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from storage.ingest import ingest
from storage.layout import DataDir
from storage.markers import EXPIRED
from storage.retention import expire_texts, read_policy
from storage.scores import add_scores, cached_scores, scores_of_expired, write_touch_scores

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


def test_rows_and_scores_of_surveys_stay(paths):
    columns = ["response_id", "score", "answered_at", "row_key"]
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


def test_what_a_killed_refresh_was_building_goes_with_its_log_and_what_it_spilled(paths):
    left = [paths.building, paths.building.with_name("building.duckdb.wal")]
    for path in left:
        path.write_bytes(b"long ago")
    spilled = paths.building.with_name("building.duckdb.tmp")
    spilled.mkdir()
    (spilled / "1.block").write_bytes(b"long ago")
    paths.warehouse_file.write_bytes(b"of the last refresh that succeeded")
    expire_texts(paths, KEEP, NOW)
    assert [p.name for p in paths.warehouse.iterdir()] == [paths.warehouse_file.name]


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
    messages = pl.read_parquet(paths.raw_table("messages") / "*.parquet").sort("message_id")
    hashes = dict(messages.select("message_id", "row_hash").iter_rows())
    row = {"table_name": "messages", "channel": "email", "root_causes": ["billing"], "model_version": "one"}
    scored = [
        row | {"row_hash": hashes["OLD"], "text_redacted": "long ago", "text_hash": "h", "sentiment": -1,
               "evidence_words": ["long −1.0"]},
        row | {"row_hash": hashes["NEW"], "text_redacted": "yesterday", "text_hash": "i", "sentiment": 1},
    ]  # fmt: skip
    write_touch_scores(paths, pl.DataFrame(scored, schema=SCHEMA))
    add_scores(paths, "one", pl.DataFrame({"text_hash": ["h", "i"], "evidence_words": [["long −1.0"], []]}))
    expire_texts(paths, KEEP, NOW)
    on_disk = pl.read_parquet(paths.touch_scores)
    assert on_disk["text_redacted"].to_list().count(EXPIRED) == 1
    assert cached_scores(paths, "one")["text_hash"].to_list() == ["i"], "before anything is scored again"
    assert hashes["OLD"] not in set(on_disk["row_hash"]), "the hash of a short text can be tried out"
    kept = scores_of_expired(paths, SCHEMA)
    assert kept.height == 3, "the call and the survey were never scored"
    now = pl.read_parquet(paths.raw_table("messages") / "*.parquet").filter(message_id="OLD")["row_hash"][0]
    old = kept.filter(row_hash=now).row(0, named=True)
    assert (old["sentiment"], old["root_causes"], old["model_version"]) == (-1, ["billing"], "one")
    assert (old["text_redacted"], old["text_hash"], old["evidence_words"]) == (EXPIRED, None, [])
    others = kept.filter(pl.col("row_hash") != now)
    assert others["null_reason"].to_list() == ["empty", "empty"]
    expire_texts(paths, KEEP, NOW)
    assert pl.read_parquet(paths.touch_scores).equals(on_disk)


def test_a_hash_of_an_expired_row_does_not_depend_on_what_was_written(paths, tmp_path):
    other = DataDir(tmp_path / "other")
    folder = tmp_path / "extracts"
    folder.mkdir()
    (folder / "messages.csv").write_text(MESSAGES.replace("long ago", "once upon a time"))
    ingest(folder, other.root, NOW)
    hashes = []
    for each in (paths, other):
        expire_texts(each, KEEP, NOW)
        rows = pl.read_parquet(each.raw_table("messages") / "*.parquet").filter(message_id="OLD")
        hashes.append(rows["row_hash"][0])
    assert hashes[0] == hashes[1]


def test_of_two_versions_that_are_alike_without_words_the_label_of_the_one_that_counted_stays(tmp_path):
    folder = tmp_path / "extracts"
    for name, text in (("one", "it is fine"), ("two", "it is awful")):
        (folder / name).mkdir(parents=True)
        (folder / name / "messages.csv").write_text(MESSAGES.replace("long ago", text))
    paths = DataDir(tmp_path / "data")
    ingest(folder, paths.root, NOW)
    both = pl.read_parquet(paths.raw_table("messages") / "*.parquet").filter(message_id="OLD").sort("row_hash")
    row = {"table_name": "messages", "channel": "email", "model_version": "one"}
    scores = [row | {"row_hash": h, "sentiment": s} for h, s in zip(both["row_hash"], (-1, 1), strict=True)]
    write_touch_scores(paths, pl.DataFrame(scores, schema=SCHEMA))
    expire_texts(paths, KEEP, NOW)
    kept = scores_of_expired(paths, SCHEMA).drop_nulls("sentiment")
    assert kept["sentiment"].to_list() == [1], "the greatest hash counts"


def test_a_landed_file_of_which_nothing_was_taken_goes_when_any_text_in_it_must_be_past(paths):
    (paths.landing / "broken.csv").write_text("who,said\nme,something\n")
    ingest(paths.landing, paths.root, NOW)
    assert pl.read_parquet(paths.files).filter(source_file="broken.csv")["status"].to_list() == ["rejected"]
    assert "broken.csv" not in expire_texts(paths, {"any": 365}, NOW + timedelta(days=365)).files_removed
    later = expire_texts(paths, {"any": 365}, NOW + timedelta(days=365, seconds=1))
    assert later.files_removed == ["broken.csv"]


def test_the_cells_beside_a_ticket_go_with_its_time(paths):
    (paths.landing / "tickets.csv").write_text(
        "ticket_id,account_id,created_at,subject\nT1,A1,2025-09-30,on my illness\nT2,A1,2026-09-30,on billing\n"
    )
    ingest(paths.landing, paths.root, NOW)
    expire_texts(paths, KEEP, NOW)
    digest = pl.read_parquet(paths.files).filter(source_file="tickets.csv")["file_sha256"][0]
    assert pl.read_parquet(paths.extra / f"{digest}.parquet")["subject"].to_list() == ["on billing"]


def test_what_a_killed_refresh_left_half_written_goes_too(paths):
    paths.scored.mkdir(exist_ok=True)
    left = paths.scored / ".touch_scores.parquet.4711"
    left.write_text("long ago")
    expire_texts(paths, KEEP, NOW)
    assert not left.exists()
