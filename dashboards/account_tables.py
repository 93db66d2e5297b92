"""The rows of the account page: its touches, its receipt, its survey answers; texts that a search found.

Belongs here: pure functions frame → frame about one account. Does not: reading, drawing, other pages' rows
(``tables``, ``health_tables``). Customers' text passes through unchanged: the page shows it where nothing is rendered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from dashboards import reasons, wording

START = 50.0
PRIOR = "prior"
# More rows than anyone reads make a page slow; the page says how many there are.
TOUCHES_SHOWN = 500
# Points are published unrounded and the index to four decimals; METHOD promises 0.01.
RECEIPT_TOLERANCE = 0.01
# A step below this reads as 0.0 points.
VISIBLE = 0.05
# Words so far before or after an answer still speak of the same time.
FORTNIGHT = timedelta(days=14)

_FEELINGS = {1: "▲ happy", 0: "● neutral", -1: "▼ unhappy"}


@dataclass(frozen=True)
class ReceiptSum:
    """What the index of an account is made of, in points: 50 + prior + happy + unhappy = total."""

    prior: float
    happy: float
    unhappy: float
    n_happy: int
    n_neutral: int
    n_unhappy: int
    jsi: float

    @property
    def total(self) -> float:
        """50 and all points."""
        return START + self.prior + self.happy + self.unhappy

    @property
    def agrees(self) -> bool:
        """Whether the sum is the published index, to 0.01."""
        return abs(self.total - self.jsi) <= RECEIPT_TOLERANCE

    def words(self) -> str:
        """The sum written out: ``50 + 18.42 (31 happy touches) − 6.11 (12 unhappy touches) = 62.31``."""
        parts = [
            f"{_signed(self.happy)} ({_touches(self.n_happy, 'happy')})",
            f"{_signed(self.unhappy, '−')} ({_touches(self.n_unhappy, 'unhappy')})",
        ]
        if abs(self.prior) >= 0.005:
            parts.insert(0, f"{_signed(self.prior)} (starting assumption)")
        if self.n_neutral:
            parts.append(f"± 0.00 ({_touches(self.n_neutral, 'neutral')})")
        return f"50 {' '.join(parts)} = {self.total:.2f}"


def receipt_sum(receipt: pl.DataFrame, jsi: float) -> ReceiptSum:
    """receipt: jsi_receipts of one account; jsi: its published index of that week."""

    def points_and_count(rows: pl.DataFrame) -> tuple[float, int]:
        return float(rows["points"].sum()), rows.height

    touches = receipt.filter(pl.col("touch_id") != PRIOR)
    happy, n_happy = points_and_count(touches.filter(pl.col("sentiment") == 1))
    unhappy, n_unhappy = points_and_count(touches.filter(pl.col("sentiment") == -1))
    prior = float(receipt.filter(pl.col("touch_id") == PRIOR)["points"].sum())
    return ReceiptSum(prior, happy, unhappy, n_happy, touches.height - n_happy - n_unhappy, n_unhappy, jsi)


def receipt_steps(receipt: pl.DataFrame, jsi: float) -> pl.DataFrame:
    """A waterfall from 50 to the index: label, start, end, points, kind (total, up, down), note, rank.

    One step a channel, the strongest first, those of no visible points in one; a prior of none is left out.
    """
    by_channel = (
        receipt.filter(pl.col("touch_id") != PRIOR)
        .group_by("channel")
        .agg(pl.col("points").sum(), pl.len().alias("n"))
        .sort([pl.col("points").abs(), "channel"], descending=[True, False])
    )
    prior = float(receipt.filter(pl.col("touch_id") == PRIOR)["points"].sum())
    visible = by_channel.filter(pl.col("points").abs() >= VISIBLE)
    moves = [(wording.plain(c), p, wording.count(n, "touch", "touches")) for c, p, n in visible.iter_rows()]
    if visible.height < by_channel.height:
        rest = by_channel.filter(pl.col("points").abs() < VISIBLE)
        label = f"{rest.height} others" if visible.height else wording.count(rest.height, "channel")
        moves.append((label, float(rest["points"].sum()), wording.count(int(rest["n"].sum()), "touch", "touches")))
    if abs(prior) >= 0.005:
        moves.insert(0, ("starting assumption", prior, ""))
    rows, level = [("start", 0.0, START, START, "total", "balanced")], START
    for label, points, note in moves:
        rows.append((label, level, level + points, points, "up" if points >= 0 else "down", note))
        level += points
    rows.append(("index", 0.0, jsi, jsi, "total", ""))
    steps = pl.DataFrame(rows, schema=["label", "start", "end", "points", "kind", "note"], orient="row")
    texts = [
        wording.score(r["end"]) if r["kind"] == "total" else wording.points(r["points"], unit=False)
        for r in steps.iter_rows(named=True)
    ]
    return steps.with_columns(pl.Series("text", texts, dtype=pl.String)).with_row_index("rank")


def in_words(facts: pl.DataFrame) -> pl.DataFrame:
    """The touches in which a customer said something that may be read."""
    return facts.filter(pl.col("text_redacted").is_not_null())


def touches(facts: pl.DataFrame, receipt: pl.DataFrame) -> pl.DataFrame:
    """The account's touches, newest first, in words, with the points each one gives to today's index.

    facts: fct_touches of one account, or a part of it; at most TOUCHES_SHOWN rows come back.
    """
    points = receipt.filter(pl.col("touch_id") != PRIOR).select("touch_id", "points")
    newest = facts.sort(["occurred_at", "touch_id"], descending=[True, False], nulls_last=True).head(TOUCHES_SHOWN)
    rows = newest.join(points, on="touch_id", how="left", maintain_order="left")
    feelings = [feeling(*pair) for pair in rows.select("sentiment", "null_reason").iter_rows()]
    return rows.select(
        "occurred_at",
        _words("channel"),
        pl.Series("feeling", feelings, dtype=pl.String),
        "text_redacted",
        pl.col("evidence_words").list.join(", ").replace("", None).alias("evidence_words"),
        pl.col("root_cause").list.join(", ").str.replace_all("_", " ").replace("", None).alias("root_cause"),
        "points",
        "confidence",
        _given_by(),
        _given_by_in_full(),
        "source",
        "native_score",
        "native_scale",
        _words("stage"),
        _words("role"),
        "emotion",
        "episode_id",
        "touch_id",
    )


def _given_by() -> pl.Expr:
    """What gave the label, short enough for a column: ``model jsi_en 0.1.0``, ``rule usage trend``, ``rating``."""
    corrected = pl.when(pl.col("model_version").str.contains(".cal-", literal=True)).then(pl.lit(", corrected"))
    model = pl.col("model_version").str.replace(r"\+.*$", "") + corrected.otherwise(pl.lit(""))
    return (
        pl.when(pl.col("sentiment").is_null())
        .then(None)
        .when(pl.col("sentiment_source") == "model")
        .then(pl.format("model {}", model.str.replace(r"-(\d)", " ${1}")))
        .when(pl.col("sentiment_source") == "rule")
        .then(pl.format("rule {}", _words("rule_id")))
        .otherwise(_words("sentiment_source"))
        .alias("given_by")
    )


def _given_by_in_full() -> pl.Expr:
    """The same as it is published: the model's whole version; the rule, or the rating's scale, and the policy's."""
    return (
        pl.when(pl.col("sentiment").is_null())
        .then(None)
        .when(pl.col("sentiment_source") == "model")
        .then(pl.format("model {}", "model_version"))
        .when(pl.col("sentiment_source") == "rule")
        .then(pl.format("rule {}, {}", "rule_id", "policy_version"))
        .otherwise(pl.format("rating {}, {}", "native_scale", "policy_version"))
        .alias("given_by_in_full")
    )


def found(texts: pl.DataFrame, labels: dict[str, str]) -> pl.DataFrame:
    """Texts that a search found, in its order, in words; labels: account_id → what the account is called."""
    feelings = [feeling(*pair) for pair in texts.select("sentiment", "null_reason").iter_rows()]
    return texts.select(
        "occurred_at",
        pl.col("account_id").replace_strict(labels, default="no account", return_dtype=pl.String).alias("account"),
        "text_redacted",
        pl.Series("feeling", feelings, dtype=pl.String),
        _words("stage"),
        _words("channel"),
        "source",
    )


def survey_answers(facts: pl.DataFrame) -> pl.DataFrame:
    """Survey ratings of the account, each on its own scale and laid onto 0–100 beside the index, newest first.

    Columns: occurred_at, survey (NPS, CSAT …), native_score, native_scale, position (100 = the happy end).
    """
    rows = facts.filter(
        (pl.col("sentiment_source") == "rating")
        & pl.col("touchpoint").str.starts_with("survey/")
        & pl.col("native_score").is_not_null()
    )
    scale = pl.col("native_scale").str.extract_groups(r"^(?<low>\S+) to (?<high>\S+), (?<which>higher|lower)")
    low, high = (scale.struct.field(end).cast(pl.Float64, strict=False) for end in ("low", "high"))
    share = (pl.col("native_score") - low) / (high - low)
    survey = pl.col("touchpoint").str.split("/").list.last().map_elements(wording.plain, return_dtype=pl.String)
    position = pl.when(scale.struct.field("which") == "lower").then(1 - share).otherwise(share)
    return rows.select(
        "occurred_at",
        survey.alias("survey"),
        "native_score",
        "native_scale",
        (100 * position).alias("position"),
    ).sort("occurred_at", descending=True)


def survey_summary(answers: pl.DataFrame) -> pl.DataFrame:
    """One row a kind of survey and scale: n, the mean on its own scale, the latest answer and its day."""
    return (
        answers.group_by("survey", "native_scale")
        .agg(
            pl.len().alias("n_answers"),
            pl.col("native_score").mean().alias("mean_score"),
            pl.col("native_score").first().alias("latest_score"),
            pl.col("occurred_at").first().alias("latest_at"),
        )
        .sort("n_answers", "survey", descending=[True, False])
    )


def words_beside_scores(facts: pl.DataFrame) -> str:
    """How often what a customer's words seem to say is not what they answered, in one line.

    Beside each answer stand the texts of its episode; where there are none, those of the same fortnight: at most 14
    days before or after. Their feeling is that of the majority; it differs where the answer's own is another.
    """
    heard = facts.filter(pl.col("sentiment").is_not_null())
    answers = heard.filter(pl.col("sentiment_source") == "rating").select(
        "touch_id", "episode_id", "occurred_at", answered="sentiment"
    )
    texts = heard.filter(pl.col("sentiment_source") == "model").select("episode_id", "occurred_at", said="sentiment")
    of_episode = answers.join(texts.drop("occurred_at"), on="episode_id").select("touch_id", "answered", "said")
    dated = texts.select("said", said_at="occurred_at")
    of_fortnight = (
        answers.join(of_episode, on="touch_id", how="anti")
        .with_columns(since=pl.col("occurred_at") - FORTNIGHT, until=pl.col("occurred_at") + FORTNIGHT)
        .join_where(dated, pl.col("said_at") >= pl.col("since"), pl.col("said_at") <= pl.col("until"))
        .select("touch_id", "answered", "said")
    )
    beside = pl.concat([of_episode, of_fortnight])
    pairs = beside.group_by("touch_id").agg(pl.col("answered").first(), said=pl.col("said").sum().sign())
    if pairs.is_empty():
        return "No answer has words of the same episode or fortnight beside it."
    gap = pairs.select(pl.col("said") - pl.col("answered")).to_series()
    n_happier, n_unhappier = int((gap > 0).sum()), int((gap < 0).sum())
    n_differ = n_happier + n_unhappier
    alone = answers.height - pairs.height
    return (
        f"Words and scores differ in {n_differ} of {wording.count(pairs.height, 'answer')} "
        f"({wording.share(n_differ / pairs.height)}): the words are happier in {n_happier}, "
        f"less happy in {n_unhappier}."
        + (f" {wording.count(alone, 'answer')} {'has' if alone == 1 else 'have'} no words near." if alone else "")
    )


def feeling(sentiment: int | None, null_reason: str | None = None) -> str:
    """What a touch says, or why that is not known."""
    if sentiment is not None:
        return _FEELINGS[sentiment]
    return f"not known: {reasons.not_scored(null_reason)}"


def _words(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all("_", " ")


def _touches(n: int, feeling: str) -> str:
    return wording.count(n, f"{feeling} touch", f"{feeling} touches")


def _signed(points: float, sign_of_nothing: str = "+") -> str:
    sign = "+" if points > 0 else "−" if points < 0 else sign_of_nothing
    return f"{sign} {abs(points):.2f}"
