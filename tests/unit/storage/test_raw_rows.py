"""Keys and hashes of raw rows, and removing what no claim names."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl

from sources.conform import conform
from sources.contract import TABLES
from storage import raw
from storage.ingest import ingest
from storage.layout import DataDir
from storage.scores import write_touch_scores


def usage(**columns):
    frame = pl.DataFrame({"account_id": "A1", "metric": "logins", "used_on": "2025-12-01", "value": "4"} | columns)
    frame = frame.with_columns(pl.lit(1, pl.Int64).alias("source_row"), pl.lit(False).alias("is_derived"))
    return conform(TABLES["usage"], frame).rows


def test_a_key_joins_its_parts_and_null_is_empty():
    assert raw.row_keys(TABLES["usage"], usage()).to_list() == ["A1\x1f\x1flogins\x1f2025-12-01"]


def test_a_key_with_a_time_spells_it_in_full():
    frame = pl.DataFrame({"account_id": ["A1"], "stage": ["value"], "entered_at": ["2025-12-01"]}).with_columns(
        pl.lit(1, pl.Int64).alias("source_row"), pl.lit(False).alias("is_derived")
    )
    keys = raw.row_keys(TABLES["stage_history"], conform(TABLES["stage_history"], frame).rows)
    assert keys.to_list() == ["A1\x1f2025-12-01T00:00:00.000000Z"]


def test_equal_rows_have_equal_hashes_and_others_do_not():
    (one,) = raw.row_hashes(TABLES["usage"], usage())
    assert one == hashlib.sha256(b"2:A1|~|6:logins|2025-12-01|4.0|~|~").hexdigest()
    assert raw.row_hashes(TABLES["usage"], usage(value="4.0")).to_list() == [one]
    others = [
        usage(value="5"),
        usage(person_id="A1"),
        usage(metric="login", account_id="A1s"),
        usage(is_deleted="false"),
    ]
    assert len({one, *(raw.row_hashes(TABLES["usage"], o)[0] for o in others)}) == 5


def test_a_hash_spells_lengths_in_bytes_and_nulls_wherever_they_stand():
    frame = conform(
        TABLES["messages"],
        pl.DataFrame(
            {
                "source_row": pl.Series([1, 2], dtype=pl.Int64),
                "is_derived": [False, False],
                "message_id": ["M1", "M2"],
                "channel": ["email", "email"],
                "author_kind": ["customer", "customer"],
                "body": ["Für: | ~", None],
                "sent_at": ["2000-01-01", "2024-05-31"],
                "is_public": [None, "true"],
            }
        ),
    ).rows
    nulls = "|~" * 5
    spelled = [
        f"2:M1|5:email|8:customer|9:Für: | ~|946684800000000{nulls}|~",
        f"2:M2|5:email|8:customer|~|1717113600000000{nulls}|true",
    ]
    behind = "|~" * (len(TABLES["messages"].columns) - 11)
    expected = [hashlib.sha256(f"{row}{behind}".encode()).hexdigest() for row in spelled]
    assert raw.row_hashes(TABLES["messages"], frame).to_list() == expected
    assert raw.row_hashes(TABLES["messages"], frame.head(0)).to_list() == []


def test_what_no_claim_names_and_half_written_files_are_removed(tmp_path):
    paths = DataDir(tmp_path)
    raw.write_schemas(paths)
    for name in ("claimed", "unclaimed"):
        pl.DataFrame(schema=raw.raw_schema("usage")).write_parquet(paths.raw_file("usage", name))
    (paths.raw_table("usage") / ".half.parquet.123").write_bytes(b"x")
    assert raw.remove_unclaimed(paths, loaded={"claimed"}, excluded={"claimed"}) == 2
    assert sorted(p.name for p in paths.raw_table("usage").iterdir()) == ["_schema.parquet", "claimed.parquet"]


def test_rows_of_a_table_that_had_fewer_columns_are_read_beside_the_new_ones(tmp_path):
    paths = DataDir(tmp_path)
    raw.write_schemas(paths)
    table = "survey_responses"
    now = pl.read_parquet(paths.raw_schema_file(table))
    then = now.drop("touchpoint").clear(1).with_columns(response_id=pl.lit("R1"))
    then.write_parquet(paths.raw_file(table, "a" * 64))
    then.clear().write_parquet(paths.raw_schema_file(table))
    now.clear(1).with_columns(response_id=pl.lit("R2")).write_parquet(paths.raw_file(table, "b" * 64))
    raw.write_schemas(paths)
    rows = pl.read_parquet(paths.raw_table(table) / "*.parquet")
    assert rows.schema == now.schema
    assert rows.select("response_id", "touchpoint").rows() == [("R1", None), ("R2", None)]


SURVEYS = "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,verbatim\n"


def as_of_before(paths: DataDir, table: str, column: str) -> None:
    """Make the rows of ``table`` what a version of the platform wrote whose contract did not have ``column``."""
    now = TABLES[table]
    before = replace(now, columns=tuple(c for c in now.columns if c.name != column))
    for path in [paths.raw_schema_file(table), *raw.delivered_files(paths.raw_table(table))]:
        rows = pl.read_parquet(path).drop(column)
        rows.with_columns(raw.row_hashes(before, rows)).write_parquet(path)


def test_a_row_loaded_before_a_column_existed_and_delivered_again_is_an_exact_duplicate(tmp_path):
    paths, extracts = DataDir(tmp_path / "data"), tmp_path / "extracts"
    for name in ("one", "two"):
        (extracts / name).mkdir(parents=True)
    (extracts / "one" / "survey_responses.csv").write_text(SURVEYS + "R1,nps,9,0,10,true,2026-01-01,fine\n")
    ingest(extracts, paths.root, datetime(2026, 2, 1, tzinfo=UTC))
    as_of_before(paths, "survey_responses", "touchpoint")
    then = pl.read_parquet(paths.raw_table("survey_responses") / "*.parquet")["row_hash"][0]
    scores = {"table_name": ["survey_responses", "messages"], "row_hash": [then, then], "sentiment": [1, -1]}
    write_touch_scores(paths, pl.DataFrame(scores))
    again = SURVEYS + "R1,nps,9,0,10,true,2026-01-01,fine\nR2,nps,1,0,10,true,2026-01-02,no\n"
    (extracts / "two" / "survey_responses.csv").write_text(again)
    ingest(extracts, paths.root, datetime(2026, 2, 2, tzinfo=UTC))
    rows = pl.read_parquet(paths.raw_table("survey_responses") / "*.parquet").filter(response_id="R1")
    assert (rows.height, rows["row_hash"].n_unique()) == (2, 1)
    assert rows["row_hash"][0] != then
    carried = pl.read_parquet(paths.touch_scores).sort("table_name")
    assert carried.rows() == [("messages", then, -1), ("survey_responses", rows["row_hash"][0], 1)]
