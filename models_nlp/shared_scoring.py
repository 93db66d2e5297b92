"""The scorer with helpers: long lists of texts are shared with other processes, one for each further core.

Belongs here: splitting the work, starting and ending the helpers. Does not: anything about a text (``scoring``).
A score depends on its text alone, so the result is that of one process to the bit, whoever read which text.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from models_nlp.redaction import Directory
from models_nlp.scoring import Progress, Scorer, load

# A helper needs about three seconds to import spaCy and load the model; fewer texts are read sooner without it.
WORTH_SHARING = 6_000
BATCH = 1_000


@contextmanager
def load_with_helpers(helpers: int | None = None, artefact_dir: Path | str | None = None) -> Iterator[Scorer]:
    """The scorer of a model folder; its helpers start with the first long list and end with the block.

    ``helpers``: how many processes besides this one; default: one for each further core this process may use.
    Raises :class:`models_nlp.artefact.ArtefactError` as ``scoring.load`` does.
    """
    scorer = load(artefact_dir)
    helpers = len(os.sched_getaffinity(0)) - 1 if helpers is None else helpers
    if helpers < 1:
        yield scorer
        return
    shared = SharedScorer(scorer, helpers, artefact_dir)
    try:
        yield shared
    finally:
        shared.close()


class SharedScorer(Scorer):
    """A scorer that lets helpers read the first batches of a long list while it reads the last ones itself."""

    def __init__(self, scorer: Scorer, helpers: int, artefact_dir: Path | str | None) -> None:
        super().__init__(scorer.nlp, scorer.model_version, scorer.card)
        self._helpers = helpers
        self._artefact_dir = artefact_dir
        self._pool: ProcessPoolExecutor | None = None

    def prepare(
        self, texts: list[str | None], channels: list[str], names: Sequence[Directory | None] | None = None
    ) -> pl.DataFrame:
        if len(texts) < WORTH_SHARING or not len(texts) == len(channels) == len(names or texts):
            return super().prepare(texts, channels, names)  # which refuses lists of different lengths
        named = names or [None] * len(texts)
        batches = [
            (texts[at : at + BATCH], channels[at : at + BATCH], named[at : at + BATCH])
            for at in range(0, len(texts), BATCH)
        ]
        return pl.concat(self._shared(_prepare, super().prepare, batches))

    def score_prepared(self, prepared: pl.DataFrame, progress: Progress | None = None) -> pl.DataFrame:
        if prepared.height < WORTH_SHARING:
            return super().score_prepared(prepared, progress)
        batches = [(batch,) for batch in prepared.iter_slices(BATCH)]

        def told(done: int) -> None:
            if progress:
                progress(min(done * BATCH, prepared.height), prepared.height)

        return pl.concat(self._shared(_score_prepared, super().score_prepared, batches, told))

    def close(self) -> None:
        """End the helpers; without them this is a scorer still."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _shared(
        self,
        remote: Callable[..., pl.DataFrame],
        local: Callable[..., pl.DataFrame],
        batches: list[tuple[Any, ...]],
        told: Callable[[int], None] = lambda done: None,
    ) -> list[pl.DataFrame]:
        """The results in the order of the batches: helpers come from the front, this process from the back."""
        try:
            futures = [self._helpers_pool().submit(remote, *batch) for batch in batches]
        except BrokenProcessPool:  # a helper died since the last list
            self._pool = None
            return [local(*batch) for batch in batches]
        results: list[pl.DataFrame | None] = [None] * len(batches)
        mine = 0

        def tell() -> None:
            told(mine + sum(future.done() and not future.cancelled() for future in futures))

        for place in reversed(range(len(batches))):
            if not futures[place].cancel():  # a helper has it, and so it has all before it
                break
            results[place] = local(*batches[place])
            mine += 1
            tell()
        for place, future in enumerate(futures):
            if results[place] is None:
                results[place] = self._result(future, local, batches[place])
                tell()
        return results

    def _helpers_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Spawned, not forked: this process has threads (polars, DuckDB), whose locks a fork would copy as held.
            self._pool = ProcessPoolExecutor(
                self._helpers, multiprocessing.get_context("spawn"), _become_helper, (self._artefact_dir,)
            )
        return self._pool

    def _result(
        self, future: Future[pl.DataFrame], local: Callable[..., pl.DataFrame], batch: tuple[Any, ...]
    ) -> pl.DataFrame:
        """What the helper gave; a batch whose helper was killed (memory ran out) is read here."""
        try:
            return future.result()
        except BrokenProcessPool:
            self._pool = None
            return local(*batch)


_scorer: Scorer | None = None


def _become_helper(artefact_dir: Path | str | None) -> None:
    """Load the model, and end with the process that asked for help, also when it is killed."""
    global _scorer
    parent = multiprocessing.parent_process()

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)  # nothing is open here; the queue would be waited on for ever

    threading.Thread(target=end_with_parent, daemon=True).start()
    _scorer = load(artefact_dir)


def _prepare(texts: list[str | None], channels: list[str], names: list[Directory | None]) -> pl.DataFrame:
    return _scorer.prepare(texts, channels, names)


def _score_prepared(prepared: pl.DataFrame) -> pl.DataFrame:
    return _scorer.score_prepared(prepared)
