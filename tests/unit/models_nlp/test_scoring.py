"""The door: one row per text, in order, redacted, calibrated, with evidence, with a reason where there is no score."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from models_nlp import corpus, scoring
from models_nlp.vocabulary import CLASSES, EMOTIONS, RESOLUTIONS, ROOT_CAUSES, score_schema
from models_nlp.words import Batch
from tests.growth import grows_in_step

TEXTS = [
    "The support was great, thank you!",
    "please send me the invoice",
    "Terrible. The app keeps crashing and nobody answers.",
    "Call me at +44 20 7946 0958 or mail ann@example.com",
    "",
    None,
    "👍",
    "Der Support antwortet leider nie auf meine Fragen",
    "ok",
]


@pytest.fixture(scope="module")
def scores(scorer):
    return scorer.score(TEXTS, ["email"] * len(TEXTS))


def test_there_is_one_row_per_text_in_order_with_the_agreed_columns(scores):
    assert dict(scores.schema) == score_schema()
    assert scores.height == len(TEXTS)
    assert scores["text_redacted"][1] == "please send me the invoice"
    assert scores["text_redacted"][3] == "Call me at [phone] or mail [email]"


def test_plain_feelings_and_plain_requests_are_told_apart(scores):
    assert scores["sentiment"].to_list() == [1, 0, -1, 0, None, None, 1, None, 0]


def test_a_missing_score_has_a_reason_and_is_never_neutral(scores):
    assert scores["null_reason"].to_list() == [None, None, None, None, "empty", "empty", None, "language", None]
    missing = scores.filter(scores["null_reason"].is_not_null())
    for column in ("sentiment", "confidence", "p_neutral", "emotion", "effort", "resolution"):
        assert missing[column].null_count() == missing.height


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[email]", "empty"),
        ("a@example.com", "empty"),
        ("12345 678", "quality"),
        ("a" * 500, "quality"),
        ('{"status": "ok", "items": [1, 2]}', "quality"),
        ("Не могу войти в свой аккаунт", "language"),
        ("\u200f\u202e\u200b", "empty"),
        ("<div></div>", "empty"),
    ],
)
def test_what_cannot_be_read_says_why(score_one, text, reason):
    row = score_one(text)
    assert (row["sentiment"], row["null_reason"]) == (None, reason)


def test_probabilities_sum_to_one_and_confidence_is_that_of_the_chosen_class(scores):
    for row in scores.filter(scores["sentiment"].is_not_null()).iter_rows(named=True):
        probabilities = {-1: row["p_negative"], 0: row["p_neutral"], 1: row["p_positive"]}
        assert sum(probabilities.values()) == pytest.approx(1, abs=2e-6)
        assert row["confidence"] == probabilities[row["sentiment"]] == max(probabilities.values())
        assert row["emotion"] in (*EMOTIONS, "none")
        assert 0 <= row["emotion_intensity"] <= 1
        assert set(row["root_causes"]) <= set(ROOT_CAUSES)
        assert row["resolution"] in RESOLUTIONS


def test_the_evidence_names_words_and_weights(score_one):
    assert score_one("The agent was terrible")["evidence_words"][0] == "terrible −2.5"
    assert any(word.startswith("not good ") for word in score_one("that was not good")["evidence_words"])
    learned = score_one("my flight got postponed overnight, stuck in the airport hotel")["evidence_words"]
    assert any("≈" in word for word in learned)


def test_identical_texts_are_scored_once(scorer, monkeypatch):
    seen = []
    read = scorer._read
    monkeypatch.setattr(scorer, "_read", lambda texts, channels: seen.extend(texts) or read(texts, channels))
    frame = scorer.score(["same words", "same  words", "other words", "same words"], ["chat", "chat", "chat", "email"])
    assert sorted(seen) == ["other words", "same words", "same words"]  # once per (text, channel)
    assert frame["text_hash"][0] == frame["text_hash"][1] != frame["text_hash"][3]


def test_order_and_batch_size_change_no_score(scorer, monkeypatch):
    texts = [example.text for example in corpus.own_sentences()]
    frame = scorer.score(texts, ["email"] * len(texts))
    order = list(range(len(texts)))
    random.Random(3).shuffle(order)
    monkeypatch.setattr(scoring, "BATCH_SIZE", 7)
    assert scorer.score([texts[i] for i in order], ["email"] * len(texts)).equals(frame[order])


def test_a_fresh_scorer_gives_the_same_scores_as_one_that_has_seen_other_texts(scorer, scores):
    assert scoring.load().score(TEXTS, ["email"] * len(TEXTS)).equals(scores)


def test_progress_counts_up_to_the_number_of_distinct_texts(scorer):
    calls = []
    scorer.score(
        ["one thing", "two things", "one thing"], ["chat"] * 3, lambda done, total: calls.append((done, total))
    )
    assert calls[-1] == (2, 2)


def test_lists_of_different_length_are_refused(scorer):
    with pytest.raises(ValueError, match="one channel per text"):
        scorer.score(["a", "b"], ["chat"])


def test_no_texts_give_an_empty_frame_of_the_same_shape(scorer):
    assert dict(scorer.score([], []).schema) == score_schema()


@pytest.mark.parametrize(
    "unit", ["not good but ", "error again ", "while good ", "very ", ":) ", "a, ", "é" * 9 + " ", "!? "]
)
def test_the_time_to_score_a_long_text_grows_with_its_length_only(scorer, unit):
    scorer.score(["warm up, please and thank you"], ["chat"])
    text = (unit * 50_000)[:100_000]
    assert scorer.score([text], ["chat"]).height == 1
    assert grows_in_step(lambda part: scorer.score([part], ["chat"]), text[:25_000], text)


def test_short_business_sentences_are_read_as_people_read_them(scorer):
    examples = corpus.own_sentences()
    frame = scorer.score([e.text for e in examples], ["ticket"] * len(examples))
    right = sum(s == e.label - 1 for s, e in zip(frame["sentiment"], examples, strict=True))
    assert right / len(examples) > 0.85


def test_importing_the_room_is_free():
    code = (
        "import sys, models_nlp.scoring, models_nlp.touches, models_nlp.eligibility; "
        "print([m for m in ('spacy', 'sklearn', 'scipy', 'py3langid', 'yaml') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_pipeline_reads_a_text_as_the_scorer_does(scorer):
    texts = [example.text for example in corpus.own_sentences()] + ["SOOO good!!", "not   two\nspaces", "👍 x :)", "?"]
    frame = scorer.score_prepared(scorer.prepare(texts, ["chat"] * len(texts)).unique("text_hash", maintain_order=True))
    redacted = scorer.prepare(texts, ["chat"] * len(texts)).unique("text_hash", maintain_order=True)["text_redacted"]
    for doc, row in zip(scorer.nlp.pipe(redacted), frame.iter_rows(named=True), strict=True):
        if row["null_reason"] is None:
            assert [round(doc.cats[name], 6) for name in CLASSES] == [row[f"p_{name}"] for name in CLASSES]
            tags = doc._.jsi_tags
            assert (tags.emotion, list(tags.intents), tags.effort) == (row["emotion"], row["intents"], row["effort"])


def test_a_scorer_whose_memory_of_words_is_full_starts_anew_and_says_the_same(scores, monkeypatch):
    monkeypatch.setattr("models_nlp.words.MAX_WORDS", 12)
    monkeypatch.setattr(scoring, "BATCH_SIZE", 1)
    forgetful = scoring.load()
    assert forgetful.score(TEXTS, ["email"] * len(TEXTS)).equals(scores)
    assert 0 < len(forgetful.base.lexicon._words) <= 12


def test_long_texts_are_read_fewer_at_once_and_long_tokens_are_not_kept(scorer, monkeypatch):
    sizes = []
    read = scorer._read
    monkeypatch.setattr(scorer, "_read", lambda texts, channels: sizes.append(len(texts)) or read(texts, channels))
    texts = [f"{n} " + "word " * 1500 for n in range(40)]
    scorer.score([*texts, "short", "shorter"], ["email"] * 42)
    assert sum(sizes) == 42
    assert max(sizes) <= 19  # 128 000 characters hold 17 of these
    assert max(map(len, Batch.of(["see 0x" + "f" * 5000]).flat)) == 64


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("I am not angry at all", "anger"),
        ("I am not happy with this", "joy"),
        ("I was not sad", "sadness"),
        ("we are never afraid of bugs", "fear"),
    ],
)
def test_the_heads_do_not_bring_back_what_the_words_deny(scorer, text, emotion):
    batch = Batch.of([text])
    tags = scorer.base.tags.read(batch, scorer.base.lexicon.read_all(batch)[0])[0]
    assert emotion not in tags.emotions


def test_scoring_needs_no_training_library():
    code = (
        "import sys; from models_nlp import scoring; scoring.load().score(['it works well'], ['chat']); "
        "print([m for m in ('sklearn', 'scipy.optimize', 'scipy.stats', 'pickle5') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
