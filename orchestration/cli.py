"""``jsi``: every job from a terminal, with progress, exit codes and ``--json``.

Belongs here: arguments, drawing progress and tables, exit codes. Does not: logic of its own.
Exit codes: 0 done, 1 the work failed (the message says what to do), 2 the call is wrong.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration import progress
from orchestration.as_of import parse_as_of
from orchestration.beside import Beside, spare_garbage_collector
from orchestration.cli_models import labels, model
from orchestration.cli_thresholds import thresholds
from orchestration.terminal import fail, messages, output, plain, progress_shown
from storage.delivery import QUIET_SECONDS
from storage.layout import DATA_DIR_VARIABLE, DataDir, UnusableFolder

app = typer.Typer(
    help="Journey Sentiment Index: extracts in, one continuous signal of feeling out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(labels, name="labels")
app.add_typer(model, name="model")
app.add_typer(thresholds, name="thresholds")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
Quiet = Annotated[
    float,
    typer.Option("--quiet-seconds", min=0, help="Leave a file alone until it has not changed for so many seconds."),
]
Extracts = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of extracts.")]


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder for the extracts; the truth goes to a sibling named OUT_truth.")],
    seed: Annotated[int, typer.Option(help="The same seed writes the same bytes.")] = 7,
    accounts: Annotated[int, typer.Option(min=5)] = 120,
    people: Annotated[int, typer.Option(min=10)] = 900,
    months: Annotated[int, typer.Option(min=3)] = 18,
    touches: Annotated[int, typer.Option(min=100)] = 25_000,
) -> None:
    """Write a sample company's extracts in the vendors' shapes, and its truth beside them."""
    from simulator.company import write

    try:
        with progress_shown(quiet=False):
            write(
                out,
                seed=seed,
                accounts=accounts,
                people=people,
                months=months,
                touches=touches,
                progress=progress.for_step("Writing the sample company"),
            )
    except (ValueError, FileExistsError) as error:
        raise fail(str(error), 2) from None
    messages.print(f"Extracts: {out}\nTruth:    {out}_truth")


@app.command()
def ingest(extracts: Extracts, quiet_seconds: Quiet = QUIET_SECONDS, as_json: Json = False) -> None:
    """Read extracts into raw tables and say, file by file, what became of every row."""
    from orchestration.consents import refused_calls
    from orchestration.one_writer import AnotherRefreshRuns, one_writer
    from orchestration.policy import rated_currencies
    from storage.ingest import ingest as ingest_folder

    paths = DataDir.from_env()
    try:
        with progress_shown(quiet=as_json), one_writer(paths), Beside() as beside:
            report = ingest_folder(
                extracts,
                paths.root,
                loaded_at=datetime.now(UTC),
                progress=progress.for_step("Reading the extracts"),
                quiet_seconds=quiet_seconds,
                currencies=rated_currencies(),
                refused=refused_calls,
                helper=beside.reader,
            )
    except AnotherRefreshRuns as error:
        raise fail(str(error)) from None
    except ValueError as error:  # the folder cannot be what was meant: it says why
        raise fail(str(error), 2) from None
    from orchestration.tables import ingest_json, ingest_tables

    if as_json:
        print(json.dumps(ingest_json(report), indent=1, default=str))
    else:
        output.print(*ingest_tables(report), sep="\n")


@app.command()
def pull(
    names: Annotated[list[str] | None, typer.Argument(help="Connections; default: all.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Pull what is new in the configured databases and APIs into the landing folder."""
    from orchestration.one_writer import AnotherRefreshRuns, one_writer
    from orchestration.pull import failed, pull_connections, pulled_json, pulled_tables

    paths = DataDir.from_env()
    try:
        with progress_shown(quiet=as_json), one_writer(paths):
            pulled = pull_connections(paths, names or ())
    except AnotherRefreshRuns as error:
        raise fail(str(error)) from None
    except ValueError as error:  # connections.yml cannot be used: it says why
        raise fail(str(error), 2) from None
    if as_json:
        print(json.dumps(pulled_json(pulled), indent=1))
    else:
        output.print(*pulled_tables(pulled), sep="\n")
    if wrong := failed(pulled):
        raise fail("not everything was pulled\n" + "\n".join(wrong))


@app.command()
def init(
    extracts: Annotated[
        Path | None,
        typer.Argument(exists=True, file_okay=False, help="Folder of extracts; default: the landing folder."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only look whether the present map fits the extracts.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Take every proposal; ask nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Map the company's own fields, stages, touchpoints, surveys, roles and tables, and check the map on a sample."""
    from orchestration import init as company

    paths = DataDir.from_env()
    folder = extracts or paths.landing
    try:
        ask = None if check or yes else company.ask_on_terminal(messages)
        with progress_shown(quiet=as_json or ask is not None):
            step = progress.for_step("Looking at the extracts") if ask is None else None
            outcome = company.check(paths, folder, step) if check else company.init(paths, folder, ask, step)
    except FileNotFoundError as error:
        raise fail(str(error), 2) from None
    except ValueError as error:  # a map that cannot be used, or no terminal: it says what to do
        raise fail(str(error), 2 if isinstance(error, company.NoTerminal) else 1) from None
    if as_json:
        print(json.dumps(company.outcome_json(outcome), indent=1, default=str, ensure_ascii=False))
    else:
        output.print(*company.outcome_tables(outcome), sep="\n")
        if outcome.n_written:
            messages.print(f"{outcome.n_written} answers written to {plain(str(outcome.path))}")
    if check and outcome.wrong:
        raise typer.Exit(1)


@app.command()
def refresh(
    extracts: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of extracts; default: the landing folder."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="The date the index speaks of (2026-09-27: the end of that day, UTC); default: the newest "
                          "touch in the extracts."),
    ] = None,
    quiet_seconds: Quiet = QUIET_SECONDS,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Run the whole refresh, extracts to published marts, and show the index."""
    if as_of:
        try:
            parse_as_of(as_of)
        except ValueError:
            form = "not a date; write it as 2026-09-27 or 2026-09-27T05:00:00+00:00"
            raise fail(f"--as-of {as_of}: {form}", 2) from None
    from orchestration.model_releases import in_force

    paths = DataDir.from_env()
    with progress_shown(quiet=as_json), Beside(release=in_force(paths)) as beside:
        progress.report("Starting up")
        beside.get_ready()  # before Dagster is imported here
        from orchestration.one_writer import AnotherRefreshRuns
        from orchestration.refresh import refresh as run_refresh
        from orchestration.tables import refresh_json, refresh_tables

        try:
            outcome = run_refresh(paths, extracts, as_of, beside, quiet_seconds=quiet_seconds)
        except AnotherRefreshRuns as error:
            raise fail(str(error)) from None
    if as_json:
        print(json.dumps(refresh_json(outcome), indent=1, default=str))
    elif outcome.succeeded and outcome.generation:
        output.print(*refresh_tables(outcome), sep="\n")
    if not outcome.succeeded:
        stays = (
            f"what was published before stays ({outcome.generation.name})"
            if outcome.generation
            else ("nothing has been published yet")
        )
        causes = [*outcome.failures, *outcome.warnings]
        raise fail("the refresh failed; " + stays + "\n" + "\n".join(causes))


@app.command()
def score(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV file with a header row, UTF-8.")],
    out: Annotated[Path, typer.Option(help="CSV file to write: one row per input row, in order.")],
    text_column: Annotated[str, typer.Option(help="The column that holds the text.")] = "text",
    channel: Annotated[str, typer.Option(help="ticket, chat, email, call, social, community, review or survey.")] = (
        "social"
    ),
) -> None:
    """Score the texts of a CSV file with the model in force."""
    from models_nlp.artefact import ArtefactError
    from orchestration.model_releases import in_force
    from orchestration.score_file import WrongCall, read_texts, write_scores

    try:
        texts = read_texts(file, text_column, channel, out)
        release = in_force(DataDir.from_env())
        with progress_shown(quiet=False), Beside(release=release) as beside:
            scores = beside.scorer().score(texts, [channel] * len(texts), progress=progress.for_step("Scoring"))
    except WrongCall as error:
        raise fail(str(error), 2) from None
    except (ArtefactError, ValueError) as error:
        raise fail(str(error)) from None
    write_scores(scores, out)
    messages.print(f"{scores.height} texts scored: {out}")


def _as_published(account: str | None) -> str | None:
    """An account is asked for by the id that the company writes, or by what is published in its place."""
    from storage.account_keys import published_id

    return account and published_id(DataDir.from_env(), account)


@app.command()
def receipt(
    account: Annotated[
        str, typer.Argument(help="account_id, as the extracts or the marts write it.", callback=_as_published)
    ],
    as_json: Json = False,
) -> None:
    """Show the touches whose points add up to an account's index."""
    from orchestration.tables import receipt_json, receipt_tables
    from storage.publication import current

    generation = current(DataDir.from_env())
    if generation is None:
        raise fail("nothing has been published yet; run `make demo` or `jsi refresh --extracts FOLDER` first")
    try:
        found = receipt_json(generation, account)
    except LookupError as error:
        raise fail(str(error.args[0]), 2) from None
    if as_json:
        print(json.dumps(found, indent=1, default=str))
    else:
        output.print(*receipt_tables(found), sep="\n")


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="All must be there; word* finds its endings; a phrase in quotes.")],
    stage: Annotated[str | None, typer.Option(help="Only touches of this stage of the journey.")] = None,
    account: Annotated[
        str | None, typer.Option(help="Only touches of this account_id.", callback=_as_published)
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only from this day on, UTC.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest to show.")] = 20,
    as_json: Json = False,
) -> None:
    """Find what customers said: the published texts, redacted, newest first."""
    from orchestration.search import find, search_json, search_tables
    from storage.publication import current

    generation = current(DataDir.from_env())
    if generation is None:
        raise fail("nothing has been published yet; run `make demo` or `jsi refresh --extracts FOLDER` first")
    try:
        found = find(generation, words, stage, account, since.date() if since else None, limit)
    except (LookupError, ValueError) as error:
        raise fail(str(error.args[0]), 2) from None
    if as_json:
        print(json.dumps(search_json(found), indent=1, default=str))
    else:
        output.print(*search_tables(found), sep="\n")


@app.command()
def erase(
    person: Annotated[str, typer.Option(help="The person's id, as the extracts write it.")],
    as_json: Json = False,
) -> None:
    """Erase a person from every layer, compute everything anew, and prove that nothing is left."""
    from orchestration.erase import erase as erase_person
    from orchestration.one_writer import AnotherRefreshRuns
    from orchestration.tables import erasure_tables
    from storage.erasure import AnotherErasure
    from storage.person_rows import NoSuchPerson

    try:
        with progress_shown(quiet=as_json):
            progress.report("Erasing")
            erased = erase_person(DataDir.from_env(), person, datetime.now(UTC))
    except AnotherRefreshRuns as error:
        raise fail(str(error)) from None
    except (NoSuchPerson, AnotherErasure) as error:
        raise fail(str(error.args[0]), 2) from None
    except ValueError as error:  # the company map or the key cannot be used: it says why
        raise fail(str(error), 2) from None
    if as_json:
        print(json.dumps({**erased.__dict__, "is_proven": erased.is_proven}, indent=1))
    else:
        output.print(*erasure_tables(erased), sep="\n")
    if not erased.is_proven:
        left = [f"still found in {name}, or it cannot be searched: {_remedy(name)}" for name in erased.still_told]
        raise fail("the erasure is not finished\n" + "\n".join([*erased.failures, *left]))


def _remedy(name: str) -> str:
    if name.split("/")[0] in ("raw", "scored"):  # what is left there holds the rows of others
        return "call again; if it stays, do not remove it: it is the platform that has to be mended"
    return "remove or mend this file, then call again"


@app.command()
def doctor(as_json: Json = False) -> None:
    """Look at this installation and data folder, and say what is missing and what to do."""
    from orchestration.doctor import examine

    findings = examine(DataDir.from_env())
    if as_json:
        print(json.dumps([f.__dict__ for f in findings], indent=1))
    else:
        for finding in findings:
            mark = "[green]ok[/]  " if finding.is_well else "[red]mend[/]"
            output.print(f"{mark} {plain(finding.what)}: {plain(finding.found)}")
            if not finding.is_well:
                output.print(f"     {plain(finding.to_do)}")
    if not all(f.is_well for f in findings):
        raise typer.Exit(1)


@app.command()
def prepare() -> None:
    """Make the Dagster instance and read the dbt project, so that the UI and the daemon start at once."""
    from orchestration.dbt_project import manifest
    from orchestration.instance import open_instance

    paths = DataDir.from_env()
    with progress_shown(quiet=False):
        open_instance(paths)
        manifest(paths)
    messages.print(f"Data folder: {paths.root} (set {DATA_DIR_VARIABLE} for another one)")


def main() -> None:
    """The entry point: an error a person can act on is one message, not a stack trace."""
    import os

    os.environ.setdefault("DO_NOT_TRACK", "1")
    spare_garbage_collector()
    try:
        app()
    except BrokenPipeError:
        sys.exit(1)
    except UnusableFolder as error:
        fail(str(error), 2)
        sys.exit(2)
    except Exception as error:
        fail(_told(error))
        sys.exit(1)


def _told(error: Exception) -> str:
    """One message: what a person can act on, or where a defect is. A library's own words may quote a customer's."""
    from orchestration.told import hidden, is_ours, what_of
    from storage.full_disk import disk_error

    about_files = disk_error(error) or (error if isinstance(error, OSError) and error.errno is not None else None)
    if about_files is not None:
        return what_of(about_files)
    return str(error) if is_ours(error) else hidden(error)


if __name__ == "__main__":
    main()
