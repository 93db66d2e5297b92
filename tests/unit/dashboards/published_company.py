"""A made-up publication in the shape the refresh writes: enough to look at, computed by METHOD's own formulas.

Belongs here: writing ``published/<generation>/`` for tests of the app. Does not: how marts are really built (dbt); a
pipeline test holds the app against a real publication. Accounts: the first is solid and below its gate, the second was
never heard from, the third not for a year; the rest are as the seed has it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from tests.unit.dashboards import published_identity, published_index, published_measures
from tests.unit.dashboards.published_index import LATEST_WEEK, MODEL, POLICY, STAGES, THRESHOLDS

AS_OF = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
ROLES = ["buyer", "user", "executive", "unknown"]
CHANNELS = {"ticket": 30, "survey": 90, "chat": 30, "email": 30, "call": 30, "review": 30, "product": 14, "service": 30}
CAUSES = ["product_defect", "usability", "pricing", "support_quality", "response_time", "missing_feature"]
TEXTS = {
    1: "Thanks, the new export works great and your team was quick.",
    0: "Could you tell me where the monthly report is?",
    -1: "The sync is broken again and nobody answered for [NUMBER] days.",
}
DESCRIPTIONS = {
    "jsi_by_segment_week": (
        "The index of a group of accounts, by week.",
        {"jsi": "The Journey Sentiment Index, 0 to 100."},
    ),
    "gate_status": ("Whether an account may leave its stage.", {"gate": "pass, hold or insufficient."}),
}


@dataclass
class Company:
    """What to make: ``accounts`` × ``weeks``, ``texts`` and ``names`` put hostile content where customers write."""

    accounts: int = 8
    weeks: int = 12
    touches: int = 400
    seed: int = 7
    texts: dict[int, str] = field(default_factory=lambda: dict(TEXTS))
    names: dict[int, str] = field(default_factory=dict)
    heard: bool = True


def write(data_dir: Path, company: Company | None = None, generation: str = "000001-2026-11-22") -> Path:
    """Write one generation below ``data_dir`` and make it current; returns its folder."""
    company = company or Company()
    frames = tables(company)
    folder = data_dir / "published" / generation
    folder.mkdir(parents=True)
    about = {}
    for name, frame in frames.items():
        file = folder / f"{name}.parquet"
        frame.write_parquet(file)
        text, columns = DESCRIPTIONS.get(name, (None, {}))
        about[name] = {
            "rows": frame.height,
            "bytes": file.stat().st_size,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        } | ({"description": text, "columns": columns} if text else {})
    (folder / "manifest.json").write_text(json.dumps(_manifest(generation, about)), encoding="utf-8")
    link = data_dir / "published" / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(generation)
    return folder


def tables(company: Company) -> dict[str, pl.DataFrame]:
    """All marts the app reads, by name."""
    rng = np.random.default_rng(company.seed)
    accounts = _accounts(company, rng)
    touches = _touches(company, accounts, rng)
    weeks = [LATEST_WEEK - timedelta(weeks=k) for k in reversed(range(company.weeks))]
    by_account = published_index.index(touches, accounts.select("account_id"), ["account_id"], weeks)
    latest = by_account.filter(pl.col("week_on") == LATEST_WEEK)
    groups = [
        published_index.dimension(touches.join(accounts.drop("stage"), on="account_id", how="left"), d, weeks)
        for d in DIMENSIONS
    ]
    facts = _facts(touches, company)
    return {
        "dim_accounts": _with_kinds(accounts, facts),
        "dim_stages": pl.DataFrame(
            {"stage": STAGES, "stage_order": range(1, 10), "threshold": THRESHOLDS}, strict=False
        ),
        "fct_touches": facts,
        "jsi_by_account_week": by_account,
        "jsi_by_segment_week": pl.concat(groups),
        "jsi_by_stage_role_week": published_index.group(touches, ["stage", "role"], weeks),
        "jsi_receipts": published_index.receipts(touches, latest),
        "gate_status": published_index.gates(accounts, latest),
        "drivers": published_index.drivers(touches),
        "revenue_correlation": _associations(),
        "listening_posts": _posts(facts),
        "row_accounting": _accounting(),
        **published_identity.tables(company.heard),
        **published_measures.tables(company.heard),
        "model_health": _health(touches, weeks),
        "unscored_touches": _unscored(company.heard),
        "call_cues": _calls(facts),
        "label_queue": _queue(facts),
    }


DIMENSIONS = ["company", "segment", "region", "channel"]


def _accounts(company: Company, rng: np.random.Generator) -> pl.DataFrame:
    n = company.accounts
    words = ["Northwind", "Harbour", "Cobalt", "Juniper", "Lumen", "Granite", "Meadow", "Orbit", "Quarry", "Tidal"]
    kinds = ["Logistics", "Foods", "Health", "Systems", "Energy", "Retail", "Media", "Labs", "Finance", "Works"]
    names = [company.names.get(i, f"{words[i % 10]} {kinds[(i // 10 + i) % 10]}") for i in range(n)]
    return pl.DataFrame(
        {
            "account_id": [f"A-{i + 1:04d}" for i in range(n)],
            "account_name": names,
            "segment": rng.choice(["enterprise", "mid_market", "smb"], n),
            "region": rng.choice(["emea", "americas", "apac"], n),
            "product_line": rng.choice(["core", "analytics"], n),
            "stage": ["renewal", *rng.choice(STAGES[2:8], n - 1)],
            "arr_usd": np.round(rng.lognormal(11.5, 1.0, n), -2),
            "is_in_crm": [True] * n,
            "is_churned": [False] * n,
            "renews_on": [LATEST_WEEK + timedelta(days=int(d)) for d in rng.integers(5, 300, n)],
            "churned_on": [None] * n,
        },
        schema_overrides={"churned_on": pl.Date},
    )


def _touches(company: Company, accounts: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    n = company.touches if company.heard else 0
    who = rng.integers(0, company.accounts, n)
    who = np.where(who == 1, 0, who)  # the second account is never heard from
    mood = rng.normal(0.25, 0.45, company.accounts)
    mood[0] = -0.25
    age = rng.uniform(0, 7 * company.weeks, n)
    age = np.where(who == 2, age + 365, age)
    chance = 1 / (1 + np.exp(-2.2 * mood[who]))
    draw = rng.uniform(size=n)
    sentiment = np.where(draw < chance * 0.75, 1, np.where(draw < chance * 0.75 + 0.25, 0, -1))
    channel = rng.choice(list(CHANNELS), n, p=[0.28, 0.14, 0.14, 0.16, 0.08, 0.04, 0.08, 0.08])
    end = datetime.combine(LATEST_WEEK, datetime.min.time())
    at = [end - timedelta(days=float(days)) for days in age]
    cause = rng.choice(CAUSES, n)
    return pl.DataFrame(
        {
            "touch_id": [f"m:{i:05d}" for i in range(n)],
            "account_id": accounts["account_id"].gather(who) if n else pl.Series([], dtype=pl.String),
            "person_id": [f"P-{w}-{k}" for w, k in zip(who, rng.integers(0, 7, n), strict=True)],
            "channel": channel,
            "role": rng.choice(ROLES, n, p=[0.25, 0.55, 0.12, 0.08]),
            "stage": rng.choice(STAGES[1:8], n, p=[0.03, 0.05, 0.2, 0.32, 0.2, 0.15, 0.05]),
            "occurred_at": at,
            "sentiment": sentiment.astype(np.int32),
            "half_life": [float(CHANNELS[c]) for c in channel],
            "v": rng.uniform(0.2, 0.9, n),
            "root_cause": [[c] if s < 0 else [] for c, s in zip(cause, sentiment, strict=True)],
            "confidence": rng.uniform(0.5, 0.98, n),
        },
        schema_overrides={
            "touch_id": pl.String, "person_id": pl.String, "channel": pl.String, "role": pl.String, "stage": pl.String,
            "occurred_at": pl.Datetime("us"), "root_cause": pl.List(pl.String), "half_life": pl.Float64,
        },
    )  # fmt: skip


def _facts(touches: pl.DataFrame, company: Company) -> pl.DataFrame:
    """fct_touches; every fifth text has no consent, surveys have a rating instead of a text."""
    survey, product = pl.col("channel") == "survey", pl.col("channel").is_in(["product", "service"])
    number = pl.int_range(pl.len())
    silent = (number % 5 == 0) & ~survey & ~product
    text = pl.col("sentiment").replace_strict(company.texts, default=None, return_dtype=pl.String)
    words = {1: ["great +2.1", "quick +1.0"], 0: [], -1: ["broken −1.9", "not … answered"]}
    return touches.select(
        "touch_id", "account_id", "person_id", "channel", "role", "stage", "occurred_at", "root_cause",
        pl.when(survey).then(pl.lit("answers")).when(product).then(pl.lit("usage")).otherwise(pl.lit("helpdesk")).alias(
            "source"
        ),
        pl.when(survey).then(pl.lit("solicited")).when(product).then(pl.lit("inferred")).otherwise(
            pl.lit("unsolicited")
        ).alias("feedback_kind"),
        pl.when(survey).then(pl.lit("survey/nps")).otherwise("channel").alias("touchpoint"),
        pl.when(~silent).then("sentiment").alias("sentiment"),
        pl.when(survey).then(pl.lit("rating")).when(product).then(pl.lit("rule")).otherwise(pl.lit("model")).alias(
            "sentiment_source"
        ),
        pl.when(survey).then(pl.col("sentiment") * 4.0 + 6.0).alias("native_score"),
        pl.when(survey).then(pl.lit("0 to 10, higher is better")).alias("native_scale"),
        pl.col("sentiment").replace_strict(words, default=[], return_dtype=pl.List(pl.String)).alias("evidence_words"),
        pl.when(~silent).then("confidence").alias("confidence"),
        pl.when(pl.col("sentiment") < 0).then(pl.lit("frustration")).otherwise(pl.lit("none")).alias("emotion"),
        pl.when(~silent & ~survey & ~product).then(text).alias("text_redacted"),
        pl.when(silent).then(pl.lit("no_consent")).alias("null_reason"),
        pl.concat_str(pl.lit("conversation:"), number // 2).alias("episode_id"),
        pl.when(product).then(pl.lit("usage_trend")).alias("rule_id"),
        pl.when(~survey & ~product).then(pl.lit(MODEL)).alias("model_version"),
        pl.lit(POLICY).alias("policy_version"),
    )  # fmt: skip


KINDS = ("solicited", "unsolicited", "inferred")


def _kind_counts() -> list[pl.Expr]:
    heard = pl.col("sentiment").is_not_null()
    return [(heard & (pl.col("feedback_kind") == kind)).sum().cast(pl.Int64).alias(f"n_{kind}") for kind in KINDS]


def _with_kinds(accounts: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """dim_accounts with the kinds of its touches; the last account has neither a contract nor a segment."""
    counts = facts.group_by("account_id").agg(_kind_counts())
    last = pl.int_range(pl.len()) == pl.len() - 1
    return accounts.join(counts, on="account_id", how="left", maintain_order="left").with_columns(
        *(pl.col(f"n_{kind}").fill_null(0) for kind in KINDS),
        pl.when(~last).then("segment").alias("segment"),
        pl.when(~last).then("renews_on").alias("renews_on"),
        pl.when(last).then(pl.lit("not_filled")).alias("segment_null_reason"),
        pl.when(last).then(pl.lit("no_contract")).alias("renews_null_reason"),
        pl.lit(None, pl.String).alias("arr_null_reason"),
        pl.lit("column_absent").alias("created_null_reason"),
    )


def _posts(facts: pl.DataFrame) -> pl.DataFrame:
    """listening_posts: every stage by every source, of which awareness is never heard."""
    heard = pl.col("sentiment").is_not_null()
    counts = facts.group_by("stage", "source").agg(
        pl.col("channel").unique().sort().alias("channels"),
        heard.sum().cast(pl.Int64).alias("n_touches"),
        pl.col("person_id").filter(heard).n_unique().cast(pl.Int64).alias("n_people"),
        *_kind_counts(),
        (~heard).sum().cast(pl.Int64).alias("n_not_heard"),
        pl.col("occurred_at").filter(heard).max().alias("last_touch_at"),
    )
    as_of = AS_OF.replace(tzinfo=None)
    limits = pl.DataFrame({"stage": STAGES[:8], "stage_order": range(1, 9), "stage_silent_after_days": [60] * 8})
    grid = limits.join(facts.select("source").unique().sort("source"), how="cross")
    if grid.is_empty():  # nothing was heard: one row a stage
        grid = limits.with_columns(pl.lit(None, pl.String).alias("source"))
    posts = grid.join(counts, on=["stage", "source"], how="left", maintain_order="left")
    return posts.with_columns(
        pl.col("^n_.*$").fill_null(0),
        (as_of - pl.col("last_touch_at")).dt.total_days().alias("days_silent"),
        (as_of - pl.col("last_touch_at").max().over("stage")).dt.total_days().alias("of_stage"),
        pl.lit("monthly").alias("rhythm"),
        pl.lit(9, pl.Int32).alias("max_days"),
    ).with_columns(
        (pl.col("days_silent") > pl.col("max_days")).fill_null(True).alias("is_silent"),
        (pl.col("of_stage") > pl.col("stage_silent_after_days")).fill_null(True).alias("is_stage_silent"),
    )


def _associations() -> pl.DataFrame:
    rows = []
    for predictor, auc in (("jsi", 0.72), ("last_nps", 0.58), ("open_tickets", 0.61), ("tenure_days", 0.5)):
        for horizon in (30, 60, 90):
            middle = auc - horizon / 1000
            found = middle > 0.6
            rows.append(
                {
                    "outcome": "churn", "predictor": predictor, "horizon_days": horizon, "stage": "all", "role": "all",
                    "n": 84, "n_events": 17, "n_heard": 71, "spearman": 0.4 * (middle - 0.5),
                    "spearman_low": 0.4 * (middle - 0.5) - 0.2, "spearman_high": 0.4 * (middle - 0.5) + 0.2,
                    "auc": middle, "auc_low": middle - 0.11, "auc_high": middle + 0.1,
                    "p_value": 0.01 if found else 0.4, "q_value": 0.03 if found else 0.5,
                    "verdict": "associated" if found else "no evidence",
                    "policy_version": POLICY, "model_version": MODEL,
                }
            )  # fmt: skip
    return pl.DataFrame(rows)


def _accounting() -> pl.DataFrame:
    loaded = AS_OF.replace(minute=0, tzinfo=None)
    rows = [
        ("salesforce", "accounts.csv", "accounts", "loaded", 130, 120, 4, 6, None),
        ("zendesk", "tickets.jsonl", "tickets,messages", "loaded", 9200, 9088, 12, 100, None),
        (
            "zendesk",
            "tickets copy.jsonl",
            "tickets,messages",
            "duplicate",
            9200,
            0,
            0,
            9200,
            "The same file came before.",
        ),
        (
            "qualtrics",
            "nps.csv",
            "survey_responses",
            "rejected",
            410,
            0,
            410,
            0,
            "nps.csv: column score is missing. Add it.",
        ),
    ]
    names = ["source", "source_file", "tables", "status", "rows_read", "rows_kept", "rows_excluded", "rows_superseded"]
    frame = pl.DataFrame(rows, schema=[*names, "message"], orient="row")
    return frame.with_columns(
        pl.col("source_file").hash().cast(pl.String).alias("file_sha256"),
        pl.lit(True).alias("is_balanced"),
        pl.col("rows_kept").alias("rows_kept_in_staging"),
        pl.lit(loaded).alias("loaded_at"),
    )


def _calls(facts: pl.DataFrame) -> pl.DataFrame:
    """call_cues: one call an episode with a touch of that channel; every fourth cannot be read."""
    number = pl.int_range(pl.len())
    is_poor = number % 4 == 3
    cues = {"talk_seconds": 300.0, "customer_talk_share": 0.46, "overlap_share": 0.031}
    counts = {"n_interruptions_by_customer": 2, "n_interruptions_by_company": 1, "longest_silence_seconds": 4.0}
    return (
        facts.filter(pl.col("channel") == "call")
        .group_by("episode_id", "account_id")
        .agg(started_at=pl.col("occurred_at").min(), last_turn_at=pl.col("occurred_at").max())
        .sort("episode_id", "account_id")
        .with_columns(
            *(pl.when(~is_poor).then(pl.lit(value)).alias(name) for name, value in (cues | counts).items()),
            call_id="episode_id",
            null_reason=pl.when(is_poor).then(pl.lit("quality")),
            floor_missed=pl.when(is_poor).then(pl.lit("confidence")),
        )
    )


def _queue(facts: pl.DataFrame) -> pl.DataFrame:
    """label_queue: texts with an answer, every other one drawn for its low confidence."""
    known = facts.filter(pl.col("text_redacted").is_not_null() & pl.col("sentiment").is_not_null())
    return known.sort("confidence", "touch_id").select(
        "touch_id", "account_id", "channel", "occurred_at", "text_redacted", "sentiment", "confidence", "model_version",
        message_id=pl.col("touch_id").str.strip_prefix("m:"),
        response_id=pl.lit(None, pl.String),
        drawn=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("uncertain")).otherwise(pl.lit("random")),
    )  # fmt: skip


def _health(touches: pl.DataFrame, weeks: list[date]) -> pl.DataFrame:
    calendar = pl.DataFrame({"week_on": weeks}, schema={"week_on": pl.Date})
    rows = touches.filter(~pl.col("channel").is_in(["survey", "product", "service"])).with_columns(
        (pl.col("occurred_at").dt.truncate("1w").dt.date() + timedelta(weeks=1)).alias("week_on")
    )
    s = pl.col("sentiment")
    return (
        rows.join(calendar, on="week_on")
        .group_by("week_on", "channel")
        .agg(
            pl.len().cast(pl.Int64).alias("n_texts"),
            (pl.len() - pl.len() // 5).cast(pl.Int64).alias("n_scored"),
            (s == -1).mean().alias("share_negative"),
            (s == 0).mean().alias("share_neutral"),
            (s == 1).mean().alias("share_positive"),
            pl.col("confidence").mean().alias("mean_confidence"),
            pl.lit(0.2).alias("share_null"),
            pl.lit(MODEL).alias("model_version"),
        )
        .sort("week_on", "channel")
    )


def _unscored(heard: bool) -> pl.DataFrame:
    rows = [
        ("ticket", "author", None, 210),
        ("email", "author", None, 40),
        ("chat", "no_consent", "withdrawn", 12),
        ("email", "no_consent", "withdrawn", 30),
        ("call", "no_consent", "recording_refused", 7),
        ("review", "language", None, 3),
    ]
    columns = {"channel": pl.String, "null_reason": pl.String, "refusal": pl.String, "n_touches": pl.Int64}
    counts = pl.DataFrame(rows if heard else [], schema=columns, orient="row")
    return counts.with_columns(pl.lit(AS_OF.replace(tzinfo=None), pl.Datetime("us")).alias("last_touch_at"))


def _manifest(generation: str, about: dict) -> dict:
    def check(asset: str, name: str, passed: bool, severity: str) -> dict:
        return {
            "asset": asset,
            "check": name,
            "passed": passed,
            "severity": severity,
            "description": f"{name} on {asset}",
        }

    return {
        "generation": generation, "as_of": AS_OF.isoformat(), "published_at": "2026-11-22T21:31:00+00:00",
        "refresh_id": "refresh-1", "policy_version": POLICY, "model_version": MODEL, "is_sample_company": True,
        "tables": about,
        "checks": [
            check("raw/tickets", "every_row_is_accounted_for", True, "error"),
            check("scored/touch_scores", "label_mix_has_not_drifted", False, "warn"),
            check("marts/jsi_by_account_week", "jsi_between_0_and_100", True, "error"),
        ],
        "sources": [
            {"source": "salesforce", "last_loaded_at": "2026-11-22T21:00:00+00:00", "is_stale": False, "message": None},
            {"source": "qualtrics", "last_loaded_at": "2026-11-22T21:00:00+00:00", "is_stale": True,
             "message": "nps.csv: column score is missing. Add it."},
        ],
    }  # fmt: skip
