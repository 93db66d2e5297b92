"""Own labels correct the model: shrunk, judged on labels held out, refused where they would do harm."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models_nlp import recalibration_files as files
from models_nlp.features import word_bucket
from models_nlp.heads import softmax
from models_nlp.recalibration import EVERYONE, MIN_LABELS, InForce, Recalibration, fit_part, propose
from models_nlp.recalibration_files import RecalibrationError
from models_nlp.signals import Signals

WORDS = (("outage", "late"), ("where", "when"), ("lovely", "swift"))
NO_WORDS = np.array([], dtype=np.int64)
MODEL = "jsi_en-0.1.0+12345678"


def company(n: int, *, is_biased: bool, seed: int = 3, channels: tuple[str, ...] = ("email",)):
    """Texts of a company: what the model says of them, and what people say. A biased model takes most of the negative
    for neutral; words of the company tell them apart."""
    random = np.random.default_rng(seed)
    labels = random.choice(3, n, p=(0.5, 0.3, 0.2))
    evidence = np.eye(3)[labels] * 1.5 + random.normal(0, 1, (n, 3))
    logits = evidence + ((-1.5, 1.0, 0.5) if is_biased else (0, 0, 0))
    said = [[random.choice(WORDS[label]), f"w{random.integers(50)}"] for label in labels]
    words = [np.array(sorted(map(word_bucket, of_text))) for of_text in said]
    signals = Signals(
        logits,
        {"heads": np.hstack([logits, evidence]), "lexicon": random.normal(0, 0.3, (n, 4))},
        words,
        [channels[k % len(channels)] for k in range(n)],
    )
    return signals, labels


def test_two_hundred_labels_mend_a_biased_model():
    signals, labels = company(1_200, is_biased=True)
    own, rest = np.arange(200), np.arange(200, 1_200)
    recalibration, judged = propose(signals.take(own), labels[own])
    assert judged[EVERYONE].is_accepted
    before = softmax(signals.logits[rest]).argmax(axis=1) == labels[rest]
    after = recalibration.probabilities(signals.take(rest))
    assert (after.argmax(axis=1) == labels[rest]).mean() > before.mean() + 0.1
    assert after.sum(axis=1) == pytest.approx(1)


def test_what_held_out_labels_promise_is_what_others_get():
    signals, labels = company(3_000, is_biased=True)
    own, rest = np.arange(300), np.arange(300, 3_000)
    recalibration, judged = propose(signals.take(own), labels[own])
    is_right = recalibration.probabilities(signals.take(rest)).argmax(axis=1) == labels[rest]
    negatives = is_right[labels[rest] == 0].mean()
    assert judged[EVERYONE].negative_recall[1] == pytest.approx(negatives, abs=0.08)


def test_a_model_that_is_right_already_loses_nothing():
    signals, labels = company(300, is_biased=False)
    certain = replace(signals, logits=np.eye(3)[labels] * 2.0)
    recalibration, judged = propose(certain, labels)
    assert judged[EVERYONE].macro_f1[0] == 1.0
    assert (recalibration.logits(certain).argmax(axis=1) == labels).all()


def test_labels_that_say_nothing_are_refused_with_the_reason():
    """The model finds every negative; labels of chance can only take from it."""
    random = np.random.default_rng(1)
    labels = random.choice(3, 300, p=(0.2, 0.4, 0.4))
    logits = np.where((labels == 0)[:, None], (0.4, 0.0, 0.0), np.eye(3)[labels] * 0.2)
    noise = Signals(logits, {"meaning": random.normal(0, 5, (300, 128))}, [NO_WORDS] * 300, ["email"] * 300)
    recalibration, judged = propose(noise, labels)
    assert recalibration.parts == {}
    assert "would fall" in judged[EVERYONE].reason


def test_no_label_and_few_labels_leave_the_model_as_it_is():
    signals, labels = company(MIN_LABELS - 1, is_biased=True)
    recalibration, judged = propose(signals, labels)
    assert recalibration.parts == {}
    assert "are needed" in judged[EVERYONE].reason
    assert (recalibration.logits(signals) == signals.logits).all()


def test_the_correction_counts_by_the_number_of_labels():
    signals, labels = company(100, is_biased=True)
    part = fit_part(signals, labels)
    assert part.share == 0.5
    full = replace(part, n_labels=10**9)
    assert part.correction(signals) == pytest.approx(full.correction(signals) / 2)


def test_a_channel_with_other_habits_gets_a_part_of_its_own():
    signals, labels = company(1_000, is_biased=False, channels=("email", "chat"))
    is_chat = np.array(signals.channels) == "chat"
    turned = signals.logits + np.where(is_chat[:, None], (-2.0, 1.0, 0.0), (0.0, 0.0, 0.0))
    signals = replace(signals, logits=turned, blocks={"heads": np.zeros((1_000, 9))}, words=[NO_WORDS] * 1_000)
    own, rest = np.arange(600), np.arange(600, 1_000)
    recalibration, _ = propose(signals.take(own), labels[own])
    assert "chat" in recalibration.parts
    is_right = recalibration.probabilities(signals.take(rest)).argmax(axis=1) == labels[rest]
    without = Recalibration({name: part for name, part in recalibration.parts.items() if name != "chat"})
    was_right = without.probabilities(signals.take(rest)).argmax(axis=1) == labels[rest]
    assert is_right[is_chat[rest]].mean() > was_right[is_chat[rest]].mean()


def test_the_same_labels_give_the_same_file_and_it_reads_back(tmp_path):
    signals, labels = company(200, is_biased=True)
    recalibration, judged = propose(signals, labels)
    origin = {"whose": "the company", "made_on": date(2026, 11, 22), "base_model_version": MODEL}
    path = files.write(tmp_path, recalibration, judged, **origin)
    assert files.write(tmp_path, recalibration, judged, **origin) == path
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    stored = files.read(path, MODEL)
    assert stored.version in path.name.replace("recalibration-", "cal-")
    assert stored.judged == judged
    assert (stored.whose, stored.made_on, stored.base_model_version) == ("the company", date(2026, 11, 22), MODEL)
    assert stored.recalibration.logits(signals) == pytest.approx(recalibration.logits(signals), abs=1e-4)


def test_the_file_holds_no_word_of_the_texts(tmp_path):
    signals, labels = company(200, is_biased=True)
    recalibration, judged = propose(signals, labels)
    path = files.write(
        tmp_path, recalibration, judged, whose="us", made_on=date(2026, 11, 22), base_model_version=MODEL
    )
    assert recalibration.parts[EVERYONE].buckets
    assert not [word for words in WORDS for word in words if word in path.read_text()]


def test_a_changed_file_and_one_of_another_model_are_refused(tmp_path):
    signals, labels = company(200, is_biased=True)
    origin = {"whose": "us", "made_on": date(2026, 11, 22), "base_model_version": MODEL}
    path = files.write(tmp_path, *propose(signals, labels), **origin)
    with pytest.raises(RecalibrationError, match="fit it anew"):
        files.read(path, "jsi_en-0.2.0+87654321")
    content = json.loads(path.read_text())
    content["parts"][EVERYONE]["bias"][0] += 1
    path.write_text(json.dumps(content))
    with pytest.raises(RecalibrationError, match="was changed"):
        files.read(path, MODEL)


def test_against_a_correction_in_force_only_labels_count_that_it_has_not_learned_from():
    """What is in force is right already on the new texts: a further correction has to be as good as that one."""
    signals, labels = company(400, is_biased=True)
    is_unseen = np.arange(400) >= 200
    right = InForce(np.eye(3)[labels] * 9.0, is_unseen)
    recalibration, judged = propose(signals, labels, right)
    assert recalibration.parts == {}
    everyone = judged[EVERYONE]
    assert (everyone.n_labels, everyone.macro_f1[0]) == (200, 1.0)
    assert "macro-F1 would fall from 1.000" in everyone.reason
    assert everyone.base[0] < everyone.macro_f1[1], "the model without any correction is shown beside"
    weak = InForce(signals.logits, is_unseen)
    recalibration, judged = propose(signals, labels, weak)
    assert judged[EVERYONE].is_accepted
    assert judged[EVERYONE].base[:2] == (judged[EVERYONE].macro_f1[0], judged[EVERYONE].negative_recall[0])
    assert recalibration.parts[EVERYONE].n_labels == 400, "it learns from all labels"


def test_a_correction_in_force_stays_until_there_are_labels_enough_that_it_has_not_seen():
    signals, labels = company(300, is_biased=True, channels=("email", "chat"))
    recalibration, judged = propose(signals, labels, InForce(signals.logits, np.arange(300) >= 270))
    assert recalibration.parts == {}
    assert list(judged) == [EVERYONE]
    assert judged[EVERYONE].reason == "30 labels, 50 are needed that the correction in force has not learned from"


def test_the_same_labels_on_another_day_give_the_same_version_and_the_first_day_stays(tmp_path):
    signals, labels = company(200, is_biased=True)
    recalibration, judged = propose(signals, labels)
    first, second = (
        files.write(tmp_path, recalibration, judged, whose=whose, made_on=day, base_model_version=MODEL)
        for whose, day in (("us", date(2026, 11, 22)), ("them", date(2026, 12, 1)))
    )
    assert first == second
    assert files.read(first, MODEL).made_on == date(2026, 11, 22)


def test_half_a_file_is_told_and_written_anew(tmp_path):
    signals, labels = company(200, is_biased=True)
    origin = {"whose": "us", "made_on": date(2026, 11, 22), "base_model_version": MODEL}
    recalibration, judged = propose(signals, labels)
    path = files.write(tmp_path, recalibration, judged, **origin)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RecalibrationError, match="is damaged"):
        files.read(path, MODEL)
    files.write(tmp_path, recalibration, judged, **origin)
    assert files.read(path, MODEL).judged == judged
