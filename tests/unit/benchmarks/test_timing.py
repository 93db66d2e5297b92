"""Timing whole processes: every run is kept, failures are named, what a command reports is kept beside its time."""

from __future__ import annotations

import json
import sys

import polars as pl
import pytest

from benchmarks import run, score
from benchmarks.timing import Run, Timing, time_command


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_every_run_is_timed_with_processor_and_memory():
    timing = time_command("sleep", python("import time; time.sleep(0.05)"), runs=2)
    assert [r.exit_code for r in timing.runs] == [0, 0]
    assert all(r.seconds >= 0.05 and r.cpu_seconds > 0 and r.peak_mb > 1 for r in timing.runs)


def test_the_spread_is_minimum_median_and_maximum():
    timing = Timing("x", [], [Run(s, 0.0, 0.0, 0) for s in (3.0, 1.0, 2.0)])
    assert timing.spread() == {"min": 1.0, "median": 2.0, "max": 3.0}


def test_a_failing_command_stops_and_keeps_its_last_words():
    timing = time_command("fails", python("import sys; sys.exit('no disk left')"), runs=3)
    assert timing.failed
    assert [(r.exit_code, r.last_words) for r in timing.runs] == [(1, "no disk left")]


def test_each_run_is_prepared_anew_and_its_own_figures_are_kept():
    folders = iter(["a", "b"])
    timing = time_command(
        "reports",
        python("import json, os; print(json.dumps({'folder': os.environ['JSI_DATA_DIR']}))"),
        runs=2,
        before_each=lambda: {"JSI_DATA_DIR": next(folders)},
    )
    assert [r.reported for r in timing.runs] == [{"folder": "a"}, {"folder": "b"}]


def test_the_command_line_times_a_command_and_writes_json(tmp_path, capsys):
    out = tmp_path / "figures.json"
    assert run.main(["--command", f"{sys.executable} -c pass", "--runs", "2", "--json", str(out)]) == 0
    figures = json.loads(out.read_text())
    assert figures["machine"]["cpus"] >= 1
    assert len(figures["timings"][0]["runs"]) == 2
    assert "median s" in capsys.readouterr().out


def test_an_unknown_benchmark_is_refused_with_the_list(capsys):
    with pytest.raises(SystemExit):
        run.main(["speed"])
    assert "refresh_again" in capsys.readouterr().err


def test_texts_to_score_are_distinct_and_written_by_customers(tmp_path):
    (tmp_path / "messages").mkdir()
    rows = pl.DataFrame(
        {
            "channel": ["chat"] * 4,
            "author_kind": ["customer", "customer", "agent", "customer"],
            "body": ["it works", "it works", "hello", "it fails"],
        }
    )
    rows.write_ndjson(tmp_path / "messages" / "chat.jsonl")
    assert score.distinct_texts(tmp_path, 10)["body"].to_list() == ["it works", "it fails"]
    with pytest.raises(SystemExit, match="no messages"):
        score.distinct_texts(tmp_path / "nowhere", 10)
