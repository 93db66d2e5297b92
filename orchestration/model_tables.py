"""What the commands about labels and models show: tables for people, plain values for ``--json``.

Belongs here: arranging. Does not: computing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from orchestration.terminal import plain
from storage import models

if TYPE_CHECKING:
    import polars as pl

    from orchestration.proposals import Proposal
    from storage.layout import DataDir


def agreement_table(found: pl.DataFrame) -> Table:
    """Weeks of few labels are left out: most weeks have some, and no figure."""
    is_shown = (found["scope"] != "week") | (found["verdict"] == "measured")
    table = _table("Agreement of the model with people's labels", "scope", "labels", "texts", "κ", "macro-F1")
    table.add_column("recall of −1", justify="right")
    for row in found.filter(is_shown).iter_rows(named=True):
        shown = [_interval(row, name) for name in ("kappa", "macro_f1", "negative_recall")]
        if row["verdict"] != "measured":
            shown = [row["verdict"], "", ""]
        scope = row["scope"] if row["scope"] == "all" else f"{row['scope']} {row['value']}"
        table.add_row(plain(scope), str(row["n_labels"]), str(row["n_texts"]), *shown)
    if n_hidden := found.height - int(is_shown.sum()):
        table.caption = f"{n_hidden} weeks have too few labels for a figure"
    return table


def _interval(row: dict[str, Any], name: str) -> str:
    if row[name] is None:
        return "–"
    if row[f"{name}_low"] is None:
        return f"{row[name]:.2f}"
    return f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})"


def model_json(paths: DataDir, in_force: str, taxonomy: dict[str, str]) -> dict[str, Any]:
    """The registry as plain values."""
    candidates = models.candidates(paths)
    return {
        "in_force": in_force,
        "taxonomy": taxonomy,
        "candidates": [{**one.__dict__, "trial": models.trial(paths, one.version, in_force)} for one in candidates],
        "releases": [step.__dict__ for step in models.releases(paths)],
    }


def model_tables(found: dict[str, Any]) -> list[Any]:
    of = found["taxonomy"]
    told = f"Taxonomy: {of['version']} of {of['valid_from']}"
    if "own_version" in of:
        told += f", and the company's own {of['own_version']} of {of['own_valid_from']}"
    shown: list[Any] = [f"In force: [bold]{plain(found['in_force'])}[/]", plain(told)]
    if found["candidates"]:
        table = _table("Registered models", "version", "what", "taxonomy", "since", "trial against the model in force")
        for one in found["candidates"]:
            trial = one["trial"]
            told = (
                f"{trial['agreement']['share_equal']:.1%} equal labels, {trial['n_gates_flipped']} gates"
                if trial
                else ""
            )
            what = one["about"].get("what", "")
            if n := one["about"].get("n_labels"):
                what += f" ({n})"
            mark = " ←" if one["version"] == found["in_force"] else ""
            taxonomy = one["about"].get("taxonomy", {}).get("version", "")
            table.add_row(plain(one["version"] + mark), plain(what), plain(taxonomy), one["registered_at"][:10], told)
        shown.append(table)
    if found["releases"]:
        table = _table("In force since", "at", "version", "by", "reason")
        for step in found["releases"]:
            table.add_row(step["at"][:16], plain(step["version"]), plain(step["by"]), plain(step["reason"]))
        shown.append(table)
    return shown


def proposal_table(found: Proposal) -> Table:
    table = _table(f"What {found.n_labels} labels make of the model", "channel", "labels", "macro-F1", "recall of −1")
    table.add_column("calibration error", justify="right")
    is_corrected = any(judged.base for judged in found.judged.values())
    if is_corrected:
        table.caption = "→ from the correction in force, on labels that it has not learned from"
        table.add_column("without any correction", justify="right")
    table.add_column("verdict")
    for name, judged in found.judged.items():
        pairs = [f"{old:.3f} → {new:.3f}" for old, new in (judged.macro_f1, judged.negative_recall, judged.ece)]
        if not any(judged.macro_f1):
            pairs = ["", "", ""]
        if is_corrected:
            pairs.append(" / ".join(f"{figure:.3f}" for figure in judged.base or ()))
        verdict = "accepted" if judged.is_accepted else f"refused: {judged.reason}"
        table.add_row(plain(name or "all"), str(judged.n_labels), *pairs, plain(verdict))
    return table


def shadow_tables(version: str, found: dict[str, Any]) -> list[Any]:
    of = found["agreement"]
    equal = "–" if of["share_equal"] is None else f"{of['share_equal']:.1%}"
    kappa = "–" if of["kappa"] is None else f"{of['kappa']:.3f}"
    shown: list[Any] = [
        f"{plain(version)} in the shadow of {plain(found['against'])}, the last {found['days']} days before "
        f"{found['as_of'][:10]}",
        f"{of['n_scored_by_both']} texts read by both: {equal} equal labels, κ {kappa}; by this one alone "
        f"{of['n_scored_after_only']}, by the one in force alone {of['n_scored_before_only']}",
    ]
    stages = _table("Index by stage (mean of its accounts)", "stage", "accounts", "before", "after", "shift")
    stages.add_column("largest of one account", justify="right")
    for row in found["index_by_stage"]:
        values = [
            f"{row[name]:+.2f}" if name == "shift" else f"{row[name]:.1f}"
            for name in ("jsi_before", "jsi_after", "shift")
        ]
        stages.add_row(plain(row["stage"]), str(row["n_accounts"]), *values, f"{row['largest_shift']:.1f}")
    shown.append(stages)
    gates = _table("Gates that would say another word", "before", "after", "accounts", "ARR, USD")
    for row in found["gates_flipped"]:
        unknown = f" (+ {row['n_without_arr']} unknown)" if row["n_without_arr"] else ""
        gates.add_row(row["gate_before"], row["gate_after"], str(row["n_accounts"]), f"{row['arr_usd']:,.0f}{unknown}")
    shown.append(gates if found["gates_flipped"] else "No gate would say another word.")
    shown.append(
        f"{found['n_gates_flipped']} of {found['n_accounts']} accounts, "
        f"{found['arr_moved_usd']:,.0f} USD of recurring revenue"
    )
    return shown


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number == 0 else "right")
    return table
