"""A refresh that fails quotes nobody: not in what it says, not in Dagster's storage, not in what dbt leaves behind."""

from __future__ import annotations

import json

import polars as pl
import pytest
from dagster import DagsterInstance, materialize

from orchestration import dbt_project, dbt_run
from orchestration.assets.marts import build_marts
from orchestration.beside import Beside
from orchestration.refresh import refresh
from orchestration.resources import DataFolder
from storage.publication import current

NAME = "Ann Arbor Quillfeather"


def files_that_quote(paths, *words: str) -> list[str]:
    """Files of the tools, by name, that hold one of these words."""
    marks = [w.encode() for w in words]
    files = [p for folder in (paths.dagster_home, paths.dbt) for p in folder.rglob("*") if p.is_file()]
    assert len(files) > 5
    return [p.name for p in files if not p.is_symlink() and any(m in p.read_bytes() for m in marks)]


def test_a_reader_that_fails_on_a_cell_does_not_tell_it(own_copy, monkeypatch, capfd):
    generation = current(own_copy).name
    (own_copy.landing / "people.csv").write_text(f"person_id,account_id,full_name\np,A,{NAME}\n")
    monkeypatch.setattr("sources.catalog.read_bytes", lambda data, *_: pl.Series([data.decode()]).cast(pl.Int64))

    outcome = refresh(own_copy, own_copy.landing, None, quiet_seconds=0)

    assert not outcome.succeeded
    assert outcome.generation.name == generation
    assert any("storage/ingest.py" in failure for failure in outcome.failures), "the place is told"
    assert files_that_quote(own_copy, NAME) == []
    assert NAME not in "".join([*outcome.failures, *outcome.warnings, *capfd.readouterr()])


def test_a_formula_that_kept_its_name_builds_no_marts(own_copy):
    manifest_file = current(own_copy).folder / "manifest.json"
    manifest = json.loads(manifest_file.read_text())
    parameters = manifest["formula"]["policy-1"]["seeds/policy_index_parameters.csv"]
    manifest_file.write_text(manifest_file.read_text().replace(parameters, "another"))
    held = DataFolder(root=str(own_copy.root), is_held=True)
    with DagsterInstance.ephemeral() as instance, Beside() as beside:
        result = materialize(
            [build_marts(own_copy)],
            resources={"folder": held, "beside": beside},
            instance=instance,
            raise_on_error=False,
        )
    (failure,) = [event.step_failure_data.error.cause.message for event in result.all_events if event.is_step_failure]
    assert "policy_index_parameters.csv is not what it was when policy-1 was published" in failure
    assert not own_copy.building.exists()


@pytest.mark.slow
def test_a_scorer_that_fails_on_a_text_does_not_quote_it(own_copy, sample_extracts, monkeypatch, capfd):
    bodies = pl.read_parquet(own_copy.raw_table("messages") / "*.parquet")["body"].drop_nulls()
    texts = bodies.filter(bodies.str.len_chars() > 40).unique().to_list()
    monkeypatch.setattr("models_nlp.scoring.Scorer.prepare", lambda self, said, *_: pl.Series(said).cast(pl.Int64))

    outcome = refresh(own_copy, sample_extracts, None, quiet_seconds=0)

    assert not outcome.succeeded
    assert any(failure.startswith("scored__touch_scores") for failure in outcome.failures), outcome.failures
    said = "".join([*outcome.failures, *outcome.warnings, *capfd.readouterr()])
    assert [t for t in texts if t[:40] in said] == []
    kept = b"".join(p.read_bytes() for p in own_copy.dagster_home.rglob("*") if p.is_file()).decode("latin-1")
    found = pl.Series([kept]).str.extract_many([t[:40].encode().decode("latin-1") for t in texts])
    assert found.to_list() == [[]]


@pytest.mark.slow
@pytest.mark.parametrize("n_beside", [0, 1])
def test_a_model_that_cannot_cast_a_cell_leaves_it_in_no_artefact(
    n_beside, own_copy, sample_extracts, monkeypatch, capfd
):
    build, quoted = dbt_project.build, []

    def build_on_damaged_scores(paths, context, beside):
        scores = pl.read_parquet(paths.touch_scores)
        said = scores["sentiment"].cast(pl.String).scatter(0, NAME)
        scores.with_columns(said.alias("sentiment")).write_parquet(paths.touch_scores)
        return build(paths, context, beside)

    def hide_values(paths):
        quoted.extend(files_that_quote(paths, NAME))
        hide(paths)

    hide = dbt_run._hide_values
    monkeypatch.setattr("orchestration.assets.marts.build", build_on_damaged_scores)
    monkeypatch.setattr("orchestration.dbt_run._hide_values", hide_values)

    outcome = refresh(own_copy, sample_extracts, None, Beside(n_beside), quiet_seconds=0)

    assert not outcome.succeeded
    if not n_beside:  # in another process nothing can be looked at before it is hidden
        assert "run_results.json" in quoted, "the database did quote the cell"
    assert any("Could not convert string '…'" in failure for failure in outcome.failures), outcome.failures
    assert files_that_quote(own_copy, NAME) == []
    assert NAME not in "".join([*outcome.failures, *outcome.warnings, *capfd.readouterr()])
