"""Processes that work beside this one, one for each further core, and end with it.

Belongs here: starting them, what they get ready, ending them. Does not: the work they share (the rooms' own functions).
"""

import gc
import itertools
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Self

from storage.layout import DataDir

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from models_nlp.scoring import Scorer


class Beside:
    """The processes beside this one, started when first needed; ``with`` ends them.

    ``n``: how many; default: the cores this process may use, less its own. With none, this process does everything.
    """

    def __init__(self, n: int | None = None) -> None:
        self._n = len(os.sched_getaffinity(0)) - 1 if n is None else n
        self._pool: ProcessPoolExecutor | None = None
        self._held: Connection | None = None
        self._heard: Connection | None = None
        self._calls = itertools.count()
        self._loading: Future[Scorer] | None = None
        #: Where frames are judged; None in a process that does not know yet whether there is anything to judge.
        self.judge: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._held.close()  # they end now, also in the middle of an import
            self._pool.shutdown(cancel_futures=True)  # waits for what is shared with them to be given back
            self._heard.close()
            self._pool = self._held = self._heard = self.judge = None

    def get_ready(self) -> None:
        """Import Great Expectations and load the scorer there, while this process reads the extracts."""
        if self._n:
            self.judge = self._started()
            self.judge.submit(_import_great_expectations)
            self.judge.submit(_load_scorer)

    def get_dbt_ready(self, paths: DataDir) -> None:
        """Import dbt there and read its project, whose manifest of ``paths`` is made; nothing if none works yet."""
        if self.judge is not None:
            from orchestration import dbt_run

            self.judge.submit(dbt_run.get_ready, paths)

    def load_meanwhile(self) -> None:
        """Load the scorer in this process too, in a thread, while it has only to wait for the judge."""
        if self.judge is not None:
            from models_nlp.shared_scoring import scorer_of_process

            thread = ThreadPoolExecutor(1)
            self._loading = thread.submit(scorer_of_process)
            thread.shutdown(wait=False)

    def scorer(self) -> "Scorer":
        """The scorer; it shares long lists of texts with the processes beside this one."""
        from models_nlp.scoring import load
        from models_nlp.shared_scoring import SharedScorer

        scorer = self._loading.result() if self._loading is not None else load()
        return SharedScorer(scorer, self._started, self._n) if self._n else scorer

    def told_by(self, work: Callable[..., None], *arguments: Any) -> Iterator[Any]:
        """What ``work(*arguments, tell)`` tells while it runs in a process beside this one; its error is raised here.

        With none, ``work`` runs in a thread.
        """
        call = next(self._calls)  # what an earlier call, not heard to its end, still told is passed over
        try:
            heard, running = self._telling(_tell_of, call, work, arguments)
            is_over = False
            while not is_over:
                is_over = running.done()  # before the last look: what is told comes before the end
                while heard.poll(0 if is_over else 0.1):
                    of, told = heard.recv()
                    if of == call:
                        yield told
            running.result()
            if self._n:
                # While this process goes on; what is gone cannot be left behind by a process that ends at once: locks.
                self._pool.submit(gc.collect)
        except BrokenProcessPool:
            raise RuntimeError(
                "the process that worked beside this one was ended from outside, for want of memory perhaps; "
                "start again with more of it free"
            ) from None
        except Exception as error:
            error.__cause__ = None  # the other process's stack as text, which quotes what it likes
            raise

    def _telling(self, work: Callable[..., None], *arguments: Any) -> "tuple[Connection, Future[None]]":
        """Where what ``work`` tells is heard, and its end; a process that died before is done without."""
        if self._n:
            try:
                running = self._started().submit(work, *arguments)
                return self._heard, running
            except BrokenProcessPool:
                self._n = 0
        heard, tells = multiprocessing.Pipe(duplex=False)
        thread = ThreadPoolExecutor(1, initializer=_tell_into, initargs=(tells,))
        running = thread.submit(work, *arguments)
        thread.shutdown(wait=False)
        return heard, running

    def _started(self) -> Executor:
        if self._pool is None:
            # Spawned, not forked: this process has threads (polars, DuckDB), whose locks a fork would copy as held.
            spawn = multiprocessing.get_context("spawn")
            watched, self._held = spawn.Pipe(duplex=False)
            self._heard, tells = spawn.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(self._n, spawn, _begin, (watched, tells))
        return self._pool


class _Telling:
    """How what runs beside is heard: one way out, taken by one thread at a time."""

    way: "Connection"
    taken = threading.Lock()


def _tell_into(way: "Connection") -> None:
    _Telling.way = way


def _tell_of(call: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    way = _Telling.way

    def tell(told: Any) -> None:
        with _Telling.taken:
            way.send((call, told))

    work(*arguments, tell)


def spare_garbage_collector() -> None:
    """Look through memory less often: what is imported, ten thousand objects, stays anyway.

    For a process that ends with its work; saves a twentieth of its time.
    """
    gc.set_threshold(100_000, 20, 100)


def _begin(watched: "Connection", tells: "Connection") -> None:
    spare_garbage_collector()
    _tell_into(tells)
    _end_with_parent(watched)


def _end_with_parent(watched: "Connection") -> None:
    """End as soon as the process at the other end lets go, also by being killed: nobody would end this one then."""

    def wait() -> None:
        watched.poll(None)  # nothing is ever sent: it returns when the other end is closed
        if (dbt_run := sys.modules.get("orchestration.dbt_run")) is not None:
            dbt_run.forget()
        os._exit(0)  # the queue would be waited on for ever; nothing here is open for writing

    threading.Thread(target=wait, daemon=True).start()


def _import_great_expectations() -> None:
    from tqdm import tqdm

    # Its progress bars would share a lock between processes, which this one, ending at once, never gives back.
    tqdm.set_lock(threading.RLock())
    from expectations.judge import great_expectations

    great_expectations()


def _load_scorer() -> None:
    from models_nlp.shared_scoring import scorer_of_process

    scorer_of_process()
