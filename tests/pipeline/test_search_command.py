"""``jsi search`` on a publication: what a person or a script gets back."""

from __future__ import annotations

import json
import re

import polars as pl
from test_command_line import jsi


def texts(refreshed) -> pl.DataFrame:
    return pl.read_parquet(refreshed[1].generation.folder / "fct_touches.parquet").filter(
        pl.col("text_redacted").is_not_null()
    )


def test_the_search_finds_every_published_text_that_holds_the_word_and_no_other(refreshed):
    done = jsi("search", "THANKS", "--json", "--limit", 10_000, data_dir=refreshed[0].root)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    expected = texts(refreshed).filter(pl.col("text_redacted").str.contains(r"(?i)\bthanks\b"))
    assert found["n_found"] == expected.height > 0
    assert {t["touch_id"] for t in found["texts"]} == set(expected["touch_id"])
    assert all(re.search(r"\bthanks\b", t["text_redacted"], re.IGNORECASE) for t in found["texts"])


def test_stage_and_account_narrow_it_and_the_newest_come_first(refreshed):
    all_texts = texts(refreshed)
    stage, account = all_texts.group_by("stage", "account_id").len().sort("len").drop_nulls().row(-1)[:2]
    narrowed = ("--stage", stage, "--account", account, "--since", "2020-01-01", "--limit", 3)
    done = jsi("search", "the*", *narrowed, "--json", data_dir=refreshed[0].root)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["texts"]
    assert 0 < len(found) <= 3
    assert {(t["stage"], t["account_id"]) for t in found} == {(stage, account)}
    times = [t["occurred_at"] for t in found]
    assert times == sorted(times, reverse=True)


def test_a_person_gets_a_table_and_a_wrong_call_an_answer_that_helps(refreshed, tmp_path):
    root = refreshed[0].root
    assert "texts" in jsi("search", "thanks", data_dir=root).stdout
    assert "No published text holds" in jsi("search", "zeppelin7", data_dir=root).stdout
    for arguments, said in (
        (("thanks", "--stage", "moon"), "awareness, evaluation"),
        (("thanks", "--account", "no-such-account"), "no such account"),
        (("***",), "no word"),
    ):
        done = jsi("search", *arguments, data_dir=root)
        assert done.returncode == 2
        assert said in " ".join(done.stderr.split())
    nothing = jsi("search", "thanks", data_dir=tmp_path / "data")
    assert nothing.returncode == 1
    assert "make demo" in nothing.stderr
