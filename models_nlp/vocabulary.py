"""The fixed lists and column names of this room: a leaf that imports nothing heavy.

Belongs here: names that other rooms may read (emotions, reasons, score columns). Does not: word lists, logic.
"""

from __future__ import annotations

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
# Why a touch has no sentiment: missing is never neutral.
NULL_REASONS = ("no_consent", "language", "empty", "quality", "auto_reply", "author", "speaker_unknown", "no_model")
# Order of the classes in every probability array of this room; CLASS_VALUES says what each means.
CLASSES = ("negative", "neutral", "positive")
CLASS_VALUES = (-1, 0, 1)

# What a redacted value becomes. Fixed, because tokeniser, language gate and tests all know them.
# At most six letters each: the tokeniser keeps such a word in brackets whole.
PLACEHOLDERS = (
    *("[email]", "[phone]", "[card]", "[iban]", "[ip]", "[ssn]", "[url]", "[handle]"),
    *("[id]", "[name]", "[order]", "[secret]", "[street]"),
)

# A cleaned text is cut to this many characters, at a word's end: about 1 200 words, more than any touch needs.
MAX_TEXT_LENGTH = 8_000


def score_schema() -> dict:
    """Column name → polars type of what ``Scorer.score`` returns, in order."""
    import polars as pl

    return {
        "text_redacted": pl.String(),
        "text_hash": pl.String(),
        "language": pl.String(),
        "sentiment": pl.Int8(),
        "p_negative": pl.Float64(),
        "p_neutral": pl.Float64(),
        "p_positive": pl.Float64(),
        "confidence": pl.Float64(),
        "emotion": pl.String(),
        "emotion_intensity": pl.Float64(),
        "intents": pl.List(pl.String()),
        "root_causes": pl.List(pl.String()),
        "effort": pl.Float64(),
        "resolution": pl.String(),
        "evidence_words": pl.List(pl.String()),
        "unknown_share": pl.Float64(),
        "null_reason": pl.String(),
        "model_version": pl.String(),
        "taxonomy_version": pl.String(),
    }
