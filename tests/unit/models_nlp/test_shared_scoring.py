"""Helpers change who reads a text, never what is read in it."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

from models_nlp import shared_scoring
from models_nlp.shared_scoring import SharedScorer

TEXTS = [f"The {thing} is {how} since Tuesday, case {n}" for n in range(40) for thing, how in
         (("export", "broken"), ("new report", "great"), ("invoice", "on my desk"))]  # fmt: skip
CHANNELS = ["email"] * len(TEXTS)


@pytest.fixture
def helpers():
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.fixture
def shared(scorer, helpers, monkeypatch):
    monkeypatch.setattr(shared_scoring, "WORTH_SHARING", 10)
    monkeypatch.setattr(shared_scoring, "BATCH", 16)
    return SharedScorer(scorer, lambda: helpers)


def test_shared_texts_get_the_rows_of_one_process_and_progress_reaches_the_end(scorer, shared):
    seen: list[tuple[int, int]] = []
    rows = shared.score([*TEXTS, None, ""], [*CHANNELS, "chat", "chat"], lambda *told: seen.append(told))
    assert rows.equals(scorer.score([*TEXTS, None, ""], [*CHANNELS, "chat", "chat"]))
    assert seen[-1][0] == seen[-1][1] == len(TEXTS) + 1  # nothing and an empty text are one
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("killed", ["before the list", "in its first batch"])
def test_batches_of_a_killed_helper_are_read_here(scorer, shared, helpers, killed):
    if killed == "before the list":
        assert helpers.submit(multiprocessing.current_process).exception() is not None
        _kill(helpers)
    else:
        helpers.submit(int)  # starts the helper, which then takes its time to load the model
        _kill(helpers)
    assert shared.score(TEXTS, CHANNELS).equals(scorer.score(TEXTS, CHANNELS))


def _kill(helpers: ProcessPoolExecutor) -> None:
    for process in list(helpers._processes.values()):
        process.kill()


def test_a_short_list_asks_for_no_helper(scorer):
    def none() -> ProcessPoolExecutor:
        raise AssertionError("a helper was asked for")

    assert SharedScorer(scorer, none).score(TEXTS, CHANNELS).height == len(TEXTS)
