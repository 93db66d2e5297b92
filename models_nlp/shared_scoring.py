"""The scorer with helpers: long lists of texts are shared with other processes.

Belongs here: splitting the work and putting it together. Does not: anything about a text (``scoring``), starting
processes (the caller's). A score depends on its text alone, so the result is that of one process to the bit, whoever
read which text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Any

import polars as pl

from models_nlp.language import detector
from models_nlp.redaction import Directory
from models_nlp.release import PACKAGED, Release
from models_nlp.scoring import Progress, Scorer, load

# A process needs about three seconds to import spaCy and load the model; fewer texts are read sooner without it.
WORTH_SHARING = 6_000
BATCH = 500
AHEAD = 2  # batches that each helper has been given: one to read, one to go on with


class SharedScorer(Scorer):
    """Lets other processes read the first batches of a long list while this one reads the last.

    ``helpers`` gives the ``n_helpers`` processes, and is called with the first long list; ``scorer`` is that of
    ``release``, which is what they load.
    """

    def __init__(
        self, scorer: Scorer, helpers: Callable[[], Executor], n_helpers: int = 1, release: Release = PACKAGED
    ) -> None:
        super().__init__(scorer.base, scorer.card, scorer.packs)
        self._release = release
        self._helpers = helpers
        self._n_helpers = n_helpers

    def prepare(
        self, texts: list[str | None], channels: list[str], names: Sequence[Directory | None] | None = None
    ) -> pl.DataFrame:
        if len(texts) < WORTH_SHARING or not len(texts) == len(channels) == len(names or texts):
            return super().prepare(texts, channels, names)  # which refuses lists of different lengths
        named = names or [None] * len(texts)
        batches = [
            (self._release, texts[at : at + BATCH], channels[at : at + BATCH], named[at : at + BATCH])
            for at in range(0, len(texts), BATCH)
        ]
        own = super().prepare
        return pl.concat(self._shared(_prepare, lambda _, *batch: own(*batch), batches))

    def score_prepared(self, prepared: pl.DataFrame, progress: Progress | None = None) -> pl.DataFrame:
        if prepared.height < WORTH_SHARING:
            return super().score_prepared(prepared, progress)
        batches = [(self._release, batch) for batch in prepared.iter_slices(BATCH)]
        own = super().score_prepared

        def told(done: int) -> None:
            if progress:
                progress(min(done * BATCH, prepared.height), prepared.height)

        return pl.concat(self._shared(_score_prepared, lambda _, batch: own(batch), batches, told))

    def _shared(
        self,
        remote: Callable[..., pl.DataFrame],
        local: Callable[..., pl.DataFrame],
        batches: list[tuple[Any, ...]],
        told: Callable[[int], None] = lambda done: None,
    ) -> list[pl.DataFrame]:
        """The results in the order of the batches: helpers come from the front, this process from the back."""
        results: list[pl.DataFrame | None] = [None] * len(batches)
        helped: dict[int, Future[pl.DataFrame]] = {}
        front, back = 0, len(batches)
        while front < back:
            while front < back and sum(not future.done() for future in helped.values()) < AHEAD * self._n_helpers:
                helped[front] = self._submit(remote, *batches[front])
                front += 1
            if front < back:
                back -= 1
                results[back] = local(*batches[back])
            told(len(batches) - back + sum(future.done() for future in helped.values()))
        for place, future in helped.items():
            results[place] = _result(future, local, batches[place])
            told(len(batches) - back + sum(future.done() for future in helped.values()))
        return results

    def _submit(self, remote: Callable[..., pl.DataFrame], *batch: Any) -> Future[pl.DataFrame]:
        """The batch's future; one that failed at once if the helpers have died."""
        try:
            return self._helpers().submit(remote, *batch)
        except BrokenProcessPool as error:
            failed: Future[pl.DataFrame] = Future()
            failed.set_exception(error)
            return failed


def _result(future: Future[pl.DataFrame], local: Callable[..., pl.DataFrame], batch: tuple[Any, ...]) -> pl.DataFrame:
    """What the helper gave; a batch whose helper died, for want of memory, is read here."""
    try:
        return future.result()
    except BrokenProcessPool:
        return local(*batch)


@cache
def scorer_of_process(release: Release) -> Scorer:
    """The scorer of a release, loaded once in this process, and the detector of languages that a long list needs."""
    detector()
    return load(release)


def _prepare(
    release: Release, texts: list[str | None], channels: list[str], names: list[Directory | None]
) -> pl.DataFrame:
    return scorer_of_process(release).prepare(texts, channels, names)


def _score_prepared(release: Release, prepared: pl.DataFrame) -> pl.DataFrame:
    return scorer_of_process(release).score_prepared(prepared)
