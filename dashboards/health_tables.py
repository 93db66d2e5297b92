"""The rows of the health page: files, sources, checks, the model's weeks.

Belongs here: pure functions about how well the data and the model are. Does not: reading, drawing, what the index says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from dashboards import reasons, wording


@dataclass(frozen=True)
class RowTotals:
    """Rows over all files: every row read is kept, excluded or superseded."""

    read: int
    kept: int
    excluded: int
    superseded: int
    n_files: int
    n_balanced: int

    @property
    def balances(self) -> bool:
        """Whether every file balances, and so their sum."""
        return self.n_balanced == self.n_files and self.read == self.kept + self.excluded + self.superseded


def row_totals(accounting: pl.DataFrame) -> RowTotals:
    """Sums over row_accounting; a file balances if its own sum does and SQL counted the same rows kept."""
    sums = {name: int(accounting[f"rows_{name}"].sum()) for name in ("read", "kept", "excluded", "superseded")}
    return RowTotals(**sums, n_files=accounting.height, n_balanced=int(_balances(accounting).sum()))


def files(accounting: pl.DataFrame) -> pl.DataFrame:
    """row_accounting, files that need a look first: not balanced, rejected, with excluded rows, then by source."""
    return (
        accounting.with_columns(
            _balances(accounting).alias("is_balanced"),
            (pl.col("status") == "rejected").alias("_rejected"),
        )
        .sort(
            ["is_balanced", "_rejected", "rows_excluded", "source", "source_file"],
            descending=[False, True, True, False, False],
        )
        .select(
            "source",
            "source_file",
            "status",
            pl.when("is_balanced").then(pl.lit("✓ yes")).otherwise(pl.lit("✗ no")).alias("balances"),
            "rows_read",
            "rows_kept",
            "rows_excluded",
            "rows_superseded",
            "message",
            "tables",
            "loaded_at",
        )
    )


def checks(manifest: dict[str, Any]) -> pl.DataFrame:
    """The manifest's checks, failed ones first, errors before warnings: result, what, asset, severity, description."""
    rows = [
        {
            "result": "✓ holds" if check.get("passed") else "✗ fails",
            "check": wording.plain(check.get("check")),
            "asset": check.get("asset"),
            "severity": {"error": "blocking", "warn": "warning"}.get(check.get("severity"), check.get("severity")),
            "description": check.get("description") or None,
            "passed": bool(check.get("passed")),
        }
        for check in manifest.get("checks", [])
    ]
    kinds = dict.fromkeys(("result", "check", "asset", "severity", "description"), pl.String) | {"passed": pl.Boolean}
    return pl.DataFrame(rows, schema=kinds).sort("passed", "severity", "asset", "check")


def sources(manifest: dict[str, Any]) -> pl.DataFrame:
    """The manifest's sources, stale ones first: source, state, last loaded, message."""
    rows = [
        {
            "source": source.get("source"),
            "state": "✗ stale: a file was set aside" if source.get("is_stale") else "✓ up to date",
            "last_loaded_at": _moment(source.get("last_loaded_at")),
            "message": source.get("message"),
            "is_stale": bool(source.get("is_stale")),
        }
        for source in manifest.get("sources", [])
    ]
    kinds = dict.fromkeys(("source", "state", "last_loaded_at", "message"), pl.String)
    kinds |= {"last_loaded_at": pl.Datetime("us"), "is_stale": pl.Boolean}
    return pl.DataFrame(rows, schema=kinds).sort(["is_stale", "source"], descending=[True, False])


def matches(identity: pl.DataFrame) -> pl.DataFrame:
    """identity_matches, the sources with the most touches without an account first: with percent_matched (0–100)."""
    return identity.with_columns((100 * pl.col("match_rate")).alias("percent_matched")).sort(
        ["n_unlinked", "source"], descending=[True, False]
    )


def unmatched(listed: pl.DataFrame) -> pl.DataFrame:
    """identity_unmatched by reason and source, the most touches first: reason in words, n_people, n_unlinked."""
    return (
        listed.group_by("source", "reason")
        .agg(pl.col("is_unmatched_person").sum().alias("n_people"), pl.col("n_unlinked").sum())
        .sort(["n_unlinked", "n_people", "source", "reason"], descending=[True, True, False, False])
        .with_columns(pl.col("reason").map_elements(wording.unlinked, return_dtype=pl.String).alias("why"))
    )


def unscored(counts: pl.DataFrame) -> pl.DataFrame:
    """unscored_touches by reason, those without consent first.

    Columns: reason (in words), n_touches, channels, last_touch_at, is_refused.
    """
    why = pl.struct("null_reason", "refusal").map_elements(
        lambda row: (
            reasons.refusal(row["refusal"])
            if row["null_reason"] == "no_consent"
            else reasons.not_scored(row["null_reason"])
        ),
        return_dtype=pl.String,
    )
    return (
        counts.with_columns(why.alias("reason"), (pl.col("null_reason") == "no_consent").alias("is_refused"))
        .sort("n_touches", "channel", descending=[True, False])
        .group_by("is_refused", "reason", maintain_order=True)
        .agg(
            pl.col("n_touches").sum(), pl.col("channel").str.join(", ").alias("channels"), pl.col("last_touch_at").max()
        )
        .sort("is_refused", "n_touches", "reason", descending=[True, True, False])
    )


def label_mix(health: pl.DataFrame, channel: str | None) -> pl.DataFrame:
    """Weekly shares of −, 0, + among scored texts: week_on, feeling, share, n_scored; one channel or all of them."""
    rows = health.filter(pl.col("n_scored") > 0)
    if channel is not None:
        rows = rows.filter(pl.col("channel") == channel)
    parts = {"unhappy": "share_negative", "neutral": "share_neutral", "happy": "share_positive"}
    weekly = (
        rows.group_by("week_on")
        .agg(
            pl.col("n_scored").sum().alias("n"),
            *((pl.col(c) * pl.col("n_scored")).sum().alias(name) for name, c in parts.items()),
        )
        .sort("week_on")
    )
    return (
        weekly.unpivot(list(parts), index=["week_on", "n"], variable_name="feeling", value_name="scored")
        .select("week_on", "feeling", (pl.col("scored") / pl.col("n")).alias("share"), pl.col("n").alias("n_scored"))
        .sort("week_on", "feeling")
    )


def confidence(health: pl.DataFrame, channel: str | None) -> pl.DataFrame:
    """Weekly mean confidence of scored texts: week_on, mean_confidence, n_scored; one channel or all of them."""
    rows = health.filter(pl.col("mean_confidence").is_not_null() & (pl.col("n_scored") > 0))
    if channel is not None:
        rows = rows.filter(pl.col("channel") == channel)
    weighted = (pl.col("mean_confidence") * pl.col("n_scored")).sum() / pl.col("n_scored").sum()
    return rows.group_by("week_on").agg(weighted.alias("mean_confidence"), pl.col("n_scored").sum()).sort("week_on")


def by_channel(health: pl.DataFrame) -> pl.DataFrame:
    """All weeks of model_health by channel and model, the most texts first.

    Columns: n_texts, percent_scored, percent_negative, percent_neutral, percent_positive (0–100),
    mean_confidence (0–1).
    """
    scored = pl.col("n_scored")

    def mean(column: str) -> pl.Expr:
        of = scored.filter(pl.col(column).is_not_null()).sum()
        return ((pl.col(column) * scored).sum() / of).fill_nan(None)

    labels = ("negative", "neutral", "positive")
    return (
        health.group_by("channel", "model_version")
        .agg(
            pl.col("n_texts").sum(),
            (100 * scored.sum() / pl.col("n_texts").sum()).alias("percent_scored"),
            *((100 * mean(f"share_{label}")).alias(f"percent_{label}") for label in labels),
            mean("mean_confidence").alias("mean_confidence"),
        )
        .sort(["n_texts", "channel"], descending=[True, False])
    )


def agreement(found: pl.DataFrame | None) -> pl.DataFrame:
    """label_agreement in words: all labels, channels, weeks, the newest first; those without a figure are left out.

    Columns: what, n_labels, n_texts, and kappa, macro_f1, negative_recall as text with their range.
    """
    figures = ("kappa", "macro_f1", "negative_recall")
    schema = {"what": pl.String, "n_labels": pl.Int64, "n_texts": pl.Int64, **dict.fromkeys(figures, pl.String)}
    if found is None:
        return pl.DataFrame(schema=schema)
    rank = {"all": 0, "channel": 1, "week": 2}
    measured = found.filter(pl.col("verdict") == "measured").with_columns(
        pl.col("scope").replace_strict(rank, return_dtype=pl.Int8).alias("rank"),
        newest=pl.when(pl.col("scope") == "week").then(pl.col("value")),
    )
    rows = measured.sort(["rank", "newest", "value"], descending=[False, True, False], nulls_last=True)
    name = (
        pl.when(pl.col("scope") == "all")
        .then(pl.lit("all"))
        .when(pl.col("scope") == "week")
        .then(pl.format("week before {}", "value"))
        .otherwise("value")
    )
    return rows.select(name.alias("what"), "n_labels", "n_texts", *(_with_range(figure) for figure in figures)).cast(
        schema
    )


def _with_range(figure: str) -> pl.Expr:
    """A figure with its interval; a dash where it is not defined."""
    ends = [
        pl.col(f"{figure}{end}").map_elements(lambda value: f"{value:.2f}", return_dtype=pl.String)
        for end in ("", "_low", "_high")
    ]
    return pl.coalesce(pl.format("{} ({} to {})", *ends), ends[0], pl.lit(wording.NOT_KNOWN)).alias(figure)


def versions(generation: str, as_of: datetime, manifest: dict[str, Any]) -> pl.DataFrame:
    """What exactly was published: what, value."""
    values = {
        "generation": generation,
        "as of": wording.minute(as_of),
        "published at": wording.minute(_moment(manifest.get("published_at"))),
        "refresh": manifest.get("refresh_id"),
        "policy": manifest.get("policy_version"),
        "model": manifest.get("model_version"),
        "taxonomy": manifest.get("taxonomy_version"),
        "tables": f"{len(manifest.get('tables', {})):,}",
        "rows in them": f"{sum(table.get('rows') or 0 for table in manifest.get('tables', {}).values()):,}",
    }
    return pl.DataFrame(
        {"what": list(values), "value": list(values.values())}, schema=dict.fromkeys(("what", "value"), pl.String)
    )


def _moment(text: str | None) -> datetime | None:
    """A time of the manifest in UTC, without an offset."""
    moment = datetime.fromisoformat(text) if text else None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment and moment.tzinfo else moment


def _balances(accounting: pl.DataFrame) -> pl.Series:
    """A file's own sum holds, and SQL counted as many kept rows as the ledger's writer did."""
    balanced = accounting["is_balanced"]
    if "rows_kept_in_staging" in accounting.columns:
        balanced = balanced & (accounting["rows_kept"] == accounting["rows_kept_in_staging"])
    return balanced.rename("is_balanced")
