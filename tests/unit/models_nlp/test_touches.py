"""Which raw rows become scored rows, who may be scored, and what the cache saves."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_nlp import eligibility, touches
from models_nlp.touches import score_touches, touch_scores_schema
from tests.examples import examples

T0, T1, T2 = (datetime(2027, 1, day, tzinfo=UTC) for day in (1, 2, 3))

MESSAGES = pl.DataFrame(
    [
        ("m1", "h1", "email", "customer", "The support was great", "p1"),
        ("m2", "h2", "email", "agent", "How can I help you?", "p1"),
        ("m3", "h3", "chat", "customer", "This is terrible", "p2"),
        ("m4", "h4", "call", "customer", "I am very happy", "p3"),
        ("m5", "h5", "chat", "customer", "I am very happy", "p3"),
        ("m6", "h6", "review", "customer", None, None),
        ("m7", "h7", "email", "customer", "The support was great", None),
        ("m7", "h7", "email", "customer", "The support was great", None),
    ],
    schema=["message_id", "row_hash", "channel", "author_kind", "body", "person_id"],
    orient="row",
).with_columns(sent_at=pl.lit(T2))
RESPONSES = pl.DataFrame(
    [("s1", "h1", "Easy to use", "p1"), ("s2", "h8", None, "p1"), ("s3", "h9", "  ", "p1"), ("s4", "h10", "bad", "p2")],
    schema=["response_id", "row_hash", "verbatim", "person_id"],
    orient="row",
).with_columns(answered_at=pl.lit(T2))
CONSENTS = pl.DataFrame(
    [
        ("p1", "feedback_analysis", T0, "denied", "a"),
        ("p1", "feedback_analysis", T1, "granted", "b"),
        ("p2", "feedback_analysis", T1, "denied", "c"),
        ("p2", "feedback_analysis", T0, "granted", "d"),
        ("p3", "call_recording", T0, "denied", "e"),
    ],
    schema={
        "person_id": pl.String(),
        "purpose": pl.String(),
        "recorded_at": pl.Datetime("us", "UTC"),
        "state": pl.String(),
        "row_hash": pl.String(),
    },
    orient="row",
)


@pytest.fixture(scope="module")
def scored(scorer):
    return score_touches(MESSAGES, RESPONSES, CONSENTS, scorer)


def test_who_refuses_now_is_not_read_and_a_refused_call_is_only_a_call():
    reasons = eligibility.null_reasons(MESSAGES, CONSENTS).to_list()
    assert reasons == [None, "author", "no_consent", "no_consent", None, None, None, None]


def test_what_is_no_customers_word_is_kept_out_and_counted(scorer):
    replied = "It works now.\n\nOn Mon, 3 May 2027 at 10:00, Support wrote:\n> Does it work?"
    signed = "The export is slow.\n\nKind regards\nAda\nHead of Data"
    rows = [
        ("h1", "agent", True, "How can I help?"),
        ("h2", "bot", True, "Your ticket was received"),
        ("h3", "customer", False, "They are cross"),
        ("h4", "agent", False, "Call them"),
        ("h5", "customer", True, replied),
        ("h6", "customer", None, signed),
        ("h7", "customer", True, "Automatic reply: I am away."),
        ("h8", "unknown", True, "Hello?"),
        ("h9", "withheld", True, None),
    ]
    messages = pl.DataFrame(rows, schema=["row_hash", "author_kind", "is_public", "body"], orient="row").with_columns(
        message_id="row_hash", channel=pl.lit("email"), sent_at=pl.lit(T2), person_id=pl.lit(None, pl.String)
    )
    tally = Counter()
    frame, _ = score_touches(messages, RESPONSES.clear(), CONSENTS, scorer, tally=tally)
    reasons = dict(frame.select("row_hash", "null_reason").rows())
    assert reasons == dict.fromkeys(("h1", "h2", "h3", "h4"), "author") | {
        "h5": None,
        "h6": None,
        "h7": "auto_reply",
        "h8": "speaker_unknown",
        "h9": "no_consent",
    }
    assert frame.filter(row_hash="h5")["text_redacted"].item() == "It works now."
    assert tally == {
        "of agents": 1,
        "of bots": 1,
        "private notes": 2,
        "quoted replies cut off": 1,
        "signatures cut off": 1,
    }


def test_a_newer_version_of_the_same_consent_wins_and_a_deleted_one_is_none():
    versions = CONSENTS.filter(pl.col("person_id") == "p2").with_columns(
        updated_at=pl.lit(T1), is_deleted=pl.lit(False)
    )
    withdrawn = versions.with_columns(updated_at=pl.lit(T2), is_deleted=pl.lit(True))
    assert eligibility.refusals(versions)["person_id"].to_list() == ["p2"]
    assert eligibility.refusals(pl.concat([versions, withdrawn])).is_empty()
    assert eligibility.refusals(pl.concat([withdrawn, versions])).is_empty()


def test_a_refusal_held_until_the_next_word_and_the_last_one_holds_for_all_that_was_ever_said():
    """What p1 said while their refusal held stays unread after they agree; p2 agreed, and took it back later."""
    times = pl.Series([T0 - timedelta(days=1), T0, T1 - timedelta(seconds=1), T1, T2], dtype=pl.Datetime("us", "UTC"))
    said = pl.DataFrame({"sent_at": times, "author_kind": ["customer"] * 5, "channel": ["email"] * 5})
    spoken = {p: said.with_columns(person_id=pl.lit(p)) for p in ("p1", "p2", "p3")}
    reasons = {p: eligibility.null_reasons(rows, CONSENTS).to_list() for p, rows in spoken.items()}
    assert reasons["p1"] == [None, "no_consent", "no_consent", None, None]
    assert reasons["p2"] == ["no_consent"] * 5
    assert reasons["p3"] == [None] * 5
    call = spoken["p3"].with_columns(channel=pl.lit("call"))
    assert eligibility.null_reasons(call, CONSENTS).to_list() == ["no_consent"] * 5


@given(
    words=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.sampled_from(["granted", "denied"]))),
    texts=st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 6)), min_size=1),
)
@examples(60)
def test_who_may_be_heard_is_what_a_reader_of_the_words_in_order_would_say(words, texts):
    day = {n: T0 + timedelta(days=n) for n in range(7)}
    schema = {name: CONSENTS.schema[name] for name in ("person_id", "purpose", "recorded_at", "state")}
    rows = sorted({(p, n): (p, n, said) for p, n, said in words}.values())
    consents = pl.DataFrame([(p, "feedback_analysis", day[n], s) for p, n, s in rows], schema=schema, orient="row")
    said = pl.DataFrame(
        {
            "person_id": pl.Series([p for p, _ in texts], dtype=pl.String),
            "sent_at": pl.Series([day[n] for _, n in texts], dtype=pl.Datetime("us", "UTC")),
        }
    )

    def is_refused(person: str | None, at: int) -> bool:
        theirs = [(n, s) for p, n, s in rows if p == person]
        then = [s for n, s in theirs if n <= at]
        return then[-1:] == ["denied"] or [s for _, s in theirs][-1:] == ["denied"]

    expected = ["no_consent" if is_refused(p, n) else None for p, n in texts]
    assert eligibility.null_reasons(said, consents).to_list() == expected
    assert eligibility.null_reasons(said, consents.reverse()).to_list() == expected


def test_there_is_one_row_per_text_bearing_raw_row_version(scored):
    frame, _ = scored
    assert dict(frame.schema) == touch_scores_schema()
    rows = frame.select("table_name", "row_hash").rows()
    assert rows == sorted(
        [("messages", f"h{n}") for n in range(1, 8)] + [("survey_responses", "h1"), ("survey_responses", "h10")]
    )
    assert set(frame.filter(pl.col("table_name") == "survey_responses")["channel"]) == {"survey"}


def test_a_text_without_consent_leaves_no_trace(scored):
    frame, cache = scored
    refused = frame.filter(pl.col("null_reason").is_in(["no_consent", "author"]))
    assert refused.height == 4
    for column in ("text_redacted", "text_hash", "language", "sentiment", "emotion"):
        assert refused[column].null_count() == refused.height
    assert refused["evidence_words"].to_list() == [[]] * 4
    assert "text_redacted" not in cache.columns


def test_a_message_without_a_body_is_empty_not_lost(scored):
    frame, _ = scored
    assert frame.filter(pl.col("row_hash") == "h6")["null_reason"].to_list() == ["empty"]


def test_known_texts_are_not_scored_again_and_the_result_is_the_same(scorer, scored):
    frame, cache = scored
    again, new = score_touches(MESSAGES, RESPONSES, CONSENTS, scorer, cache)
    assert new.height == 0
    assert again.equals(frame)
    more = MESSAGES.head(1).with_columns(body=pl.lit("A new text"), row_hash=pl.lit("h99"))
    _, new = score_touches(pl.concat([MESSAGES, more]), RESPONSES, CONSENTS, scorer, cache)
    assert new.height == 1


def test_scores_of_another_model_version_are_not_reused(scorer, scored):
    frame, cache = scored
    other = cache.with_columns(model_version=pl.lit("jsi_en-0.0.1+00000000"), sentiment=pl.lit(0, dtype=pl.Int8))
    again, new = score_touches(MESSAGES, RESPONSES, CONSENTS, scorer, other)
    assert new.height == cache.height
    assert again.equals(frame)


def test_frames_without_rows_give_frames_without_rows(scorer):
    frame, cache = score_touches(MESSAGES.clear(), RESPONSES.clear(), CONSENTS.clear(), scorer)
    assert dict(frame.schema) == touch_scores_schema()
    assert dict(cache.schema) == touches.cache_schema()
    assert frame.is_empty()
    assert cache.is_empty()
