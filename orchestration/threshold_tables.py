"""What ``jsi thresholds`` and Dagster show of a proposal.

Belongs here: arranging. Does not: computing.
"""

from __future__ import annotations

from typing import Any

from rich.table import Table

from orchestration.terminal import plain

_BARS = "▁▂▃▄▅▆▇█"
_SHOWN = range(30, 91, 5)


def proposal_tables(found: dict[str, Any]) -> list[Any]:
    """The proposal for people: a line a stage, the cost curve beside."""
    table = Table(title=f"Thresholds against the exits of the past, {found['quarter']}", title_justify="left")
    for name in ("stage", "now", "least cost", "exits", "left", "AUC", "cost now, USD", "at least cost, USD"):
        table.add_column(name, justify="left" if name == "stage" else "right")
    table.add_column(f"cost of {_SHOWN[0]} to {_SHOWN[-1]}")
    table.add_column("verdict")
    for row in found["stages"]:
        table.add_row(*map(plain, cells(row, found["curves"].get(row["stage"]))))
    return [
        table,
        f"To hold an account that would have stayed counts {found['cost_ratio']:g} of its revenue; to let one pass "
        "that left, all of it.",
        "Nothing has changed. Sign: jsi thresholds sign --stage STAGE --by NAME --reason TEXT, or --keep",
    ]


def cells(row: dict[str, Any], curve: dict[str, list[Any]] | None) -> list[str]:
    """A stage's line as text."""
    verdict = row["verdict"] if row["verdict"] == "proposed" else f"{row['verdict']}: {row['reason']}"
    if row["proposed"] is None or curve is None:
        figures = [f"{row['threshold']:g}", "–", str(row["n"]), str(row["n_churned"]), "–", "", "", ""]
        return [row["stage"], *figures, verdict]
    return [
        row["stage"],
        f"{row['threshold']:g}",
        f"{row['proposed']:g} ({row['proposed_low']:g} to {row['proposed_high']:g})",
        str(row["n"]),
        str(row["n_churned"]),
        f"{row['auc']:.2f} ({row['auc_low']:.2f} to {row['auc_high']:.2f})",
        f"{row['cost_now_usd']:,.0f}",
        f"{row['cost_proposed_usd']:,.0f}",
        bars(curve["cost_usd"]),
        verdict,
    ]


def bars(costs: list[float]) -> str:
    """The cost curve as one word: the lower, the cheaper."""
    shown = [costs[threshold] for threshold in _SHOWN]
    least, span = min(shown), (max(shown) - min(shown)) or 1.0
    return "".join(_BARS[round((cost - least) / span * (len(_BARS) - 1))] for cost in shown)


def markdown(found: dict[str, Any]) -> str:
    """The same for Dagster's pages."""
    head = ["stage", "now", "least cost", "exits", "left", "AUC", "cost now", "at least cost", "curve", "verdict"]
    lines = [cells(row, found["curves"].get(row["stage"])) for row in found["stages"]]
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *lines))


def signature_table(found: list[dict[str, Any]]) -> Table:
    table = Table(title="Signatures", title_justify="left")
    for name in ("at", "proposal", "by", "reason", "changes", "from"):
        table.add_column(name)
    for one in found:
        changes = ", ".join(f"{c['stage']} {c['from']:g} → {c['to']:g}" for c in one["changes"]) or "kept"
        row = (one["at"][:16], one["quarter"], one["by"], one["reason"], changes, one["valid_from"] or "")
        table.add_row(*map(plain, row))
    return table
