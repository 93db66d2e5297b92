"""The whole path on the sample company: extracts in, index out, every judge asked, nothing lost."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from orchestration import names
from orchestration.formula import fingerprints
from orchestration.refresh import refresh
from sources.contract import TABLES
from storage.cells import duckdb_texts
from storage.markers import WITHHELD
from storage.publication import current

# When a file was first read is not part of what the marts say.
LOAD_TIME = {"loaded_at"}


def mart(paths, name: str) -> pl.DataFrame:
    return pl.read_parquet(paths.current.resolve() / f"{name}.parquet")


def sorted_mart(paths, name: str) -> pl.DataFrame:
    """The mart without load times, in an order that does not depend on the run."""
    frame = mart(paths, name)
    frame = frame.select(sorted(set(frame.columns) - LOAD_TIME))
    plain = [c for c, t in frame.schema.items() if not t.is_nested() and not t.is_float()]
    return frame.sort(plain, nulls_last=True)


def test_every_public_mart_is_published(refreshed):
    paths, outcome = refreshed
    assert set(outcome.generation.manifest["tables"]) == set(names.PUBLIC_MARTS)
    assert mart(paths, "fct_touches").height > 1_000


def test_every_blocking_judge_was_asked_and_is_green(refreshed):
    _, outcome = refreshed
    checks = outcome.generation.manifest["checks"]
    asked = {c["check"] for c in checks}
    assert {"every_row_is_accounted_for", "has_the_agreed_shape", "scores_are_complete_and_sane"} <= asked
    assert sum(c["check"] == "has_the_agreed_shape" for c in checks) == len(TABLES)
    assert sum(c["asset"].startswith("marts/") for c in checks) > 30, "dbt tests are asset checks"
    assert [c for c in checks if not c["passed"] and c["severity"] == "error"] == []


def test_every_row_is_kept_excluded_or_superseded(refreshed):
    paths, _ = refreshed
    accounting = mart(paths, "row_accounting")
    assert accounting["is_balanced"].all()
    total = accounting.select(pl.col("^rows_.*$").sum()).row(0, named=True)
    assert total["rows_read"] == total["rows_kept"] + total["rows_excluded"] + total["rows_superseded"]
    assert total["rows_excluded"] > 0
    assert total["rows_superseded"] > 0


def test_no_touch_is_silently_neutral(refreshed):
    touches = mart(refreshed[0], "fct_touches")
    assert set(touches["sentiment"].drop_nulls().unique()) == {-1, 0, 1}
    missing = touches.filter(pl.col("sentiment").is_null())
    assert missing.height > 0
    assert missing["null_reason"].null_count() == 0
    scored = touches.filter(pl.col("sentiment").is_not_null())
    assert scored["null_reason"].drop_nulls().is_empty()


def test_every_account_has_a_row_in_every_published_week(refreshed):
    paths, _ = refreshed
    accounts, index = mart(paths, "dim_accounts"), mart(paths, "jsi_by_account_week")
    per_week = index.group_by("week_on").agg(pl.col("account_id").n_unique().alias("n"), pl.len().alias("rows"))
    assert per_week["n"].unique().to_list() == [accounts.height]
    assert (per_week["n"] == per_week["rows"]).all()


def test_every_receipt_adds_up_to_its_index(refreshed):
    paths, _ = refreshed
    index = mart(paths, "jsi_by_account_week").filter(pl.col("week_on") == pl.col("week_on").max())
    points = mart(paths, "jsi_receipts").group_by("account_id").agg(pl.col("points").sum())
    both = index.join(points, on="account_id", how="left")
    assert both["points"].null_count() == 0
    assert (50 + both["points"] - both["jsi"]).abs().max() <= 0.01


def test_only_what_customers_wrote_is_scored(refreshed):
    paths, _ = refreshed
    touches = mart(paths, "fct_touches")
    agents = touches.filter(pl.col("null_reason") == "author")
    assert agents.height > 0
    assert agents["sentiment"].null_count() == agents.height


def truth(sample_extracts, name: str) -> pl.DataFrame:
    return pl.read_parquet(sample_extracts.with_name(sample_extracts.name + "_truth") / f"{name}.parquet")


def test_no_planted_address_or_number_reaches_a_published_text(refreshed, sample_extracts):
    paths, _ = refreshed
    planted = truth(sample_extracts, "text_labels")["canaries"].explode().drop_nulls().unique().to_list()
    canaries = [c for c in planted if "@" in c or any(sign.isdigit() for sign in c)]  # addresses and numbers
    assert len(canaries) > 5
    text = "\n".join(mart(paths, "fct_touches")["text_redacted"].drop_nulls().to_list())
    assert [c for c in canaries if c in text] == []


def test_the_texts_of_who_refused_then_or_refuses_now_are_those_without_consent(refreshed, sample_extracts):
    labels = truth(sample_extracts, "text_labels")
    prefix = pl.when(pl.col("table_name") == "messages").then(pl.lit("m:")).otherwise(pl.lit("sv:"))
    planted = labels.select(touch_id=prefix + pl.col("id"), is_refused=pl.col("expected_null_reason") == "no_consent")
    touches = mart(refreshed[0], "fct_touches").select("touch_id", found=pl.col("null_reason") == "no_consent")
    both = planted.with_columns(pl.col("is_refused").fill_null(False)).join(touches, on="touch_id")
    assert both.filter("is_refused").height > 20
    assert both.filter(pl.col("is_refused") != pl.col("found").fill_null(False)).rows() == []


def test_what_was_said_in_calls_whose_transcription_guesses_is_not_read_and_counted(refreshed, sample_extracts):
    planted = truth(sample_extracts, "text_labels").filter(pl.col("expected_null_reason") == "quality")
    paths, _ = refreshed
    touches = mart(paths, "fct_touches").join(planted.select(touch_id="m:" + pl.col("id")), on="touch_id", how="semi")
    assert touches.height == planted.height > 0
    assert set(touches["null_reason"]) == {"quality"}
    assert touches["emotion"].null_count() == touches.height
    poor = mart(paths, "call_cues").filter(pl.col("floor_missed") == "confidence")
    assert set(touches["episode_id"]) <= set(poor["episode_id"])


def test_no_layer_holds_a_word_of_a_call_whose_recording_was_refused(refreshed, sample_extracts):
    paths, _ = refreshed
    said = pl.concat(
        [pl.read_ndjson(p, infer_schema_length=None) for p in sample_extracts.rglob("call_*.jsonl")],
        how="diagonal_relaxed",
    )
    raw = pl.read_parquet(paths.raw_table("messages") / "*.parquet").filter(pl.col("body") == WITHHELD)
    refused = said.join(raw.unique("message_id"), on="message_id", how="semi")
    assert {"customer", "agent"} <= set(refused["author_kind"]), "all of the call, not only what the person said"
    others = said.join(raw, on="message_id", how="anti")["body"]
    only_there = refused.filter(~pl.col("body").is_in(others.implode()) & (pl.col("body").str.len_chars() > 40))["body"]
    assert only_there.len() > 20
    for path in [*paths.raw.rglob("*.parquet"), *paths.scored.rglob("*.parquet"), *paths.published.rglob("*.parquet")]:
        frame = pl.read_parquet(path).select(pl.col(pl.String))
        assert not any(frame[c].is_in(only_there.implode()).any() for c in frame.columns), path.name
    # Not by its bytes: DuckDB keeps texts as codes.
    cells = pl.concat([texts for _, texts in duckdb_texts(paths.warehouse_file)]).unique()
    published = mart(paths, "fct_touches")["text_redacted"].drop_nulls()
    assert published.len() > 1_000
    assert published.is_in(cells.implode()).all(), "the cells are those of the warehouse"
    assert only_there.filter(only_there.is_in(cells.implode())).to_list() == []


def test_people_are_keyed_hashes_beyond_the_raw_layer(refreshed):
    paths, _ = refreshed
    people = pl.read_parquet(paths.raw_table("people") / "*.parquet")
    keys = pl.read_parquet(paths.person_keys)
    published = mart(paths, "dim_people")
    assert published.filter(pl.col("is_in_crm")).height > 100
    assert published["person_id"].is_in(keys["person_key"].implode()).all()
    # No cell of a mart or of the scores holds the id, address or name of a person, however it is written.
    named = pl.concat([people["email"], people["full_name"]]).drop_nulls().str.to_lowercase().unique().sort().to_list()
    ids = people["person_id"].drop_nulls().unique().to_list()
    files = [*paths.current.resolve().glob("*"), *paths.scored.rglob("*.parquet")]
    columns = [
        frame[c].cast(pl.String)
        for f in files
        if f.suffix == ".parquet"
        for frame in [pl.read_parquet(f)]
        for c, t in frame.schema.items()
        if t == pl.String and c != "text_redacted"
    ]
    cells = pl.concat(columns).drop_nulls().unique()
    assert cells.len() > 1_000
    assert cells.filter(cells.is_in(pl.Series(ids).implode())).to_list() == []
    assert cells.filter(cells.str.contains_any(named, ascii_case_insensitive=True)).to_list() == []


def test_a_topic_that_tells_a_person_is_published_as_other_and_counted(refreshed):
    paths, outcome = refreshed
    topics = pl.read_parquet(paths.raw_table("tickets") / "*.parquet")["topic"].drop_nulls()
    assert topics.str.contains("guest1@unlisted.example", literal=True).any(), "planted by the simulator"
    touchpoints = mart(paths, "fct_touches")["touchpoint"].unique()
    assert "ticket/other" in touchpoints
    assert touchpoints.str.contains("@", literal=True).any() is False
    checks = {c["check"]: c["passed"] for c in outcome.generation.manifest["checks"]}
    assert checks["topics_of_tickets_are_known"] is False


def test_no_log_artefact_or_message_names_a_person_or_quotes_a_customer(refreshed):
    """Dagster's runs and events, dbt's manifest and logs, the messages of excluded rows, the manifest of marts."""
    paths, outcome = refreshed
    people = pl.read_parquet(paths.raw_table("people") / "*.parquet")
    bodies = pl.read_parquet(paths.raw_table("messages") / "*.parquet")["body"]
    long_texts = bodies.filter(bodies.str.len_chars() > 60).sort().gather_every(10).to_list()
    names = pl.concat([people["email"], people["full_name"]]).drop_nulls().unique().sort().to_list()
    assert len(names) > 200
    assert len(long_texts) > 100
    folders = (paths.dagster_home, paths.dbt)
    files = [p for folder in folders for p in folder.rglob("*") if p.is_file() and not p.is_symlink()]
    told = pl.read_parquet(paths.excluded / "*.parquet")["message"]
    said = pl.concat([told, pl.read_parquet(paths.warnings)["message"]]).str.join("\n").to_list()
    looked_at = {p.name: p.read_bytes().decode("latin-1") for p in files} | {"messages": said[0]}
    looked_at["manifest"] = json.dumps(outcome.generation.manifest)
    assert len(looked_at["manifest"]) > 10_000
    assert sum(map(len, looked_at.values())) > 1_000_000
    marks = [m.encode().decode("latin-1") for m in (*names, *long_texts)]
    contents = pl.DataFrame({"file": list(looked_at), "content": list(looked_at.values())})
    hits = contents.filter(pl.col("content").str.contains_any(marks, ascii_case_insensitive=True))
    assert hits["file"].to_list() == []


def test_each_file_of_the_sample_company_is_accounted_for_as_it_was_planted(refreshed, sample_extracts):
    paths, _ = refreshed
    expected = truth(sample_extracts, "expected_accounting").sort("source_file")
    found = mart(paths, "row_accounting").sort("source_file").select(expected.columns)
    assert_frame_equal(found, expected, check_dtypes=False)


def test_each_planted_bad_row_is_excluded_for_its_reason(refreshed, sample_extracts):
    paths, _ = refreshed
    planted = truth(sample_extracts, "planted_rows").filter(expected="excluded")
    assert planted.height > 5
    found = pl.read_parquet(paths.excluded / "*.parquet")
    assert planted.join(found, on=["source_file", "source_row", "reason"], how="anti").rows() == []


@pytest.mark.slow
def test_a_second_refresh_of_the_same_extracts_changes_no_number(own_copy, sample_extracts, refreshed):
    before = {m: sorted_mart(own_copy, m) for m in names.PUBLIC_MARTS}
    generation = current(own_copy).name
    outcome = refresh(own_copy, sample_extracts, None)
    assert outcome.succeeded, outcome.failures
    assert outcome.generation.name > generation
    for m in names.PUBLIC_MARTS:
        assert_frame_equal(before[m], sorted_mart(own_copy, m), check_exact=True)


def test_a_red_blocking_check_leaves_the_last_publication_in_place(own_copy, sample_extracts):
    """A raw table is damaged behind the reader's back: its suite goes red and nothing is published."""
    generation = current(own_copy).name
    file = next(p for p in own_copy.raw_table("survey_responses").glob("*.parquet") if p.name != "_schema.parquet")
    frame = pl.read_parquet(file)
    frame.with_columns(score=pl.col("scale_max") + 5).write_parquet(file)
    outcome = refresh(own_copy, sample_extracts, None)
    assert not outcome.succeeded
    assert outcome.generation.name == generation
    assert any("survey_responses" in w for w in outcome.warnings), outcome.warnings


def test_the_manifest_documents_every_mart_and_says_what_it_speaks_of(refreshed):
    _, outcome = refreshed
    manifest = json.loads((outcome.generation.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model_version"]
    assert manifest["policy_version"]
    assert manifest["formula"] == fingerprints(date.fromisoformat(manifest["as_of"][:10]))
    assert manifest["sources"]
    for name in names.DBT_MARTS:
        assert manifest["tables"][name]["description"], name


@pytest.mark.parametrize("name", ["jsi_by_account_week", "jsi_by_stage_role_week", "jsi_by_segment_week"])
def test_an_index_lies_inside_its_interval_and_the_scale(refreshed, name):
    index = mart(refreshed[0], name).filter(pl.col("jsi").is_not_null())
    assert index.height > 0
    assert index.select(
        (pl.col("jsi_low") <= pl.col("jsi") + 1e-9).all()
        & (pl.col("jsi") <= pl.col("jsi_high") + 1e-9).all()
        & (pl.col("jsi_low") >= 0).all()
        & (pl.col("jsi_high") <= 100).all()
    ).item()
