"""Suite of the scores: one row per text-bearing raw row, complete and sane.

Belongs here: what ``scored/touch_scores.parquet`` must look like. Does not: whether a mix has moved (``drift``),
how good the scores are (the model card).
"""

from __future__ import annotations

from concurrent.futures import Executor

import polars as pl

from expectations import statements as st
from expectations import thresholds
from expectations.judge import judge
from expectations.results import CheckResult
from expectations.statements import Statement, Suite

TABLE = "touch_scores"
COLUMNS = (
    "table_name",
    "row_hash",
    "channel",
    "text_redacted",
    "text_hash",
    "language",
    "sentiment",
    "p_negative",
    "p_neutral",
    "p_positive",
    "confidence",
    "emotion",
    "emotion_intensity",
    "intents",
    "root_causes",
    "effort",
    "resolution",
    "evidence_words",
    "unknown_share",
    "null_reason",
    "model_version",
)
CHANNELS = (
    "survey",
    "ticket",
    "chat",
    "email",
    "call",
    "social",
    "community",
    "review",
    "product",
    "service",
    "unknown",
)
NULL_REASONS = ("no_consent", "language", "empty", "quality", "auto_reply", "author", "speaker_unknown", "no_model")
EMOTIONS = (
    "joy",
    "gratitude",
    "trust",
    "surprise",
    "confusion",
    "disappointment",
    "frustration",
    "anger",
    "fear",
    "sadness",
    "none",
)
ROOT_CAUSES = (
    "product_defect",
    "missing_feature",
    "usability",
    "performance",
    "reliability",
    "pricing",
    "billing",
    "contract",
    "policy_change",
    "onboarding_gap",
    "support_quality",
    "response_time",
    "competitor",
    "data_quality",
    "other",
)
RESOLUTIONS = ("resolved", "unresolved", "unknown")
PROBABILITIES = ("p_negative", "p_neutral", "p_positive")

_HAS_SENTIMENT = "sentiment.notnull()"
_HAS_NONE = "sentiment.isnull()"
_SLACK = thresholds.PROBABILITY_TOLERANCE
_SCORER = "Mend the scorer in models_nlp/ and score again; scores of this model version must not be published."


def check_scored(frame: pl.DataFrame, elsewhere: Executor | None = None) -> list[CheckResult]:
    """Judge ``touch_scores`` by its suite: one result per statement.

    The first call in a process imports Great Expectations, which takes seconds; ``elsewhere`` is a process that has
    done so already.
    """
    return judge([(suite(), frame)], elsewhere)


def suite() -> Suite:
    """The suite of ``touch_scores``."""
    return Suite(
        table=TABLE,
        columns=COLUMNS,
        statements=_STATEMENTS,
        derived={
            # 1 or null: the text itself need not leave the frame to be judged.
            "kept_text": pl.when(pl.col("text_redacted").is_not_null()).then(1),
            # A text whose words retention has taken keeps the version that read it.
            "version_of_kept_words": pl.when(pl.col("text_redacted").ne_missing("[expired]")).then("model_version"),
            "p_sum": pl.sum_horizontal(*PROBABILITIES, ignore_nulls=False),
            "n_unlisted_root_causes": pl.col("root_causes").list.set_difference(list(ROOT_CAUSES)).list.len(),
        },
    )


_STATEMENTS = (
    Statement(
        "each_text_has_one_score",
        "One row per raw row: table and row hash are filled and never repeat.",
        (
            st.filled("table_name"),
            st.filled("row_hash"),
            st.listed("table_name", ("messages", "survey_responses")),
            st.unique("table_name", "row_hash", about="table_name and row_hash are unique"),
        ),
        "Score distinct row hashes only: two deliveries of one row share their score.",
    ),
    Statement(
        "sentiment_is_minus_one_zero_or_one",
        "Sentiment is −1, 0, +1 or null.",
        (st.listed("sentiment", (-1, 0, 1)),),
        _SCORER,
    ),
    Statement(
        "a_text_without_sentiment_says_why",
        "Where sentiment is null a reason of the list stands beside it: missing is never silent.",
        (
            st.filled("null_reason", _HAS_NONE, "a null sentiment has its reason"),
            st.listed("null_reason", NULL_REASONS),
        ),
        _SCORER,
    ),
    Statement(
        "a_text_with_sentiment_has_no_excuse",
        "Where sentiment is known there is no reason for its absence.",
        (st.empty("null_reason", _HAS_SENTIMENT, "a known sentiment has no null_reason"),),
        _SCORER,
    ),
    Statement(
        "probabilities_sum_to_one",
        "The three probabilities are filled where sentiment is, lie between 0 and 1 and sum to 1.",
        (
            *(st.filled(p, _HAS_SENTIMENT, f"{p} is filled where sentiment is") for p in PROBABILITIES),
            *(st.between(p, -_SLACK, 1 + _SLACK) for p in PROBABILITIES),
            st.between("p_sum", 1 - _SLACK, 1 + _SLACK, "probabilities sum to 1"),
        ),
        _SCORER,
    ),
    Statement(
        "confidence_lies_between_a_third_and_one",
        "Confidence is filled where sentiment is and lies between 1/3 and 1; the share of unknown words is a share.",
        (
            st.filled("confidence", _HAS_SENTIMENT, "confidence is filled where sentiment is"),
            st.between("confidence", thresholds.LOWEST_CONFIDENCE, 1 + _SLACK),
            st.between("unknown_share", -_SLACK, 1 + _SLACK),
        ),
        _SCORER,
    ),
    Statement(
        "text_is_withheld_exactly_without_consent",
        "Redacted text is null where consent is missing, and else only where no customer wrote it.",
        (
            st.empty("kept_text", "null_reason == 'no_consent'", "text without consent is withheld"),
            st.filled(
                "kept_text",
                "not null_reason in ['no_consent', 'author', 'speaker_unknown']",
                "a customer's text with consent is kept",
            ),
        ),
        "Settle consent before scoring (models_nlp/eligibility.py); text without consent must leave the store.",
    ),
    Statement(
        "all_scores_come_from_one_model",
        "One model version throughout: versions are never mixed silently.",
        (
            st.at_most_distinct("version_of_kept_words", 1),
            st.filled("model_version", _HAS_SENTIMENT, "model_version is filled where sentiment is"),
        ),
        "Score everything again with the present model.",
    ),
    Statement(
        "channels_are_listed",
        "Each score names a channel of the fixed list.",
        (st.filled("channel"), st.listed("channel", CHANNELS)),
        "Translate the channel in the vendor's reader.",
        severity="warn",
    ),
    Statement(
        "emotions_are_listed_with_their_intensity",
        "Emotion is of the fixed list or none, its intensity between 0 and 1.",
        (st.listed("emotion", EMOTIONS), st.between("emotion_intensity", -_SLACK, 1 + _SLACK)),
        _SCORER,
    ),
    Statement(
        "causes_efforts_and_resolutions_are_listed",
        "Root causes and resolution are of their fixed lists; effort lies between 1 and 7.",
        (
            st.between("n_unlisted_root_causes", 0, 0, "root_causes are listed"),
            st.between("effort", 1, 7),
            st.listed("resolution", RESOLUTIONS),
        ),
        _SCORER,
    ),
)
