"""``jsi thresholds``: do the gates stand where the exits of the past say, and who signed a change.

Belongs here: arguments, drawing tables, exit codes. Does not: logic of its own.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.terminal import fail, messages, output, plain
from storage.layout import DataDir

thresholds = typer.Typer(help="Thresholds of the gates: proposals from outcomes, signatures.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]


@thresholds.command()
def propose(
    cost_ratio: Annotated[
        float | None,
        typer.Option(min=0.001, max=100, help="What holding an account costs that would have stayed, in parts of what "
                                              "losing one costs; default: 0.2."),
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Hold the thresholds against the exits of the past. Nothing changes."""
    from insights.thresholds import HELD_IN_VAIN_COST
    from orchestration import threshold_reviews
    from orchestration.threshold_tables import proposal_tables

    try:
        found = threshold_reviews.propose(DataDir.from_env(), datetime.now(UTC), cost_ratio or HELD_IN_VAIN_COST)
    except LookupError as error:
        raise fail(str(error.args[0])) from None
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        output.print(*proposal_tables(found), sep="\n")


@thresholds.command()
def sign(
    by: Annotated[str, typer.Option(help="Who decides; it becomes the owner of the policy's row.")],
    reason: Annotated[str, typer.Option(help="Why; it becomes the reason of the policy's row.")],
    stage: Annotated[list[str] | None, typer.Option(help="Take what is proposed for this stage; may repeat.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Sign that every threshold stays as it is.")] = False,
    valid_from: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="From which day on; default: tomorrow, UTC.")
    ] = None,
) -> None:
    """Sign the last proposal: the named stages get its thresholds, as dated rows of the policy."""
    from orchestration import threshold_reviews
    from orchestration.policy_rows import PolicyNotWritten

    if bool(stage) == keep:
        raise fail("name the stages whose proposal you take with --stage, or sign --keep", 2)
    day = valid_from.date() if valid_from else None
    try:
        signed = threshold_reviews.sign(DataDir.from_env(), stage or [], by, reason, datetime.now(UTC), day)
    except (threshold_reviews.NotSignable, PolicyNotWritten) as error:
        raise fail(str(error)) from None
    for name, old, new in signed.changes:
        messages.print(f"{plain(name)}: {old:g} → {new:g} from {signed.valid_from} on, {plain(signed.policy_version)}")
    if signed.changes:
        messages.print("Commit dbt_project/seeds/; the next refresh that publishes a week of that time counts it.")
    else:
        messages.print("Kept: every threshold stays as it is.")


@thresholds.command("list")
def list_signatures(as_json: Json = False) -> None:
    """Who signed what, and when."""
    from orchestration.threshold_reviews import signatures
    from orchestration.threshold_tables import signature_table

    found = signatures(DataDir.from_env())
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        output.print(signature_table(found) if found else "Nobody has signed a proposal yet.")
