"""A scorer that a company's own labels correct: other answers, its own version, whoever reads and in whatever order."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models_nlp import recalibration_files, scoring, shared_scoring
from models_nlp.recalibration import BLOCKS, propose
from models_nlp.release import Release
from models_nlp.sentiment import SentimentModel
from models_nlp.shared_scoring import SharedScorer

# A company for which a "sprint" is bad news, which no public text says.
BAD = ("another sprint on our line {}", "we had a sprint in hall {}", "sprint again, machine {}")
FLAT = ("the order {} is on its way", "we need {} pieces by friday", "please send the list {}")
CHANNEL = "email"


@pytest.fixture(scope="module")
def labelled(scorer):
    texts = [form.format(number) for number in range(20) for form in (*BAD, *FLAT)]
    labels = np.array([0, 0, 0, 1, 1, 1] * 20)
    return scorer.prepare(texts, [CHANNEL] * len(texts)), labels


@pytest.fixture(scope="module")
def release(scorer, labelled, tmp_path_factory) -> Release:
    prepared, labels = labelled
    recalibration, judged = propose(scorer.signals(prepared), labels)
    assert recalibration.parts, judged
    folder = tmp_path_factory.mktemp("recalibration")
    origin = {"whose": "us", "made_on": date(2026, 11, 23), "base_model_version": scorer.model_version}
    return Release(recalibration=recalibration_files.write(folder, recalibration, judged, **origin))


@pytest.fixture(scope="module")
def corrected(release):
    return scoring.load(release)


def test_own_labels_change_the_answer_and_the_version_says_so(scorer, corrected, release):
    texts, channels = ["a sprint in the warehouse", "thank you, this is great"], ["email", "email"]
    assert scorer.score(texts, channels)["sentiment"].to_list() == [0, 1]
    scored = corrected.score(texts, channels)
    assert scored["sentiment"].to_list() == [-1, 1]
    version = release.recalibration.stem.replace("recalibration", "cal")
    assert scored["model_version"].unique().to_list() == [f"{scorer.model_version}.{version}"]
    assert scored.select(pl.sum_horizontal(pl.col("^p_.*$")))["p_negative"].to_list() == pytest.approx([1, 1], abs=2e-6)


def test_what_the_model_itself_says_is_known_beside_the_correction(scorer, corrected, labelled):
    prepared, _ = labelled
    own = corrected.uncorrected(prepared)
    assert_frame_equal(own, scorer.score_prepared(prepared).select(own.columns))
    assert corrected.uncorrected(prepared.clear()).schema == own.schema


def test_the_signals_have_what_a_correction_may_go_by(scorer, labelled):
    prepared, _ = labelled
    signals = scorer.signals(prepared)
    assert set(signals.blocks) == set(BLOCKS)
    assert {block.shape[0] for block in signals.blocks.values()} == {prepared.height}
    assert signals.channels == prepared["channel"].to_list()


def test_a_corrected_score_does_not_depend_on_its_batch_and_order(corrected, labelled):
    prepared, _ = labelled
    together = corrected.score_prepared(prepared).sort("text_hash")
    alone = pl.concat([corrected.score_prepared(row) for row in prepared[::-1].iter_slices(1)])
    assert_frame_equal(alone.sort("text_hash"), together, check_exact=True)


def test_processes_beside_correct_alike(corrected, release, monkeypatch):
    monkeypatch.setattr(shared_scoring, "WORTH_SHARING", 10)
    texts = [form.format(f"{number} x") for number in range(30) for form in (*BAD, *FLAT)]
    channels = [CHANNEL] * len(texts)
    with ProcessPoolExecutor(1, get_context("spawn")) as helper:
        shared = SharedScorer(corrected, lambda: helper, release=release)
        assert shared.model_version == corrected.model_version
        assert_frame_equal(shared.score(texts, channels), corrected.score(texts, channels), check_exact=True)


def test_a_model_without_its_static_table_is_not_corrected(scorer, corrected):
    bare = scoring.load()
    bare.base.sentiment = SentimentModel.lexicon_only()
    with pytest.raises(ValueError, match="own labels cannot correct it"):
        bare.correct_by(corrected.base.corrected_by)
