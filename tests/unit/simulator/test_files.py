"""The written folders: the same bytes each time, read by the product's readers as the truth says, no truth inside."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from simulator.company import truth_of, write
from simulator.identifiers import salesforce_id
from sources import catalog
from sources.record_ids import long_id
from storage.ingest import ingest

TINY = {"accounts": 12, "people": 60, "months": 6, "touches": 900}
CHECKOUT = Path(__file__).resolve().parents[3]


def digest(folder: Path) -> dict[str, str]:
    """Path below the folder → sha256, for every file."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def write_elsewhere(out: Path, hash_seed: str, **arguments) -> None:
    """``write`` in a process of its own, with its own order of hashes."""
    code = (
        "import json, sys; from pathlib import Path; from simulator.company import write; "
        "write(Path(sys.argv[1]), **json.loads(sys.argv[2]))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(out), json.dumps(arguments)],
        check=True,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Tokyo" if hash_seed == "2" else "UTC"},
    )


@pytest.fixture(scope="module")
def loaded(sample_extracts, tmp_path_factory) -> Path:
    """The data folder after one ingest of the small company."""
    data = tmp_path_factory.mktemp("loaded")
    ingest(sample_extracts, data, datetime(2026, 9, 28, 6, tzinfo=UTC))
    return data


def truth(sample_extracts: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(truth_of(sample_extracts) / f"{name}.parquet")


def test_the_same_arguments_write_the_same_bytes_in_any_process_and_time_zone(tmp_path):
    for place, hash_seed in (("a", "1"), ("b", "2")):
        write_elsewhere(tmp_path / place, hash_seed, seed=7, **TINY)
    first, second = digest(tmp_path / "a"), digest(tmp_path / "b")
    assert len(first) > 40
    assert first == second
    assert digest(tmp_path / "a_truth") == digest(tmp_path / "b_truth")


def test_another_seed_and_a_null_world_write_other_bytes(tmp_path):
    write(tmp_path / "a", seed=7, **TINY)
    write(tmp_path / "b", seed=8, **TINY)
    write(tmp_path / "c", seed=7, null_world=True, **TINY)
    one, other, unlinked = (digest(tmp_path / place) for place in "abc")
    assert one != other
    assert one != unlinked
    world = json.loads((tmp_path / "c_truth" / "world.json").read_text())
    assert world["null_world"] is True
    assert world["effects"]["tone"] == 0


def test_the_smallest_company_can_be_written(tmp_path):
    write(tmp_path / "least", accounts=5, people=5, months=3, touches=100)
    assert len(digest(tmp_path / "least")) > 30


def test_progress_is_told_up_to_the_end(tmp_path):
    told = []
    write(tmp_path / "a", progress=lambda done, total: told.append((done, total)), **TINY)
    assert told[-1][0] == told[-1][1] == len(told)


def test_writing_again_replaces_an_earlier_company_and_nothing_else(tmp_path):
    write(tmp_path / "a", seed=1, **TINY)
    write(tmp_path / "a", seed=2, **TINY)
    write(tmp_path / "b", seed=2, **TINY)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(FileExistsError, match="no sample company"):
        write(tmp_path / "mine", **TINY)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep me"


def test_every_file_is_read_by_the_reader_of_its_vendor(sample_extracts):
    for path in sorted(p for p in sample_extracts.rglob("*") if p.is_file()):
        name = path.relative_to(sample_extracts)
        assert catalog.read(path, str(name)).source == name.parts[0]


def test_every_file_ends_up_kept_excluded_and_superseded_as_the_truth_expects(sample_extracts, loaded):
    columns = ["source_file", "rows_read", "rows_kept", "rows_excluded", "rows_superseded"]
    expected = truth(sample_extracts, "expected_accounting").select(columns).sort("source_file")
    got = pl.read_parquet(loaded / "raw" / "files.parquet").select(columns).sort("source_file")
    assert got.rows() == expected.rows()
    assert expected["rows_superseded"].sum() > 100
    assert expected["rows_excluded"].sum() > 50


def test_planted_rows_are_excluded_for_the_reason_that_was_planted(sample_extracts, loaded):
    planted = truth(sample_extracts, "planted_rows").filter(pl.col("expected") == "excluded")
    excluded = pl.read_parquet(loaded / "raw" / "excluded" / "*.parquet").filter(~pl.col("is_derived"))
    found = planted.join(excluded, on=["source_file", "source_row"], how="left", suffix="_found")
    wrong = found.filter(pl.col("reason_found").ne_missing(pl.col("reason")))
    assert wrong.select("source_file", "source_row", "reason", "reason_found").rows() == []
    assert planted["reason"].n_unique() >= 8


def test_planted_orphans_are_kept(sample_extracts, loaded):
    orphans = truth(sample_extracts, "planted_rows").filter(pl.col("expected") == "kept")
    excluded = pl.read_parquet(loaded / "raw" / "excluded" / "*.parquet")
    assert orphans.height >= 10
    assert orphans.join(excluded, on=["source_file", "source_row"], how="semi").is_empty()


def test_every_labelled_text_is_found_in_raw_under_its_id(sample_extracts, loaded):
    labels = truth(sample_extracts, "text_labels")
    messages = pl.read_parquet(loaded / "raw" / "messages" / "*.parquet").unique("message_id")
    answers = pl.read_parquet(loaded / "raw" / "survey_responses" / "*.parquet").unique("response_id")
    said = labels.filter(pl.col("table_name") == "messages")
    found = said.join(messages, left_on="id", right_on="message_id", how="inner", suffix="_raw")
    assert found.height == said.height
    assert (found["channel"] == found["channel_raw"]).all()
    assert (found["author_kind"] == "customer").all()
    for body, canaries in found.select("body", "canaries").iter_rows():
        assert all(canary in body for canary in canaries)
    written = labels.filter(pl.col("table_name") == "survey_responses")
    joined = written.join(answers, left_on="id", right_on="response_id", how="inner")
    assert joined.height == written.height
    assert joined["verbatim"].null_count() == 0
    customers = messages.filter((pl.col("author_kind") == "customer") & pl.col("body").str.strip_chars().ne(""))
    unlabelled = customers.join(labels, left_on="message_id", right_on="id", how="anti")
    assert unlabelled["message_id"].str.starts_with("CH-").all()  # only the planted ones


def test_texts_expected_to_stay_unheard_are_those_without_consent_not_in_english_or_of_garbled_calls(sample_extracts):
    labels = truth(sample_extracts, "text_labels")
    reasons = Counter(labels["expected_null_reason"])
    assert set(reasons) == {None, "language", "no_consent", "quality"}
    assert labels.filter(pl.col("language") != "en")["expected_null_reason"].null_count() == 0


def test_outcomes_arrive_in_raw_contracts_as_they_were_decided(sample_extracts, loaded):
    decided = truth(sample_extracts, "outcomes").with_columns(
        contract_id=pl.col("contract").map_elements(lambda n: salesforce_id("006", n + 1), return_dtype=pl.String)
    )
    raw = pl.read_parquet(loaded / "raw" / "contracts" / "*.parquet")
    newest = raw.sort("updated_at", descending=True).unique("contract_id", keep="first")
    both = decided.join(newest, on="contract_id", how="inner", suffix="_raw")
    assert both.height == decided.height
    for column in ("account_id", "renews_on", "outcome", "arr_usd"):
        assert both.filter(pl.col(column).ne_missing(pl.col(f"{column}_raw"))).is_empty(), column


def test_the_truth_is_beside_the_extracts_and_never_inside(sample_extracts):
    known = {"emotion", "clauses", "is_hidden_risk", "feeling", "expected_null_reason", "planted", "gaming", "is_mixed"}
    for path in (p for p in sample_extracts.rglob("*") if p.is_file()):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        keys = set(json.loads(first)) if path.suffix == ".jsonl" else set(first.split(","))
        assert not keys & known, path.name
        assert "truth" not in str(path.relative_to(sample_extracts))
    labels = pl.read_csv(sample_extracts / "canonical" / "labels.csv")
    everything = truth(sample_extracts, "text_labels")
    assert labels.height < 0.5 * everything.height


def test_salesforce_ids_carry_their_check_characters_and_are_unique():
    ids = [salesforce_id("001", n) for n in range(5_000)]
    assert len({i.lower() for i in ids}) == 5_000
    assert all(long_id(i[:15]) == i for i in ids)


def test_the_default_company_has_about_the_touches_that_were_asked_for(company):
    texts = sum(line.text is not None for script in company.scripts.values() for line in script.lines)
    ratings = len(company.answers.score) + sum(line.rating is not None for line in company.scripts["review"].lines)
    assert texts + len(company.verbatims) + ratings == pytest.approx(25_000, rel=0.04)


def test_the_readers_need_no_help_with_zendesk_ids_or_qualtrics_headers(loaded):
    tickets = pl.read_parquet(loaded / "raw" / "tickets" / "*.parquet")
    assert tickets.filter(pl.col("account_id").str.starts_with("001")).height > 0.95 * tickets.height
    answers = pl.read_parquet(loaded / "raw" / "survey_responses" / "*.parquet")
    assert set(answers["survey_type"]) == {"nps", "csat", "ces", "psat"}
    assert answers["ticket_id"].drop_nulls().len() > 20
