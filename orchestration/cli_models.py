"""``jsi labels`` and ``jsi model``: people's labels, and which model answers.

Belongs here: arguments, drawing tables, exit codes. Does not: logic of its own.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.terminal import fail, messages, output, plain, progress_shown
from storage.layout import DataDir

labels = typer.Typer(help="Texts for people to label, and their labels back.", no_args_is_help=True)
model = typer.Typer(help="Models: candidates, their trial, which one answers.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
Version = Annotated[str, typer.Argument(help="A version that `jsi model list` shows.")]
By = Annotated[str, typer.Option(help="Who decides; it stays in the registry.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the registry.")]


@labels.command()
def sample(
    out: Annotated[Path, typer.Option(help="CSV file to write; it holds customers' words, redacted.")],
    n: Annotated[int, typer.Option("--n", min=1, max=10_000, help="How many texts.")] = 200,
    days: Annotated[int, typer.Option(min=1, help="From how long before the last refresh's date.")] = 90,
    uncertain: Annotated[
        float, typer.Option(min=0, max=1, help="The share that the model is least sure of; the rest is of every kind.")
    ] = 0.25,
) -> None:
    """Draw texts that nobody labelled yet, as a sheet to fill in."""
    from orchestration.label_sheets import WrongSheet, draw_sheet, write_sheet

    paths = DataDir.from_env()
    try:
        sheet = draw_sheet(paths, n, days, uncertain)
        write_sheet(sheet, out)
    except LookupError as error:
        raise fail(str(error.args[0])) from None
    except WrongSheet as error:
        raise fail(str(error), 2) from None
    messages.print(
        f"{sheet.height} texts: {plain(str(out))}\nFill in the column label (-1, 0 or 1), then "
        f"`jsi labels take {plain(str(out))} --by NAME`. The sheet holds customers' words: remove it afterwards."
    )


@labels.command()
def take(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The sheet, filled in, as CSV.")],
    by: Annotated[str, typer.Option(help="Who labelled.")],
) -> None:
    """Lay the labels of a sheet where the next refresh reads them."""
    from orchestration.label_sheets import WrongSheet, take_sheet

    try:
        taken = take_sheet(DataDir.from_env(), file, by, datetime.now(UTC))
    except LookupError as error:
        raise fail(str(error.args[0])) from None
    except WrongSheet as error:
        raise fail(str(error), 2) from None
    messages.print(
        f"{taken.n_labels} labels of {taken.n_rows} rows: {plain(str(taken.file))}; the next refresh reads it"
    )


@labels.command()
def agreement(as_json: Json = False) -> None:
    """How far the model agrees with people's labels, in all, by channel and by week."""
    import polars as pl

    from insights.agreement import agreement as of_labels
    from orchestration.model_tables import agreement_table
    from storage.labels import labelled_texts, scored_texts

    paths = DataDir.from_env()
    try:
        found = of_labels(labelled_texts(paths).filter(pl.col("is_unseen")), scored_texts(paths))
    except LookupError as error:
        raise fail(str(error.args[0])) from None
    if as_json:
        print(json.dumps(found.to_dicts(), indent=1))
    else:
        output.print(agreement_table(found))


@model.command("list")
def list_models(as_json: Json = False) -> None:
    """The model in force, the candidates, and what was in force when."""
    from orchestration.model_releases import taxonomy_in_force, version_in_force
    from orchestration.model_tables import model_json, model_tables

    paths = DataDir.from_env()
    found = model_json(paths, version_in_force(paths), taxonomy_in_force(paths))
    if as_json:
        print(json.dumps(found, indent=1, default=str))
    else:
        output.print(*model_tables(found), sep="\n")


@model.command()
def propose(
    whose: Annotated[str, typer.Option(help="Whose labels these are, for the record.")] = "own labels",
    as_json: Json = False,
) -> None:
    """Learn a correction of the model in force from all labels; a candidate where it holds on labels held out."""
    from orchestration.model_tables import proposal_table
    from orchestration.proposals import propose_from_labels

    try:
        with progress_shown(quiet=as_json):
            found = propose_from_labels(DataDir.from_env(), datetime.now(UTC), whose)
    except LookupError as error:
        raise fail(str(error.args[0])) from None
    if as_json:
        told = {"version": found.version, "n_labels": found.n_labels}
        print(json.dumps({**told, "judged": {k: v.__dict__ for k, v in found.judged.items()}}, indent=1))
    else:
        output.print(proposal_table(found))
        if found.version:
            messages.print(f"Candidate: {found.version}\nTry it: jsi model shadow {found.version}")
    if found.version is None:
        raise typer.Exit(1)


@model.command()
def register(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="What models_nlp.train wrote.")],
) -> None:
    """Make a model that was trained a candidate: one for English in place of the present one, another beside it."""
    from models_nlp.artefact import ArtefactError
    from orchestration.model_releases import register_model

    try:
        version = register_model(DataDir.from_env(), folder, datetime.now(UTC))
    except ArtefactError as error:
        raise fail(str(error), 2) from None
    messages.print(f"Candidate: {version}\nTry it: jsi model shadow {version}")


@model.command()
def shadow(
    version: Version,
    days: Annotated[int, typer.Option(min=1, help="Which texts it reads: those of so many days.")] = 90,
    as_json: Json = False,
) -> None:
    """Let a candidate read beside the model in force, and show what it would change. Nothing is published."""
    from orchestration.model_tables import shadow_tables
    from orchestration.one_writer import AnotherRefreshRuns, one_writer
    from orchestration.shadow import NothingToCompare, run

    paths = DataDir.from_env()
    try:
        with progress_shown(quiet=as_json), one_writer(paths):
            found = run(paths, version, datetime.now(UTC), days)
    except LookupError as error:
        raise fail(str(error.args[0]), 2) from None
    except (NothingToCompare, AnotherRefreshRuns) as error:
        raise fail(str(error)) from None
    if as_json:
        print(json.dumps(found, indent=1, default=str))
    else:
        output.print(*shadow_tables(version, found), sep="\n")


@model.command()
def terms(
    out: Annotated[Path, typer.Option(help="CSV file to write.")],
    days: Annotated[int, typer.Option(min=1, help="Which texts are looked at: those of so many days.")] = 365,
) -> None:
    """Terms that the model or the taxonomy does not know yet, the most frequent first."""
    from orchestration.review import WrongCall, write_terms

    try:
        n_terms = write_terms(DataDir.from_env(), days, out)
    except LookupError as error:
        raise fail(str(error.args[0])) from None
    except WrongCall as error:
        raise fail(str(error), 2) from None
    messages.print(f"{n_terms} terms: {plain(str(out))}")


@model.command()
def promote(version: Version, by: By, reason: Reason) -> None:
    """Let a candidate answer from the next refresh on."""
    from orchestration import model_releases

    try:
        model_releases.promote(DataDir.from_env(), version, datetime.now(UTC), by, reason)
    except LookupError as error:
        raise fail(str(error.args[0]), 2) from None
    except model_releases.NotReleasable as error:
        raise fail(str(error)) from None
    messages.print(f"In force: {version}; the next refresh reads every text with it")


@model.command()
def rollback(by: By, reason: Reason) -> None:
    """Let the model before the present one answer again."""
    from orchestration import model_releases

    try:
        version = model_releases.roll_back(DataDir.from_env(), datetime.now(UTC), by, reason)
    except model_releases.NotReleasable as error:
        raise fail(str(error)) from None
    messages.print(f"In force: {version}; the next refresh reads every text with it")
