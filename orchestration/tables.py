"""What the commands print: rich tables for people, plain dictionaries for ``--json``.

Belongs here: arranging published numbers. Does not: computing any.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.table import Table
from rich.text import Text

from orchestration.terminal import inert, printable
from sources.catalog import READERS
from sources.nearest import expectations
from storage.account_keys import PREFIX
from storage.publication import Generation

ACCOUNTS_SHOWN = 150  # more rows than this belong in the dashboard
INDEX_COLUMNS = [
    "jsi",
    "jsi_low",
    "jsi_high",
    "evidence",
    "evidence_level",
    "is_stale",
    "trend",
    "n_touches",
    "last_touch_at",
]


def read_mart(generation: Generation, mart: str) -> pl.DataFrame:
    return pl.read_parquet(generation.folder / f"{mart}.parquet")


def latest_week(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("week_on") == pl.col("week_on").max())


def ingest_json(report) -> dict[str, Any]:
    """Per file: read, kept, excluded, superseded; and the warnings."""
    files = [
        {
            "file": f.source_file,
            "source": f.source,
            "tables": f.tables,
            "status": f.status,
            "read": f.rows_read,
            "kept": f.rows_kept,
            "excluded": f.rows_excluded,
            "superseded": f.rows_superseded,
            "message": f.message,
        }
        for f in report.files
    ]
    return {
        "files": files,
        "excluded": report.excluded.to_dicts(),
        "warnings": report.warnings.to_dicts(),
        "newest_touch_at": report.newest_touch_at,
    }


def ingest_tables(report) -> list[Table | str]:
    table = Table("file", "source", "status", "read", "kept", "excluded", "superseded", title="Rows, file by file")
    table.columns[0].overflow = "fold"
    for column in table.columns[3:]:
        column.justify = "right"
    for f in report.files:
        numbers = (f.rows_read, f.rows_kept, f.rows_excluded, f.rows_superseded)
        table.add_row(inert(f.source_file), inert(f.source), f.status, *(f"{n:,}" for n in numbers))
    said = [inert(m) for m in [*report.notes, *(f.message for f in report.files if f.message)]]
    # What is wrong with a whole file was told above, once.
    rejected = [f.source_file for f in report.files if f.status == "rejected"]
    excluded = report.excluded.filter(~pl.col("source_file").is_in(rejected))
    if (report.excluded["reason"] == "unclaimed").any():
        said.append(inert(f"What the readers expect of a file:\n{expectations(READERS)}"))
    return [
        table,
        *said,
        *first_messages(excluded, "rows excluded, all in raw/excluded"),
        *first_messages(report.warnings, "warnings, all in raw/warnings.parquet"),
    ]


def first_messages(rows: pl.DataFrame, what: str, shown: int = 10) -> list[Text]:
    """The first messages (file, row, what to do), and how many more there are of ``what``."""
    lines = [inert(message) for message in rows["message"].head(shown)]
    if rows.height > shown:
        lines.append(Text(f"… and {rows.height - shown} more {what}"))
    return lines


def refresh_json(outcome) -> dict[str, Any]:
    generation = outcome.generation
    return {
        "succeeded": outcome.succeeded,
        "failures": outcome.failures,
        "warnings": outcome.warnings,
        "generation": generation.name if generation else None,
        "published": str(generation.folder) if generation else None,
        "as_of": generation.manifest["as_of"] if generation else None,
        "tables": {m: t["rows"] for m, t in generation.manifest["tables"].items()} if generation else {},
    }


def refresh_tables(outcome) -> list[Table | Text | str]:
    """The index by account and by stage × role, of the latest finished week, and what to do next."""
    generation = outcome.generation
    lines: list[Table | Text | str] = [_accounts(generation), "", _stage_roles(generation), ""]
    lines += [Text(printable(f"warning: {w}"), style="yellow") for w in outcome.warnings]
    lines += [
        Text(f"Published {generation.name}: {generation.folder}"),
        Text("Open the dashboard:  make app      (http://127.0.0.1:8501)"),
        Text("Open the Dagster UI: make dagster  (http://127.0.0.1:3000)"),
    ]
    return lines


def score_text(row: dict[str, Any]) -> Text:
    """``71 ± 12`` in words a reader can trust: no number where the evidence is too thin to show one."""
    if row["evidence_level"] in ("insufficient", "suppressed") or row["is_stale"]:
        return Text("stale" if row["is_stale"] and row["evidence_level"] != "insufficient" else row["evidence_level"],
                    style="dim")  # fmt: skip
    return Text(f"{row['jsi']:5.1f}  ({row['jsi_low']:.0f}–{row['jsi_high']:.0f})")


def _accounts(generation: Generation) -> Table:
    accounts = latest_week(read_mart(generation, "jsi_by_account_week"))
    gates = read_mart(generation, "gate_status").select(
        "account_id", "account_name", "stage", "gate", "threshold", "arr_usd"
    )
    rows = accounts.join(gates, on="account_id", how="left").sort("arr_usd", "account_id", descending=[True, False],
                                                                 nulls_last=True)  # fmt: skip
    week = accounts["week_on"].max()
    table = Table("account", "name", "ARR $", "stage", "JSI (95 %)", "evidence", "trend", "gate", "touches",
                  title=f"Journey Sentiment Index by account, as of {week}")  # fmt: skip
    for row in rows.head(ACCOUNTS_SHOWN).to_dicts():
        table.add_row(
            inert(row["account_id"]),
            inert(row["account_name"] or "not in the CRM"),
            f"{row['arr_usd']:,.0f}" if row["arr_usd"] is not None else "–",
            row["stage"] or "–",
            score_text(row),
            row["evidence_level"],
            row["trend"],
            f"{row['gate'] or '–'}" + (f" (≥ {row['threshold']:.0f})" if row["threshold"] is not None else ""),
            f"{row['n_touches']:,}",
        )
    if rows.height > ACCOUNTS_SHOWN:
        table.caption = f"{ACCOUNTS_SHOWN} of {rows.height:,} accounts, by ARR; all are in jsi_by_account_week.parquet"
    return table


def _stage_roles(generation: Generation) -> Table:
    cells = latest_week(read_mart(generation, "jsi_by_stage_role_week"))
    stages = read_mart(generation, "dim_stages").sort("stage_order")["stage"].to_list()
    roles = ["buyer", "user", "executive", "unknown"]
    table = Table("stage", *roles, title="… and by stage × role")
    found = {(r["stage"], r["role"]): r for r in cells.to_dicts()}
    for stage in stages:
        table.add_row(stage, *(score_text(found[stage, r]) if (stage, r) in found else Text("–") for r in roles))
    return table


def receipt_json(generation: Generation, account: str) -> dict[str, Any]:
    """The receipt of one account: 50 + the sum of all points = its index.

    Raises ``LookupError`` with a helpful message when the account is unknown.
    """
    week = latest_week(read_mart(generation, "jsi_by_account_week"))
    found = week.filter(pl.col("account_id") == account)
    if found.is_empty():
        known = week["account_id"].sort().to_list()
        if not account.startswith(PREFIX):  # what is typed stands in a hash by chance alone
            known = [a for a in known if not a.startswith(PREFIX)]
        near = [a for a in known if account.lower() in a.lower()][:5]
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise LookupError(f"there is no account {account!r} in the published marts{hint}")
    index = found.row(0, named=True)
    rows = read_mart(generation, "jsi_receipts").filter(pl.col("account_id") == account)
    touches = read_mart(generation, "fct_touches").select("touch_id", "text_redacted", "rule_id", "root_cause", "stage")
    lines = rows.join(touches, on="touch_id", how="left").sort(pl.col("points").abs(), descending=True)
    return {
        "account_id": account,
        "week_on": index["week_on"],
        "jsi": index["jsi"],
        **{c: index[c] for c in INDEX_COLUMNS[1:]},
        "base": 50.0,
        "points_total": round(float(lines["points"].sum()), 4),
        "lines": lines.to_dicts(),
    }


def receipt_tables(found: dict[str, Any], shown: int = 30) -> list[Table | Text]:
    table = Table("touch", "when", "channel", "feeling", "points", "what was said or seen",
                  title=inert(f"Receipt of {found['account_id']} as of {found['week_on']}"))  # fmt: skip
    table.columns[4].justify = "right"
    table.add_row("base", "", "", "", "50.00", "the middle of the scale")
    signs = {1: "+1", 0: "0", -1: "−1", None: ""}
    for line in found["lines"][:shown]:
        said = line.get("text_redacted") or line.get("rule_id") or ""
        table.add_row(
            inert(line["touch_id"]),
            f"{line['occurred_at']:%Y-%m-%d}" if line.get("occurred_at") else "",
            line.get("channel") or "",
            signs[line.get("sentiment")],
            f"{line['points']:+.2f}",
            inert(said[:60]),
        )
    rest = found["lines"][shown:]
    if rest:
        table.add_row(f"{len(rest)} more", "", "", "", f"{sum(r['points'] for r in rest):+.2f}", "")
    table.add_row("", "", "", "JSI", f"{50 + found['points_total']:.2f}", "50 + all points", style="bold")
    level = (
        f"Evidence: {found['evidence_level']} (worth {found['evidence']:.1f} equal touches), trend: {found['trend']}"
    )
    return [table, Text(level)]


def erasure_tables(erased) -> list[Table | Text]:
    """What was taken out, layer by layer, and whether the proof holds."""
    table = Table(title=f"Erased (act {erased.act_id})")
    table.add_column("layer")
    table.add_column("removed", justify="right")
    for name in erased.files_removed:
        table.add_row(inert(f"landing/{name}"), "the file")
    for name, rows in sorted(erased.rows.items()):
        table.add_row(f"raw/{name}", f"{rows} rows")
    for source, rows in sorted(erased.sources.items()):
        table.add_row(f"raw, from {source}", f"{rows} of these rows")
    table.add_row("scored", f"{erased.n_scores} texts")
    for name in erased.generations_removed:
        table.add_row(f"published/{name}", "the generation")
    said = "No file of the data folder tells the person any more." if erased.is_proven else "The proof does not hold."
    return [table, Text(said)]
